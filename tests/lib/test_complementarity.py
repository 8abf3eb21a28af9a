import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.complementarity import (
    Announcements,
    announcements,
    detectable_effect,
    exchanged_products,
    imbalance_penalties,
    imbalance_penalty,
    interactions,
    least_cross_difference,
    mean_product,
)
from symbiosis.evidence.least_squares import least_squares
from symbiosis.measures.coupling_coordination import imbalance

GRID = np.linspace(0.1, 2, 20)


def ces(rho: float) -> np.ndarray:
    x, z = np.meshgrid(GRID, GRID)
    return (x**rho / 2 + z**rho / 2) ** (1 / rho)


@pytest.mark.parametrize(
    ("values", "supermodular"),
    [
        (ces(0.5), True),
        (ces(-3.0), True),
        (np.minimum.outer(GRID, GRID), True),
        (np.add.outer(GRID**2, np.sqrt(GRID)), True),
        (ces(2.0), False),
        (np.maximum.outer(GRID, GRID), False),
    ],
)
def test_supermodular_functions(values: np.ndarray, supermodular: bool) -> None:
    assert (least_cross_difference(values) >= -1e-12) is supermodular


def test_one_bad_pair_among_three_inputs_is_found() -> None:
    x, y, z = np.meshgrid(GRID, GRID, GRID, indexing="ij")
    assert least_cross_difference(x * y * z) > 0
    assert least_cross_difference(x * y - 0.1 * y * z) == pytest.approx(-0.1 * (GRID[1] - GRID[0]) ** 2)


def world(rng, *, interaction=0.0, bend=0.0, rho=0.6, entities=60, times=6):
    """Two inputs that go together, an outcome with fixed effects and errors that last."""
    g, t = np.repeat(np.arange(entities), times), np.tile(np.arange(times), entities)
    common = rng.normal(size=entities)[g] + 0.5 * rng.normal(size=g.size)
    x, z = (np.sqrt(rho) * common + np.sqrt(1 - rho) * rng.normal(size=g.size) for _ in range(2))
    y = 0.5 * x + 0.3 * z + interaction * x * z + bend * (x**2 + z**2) + rng.normal(size=entities)[g]
    y = y + rng.normal(size=times)[t] + 0.5 * rng.normal(size=g.size) + 0.5 * rng.normal(size=entities)[g] * (t / times)
    return pd.DataFrame({"place": g, "year": t, "x": x, "z": z, "y": y})


def announced(draws, seed, *, squares=True, **kind):
    """Share of simulated worlds in which a complementarity is announced."""
    rng = np.random.default_rng(seed)
    found = [
        (
            interactions(world(rng, **kind), "y", ["x", "z"], entity="place", time="year", squares=squares).pairs["low"]
            > 0
        ).sum()
        for _ in range(draws)
    ]
    return np.mean(found)


def test_size_and_power_of_the_interaction_test() -> None:
    # One side of a test at 5 per cent: 2.5 per cent of 50 draws, standard error 2.2 points.
    assert announced(50, 7) <= 0.10
    assert announced(25, 7, interaction=0.3) >= 0.95


def test_a_bend_is_taken_for_a_complementarity_unless_squares_are_in() -> None:
    assert announced(25, 18, bend=0.2, squares=False) >= 0.9
    assert announced(25, 18, bend=0.2) <= 0.12


def test_many_worlds_at_once_are_judged_as_one_by_one() -> None:
    rng = np.random.default_rng(21)
    worlds, entities, times = 20, 30, 5
    common = rng.normal(size=(worlds, entities, 1))
    x, z = (common + rng.normal(size=(worlds, entities, times)) for _ in range(2))
    y = x + z + 0.12 * x * z + common + rng.normal(size=x.shape)
    for squares in (True, False):
        one_by_one = []
        for w in range(worlds):
            g, t = np.indices((entities, times))
            columns = {"place": g, "year": t, "x": x[w], "z": z[w], "y": y[w]}
            frame = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
            found = interactions(frame, "y", ["x", "z"], entity="place", time="year", squares=squares)
            one_by_one.append((found.pairs["low"] > 0).sum())
        assert 0 < np.mean(one_by_one) < 1
        assert announcements(y, x, z, squares=squares).share == np.mean(one_by_one)


def test_announcements_without_complements_are_rare_and_a_bend_fools_products_alone() -> None:
    rng = np.random.default_rng(22)
    common = rng.normal(size=(1000, 60, 1))
    x, z = (common + rng.normal(size=(1000, 60, 6)) for _ in range(2))
    noise = rng.normal(size=(1000, 60, 1)) + rng.normal(size=x.shape)
    plain, curved = x + z + noise, x + z + 0.2 * (x**2 + z**2) + noise
    for outcome in (plain, curved):
        found = announcements(outcome, x, z)
        assert found.worlds == 1000
        assert found.share == pytest.approx(0.025, abs=4 * found.error)
    assert announcements(curved, x, z, squares=False).share > 0.9
    assert announcements(plain + 0.4 * x * z, x, z).share > 0.99


def test_announcements_write_their_share_with_an_interval_that_stays_between_nothing_and_everything() -> None:
    found = Announcements(1.0, 0.0, 400).written()
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.98 < found.low < 1.0
    assert str(Announcements(0.025, 0.008, 400).written()) == "2.5% (1.4% to 4.5%)"


def test_announcements_refuse_what_is_no_panel() -> None:
    good = np.random.default_rng(23).normal(size=(3, 5, 4))
    with pytest.raises(ValueError, match=r"shapes \(3, 5, 4\), \(3, 5, 3\)"):
        announcements(good, good[:, :, :3], good)
    with pytest.raises(ValueError, match="outcome"):
        announcements(np.full_like(good, np.nan), good, good)


def test_the_interaction_is_unbiased_and_covered() -> None:
    rng = np.random.default_rng(8)
    estimates, hits, draws = [], 0, 50
    for _ in range(draws):
        frame = world(rng, interaction=0.15)
        scale = frame["x"].std(ddof=0) * frame["z"].std(ddof=0)
        row = interactions(frame, "y", ["x", "z"], entity="place", time="year").pairs.loc["x x z"]
        estimates.append(row["estimate"] / scale)
        hits += row["low"] < 0.15 * scale < row["high"]
    error = np.std(estimates) / np.sqrt(draws)
    assert abs(np.mean(estimates) - 0.15) < 3 * error
    assert hits >= 43  # 47.5 expected, standard deviation 1.5


def test_the_average_is_the_mean_of_the_pairs() -> None:
    rng = np.random.default_rng(9)
    frame = world(rng).assign(w=rng.normal(size=360))
    result = interactions(frame, "y", ["x", "z", "w"], entity="place", time="year", method="pooled")
    assert list(result.pairs.index) == ["x x z", "x x w", "z x w"]
    assert result.average["estimate"] == pytest.approx(result.pairs["estimate"].mean(), abs=1e-10)
    two = interactions(frame, "y", ["x", "z"], entity="place", time="year")
    pd.testing.assert_series_equal(two.average, two.pairs.loc["x x z"], check_names=False)


def test_missing_rows_are_counted_and_do_not_move_the_scale() -> None:
    frame = world(np.random.default_rng(10))
    holes = frame.copy()
    holes.loc[:9, "y"] = np.nan
    holes.loc[:9, "x"] = 1e6
    result = interactions(holes, "y", ["x", "z"], entity="place", time="year")
    assert result.panel.dropped["missing value"] == 10
    clean = interactions(frame.iloc[10:], "y", ["x", "z"], entity="place", time="year")
    pd.testing.assert_frame_equal(result.pairs, clean.pairs)


def uneven(rng, *, penalty=0.0, bend=0.0, places=120, starts=(2000, 2010)):
    """Places with four indices in [0, 1] that share a level, and later growth."""
    frames = []
    base = rng.uniform(0.1, 0.9, places)
    effect = rng.normal(size=places)
    for year in starts:
        # Spread is largest in the middle, as with any index that has a floor and a ceiling.
        spread = 0.8 * base * (1 - base)
        table = np.clip(base[:, None] + spread[:, None] * rng.normal(size=(places, 4)), 0, 1)
        mean, uneven_by = table.mean(axis=1), table.std(axis=1)
        growth = 1 - mean + bend * mean * (1 - mean) - penalty * uneven_by + 0.5 * effect + rng.normal(size=places)
        columns = dict(zip("abcd", table.T, strict=True))
        frames.append(pd.DataFrame({"place": np.arange(places), "year": year, "growth": growth, **columns}))
    return pd.concat(frames, ignore_index=True)


def penalties(draws, seed, level_squared=True, **kind):
    rng = np.random.default_rng(seed)
    return [
        imbalance_penalty(
            uneven(rng, **kind), "growth", list("abcd"), cluster="place", effects=["year"], level_squared=level_squared
        )
        for _ in range(draws)
    ]


def test_size_and_coverage_of_the_imbalance_penalty() -> None:
    found = penalties(60, 11)
    assert sum(p.low > 0 or p.high < 0 for p in found) <= 8  # 3 expected, standard deviation 1.7
    true = penalties(60, 12, penalty=8.0)
    estimates = np.array([p.estimate / p.one_sd for p in true])
    assert abs(estimates.mean() + 8.0) < 3 * estimates.std() / np.sqrt(60)
    assert sum(p.low < -8.0 * p.one_sd < p.high for p in true) >= 52


def test_power_is_as_announced() -> None:
    found = penalties(60, 13, penalty=4.0)
    announced = np.mean([p.detectable / p.one_sd for p in found])
    power = np.mean([p.high < 0 for p in found])
    # A true effect of the detectable size is found in 80 per cent of worlds (60 draws: standard error 5 points).
    assert announced == pytest.approx(4.0, rel=0.1)
    assert 0.65 <= power <= 0.95


def test_without_the_square_of_the_level_a_bend_looks_like_a_bonus_for_imbalance() -> None:
    bent = {"draws": 25, "seed": 14, "bend": 12.0}
    assert np.mean([p.low > 0 for p in penalties(level_squared=False, **bent)]) > 0.3
    assert np.mean([p.low > 0 for p in penalties(**bent)]) < 0.15


def test_a_penalty_at_a_given_mean_is_one_common_interaction() -> None:
    """The identity behind both tests: pairs' products = (n / 2) [(n - 1) m^2 - v]."""
    z = np.random.default_rng(15).normal(size=(50, 4))
    first, second = np.triu_indices(4, k=1)
    products = (z[:, first] * z[:, second]).sum(axis=1)
    np.testing.assert_allclose(products, 2 * (3 * z.mean(axis=1) ** 2 - z.var(axis=1)), rtol=1e-10, atol=1e-12)


def test_one_start_and_each_index_by_itself() -> None:
    frame = uneven(np.random.default_rng(16), starts=(2000,))
    frame.loc[:4, "a"] = np.nan
    result = imbalance_penalty(frame, "growth", list("abcd"), cluster="place", each_level=True)
    assert (result.n, result.clusters) == (115, 115)
    assert result.dropped == {"missing value": 5}
    rows = frame.dropna()
    rows = rows.assign(uneven=imbalance(rows[list("abcd")]) / result.one_sd, bend=rows[list("abcd")].mean(axis=1) ** 2)
    fit = least_squares(rows, "growth", ["uneven", *"abcd", "bend"], cluster="place")
    same = fit.estimate("uneven")
    assert (result.estimate, result.low, result.high) == pytest.approx((same.value, same.low, same.high), rel=1e-9)


def regional(rng, places=150):
    """Uneven places whose region, not their imbalance, makes them slow."""
    frame = uneven(rng, places=places)
    region = frame["place"] % 2
    mean = frame[list("abcd")].mean(axis=1)
    for name in "abcd":
        frame[name] = mean + (frame[name] - mean) * (1 + region)
    return frame.assign(region=region, growth=frame["growth"] - 3.0 * region)


@pytest.mark.parametrize("effects", [["year", "region"], [("region", "year")], ["year", "place"]])
def test_effects_are_those_of_least_squares_by_name(effects) -> None:
    frame = regional(np.random.default_rng(31))
    frame.loc[3, "c"] = np.nan
    found = imbalance_penalty(frame, "growth", list("abcd"), cluster="place", effects=effects)
    rows = frame.dropna()
    rows = rows.assign(uneven=imbalance(rows[list("abcd")]), mean=rows[list("abcd")].mean(axis=1))
    kept = rows if "place" not in effects else rows[rows.groupby("place")["year"].transform("size") > 1]
    rows["uneven"] /= kept["uneven"].std(ddof=0)
    fit = least_squares(
        rows.assign(bend=rows["mean"] ** 2), "growth", ["uneven", "mean", "bend"], effects=effects, cluster="place"
    )
    same = fit.estimate("uneven")
    assert (found.estimate, found.low, found.high) == pytest.approx((same.value, same.low, same.high), rel=1e-9)
    assert (found.n, found.dropped.get("alone in a level of an effect", 0)) == (int(fit.n), len(rows) - int(fit.n))
    categories = frame.assign(place=frame["place"].astype("category"))
    again = imbalance_penalty(categories, "growth", list("abcd"), cluster="place", effects=effects)
    assert again.estimate == pytest.approx(found.estimate, rel=1e-12)


def test_several_scalings_at_once_are_those_one_by_one() -> None:
    frame = regional(np.random.default_rng(37))
    frame.loc[5, "b"] = np.nan
    tables = {"as they are": frame[list("abcd")], "ranks": frame[list("abcd")].rank() / len(frame)}
    how = {"cluster": "place", "effects": ["year", "region"]}
    found = imbalance_penalties(frame, "growth", tables, **how)
    for name, table in tables.items():
        alone = imbalance_penalty(frame.assign(**table), "growth", list("abcd"), **how)
        for what in ("estimate", "low", "high", "one_sd", "detectable"):
            assert getattr(found[name], what) == pytest.approx(getattr(alone, what), rel=1e-9)
        assert (found[name].n, found[name].dropped) == (alone.n, alone.dropped)
    with pytest.raises(ValueError, match="tables have 3 rows and the frame"):
        imbalance_penalties(frame, "growth", {"short": frame[list("abcd")][:3]}, **how)


def test_regions_that_are_slow_and_uneven_look_like_a_penalty_until_they_are_held() -> None:
    frame = regional(np.random.default_rng(32), places=400)
    how = {"outcome": "growth", "indices": list("abcd"), "cluster": "place"}
    assert imbalance_penalty(frame, effects=["year"], **how).high < -0.2
    held = imbalance_penalty(frame, effects=[("region", "year")], **how)
    assert held.low < 0 < held.high


def test_the_mean_product_is_the_average_of_the_interactions() -> None:
    frame = world(np.random.default_rng(33)).assign(w=np.random.default_rng(34).normal(size=360))
    frame.loc[[0, 7], "x"] = np.nan
    frame = frame.drop(index=range(354, 359))
    slow = interactions(frame, "y", ["x", "z", "w"], entity="place", time="year").written()
    quick = mean_product(frame, "y", ["x", "z", "w"], entity="place", time="year")
    for name in ("value", "low", "high"):
        assert getattr(quick, name) == pytest.approx(getattr(slow, name), rel=1e-8)


def test_strangers_paths_give_a_band_around_nothing_and_true_products_stand_outside_it() -> None:
    rng = np.random.default_rng(35)
    how = {"outcome": "y", "inputs": ["x", "z"], "entity": "place", "time": "year"}
    none = [exchanged_products(world(rng), rng=rng, draws=99, **how).p for _ in range(40)]
    assert np.mean(np.array(none) <= 0.1) <= 0.25
    true = exchanged_products(world(rng, interaction=0.3), rng=rng, **how)
    assert true.estimate > true.high > 0 > true.low
    assert true.p <= 0.02
    own = mean_product(world(np.random.default_rng(36)), **how)
    again = exchanged_products(world(np.random.default_rng(36)), rng=rng, draws=99, **how)
    assert again.estimate == pytest.approx(own.value, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: interactions(f, "y", ["x"], entity="place", time="year"), "at least 2"),
        (lambda f: interactions(f, "y", ["x", "q"], entity="place", time="year"), "no column q"),
        (lambda f: interactions(f.assign(z=1.0), "y", ["x", "z"], entity="place", time="year"), "does not vary"),
        (lambda f: imbalance_penalty(f, "y", ["x", "q"], cluster="place"), "no column q"),
        (lambda f: imbalance_penalty(f, "y", ["x", "z"], cluster="home"), "no column home"),
        (lambda f: imbalance_penalty(f.assign(z=f["x"]), "y", ["x", "z"], cluster="place"), "equally"),
        (lambda f: imbalance_penalty(f.assign(y=np.nan), "y", ["x", "z"], cluster="place"), "no row"),
        (
            lambda f: imbalance_penalty(f, "y", ["x", "z"], cluster="place", effects=[("place", "year")]),
            "every row is alone",
        ),
        (
            lambda f: exchanged_products(
                f[f["year"] != f["place"] % 6],
                "y",
                ["x", "z"],
                entity="place",
                time="year",
                rng=np.random.default_rng(1),
            ),
            "entities have all of",
        ),
        (
            lambda f: mean_product(f[f["year"] == f["place"]], "y", ["x", "z"], entity="place", time="year"),
            "no row has",
        ),
        (lambda f: least_cross_difference([1.0, 2.0]), "two or more axes"),
        (lambda f: detectable_effect(0.0, degrees=10), "both must be positive"),
    ],
)
def test_bad_input_is_refused(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call(world(np.random.default_rng(17)))
