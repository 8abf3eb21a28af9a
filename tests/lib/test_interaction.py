"""Estimators of mutual help: against statsmodels and linearmodels, known truth, and worlds without any help."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.evidence.interaction_growth import InteractionEstimate, interaction_growth, mode_shares
from symbiosis.evidence.interaction_nulls import (
    common_shock_panel,
    permuted_partners,
    share_called_mutual,
    unrelated_series,
)
from symbiosis.evidence.interaction_panel import (
    BalancedPair,
    balanced_pair,
    clustered_interaction,
    half_panel_jackknife,
    interaction_power,
    panel_interaction,
    partner_null,
    shared_growth,
    simulate_panel,
)
from symbiosis.evidence.panel_regression import panel_regression
from symbiosis.measures.interaction_modes import MODES

TRUTH = {"own": (-0.15, -0.1), "noise": (0.05, 0.06)}


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def panel(
    places: int = 60, years: int = 30, cross: tuple[float, float] = (0.03, 0.0), replications: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    first, second = simulate_panel(
        places=places, years=years, cross=cross, rng=rng(), replications=replications, **TRUTH
    )  # type: ignore[arg-type]
    return (first[0], second[0]) if replications == 1 else (first, second)


# one pair -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lags", [None, 0, 3])
def test_one_pair_agrees_with_statsmodels(lags: int | None) -> None:
    import statsmodels.api as sm

    x, y = (v[0] for v in unrelated_series("S-curves", 1, 40, noise=0.02, rng=rng()))
    found = interaction_growth(x, y, hac_lags=lags)
    sizes = np.column_stack([x / x.mean(), y / y.mean()])[:-1]
    for side, growth in enumerate((np.diff(np.log(x)), np.diff(np.log(y)))):
        model = sm.OLS(growth, sm.add_constant(sizes))
        fit = model.fit() if lags is None else model.fit(cov_type="HAC", cov_kwds={"maxlags": lags})
        assert found.cross[side] == pytest.approx(fit.params[2 - side], rel=1e-8)
        assert found.own[side] == pytest.approx(fit.params[1 + side], rel=1e-8)
        assert found.cross_error[side] == pytest.approx(fit.bse[2 - side], rel=1e-8)
        assert found.own_error[side] == pytest.approx(fit.bse[1 + side], rel=1e-8)
        if lags is None:
            low, high = fit.conf_int()[2 - side]
            assert (found.low[side], found.high[side]) == pytest.approx((low, high), rel=1e-6)


@pytest.mark.parametrize(
    ("noise", "labelled", "significant"),
    [(0.005, 0.51, 0.043), (0.01, 0.67, 0.086), (0.02, 0.79, 0.153), (0.05, 0.88, 0.232)],
)
def test_independent_trends_look_like_mutualism(noise: float, labelled: float, significant: float) -> None:
    """Row H-06; with 4,000 replications the error of counting is below 0.008."""
    found = interaction_growth(*unrelated_series("S-curves", 4000, 40, noise=noise, rng=rng()))
    shares = mode_shares(found.modes())
    assert shares.loc["mutualism", "standard_error"] < 0.008
    assert shares.loc["mutualism", "share"] == pytest.approx(labelled, abs=0.02)
    assert (found.low[:, 0] > 0).mean() == pytest.approx(significant, abs=0.02)


@pytest.mark.parametrize(
    ("settings", "labelled"),
    [
        ({"persistence": 0.0}, 97),
        ({}, 79),
        ({"persistence": 0.95}, 67),
        ({"rates": (0.1, 0.3)}, 36),
        ({"timing": "end"}, 3),
    ],
)
def test_the_label_hangs_on_persistence_and_on_speed(settings: dict[str, Any], labelled: float) -> None:
    """With 2,000 pairs the error of counting is below 1.2 of a hundred."""
    found = share_called_mutual(2000, 40, rng=rng(), **settings)
    assert found.value == pytest.approx(labelled, abs=4)
    assert found.low < found.value < found.high
    if settings == {}:
        modes = interaction_growth(*unrelated_series("S-curves", 2000, 40, rng=rng())).modes()
        assert found.value == pytest.approx(100 * (modes == "mutualism").mean())


def test_sizes_at_the_end_of_the_year_turn_the_label_round() -> None:
    x, y = unrelated_series("S-curves", 1000, 40, noise=0.02, rng=rng())
    share = {t: (interaction_growth(x, y, timing=t).modes() == "mutualism").mean() for t in ("start", "middle", "end")}  # type: ignore[arg-type]
    assert share["start"] > 0.7 > 0.3 > share["middle"] > share["end"]


def test_a_long_series_of_a_known_pair_is_estimated_without_bias() -> None:
    first, second = simulate_panel(places=200, years=1500, cross=(0.04, -0.03), rng=rng(), **TRUTH)  # type: ignore[arg-type]
    found = interaction_growth(first[0], second[0], scale="log")
    for side, truth in enumerate((0.04, -0.03)):
        error = found.cross[:, side].std() / np.sqrt(200)
        assert abs(found.cross[:, side].mean() - truth) < 4 * error + 0.001
        inside = ((found.low[:, side] < truth) & (truth < found.high[:, side])).mean()
        assert inside == pytest.approx(0.95, abs=0.05)  # 200 draws: error of counting 0.015


@given(a=st.floats(0.01, 100), b=st.floats(0.01, 100))
def test_units_change_nothing(a: float, b: float) -> None:
    x, y = (v[0] for v in unrelated_series("S-curves", 1, 30, noise=0.02, rng=rng()))
    base, scaled = interaction_growth(x, y), interaction_growth(a * x, b * y)
    np.testing.assert_allclose(scaled.cross, base.cross, rtol=1e-6)
    np.testing.assert_allclose(scaled.cross_error, base.cross_error, rtol=1e-6)


def test_exchanging_the_sides_exchanges_the_effects() -> None:
    x, y = unrelated_series("S-curves", 5, 30, noise=0.02, rng=rng())
    forward, backward = interaction_growth(x, y, hac_lags=2), interaction_growth(y, x, hac_lags=2)
    np.testing.assert_allclose(forward.cross, backward.cross[:, ::-1], rtol=1e-9)
    np.testing.assert_allclose(forward.own_error, backward.own_error[:, ::-1], rtol=1e-9)


def test_modes_by_interval_call_an_unclear_effect_none() -> None:
    found = InteractionEstimate(
        cross=np.array([[1.0, 1.0], [1.0, 0.1], [-1.0, 1.0], [0.1, -0.1]]), cross_error=np.full((4, 2), 0.2),
        own=np.zeros((4, 2)), own_error=np.ones((4, 2)), critical=2.0, level=0.95, n_obs=40,
    )  # fmt: skip
    assert found.modes().tolist() == ["mutualism", "mutualism", "parasitism", "parasitism"]
    assert found.modes(by="interval").tolist() == ["mutualism", "commensalism", "parasitism", "independence"]
    shares = mode_shares(found.modes(by="interval"))
    assert shares.index.tolist() == list(MODES)
    assert shares["share"].sum() == pytest.approx(1)
    assert shares.loc["mutualism", "standard_error"] == pytest.approx(np.sqrt(0.25 * 0.75 / 4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, y: interaction_growth(x[:, :5], y[:, :5]), "first holds 5 years; at least 6 are needed"),
        (lambda x, y: interaction_growth(-x, y), "first is -.*; every value must be more than zero"),
        (lambda x, y: interaction_growth(x, 2 * x), "the two sizes move exactly together"),
        (lambda x, y: interaction_growth(x, np.ones_like(x)), "one does not move"),
        (lambda x, y: interaction_growth(x, y, timing="later"), "timing is 'later'; choose"),
        (lambda x, y: interaction_growth(x, y, scale="root"), "scale is 'root'; choose"),
        (lambda x, y: interaction_growth(x, y, hac_lags=29), "hac_lags is 29; give a number from 0 to 28"),
        (lambda x, y: interaction_growth(x, y, level=95), "level is 95; give a fraction"),
        (lambda x, y: interaction_growth(x, y).modes(by="eye"), "by is 'eye'; choose"),
        (lambda x, y: mode_shares([]), "modes is empty"),
        (lambda x, y: mode_shares(["love"]), "unknown modes: love"),
        (lambda x, y: unrelated_series("S-curves", 0, 30, rng=rng()), "replications is 0"),
        (lambda x, y: unrelated_series("S-curves", 5, 30, noise=0, rng=rng()), "noise is 0; give a standard deviation"),
        (lambda x, y: unrelated_series("S-curves", 5, 30, rng=rng(), persistence=1), "persistence is 1; give"),
        (lambda x, y: unrelated_series("S-curves", 5, 30, rng=rng(), rates=(0.3, 0.1)), "rates are .0.3, 0.1.; give"),
        (lambda x, y: unrelated_series("S-curves", 5, 30, rng=rng(), shared=50), "shared is 50; shares are fractions"),
        (lambda x, y: permuted_partners([1, 1, 2], draws=5, rng=rng()), "1 groups have a single unit \\(2\\)"),
        (lambda x, y: permuted_partners([1, 1], draws=0, rng=rng()), "draws is 0; give at least 1"),
        (lambda x, y: panel_interaction(x[:2], y[:2]), "first has 2 places and 30 years; at least 3 and 3"),
        (lambda x, y: panel_interaction(x, y[:, 1:]), "must have one shape"),
        (lambda x, y: panel_interaction(x, x), "cannot be told apart"),
        (lambda x, y: panel_interaction(x, y, groups=[1, 2]), "groups has shape \\(2,\\); give one label for each"),
        (lambda x, y: panel_interaction(x, y, groups=range(9)), "the two sides cannot be told apart"),
        (lambda x, y: panel_interaction(x, y, groups=[0] * 9, time_effects=False), "groups are for time effects"),
        (lambda x, y: half_panel_jackknife(x[:, :7], y[:, :7]), "first holds 7 years; at least 8"),
        (lambda x, y: panel(cross=(0.5, 0.5)), "do not settle"),
        (lambda x, y: common_shock_panel(places=3, years=9, rng=rng(), common=-1, noise=(1, 1)), "common is -1"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call: object, message: str) -> None:
    x, y = unrelated_series("S-curves", 9, 30, noise=0.02, rng=rng())
    with pytest.raises(ValueError, match=message):
        call(x, y)  # type: ignore[operator]


# nulls --------------------------------------------------------------------------------------------------------


@given(sizes=st.lists(st.integers(2, 6), min_size=1, max_size=5), seed=st.integers(0, 2**32))
def test_permuted_partners_are_others_of_the_same_group(sizes: list[int], seed: int) -> None:
    generator = np.random.default_rng(seed)
    groups = generator.permutation(np.repeat(np.arange(len(sizes)), sizes))
    partners = permuted_partners(groups, draws=7, rng=generator)
    units = np.arange(len(groups))
    assert (partners != units).all()
    assert (groups[partners] == groups).all()
    assert (np.sort(partners, axis=1) == units).all()


def test_shared_shocks_tie_the_two_sides() -> None:
    apart = unrelated_series("S-curves", 400, 40, noise=0.05, rng=rng())
    tied = unrelated_series("S-curves", 400, 40, noise=0.05, rng=rng(), shared=1.0)

    def correlation(pair: tuple[np.ndarray, np.ndarray]) -> float:
        return float(np.corrcoef(*(np.diff(np.log(v)).ravel() for v in pair))[0, 1])

    assert abs(correlation(apart)) < 0.1
    assert correlation(tied) > 0.9


# panels -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("time_effects", [True, False])
def test_the_fast_panel_agrees_with_the_general_one(time_effects: bool) -> None:
    first, second = panel()
    found = panel_interaction(first, second, time_effects=time_effects)
    places, years = first.shape
    frame = pd.DataFrame({"place": np.repeat(range(places), years - 1), "year": np.tile(range(years - 1), places)})
    frame["x"], frame["y"] = np.log(first[:, :-1]).ravel(), np.log(second[:, :-1]).ravel()
    for side, (name, values) in enumerate((("x", first), ("y", second))):
        frame["growth"] = np.diff(np.log(values)).ravel()
        other = "y" if name == "x" else "x"
        slow = panel_regression(frame, "growth", [name, other], entity="place", time="year", time_effects=time_effects)
        row = slow.coefficients.loc[other]
        assert found.cross[side] == pytest.approx(row["estimate"], rel=1e-6)
        assert found.cross_error[side] == pytest.approx(row["standard_error"], rel=0.03)  # factors for few clusters
        assert found.low[side] == pytest.approx(row["low"], abs=8e-4)


def test_group_time_effects_agree_with_dummies() -> None:
    first, second = panel(places=12, years=8)
    groups = np.repeat([0, 1, 2], 4)
    found = panel_interaction(first, second, groups=groups)
    place, group, year = np.repeat(np.arange(12), 7), np.repeat(groups, 7), np.tile(np.arange(7), 12)
    dummies = [pd.get_dummies(place).to_numpy(float), pd.get_dummies(10 * group + year).to_numpy(float)]
    x = np.column_stack([np.log(first[:, :-1]).ravel(), np.log(second[:, :-1]).ravel(), *dummies])
    slopes = np.linalg.lstsq(x, np.diff(np.log(first)).ravel(), rcond=None)[0]
    assert (found.own[0], found.cross[0]) == pytest.approx(tuple(slopes[:2]), rel=1e-6)


def test_places_can_be_compared_with_each_other_over_two_years() -> None:
    import statsmodels.api as sm

    first, second = panel(years=2)
    found = panel_interaction(first, second, place_effects=False)
    x = sm.add_constant(np.log(np.column_stack([first[:, 0], second[:, 0]])))
    fit = sm.OLS(np.diff(np.log(second)).ravel(), x).fit(cov_type="HC1")
    assert found.cross[1] == pytest.approx(fit.params[1], rel=1e-8)
    assert found.cross_error[1] == pytest.approx(fit.bse[1], rel=0.02)


def test_known_effects_are_found_and_covered() -> None:
    """Long panels: the bias of short ones is tested below. 200 replications: coverage is known to within 0.03."""
    first, second = panel(places=40, years=200, cross=(0.04, -0.02), replications=200)
    found = panel_interaction(first, second)
    for side, truth in enumerate((0.04, -0.02)):
        assert found.cross[:, side].mean() == pytest.approx(truth, abs=0.004)
        inside = ((found.low[:, side] < truth) & (truth < found.high[:, side])).mean()
        assert inside == pytest.approx(0.93, abs=0.05)


def test_no_effect_is_called_none_at_the_stated_rate() -> None:
    table = interaction_power(places=80, years=25, cross=(0.0, 0.0), rng=rng(), replications=400, **TRUTH)  # type: ignore[arg-type]
    assert table.loc["independence", "share"] == pytest.approx(0.9, abs=0.05)
    strong = interaction_power(places=300, years=25, cross=(0.05, 0.05), rng=rng(), replications=50, **TRUTH)  # type: ignore[arg-type]
    assert strong.loc["mutualism", "share"] > 0.85


def test_the_jackknife_takes_out_most_of_the_short_panel_bias() -> None:
    """With shocks that hit both sides, a short panel biases the cross effects of an independent pair."""
    first, second = simulate_panel(
        places=100, years=16, cross=(0.0, 0.0), own=(-0.1, -0.1), noise=(0.05, 0.05), shock_correlation=0.8, rng=rng(),
        replications=200,
    )  # fmt: skip
    plain = panel_interaction(first, second).cross.mean()
    better = half_panel_jackknife(first, second).mean()
    assert abs(plain) > 0.004 or abs(better) < 0.004
    own = panel_interaction(first, second).own.mean()
    assert own < -0.15  # Nickell: the truth is -0.1
    assert abs(better) <= abs(plain) + 0.002


@pytest.mark.parametrize("jackknife", [False, True])
def test_errors_are_those_of_places_drawn_anew(jackknife: bool) -> None:
    first, second = (v[0] for v in simulate_panel(places=80, years=21, cross=(0.05, 0.0), rng=rng(), **TRUTH))  # type: ignore[arg-type]
    groups = np.repeat(np.arange(4), 20)
    found = clustered_interaction(first, second, jackknife=jackknife)
    rows = rng().integers(0, 80, (300, 80))
    drawn = (
        half_panel_jackknife(first[rows], second[rows])
        if jackknife
        else panel_interaction(first[rows], second[rows]).cross
    )
    np.testing.assert_allclose(found.cross_error, drawn.std(axis=0), rtol=0.25)
    if jackknife:
        np.testing.assert_allclose(found.cross, half_panel_jackknife(first, second), rtol=1e-9)
        own_years = clustered_interaction(first, second, groups=groups, jackknife=True)
        np.testing.assert_allclose(own_years.cross, half_panel_jackknife(first, second, groups=groups), rtol=1e-9)
    with pytest.raises(ValueError, match="first has 1 dimensions; give one panel"):
        clustered_interaction(first[0], second[0])


def test_growth_that_a_place_or_a_year_has_is_not_shared_growth() -> None:
    first, second = simulate_panel(
        places=80, years=60, cross=(0.0, 0.0), own=(-0.999, -0.999), noise=(0.05, 0.1), shock_correlation=0.5, rng=rng()
    )
    spreads, tied = shared_growth(first, second)
    # Growth is a difference of two independent shocks.
    assert spreads == pytest.approx((0.05 * 2**0.5, 0.1 * 2**0.5), rel=0.03)
    assert tied == pytest.approx(0.5, abs=0.04)
    trend = np.exp(np.outer(np.linspace(0, 0.1, 80), np.arange(60)) + rng().normal(0, 1, 60))
    assert shared_growth(first * trend, second * trend) == (pytest.approx(spreads), pytest.approx(tied))


@pytest.mark.parametrize("own_years", [False, True])
def test_a_balanced_panel_needs_no_general_solver(own_years: bool) -> None:
    first, second = (v[0] for v in simulate_panel(places=40, years=12, cross=(0.05, 0.0), rng=rng(), **TRUTH))  # type: ignore[arg-type]
    groups = np.repeat(["a", "b", "c"], [20, 12, 8]) if own_years else None
    found, general = (f(first, second, groups=groups) for f in (clustered_interaction, panel_interaction))
    for name in ("cross", "own", "cross_error", "own_error", "low", "high"):
        np.testing.assert_allclose(getattr(found, name), getattr(general, name), rtol=1e-8)
    assert found.n_obs == general.n_obs


@pytest.mark.parametrize("jackknife", [False, True])
def test_what_a_group_shares_is_no_help_with_its_own_years(jackknife: bool) -> None:
    """A wave through each group: plain intervals miss the truth too often, those with years of each group do not.

    40 panels of 60 places: coverage of both effects is known to within 0.05.
    """
    groups, generator, inside, plain = np.repeat(np.arange(6), 10), rng(), [], []
    truth = np.array([0.06, 0.0])
    panels = simulate_panel(places=60, years=25, cross=(0.06, 0.0), rng=generator, replications=40, **TRUTH)  # type: ignore[arg-type]
    for first, second in zip(*panels, strict=True):
        wave = common_shock_panel(
            places=6, years=25, rng=generator, common=0.1, common_persistence=0.8, noise=(1e-9, 1e-9)
        )[0][0][groups]
        pair = (first * wave, second * wave)
        for kept, found in (
            (plain, panel_interaction(*pair)),
            (inside, clustered_interaction(*pair, groups=groups, jackknife=jackknife)),
        ):
            kept.append((found.low < truth) & (truth < found.high))
    assert np.mean(plain) < 0.75
    assert np.mean(inside) > 0.78


def test_a_null_of_halves_uses_the_same_strangers() -> None:
    first, second = (v[0] for v in simulate_panel(places=30, years=20, cross=(0.04, 0.0), rng=rng(), **TRUTH))  # type: ignore[arg-type]
    groups, options = np.repeat([0, 1], 15), {"draws": 40, "jackknife": True}
    null = partner_null(first, second, groups=groups, rng=rng(), **options)
    np.testing.assert_allclose(null.cross, half_panel_jackknife(first, second), rtol=1e-9)
    partners = permuted_partners(groups, draws=40, rng=rng())
    # A stranger's countryside for the effect on the city.
    np.testing.assert_allclose(null.null[3, 0], half_panel_jackknife(first, second[partners[3]])[0], rtol=1e-9)


def test_the_null_tells_an_own_partner_from_a_shared_shock() -> None:
    """Own partners that help stand out; a year that is good for a whole group does not."""
    groups = np.repeat(np.arange(10), 12)
    first, second = simulate_panel(places=120, years=25, cross=(0.06, 0.0), rng=rng(), **TRUTH)  # type: ignore[arg-type]
    found = partner_null(first[0], second[0], groups=groups, rng=rng(), draws=400)
    np.testing.assert_allclose(found.cross, panel_interaction(first[0], second[0]).cross, rtol=1e-9)
    assert found.p_value[0] < 0.01
    assert found.cross[0] > found.high[0]
    wave = common_shock_panel(places=10, years=25, rng=rng(), common=0.1, noise=(1e-6, 1e-6))[0][0]
    noise_only = simulate_panel(places=120, years=25, cross=(0.0, 0.0), rng=rng(), **TRUTH)  # type: ignore[arg-type]
    shared = partner_null(
        noise_only[0][0] * wave[groups], noise_only[1][0] * wave[groups], groups=groups, rng=rng(), draws=400
    )
    assert shared.cross[0] > 0.01
    assert (shared.p_value > 0.01).all()
    assert ((shared.low < shared.cross) & (shared.cross < shared.high)).all()


def test_permuted_effects_are_those_of_the_permuted_panel() -> None:
    first, second = panel(places=6, years=12)
    found = partner_null(first, second, groups=[0] * 6, rng=np.random.default_rng(5), draws=3)
    partners = permuted_partners([0] * 6, draws=3, rng=np.random.default_rng(5))
    for draw, row in zip(found.null, partners, strict=True):
        assert draw[0] == pytest.approx(panel_interaction(first, second[row]).cross[0], rel=1e-8)
        assert draw[1] == pytest.approx(panel_interaction(first[row], second).cross[1], rel=1e-8)


def test_a_common_shock_that_lasts_is_taken_for_help() -> None:
    first, second = common_shock_panel(
        places=100, years=30, rng=rng(), common=0.03, noise=(0.05, 0.05), replications=20
    )
    assert (panel_interaction(first, second).cross.mean(axis=0) > 0.02).all()
    none = common_shock_panel(places=100, years=30, rng=rng(), common=0.0, noise=(0.05, 0.05), replications=20)
    assert abs(panel_interaction(*none).cross.mean()) < 0.01


def test_jackknife_intervals_cover_the_truth() -> None:
    """Shocks that hit both sides, a short panel; 40 panels and two effects: coverage is known to within 0.05."""
    truth, generator = (0.03, 0.0), rng()
    panels = simulate_panel(
        places=50, years=24, cross=truth, shock_correlation=0.4, rng=generator, replications=40, **TRUTH
    )  # type: ignore[arg-type]
    found = [clustered_interaction(*pair, jackknife=True) for pair in zip(*panels, strict=True)]
    inside = np.mean([(f.low < truth) & (truth < f.high) for f in found])
    assert 0.82 < inside <= 1
    centre = np.mean([f.cross for f in found], axis=0)
    error = np.std([f.cross for f in found], axis=0) / np.sqrt(40)
    np.testing.assert_array_less(np.abs(centre - truth), 3 * error + 0.005)


# frames -------------------------------------------------------------------------------------------------------


def frame() -> pd.DataFrame:
    rows = [
        {"place": p, "year": y, "x": 1.0 + y, "y": 2.0 + y, "region": g}
        for p, g in (("A", "east"), ("B", "east"), ("C", "east"), ("D", "west"), ("E", "east"), ("F", "east"))
        for y in range(4)
    ]
    table = pd.DataFrame(rows)
    table.loc[(table["place"] == "E") & (table["year"] == 2), "x"] = np.nan
    table.loc[(table["place"] == "F") & (table["year"] == 1), "y"] = 0.0
    return table


def test_places_left_out_are_counted() -> None:
    pair = balanced_pair(frame(), entity="place", time="year", first="x", second="y", group="region", start=0, end=3)
    assert pair.places == ("A", "B", "C")
    assert pair.first.shape == (3, 4)
    assert pair.dropped == {"a year missing": 1, "a size of zero or less": 1, "alone in its group": 1}
    np.testing.assert_array_equal(pair.second[0], [2, 3, 4, 5])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first": "z"}, "frame has no column z"),
        ({"end": 1}, "start is 0 and end 1; give at least 3 years"),
        ({"end": 9}, "0 places have both series from 0 to 9"),
    ],
)
def test_a_frame_that_does_not_fit_is_named(change: dict[str, object], message: str) -> None:
    arguments = {
        "entity": "place",
        "time": "year",
        "first": "x",
        "second": "y",
        "group": "region",
        "start": 0,
        "end": 3,
    }
    with pytest.raises(ValueError, match=message):
        balanced_pair(frame(), **{**arguments, **change})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="24 repeated rows"):
        balanced_pair(pd.concat([frame(), frame()]), **arguments)  # type: ignore[arg-type]


def test_a_pair_keeps_places_and_counts_those_it_leaves_alone() -> None:
    pair = BalancedPair(
        tuple("abcde"), np.arange(3), np.ones((5, 3)), np.ones((5, 3)), np.array(["x", "x", "x", "y", "y"]), {"old": 2}
    )
    kept = pair.keep([True, True, False, True, False])
    assert kept.places == ("a", "b")
    assert kept.dropped == {"old": 2, "not kept": 2, "alone in its group": 1}
    assert kept.groups.tolist() == ["x", "x"]
    assert [one.places for one in pair.without_each(pair.groups)] == [("d", "e"), ("a", "b", "c")]
    assert [one.places for one in pair.without_each(pair.places)][3] == ("a", "b", "c")
    moving = replace(pair, first=np.exp([[0, 0.5, 0], [0, 0.3, 0], [0, 0, 0], [0, -0.5, 0], [0, 0, 0]]))
    assert moving.jumps().tolist() == [True, False, False, True, False]
    with pytest.raises(ValueError, match=r"kept has shape \(2,\); give one truth value for each of 5 places"):
        pair.keep([True, False])
