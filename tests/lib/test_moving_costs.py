import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lib.level_economy import equilibrium, utility_of

from symbiosis.models.migration import moving_costs as model

ELASTICITIES = dict(agglomeration=0.05, congestion=0.1, housing_share=0.25)


def _truth(seed, places=6, dispersion=2.0, distance=False):
    rng = np.random.default_rng(seed)
    f = np.ones((places, places))
    if distance:
        x = rng.uniform(0, 1, (places, 2))
        f = (0.2 + np.linalg.norm(x[:, None] - x, axis=2)) ** -1.5
    leave = rng.uniform(1.5, 20.0, places)[:, None]
    wedge = np.where(np.eye(places, dtype=bool), 1.0, leave * f ** (-1 / dispersion))
    country = dict(
        productivity=rng.uniform(0.5, 2, places), amenity=rng.uniform(0.7, 1.4, places),
        home=rng.uniform(0.2, 3, places), wedges=wedge,
    )  # fmt: skip
    return country, f, equilibrium(country, ELASTICITIES | {"dispersion": dispersion})


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 15), st.floats(0.5, 4.0), st.booleans())
def test_flows_utility_and_costs_are_recovered_from_the_margins(seed, places, dispersion, distance):
    country, f, state = _truth(seed, places, dispersion, distance)
    people, flows = state["population"], state["flows"]
    arrivals = people - np.diag(flows)
    found = model.moving_costs_from_margins(people, country["home"], arrivals, deterrence=f)
    assert found.flows == pytest.approx(flows, rel=1e-6, abs=1e-9)
    assert found.flows.sum(axis=0) == pytest.approx(people, rel=1e-9)
    assert found.flows.sum(axis=1) == pytest.approx(country["home"], rel=1e-9)
    _, log_v = utility_of(people, country, ELASTICITIES)
    utility = dispersion * (log_v - log_v.mean())
    assert found.appeal == pytest.approx(utility, abs=1e-6)
    assert model.wedges(found, dispersion) == pytest.approx(country["wedges"], rel=1e-6)


def test_three_equal_places_in_closed_form():
    # 8 of 10 stay and 1 goes to each other place: the odds of a place against home are 1/8 = wedge^-k.
    found = model.moving_costs_from_margins([10.0] * 3, [10.0] * 3, [2.0] * 3)
    assert found.appeal == pytest.approx(0, abs=1e-12)
    assert model.wedges(found, 1.5)[0] == pytest.approx([1, 4, 4])
    assert model.wedges(found, [1.5, 3.0]).shape == (2, 3, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arrivals": [11.0, 2.0, 2.0]}, "who stay in place 0"),
        ({"arrivals": [2.0, 0.0, 2.0], "home_population": [10.0, 9.0, 11.0]}, "more than zero"),
        ({"home_population": [7.0, 11.0, 12.0]}, "who leave in place 0"),
        ({"home_population": [10.0, 10.0, 11.0]}, "neither lost nor"),
        ({"arrivals": [2.0, 2.0, 2.0, 2.0]}, "one for each"),
        ({"residents": [10.0, np.nan, 10.0]}, "residents"),
        ({"deterrence": np.ones((2, 2))}, "deterrence has shape"),
    ],
)
def test_bad_input_is_named(change, message):
    good = dict(residents=[10.0] * 3, home_population=[10.0] * 3, arrivals=[2.0] * 3)
    with pytest.raises(ValueError, match=message):
        model.moving_costs_from_margins(**(good | change))
