import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from symbiosis.measures.coupling_coordination import (
    COUPLING_STAGES,
    GRADES,
    coordination_level,
    coupling_coordination_degree,
    coupling_degree,
    coupling_degree_without_coefficient,
    coupling_stage,
    grade,
    imbalance,
    leading_weights,
    modified_coupling_degree,
    noise_exceedance,
    noise_floor,
    noise_mean,
)

PAIRS = np.array([[0.0162, 0.2720], [0.1782, 0.6824], [0.5490, 0.0593], [0.6730, 0.4812], [0.0207, 0.8891], [0.9875, 0.5573]])  # fmt: skip  # noqa: E501
COUPLING = [0.4606573, 0.8104048, 0.5932335, 0.9860962, 0.2982253, 0.9604413]
DEGREE = [0.2576446, 0.5905228, 0.4247729, 0.7543713, 0.3683242, 0.8613041]
MODIFIED = [0.210532, 0.359822, 0.234776, 0.760177, 0.055353, 0.567071]
MODIFIED_DEGREE = [0.174177, 0.393486, 0.267221, 0.662343, 0.158682, 0.661820]

fractions = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 6)), elements=st.floats(0.001, 1))


def test_published_pairs() -> None:  # G-01
    np.testing.assert_allclose(coupling_degree(PAIRS), COUPLING, atol=1e-6)
    np.testing.assert_allclose(coupling_coordination_degree(PAIRS), DEGREE, atol=1e-6)
    np.testing.assert_allclose(coordination_level(PAIRS), PAIRS.mean(axis=1))


def test_modified_form_on_the_same_pairs() -> None:  # G-05
    np.testing.assert_allclose(modified_coupling_degree(PAIRS), MODIFIED, atol=1e-6)
    np.testing.assert_allclose(coupling_coordination_degree(PAIRS, modified=True), MODIFIED_DEGREE, atol=1e-6)
    low, high = PAIRS.min(axis=1), PAIRS.max(axis=1)
    np.testing.assert_allclose(modified_coupling_degree(PAIRS), np.sqrt((1 - high + low) * low / high), rtol=1e-12)


def test_modified_form_of_three_systems_by_hand() -> None:
    # Pairs differ by .2, .3 and .5, on average 1/3; relative to the largest 1, .6 and .5... of .8: (1)(.75)(.375).
    expected = np.sqrt((1 - (0.2 + 0.3 + 0.5) / 3) * np.sqrt(1 * 0.75 * 0.375))
    assert modified_coupling_degree([0.8, 0.6, 0.3]) == pytest.approx(expected, rel=1e-12)


@given(fractions)
def test_the_coupling_cancels(indices: np.ndarray) -> None:  # G-03
    root = np.exp(np.log(indices).mean(axis=1) / 2)
    np.testing.assert_allclose(coupling_coordination_degree(indices), root, rtol=1e-12)


def test_with_other_weights_it_does_not_cancel() -> None:
    assert coupling_coordination_degree([0.9, 0.3], [0.8, 0.2]) == pytest.approx(
        np.sqrt(np.sqrt(0.27) / 0.6 * 0.78), rel=1e-12
    )


@given(fractions)
def test_degrees_stay_in_their_bounds(indices: np.ndarray) -> None:  # G-07: without the number of systems, at most 1/n
    assert (coupling_degree(indices) <= 1).all()
    assert (coupling_degree_without_coefficient(indices) <= 1 / indices.shape[1] + 1e-12).all()
    modified = modified_coupling_degree(indices)
    assert ((modified >= 0) & (modified <= 1)).all()
    assert (modified <= coupling_degree(indices) ** 0.5 + 1e-9).all()


@pytest.mark.parametrize(("systems", "bound"), [(2, 1 / 2), (3, 1 / 3)])
def test_the_misprint_reaches_its_bound_for_equal_systems(systems: int, bound: float) -> None:  # G-07
    assert coupling_degree_without_coefficient(np.full(systems, 0.7)) == pytest.approx(bound, abs=1e-12)


def test_equal_systems_are_fully_coupled_and_a_missing_one_uncouples() -> None:
    assert coupling_degree([[0.2, 0.2], [0.0, 0.0], [0.0, 0.9]]) == pytest.approx([1, 1, 0])
    assert modified_coupling_degree([[0.2, 0.2], [0.0, 0.0], [0.0, 0.9]]) == pytest.approx([1, 1, 0])
    assert coupling_coordination_degree([[0.0, 0.0], [0.0, 0.9]]) == pytest.approx([0, 0])


def test_noise_in_closed_form() -> None:  # G-04
    assert noise_mean(2) == pytest.approx(0.64, abs=1e-12)
    assert noise_mean(10**6) == pytest.approx(np.exp(-0.5), abs=1e-6)
    a = 1 / 16
    np.testing.assert_allclose(noise_exceedance([0.5, 0.6], 2), [0.764213, 0.605588], atol=1e-6)
    assert noise_exceedance(0.5, 2) == pytest.approx(1 - a * (1 - np.log(a)), rel=1e-12)
    np.testing.assert_allclose(noise_exceedance([0.0, 1.0], 4), [1, 0], atol=1e-12)


@pytest.mark.parametrize("systems", [2, 3, 4])
def test_simulated_noise_is_within_its_error_of_the_closed_form(systems: int) -> None:  # G-04
    floor = noise_floor(systems, rng=np.random.default_rng(4), places=200_000)
    assert abs(floor.degree - noise_mean(systems)) < 4 * floor.degree_error < 0.002
    assert abs(floor.above - noise_exceedance(0.6, systems)) < 4 * floor.above_error
    if systems == 2:
        assert abs(floor.coupling - (4 - np.pi)) < 4 * floor.coupling_error


def test_more_noise_scores_higher() -> None:
    """Means of many indicators approach one half, so D approaches the root of one half."""
    rng = np.random.default_rng(5)
    few, many = (noise_floor(4, rng=rng, indicators=k, places=20_000) for k in (1, 40))
    assert few.degree < 0.63
    assert many.degree == pytest.approx(np.sqrt(0.5), abs=0.005)
    assert many.coupling > 0.99
    assert many.above > 0.999


def test_grades_and_stages() -> None:  # G-08
    middles = np.arange(0.05, 1, 0.1)
    assert list(grade(middles)) == list(GRADES)
    assert list(grade([0.0, 0.1, 0.3, 0.6, 0.7, 1.0])) == [
        GRADES[0], GRADES[1], GRADES[3], GRADES[6], GRADES[7], GRADES[9],
    ]  # fmt: skip
    assert list(coupling_stage([0.29, 0.3, 0.5, 0.8])) == list(COUPLING_STAGES)


def test_the_degree_of_unchanged_places_moves_with_the_sample() -> None:  # G-11
    from symbiosis.measures.composite_index import normalize

    rng = np.random.default_rng(6)
    places = rng.uniform(1, 10, (30, 2))
    alone = coupling_coordination_degree(normalize(places, "min-max"))
    extreme = coupling_coordination_degree(normalize(np.vstack([places, [100, 100]]), "min-max"))[:30]
    assert (np.abs(extreme - alone) > 0.05).mean() > 0.9
    posts = [[0, 110], [0, 110]]
    fixed = coupling_coordination_degree(normalize(places, "goalposts", goalposts=posts))
    more = coupling_coordination_degree(normalize(np.vstack([places, [100, 100]]), "goalposts", goalposts=posts))
    np.testing.assert_array_equal(fixed, more[:30])


def test_imbalance_measures() -> None:
    values = [[0.2, 0.4, 0.6], [0.5, 0.5, 0.5]]
    np.testing.assert_allclose(imbalance(values), [np.sqrt(0.08 / 3), 0], atol=1e-12)
    np.testing.assert_allclose(imbalance(values, "range"), [0.4, 0], atol=1e-12)
    np.testing.assert_allclose(imbalance(values, "coefficient of variation"), [np.sqrt(0.08 / 3) / 0.4, 0], atol=1e-12)
    assert imbalance([-1.0, 1.0]) == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: coupling_degree([45.3, 20.0]), "45.3; shares are fractions: divide percent by 100"),
        (lambda: coupling_degree([[0.2], [0.3]]), "at least 2 of them"),
        (lambda: coupling_degree([0.2, np.nan]), "not finite"),
        (lambda: coupling_coordination_degree([0.2, 0.3], [0.5, 0.6]), "weights sum to 1.1; divide"),
        (lambda: coupling_coordination_degree([0.2, 0.3], [1.0]), "one weight for each of the 2 systems"),
        (lambda: imbalance([0.2, 0.3], "spread"), "measure is 'spread'; choose"),  # type: ignore[arg-type]
        (lambda: imbalance([-0.2, 0.2], "coefficient of variation"), "use the standard deviation"),
        (lambda: imbalance(0.3), "at least 2 of them"),
        (lambda: noise_mean(1), "systems is 1; give a whole number of at least 2"),
        (lambda: noise_floor(2, rng=np.random.default_rng(0), indicators=0), "indicators is 0"),
        (lambda: grade(64), "divide percent by 100"),
    ],
)
def test_bad_input_is_refused(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("systems", [2, 3, 5])
def test_places_that_have_nothing_are_coupled_in_every_form(systems: int) -> None:
    """All systems are equal at zero: C is 1, its misprint 1 / systems, and D is 0, for there is nothing to couple."""
    nothing = np.zeros(systems)
    assert coupling_degree(nothing) == 1
    assert modified_coupling_degree(nothing) == 1
    assert coupling_degree_without_coefficient(nothing) == pytest.approx(1 / systems, rel=1e-12)
    assert coupling_coordination_degree(nothing) == 0
    assert coupling_coordination_degree(nothing, modified=True) == 0
    one = np.append(nothing[1:], 1.0)
    assert coupling_degree(one) == coupling_coordination_degree(one) == modified_coupling_degree(one) == 0


def test_leading_weights_share_the_rest() -> None:
    np.testing.assert_allclose(leading_weights(0.4, 4), [0.4, 0.2, 0.2, 0.2], rtol=1e-12)
    np.testing.assert_allclose(leading_weights(1.0, 2), [1.0, 0.0])
    with pytest.raises(ValueError, match="systems is 1"):
        leading_weights(0.4, 1)
    with pytest.raises(ValueError, match=r"systems is 2\.5"):
        leading_weights(0.4, 2.5)  # type: ignore[arg-type]


def test_rounding_is_forgiven_and_nothing_else() -> None:
    third = 0.333333333333
    assert coordination_level([0.3, 0.6, 0.9], [third] * 3) == pytest.approx(0.6, abs=1e-9)
    with pytest.raises(ValueError, match="divide them by their sum"):
        coordination_level([0.3, 0.6, 0.9], [0.3333333] * 3)
    assert grade(0.1 + 0.2) == GRADES[3]
    assert grade(0.3 - 1e-13) == GRADES[3]
    assert grade(0.3 - 1e-8) == GRADES[2]


def test_a_score_on_the_threshold_is_above_it() -> None:
    floor = noise_floor(2, rng=np.random.default_rng(1), places=50, threshold=0.0)
    assert (floor.places, floor.above, floor.above_error) == (50, 1.0, 0.0)
    assert noise_floor(2, rng=np.random.default_rng(1), places=50, threshold=1.0).above == 0
