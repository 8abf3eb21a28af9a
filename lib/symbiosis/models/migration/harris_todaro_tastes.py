"""The job lottery of Harris and Todaro for people whose tastes for city and countryside differ.

A city of L_u people pays V_u = (1 - tau) (w_I + (w_u - w_I) min(1, E / L_u)) in expectation, the countryside
V_r = alpha A L_r^(alpha - 1), people counted as shares of all. A share (V_u / V_r)^k / (1 + (V_u / V_r)^k) chooses the
city (logit, McFadden 1974), so L_u is the fixed point of that share. V_u falls and V_r rises in L_u: it is unique. As
k grows tastes cease to matter and the equilibrium is that of models.harris_todaro. The same economy is also played by
people, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from symbiosis.checks import FloatArray
from symbiosis.models.equilibrium import increasing_root
from symbiosis.models.migration import harris_todaro, logit_migration
from symbiosis.parameters import ParameterSet

_HT = harris_todaro.PARAMETERS
PARAMETERS = ParameterSet(
    (
        _HT["formal_jobs"],
        replace(_HT["urban_wage"], unit=""),
        replace(_HT["rural_productivity"], unit="", lower=1.0, upper=4.0),
        _HT["alpha"],
        replace(_HT["informal_wage"], unit=""),
        replace(_HT["hukou_cost"], label="Hukou cost"),
        replace(logit_migration.PARAMETERS["dispersion"], default=8.0, upper=20.0, step=0.5),
    )
)


@dataclass(frozen=True)
class QueueEquilibrium:
    """An equilibrium; arrays of one shape, people as fractions of everyone.

    urban: people in the city; outside_formal: of these, without a formal job; outside_share: their share of the city;
    urban_value, rural_value: V_u and V_r; outside_per_job: change of the number outside when one formal job is added;
    paradox: that number rises, phi u / (1 - u) > eps + 1 / (k (1 - L_u)), with eps = (1 - alpha) L_u / L_r, u the
    outside_share and phi the share of formal pay in the expected wage.
    """

    urban: FloatArray
    outside_formal: FloatArray
    outside_share: FloatArray
    urban_value: FloatArray
    rural_value: FloatArray
    outside_per_job: FloatArray
    paradox: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class QueueSimulation:
    """What many people did; urban: share of them in the city after each round, shape (rounds + 1,).

    outside_formal: share of all people who live in the city at the end and drew no formal job.
    """

    urban: FloatArray
    outside_formal: float


def _urban_value(
    urban: FloatArray, jobs: FloatArray, wage: FloatArray, informal: FloatArray, cost: FloatArray
) -> FloatArray:
    chance = np.minimum(1.0, jobs / np.maximum(urban, np.finfo(float).tiny))
    return np.asarray((1 - cost) * (informal + (wage - informal) * chance))


def _checked(**settings: npt.ArrayLike) -> tuple[FloatArray, ...]:
    values = harris_todaro.checked_settings(**settings)
    if (values[5] == 1).any():
        raise ValueError("hukou_cost is 1, so the city pays nothing; give a value below 1")
    return values


def equilibrium(
    *,
    urban_wage: npt.ArrayLike,
    formal_jobs: npt.ArrayLike,
    rural_productivity: npt.ArrayLike,
    alpha: npt.ArrayLike,
    dispersion: npt.ArrayLike,
    informal_wage: npt.ArrayLike = 0.0,
    hukou_cost: npt.ArrayLike = 0.0,
) -> QueueEquilibrium:
    """The equilibrium; arguments broadcast, formal_jobs per person, hukou_cost a fraction below 1.

    ValueError unless wages, jobs, productivity and dispersion are positive, 0 < alpha < 1, informal_wage <= urban_wage.
    """
    wage, jobs, scale, exponent, informal, cost, k = _checked(
        urban_wage=urban_wage,
        formal_jobs=formal_jobs,
        rural_productivity=rural_productivity,
        alpha=alpha,
        informal_wage=informal_wage,
        hukou_cost=hukou_cost,
        dispersion=dispersion,
    )

    def log_advantage(urban: FloatArray, rural: FloatArray) -> FloatArray:
        city = np.log(_urban_value(urban, jobs, wage, informal, cost))
        return np.asarray(city - np.log(exponent * scale) - (exponent - 1) * np.log(rural))

    # The unknown is the log odds of living in the city: shares next to 0 and 1 keep all their digits.
    reach = 50 + 2 * k * np.abs(log_advantage(np.zeros_like(wage), np.ones_like(wage)))
    odds = increasing_root(
        lambda z: z - k * log_advantage(expit(z), np.maximum(expit(-z), 1e-300)),
        -reach, reach, what="urban share",
    )  # fmt: skip
    urban, rural = np.maximum(expit(odds), 1e-300), np.maximum(expit(-odds), 1e-300)
    formal = np.minimum(urban, jobs)
    outside = urban - formal
    rationed = urban > jobs
    value = _urban_value(urban, jobs, wage, informal, cost)
    expected = value / (1 - cost)
    formal_part = (expected - informal) / expected
    resistance = (1 - exponent) * urban / rural + 1 / (k * rural)
    migrants_per_job = formal_part / np.where(rationed, formal_part + resistance, 1.0) * urban / jobs
    per_job = np.where(rationed, migrants_per_job - 1, 0.0)
    return QueueEquilibrium(
        urban=np.asarray(urban),
        outside_formal=np.asarray(outside),
        outside_share=np.asarray(outside / urban),
        urban_value=value,
        rural_value=np.asarray(exponent * scale * rural ** (exponent - 1)),
        outside_per_job=np.asarray(per_job),
        paradox=np.asarray(per_job > 0),
    )


def simulate(
    people: int,
    *,
    rng: np.random.Generator,
    urban_wage: float,
    formal_jobs: float,
    rural_productivity: float,
    alpha: float,
    dispersion: float,
    informal_wage: float = 0.0,
    hukou_cost: float = 0.0,
    rounds: int = 100,
    reconsider: float = 0.08,
) -> QueueSimulation:
    """Let people of different tastes choose, round after round, as equilibrium assumes they do; arguments as there.

    Everyone starts in the countryside with a taste for the city that never changes (logistic). In each round a random
    share reconsider (drawn with replacement) looks at the wages that the present city offers. Formal jobs are drawn by
    lot in the end. The share in the city converges to equilibrium with an error of the order of people^(-1/2); where
    reconsider is large and tastes hardly differ, all chase the same jobs in turn and it may swing instead.
    """
    if people < 2 or rounds < 1 or not 0 < reconsider <= 1:
        raise ValueError(
            f"people is {people}, rounds {rounds}, reconsider {reconsider:g}; give at least 2 people, 1 round, "
            "and a share above 0 and at most 1"
        )
    wage, jobs, scale, exponent, informal, cost, k = _checked(
        urban_wage=urban_wage,
        formal_jobs=formal_jobs,
        rural_productivity=rural_productivity,
        alpha=alpha,
        informal_wage=informal_wage,
        hukou_cost=hukou_cost,
        dispersion=dispersion,
    )
    taste = rng.logistic(size=people).astype(np.float32)
    in_city = np.zeros(people, dtype=np.bool_)
    path = np.zeros(rounds + 1)
    for at in range(rounds):
        # One more person would share the lottery and leave the land: never an empty city, never an empty countryside.
        urban = np.clip(np.asarray(path[at]), 1 / people, 1 - 1 / people)
        value = _urban_value(urban, jobs, wage, informal, cost)
        appeal = float(k * np.log(value / (exponent * scale * (1 - urban) ** (exponent - 1))))
        thinks = rng.integers(people, size=max(1, round(reconsider * people)))
        in_city[thinks] = taste[thinks] > -appeal
        path[at + 1] = np.count_nonzero(in_city) / people
    outside = max(0, int(np.count_nonzero(in_city)) - round(float(jobs) * people))
    return QueueSimulation(urban=path, outside_formal=outside / people)
