"""The regression kernel: value by value against statsmodels and linearmodels, and how often it rejects what is true."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.iv import IV2SLS
from linearmodels.panel import PanelOLS

from symbiosis.evidence.fixed_effects import FixedEffects, Groups
from symbiosis.evidence.least_squares import (
    CollinearError,
    Neighbours,
    batched_least_squares,
    least_squares,
    partialled_out,
    quantile,
    two_sided_p,
)
from symbiosis.measures.great_circles import distance_matrix_km


def data(seed: int = 0, n: int = 400) -> pd.DataFrame:
    """An unbalanced panel with effects, weights, two instruments and errors that vary with x."""
    rng = np.random.default_rng(seed)
    f = pd.DataFrame({"i": rng.integers(0, 40, n), "t": rng.integers(0, 12, n)}).drop_duplicates(["i", "t"])
    n = len(f)
    f["z1"], f["z2"], f["q"] = rng.normal(size=(3, n))
    u = rng.normal(size=n)
    f["x"] = f["i"] / 10 + f["z1"] + 0.5 * f["z2"] + u
    f["y"] = 0.5 * f["x"] + f["i"] / 5 + (rng.normal(size=n) + u) * (1 + np.abs(f["x"]) / 4)
    f["w"] = rng.uniform(0.5, 2, n)
    return f.reset_index(drop=True)


FRAME = data()


@pytest.mark.parametrize(
    ("errors", "theirs"), [("classical", "nonrobust"), ("HC0", "HC0"), ("HC1", "HC1"), ("HC3", "HC3")]
)
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize(("effects", "dummies"), [((), ""), (("i",), "+C(i)"), (("i", "t"), "+C(i)+C(t)")])
def test_it_equals_statsmodels_with_dummies(errors, theirs, weights, effects, dummies):
    ours = least_squares(FRAME, "y", ["x", "q"], effects=effects, errors=errors, weights=weights)
    formula = f"y ~ x + q {dummies}"
    w = 1.0 if weights is None else FRAME["w"]
    other = smf.wls(formula, FRAME, weights=w).fit(cov_type=theirs, use_t=True)
    table = ours.table().loc[["x", "q"]]
    assert table["estimate"].to_numpy() == pytest.approx(other.params[["x", "q"]].to_numpy(), rel=1e-9)
    assert table["standard_error"].to_numpy() == pytest.approx(other.bse[["x", "q"]].to_numpy(), rel=1e-9)
    assert table["p"].to_numpy() == pytest.approx(other.pvalues[["x", "q"]].to_numpy(), rel=1e-6)
    assert table[["low", "high"]].to_numpy() == pytest.approx(other.conf_int().loc[["x", "q"]].to_numpy(), rel=1e-8)
    assert ours.r2 == pytest.approx(other.rsquared, rel=1e-10)
    assert ours.residual_degrees == other.df_resid


@pytest.mark.parametrize("ways", [["i"], ["i", "t"]])
def test_clustered_errors_equal_statsmodels_and_linearmodels(ways):
    ours = least_squares(FRAME, "y", ["x", "q"], cluster=ways)
    codes = FRAME[ways].to_numpy()
    other = PanelOLS(
        FRAME.set_index(["i", "t"])["y"], FRAME.set_index(["i", "t"])[["x", "q"]].assign(constant=1.0)
    ).fit(cov_type="clustered", cluster_entity=True, cluster_time=len(ways) == 2, group_debias=True)
    assert ours.standard_errors == pytest.approx(other.std_errors[["x", "q", "constant"]].to_numpy(), rel=1e-9)
    if len(ways) == 1:
        third = smf.ols("y ~ x + q", FRAME).fit(cov_type="cluster", cov_kwds={"groups": codes[:, 0]})
        assert ours.standard_errors[:2] == pytest.approx(third.bse[["x", "q"]].to_numpy(), rel=1e-9)
    assert ours.degrees == min(FRAME[w].nunique() for w in ways) - 1
    assert [int(c) for c in ours.clusters] == [FRAME[w].nunique() for w in ways]


def test_effects_nested_in_clusters_are_not_counted_unless_asked():
    nested = least_squares(FRAME, "y", ["x"], effects=["i"], cluster="i")
    indexed = FRAME.set_index(["i", "t"])
    other = PanelOLS(indexed["y"], indexed[["x"]].assign(constant=1.0), entity_effects=True).fit(
        cov_type="clustered", cluster_entity=True, group_debias=True
    )
    assert nested.standard_errors[0] == pytest.approx(other.std_errors["x"], rel=1e-9)
    both = batched_least_squares(
        FRAME["y"], FRAME[["x"]], effects=[FRAME["i"], FRAME["t"]], clusters=[FRAME["i"]], count_nested=True
    )
    two = PanelOLS(indexed["y"], indexed[["x"]], entity_effects=True, time_effects=True).fit(
        cov_type="clustered", cluster_entity=True, group_debias=True
    )
    assert both.standard_errors[0] == pytest.approx(two.std_errors["x"], rel=1e-9)
    assert both.r2_within == pytest.approx(two.rsquared, rel=1e-9)


@pytest.mark.parametrize("lags", [None, 3])
def test_driscoll_kraay_errors_equal_linearmodels(lags):
    ours = batched_least_squares(FRAME["y"], FRAME[["x"]], errors="Driscoll-Kraay", time=FRAME["t"], lags=lags)
    indexed = FRAME.set_index(["i", "t"])
    options = {} if lags is None else {"bandwidth": lags}
    other = PanelOLS(indexed["y"], indexed[["x"]].assign(c=1.0)).fit(cov_type="driscoll-kraay", **options)
    assert ours.standard_errors == pytest.approx(other.std_errors.to_numpy(), rel=1e-9)


@pytest.mark.parametrize("instruments", [["z1"], ["z1", "z2"]])
@pytest.mark.parametrize("errors", ["classical", "HC0", "cluster"])
def test_two_stage_least_squares_equals_linearmodels(instruments, errors):
    cluster = {"cluster": "i"} if errors == "cluster" else {}
    ours = least_squares(
        FRAME, "y", ["x", "q"], endogenous=["x"], instruments=instruments, errors=errors, reference="normal", **cluster
    )
    model = IV2SLS(FRAME["y"], FRAME[["q"]].assign(constant=1.0), FRAME["x"], FRAME[instruments])
    how = {"classical": "unadjusted", "HC0": "robust", "cluster": "clustered"}[errors]
    other = model.fit(cov_type=how, debiased=errors != "HC0", **({"clusters": FRAME["i"]} if cluster else {}))
    names = list(ours.names)
    assert ours.coefficients == pytest.approx(other.params[names].to_numpy(), rel=1e-9)
    assert ours.standard_errors == pytest.approx(other.std_errors[names].to_numpy(), rel=1e-8)
    if errors == "HC0":
        wald = other.first_stage.diagnostics.loc["x", "f.stat"]
        assert ours.first_stage_f["x"] == pytest.approx(wald / len(instruments), rel=1e-8)


def test_two_stage_least_squares_with_effects_is_that_with_dummies():
    ours = least_squares(FRAME, "y", ["x"], effects=["t"], endogenous=["x"], instruments=["z1"], errors="HC0")
    dummies = pd.get_dummies(FRAME["t"], dtype=float)
    other = IV2SLS(FRAME["y"], dummies, FRAME["x"], FRAME["z1"]).fit(cov_type="robust")
    assert ours.coefficients[0] == pytest.approx(other.params["x"], rel=1e-9)
    assert ours.standard_errors[0] == pytest.approx(other.std_errors["x"], rel=1e-9)


def test_a_joint_test_and_a_combination_equal_statsmodels():
    ours = least_squares(FRAME, "y", ["x", "q", "z1"], errors="HC1")
    other = smf.ols("y ~ x + q + z1", FRAME).fit(cov_type="HC1", use_t=True)
    f, p = ours.joint_test(["q", "z1"])
    theirs = other.f_test("q = 0, z1 = 0")
    assert (float(f), float(p)) == pytest.approx((float(theirs.fvalue), float(theirs.pvalue)), rel=1e-8)
    whole = ours.combination({"x": 1, "q": 2}, display=".3f")
    low, high = other.t_test("x + 2*q = 0").conf_int()[0]
    assert (whole.low, whole.high) == pytest.approx((low, high), rel=1e-8)
    assert str(ours.estimate("x", unit="points")) == str(ours.combination({"x": 1}, unit="points"))


def test_conley_errors_equal_their_definition_and_its_limits():
    rng = np.random.default_rng(3)
    f = data(3).assign(lon=lambda d: rng.uniform(100, 120, len(d)), lat=lambda d: rng.uniform(25, 40, len(d)))
    robust = least_squares(f, "y", ["x", "q"], errors="HC0").standard_errors
    near = least_squares(f, "y", ["x", "q"], neighbours=Neighbours("lon", "lat", 1e-6))
    assert near.errors == "Conley"
    np.testing.assert_allclose(near.standard_errors, robust, rtol=1e-10)
    # Places of one name at one point, far from the others: a cluster.
    f["lon"], f["lat"] = 100 + f["i"] / 2, 30.0
    alike = least_squares(f, "y", ["x", "q"], neighbours=Neighbours("lon", "lat", 20, kernel="uniform"))
    clustered = least_squares(f, "y", ["x", "q"], cluster="i").standard_errors
    g, n = f["i"].nunique(), len(f)
    np.testing.assert_allclose(alike.standard_errors, clustered / np.sqrt(g / (g - 1) * (n - 1) / (n - 3)), rtol=1e-10)
    f["lon"] = rng.uniform(100, 120, n)
    found = least_squares(f, "y", ["x"], neighbours=Neighbours("lon", "lat", 500))
    design = np.column_stack([f["x"], np.ones(n)])
    score = design * found.residuals[:, None]
    here = (f["lon"], f["lat"])
    weight = np.maximum(1 - distance_matrix_km(*here, *here) / 500, 0)
    bread = np.linalg.inv(design.T @ design)
    np.testing.assert_allclose(found.covariance, bread @ score.T @ weight @ score @ bread, rtol=1e-9)


def test_many_at_once_are_one_by_one():
    rng = np.random.default_rng(4)
    n, i, t = 60, np.arange(60) % 7, np.arange(60) // 7
    y, x = rng.normal(size=(5, n)), rng.normal(size=(5, n, 2))
    w = rng.uniform(0.2, 2, (5, n))
    w[2, :9] = 0
    options = {"effects": [i, t], "clusters": [i]}
    shared = batched_least_squares(y, x[0], **options)
    every = batched_least_squares(y, x, weights=w, **options)
    one_outcome = batched_least_squares(y[0], x, **options)
    for k in range(5):
        alone = batched_least_squares(y[k], x[0], **options)
        np.testing.assert_allclose(shared.covariance[k], alone.covariance, rtol=1e-10)
        np.testing.assert_allclose(
            one_outcome.coefficients[k], batched_least_squares(y[0], x[k], **options).coefficients
        )
        inside = w[k] > 0
        alone = batched_least_squares(
            y[k, inside], x[k, inside], weights=w[k, inside], effects=[i[inside], t[inside]], clusters=[i[inside]]
        )
        np.testing.assert_allclose(every.coefficients[k], alone.coefficients, rtol=1e-9)
        np.testing.assert_allclose(every.covariance[k], alone.covariance, rtol=1e-8)
        assert every.n[k] == inside.sum()
        assert every.residual_degrees[k] == alone.residual_degrees
        assert every.degrees[k] == alone.degrees


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(6, 60), first=st.integers(1, 12), second=st.integers(1, 12))
def test_effects_use_up_as_many_degrees_as_their_dummies(seed, n, first, second):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, first, n), rng.integers(0, second, n)
    weights = rng.uniform(0.5, 2, n)
    found = FixedEffects([Groups(a), Groups(b)], weights)
    dummies = np.hstack([pd.get_dummies(a, dtype=float), pd.get_dummies(b, dtype=float)])
    assert found.rank == np.linalg.matrix_rank(dummies)
    values = rng.normal(size=n)
    root = np.sqrt(weights)
    projection = (root[:, None] * dummies) @ np.linalg.pinv(root[:, None] * dummies)
    np.testing.assert_allclose(root * found.demean(values), root * values - projection @ (root * values), atol=1e-8)
    np.testing.assert_allclose(found.leverage(), np.diag(projection), atol=1e-8)


@settings(max_examples=30, deadline=None)
@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
def test_units_change_nothing(scale, shift):
    base = least_squares(FRAME, "y", ["x", "q"], effects=["i"], cluster="i")
    other = least_squares(FRAME.assign(x=scale * FRAME["x"] + shift), "y", ["x", "q"], effects=["i"], cluster="i")
    assert other.t == pytest.approx(base.t, rel=1e-5)
    assert other.coefficients[0] * scale == pytest.approx(base.coefficients[0], rel=1e-6)


def test_partialling_out_gives_the_slope_of_the_whole_regression():
    y, x = partialled_out(FRAME[["y", "x"]].to_numpy().T, FRAME[["q"]], [FRAME["i"], FRAME["t"]])
    whole = least_squares(FRAME, "y", ["x", "q"], effects=["i", "t"])
    assert x @ y / (x @ x) == pytest.approx(whole.coefficients[0], rel=1e-9)
    np.testing.assert_allclose(partialled_out(FRAME["y"]), FRAME["y"] - FRAME["y"].mean(), atol=1e-12)


def test_what_is_left_out_is_counted():
    f = FRAME.copy()
    f.loc[:4, "x"] = np.nan
    f.loc[len(f)] = {**f.iloc[10].to_dict(), "i": 99}
    found = least_squares(f, "y", ["x"], effects=["i"])
    assert found.dropped == {"missing value": 5, "alone in a level of i": 1}
    assert found.n == len(f) - 6
    # Places by halves of the years: an interaction of two columns.
    halves = least_squares(f.assign(late=f["t"] > 5), "y", ["x"], effects=[("i", "late"), "t"])
    joined = f.assign(both=[f"{i} {t > 5}" for i, t in zip(f["i"], f["t"], strict=True)])
    assert halves.table().equals(least_squares(joined, "y", ["x"], effects=["both", "t"]).table())
    assert "alone in a level of i x late" in halves.dropped


def test_rejections_under_the_null_are_as_announced():
    """Homoskedastic, heteroskedastic and clustered worlds, 2,000 of each: the error of counting is half a point."""
    rng = np.random.default_rng(5)
    worlds, clusters, size = 2000, 25, 8
    g = np.repeat(np.arange(clusters), size)
    n = len(g)
    x = rng.normal(size=(worlds, n))

    def rate(y, x, **options):
        fit = batched_least_squares(y, x[..., None], **options)
        return (np.abs(fit.t[:, 0]) > fit.critical).mean()

    plain = rng.normal(size=(worlds, n))
    for errors in ("classical", "HC1", "HC3"):
        assert rate(plain, x, errors=errors) == pytest.approx(0.05, abs=0.02)
    uneven = plain * (0.5 + x**2)
    assert rate(uneven, x, errors="classical") > 0.2
    assert rate(uneven, x, errors="HC3") == pytest.approx(0.05, abs=0.025)
    together = rng.normal(size=(worlds, clusters))[:, g] + plain
    shared = rng.normal(size=(worlds, clusters))[:, g] + 0.5 * x
    assert rate(together, shared, errors="HC1") > 0.25
    assert rate(together, shared, clusters=[g]) == pytest.approx(0.05, abs=0.025)
    assert rate(together, shared, clusters=[g], effects=[np.tile(np.arange(size), clusters)]) == pytest.approx(
        0.05, abs=0.025
    )


def test_conley_errors_reject_as_announced_where_neighbours_are_alike():
    rng = np.random.default_rng(6)
    n, worlds = 300, 600
    lon, lat = rng.uniform(100, 120, n), rng.uniform(25, 40, n)
    apart = distance_matrix_km(lon, lat, lon, lat)
    root = np.linalg.cholesky(np.exp(-apart / 60) + 1e-9 * np.eye(n))
    y, x = (rng.normal(size=(worlds, n)) @ root.T for _ in range(2))
    plain = batched_least_squares(y, x[..., None])
    spatial = batched_least_squares(y, x[..., None], dependence=np.maximum(1 - apart / 300, 0))
    rates = [(np.abs(f.t[:, 0]) > f.critical).mean() for f in (plain, spatial)]
    assert rates[0] > 0.085
    # Sums over few neighbourhoods are themselves a little too small; 600 worlds: error of counting 0.9 points.
    assert rates[1] == pytest.approx(0.06, abs=0.025)


def test_quantiles_and_p_values_are_those_of_scipy():
    from scipy import stats

    assert quantile(0.95, 29) == pytest.approx(stats.t.ppf(0.975, 29), rel=1e-12)
    assert quantile(0.9, np.inf) == pytest.approx(stats.norm.ppf(0.95), rel=1e-12)
    assert two_sided_p(-2.1, [8, np.inf]) == pytest.approx([2 * stats.t.sf(2.1, 8), 2 * stats.norm.sf(2.1)])


def test_newey_west_errors_equal_statsmodels():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(2, 60)).cumsum(axis=1)
    ours = batched_least_squares(y, x[:, None], errors="HAC", lags=4)
    other = sm.OLS(y, np.column_stack([x, np.ones(60)])).fit(cov_type="HAC", cov_kwds={"maxlags": 4})
    assert ours.standard_errors == pytest.approx(other.bse, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: least_squares(f, "gdp", ["x"]), "no column gdp; it has i, t"),
        (lambda f: least_squares(f.assign(x=np.inf), "y", ["x"]), "column 'x' is infinite .* logarithm"),
        (lambda f: least_squares(f.assign(x="a"), "y", ["x"]), "not numeric"),
        (lambda f: least_squares(f.assign(x=np.nan), "y", ["x"]), "no rows remain; left out: {'missing value'"),
        (lambda f: least_squares(f.assign(r=2 * f["x"]), "y", ["x", "q", "r"]), "r cannot be told apart"),
        (lambda f: least_squares(f.assign(r=f["i"] ** 2), "y", ["x", "r"], effects=["i"]), "r cannot be told apart"),
        (lambda f: least_squares(f.assign(a=f["t"] % 3), "y", ["x"], effects=["i", "t", "a"]), "3 effects; give"),
        (lambda f: least_squares(f, "y", ["x"], cluster=["i", "t", "q"]), "with 3 clusters"),
        (lambda f: least_squares(f.assign(c=1), "y", ["x"], cluster="c"), "fewer than 2 clusters"),
        (lambda f: least_squares(f, "y", ["x"], errors="HC2"), "errors is 'HC2'; choose one of classical"),
        (lambda f: least_squares(f, "y", ["x"], errors="cluster"), "errors 'cluster' with 0 clusters"),
        (lambda f: least_squares(f, "y", ["x"], errors="Driscoll-Kraay"), "needs time"),
        (lambda f: least_squares(f, "y", ["x"], errors="Conley"), "needs dependence of shape"),
        (lambda f: least_squares(f, "y", ["x"], level=95), "level is 95"),
        (lambda f: least_squares(f, "y", ["x"], weights="q"), "weights is -"),
        (lambda f: least_squares(f.head(3), "y", ["x", "q"]), "3 rows for 3 coefficients"),
        (lambda f: least_squares(f, "y", ["x", "x"]), "give one of its own"),
        (lambda f: least_squares(f, "y", ["x"], endogenous=["q"], instruments=["z1"]), "q, no regressor"),
        (lambda f: least_squares(f, "y", ["x"], endogenous=["x"]), "0 instruments for 1 endogenous"),
        (
            lambda f: least_squares(f, "y", ["x"], endogenous=["x"], instruments=["z1"], errors="HC3"),
            "no meaning with instruments",
        ),
        (lambda f: least_squares(f, "y", ["x"]).estimate("z"), "no coefficient 'z'; there are x, constant"),
        (lambda f: batched_least_squares(np.ones((2, 9)), np.eye(9)[:, :2]).table(), r"there are \(2,\) regressions"),
        (lambda f: batched_least_squares(f["y"], f["x"]), "do not fit"),
        (lambda f: batched_least_squares(f["y"], f[["x"]], effects=[f["i"][:9]]), "has 9 rows"),
        (lambda f: batched_least_squares(f["y"], f[["x"]], clusters=[f["i"].where(f["i"] > 0)]), "label is missing"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(FRAME)


def test_the_column_that_is_absorbed_is_named():
    with pytest.raises(CollinearError, match=r"^twice cannot be told apart"):
        least_squares(FRAME.assign(twice=FRAME["x"] * 2), "y", ["x", "twice"])


def test_many_outcomes_under_each_of_many_weights_agree_with_one_at_a_time():
    rng = np.random.default_rng(8)
    groups, x = np.repeat(np.arange(6), 5), rng.normal(size=(30, 2))
    y, weights = rng.normal(size=(2, 30)), rng.uniform(0.5, 2, (3, 1, 30))
    every = batched_least_squares(y, x, effects=[groups], weights=weights)
    assert every.coefficients.shape == (3, 2, 2)
    for i, j in np.ndindex(3, 2):
        alone = batched_least_squares(y[j], x, effects=[groups], weights=weights[i, 0])
        np.testing.assert_allclose(every.coefficients[i, j], alone.coefficients, rtol=1e-9)
        np.testing.assert_allclose(every.standard_errors[i, j], alone.standard_errors, rtol=1e-9)


def test_several_outcomes_of_a_frame_are_fitted_at_once_as_one_by_one() -> None:
    rng = np.random.default_rng(11)
    frame = pd.DataFrame(rng.standard_normal((60, 4)), columns=["a", "b", "x", "w"]).assign(group=np.arange(60) % 12)
    how = {"effects": ["group"], "cluster": "group"}
    both = least_squares(frame, ["a", "b"], ["x", "w"], **how)
    for k, name in enumerate(["a", "b"]):
        one = least_squares(frame, name, ["x", "w"], **how)
        np.testing.assert_allclose(both.coefficients[k], one.coefficients, rtol=1e-10)
        np.testing.assert_allclose(both.covariance[k], one.covariance, rtol=1e-10)
