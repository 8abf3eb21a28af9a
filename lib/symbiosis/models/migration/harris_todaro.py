"""Migration to the city for an expected wage, with a queue for formal jobs (Harris and Todaro 1970).

A job in the formal sector pays a fixed wage and is drawn by lot, so a city of L_u people (counted as shares of all)
pays w = w_I + (w_u - w_I) min(1, E / L_u) in expectation, less a share tau lost to barriers such as the hukou. Those
without a formal job work informally at w_I (Fields 1975), or are unemployed where w_I = 0. The countryside pays the
marginal product V_r = alpha A L_r^(alpha - 1).

Where tastes for city and countryside differ, a share (V_u / V_r)^k / (1 + (V_u / V_r)^k) chooses the city, with
V_u = (1 - tau) w (logit, McFadden 1974). Without tastes, the limit of large k, people move until V_u = V_r. In both V_u
falls and V_r rises in L_u, so the equilibrium exists and is unique. With tastes the same economy is also played by
people, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from symbiosis.checks import FloatArray, positive_array
from symbiosis.models.equilibrium import increasing_root, refuse
from symbiosis.models.migration.tastes import cost_of_no_hukou, response_to_income
from symbiosis.parameters import (
    NON_NEGATIVE,
    OPEN_FRACTION,
    POSITIVE,
    Model,
    ParameterError,
    Values,
    model,
    parameter,
)

# A share is never taken as smaller, so that its logarithm and its inverse stay finite.
_SMALLEST = 1e-300


@dataclass(frozen=True)
class HarrisTodaroEquilibrium:
    """An equilibrium; arrays of one shape, people as shares of all.

    expected_urban_wage: before the hukou cost; jobs_rationed: the city holds more people than formal jobs;
    output: rural output plus formal and informal earnings (a formal job produces its wage).
    """

    urban_labour: FloatArray
    rural_labour: FloatArray
    formal_employment: FloatArray
    rural_wage: FloatArray
    expected_urban_wage: FloatArray
    output: FloatArray
    jobs_rationed: npt.NDArray[np.bool_]

    @property
    def outside_formal(self) -> FloatArray:
        """People in the city without a formal job: unemployed, or informal where that pays."""
        return np.asarray(self.urban_labour - self.formal_employment)

    @property
    def outside_share(self) -> FloatArray:
        """Their share of the urban labour force, 0 where nobody is in the city."""
        return np.asarray(self.outside_formal / np.where(self.urban_labour > 0, self.urban_labour, 1.0))


@dataclass(frozen=True)
class JobResponse:
    """What one more formal job does at an equilibrium; arrays of one shape.

    elasticity: of the urban labour force to formal jobs, phi / (phi + eps), where phi is the share of formal pay in
    expected urban income and eps = (1 - alpha) L_u / L_r, plus 1 / (k L_r) with tastes; migrants_per_job: dL_u/dE;
    outside_per_job: change of the number outside formal jobs; paradox: that number rises (Todaro 1976),
    phi u / (1 - u) > eps, with u the outside_share; output_per_job: change of output.
    """

    elasticity: FloatArray
    migrants_per_job: FloatArray
    outside_per_job: FloatArray
    paradox: npt.NDArray[np.bool_]
    output_per_job: FloatArray


@dataclass(frozen=True)
class QueueSimulation:
    """What many people did; urban_labour: share of them in the city after each round, shape (rounds + 1,).

    outside_formal: share of all people who live in the city at the end and drew no formal job.
    """

    urban_labour: FloatArray
    outside_formal: float


@model
class HarrisTodaro(Model):
    """The lottery for city jobs; tastes=False is the limit in which everyone minds the money alone.

    Methods raise EquilibriumError where the informal wage exceeds the formal one, and, with tastes, where the hukou
    cost is 1 and the city pays nothing.
    """

    # fmt: off
    urban_wage: Values = parameter(default=2.0, label="Formal urban wage", range=(0.5, 5.0, 0.05), domain=POSITIVE,
        display=".2f", source="Harris and Todaro 1970; the default is a worked example",
        meaning="Wage of a formal urban job, fixed above the wage that would clear the market.")
    formal_jobs: Values = parameter(default=0.2, label="Formal urban jobs", range=(0.01, 0.9, 0.01), domain=POSITIVE,
        display=".0%", source="assumption; a worked example",
        meaning="Formal urban jobs per member of the labour force.")
    rural_productivity: Values = parameter(default=2.0, label="Rural productivity", range=(0.5, 5.0, 0.05),
        domain=POSITIVE, display=".2f", source="assumption; a worked example",
        meaning="Rural output when the whole labour force works there.")
    alpha: Values = parameter(default=0.5, label="Rural labour elasticity", range=(0.1, 0.95, 0.01),
        domain=OPEN_FRACTION, display=".2f", source="assumption; a worked example",
        meaning="Elasticity of rural output to rural labour.")
    informal_wage: Values = parameter(default=0.0, label="Informal urban wage", range=(0.0, 0.5, 0.01),
        domain=NON_NEGATIVE, display=".2f", source="Fields 1975; the value is an assumption",
        meaning="Earnings in the city without a formal job; zero means unemployment.")
    # fmt: on
    hukou_cost: Values = cost_of_no_hukou()
    dispersion: Values = response_to_income()
    tastes: bool = field(default=True)

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws have an informal wage up to the formal one and, with tastes, a hukou cost below 1."""
        wage, informal, cost = self.arrays("urban_wage", "informal_wage", "hukou_cost")
        return np.asarray((informal <= wage) & ((cost < 1) | (not self.tastes)))

    def equilibrium(self) -> HarrisTodaroEquilibrium:
        """The equilibrium, exact to 1e-14 of the labour force (with tastes, of the log odds of living in the city).

        Where the formal wage attracts too few people to fill the jobs, some stay vacant and nobody queues; without
        tastes, everyone is rural where it attracts nobody.
        """
        self._refuse_what_has_none()
        wage, jobs, scale, exponent, informal, _, _ = self.arrays()
        urban, rural = self._chosen_by_taste() if self.tastes else self._indifferent()
        formal = np.asarray(np.minimum(urban, jobs))
        output = np.asarray(scale * rural**exponent + wage * formal + informal * (urban - formal))
        wages = self._rural_wage(rural), self._expected_wage(urban)
        return HarrisTodaroEquilibrium(urban, rural, formal, *wages, output, np.asarray(urban > jobs))

    def job_response(self) -> JobResponse:
        """What one more formal job does, by the closed-form derivative at the equilibrium.

        Everything is 0 where jobs are vacant, since one more attracts nobody.
        """
        state = self.equilibrium()
        wage, informal, exponent, k = self.arrays("urban_wage", "informal_wage", "alpha", "dispersion")
        rationed = state.jobs_rationed
        formal_part = (state.expected_urban_wage - informal) / state.expected_urban_wage
        resistance = (1 - exponent) * state.urban_labour / state.rural_labour
        if self.tastes:
            resistance = resistance + 1 / (k * state.rural_labour)
        elasticity = np.where(rationed, formal_part / np.where(rationed, formal_part + resistance, 1.0), 0.0)
        outside = state.outside_share
        per_job = np.asarray(elasticity / np.where(rationed, 1 - outside, 1.0))
        outside_per_job = np.asarray(np.where(rationed, per_job - 1, 0.0))
        output = wage * rationed - state.rural_wage * per_job + informal * outside_per_job
        paradox = np.asarray(rationed & (formal_part * (outside / (1 - outside)) > resistance))
        return JobResponse(elasticity, per_job, outside_per_job, paradox, np.where(rationed, output, 0.0))

    def urban_labour_at_rural_wage(self, rural_wage: npt.ArrayLike) -> FloatArray:
        """Urban labour force, in the unit of formal_jobs, where the farm pays a given wage to however many work there.

        (w_u - w_I) E / (w_r / (1 - tau) - w_I) for people without tastes; rural_wage broadcasts against the parameters.
        EquilibriumError where nobody would queue, since the farm pays more than a formal job, or where everybody would,
        since it pays no more than informal work.
        """
        self._refuse_what_has_none()
        wage, jobs, informal, cost = self.arrays("urban_wage", "formal_jobs", "informal_wage", "hukou_cost")
        farm = positive_array("rural_wage", rural_wage)
        with np.errstate(divide="ignore"):
            wanted = farm / (1 - cost)
        text = "rural_wage is {:g}, above what a formal job pays; lower it, for nobody queues for a job that pays less"
        refuse(wanted > wage, text, farm.max())
        text = "rural_wage is {:g}, no more than informal work pays; raise it, for the whole countryside would leave"
        refuse(wanted <= informal, text, farm.min())
        return np.asarray((wage - informal) * jobs / (wanted - informal))

    def simulate(
        self, people: int, *, rng: np.random.Generator, rounds: int = 100, reconsider: float = 0.08
    ) -> QueueSimulation:
        """Let people of different tastes choose, round after round, as equilibrium assumes they do; one economy.

        Everyone starts in the countryside with a taste for the city that never changes (logistic). In each round a
        random share reconsider (drawn with replacement) looks at the wages that the present city offers. Formal jobs
        are drawn by lot in the end. The share in the city converges to equilibrium with an error of the order of
        people^(-1/2); where reconsider is large and tastes hardly differ, all chase the same jobs in turn and it may
        swing instead. ParameterError for draws, and without tastes.
        """
        if self.shape or not self.tastes:
            raise ParameterError(f"{self!r} cannot be played; give single numbers and tastes=True")
        if people < 2 or rounds < 1 or not 0 < reconsider <= 1:
            cause = f"people is {people}, rounds {rounds}, reconsider {reconsider:g}"
            raise ValueError(f"{cause}; give at least 2 people, 1 round, and a share above 0 and at most 1")
        self._refuse_what_has_none()
        jobs, cost, k = self.arrays("formal_jobs", "hukou_cost", "dispersion")
        taste = rng.logistic(size=people).astype(np.float32)
        in_city = np.zeros(people, dtype=np.bool_)
        path = np.zeros(rounds + 1)
        for at in range(rounds):
            # One more person would share the lottery and leave the land: never an empty city or countryside.
            urban = np.clip(np.asarray(path[at]), 1 / people, 1 - 1 / people)
            appeal = float(k * np.log((1 - cost) * self._expected_wage(urban) / self._rural_wage(1 - urban)))
            thinks = rng.integers(people, size=max(1, round(reconsider * people)))
            in_city[thinks] = taste[thinks] > -appeal
            path[at + 1] = np.count_nonzero(in_city) / people
        outside = max(0, int(np.count_nonzero(in_city)) - round(float(jobs) * people))
        return QueueSimulation(urban_labour=path, outside_formal=outside / people)

    def _refuse_what_has_none(self) -> None:
        informal, wage = self.arrays("informal_wage", "urban_wage")
        text = "informal_wage is {:g}, above the formal wage {:g}; lower it, for nobody would want a formal job"
        refuse(np.asarray(informal > wage), text, informal, wage)
        refuse(~self.admissible(), "hukou_cost is 1, so the city pays nothing; give a value below 1")

    def _rural_wage(self, rural: FloatArray) -> FloatArray:
        scale, exponent = self.arrays("rural_productivity", "alpha")
        with np.errstate(divide="ignore"):
            return np.asarray(exponent * scale * rural ** (exponent - 1))

    def _expected_wage(self, urban: FloatArray) -> FloatArray:
        wage, jobs, informal = self.arrays("urban_wage", "formal_jobs", "informal_wage")
        with np.errstate(over="ignore"):
            chance = np.minimum(1.0, jobs / np.maximum(urban, np.finfo(float).tiny))
        return np.asarray(informal + (wage - informal) * chance)

    def _indifferent(self) -> tuple[FloatArray, FloatArray]:
        """Urban and rural share at which nobody gains by moving."""
        (cost,) = self.arrays("hukou_cost")

        def excess(urban: FloatArray) -> FloatArray:
            return np.asarray(self._rural_wage(1 - urban) - (1 - cost) * self._expected_wage(urban))

        zero, one = np.zeros(self.shape), np.ones(self.shape)
        # Where even the first migrant would lose, the root is the corner without migration.
        nobody = excess(zero) >= 0
        urban = increasing_root(lambda x: np.where(nobody, x, excess(x)), zero, one, what="urban labour force")
        urban = np.where(nobody, 0.0, urban)
        return urban, np.asarray(1 - urban)

    def _chosen_by_taste(self) -> tuple[FloatArray, FloatArray]:
        """Urban and rural share that are the shares that choose the city and the countryside."""
        scale, exponent, cost, k = self.arrays("rural_productivity", "alpha", "hukou_cost", "dispersion")

        def log_advantage(urban: FloatArray, rural: FloatArray) -> FloatArray:
            city = np.log((1 - cost) * self._expected_wage(urban))
            return np.asarray(city - np.log(exponent * scale) - (exponent - 1) * np.log(rural))

        # The unknown is the log odds of living in the city: shares next to 0 and 1 keep all their digits.
        reach = 50 + 2 * k * np.abs(log_advantage(np.zeros(self.shape), np.ones(self.shape)))

        def excess(odds: FloatArray) -> FloatArray:
            return np.asarray(odds - k * log_advantage(expit(odds), np.maximum(expit(-odds), _SMALLEST)))

        odds = increasing_root(excess, -reach, reach, what="urban share")
        return np.maximum(expit(odds), _SMALLEST), np.maximum(expit(-odds), _SMALLEST)
