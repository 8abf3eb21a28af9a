"""Shift-share designs: equivalences, closed forms, size by simulation, and input that is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.evidence.least_squares import CollinearError, batched_least_squares, least_squares
from symbiosis.evidence.shift_share import ShiftShare, leave_one_out_growth


def world(seed: int = 0, n: int = 120, k: int = 15, effect: float = 0.5, shared: float = 1.0) -> dict[str, Any]:
    """Locations with complete shares, an outcome with errors along the shares, and a regressor tied to the errors."""
    rng = np.random.default_rng(seed)
    place, industry = pd.Index([f"place {i}" for i in range(n)]), pd.Index([f"industry {i}" for i in range(k)])
    shares = pd.DataFrame(rng.dirichlet(np.full(k, 0.3), n), place, industry)
    growth = pd.Series(rng.normal(size=k), industry)
    error = shares.to_numpy() @ rng.normal(size=k) * shared + 0.3 * rng.normal(size=n)
    d = shares.to_numpy() @ growth.to_numpy() + 0.5 * error + 0.3 * rng.normal(size=n)
    return {
        "shares": shares, "growth": growth, "d": d, "y": effect * d + error,
        "controls": rng.normal(size=(n, 2)), "effects": [rng.integers(0, 6, n)], "weights": rng.uniform(0.5, 2, n),
    }  # fmt: skip


def design(w: dict[str, Any], **options: Any) -> ShiftShare:
    return ShiftShare(w["shares"], w["growth"], **options)


SETTINGS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "plain": lambda w: {},
    "controls": lambda w: {"controls": w["controls"]},
    "all": lambda w: {n: w[n] for n in ("controls", "effects", "weights")},
}


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("instrumented", [False, True])
@pytest.mark.parametrize("complete", [True, False])
def test_places_and_industries_and_the_sum_of_parts_give_one_coefficient(
    kind: str, instrumented: bool, complete: bool
) -> None:
    w = world()
    if not complete:
        w["shares"], w["growth"] = w["shares"].iloc[:, 1:], w["growth"].iloc[1:]
    s = design(w, **SETTINGS[kind](w))
    d = w["d"] if instrumented else None
    estimate = s.fit(w["y"], d).estimate
    frame = s.industry_level(w["y"], d)
    by_shock = least_squares(
        frame, "outcome", ["regressor"], endogenous=["regressor"], instruments=["growth"], weights="importance",
        errors="HC0",
    )  # fmt: skip
    assert by_shock.coefficients[0] == pytest.approx(estimate, rel=1e-9)
    for demeaned in (False, True):
        table = s.rotemberg(w["y"], d, demeaned=demeaned)
        assert table["alpha"].sum() == pytest.approx(1)
        assert (table["alpha"] * table["beta"]).sum() == pytest.approx(estimate, rel=1e-9)
        assert table["alpha"].abs().is_monotonic_decreasing
    # The same by the kernel of the library, with the instrument as a column.
    options = SETTINGS[kind](w)
    held = [options["controls"]] if "controls" in options else []
    held += [] if complete else [w["shares"].sum(axis=1).to_numpy()[:, None]]
    x = np.column_stack([s.instrument if d is None else d, *held])
    whole = batched_least_squares(
        w["y"], x, effects=options.get("effects", ()), weights=options.get("weights"),
        endogenous=["x1"], instruments=s.instrument.to_numpy()[:, None],
    ) if instrumented else batched_least_squares(
        w["y"], x, effects=options.get("effects", ()), weights=options.get("weights")
    )  # fmt: skip
    assert whole.coefficients[0] == pytest.approx(estimate, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.floats(-5, 5))
def test_the_level_of_growth_is_no_matter_where_shares_are_complete_or_their_sum_is_controlled(
    seed: int, level: float
) -> None:
    w = world(seed, n=40, k=5)
    partial = w | {"shares": w["shares"].iloc[:, :4], "growth": w["growth"].iloc[:4]}
    for v in (w, partial):
        moved = v | {"growth": v["growth"] + level}
        assert design(moved).fit(w["y"]).estimate == pytest.approx(design(v).fit(w["y"]).estimate, rel=1e-6, abs=1e-8)


def test_without_the_control_the_sum_of_shares_becomes_the_instrument() -> None:
    w = world()
    partial = w | {"shares": w["shares"].iloc[:, 1:], "growth": w["growth"].iloc[1:] + 1000}
    total = partial["shares"].sum(axis=1)
    bare, held = design(partial, control_share_sum=False), design(partial)
    assert bare.incomplete
    assert not design(w).incomplete
    assert np.corrcoef(bare.instrument, total)[0, 1] > 0.9999
    by_sum = least_squares(pd.DataFrame({"y": w["y"], "x": 1000 * total}), "y", ["x"]).coefficients[0]
    assert bare.fit(w["y"]).estimate == pytest.approx(by_sum, rel=0.05)
    assert held.fit(w["y"]).estimate != pytest.approx(by_sum, rel=0.05)


def test_one_industry_for_each_place_gives_white_errors() -> None:
    rng = np.random.default_rng(1)
    names = pd.Index(range(30))
    y = rng.normal(size=30)
    s = ShiftShare(pd.DataFrame(np.eye(30), names, names), pd.Series(rng.normal(size=30), names))
    plain = batched_least_squares(y, s.instrument.to_numpy()[:, None], errors="HC0")
    assert s.fit(y).akm_error == pytest.approx(plain.standard_errors[0])
    assert s.effective_shocks == pytest.approx(30)


def test_places_of_one_industry_each_are_clusters() -> None:
    rng = np.random.default_rng(2)
    industry = rng.integers(0, 12, 80)
    y = rng.normal(size=80) + rng.normal(size=12)[industry]
    shares = pd.DataFrame(np.eye(12)[industry])
    fit = ShiftShare(shares, pd.Series(rng.normal(size=12)), clusters=industry).fit(y)
    # Stata's factor for clusters is no part of the AKM formula. The constant is taken out before, hence 80 - 1.
    factor = 12 / 11 * 79 / 79
    assert fit.location_error == pytest.approx(fit.akm_error * np.sqrt(factor))


@pytest.mark.parametrize("kind", ["interval", "line", "rays"])
def test_akm0_is_the_set_of_effects_that_are_not_rejected(kind: str) -> None:
    w = world(1, n=200, k=40, shared=0.2)
    noise, more = np.random.default_rng(100).normal(size=(2, 200))
    # Rays need an instrument of the outcome that is none of the regressor; nothing is known where it is none of either.
    d, y = w["d"] if kind == "interval" else noise, more if kind == "line" else w["y"]
    found = design(w).fit(y, d).akm0
    assert found.p(found.estimate) == pytest.approx(1)
    grid = found.estimate + np.linspace(-50, 50, 2001)
    assert [found.contains(b) for b in grid] == [found.p(b) >= 0.05 for b in grid]
    for end in (e for piece in found.pieces for e in piece if np.isfinite(e)):
        assert found.p(end) == pytest.approx(0.05, abs=1e-8)
    rays, line = len(found.pieces) == 2, found.pieces == ((-np.inf, np.inf),)
    assert {"interval": found.bounded, "line": line, "rays": rays}[kind]
    assert (found.first_stage_f > 10) == (kind == "interval")


def test_with_many_shocks_akm_keeps_its_size_and_errors_by_place_do_not() -> None:
    rng = np.random.default_rng(3)
    n, k, runs = 300, 100, 20
    shares = pd.DataFrame(rng.dirichlet(np.full(k, 0.2), n))
    s, found = ShiftShare(shares, pd.Series(rng.normal(size=k))), []
    for _ in range(runs):
        outcome = shares.to_numpy() @ rng.normal(size=k) + 0.1 * rng.normal(size=n)
        found.append(s.random_shocks(outcome, rng=rng, draws=100))
    by_place, by_shock, imposed = (np.mean([getattr(f, name) for f in found]) for name in ("location", "akm", "akm0"))
    assert by_place > 0.2
    assert by_shock < 0.15
    assert 0.03 < imposed < 0.07


def test_random_shocks_tell_few_shocks_from_many() -> None:
    rng = np.random.default_rng(4)
    few = world(5, n=250, k=8)
    many = world(5, n=500, k=120, shared=0.0)
    found = [design(w).random_shocks(w["y"], rng=rng, draws=500) for w in (few, many)]
    assert found[0].location > 0.25
    assert found[0].akm > 0.1
    # Without errors along the shares, outcomes vary with d alone: its instrument is one of many shocks.
    assert found[1].akm < 0.1
    assert abs(found[1].akm0 - 0.05) < 0.03


def test_draws_are_those_of_whole_designs() -> None:
    w = world(6, n=60, k=6)
    s = design(w, controls=w["controls"], weights=w["weights"])
    found = s.permutation(w["y"], rng=np.random.default_rng(9), draws=99)
    orders = np.random.default_rng(9).permuted(np.tile(w["growth"], (99, 1)), axis=1)
    fits = [
        ShiftShare(w["shares"], pd.Series(g, w["growth"].index), w["controls"], weights=w["weights"]).fit(w["y"])
        for g in (w["growth"].to_numpy(), *orders)
    ]
    slope, t = np.array([f.estimate for f in fits]), np.array([f.estimate / f.akm_error for f in fits])
    assert found.null == pytest.approx(slope[1:])
    assert found.estimate == pytest.approx(slope[0])
    assert found.p == pytest.approx((np.abs(slope) >= abs(slope[0]) * (1 - 1e-9)).mean())
    assert found.p_studentized == pytest.approx((np.abs(t) >= abs(t[0]) * (1 - 1e-9)).mean())


def test_permutation_keeps_its_size_with_few_shocks() -> None:
    rng = np.random.default_rng(8)
    shares = pd.DataFrame(rng.dirichlet(np.full(8, 0.5), 150))
    p = []
    for _ in range(200):
        s = ShiftShare(shares, pd.Series(rng.normal(size=8)))
        p.append(s.permutation(shares.to_numpy() @ rng.normal(size=8), rng=rng, draws=99).p)
    assert 0.01 < np.mean(np.array(p) <= 0.05) < 0.1


def test_weights_are_as_good_as_copies() -> None:
    w = world(3, n=50, k=5)
    twice = np.repeat(np.arange(50), np.tile([1, 2], 25))
    weighted = design(w, weights=np.tile([1.0, 2.0], 25)).fit(w["y"], w["d"])
    copied = ShiftShare(w["shares"].iloc[twice], w["growth"]).fit(w["y"][twice], w["d"][twice])
    assert weighted.estimate == pytest.approx(copied.estimate)
    assert weighted.akm_error == pytest.approx(copied.akm_error)
    assert weighted.akm0.p(2.0) == pytest.approx(copied.akm0.p(2.0))


def test_growth_elsewhere_leaves_the_place_out() -> None:
    before = pd.DataFrame({"mining": [10.0, 30, 60], "trade": [5.0, 5, 0]}, ["a", "b", "c"])
    after = pd.DataFrame({"mining": [20.0, 30, 30], "trade": [5.0, 10, 10]}, ["a", "b", "c"])
    g = leave_one_out_growth(before, after)
    assert g.loc["a", "mining"] == pytest.approx(np.log(60 / 90))
    assert g.loc["c", "trade"] == pytest.approx(np.log(15 / 10))
    whole = pd.DataFrame({"mining": [200.0, 100], "trade": [50.0, 60]}, ["before", "after"])
    assert leave_one_out_growth(before, after, whole).loc["b", "mining"] == pytest.approx(np.log(70 / 170))
    only = before.assign(trade=[0.0, 5, 0])
    with pytest.raises(ValueError, match="nobody works in trade outside b"):
        leave_one_out_growth(only, after)
    with pytest.raises(ValueError, match="give the same index and columns"):
        leave_one_out_growth(before, after.iloc[::-1])


def test_the_same_growth_seen_from_everywhere_is_one_growth() -> None:
    w = world()
    rows = pd.DataFrame([w["growth"]] * len(w["shares"]), w["shares"].index)
    one, many = design(w).fit(w["y"], w["d"]), design(w | {"growth": rows}).fit(w["y"], w["d"])
    assert (one.estimate, one.akm_error) == pytest.approx((many.estimate, many.akm_error))
    pd.testing.assert_frame_equal(design(w).rotemberg(w["y"]), design(w | {"growth": rows}).rotemberg(w["y"]))


W = world(n=30, k=4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: design(W | {"growth": W["growth"].iloc[::-1]}), "name different industries"),
        (lambda: design(W | {"growth": W["growth"] * np.nan}), "growth holds 4 values that are not finite"),
        (lambda: design(W | {"shares": -W["shares"]}), "shares is -"),
        (lambda: design(W | {"shares": W["shares"].assign(**{"industry 1": 0.0})}), "nobody works in industry 1"),
        (lambda: design(W | {"shares": W["shares"].assign(**{"industry 1": W["shares"]["industry 0"]})}), "rank 3"),
        (lambda: design(W | {"shares": W["shares"].iloc[:3]}), "merge industries"),
        (lambda: design(W | {"growth": W["growth"] * 0}), "leave nothing of the instrument"),
        (lambda: design(W, weights=np.ones(3)), "give one for each location"),
        (lambda: design(W).fit(W["y"][:9]), "outcome holds 9 values for 30 locations"),
        (lambda: design(W).fit(W["y"] * np.inf), "outcome holds 30 values that are not finite"),
        (lambda: design(W).fit(pd.Series(W["y"])), "outcome and shares name different locations"),
        (lambda: design(W).fit(W["y"], pd.Series(W["d"])), "regressor and shares name different locations"),
        (lambda: design(W).permutation(W["y"], rng=np.random.default_rng(), draws=9), "give at least 99"),
        (lambda: design(W).random_shocks(W["y"], rng=np.random.default_rng(), draws=0), "give at least 1"),
        (
            lambda: design(W | {"growth": pd.DataFrame([W["growth"]] * 30, W["shares"].index)}).industry_level(W["y"]),
            "give one number for each industry here",
        ),
        (
            lambda: design(W | {"growth": pd.DataFrame([W["growth"]] * 30)}),
            "growth and shares name different locations",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises((ValueError, CollinearError), match=message):
        call()
