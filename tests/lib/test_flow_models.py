import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.models.space.flows import Gravity, balanced_flows, radiation_flows


def _country(seed, places):
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1000, (places, 2))
    distance = np.linalg.norm(points[:, None] - points[None], axis=2) + 1 - np.eye(places)
    return rng.uniform(0, 1e4, places), np.exp(rng.normal(12, 1, places)), distance


@given(st.integers(0, 10_000), st.integers(2, 12), st.floats(0, 3), st.floats(0, 2))
def test_nobody_is_lost_and_nobody_moves_home(seed, places, g, b):
    departures, people, distance = _country(seed, places)
    for flows in (
        Gravity(distance_exponent=g, attraction_exponent=b).flows(departures, people, distance),
        radiation_flows(departures, people, distance),
    ):
        assert flows.sum(axis=1) == pytest.approx(departures, rel=1e-9)
        assert (np.diag(flows) == 0).all()
        assert (flows >= 0).all()


def test_gravity_formula_and_comparative_statics():
    departures, people, distance = _country(1, 6)
    flows = Gravity(distance_exponent=1.3, attraction_exponent=0.8).flows(departures, people, distance)
    ratio = (people[2] / people[4]) ** 0.8 * (distance[0, 2] / distance[0, 4]) ** -1.3
    assert flows[0, 2] / flows[0, 4] == pytest.approx(ratio, rel=1e-10)
    nearest, farthest = np.argsort(np.where(np.eye(6)[0], np.inf, distance[0]))[[0, 4]]
    near = Gravity(distance_exponent=2.5, attraction_exponent=0.8).flows(departures, people, distance)
    assert near[0, nearest] > flows[0, nearest]
    assert near[0, farthest] < flows[0, farthest]


def test_radiation_matches_the_published_formula():
    departures, people, distance = _country(4, 7)
    flows = radiation_flows(departures, people, distance, finite_size=False)
    for i in range(7):
        for j in set(range(7)) - {i}:
            between = sum(people[k] for k in range(7) if k not in (i, j) and distance[i, k] < distance[i, j])
            m, n = people[i], people[j]
            expected = departures[i] * m * n / ((m + between) * (m + n + between))
            assert flows[i, j] == pytest.approx(expected, rel=1e-9)


def test_radiation_loses_the_home_share_without_the_finite_size_factor():
    departures, people, distance = _country(5, 9)
    infinite = radiation_flows(departures, people, distance, finite_size=False)
    assert infinite.sum(axis=1) == pytest.approx(departures * (1 - people / people.sum()), rel=1e-10)
    finite = radiation_flows(departures, people, distance)
    assert finite * (1 - people / people.sum())[:, None] == pytest.approx(infinite, rel=1e-10)


def test_radiation_keeps_everyone_where_distances_tie():
    flows = radiation_flows([10.0, 20, 30], [1.0, 2, 3], 1 - np.eye(3))
    assert flows.sum(axis=1) == pytest.approx([10, 20, 30])


@given(st.integers(0, 10_000), st.integers(3, 10))
def test_balanced_flows_meet_both_margins(seed, places):
    rng = np.random.default_rng(seed)
    true = rng.uniform(0.1, 5, (places, places))
    np.fill_diagonal(true, 0)
    flows = balanced_flows(true.sum(axis=1), true.sum(axis=0), 1 - np.eye(places))
    assert flows.sum(axis=1) == pytest.approx(true.sum(axis=1), rel=1e-8)
    assert flows.sum(axis=0) == pytest.approx(true.sum(axis=0), rel=1e-7)


def test_balanced_flows_keep_the_odds_of_deterrence():
    f = np.exp(-np.random.default_rng(2).uniform(0, 2, (3, 3)))
    flows = balanced_flows([10.0, 20, 30], [25.0, 25, 10], f)
    odds = flows[0, 0] * flows[1, 2] / (flows[0, 2] * flows[1, 0])
    assert odds == pytest.approx(f[0, 0] * f[1, 2] / (f[0, 2] * f[1, 0]), rel=1e-9)


def test_impossible_margins_are_refused():
    with pytest.raises(EquilibriumError, match="too few"):
        balanced_flows([10.0, 1.0], [10.0, 1.0], [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="sum to 11 and arrivals to 12"):
        balanced_flows([10.0, 1.0], [10.0, 2.0], np.ones((2, 2)))
    with pytest.raises(ValueError, match="deterrence has shape"):
        balanced_flows([10.0, 1.0], [10.0, 1.0], np.ones((2, 3)))


@pytest.mark.parametrize(
    ("departures", "people", "distance", "message"),
    [
        ([1.0, 2.0], [1.0, 2.0], [[0, 0], [1, 0]], "distance from 0 to 1 is 0"),
        ([1.0, 2.0], [1.0, 2.0], np.ones((3, 3)), "distance has shape"),
        ([1.0, 2.0], [1.0, 0.0], np.ones((2, 2)), "population is 0"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], np.ones((2, 2)), "departures holds 3"),
        ([1.0, -2.0], [1.0, 2.0], np.ones((2, 2)), "departures is -2"),
    ],
)
def test_bad_input_is_named(departures, people, distance, message):
    with pytest.raises(ValueError, match=message):
        Gravity(distance_exponent=1).flows(departures, people, distance)
    with pytest.raises(ValueError, match=message):
        radiation_flows(departures, people, distance)


def test_the_declared_defaults_are_solved():
    departures, people, distance = _country(0, 4)
    assert Gravity().flows(departures, people, distance).sum() == pytest.approx(departures.sum())


def test_draws_come_first():
    departures, people, distance = _country(0, 4)
    many = Gravity(distance_exponent=[0.5, 1.0, 2.0], attraction_exponent=0.9).flows(departures, people, distance)
    assert many.shape == (3, 4, 4)
    one = Gravity(distance_exponent=2.0, attraction_exponent=0.9).flows(departures, people, distance)
    np.testing.assert_array_equal(many[2], one)


def test_as_declared_gravity_is_people_over_distance():
    """Exponents of one: a place twice as large or half as far draws twice as many."""
    flows = Gravity().flows([60.0, 0.0, 5.0], [7.0, 20.0, 10.0], [[0, 1, 1], [1, 0, 1], [1, 2, 0]])
    np.testing.assert_allclose(flows[0], [0, 40, 20], rtol=1e-12)
    np.testing.assert_allclose(flows[1], 0)
    np.testing.assert_allclose(flows[2], [5 * 7 / 17, 5 * 10 / 17, 0], rtol=1e-12)


def test_two_places_exchange_everybody_and_one_is_no_country():
    for flows in (Gravity().flows, radiation_flows):
        np.testing.assert_allclose(flows([3.0, 4.0], [5.0, 6.0], [[0, 9], [9, 0]]), [[0, 3], [4, 0]], rtol=1e-12)
        with pytest.raises(ValueError, match="departures holds 1 values; at least 2"):
            flows([3.0], [5.0], [[0.0]])
    with pytest.raises(ValueError, match="departures holds 1 values; at least 2"):
        balanced_flows([3.0], [3.0], [[1.0]])


def test_balanced_flows_meet_their_tolerance_and_refuse_sums_that_differ():
    f, out, into = np.exp(-np.arange(9.0).reshape(3, 3) % 4), np.array([0.0, 20, 30]), np.array([25.0, 25, 0])
    flows = balanced_flows(out, into, f)
    assert np.abs(flows.sum(axis=0) - into).max() <= 1e-10 * 50
    np.testing.assert_allclose(flows.sum(axis=1), out, rtol=1e-12)
    with pytest.raises(ValueError, match="they must be equal and positive"):
        balanced_flows(out, into * (1 + 1e-7), f)
    with pytest.raises(ValueError, match="they must be equal and positive"):
        balanced_flows(np.zeros(3), np.zeros(3), f)
