"""Where people live in equilibrium, and where a planner would have them.

Two cities or many without frictions: Rosen 1979 and Roback 1982 in closed form. Many places with frictions: the wage
is A_j L_j^agglomeration; land H_j is shared by its residents, who spend housing_share on it, so everything made in a
place is eaten there and rent returns to those who pay it; utility V_j = B_j L_j^-congestion w_j^(1-b) (H_j / L_j)^b
falls in L_j with the elasticity lambda_j = b + congestion - agglomeration (1 - b). People have Frechet tastes and
moving wedges as in logit_migration. The equilibrium exists, and is unique where dispersion * lambda_j > -1 in every
place, since the derivative of excess demand then has one sign. The planner maximizes the sum of expected log utility
over allocations of people, without transfers between places; the optimum is the equilibrium with V_j exp(-lambda_j)
in place of V_j. Where lambda is the same everywhere, both coincide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, fraction_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="agglomeration",
            label="Agglomeration",
            unit="",
            default=0.05,
            lower=0.0,
            upper=0.3,
            step=0.01,
            meaning="Percent higher wage in a place with one percent more people.",
            source="assumption; estimates for density lie mostly between 0.02 and 0.1",
            display=".2f",
        ),
        Parameter(
            name="congestion",
            label="Congestion",
            unit="",
            default=0.05,
            lower=0.0,
            upper=0.5,
            step=0.01,
            meaning="Percent lower quality of life in a place with one percent more people, besides rent.",
            source="assumption",
            display=".2f",
        ),
        Parameter(
            name="housing_share",
            label="Spending on housing",
            unit="",
            default=0.25,
            lower=0.01,
            upper=0.6,
            step=0.01,
            meaning="Share of income spent on housing.",
            source="assumption",
            display=".0%",
        ),
        Parameter(
            name="dispersion",
            label="Response to utility",
            unit="",
            default=1.5,
            lower=0.5,
            upper=4.0,
            step=0.1,
            meaning="How strongly people follow utility: high where tastes for places hardly differ.",
            source="Tombe and Zhu 2019 for the form; the value is an assumption",
            display=".1f",
        ),
        Parameter(
            name="migration_cost",
            label="Cost of living away from home",
            unit="",
            default=0.5,
            lower=0.0,
            upper=0.95,
            step=0.01,
            meaning="Share of utility forgone by everyone who lives elsewhere than where registered.",
            source="assumption",
            display=".0%",
        ),
    )
)

_TOLERANCE = 1e-11
_ITERATIONS = 200


@dataclass(frozen=True)
class CityPrices:
    """Logarithms of wage and rent that leave people and firms indifferent between cities; arrays of one shape."""

    log_wage: FloatArray
    log_rent: FloatArray


@dataclass(frozen=True)
class SpatialState:
    """An allocation of people. Shapes: population, wage, rent, log_utility (..., places); flows (..., origins,
    places), people from row to column; welfare (..., origins).

    wage: output per worker, which is also goods eaten per person; rent: per unit of land; log_utility: ln V, before
    wedges and tastes; welfare: mean log utility of an origin's people with wedges and tastes, less a constant, NaN
    for an origin without people; total_welfare: its sum over people; output: sum of wage times people.
    """

    population: FloatArray
    flows: FloatArray
    wage: FloatArray
    rent: FloatArray
    log_utility: FloatArray
    welfare: FloatArray
    total_welfare: FloatArray
    output: FloatArray


def rosen_roback_prices(
    *,
    amenity: npt.ArrayLike = 1.0,
    productivity: npt.ArrayLike = 1.0,
    housing_share: npt.ArrayLike,
    land_share: npt.ArrayLike,
) -> CityPrices:
    """Wage and rent of a city in a system of free mobility and free entry; shapes broadcast.

    People: amenity * wage * rent^-housing_share = 1; firms: wage^(1 - land_share) rent^land_share = productivity.
    housing_share and land_share are fractions, not both 0.
    """
    a, p, b, g = same_shape(
        amenity=positive_array("amenity", amenity),
        productivity=positive_array("productivity", productivity),
        housing_share=fraction_array("housing_share", housing_share),
        land_share=fraction_array("land_share", land_share),
    )
    weight = b * (1 - g) + g
    if (weight == 0).any():
        raise EquilibriumError("housing_share and land_share are both 0: nobody uses land and rent is not determined")
    log_rent = (np.log(p) + (1 - g) * np.log(a)) / weight
    return CityPrices(np.asarray(b * log_rent - np.log(a)), np.asarray(log_rent))


def away_from_home_wedges(places: int, migration_cost: npt.ArrayLike) -> FloatArray:
    """Wedges 1 at home and 1 / (1 - migration_cost) elsewhere, shape (..., places, places).

    migration_cost: fraction below 1, shape (...).
    """
    cost = fraction_array("migration_cost", migration_cost)[..., np.newaxis, np.newaxis]
    if cost.max() == 1:
        raise ValueError("migration_cost is 1: nobody could move; give less than 1, or evaluate everyone at home")
    return np.asarray(np.where(np.eye(places, dtype=bool), 1.0, 1 / (1 - cost)))


def crowding_elasticity(
    *, agglomeration: npt.ArrayLike, congestion: npt.ArrayLike, housing_share: npt.ArrayLike
) -> FloatArray:
    """lambda, percent by which utility falls when a place has one percent more people; negative: it rises."""
    a, c, b = same_shape(
        agglomeration=positive_array("agglomeration", agglomeration, zero_allowed=True),
        congestion=positive_array("congestion", congestion, zero_allowed=True),
        housing_share=fraction_array("housing_share", housing_share),
    )
    return np.asarray(b + c - a * (1 - b))


@dataclass(frozen=True)
class _Economy:
    """Checked arrays; base is ln V at one person. home (..., origins), log_wedge (..., origins, places)."""

    base: FloatArray
    crowding: FloatArray
    log_productivity: FloatArray
    agglomeration: FloatArray
    housing: FloatArray
    housing_share: FloatArray
    home: FloatArray
    log_wedge: FloatArray
    dispersion: FloatArray


def _economy(
    productivity: npt.ArrayLike,
    amenity: npt.ArrayLike,
    housing: npt.ArrayLike,
    home_population: npt.ArrayLike,
    wedges: npt.ArrayLike,
    agglomeration: npt.ArrayLike,
    congestion: npt.ArrayLike,
    housing_share: npt.ArrayLike,
    dispersion: npt.ArrayLike,
) -> _Economy:
    home = positive_array("home_population", home_population, zero_allowed=True)
    if home.ndim == 0 or (home.sum(axis=-1) <= 0).any():
        raise ValueError("home_population must hold one number for each origin, and some people")
    a, b, h, alpha, crowd, share = same_shape(
        productivity=positive_array("productivity", productivity),
        amenity=positive_array("amenity", amenity),
        housing=positive_array("housing", housing),
        agglomeration=positive_array("agglomeration", agglomeration, zero_allowed=True),
        congestion=positive_array("congestion", congestion, zero_allowed=True),
        housing_share=fraction_array("housing_share", housing_share),
    )
    if share.max() == 1:
        raise ValueError("housing_share is 1; give less, for people also eat")
    if a.ndim == 0 or a.shape[-1] < 2:
        raise ValueError("productivity, amenity and housing describe a single place; give at least two")
    places, origins = a.shape[-1], home.shape[-1]
    wedge = positive_array("wedges", wedges)
    if wedge.ndim and (wedge.ndim < 2 or wedge.shape[-2:] != (origins, places)):
        raise ValueError(
            f"wedges has shape {wedge.shape}; give a row for each of {origins} origins and a column for each of "
            f"{places} places"
        )
    k = positive_array("dispersion", dispersion)
    try:
        draws = np.broadcast_shapes(a.shape[:-1], home.shape[:-1], wedge.shape[:-2], k.shape)
    except ValueError:
        raise ValueError(
            f"draws do not fit together: places {a.shape}, home_population {home.shape}, wedges {wedge.shape}, "
            f"dispersion {k.shape}; all but dispersion end in places or origins"
        ) from None
    wide = (*draws, places)
    return _Economy(
        base=np.broadcast_to(np.log(b) + (1 - share) * np.log(a) + share * np.log(h), wide),
        crowding=np.broadcast_to(share + crowd - alpha * (1 - share), wide),
        log_productivity=np.broadcast_to(np.log(a), wide),
        agglomeration=np.broadcast_to(alpha, wide),
        housing=np.broadcast_to(h, wide),
        housing_share=np.broadcast_to(share, wide),
        home=np.broadcast_to(home, (*draws, origins)),
        log_wedge=np.broadcast_to(np.log(wedge), (*draws, origins, places)),
        dispersion=np.broadcast_to(k, draws)[..., np.newaxis],
    )


def _logit_flows(economy: _Economy, log_value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shares and flows, shape (..., origins, places), at ln V of shape (..., places)."""
    appeal = economy.dispersion[..., np.newaxis] * (log_value[..., np.newaxis, :] - economy.log_wedge)
    parts = np.exp(appeal - appeal.max(axis=-1, keepdims=True))
    shares = parts / parts.sum(axis=-1, keepdims=True)
    return shares, economy.home[..., np.newaxis] * shares


def _substitution(shares: FloatArray, flows: FloatArray) -> FloatArray:
    """Derivative of ln population by dispersion times ln V, I - M, where M_jk is the chance that someone drawn from
    the people of j would on a second draw of tastes choose k; shape (..., places, places)."""
    arrivals = flows.sum(axis=-2)
    mixing = np.swapaxes(flows, -1, -2) @ shares / arrivals[..., np.newaxis]
    return np.asarray(np.eye(mixing.shape[-1]) - mixing)


def _solve(economy: _Economy, base: FloatArray) -> FloatArray:
    """Flows of the equilibrium where ln V_j = base_j - crowding_j ln L_j, by Newton steps on ln L."""
    strength = economy.dispersion * economy.crowding
    if (strength <= -1).any():
        worst = float(strength.min())
        raise EquilibriumError(
            f"dispersion times crowding is {worst:g} in some place; at -1 or below several equilibria are possible, "
            "since agglomeration outweighs congestion, housing and tastes: lower agglomeration or dispersion, or "
            "raise congestion or housing_share"
        )
    x = np.log(np.broadcast_to(economy.home.sum(axis=-1, keepdims=True) / base.shape[-1], base.shape))
    for _ in range(_ITERATIONS):
        shares, flows = _logit_flows(economy, base - economy.crowding * x)
        miss = np.log(flows.sum(axis=-2)) - x
        if np.abs(miss).max() <= _TOLERANCE:
            return flows
        slope = np.eye(x.shape[-1]) + _substitution(shares, flows) * strength[..., np.newaxis, :]
        step = np.linalg.solve(slope, miss[..., np.newaxis])[..., 0]
        # Newton overshoots far from the solution: no place changes by more than a factor e in a step.
        x = x + np.clip(step, -1.0, 1.0)
    raise EquilibriumError(
        f"no equilibrium was found to a relative {_TOLERANCE:g} in {_ITERATIONS} steps; moderate the parameters"
    )


def _state(economy: _Economy, flows: FloatArray) -> SpatialState:
    people = flows.sum(axis=-2)
    some = people > 0
    log_people = np.log(np.where(some, people, 1.0))
    # Nobody feels the utility of an empty place; its wage and rent are those of a vanishing settlement.
    wage = np.exp(economy.log_productivity) * np.where(
        some | (economy.agglomeration == 0), np.exp(economy.agglomeration * log_people), 0.0
    )
    share = economy.housing_share
    rent = share / (1 - share) * wage * people / economy.housing
    log_utility = np.where(some, economy.base - economy.crowding * log_people, np.nan)
    home = economy.home[..., np.newaxis]
    split = flows / np.where(home > 0, home, 1.0)
    taste = np.log(np.where(split > 0, split, 1.0)) / economy.dispersion[..., np.newaxis]
    felt = np.where(split > 0, log_utility[..., np.newaxis, :] - economy.log_wedge - taste, 0.0)
    sums = (split * felt).sum(axis=-1)
    return SpatialState(
        population=np.asarray(people),
        flows=np.asarray(flows),
        wage=np.asarray(wage),
        rent=np.asarray(rent),
        log_utility=np.asarray(log_utility),
        welfare=np.where(economy.home > 0, sums, np.nan),
        total_welfare=np.asarray((economy.home * sums).sum(axis=-1)),
        output=np.asarray((wage * people).sum(axis=-1)),
    )


def equilibrium(
    *,
    productivity: npt.ArrayLike,
    amenity: npt.ArrayLike,
    housing: npt.ArrayLike,
    home_population: npt.ArrayLike,
    wedges: npt.ArrayLike = 1.0,
    agglomeration: npt.ArrayLike,
    congestion: npt.ArrayLike,
    housing_share: npt.ArrayLike,
    dispersion: npt.ArrayLike,
) -> SpatialState:
    """The equilibrium, exact to a relative 1e-11 in every population.

    productivity, amenity, housing (A, B, H, positive), agglomeration, congestion, housing_share: broadcast to (...,
    places), elasticities may differ between places; home_population: people by origin, shape (..., origins);
    wedges: positive, shape (..., origins, places), or 1; dispersion: shape (...). EquilibriumError where several
    equilibria are possible (dispersion times crowding at or below -1).
    """
    economy = _economy(
        productivity, amenity, housing, home_population, wedges, agglomeration, congestion, housing_share, dispersion
    )
    return _state(economy, _solve(economy, economy.base))


def planner_allocation(
    *,
    productivity: npt.ArrayLike,
    amenity: npt.ArrayLike,
    housing: npt.ArrayLike,
    home_population: npt.ArrayLike,
    wedges: npt.ArrayLike = 1.0,
    agglomeration: npt.ArrayLike,
    congestion: npt.ArrayLike,
    housing_share: npt.ArrayLike,
    dispersion: npt.ArrayLike,
) -> SpatialState:
    """The allocation of largest total_welfare without transfers between places; arguments and errors as equilibrium.

    The market forms it where everyone in place j pays the share 1 - exp(-lambda_j) of utility, up to a factor that
    is common to all places: people then bear the crowding that they cause.
    """
    economy = _economy(
        productivity, amenity, housing, home_population, wedges, agglomeration, congestion, housing_share, dispersion
    )
    return _state(economy, _solve(economy, economy.base - economy.crowding))


def evaluate_flows(
    flows: npt.ArrayLike,
    *,
    productivity: npt.ArrayLike,
    amenity: npt.ArrayLike,
    housing: npt.ArrayLike,
    wedges: npt.ArrayLike = 1.0,
    agglomeration: npt.ArrayLike,
    congestion: npt.ArrayLike,
    housing_share: npt.ArrayLike,
    dispersion: npt.ArrayLike,
) -> SpatialState:
    """Wages, rents and welfare at given flows, people from row to column, shape (..., origins, places).

    A diagonal keeps everyone at home. Within an origin, those go who like the place best. Other arguments as
    equilibrium.
    """
    people = positive_array("flows", flows, zero_allowed=True)
    if people.ndim < 2:
        raise ValueError(f"flows has {people.ndim} dimensions; give a row for each origin and a column for each place")
    economy = _economy(
        productivity,
        amenity,
        housing,
        people.sum(axis=-1),
        wedges,
        agglomeration,
        congestion,
        housing_share,
        dispersion,
    )
    if people.shape[-1] != economy.base.shape[-1]:
        raise ValueError(f"flows has {people.shape[-1]} columns and there are {economy.base.shape[-1]} places")
    return _state(economy, np.broadcast_to(people, economy.log_wedge.shape))


def amenities_from_population(
    population: npt.ArrayLike,
    wage: npt.ArrayLike,
    *,
    housing: npt.ArrayLike,
    home_population: npt.ArrayLike,
    wedges: npt.ArrayLike = 1.0,
    congestion: npt.ArrayLike,
    housing_share: npt.ArrayLike,
    dispersion: npt.ArrayLike,
) -> FloatArray:
    """Amenities that make an observed population an equilibrium, shape (..., places), with geometric mean 1.

    population, wage: observed, positive, shape (..., places), population with the same sum as home_population; other
    arguments as equilibrium. Productivity follows as wage / population^agglomeration. Whatever moves people besides
    wage, rent and crowding ends up in them.
    """
    people = positive_array("population", population)
    economy = _economy(wage, 1.0, housing, home_population, wedges, 0.0, congestion, housing_share, dispersion)
    if people.ndim == 0 or people.shape[-1] != economy.base.shape[-1]:
        raise ValueError(
            f"population has shape {people.shape}; give one number for each of {economy.base.shape[-1]} places"
        )
    totals, homes = people.sum(axis=-1), economy.home.sum(axis=-1)
    if not np.allclose(totals, homes, rtol=1e-9):
        raise ValueError(
            f"population sums to {np.asarray(totals).flat[0]:g} and home_population to {homes.flat[0]:g}; people are "
            "neither lost nor made: scale one to the other"
        )
    target = np.broadcast_to(np.log(people), economy.base.shape)
    k = economy.dispersion
    log_value = target / k
    # Adding a constant to ln V changes nothing; pinning its mean makes the slope invertible.
    pin = np.full((target.shape[-1],) * 2, 1 / target.shape[-1])
    for _ in range(_ITERATIONS):
        shares, flows = _logit_flows(economy, log_value)
        miss = target - np.log(flows.sum(axis=-2))
        if np.abs(miss).max() <= _TOLERANCE:
            log_amenity = log_value - (economy.base - economy.crowding * target)
            return np.asarray(np.exp(log_amenity - log_amenity.mean(axis=-1, keepdims=True)))
        step = np.linalg.solve(_substitution(shares, flows) + pin, miss[..., np.newaxis])[..., 0]
        log_value = log_value + np.clip(step, -1.0, 1.0) / k
    raise EquilibriumError(
        f"no amenities make this population an equilibrium to a relative {_TOLERANCE:g} in {_ITERATIONS} steps; "
        "moderate the wedges"
    )
