"""Where people live, and where they would live if moving were easier or harder: a country in exact changes.

Many places with frictions: the wage is A_j L_j^agglomeration; land H_j is shared by its residents, who spend
housing_share on it, so everything made in a place is eaten there and rent returns to those who pay it; utility V_j =
B_j L_j^-congestion w_j^(1-b) (H_j / L_j)^b falls in L_j with the elasticity lambda_j = b + congestion - agglomeration
(1 - b). People have Frechet tastes and moving costs as in logit_migration. Written in ratios to what is observed (exact
changes, or hat algebra: Dekle, Eaton and Kortum 2007, American Economic Review 97(2):351), A, B, H and the cost itself
drop out: with shares pi_ij of the people of i in j, a factor e on the ease of moving and k for dispersion,

    pi'_ij = pi_ij (e_ij v_j)^k / D_i,    D_i = sum_j pi_ij (e_ij v_j)^k,    v_j = a_j^(1-b) l_j^-lambda_j,

where a and l are the ratios of productivity and residents and e_ij is 1 at home. The people of i gain, in logarithms,
ln D_i / k = ln v_i - ln(pi'_ii / pi_ii) / k. The equilibrium exists, and is unique where k lambda_j > -1 in every
place, since the derivative of excess demand then has one sign. The planner maximizes the sum of expected log utility
over allocations of people, without transfers between places; the optimum is the equilibrium with v_j exp(-lambda_j) in
place of v_j. Where lambda is the same everywhere, both coincide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, positive_array
from symbiosis.models.equilibrium import EquilibriumError, refuse
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
_ITERATIONS = 20_000
_EMPTY = -25.0
# Logarithm of residents beside today's at which a place counts as empty: beyond the bound places may be deserted.
_NOTHING = 1e-8
# Gains smaller than this, a fraction, are what the solver leaves over.


@dataclass(frozen=True)
class Resettlement:
    """People settled otherwise, beside the settlement observed.

    Shapes: residents, stayers, wage (..., places); by_origin (..., origins); the rest (...). residents, stayers:
    persons who live in a place, and who live where they are at home; wage: output per resident; by_origin: the equal
    rise of consumption of goods and housing that is worth as much to the people of a home (mean of log utility), a
    fraction; welfare: the same for everybody; output: its change, a fraction; losing: share of people whose home loses;
    away: share of people who live away from home.
    """

    residents: FloatArray
    stayers: FloatArray
    wage: FloatArray
    by_origin: FloatArray
    welfare: FloatArray
    output: FloatArray
    losing: FloatArray
    away: FloatArray


@model
class Settlement(Model):
    """A real country as a spatial equilibrium, and other ways to settle its people.

    Whatever the elasticities, what is observed is the equilibrium; so the fit proves nothing, and only answers to
    changes depend on the theory.

    costs: who is at home where and lives where, and what leaving must then cost.
    wage: output per resident, positive, shape (places,).
    density: people per area, positive, shape (places,); needed where congestion depends on it.
    """

    # fmt: off
    agglomeration: Values = parameter(default=0.05, label="Agglomeration", range=(0.0, 0.3, 0.01), domain=NON_NEGATIVE,
        display=".2f", source="Combes and Gobillon 2015: for density mostly between 0.02 and 0.1",
        meaning="Percent higher wage in a place with one percent more people.")
    congestion: Values = parameter(default=0.05, label="Congestion", range=(0.0, 0.5, 0.01), domain=NON_NEGATIVE,
        display=".2f", source="Combes, Duranton and Gobillon 2019: 0.03 to 0.08 in France, rents included",
        meaning="Percent lower quality of life in a place with one percent more people, besides rent.")
    housing_share: Values = parameter(default=0.25, label="Spending on housing", range=(0.01, 0.6, 0.01),
        domain=BELOW_ONE, display=".0%", source="assumption",
        meaning="Share of income spent on land that cannot be made; less than rent where homes can be built.")
    dispersion: Values = parameter(default=1.5, label="Response to utility", range=(0.5, 4.0, 0.1), domain=POSITIVE,
        display=".1f", source="Tombe and Zhu 2019 for form and value; elsewhere estimated from pay",
        meaning="How strongly people follow utility: high where tastes for places hardly differ.")
    congestion_by_density: Values = parameter(default=0.0, label="Extra congestion where dense",
        range=(-0.05, 0.15, 0.01), display="+.2f", source="assumption",
        meaning="By how much congestion is higher where density is higher by one in natural logarithms.")
    ease: Values = parameter(default=1.0, label="Ease of moving", range=(0.0, 3.0, 0.05), domain=NON_NEGATIVE,
        display=".2f", source="1 is today; see MOVING_COST_FALL",
        meaning="What is left of the utility of living away from home, times today's: 0 keeps everybody at home.")
    barrier: Values = parameter(default=0.0, label="Barrier removed", range=(0.0, 1.0, 0.05), domain=FRACTION,
        display=".0%", source="0 is today",
        meaning="Part of the logarithm of the moving cost that is a barrier and falls away; the rest is attachment.")
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

    def crowding(self) -> FloatArray:
        """lambda, percent by which utility falls when a place has one percent more people; negative: it rises.

        Shape (..., places). The mean of congestion_by_density over residents is 0, and no congestion falls below 0.
        """
        alpha, congestion, share, slope = self.arrays(
            "agglomeration", "congestion", "housing_share", "congestion_by_density", axes=1
        )
        log_density = np.zeros(len(self.wage)) if self.density is None else np.log(self.density)
        extra = slope * (log_density - np.average(log_density, weights=self.residents))
        return np.asarray(share + np.maximum(congestion + extra, 0.0) - alpha * (1 - share))

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Draws in which the equilibrium is unique for certain, since dispersion * lambda > -1 in every place."""
        return np.asarray((self._strength() > -1).all(axis=-1))

    def equilibrium(self, *, start: npt.ArrayLike | None = None, productivity: npt.ArrayLike = 1.0) -> Resettlement:
        """People choose; exact to a relative 1e-11 in every population.

        start: residents beside today's from which people begin to move, positive, shape (places,). Without it
        EquilibriumError where several equilibria are possible (dispersion times crowding at or below -1); with it one
        of these is found, to which people come who move a step at a time.
        productivity: beside today's, positive, shape (..., places).
        """
        return self._settled(0.0, productivity, start)

    def planner_allocation(self) -> Resettlement:
        """The settlement of largest welfare without transfers; moving costs what it costs.

        The market forms it where everyone in place j pays the share 1 - exp(-lambda_j) of utility, up to a factor
        that is common to all places: people then bear the crowding that they cause.
        """
        return self._settled(self.crowding())

    def invested(self, spending: npt.ArrayLike, *, payoff: npt.ArrayLike) -> Resettlement:
        """The equilibrium when spending a year goes into the productivity of places, from a tax on all output.

        spending: zero or more, shape (..., places), in the unit of output.
        payoff: output a year per unit spent, at today's population, a number or shape (draws,).
        One tax rate balances the budget; output and welfare are net of it. Tax and spending say nothing of who pays
        for the years before it bears fruit.
        """
        money = positive_array("spending", spending, zero_allowed=True)
        yields = positive_array("payoff", payoff, zero_allowed=True)[..., np.newaxis]
        today = self.wage * self.residents
        state = self.equilibrium(productivity=1 + yields * money / today)
        budget, output = money.sum(axis=-1) / today.sum(), 1 + state.output
        if (budget >= output).any():
            raise ValueError("spending is at least all output; nothing would be left to tax: spend less")
        # A tax that is the same everywhere moves nobody, as all spend the same share on goods.
        kept = (1 - budget / output) ** (1 - self.arrays("housing_share")[0])
        return replace(
            state,
            output=state.output - budget,
            welfare=(1 + state.welfare) * kept - 1,
            by_origin=(1 + state.by_origin) * np.asarray(kept)[..., np.newaxis] - 1,
        )

    def unstable(self) -> npt.NDArray[np.bool_]:
        """Draws in which today's settlement would not last: somebody's small move draws more after it; shape (...)."""
        flows = self.costs.flows
        shares = flows / flows.sum(axis=1, keepdims=True)
        # The chance that someone drawn from the people of a place would on a second draw of tastes choose another.
        mixing = np.eye(len(flows)) - flows.T @ shares / self.residents[:, np.newaxis]
        slope = np.eye(len(flows)) + mixing * self._strength()[..., np.newaxis, :]
        return np.asarray(np.linalg.eigvals(slope).real.min(axis=-1) < 0)

    def _strength(self) -> FloatArray:
        (dispersion,) = self.arrays("dispersion", axes=1)
        return np.asarray(dispersion * self.crowding())

    def _elsewhere(self) -> FloatArray:
        """Shares of each home's people in other places as observed, with what a removed barrier adds to them; shape
        (places, places), or (..., places, places) where barriers are drawn."""
        flows, (barrier,) = self.costs.flows, self.arrays("barrier", axes=2)
        away = flows * (1 - np.eye(len(flows))) / flows.sum(axis=1, keepdims=True)
        if not np.any(barrier):
            return np.asarray(away)
        raised = away * np.exp(barrier * self.costs.cost)
        return np.asarray(raised[(0,) * (raised.ndim - 2)] if np.size(barrier) == 1 else raised)

    def _settled(
        self, charge: npt.ArrayLike, productivity: npt.ArrayLike = 1.0, start: npt.ArrayLike | None = None
    ) -> Resettlement:
        """The equilibrium in which people leave the share 1 - exp(-charge) of a place's utility out of account."""
        k, ease, alpha, share = self.arrays("dispersion", "ease", "agglomeration", "housing_share", axes=1)
        log_gain = np.log(positive_array("productivity", productivity))
        crowding, strength, levy = self.crowding(), self._strength(), np.asarray(charge)
        if start is None:
            text = "dispersion times crowding is {:g} in some place; at -1 or below several equilibria are possible, "
            text += "since agglomeration outweighs congestion, housing and tastes: lower agglomeration or dispersion, "
            refuse(~self.admissible(), text + "raise congestion or housing_share, or give a start", strength.min())
        home, residents = self.home_population, self.residents
        at_home = np.diag(self.costs.flows) / home
        elsewhere, pull = self._elsewhere(), ease**k
        base = (1 - share) * log_gain - levy

        def mixed(values: FloatArray, *, back: bool = False) -> FloatArray:
            """Sums over places (or, back, over homes) of the shares as observed times values."""
            ways = elsewhere if back else np.swapaxes(elsewhere, -1, -2)
            far = values @ ways if ways.ndim == 2 else (values[..., np.newaxis, :] @ ways)[..., 0, :]
            return np.asarray(at_home * values + pull * far)

        # The slope of excess demand lies between 1 + min and 1 + max of strength and 0: the best step of one size.
        ends = np.minimum(strength.min(axis=-1), 0) + np.maximum(strength.max(axis=-1), 0)
        step = (2 / (2 + ends) if start is None else np.full_like(ends, 0.5))[..., np.newaxis]
        begin = 1.0 if start is None else positive_array("start", start, ndim=1)
        shape = np.broadcast_shapes(self.shape, base.shape[:-1], crowding.shape[:-1])
        x = np.array(np.broadcast_to(np.log(begin), (*shape, len(home))))
        for _ in range(_ITERATIONS):
            appeal = np.exp(k * (base - crowding * x))
            total = mixed(appeal)
            people = appeal * mixed(home / total, back=True)
            miss = np.log(people / residents) - x
            miss = np.where((x <= _EMPTY) & (miss < 0), 0.0, miss)
            if np.abs(miss).max() <= _TOLERANCE:
                break
            x = np.maximum(x + np.clip(step * miss, -1.0, 1.0), _EMPTY)
        else:
            cause = f"no equilibrium was found to a relative {_TOLERANCE:g} in {_ITERATIONS} steps"
            raise EquilibriumError(f"{cause}; moderate the parameters")
        gain = np.log(total) / k + mixed(appeal * levy) / total
        wage = self.wage * np.exp(log_gain + alpha * (np.log(people / residents)))
        stayers = home * at_home * appeal / total
        weight = home / home.sum()
        return Resettlement(
            residents=people,
            stayers=stayers,
            wage=np.asarray(wage),
            by_origin=np.expm1(gain),
            welfare=np.expm1(gain @ weight),
            output=np.asarray((wage * people).sum(axis=-1) / (self.wage * residents).sum() - 1),
            losing=np.asarray(np.where(gain < -_NOTHING, weight, 0.0).sum(axis=-1)),
            away=np.asarray(1 - stayers.sum(axis=-1) / home.sum()),
        )
