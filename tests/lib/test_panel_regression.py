import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.panel_regression import panel_regression


def panel(rng, entities=30, times=12, slope=0.5, keep=0.9):
    """Entity effects that raise both x and y, time effects, and holes."""
    g, t = np.repeat(np.arange(entities), times), np.tile(np.arange(times), entities)
    effect = rng.normal(size=entities)
    x = rng.normal(size=g.size) + 2 * effect[g]
    y = slope * x + 3 * effect[g] + rng.normal(size=times)[t] + 0.5 * rng.normal(size=g.size)
    frame = pd.DataFrame({"place": [f"p{i:02d}" for i in g], "year": 2000 + t, "x": x, "y": y})
    frame["z"] = rng.normal(size=g.size)
    return frame.sample(frac=keep, random_state=1)


@pytest.fixture(scope="module")
def frame():
    return panel(np.random.default_rng(0))


def with_dummies(frame, formula):
    import statsmodels.formula.api as smf

    ordered = frame.sort_values(["place", "year"])
    groups = ordered["place"].astype("category").cat.codes
    return smf.ols(formula, ordered).fit(cov_type="cluster", cov_kwds={"groups": groups})


@pytest.mark.parametrize(
    ("options", "formula"),
    [
        ({}, "y ~ x + z + C(place) + C(year)"),
        ({"time_effects": False}, "y ~ x + z + C(place)"),
        ({"method": "pooled"}, "y ~ x + z"),
        ({"method": "pooled", "time_effects": True}, "y ~ x + z + C(year)"),
    ],
)
def test_it_equals_least_squares_with_dummies(frame, options, formula):
    ours = panel_regression(frame, "y", ["x", "z"], entity="place", time="year", **options)
    other = with_dummies(frame, formula)
    assert ours.coefficients["estimate"].to_numpy() == pytest.approx(other.params[["x", "z"]].to_numpy(), rel=1e-8)
    if "place" not in formula:
        # statsmodels counts the dummies of the clustering variable as parameters, which are nested in the clusters.
        errors = ours.coefficients["standard_error"].to_numpy()
        assert errors == pytest.approx(other.bse[["x", "z"]].to_numpy(), rel=1e-6)


def test_conventional_errors_equal_least_squares_with_dummies(frame):
    import statsmodels.formula.api as smf

    ours = panel_regression(frame, "y", ["x"], entity="place", time="year", covariance="unadjusted")
    other = smf.ols("y ~ x + C(place) + C(year)", frame).fit()
    row = ours.coefficients.loc["x"]
    assert row["standard_error"] == pytest.approx(other.bse["x"], rel=1e-8)
    assert row["p"] == pytest.approx(other.pvalues["x"], rel=1e-6)
    assert (row["low"], row["high"]) == pytest.approx(tuple(other.conf_int().loc["x"]), rel=1e-6)


def test_fixed_effects_remove_the_bias_that_pooling_keeps(frame):
    within = panel_regression(frame, "y", ["x"], entity="place", time="year").coefficients.loc["x"]
    pooled = panel_regression(frame, "y", ["x"], entity="place", time="year", method="pooled").coefficients.loc["x"]
    between = panel_regression(frame, "y", ["x"], entity="place", time="year", method="between").coefficients.loc["x"]
    change = panel_regression(frame, "y", ["x"], entity="place", time="year", method="first_difference")
    assert within["low"] < 0.5 < within["high"]
    assert change.coefficients.loc["x", "low"] < 0.5 < change.coefficients.loc["x", "high"]
    assert pooled["low"] > 0.8
    assert between["low"] > 1.2


def test_between_is_least_squares_on_means(frame):
    import statsmodels.formula.api as smf

    ours = panel_regression(frame, "y", ["x"], entity="place", time="year", method="between")
    means = frame.groupby("place")[["x", "y"]].mean()
    other = smf.ols("y ~ x", means).fit(cov_type="HC1")
    assert ours.coefficients.loc["x", "estimate"] == pytest.approx(other.params["x"])
    assert ours.coefficients.loc["x", "standard_error"] == pytest.approx(other.bse["x"])
    assert ours.n_obs == ours.n_entities == 30


def test_differences_use_neighbouring_times_only():
    frame = pd.DataFrame(
        {
            "place": ["a"] * 4 + ["b"] * 4,
            "year": [2000, 2001, 2002, 2005, 2000, 2001, 2002, 2003],
            "x": [0.0, 1.0, 3.0, 50.0, 0.0, 2.0, 1.0, 4.0],
            "y": [0.0, 2.0, 6.0, -99.0, 5.0, 9.0, 7.0, 13.0],
        }
    )
    result = panel_regression(
        frame, "y", ["x"], entity="place", time="year", method="first_difference", time_effects=False
    )
    assert result.coefficients.loc["x", "estimate"] == pytest.approx(2.0)
    assert result.dropped == {"first observation of its entity": 2, "gap before this time": 1}
    assert result.n_obs == 5


def test_what_is_left_out_is_counted_and_said(frame):
    holes = frame.copy()
    holes.loc[holes.index[:7], "x"] = np.nan
    lone = pd.DataFrame({"place": ["lone"], "year": [2003], "x": [1.0], "y": [1.0], "z": [0.0]})
    result = panel_regression(pd.concat([holes, lone]), "y", ["x"], entity="place", time="year")
    assert result.dropped == {"missing value": 7, "only one observation of its entity": 1}
    assert result.n_obs == len(frame) - 7
    assert "7 rows left out: missing value" in result.description
    assert "clustered by place (30 clusters)" in result.description
    assert result.n_periods == 12


def test_goodness_of_fit_within(frame):
    result = panel_regression(frame, "y", ["x"], entity="place", time="year", time_effects=False)
    centred = frame[["x", "y"]] - frame.groupby("place")[["x", "y"]].transform("mean")
    assert result.r2_within == pytest.approx(np.corrcoef(centred["x"], centred["y"])[0, 1] ** 2)


def ar1(rng, entities, times, rho):
    values = np.empty((entities, times))
    values[:, 0] = rng.normal(size=entities) / np.sqrt(1 - rho**2)
    for t in range(1, times):
        values[:, t] = rho * values[:, t - 1] + rng.normal(size=entities)
    return values.ravel()


def test_clustered_intervals_cover_the_truth_under_serial_correlation_and_naive_ones_do_not():
    rng = np.random.default_rng(11)
    entities, times, draws = 40, 15, 80
    place, year = np.repeat(np.arange(entities), times), np.tile(np.arange(times), entities)
    hits = {"clustered": 0, "unadjusted": 0}
    for _ in range(draws):
        x = ar1(rng, entities, times, 0.8)
        frame = pd.DataFrame({"place": place, "year": year, "x": x, "y": x + ar1(rng, entities, times, 0.8)})
        for covariance in hits:
            row = panel_regression(
                frame, "y", ["x"], entity="place", time="year", covariance=covariance
            ).coefficients.loc["x"]
            hits[covariance] += row["low"] < 1 < row["high"]
    # 95 per cent of 80 draws are 76 hits, with a standard deviation of 2.
    assert hits["clustered"] >= 70
    assert hits["unadjusted"] <= 64


def test_driscoll_kraay_errors_grow_with_dependence_between_entities():
    rng = np.random.default_rng(5)
    entities, times = 40, 40
    place, year = np.repeat(np.arange(entities), times), np.tile(np.arange(times), entities)
    common = rng.normal(size=times)[year]
    x = common + 0.2 * rng.normal(size=place.size)
    y = rng.normal(size=times)[year] + 0.2 * rng.normal(size=place.size)
    frame = pd.DataFrame({"place": place, "year": year, "x": x, "y": y})
    errors = {
        covariance: panel_regression(
            frame, "y", ["x"], entity="place", time="year", time_effects=False, covariance=covariance
        ).coefficients.loc["x", "standard_error"]
        for covariance in ("clustered", "robust", "driscoll-kraay")
    }
    assert errors["driscoll-kraay"] > 2 * errors["robust"]
    assert errors["driscoll-kraay"] > 2 * errors["clustered"]


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (lambda f: f, {"outcome": "gdp"}, "no column gdp; it has place, year"),
        (lambda f: f, {"regressors": []}, "regressors is empty"),
        (lambda f: f, {"regressors": ["x", "x"]}, "columns used twice: x"),
        (lambda f: f, {"regressors": ["y"]}, "columns used twice: y"),
        (lambda f: pd.concat([f, f.head(2)]), {}, "2 repeated rows, the first for p"),
        (lambda f: f.assign(x=np.where(f.index < 5, np.inf, f["x"])), {}, "column 'x' is infinite in .* logarithm"),
        (lambda f: f.assign(x=f["x"].astype(str)), {}, "column 'x' is .*, not numeric"),
        (lambda f: f.assign(x=np.nan), {}, "0 rows of 0 entities remain.*missing value"),
        (lambda f: f.assign(x=f.groupby("place")["x"].transform("first")), {}, "cannot be told apart"),
        (lambda f: f.assign(z=2 * f["x"]), {"regressors": ["x", "z"]}, "cannot be told apart"),
        (lambda f: f, {"method": "random"}, "method is 'random'"),
        (lambda f: f, {"covariance": "hac"}, "covariance is 'hac'"),
        (lambda f: f, {"level": 95}, "level is 95"),
        (lambda f: f, {"method": "between", "time_effects": True}, "one row per entity"),
    ],
)
def test_bad_input_is_refused(frame, change, arguments, message):
    call = {"outcome": "y", "regressors": ["x"], "entity": "place", "time": "year"} | arguments
    with pytest.raises(ValueError, match=message):
        panel_regression(change(frame), **call)


def test_the_frame_is_not_changed(frame):
    before = frame.copy()
    panel_regression(frame, "y", ["x"], entity="place", time="year", method="first_difference")
    pd.testing.assert_frame_equal(frame, before)


def test_intervals_have_one_degree_less_than_there_are_places(frame):
    """Cameron and Miller 2015: clustered by place, Student's t with G - 1 degrees, here of nine places."""
    from scipy.stats import t

    few = frame[frame["place"] < "p09"]
    for level in (0.9, 0.95):
        found = panel_regression(few, "y", ["x"], entity="place", time="year", level=level)
        value, error, low, high, p = found.coefficients.loc["x", ["estimate", "standard_error", "low", "high", "p"]]
        assert found.n_entities == 9
        assert (high - value) / error == pytest.approx(t.ppf((1 + level) / 2, 8), rel=1e-9)
        assert (value - low) / error == pytest.approx(t.ppf((1 + level) / 2, 8), rel=1e-9)
        assert p == pytest.approx(2 * t.sf(abs(value / error), 8), rel=1e-6)
