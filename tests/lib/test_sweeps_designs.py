"""Designs fill their intervals, indices are the known ones, a known rule is found again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.evidence.sobol_indices import sobol_indices
from symbiosis.models.migration.harris_todaro import HarrisTodaro
from symbiosis.sweeps.designs import intervals_of, latin_hypercube, sobol_index_design

PARAMETERS = HarrisTodaro.parameters().only(
    "urban_wage", "formal_jobs", "rural_productivity", "alpha", "informal_wage", "hukou_cost"
)
BOX = {"x": (-1.0, 1.0), "y": (10.0, 1000.0)}
CUBE = {f"x{k}": (-np.pi, np.pi) for k in (1, 2, 3)}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def ishigami(sample: pd.DataFrame, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    x1, x2, x3 = (sample[f"x{k}"].to_numpy() for k in (1, 2, 3))
    return np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)


def known_indices(a: float = 7.0, b: float = 0.1) -> tuple[list[float], list[float]]:
    """First-order and total indices in closed form (Ishigami and Homma 1990)."""
    v1 = (1 + b * np.pi**4 / 5) ** 2 / 2
    v2 = a**2 / 8
    v13 = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = v1 + v2 + v13
    return [v1 / whole, v2 / whole, 0.0], [(v1 + v13) / whole, v2 / whole, v13 / whole]


@given(runs=st.integers(1, 60), seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_a_latin_hypercube_has_one_run_in_every_slice(runs: int, seed: int) -> None:
    sample = latin_hypercube(BOX, runs, rng=rng(seed))
    assert list(sample) == ["x", "y"]
    for name, (low, high) in BOX.items():
        slices = np.floor((sample[name].to_numpy() - low) / (high - low) * runs).clip(0, runs - 1)
        assert sorted(slices) == list(range(runs))


def test_declared_bounds_are_the_intervals() -> None:
    assert intervals_of(PARAMETERS)["alpha"] == (0.1, 0.95)
    for design in (latin_hypercube, sobol_index_design):
        sample = design(PARAMETERS, 64, rng=rng())
        for parameter in PARAMETERS:
            assert sample[parameter.name].between(parameter.lower, parameter.upper).all()
        assert len(sample) == (64 * 8 if design is sobol_index_design else 64)


@pytest.mark.parametrize("design", [latin_hypercube, sobol_index_design])
def test_a_design_depends_on_its_generator_alone(design: Any) -> None:
    np.random.seed(1)  # noqa: NPY002
    first = design(BOX, 32, rng=rng(5))
    np.random.seed(2)  # noqa: NPY002
    pd.testing.assert_frame_equal(first, design(BOX, 32, rng=rng(5)), check_exact=True)
    assert not first.equals(design(BOX, 32, rng=rng(6)))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: latin_hypercube({}, 5, rng=rng()), "intervals are empty"),
        (
            lambda: latin_hypercube({"x": (1, 1)}, 5, rng=rng()),
            r"interval of x is \[1, 1\]; the lower end must be below",
        ),
        (lambda: latin_hypercube({"x": (0, np.inf)}, 5, rng=rng()), "upper end of x is inf"),
        (lambda: latin_hypercube(BOX, 0, rng=rng()), "runs is 0"),
        (lambda: sobol_index_design(BOX, 100, rng=rng()), "base_runs is 100; give a power of two, such as 128"),
        (lambda: sobol_indices(BOX, np.ones(9), rng=rng()), "results holds 9 values; .* a multiple of 4 rows"),
        (lambda: sobol_indices(BOX, np.ones(8), rng=rng()), "results are all 1; without variance"),
        (lambda: sobol_indices(BOX, [np.nan, *range(7)], rng=rng()), r"results holds 1 values that are not finite"),
        (lambda: sobol_indices(BOX, range(8), rng=rng(), level=95), "level is 95; give a fraction between 0 and 1"),
        (lambda: sobol_indices(BOX, range(8), rng=rng(), resamples=1), "resamples is 1"),
    ],
)
def test_bad_input_is_named(call: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_the_indices_of_the_ishigami_function() -> None:
    sample = sobol_index_design(CUBE, 4096, rng=rng(2))
    found = sobol_indices(CUBE, ishigami(sample), rng=rng(3))
    first, total = known_indices()
    assert first[0] == pytest.approx(0.3139, abs=1e-4)
    assert total[0] == pytest.approx(0.5576, abs=1e-4)
    assert found["parameter"].tolist() == ["x1", "x2", "x3"]
    np.testing.assert_allclose(found["first"], first, atol=0.02)
    np.testing.assert_allclose(found["total"], total, atol=0.02)
    for kind in ("first", "total"):
        width = found[f"{kind}_high"] - found[f"{kind}_low"]
        assert (width < 0.15).all()
        assert (width > 0).all()
    # The wrong order of rows is no small matter.
    shuffled = sobol_indices(CUBE, rng(4).permutation(ishigami(sample)), rng=rng(3))
    assert np.abs(shuffled["first"] - first).max() > 0.2


def test_the_intervals_cover_the_known_indices_about_as_often_as_they_say() -> None:
    first, total = known_indices()
    inside = []
    for seed in range(40):
        sample = sobol_index_design(CUBE, 256, rng=rng(seed))
        found = sobol_indices(CUBE, ishigami(sample), rng=rng(seed))
        inside += list((found["first_low"] <= first) & (found["first_high"] >= first))
        inside += list((found["total_low"] <= total) & (found["total_high"] >= total))
    # Those of a Sobol sequence are cautious: the bootstrap takes its rows for independent.
    assert np.mean(inside) >= 0.93


def test_first_and_total_indices_of_an_additive_function_agree() -> None:
    sample = sobol_index_design(BOX, 1024, rng=rng())
    found = sobol_indices(BOX, 3 * sample["x"] + sample["y"] / 495, rng=rng())
    shares = np.array([0.9, 0.1])
    np.testing.assert_allclose(found["first"], shares, atol=0.01)
    np.testing.assert_allclose(found["total"], shares, atol=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_the_intervals_depend_on_the_generator_alone(seed: int) -> None:
    results = ishigami(sobol_index_design(CUBE, 64, rng=rng()))
    one, same = (sobol_indices(CUBE, results, rng=rng(seed)) for _ in range(2))
    pd.testing.assert_frame_equal(one, same, check_exact=True)
    assert not one.equals(sobol_indices(CUBE, results, rng=rng(seed + 100)))
