"""Wilson intervals, Anderson-Rubin sets, the wild cluster bootstrap and permutations of an exposure."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from symbiosis.evidence.least_squares import batched_least_squares, least_squares, quantile
from symbiosis.evidence.permutation import exchange_histories, permute_exposure, permute_within
from symbiosis.evidence.proportions import share_of, wilson
from symbiosis.evidence.weak_instruments import anderson_rubin
from symbiosis.evidence.wild_bootstrap import wild_cluster_bootstrap

# Wilson -------------------------------------------------------------------------------------------------------


@given(n=st.integers(1, 10_000), share=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_wilson_intervals_equal_statsmodels(n: int, share: float, level: float) -> None:
    k = round(share * n)
    found = wilson(k, n, level=level)
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_wilson_intervals_print_and_refuse() -> None:
    assert str(wilson(5, 10)) == "50% (24% to 76%)"
    assert str(share_of(np.array([[True, False], [True, True]]), unit="of runs")) == "75% of runs (30% to 95%)"
    for call in (lambda: wilson(3, 2), lambda: wilson(-1, 2), lambda: wilson(0, 0)):
        with pytest.raises(ValueError, match="give a number from 0 to n"):
            call()
    with pytest.raises(ValueError, match="give one truth value for each run"):
        share_of([1, 0])


# Anderson-Rubin -----------------------------------------------------------------------------------------------


def instrumented(seed: int, strength: float, n: int = 200, effect: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    z, z2, w, u, e = rng.normal(size=(5, n))
    d = strength * z + u + w
    return pd.DataFrame({"y": effect * d + u + e, "d": d, "z": z, "z2": z2, "w": w, "g": np.arange(n) % 25})


def by_hand(frame: pd.DataFrame, effects: np.ndarray) -> np.ndarray:
    """Which effects a clustered t test of the instrument does not reject, one regression each."""
    outcome = frame["y"].to_numpy() - effects[:, None] * frame["d"].to_numpy()
    fit = batched_least_squares(outcome, frame[["z", "w"]], clusters=[frame["g"]])
    return np.abs(fit.t[:, 0]) <= fit.critical


@pytest.mark.parametrize(("strength", "kind"), [(1.0, "interval"), (0.13, "rays"), (0.0, "line")])
def test_the_set_is_that_of_test_by_test(strength: float, kind: str) -> None:
    for seed in range(30):
        frame = instrumented(seed, strength)
        found = anderson_rubin(frame, "y", ["d", "w"], endogenous="d", instruments=["z"], cluster="g")
        shape = "line" if found.pieces == ((-np.inf, np.inf),) else "interval" if found.bounded else "rays"
        if shape == kind:
            break
    else:
        pytest.fail(f"no draw gave a set of the kind {kind}")
    effects = np.concatenate([np.linspace(-4, 4, 401), [-1e6, 1e6]])
    assert [found.contains(b) for b in effects] == by_hand(frame, effects).tolist()
    assert found.contains(found.estimate)
    ends = [b for piece in found.pieces for b in piece if np.isfinite(b)]
    assert [found.p(b) for b in ends] == pytest.approx([0.05] * len(ends), abs=1e-6)
    text, words = found.set_text(), str(found.written())
    assert ("∞" in text) == (kind != "interval")
    assert (" and " in text) == (kind == "rays")
    assert ("-∞ to ∞" in words) == (kind != "interval")


def test_the_interval_solves_its_quadratic() -> None:
    """With classical errors: (a - b c)^2 = q (V_yy - 2 b V_yd + b^2 V_dd)."""
    frame = instrumented(1, 0.8)
    found = anderson_rubin(frame, "y", ["d", "w"], endogenous="d", instruments=["z"], errors="classical")
    y, d, z = (
        v - np.column_stack([frame["w"], np.ones(200)]) @ np.linalg.lstsq(
            np.column_stack([frame["w"], np.ones(200)]), v, rcond=None)[0]
        for v in (frame["y"], frame["d"], frame["z"])
    )  # fmt: skip
    zz = z @ z
    a, c = z @ y / zz, z @ d / zz
    ry, rd = y - a * z, d - c * z
    k = float(quantile(0.95, 197)) ** 2 / 197 / zz
    roots = np.roots([c**2 - k * rd @ rd, -2 * (a * c - k * ry @ rd), a**2 - k * ry @ ry])
    assert found.pieces[0] == pytest.approx(tuple(sorted(roots.real)), rel=1e-6)


def test_two_instruments_can_leave_nothing() -> None:
    frame = instrumented(2, 2.0, n=2000).assign(z2=lambda f: f["z"] * 0 + np.random.default_rng(9).normal(size=2000))
    frame["d"] += 2 * frame["z2"]
    frame["y"] += 3 * frame["z2"]
    found = anderson_rubin(frame, "y", ["d"], endogenous="d", instruments=["z", "z2"], errors="HC1")
    assert found.pieces == ()
    assert found.set_text() == "empty"
    assert str(found.written()) == found.written().point


@pytest.mark.parametrize("strength", [1.0, 0.05])
def test_anderson_rubin_covers_however_weak_the_instrument(strength: float) -> None:
    hits, worlds = 0, 200
    for seed in range(worlds):
        frame = instrumented(1000 + seed, strength, n=100)
        hits += anderson_rubin(frame, "y", ["d"], endogenous="d", instruments=["z"], errors="HC1").contains(0.5)
    assert hits / worlds == pytest.approx(0.95, abs=0.045)


# wild cluster bootstrap ---------------------------------------------------------------------------------------


def clustered(rng: np.random.Generator, clusters: int, effect: float = 0.0, size: int = 12) -> pd.DataFrame:
    """Errors and x with a common part in each cluster, of very different sizes in x."""
    g = np.repeat(np.arange(clusters), size)
    x = (rng.lognormal(0, 0.8, clusters) * rng.normal(size=clusters))[g] + 0.3 * rng.normal(size=g.size)
    e = rng.normal(size=clusters)[g] + rng.normal(size=g.size)
    frame = pd.DataFrame({"g": g, "t": np.tile(np.arange(size), clusters), "x": x, "w": rng.normal(size=g.size)})
    return frame.assign(y=effect * x + e)


@pytest.mark.parametrize("effects", [(), ("t",), ("g", "t")])
def test_every_sign_gives_the_p_value_of_whole_regressions(effects: tuple[str, ...]) -> None:
    frame, null = clustered(np.random.default_rng(1), 7), 0.1
    found = wild_cluster_bootstrap(
        frame, "y", ["x", "w"], tested="x", cluster="g", effects=effects, null=null, rng=np.random.default_rng(2)
    )
    assert (found.every_sign, found.draws, found.weights) == (True, 128, "rademacher")
    whole = least_squares(frame, "y", ["x", "w"], effects=effects, cluster="g")
    t = (whole.coefficients[0] - null) / whole.standard_errors[0]
    assert found.t == pytest.approx(t)
    restricted = least_squares(frame.assign(r=frame["y"] - null * frame["x"]), "r", ["w"], effects=effects).residuals
    signs = np.array(list(product([1.0, -1.0], repeat=7)))[:, frame["g"]]
    outcomes = frame["y"].to_numpy() - restricted + restricted * signs
    fit = batched_least_squares(outcomes, frame[["x", "w"]], effects=[frame[e] for e in effects], clusters=[frame["g"]])
    ratios = (fit.coefficients[:, 0] - null) / fit.standard_errors[:, 0]
    assert found.p == (np.abs(ratios) >= np.abs(t) * (1 - 1e-9)).mean()


def test_the_interval_holds_what_is_not_rejected() -> None:
    frame = clustered(np.random.default_rng(3), 11)
    options = {"tested": "x", "cluster": "g", "draws": 4095}

    def at(null: float) -> object:
        return wild_cluster_bootstrap(frame, "y", ["x"], null=null, rng=np.random.default_rng(4), **options)  # type: ignore[arg-type]

    found = at(0.0)
    assert found.low < found.estimate < found.high  # type: ignore[attr-defined]
    width = found.high - found.low  # type: ignore[attr-defined]
    assert at(found.low + 0.01 * width).p > 0.05 >= at(found.low - 0.01 * width).p  # type: ignore[attr-defined]
    assert at(found.high - 0.01 * width).p > 0.05 >= at(found.high + 0.01 * width).p  # type: ignore[attr-defined]


def test_few_clusters_get_webbs_weights_and_many_two_signs() -> None:
    rng = np.random.default_rng(5)
    few = wild_cluster_bootstrap(clustered(rng, 10), "y", ["x"], tested="x", cluster="g", rng=rng, draws=499)
    many = wild_cluster_bootstrap(clustered(rng, 30), "y", ["x"], tested="x", cluster="g", rng=rng, draws=499)
    forced = wild_cluster_bootstrap(
        clustered(rng, 6), "y", ["x"], tested="x", cluster="g", rng=rng, draws=499, weights="webb"
    )
    assert (few.weights, many.weights, forced.weights) == ("webb", "rademacher", "webb")
    assert [f.every_sign for f in (few, many, forced)] == [False, False, False]
    assert str(many.written(".1f")).startswith(f"{many.estimate:.1f} (")


def test_with_few_clusters_the_bootstrap_keeps_its_size_and_clustered_errors_do_not() -> None:
    rng = np.random.default_rng(6)
    worlds, wild, plain = 300, 0, 0
    for _ in range(worlds):
        frame = clustered(rng, 12, size=5)
        wild += wild_cluster_bootstrap(frame, "y", ["x"], tested="x", cluster="g", rng=rng, draws=199).p <= 0.05
        plain += least_squares(frame, "y", ["x"], cluster="g").table().loc["x", "p"] <= 0.05
    # 300 worlds: the error of counting is 1.3 points.
    assert plain / worlds > 0.1
    assert wild / worlds == pytest.approx(0.05, abs=0.04)
    assert wild < plain / 2


# permutation --------------------------------------------------------------------------------------------------


@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=6), seed=st.integers(0, 2**32))
def test_rows_are_shuffled_within_their_groups(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    orders = permute_within(groups, draws=6, rng=rng)
    assert (np.sort(orders, axis=1) == np.arange(len(groups))).all()
    assert (groups[orders] == groups).all()


def test_every_order_is_equally_likely() -> None:
    orders = permute_within([0, 0, 0], draws=6000, rng=np.random.default_rng(1))
    counts = np.unique(orders, axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert (np.abs(counts - 1000) < 5 * np.sqrt(1000)).all()


def test_the_permuted_coefficients_are_those_of_whole_regressions() -> None:
    frame = clustered(np.random.default_rng(2), 8)
    found = permute_exposure(frame, "y", "x", ["w"], within="g", effects=["t"], rng=np.random.default_rng(3), draws=99)
    orders = permute_within(frame["g"], draws=99, rng=np.random.default_rng(3))
    for null, order in zip(found.null[:5], orders, strict=False):
        shuffled = frame.assign(x=frame["x"].to_numpy()[order])
        assert null == pytest.approx(least_squares(shuffled, "y", ["x", "w"], effects=["t"]).coefficients[0], rel=1e-8)
    assert found.estimate == pytest.approx(least_squares(frame, "y", ["x", "w"], effects=["t"]).coefficients[0])
    assert found.low < np.median(found.null) < found.high
    assert found.p == (1 + (np.abs(found.null) >= abs(found.estimate)).sum()) / 100
    assert "(" in str(found.band())


def test_strangers_are_taken_for_real_as_often_as_five_percent_says() -> None:
    rng = np.random.default_rng(12)
    home = np.repeat(np.arange(60), 20)
    noise = rng.normal(size=60)[home] + 0.3 * rng.normal(size=1200)
    frame = pd.DataFrame({"y": noise, "x": rng.normal(size=1200)})
    fair = permute_exposure(frame, "y", "x", rng=rng, draws=999)
    assert 0.02 < fair.size < 0.09


def test_size_of_the_permutation_tests() -> None:
    """The plain test is exact where rows can be exchanged; where exposed rows vary more only the studentized one is."""
    rng = np.random.default_rng(4)
    worlds, alike, plain, studentized = 250, 0, 0, 0
    for _ in range(worlds):
        g = np.arange(60) % 3
        # Few are exposed, and these vary most.
        x = (rng.random(60) < 0.2).astype(float)
        noise = rng.normal(size=60)
        frame = pd.DataFrame({"g": g, "x": x, "even": noise + g, "uneven": noise * (1 + 2 * x) + g})
        ask = {"within": "g", "effects": ["g"], "rng": rng, "draws": 99}
        alike += permute_exposure(frame, "even", "x", **ask).p <= 0.05
        found = permute_exposure(frame, "uneven", "x", **ask)
        plain += found.p <= 0.05
        studentized += found.p_studentized <= 0.05
    assert alike / worlds == pytest.approx(0.05, abs=0.045)
    assert plain / worlds > 0.15
    assert studentized / worlds < 0.6 * plain / worlds


def trending(rng: np.random.Generator, effect: float, places: int = 10, times: int = 12) -> pd.DataFrame:
    """Places whose exposures and outcomes all have trends of their own; effect: of the exposure's own ups and downs."""
    g, t = np.repeat(np.arange(places), times), np.tile(np.arange(times), places)
    own = rng.normal(size=(places, times)).cumsum(axis=1)
    rise = t * (1 + 0.3 * rng.random(places)[g])
    x = rise + own.ravel()
    fall = -0.5 * t * (1 + 0.3 * rng.random(places)[g]) + rng.normal(size=len(g))
    return pd.DataFrame({"g": g, "t": t, "x": x, "y": fall + effect * own.ravel()})


def test_exchanged_histories_tell_a_shared_trend_from_an_effect() -> None:
    """A trend looks like an effect to the t test, and no better than another place's history to the exchange."""
    rng = np.random.default_rng(6)
    fooled, trend_found, effect_found, worlds = 0, 0, 0, 60
    for _ in range(worlds):
        frame = trending(rng, 0.0)
        fooled += least_squares(frame, "y", ["x"], effects=["g"], cluster="g").estimate("x").excludes()
        ask = {"place": "g", "time": "t", "effects": ["g"], "rng": rng, "draws": 99}
        nothing = exchange_histories(frame, "y", "x", **ask)
        trend_found += not nothing.low <= nothing.estimate <= nothing.high
        something = exchange_histories(trending(rng, 1.0), "y", "x", **ask)
        effect_found += not something.low <= something.estimate <= something.high
    assert fooled / worlds > 0.95
    assert trend_found / worlds < 0.2
    assert effect_found / worlds > 0.8


def test_exchanged_coefficients_are_those_of_whole_regressions() -> None:
    """With two places there is one exchange; rows without a figure of the other place are left out."""
    frame = trending(np.random.default_rng(8), 0.5, places=2)
    frame.loc[frame.index[frame["g"] == 1][:3], "x"] = np.nan
    found = exchange_histories(
        frame, "y", "x", place="g", time="t", effects=["g"], rng=np.random.default_rng(1), draws=99
    )
    other = frame.assign(x=frame.sort_values(["g", "t"])["x"].to_numpy().reshape(2, -1)[::-1].ravel())
    other = other[frame["x"].notna()]
    exchanged = least_squares(other, "y", ["x"], effects=["g"]).coefficients[0]
    kept = least_squares(frame, "y", ["x"], effects=["g"]).coefficients[0]
    assert found.estimate == pytest.approx(kept)
    assert {round(one, 9) for one in found.null} == {round(float(kept), 9), round(float(exchanged), 9)}
    shuffled = frame.sample(frac=1, random_state=3)
    again = exchange_histories(
        shuffled, "y", "x", place="g", time="t", effects=["g"], rng=np.random.default_rng(1), draws=99
    )
    assert again.estimate == pytest.approx(found.estimate)
    with pytest.raises(ValueError, match="repeated rows"):
        exchange_histories(pd.concat([frame, frame]), "y", "x", place="g", time="t", rng=np.random.default_rng(1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f, r: wild_cluster_bootstrap(f, "y", ["x"], tested="x", cluster="g", rng=r, draws=9), "draws is 9"),
        (
            lambda f, r: wild_cluster_bootstrap(f, "y", ["x"], tested="x", cluster="g", rng=r, weights="normal"),
            "weights is 'normal'",
        ),
        (lambda f, r: wild_cluster_bootstrap(f, "y", ["x"], tested="q", cluster="g", rng=r), "no coefficient 'q'"),
        (lambda f, r: permute_exposure(f, "y", "x", rng=r, draws=9), "draws is 9"),
        (lambda f, r: permute_exposure(f, "y", "x", ["x2"], rng=r, draws=99), "no column x2"),
        (lambda f, r: permute_exposure(f.assign(x=1.0), "y", "x", rng=r, draws=99), "cannot be told apart"),
    ],
)
def test_bad_input_is_named(call, message) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match=message):
        call(clustered(rng, 6), rng)
