"""Every ceiling fitted at once, against the curve it came from and against the one-by-one estimator."""

from __future__ import annotations

import numpy as np
import pytest

from symbiosis.evidence.ceiling_profile import profile_ceilings
from symbiosis.evidence.curve_fit import fit_logistic_free_ceiling

YEARS = np.arange(1960.0, 2011.0)
CURVE = 0.8 / (1 + np.exp(-0.06 * (YEARS - 1985)))


def test_an_exact_curve_gives_back_its_ceiling_and_rate() -> None:
    profile = profile_ceilings(YEARS, CURVE, [0.75, 0.8, 0.9, np.inf])
    assert profile.ceilings[profile.best] == 0.8
    assert profile.rates[profile.best] == pytest.approx(0.06, rel=1e-7)
    later = np.array([2030.0, 2050.0])
    np.testing.assert_allclose(
        profile.predict(later)[profile.best], 0.8 / (1 + np.exp(-0.06 * (later - 1985))), rtol=1e-7
    )


@pytest.mark.parametrize("last", [1985, 2010])
def test_it_agrees_with_the_estimator_that_fits_one_ceiling_at_a_time(last: int) -> None:
    rng = np.random.default_rng(1)
    use = last >= YEARS
    noisy = CURVE[use] + rng.normal(0, 0.004, use.sum())
    reference = fit_logistic_free_ceiling(YEARS[use], noisy)
    rows = reference.profile[reference.profile["log_likelihood_ratio"] < 20]
    ours = profile_ceilings(YEARS[use], noisy, rows["ceiling"])
    np.testing.assert_allclose(ours.sse, rows["sse"], rtol=1e-6)
    np.testing.assert_allclose(ours.rates, rows["rate"], rtol=1e-4)
    low, high = reference.interval
    inside = (rows["ceiling"] > low * 1.001) & (rows["ceiling"] < high / 1.001)
    # Its zero is the best ceiling of the continuum, ours the best on the grid: a hair higher.
    assert (ours.accepted()[inside.to_numpy()]).all()


def test_a_stricter_level_accepts_more_ceilings() -> None:
    noisy = CURVE + np.random.default_rng(2).normal(0, 0.01, len(YEARS))
    profile = profile_ceilings(YEARS, noisy, np.linspace(0.72, 1.2, 50))
    assert profile.accepted(0.5).sum() < profile.accepted(0.95).sum() < profile.accepted(0.999).sum()


@pytest.mark.parametrize(
    ("years", "share", "ceilings", "words"),
    [
        (YEARS, CURVE[::-1], [1.0], "does not rise"),
        (YEARS, 100 * CURVE, [1.0], "fraction"),
        (YEARS[:3], CURVE[:3], [1.0], "years"),
        (YEARS, CURVE, [-1.0], "ceilings"),
        (YEARS, CURVE, [], "ceilings"),
    ],
)
def test_bad_input_is_named(years: np.ndarray, share: np.ndarray, ceilings: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        profile_ceilings(years, share, ceilings)


def test_a_level_that_is_no_fraction_is_named() -> None:
    with pytest.raises(ValueError, match="level is 95"):
        profile_ceilings(YEARS, CURVE, [1.0]).accepted(95)
