import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from symbiosis.evidence import forecasts as f
from symbiosis.models.urbanization.logistic_urbanization import LogisticUrbanization

RULES = {"no change": f.no_change, "linear": f.linear_drift(10), "logit": f.logit_drift(10)}


@pytest.mark.parametrize("shift", [(0.5, 1.0), (0.0, 1.6), (0.0, 0.6)])
def test_honesty_is_the_best_policy(shift):
    y = np.random.default_rng(1).normal(size=20_000)
    mean, sd = shift
    q = stats.norm.ppf(0.95)
    honest = f.interval_score(y, low=-q, high=q, level=0.9).mean()
    assert honest < f.interval_score(y, low=mean - q * sd, high=mean + q * sd, level=0.9).mean()


def test_interval_score_by_hand():
    assert f.interval_score([2.0, 0.0, 5.0], low=1, high=4, level=0.9) == pytest.approx([3.0, 23.0, 23.0])


@given(st.floats(0.02, 0.08), st.floats(0.05, 0.6))
def test_logit_drift_is_exact_on_a_logistic_and_linear_on_a_line(k, u0):
    t = np.arange(0.0, 31.0)
    path = LogisticUrbanization(k=k, u0=u0).urban_share(t)
    assert f.logit_drift(10)(t[:21], path[:21], t[21:]) == pytest.approx(path[21:], abs=1e-9)
    line = u0 + k * t / 10
    assert f.linear_drift(7)(t[:21], line[:21], t[21:]) == pytest.approx(line[21:], abs=1e-12)


def test_the_error_of_a_rule_is_its_mean_miss():
    past, later = np.array([0.0, 1.0]), np.array([2.0, 4.0])
    error = f.mean_absolute_error(f.no_change, past, past, later_years=later, later_values=later)
    assert error == pytest.approx((1 + 3) / 2)
    assert f.mean_absolute_error(f.linear_drift(1), past, past, later_years=later, later_values=later) == 0
    assert np.isnan(f.mean_absolute_error(f.no_change, past, past, later_years=later[:0], later_values=later[:0]))


def _panel(rng, entities=40, noise=0.002):
    years = np.arange(1950, 2021, 5)
    rows = []
    for e in range(entities):
        base = LogisticUrbanization(k=0.04, u0=rng.uniform(0.1, 0.5)).urban_share(years - 1950.0)
        walk = np.cumsum(rng.normal(0, noise, len(years)))
        rows.append(pd.DataFrame({"place": f"c{e}", "year": years, "share": base + walk}))
    return pd.concat(rows, ignore_index=True)


def _run(frame, **change):
    options = dict(
        entity="place", time="year", value="share", rules=RULES, origins=[1980, 1990, 2000, 2010], horizons=[5, 10]
    )
    return f.backtest(frame, **(options | change))


def test_backtest_forecasts_with_the_past_only():
    frame = _panel(np.random.default_rng(2))
    result = _run(frame)
    assert len(result.forecasts) == 40 * 3 * 4 * 2
    assert result.skipped == {}
    # Changing the future changes actual values, never forecasts.
    changed = frame.assign(share=frame["share"].where(frame["year"] <= 2000, 0.5))
    again = _run(changed).forecasts
    early = result.forecasts["origin"] <= 2000
    assert (again.loc[early, "forecast"] == result.forecasts.loc[early, "forecast"]).all()
    assert not np.allclose(again["actual"], result.forecasts["actual"])
    # Shuffled rows give the same table.
    pd.testing.assert_frame_equal(_run(frame.sample(frac=1, random_state=0)).forecasts, result.forecasts)


def test_accuracy_ranks_the_true_rule_first():
    table = f.accuracy(_run(_panel(np.random.default_rng(3))).forecasts, benchmark="no change")
    at_ten = table.xs(10.0, level="horizon")
    assert at_ten["mae"].idxmin() == "logit"
    assert at_ten.loc["no change", "relative_mae"] == 1
    assert at_ten.loc["logit", "relative_mae"] < 0.3
    assert at_ten.loc["no change", "bias"] > 0.05
    assert (table["rmse"] >= table["mae"]).all()


def test_what_is_skipped_is_counted():
    frame = _panel(np.random.default_rng(4), entities=3)
    frame = frame[~((frame["place"] == "c0") & (frame["year"] == 1980))]
    frame = frame[~((frame["place"] == "c1") & (frame["year"] < 1980))]
    frame = frame[~((frame["place"] == "c2") & (frame["year"] == 2020))]
    assert _run(frame).skipped == {
        "no value at the origin": 2,
        "history too short": 2,
        "no value at the horizon": 1,
    }


def test_intervals_from_past_errors_cover():
    rng = np.random.default_rng(5)
    covered, counts = [], []
    for _ in range(6):
        runs = _run(_panel(rng, entities=60), origins=range(1965, 2015, 5), rules={"logit": f.logit_drift(10)})
        table = f.intervals_from_past_errors(runs.forecasts, level=0.8)
        late = table[table["n_errors"] >= 100]
        covered.append(late["covered"].astype(float).mean())
        counts.append(table["n_errors"].min())
    assert np.mean(covered) == pytest.approx(0.8, abs=0.06)
    assert min(counts) == 0


def test_intervals_use_only_errors_known_at_the_origin():
    table = f.intervals_from_past_errors(_run(_panel(np.random.default_rng(6))).forecasts, level=0.5)
    n = table.groupby(["origin", "horizon"])["n_errors"].first()
    # From 1990 at ten years ahead, only the forecasts of 1980 have come due.
    assert n[(1980.0, 10.0)] == 0
    assert n[(1990.0, 10.0)] == n[(1990.0, 5.0)] == 40
    assert n[(2010.0, 10.0)] == 120
    assert table.loc[table["n_errors"] == 0, ["low", "high", "score"]].isna().all(axis=None)
    assert table.loc[table["n_errors"] == 0, "covered"].isna().all()
    known = table[table["n_errors"] > 0]
    assert ((known["low"] <= known["actual"]) & (known["actual"] <= known["high"]) == known["covered"]).all()


def test_interval_ranks_follow_the_exchangeable_rule():
    past = pd.DataFrame({"rule": "r", "origin": 0.0, "horizon": 1.0, "forecast": 0.0, "error": np.arange(1.0, 20.0)})
    now = pd.DataFrame({"rule": "r", "origin": 1.0, "horizon": 1.0, "forecast": 100.0, "error": [0.0]})
    table = pd.concat([past, now], ignore_index=True)
    table["actual"] = table["forecast"] + table["error"]
    # 19 errors at 90 percent: the first and the last, each left out with chance 1 / 20.
    last = f.intervals_from_past_errors(table, level=0.9).iloc[-1]
    assert (last["low"], last["high"]) == (101.0, 119.0)
    assert np.isnan(f.intervals_from_past_errors(table, level=0.95).iloc[-1]["low"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": "nothing"}, "nothing"),
        ({"horizons": [0]}, "horizons is 0"),
        ({"horizons": []}, "at least one"),
        ({"rules": {}}, "at least one"),
        ({"min_history": 0}, "min_history"),
        ({"rules": {"bad": lambda y, v, t: np.full(len(t), np.nan)}}, "rule bad"),
        ({"min_history": 1, "origins": [1950]}, "at least two past values"),
    ],
)
def test_bad_backtests_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        _run(_panel(np.random.default_rng(0), entities=2), **change)


def test_bad_frames_and_scores_are_named():
    frame = _panel(np.random.default_rng(0), entities=2)
    with pytest.raises(ValueError, match="share holds 30 values"):
        _run(frame.assign(share=np.nan))
    with pytest.raises(ValueError, match="two values"):
        _run(pd.concat([frame, frame.iloc[:1]]))
    with pytest.raises(ValueError, match="place is missing"):
        _run(frame.assign(place=None))
    with pytest.raises(ValueError, match="divide percent"):
        _run(frame.assign(share=frame["share"] * 100))
    with pytest.raises(ValueError, match="low is 2"):
        f.interval_score(0, low=2, high=1, level=0.9)
    with pytest.raises(ValueError, match="level is 90"):
        f.interval_score(0, low=0, high=1, level=90)
    with pytest.raises(ValueError, match="benchmark"):
        f.accuracy(_run(frame).forecasts, benchmark="oracle")
