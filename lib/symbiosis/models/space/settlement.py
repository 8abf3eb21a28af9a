"""A real country as a spatial equilibrium, and other ways to settle its people.

Productivity, amenities and moving costs are chosen so that what is observed is the equilibrium, whatever the
elasticities; so the fit proves nothing, and only answers to changes depend on the theory. Land and houses are not
seen apart from amenities: the housing of every place is 1 and the amenity holds the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, positive_array
from symbiosis.models.migration import moving_costs
from symbiosis.models.migration.moving_costs import MovingCosts
from symbiosis.models.space import spatial_equilibrium
from symbiosis.models.space.spatial_equilibrium import SpatialState
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        *(p for p in spatial_equilibrium.PARAMETERS if p.name != "migration_cost"),
        Parameter(
            name="congestion_by_density",
            label="Extra congestion where dense",
            unit="",
            default=0.0,
            lower=-0.05,
            upper=0.15,
            step=0.01,
            meaning="By how much congestion is higher where density is higher by one in natural logarithms.",
            source="assumption",
            display="+.2f",
        ),
        Parameter(
            name="cut",
            label="Moving cost removed",
            unit="",
            default=0.45,
            lower=0.0,
            upper=0.9,
            step=0.05,
            meaning="Fraction by which the factor that divides the utility of living away from home falls.",
            source="0.45 is the fall of 2000-2015 in Hao, Sun, Tombe and Zhu 2020 (abstract)",
            display=".0%",
        ),
        Parameter(
            name="amenity_weight",
            label="Weight of amenities",
            unit="",
            default=1.0,
            lower=0.0,
            upper=1.5,
            step=0.1,
            meaning="Power to which the inferred amenities are raised: 1 as inferred, 0 if nobody minded them.",
            source="thought experiment",
            display=".1f",
        ),
    )
)


_NOTHING = 1e-8
# Gains smaller than this, a fraction, are what the solver leaves over.


@dataclass(frozen=True)
class Country:
    """Shapes: home_population (places,); flows (places, places); all else (..., places), wedges (..., places,
    places), dispersion (...). The observed flows are its equilibrium."""

    home_population: FloatArray
    flows: FloatArray
    productivity: FloatArray
    amenity: FloatArray
    wedges: FloatArray
    agglomeration: FloatArray
    congestion: FloatArray
    housing_share: FloatArray
    dispersion: FloatArray


@dataclass(frozen=True)
class Comparison:
    """A settlement beside another; fractions. output: change of output; welfare: the equal rise of everybody's
    consumption of goods and housing that is worth as much (mean of log utility); by_origin: the same for the people
    of each home, shape (..., places); losing: share of people whose origin loses; movers: change of the number of
    people away from home, per person."""

    output: FloatArray
    welfare: FloatArray
    by_origin: FloatArray
    losing: FloatArray
    movers: FloatArray


def congestion_by_density(
    density: npt.ArrayLike, *, congestion: npt.ArrayLike, slope: npt.ArrayLike, weights: npt.ArrayLike
) -> FloatArray:
    """Congestion of each place, not below 0: congestion + slope (ln density - its weighted mean).

    density, weights: shape (places,); congestion, slope: numbers or shape (draws, 1).
    """
    dense = positive_array("density", finite_array("density", density, ndim=1))
    weight = positive_array("weights", finite_array("weights", weights, ndim=1))
    relative = np.log(dense) - np.average(np.log(dense), weights=weight)
    level = positive_array("congestion", congestion, zero_allowed=True)
    return np.asarray(np.maximum(level + finite_array("slope", slope) * relative, 0.0))


def calibrate(
    costs: MovingCosts,
    wage: npt.ArrayLike,
    *,
    agglomeration: npt.ArrayLike,
    congestion: npt.ArrayLike,
    housing_share: npt.ArrayLike,
    dispersion: npt.ArrayLike,
) -> Country:
    """The country in which the observed flows are the equilibrium. wage: output per resident, shape (places,);
    elasticities as in spatial_equilibrium.equilibrium, housing_share the same in all places of a draw."""
    pay = positive_array("wage", finite_array("wage", wage, ndim=1))
    people = costs.flows.sum(axis=0)
    if len(pay) != len(people):
        raise ValueError(f"wage holds {len(pay)} places and the flows {len(people)}; give one for each")
    alpha = positive_array("agglomeration", agglomeration, zero_allowed=True)
    share = fraction_array("housing_share", housing_share)
    if share.ndim and np.ptp(share, axis=-1).any():
        raise ValueError("housing_share differs between places; give one for all, or one per draw as (draws, 1)")
    k = positive_array("dispersion", dispersion)
    crowd = positive_array("congestion", congestion, zero_allowed=True)
    crowding = spatial_equilibrium.crowding_elasticity(agglomeration=alpha, congestion=crowd, housing_share=share)
    productivity = pay / people**alpha
    log_amenity = costs.appeal / k[..., np.newaxis] + crowding * np.log(people) - (1 - share) * np.log(productivity)
    return Country(
        home_population=costs.flows.sum(axis=1),
        flows=costs.flows,
        productivity=np.asarray(productivity),
        amenity=np.exp(log_amenity - log_amenity.mean(axis=-1, keepdims=True)),
        wedges=moving_costs.wedges(costs, k),
        agglomeration=alpha,
        congestion=crowd,
        housing_share=share,
        dispersion=k,
    )


def observed(country: Country) -> SpatialState:
    """The settlement as it is."""
    return _at(country, country.flows)


def kept_home(country: Country) -> SpatialState:
    """Everybody lives where they are at home."""
    return _at(country, np.diag(country.home_population))


def chosen(country: Country) -> SpatialState:
    """The equilibrium: people choose."""
    return spatial_equilibrium.equilibrium(
        productivity=country.productivity, amenity=country.amenity, housing=1.0,
        home_population=country.home_population, wedges=country.wedges, agglomeration=country.agglomeration,
        congestion=country.congestion, housing_share=country.housing_share, dispersion=country.dispersion,
    )  # fmt: skip


def planned(country: Country) -> SpatialState:
    """The settlement of largest welfare without transfers; moving costs what it costs."""
    return spatial_equilibrium.planner_allocation(
        productivity=country.productivity, amenity=country.amenity, housing=1.0,
        home_population=country.home_population, wedges=country.wedges, agglomeration=country.agglomeration,
        congestion=country.congestion, housing_share=country.housing_share, dispersion=country.dispersion,
    )  # fmt: skip


def cheaper_moving(country: Country, cut: npt.ArrayLike) -> Country:
    """The country after a cut (a fraction) of every moving cost; nobody pays for it."""
    return replace(country, wedges=moving_costs.cheaper(country.wedges, cut))


def barrier_removed(country: Country, barrier: npt.ArrayLike) -> Country:
    """The country without the part of the log moving cost that is barrier (a fraction); attachment to home stays."""
    left = 1 - fraction_array("barrier", barrier)[..., np.newaxis, np.newaxis]
    return replace(country, wedges=country.wedges**left)


def weighted_amenities(country: Country, weight: npt.ArrayLike) -> Country:
    """The country if amenities mattered to the power weight (zero or more, shape (...))."""
    power = positive_array("weight", weight, zero_allowed=True)[..., np.newaxis]
    return replace(country, amenity=country.amenity**power)


def invested(country: Country, spending: npt.ArrayLike, *, payoff: npt.ArrayLike) -> SpatialState:
    """The equilibrium when spending a year goes into the productivity of places, from a tax on all output.

    spending: zero or more, shape (..., places), in the unit of output; payoff: output a year per unit spent, at
    today's population, a number or shape (draws, 1). One tax rate balances the budget; output and welfare are net of
    it. Tax and spending say nothing of who pays for the years before it bears fruit.
    """
    money = positive_array("spending", spending, zero_allowed=True)
    today = observed(country)
    gain = positive_array("payoff", payoff, zero_allowed=True) * money / (today.wage * today.population)
    state = chosen(replace(country, productivity=country.productivity * (1 + gain)))
    budget = money.sum(axis=-1)
    if (budget >= state.output).any():
        raise ValueError("spending is at least all output; nothing would be left to tax: spend less")
    # A tax that is the same everywhere moves nobody, as all spend the same share on goods.
    burden = (1 - country.housing_share[..., 0] if country.housing_share.ndim else 1 - country.housing_share) * np.log(
        1 - budget / state.output
    )
    return replace(
        state,
        output=state.output - budget,
        welfare=state.welfare + np.asarray(burden)[..., np.newaxis],
        total_welfare=state.total_welfare + country.home_population.sum() * burden,
    )


def compare(state: SpatialState, today: SpatialState) -> Comparison:
    """state beside today, both of one country, so that welfare is in one unit."""
    home = today.flows.sum(axis=-1)
    total = home.sum(axis=-1)
    by_origin = np.expm1(state.welfare - today.welfare)
    away = [s.flows.sum(axis=(-1, -2)) - np.trace(s.flows, axis1=-2, axis2=-1) for s in (state, today)]
    return Comparison(
        output=np.asarray(state.output / today.output - 1),
        welfare=np.expm1((state.total_welfare - today.total_welfare) / total),
        by_origin=np.asarray(by_origin),
        losing=np.asarray(np.where(by_origin < -_NOTHING, home, 0.0).sum(axis=-1) / total),
        movers=np.asarray((away[0] - away[1]) / total),
    )


def _at(country: Country, flows: FloatArray) -> SpatialState:
    return spatial_equilibrium.evaluate_flows(
        flows, productivity=country.productivity, amenity=country.amenity, housing=1.0, wedges=country.wedges,
        agglomeration=country.agglomeration, congestion=country.congestion, housing_share=country.housing_share,
        dispersion=country.dispersion,
    )  # fmt: skip
