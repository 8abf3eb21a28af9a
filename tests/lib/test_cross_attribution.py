import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.interplay.cross_attribution import attribute, shapley_values

weak_links = hnp.arrays(float, (4, 4), elements=st.floats(0, 0.24))
some_causes = hnp.arrays(float, 4, elements=st.floats(0.01, 10))


def test_two_problems_in_closed_form():
    a, b, c, d = 0.4, 0.3, 1.0, 2.0
    found = attribute([[0, a], [b, 0]], [c, d])
    whole = 1 - a * b
    np.testing.assert_allclose(found.problems, [(c + a * d) / whole, (d + b * c) / whole], rtol=1e-14)
    np.testing.assert_allclose(
        found.contributions, [[c / whole, a * d / whole], [b * c / whole, d / whole]], rtol=1e-14
    )
    np.testing.assert_allclose(
        found.share_from_other_side(["r", "u"]), [a * d / (c + a * d), b * c / (d + b * c)], rtol=1e-14
    )
    assert found.spectral_radius == pytest.approx(np.sqrt(a * b))


@given(weak_links, some_causes)
def test_parts_add_up_and_solve_the_system(links, causes):
    found = attribute(links, causes)
    np.testing.assert_allclose(found.contributions.sum(axis=-1), found.problems, rtol=1e-12)
    np.testing.assert_allclose(links @ found.problems + causes, found.problems, rtol=1e-9)
    shares = found.share_from_other_side(["r", "r", "u", "u"])
    assert ((shares >= -1e-12) & (shares <= 1 + 1e-12)).all()


@given(weak_links, some_causes)
def test_the_inverse_is_the_sum_of_all_rounds(links, causes):
    total, round_ = causes.copy(), causes
    for _ in range(600):
        round_ = links @ round_
        total = total + round_
    np.testing.assert_allclose(attribute(links, causes).problems, total, rtol=1e-8)


@given(weak_links, some_causes, st.integers(0, 1), st.integers(2, 3), st.floats(0.001, 0.01))
def test_a_stronger_cross_link_raises_what_comes_from_the_other_side(links, causes, row, column, more):
    """The amount; the share may fall, for what crosses over also feeds what goes round at home."""
    stronger = links.copy()
    stronger[row, column] += more
    before, after = (attribute(m, causes).contributions[row, 2:].sum() for m in (links, stronger))
    assert after > before


def test_without_cross_links_nothing_comes_from_the_other_side():
    links = np.zeros((4, 4))
    links[0, 1] = links[1, 0] = links[2, 3] = 0.5
    np.testing.assert_array_equal(attribute(links, np.ones(4)).share_from_other_side(["r", "r", "u", "u"]), 0)


def test_draws_are_attributed_one_by_one():
    rng = np.random.default_rng(1)
    links, causes = rng.uniform(0, 0.2, (5, 3, 3)), rng.uniform(1, 2, (5, 3))
    together = attribute(links, causes)
    for k in range(5):
        np.testing.assert_allclose(together.contributions[k], attribute(links[k], causes[k]).contributions, rtol=1e-12)


@pytest.mark.parametrize("links", [[[0, 1], [1, 0]], [[0, 2], [0.6, 0]]])
def test_links_without_end_are_an_error(links):
    with pytest.raises(EquilibriumError, match="would feed each other without end"):
        attribute(links, [1, 1])


@pytest.mark.parametrize(
    ("links", "causes", "words"),
    [
        ([[0, 0.1]], [1, 1], "links has shape"),
        ([[0, 0.1], [0.1, 0]], [1, 1, 1], "one cause for each of 2 problems"),
        ([[0, np.nan], [0.1, 0]], [1, 1], "links holds 1 values that are not finite"),
    ],
)
def test_bad_input_is_named(links, causes, words):
    with pytest.raises(ValueError, match=words):
        attribute(links, causes)


def test_sides_must_fit_and_problems_must_exist():
    found = attribute([[0, 0.1], [0.1, 0]], [1, 1])
    with pytest.raises(ValueError, match="1 names for 2 problems"):
        found.share_from_other_side(["r"])
    with pytest.raises(ValueError, match="a problem is zero"):
        attribute([[0, 0.0], [0.1, 0]], [0, 1]).share_from_other_side(["r", "u"])


def test_shapley_glove_game():
    """One left glove and two right ones: 2/3, 1/6, 1/6 (a textbook case)."""
    values = shapley_values(lambda here: float(here[0] and (here[1] or here[2])), 3)
    np.testing.assert_allclose(values, [2 / 3, 1 / 6, 1 / 6], atol=1e-12)


@given(hnp.arrays(float, 16, elements=st.floats(-10, 10)))
def test_shapley_is_efficient(worth):
    def value(here):
        return worth[sum(1 << i for i, present in enumerate(here) if present)]

    assert shapley_values(value, 4).sum() == pytest.approx(worth[15] - worth[0], abs=1e-9)


def test_shapley_of_a_linear_system_is_the_linear_attribution():
    links, causes = np.array([[0.1, 0.3, 0.0], [0.2, 0.0, 0.4], [0.1, 0.1, 0.2]]), np.array([1.0, 2.0, 3.0])
    values = shapley_values(lambda here: attribute(links, causes * np.array(here)).problems[0], 3)
    np.testing.assert_allclose(values, attribute(links, causes).contributions[0], rtol=1e-10)


def test_shapley_refuses_too_many_players_and_values_that_are_not_finite():
    with pytest.raises(ValueError, match="players is 13; give 1 to 12"):
        shapley_values(lambda here: 0.0, 13)
    with pytest.raises(ValueError, match=r"value\(\(False,\)\) is nan"):
        shapley_values(lambda here: np.nan, 1)
