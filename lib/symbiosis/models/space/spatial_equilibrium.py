"""Where people live in equilibrium, where a planner would have them, and a real country as such an equilibrium.

Many places with frictions: the wage is A_j L_j^agglomeration; land H_j is shared by its residents, who spend
housing_share on it, so everything made in a place is eaten there and rent returns to those who pay it; utility V_j =
B_j L_j^-congestion w_j^(1-b) (H_j / L_j)^b falls in L_j with the elasticity lambda_j = b + congestion - agglomeration
(1 - b). People have Frechet tastes and moving wedges as in logit_migration. The equilibrium exists, and is unique
where dispersion * lambda_j > -1 in every place, since the derivative of excess demand then has one sign. The planner
maximizes the sum of expected log utility over allocations of people, without transfers between places; the optimum is
the equilibrium with V_j exp(-lambda_j) in place of V_j. Where lambda is the same everywhere, both coincide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError, refuse, softmax
from symbiosis.models.migration import moving_costs
from symbiosis.models.migration.moving_costs import MovingCosts
from symbiosis.parameters import (
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    Model,
    ParameterError,
    Values,
    model,
    parameter,
)

MOVING_COST_FALL = 0.45
"""Fall of the moving costs of China from 2000 to 2015, a fraction (Hao, Sun, Tombe and Zhu 2020, abstract)."""

_TOLERANCE = 1e-11
_ITERATIONS = 200
_NOTHING = 1e-8
# Gains smaller than this, a fraction, are what the solver leaves over.


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

    @property
    def away(self) -> FloatArray:
        """Number of people who live away from home, where origins and places are the same; shape (...)."""
        return np.asarray(self.flows.sum(axis=(-1, -2)) - np.trace(self.flows, axis1=-2, axis2=-1))

    def beside(self, today: SpatialState) -> Comparison:
        """This state beside today, both with the same amenities, so that welfare is in one unit."""
        home = today.flows.sum(axis=-1)
        total = home.sum(axis=-1)
        by_origin = np.expm1(self.welfare - today.welfare)
        return Comparison(
            output=np.asarray(self.output / today.output - 1),
            welfare=np.expm1((self.total_welfare - today.total_welfare) / total),
            by_origin=np.asarray(by_origin),
            losing=np.asarray(np.where(by_origin < -_NOTHING, home, 0.0).sum(axis=-1) / total),
            movers=np.asarray((self.away - today.away) / total),
        )


@model
class Elasticities(Model):
    """How wages, comfort and people respond, the same in all places."""

    # fmt: off
    agglomeration: Values = parameter(default=0.05, label="Agglomeration", range=(0.0, 0.3, 0.01), domain=NON_NEGATIVE,
        display=".2f", source="assumption; estimates for density lie mostly between 0.02 and 0.1",
        meaning="Percent higher wage in a place with one percent more people.")
    congestion: Values = parameter(default=0.05, label="Congestion", range=(0.0, 0.5, 0.01), domain=NON_NEGATIVE,
        display=".2f", source="assumption",
        meaning="Percent lower quality of life in a place with one percent more people, besides rent.")
    housing_share: Values = parameter(default=0.25, label="Spending on housing", range=(0.01, 0.6, 0.01),
        domain=BELOW_ONE, display=".0%", source="assumption", meaning="Share of income spent on housing.")
    dispersion: Values = parameter(default=1.5, label="Response to utility", range=(0.5, 4.0, 0.1), domain=POSITIVE,
        display=".1f", source="Tombe and Zhu 2019 for the form; the value is an assumption",
        meaning="How strongly people follow utility: high where tastes for places hardly differ.")
    # fmt: on


@model
class SpatialEconomy(Elasticities):
    """Places of given productivity and amenity, and people who choose between them.

    productivity, amenity, housing: A, B, H, positive, shape (..., places), or a number where places are alike.
    home_population: people by origin, zero or more, shape (..., origins).
    wedges: factors by which leaving divides utility, positive, shape (..., origins, places), or 1.
    extra_congestion: what a place's congestion is above the common one, shape (..., places); no sum falls below 0.
    """

    productivity: Values
    home_population: Values
    amenity: Values = 1.0
    housing: Values = 1.0
    wedges: Values = 1.0
    extra_congestion: Values = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        home = positive_array("home_population", self.home_population, zero_allowed=True)
        if home.ndim == 0 or (home.sum(axis=-1) <= 0).any():
            raise ValueError("home_population must hold one number for each origin, and some people")
        given = {name: positive_array(name, getattr(self, name)) for name in ("productivity", "amenity", "housing")}
        given["extra_congestion"] = finite_array("extra_congestion", self.extra_congestion)
        places = dict(zip(given, same_shape(**given), strict=True))
        shape = places["productivity"].shape
        if not shape or shape[-1] < 2:
            raise ValueError("productivity, amenity and housing describe a single place; give at least two")
        wedge = positive_array("wedges", self.wedges)
        if wedge.ndim and (wedge.ndim < 2 or wedge.shape[-2:] != (home.shape[-1], shape[-1])):
            raise ValueError(
                f"wedges has shape {wedge.shape}; give a row for each of {home.shape[-1]} origins and a column for "
                f"each of {shape[-1]} places"
            )
        wedge = np.broadcast_to(wedge, (*wedge.shape[:-2], home.shape[-1], shape[-1]))
        self._keep(**places, home_population=home, wedges=wedge)
        self.draws  # noqa: B018  (shapes that do not fit are refused here)

    @property
    def draws(self) -> tuple[int, ...]:
        """The common shape of parameters and data, without places and origins; ValueError where they do not fit."""
        places, home, wedge = (np.shape(v) for v in (self.productivity, self.home_population, self.wedges))
        try:
            return np.broadcast_shapes(self.shape, places[:-1], home[:-1], wedge[:-2])
        except ValueError:
            raise ValueError(
                f"draws do not fit together: parameters {self.shape}, places {places}, home_population {home}, "
                f"wedges {wedge}; all but parameters end in places or origins"
            ) from None

    def crowding(self) -> FloatArray:
        """lambda, percent by which utility falls when a place has one percent more people; negative: it rises.

        Shape (..., places).
        """
        alpha, congestion, share = self.arrays("agglomeration", "congestion", "housing_share", axes=1)
        return np.asarray(share + np.maximum(congestion + self.extra_congestion, 0.0) - alpha * (1 - share))

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Draws in which the equilibrium is unique for certain, since dispersion * lambda > -1 in every place."""
        return np.broadcast_to((self._strength() > -1).all(axis=-1), self.draws)

    def equilibrium(self) -> SpatialState:
        """The equilibrium, exact to a relative 1e-11 in every population.

        EquilibriumError where several equilibria are possible (dispersion times crowding at or below -1).
        """
        return self._state(self._solve(self._appeal_of_one()))

    def planner_allocation(self) -> SpatialState:
        """The allocation of largest total_welfare without transfers between places; errors as equilibrium.

        The market forms it where everyone in place j pays the share 1 - exp(-lambda_j) of utility, up to a factor
        that is common to all places: people then bear the crowding that they cause.
        """
        return self._state(self._solve(self._appeal_of_one() - self.crowding()))

    def evaluate(self, flows: npt.ArrayLike) -> SpatialState:
        """Wages, rents and welfare at given flows, whose rows say who is at home where; home_population is not used.

        flows: people from row to column, shape (..., origins, places); a diagonal keeps everyone at home. Within an
        origin, those go who like the place best.
        """
        people = positive_array("flows", flows, zero_allowed=True)
        if people.ndim < 2:
            what = "a row for each origin and a column for each place"
            raise ValueError(f"flows has {people.ndim} dimensions; give {what}")
        places = np.shape(self.productivity)[-1]
        if people.shape[-1] != places:
            raise ValueError(f"flows has {people.shape[-1]} columns and there are {places} places")
        return self.replace(home_population=people.sum(axis=-1))._state(people)

    @cached_property
    def _log_wedges(self) -> FloatArray:
        return np.asarray(np.log(self.wedges))

    def _strength(self) -> FloatArray:
        (dispersion,) = self.arrays("dispersion", axes=1)
        return np.asarray(dispersion * self.crowding())

    def _appeal_of_one(self) -> FloatArray:
        """ln V of places with one person each, shape (..., places)."""
        (share,) = self.arrays("housing_share", axes=1)
        productivity, amenity, housing = (np.log(v) for v in (self.productivity, self.amenity, self.housing))
        return np.asarray(amenity + (1 - share) * productivity + share * housing)

    def _solve(self, base: FloatArray) -> FloatArray:
        """Flows of the equilibrium where ln V_j = base_j - crowding_j ln L_j, by Newton steps on ln L."""
        crowding, strength = self.crowding(), self._strength()
        text = "dispersion times crowding is {:g} in some place; at -1 or below several equilibria are possible, since "
        text += "agglomeration outweighs congestion, housing and tastes: lower agglomeration or dispersion, or raise "
        refuse(~self.admissible(), text + "congestion or housing_share", strength.min())
        home, places, (dispersion,) = (
            np.asarray(self.home_population),
            base.shape[-1],
            self.arrays("dispersion", axes=2),
        )
        x = np.log(np.broadcast_to(home.sum(axis=-1, keepdims=True) / places, (*self.draws, places)))
        for _ in range(_ITERATIONS):
            log_value = base - crowding * x
            shares = softmax(dispersion * (log_value[..., np.newaxis, :] - self._log_wedges))
            flows = home[..., np.newaxis] * shares
            miss = np.log(flows.sum(axis=-2)) - x
            if np.abs(miss).max() <= _TOLERANCE:
                return flows
            slope = np.eye(places) + _substitution(shares, flows) * strength[..., np.newaxis, :]
            step = np.linalg.solve(slope, miss[..., np.newaxis])[..., 0]
            # Newton overshoots far from the solution: no place changes by more than a factor e in a step.
            x = x + np.clip(step, -1.0, 1.0)
        cause = f"no equilibrium was found to a relative {_TOLERANCE:g} in {_ITERATIONS} steps"
        raise EquilibriumError(f"{cause}; moderate the parameters")

    def _state(self, flows: FloatArray) -> SpatialState:
        alpha, share, dispersion = self.arrays("agglomeration", "housing_share", "dispersion", axes=1)
        flows = np.broadcast_to(flows, (*self.draws, *flows.shape[-2:]))
        people = flows.sum(axis=-2)
        some = people > 0
        log_people = np.log(np.where(some, people, 1.0))
        # Nobody feels the utility of an empty place; its wage and rent are those of a vanishing settlement.
        effect = np.where(some | (alpha == 0), np.exp(alpha * log_people), 0.0)
        wage = np.asarray(self.productivity * effect)
        log_utility = np.where(some, self._appeal_of_one() - self.crowding() * log_people, np.nan)
        home = np.asarray(self.home_population)
        split = flows / np.where(home > 0, home, 1.0)[..., np.newaxis]
        taste = np.log(np.where(split > 0, split, 1.0)) / dispersion[..., np.newaxis]
        felt = np.where(split > 0, log_utility[..., np.newaxis, :] - self._log_wedges - taste, 0.0)
        sums = (split * felt).sum(axis=-1)
        rent = np.asarray(share / (1 - share) * wage * people / self.housing)
        welfare = np.where(home > 0, sums, np.nan), np.asarray((home * sums).sum(axis=-1))
        return SpatialState(people, flows, wage, rent, log_utility, *welfare, np.asarray((wage * people).sum(axis=-1)))


def _substitution(shares: FloatArray, flows: FloatArray) -> FloatArray:
    """Derivative of ln population by dispersion times ln V, I - M, where M_jk is the chance that someone drawn from
    the people of j would on a second draw of tastes choose k; shape (..., places, places)."""
    arrivals = flows.sum(axis=-2)
    mixing = np.swapaxes(flows, -1, -2) @ shares / arrivals[..., np.newaxis]
    return np.asarray(np.eye(mixing.shape[-1]) - mixing)


@model
class Settlement(Elasticities):
    """A real country as a spatial equilibrium, and other ways to settle its people.

    Productivity, amenities and moving costs are chosen so that what is observed is the equilibrium, whatever the
    elasticities; so the fit proves nothing, and only answers to changes depend on the theory. Land and houses are not
    seen apart from amenities: the housing of every place is 1 and the amenity holds the rest.

    costs: who is at home where and lives where, and what leaving must then cost.
    wage: output per resident, positive, shape (places,).
    density: people per area, positive, shape (places,); needed where congestion depends on it.
    """

    # fmt: off
    congestion_by_density: Values = parameter(default=0.0, label="Extra congestion where dense",
        range=(-0.05, 0.15, 0.01), display="+.2f", source="assumption",
        meaning="By how much congestion is higher where density is higher by one in natural logarithms.")
    cut: Values = parameter(default=0.0, label="Moving cost removed", range=(0.0, 0.9, 0.05), domain=FRACTION,
        display=".0%", source="0 is today; see MOVING_COST_FALL",
        meaning="Fraction by which the factor that divides the utility of living away from home falls.")
    barrier: Values = parameter(default=0.0, label="Barrier removed", range=(0.0, 1.0, 0.05), domain=FRACTION,
        display=".0%", source="0 is today",
        meaning="Part of the logarithm of the moving cost that is a barrier and falls away; the rest is attachment.")
    amenity_weight: Values = parameter(default=1.0, label="Weight of amenities", range=(0.0, 1.5, 0.1),
        domain=NON_NEGATIVE, display=".1f", source="thought experiment",
        meaning="Power to which the inferred amenities are raised: 1 as inferred, 0 if nobody minded them.")
    # fmt: on
    costs: MovingCosts
    wage: FloatArray
    density: FloatArray | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        places = len(self.costs.flows)
        for name in ("wage", "density") if self.density is not None else ("wage",):
            values = positive_array(name, getattr(self, name), ndim=1)
            if len(values) != places:
                raise ValueError(f"{name} holds {len(values)} places and the flows {places}; give one for each")
            self._keep(**{name: values})
        if self.density is None and np.any(self.congestion_by_density):
            raise ParameterError("congestion_by_density is not 0 and density is not given; give that of each place")

    @property
    def residents(self) -> FloatArray:
        """People who live in each place as observed, shape (places,)."""
        return np.asarray(self.costs.flows.sum(axis=0))

    @property
    def home_population(self) -> FloatArray:
        """People who are at home in each place, shape (places,)."""
        return np.asarray(self.costs.flows.sum(axis=1))

    @cached_property
    def economy(self) -> SpatialEconomy:
        """The economy whose equilibrium is the observed settlement, after what cut, barrier and amenity_weight change.

        Nobody pays for cheaper moving. The geometric mean of amenities is 1.
        """
        alpha, share, k, slope, weight = self.arrays(
            "agglomeration", "housing_share", "dispersion", "congestion_by_density", "amenity_weight", axes=1
        )
        extra: Any = 0.0
        if self.density is not None:
            log_density = np.log(self.density)
            extra = slope * (log_density - np.average(log_density, weights=self.residents))
        (barrier,) = self.arrays("barrier", axes=2)
        wedges = moving_costs.wedges(self.costs, self.dispersion) ** (1 - barrier)
        productivity = self.wage / self.residents**alpha
        plain = SpatialEconomy(
            **{name: getattr(self, name) for name in ("agglomeration", "congestion", "housing_share", "dispersion")},
            productivity=productivity,
            home_population=self.home_population,
            wedges=moving_costs.cheaper(wedges, self.cut),
            extra_congestion=extra,
        )
        log_people = np.log(self.residents)
        log_amenity = self.costs.appeal / k + plain.crowding() * log_people - (1 - share) * np.log(productivity)
        amenity = np.exp(log_amenity - log_amenity.mean(axis=-1, keepdims=True))
        return plain.replace(amenity=amenity**weight)

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Draws in which the equilibrium is unique for certain."""
        return self.economy.admissible()

    def observed(self) -> SpatialState:
        """The settlement as it is, with the moving costs and amenities of this model."""
        return self.economy.evaluate(self.costs.flows)

    def kept_home(self) -> SpatialState:
        """Everybody lives where they are at home."""
        return self.economy.evaluate(np.diag(self.home_population))

    def equilibrium(self) -> SpatialState:
        """People choose."""
        return self.economy.equilibrium()

    def planner_allocation(self) -> SpatialState:
        """The settlement of largest welfare without transfers; moving costs what it costs."""
        return self.economy.planner_allocation()

    def invested(self, spending: npt.ArrayLike, *, payoff: npt.ArrayLike) -> SpatialState:
        """The equilibrium when spending a year goes into the productivity of places, from a tax on all output.

        spending: zero or more, shape (..., places), in the unit of output.
        payoff: output a year per unit spent, at today's population, a number or shape (draws,).
        One tax rate balances the budget; output and welfare are net of it. Tax and spending say nothing of who pays
        for the years before it bears fruit.
        """
        money = positive_array("spending", spending, zero_allowed=True)
        today = self.observed()
        yields = positive_array("payoff", payoff, zero_allowed=True)[..., np.newaxis]
        gain = yields * money / (today.wage * today.population)
        economy = self.economy
        state = economy.replace(productivity=np.asarray(economy.productivity) * (1 + gain)).equilibrium()
        budget = money.sum(axis=-1)
        if (budget >= state.output).any():
            raise ValueError("spending is at least all output; nothing would be left to tax: spend less")
        # A tax that is the same everywhere moves nobody, as all spend the same share on goods.
        burden = (1 - self.arrays("housing_share")[0]) * np.log(1 - budget / state.output)
        return replace(
            state,
            output=state.output - budget,
            welfare=state.welfare + burden[..., np.newaxis],
            total_welfare=state.total_welfare + self.home_population.sum() * burden,
        )
