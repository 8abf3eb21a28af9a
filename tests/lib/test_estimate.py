import math

import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.bootstrap import bootstrap_interval
from symbiosis.evidence.complementarity import imbalance_penalty, interactions
from symbiosis.evidence.convergence import beta_convergence, sigma_convergence
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.interaction_panel import clustered_interaction, panel_interaction, simulate_panel
from symbiosis.evidence.panel_regression import panel_regression
from symbiosis.evidence.spatial_cross_validation import cross_validate, ridge


def test_an_estimate_prints_value_unit_and_interval():
    assert str(Estimate(3.14, 2.0, 4.2, "points", ".1f")) == "3.1 points (2.0 to 4.2)"
    assert str(Estimate(0.62, 0.58, 0.66, display=".0%")) == "62% (58% to 66%)"
    assert str(Estimate(7, unit="countries", display=".0f")) == "7 countries"


def test_what_rounds_to_zero_has_no_sign():
    assert str(Estimate(-0.001, -0.2, 0.1, display=".1f")) == "0.0 (-0.2 to 0.1)"


def test_open_ends_are_words():
    assert Estimate(85, 36, math.inf, "years", ".0f").interval == "36 to ∞"
    assert Estimate(math.nan, unit="years").point == "none years"


def test_excludes_says_whether_the_interval_leaves_a_value_out():
    assert Estimate(1, 0.1, 2).excludes(0)
    assert not Estimate(1, -0.1, 2).excludes(0)
    assert Estimate(1, 0.1, 2).excludes(3)
    assert not Estimate(1).excludes(0)


def test_a_simulation_is_known_to_two_of_its_standard_errors():
    assert str(Estimate.from_error(0.62, 0.001, unit="points", display=".3f")) == "0.620 points (0.618 to 0.622)"
    inside = math.erf(2 / math.sqrt(2))
    assert Estimate.from_error(0, 1).level == pytest.approx(inside, abs=1e-4)
    with pytest.raises(ValueError, match="swap its ends"):
        Estimate.from_error(0, -1)


def test_a_negative_factor_keeps_the_ends_in_order():
    turned = Estimate(1, 0.5, 2, "log points").times(-100, unit="%", display=".0f")
    assert str(turned) == "-100 % (-200 to -50)"


def test_an_interval_the_wrong_way_round_is_refused():
    with pytest.raises(ValueError, match="swap its ends"):
        Estimate(1, 2, 0)


def test_results_write_themselves_as_estimates():
    rng = np.random.default_rng(0)
    start = np.exp(np.linspace(0, 2, 40))
    end = start**0.7 * np.exp(0.1 * rng.normal(size=40))
    beta = beta_convergence(start, end, 10)
    assert (beta.speed_written().value, beta.speed_written().low) == (beta.speed, beta.speed_low)
    assert str(beta.half_life_written()).startswith(f"{beta.half_life:.0f} years (")
    sigma = sigma_convergence(start, end, rng=rng, resamples=100)
    assert (sigma.written().value, sigma.written().high) == (sigma.change, sigma.high)
    mean = bootstrap_interval(start, np.mean, rng=rng, resamples=100, level=0.9)
    assert (mean.written(".1f", "kg").unit, mean.written().level, mean.written().low) == ("kg", 0.9, mean.low)
    validated = cross_validate(rng.normal(size=(30, 2)), rng.normal(size=30), np.arange(30) % 6, rule=ridge())
    assert validated.estimate(rng=rng).value == validated.skill

    i, t = np.repeat(np.arange(12), 5), np.tile(np.arange(5), 12)
    frame = pd.DataFrame({"i": i, "t": t, "y": rng.normal(size=60), "a": rng.normal(size=60), "b": rng.normal(size=60)})
    where = {"entity": "i", "time": "t"}
    panel = panel_regression(frame, "y", ["a"], **where)
    assert panel.estimate("a").high == panel.coefficients.loc["a", "high"]
    pairs = interactions(frame, "y", ["a", "b"], **where)
    assert pairs.written(".3f").value == pairs.average["estimate"]
    penalty = imbalance_penalty(frame, "y", ["a", "b"], cluster="i", effects=["t"])
    assert (penalty.written().value, penalty.written().low) == (penalty.estimate, penalty.low)

    first, second = simulate_panel(places=9, years=9, cross=(0, 0), own=(-0.2, -0.2), noise=(0.1, 0.1), rng=rng)
    found = panel_interaction(first[0], second[0])
    for whole in (found, clustered_interaction(first[0], second[0])):
        turned = whole.estimate(1, factor=-10, unit="points")
        assert (turned.value, turned.low) == pytest.approx((-10 * whole.cross[1], -10 * whole.high[1]))
    many = panel_interaction(first, second)
    assert many.estimate(0, at=(0,)).value == pytest.approx(found.cross[0])


def test_draws_become_their_median_with_the_middle_part_of_them():
    found = Estimate.of_draws(range(101), display=".0f", unit="%")
    assert str(found) == "50 % (5 to 95)"
    assert (found.low, found.high, found.level) == pytest.approx((5, 95, 0.9))
    assert str(Estimate.of_draws([[3.0], [3.0]], level=0.5, display=".0f")) == "3 (3 to 3)"


@pytest.mark.parametrize("draws", [[], [1.0, math.nan], [math.inf]])
def test_draws_that_hold_no_number_are_refused(draws: list[float]):
    with pytest.raises(ValueError, match="draws must hold"):
        Estimate.of_draws(draws)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_outside_its_range_is_refused(level: float):
    with pytest.raises(ValueError, match="level is"):
        Estimate.of_draws([1.0, 2.0], level=level)


def test_a_difference_of_logarithms_becomes_a_relative_change():
    found = Estimate(math.log(0.8), math.log(0.5), math.log(1.1), "log points").relative_change()
    assert str(found) == "-20% (-50% to +10%)"
    assert math.isnan(Estimate(0.0).relative_change().low)
