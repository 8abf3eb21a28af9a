import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.local_projections import local_projections

DATES = range(1980, 2001, 10)


def world(rng, *, lead=0.0, after=0.0, units=60, years=range(1950, 2021)):
    """Two random walks; the exposure's steps move the outcome's of the same decade, of the next, or follow them."""
    n, t = units, len(years)
    x, e = (rng.normal(size=(n, t)) for _ in range(2))
    y = e.copy()
    if after:
        y[:, 10:] += after * np.lib.stride_tricks.sliding_window_view(x, 10, axis=1)[:, :-1].mean(axis=2)
    if lead:
        x[:, 10:] += lead * np.lib.stride_tricks.sliding_window_view(e, 10, axis=1)[:, :-1].mean(axis=2)
    place, year = np.repeat(np.arange(n), t), np.tile(np.array(years), n)
    region = np.array(list("abcd"))[place % 4]
    return pd.DataFrame({
        "place": [f"p{i:02d}" for i in place], "year": year, "region": region,
        "y": y.cumsum(axis=1).ravel(), "x": x.cumsum(axis=1).ravel(),
    })  # fmt: skip


def project(frame, **options):
    given = {"unit": "place", "time": "year", "region": "region", "dates": DATES} | options
    return local_projections(frame, "y", "x", **given)


@pytest.mark.parametrize("h", [-10, 0, 5])
def test_a_horizon_is_its_own_regression(h: int) -> None:
    import statsmodels.formula.api as smf

    frame = world(np.random.default_rng(0), after=1.0)
    found = project(frame, horizons=[-10, 0, 5])
    y, x = (frame.pivot_table(index="place", columns="year", values=c) for c in "yx")
    first, last = {-10: (-20, -10), 0: (-10, 0), 5: (0, 5)}[h]
    rows = pd.concat([
        pd.DataFrame({
            "out": (y[t + last] - y[t + first]) / (last - first), "change": (x[t] - x[t - 10]) / 10,
            "level": x[t - 10], "cell": frame.groupby("place")["region"].first() + str(t),
        })
        for t in DATES
    ])  # fmt: skip
    codes = pd.Series(rows.index).astype("category").cat.codes.to_numpy()
    fit = smf.ols("out ~ change + level + C(cell)", rows).fit(cov_type="cluster", cov_kwds={"groups": codes})
    assert found.effects[h].value == pytest.approx(fit.params["change"], abs=1e-9)
    half = (found.effects[h].high - found.effects[h].value) / float(found.fit.critical)
    assert half == pytest.approx(fit.bse["change"], rel=0.05)
    assert found.rows[h] == len(rows)


def test_order_in_time_is_seen() -> None:
    rng = np.random.default_rng(1)
    after = project(world(rng, after=3.0), horizons=[-10, -5, 5, 10])
    assert after.effects[10].low > 0
    assert after.diagnostics().placebo_passed is True
    before = project(world(rng, lead=3.0), horizons=[-10, -5, 5, 10])
    assert before.effects[-10].low > 0
    assert before.diagnostics().placebo_passed is False
    assert before.clusters == 60


def test_leads_test_holds_its_size() -> None:
    rng = np.random.default_rng(2)
    found = [project(world(rng, units=40), horizons=[-10, -5, 10]) for _ in range(200)]
    assert np.mean([not f.diagnostics().placebo_passed for f in found]) == pytest.approx(0.05, abs=0.06)
    assert np.mean([f.effects[10].excludes() for f in found]) == pytest.approx(0.05, abs=0.06)


def test_horizons_beyond_the_data_are_not_there() -> None:
    frame = world(np.random.default_rng(3))
    found = project(frame, horizons=[-60, 5], dates=[2015])
    assert list(found.effects) == [5]
    assert found.diagnostics().placebo_passed is None


def test_bad_input_is_named() -> None:
    frame = world(np.random.default_rng(4), units=8)
    with pytest.raises(ValueError, match="lacks nowhere"):
        project(frame, region="nowhere")
    with pytest.raises(ValueError, match="two rows for one place"):
        project(pd.concat([frame, frame]))
    with pytest.raises(ValueError, match="no date 1900"):
        project(frame, dates=[1900])
    with pytest.raises(ValueError, match="span 0"):
        project(frame, span=0)
