"""Migration to the city for an expected wage, with a queue for formal jobs (Harris and Todaro 1970).

A job in the formal sector pays a fixed wage and is drawn by lot, so the expected urban wage is
w_I + (w_u - w_I) min(1, E / L_u). People move until the rural wage, the marginal product alpha A L_r^(alpha-1),
equals that expectation less a share lost to barriers such as the hukou. Those without a formal job work
informally at w_I (Fields 1975), or are unemployed where w_I = 0. The rural wage rises and the expectation
falls in L_u, so the equilibrium exists and is unique for every admissible parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, fraction_array, positive_array, same_shape
from symbiosis.models.equilibrium import increasing_root
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="urban_wage",
            label="Formal urban wage",
            unit="output per worker",
            default=2.0,
            lower=0.5,
            upper=5.0,
            step=0.05,
            meaning="Wage of a formal urban job, fixed above the wage that would clear the market.",
            source="Harris and Todaro 1970; the default is a worked example",
            display=".2f",
        ),
        Parameter(
            name="formal_jobs",
            label="Formal urban jobs",
            unit="",
            default=0.2,
            lower=0.01,
            upper=0.9,
            step=0.01,
            meaning="Formal urban jobs per member of the labour force.",
            source="assumption; a worked example",
            display=".0%",
        ),
        Parameter(
            name="rural_productivity",
            label="Rural productivity",
            unit="output",
            default=2.0,
            lower=0.5,
            upper=5.0,
            step=0.05,
            meaning="Rural output when the whole labour force works there.",
            source="assumption; a worked example",
            display=".2f",
        ),
        Parameter(
            name="alpha",
            label="Rural labour elasticity",
            unit="",
            default=0.5,
            lower=0.1,
            upper=0.95,
            step=0.01,
            meaning="Elasticity of rural output to rural labour.",
            source="assumption; a worked example",
            display=".2f",
        ),
        Parameter(
            name="informal_wage",
            label="Informal urban wage",
            unit="output per worker",
            default=0.0,
            lower=0.0,
            upper=0.5,
            step=0.01,
            meaning="Earnings in the city without a formal job; zero means unemployment.",
            source="Fields 1975; the value is an assumption",
            display=".2f",
        ),
        Parameter(
            name="hukou_cost",
            label="Cost of living without local registration",
            unit="",
            default=0.0,
            lower=0.0,
            upper=0.9,
            step=0.01,
            meaning="Share of expected urban income that a migrant forgoes for want of registration.",
            source="assumption",
            display=".0%",
        ),
    )
)


@dataclass(frozen=True)
class HarrisTodaroEquilibrium:
    """An equilibrium; arrays of one shape, people in the unit of labour_force.

    outside_formal: people in the city without a formal job (unemployed, or informal where that pays);
    outside_share: their share of the urban labour force (0 where nobody is in the city);
    expected_urban_wage: before the hukou cost; jobs_rationed: the city holds more people than formal jobs;
    output: rural output plus formal and informal earnings (a formal job produces its wage).
    """

    urban_labour: FloatArray
    rural_labour: FloatArray
    formal_employment: FloatArray
    outside_formal: FloatArray
    outside_share: FloatArray
    rural_wage: FloatArray
    expected_urban_wage: FloatArray
    output: FloatArray
    jobs_rationed: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class JobResponse:
    """What one more formal job does at an equilibrium; arrays of one shape.

    elasticity: of the urban labour force to formal jobs, phi / (phi + eps), where eps = (1 - alpha) L_u / L_r and
    phi is the share of formal pay in expected urban income; migrants_per_job: dL_u/dE; outside_per_job: change of
    the number outside formal jobs; paradox: that number rises (Todaro 1976), phi u / (1 - u) > eps;
    output_per_job: change of output.
    """

    elasticity: FloatArray
    migrants_per_job: FloatArray
    outside_per_job: FloatArray
    paradox: npt.NDArray[np.bool_]
    output_per_job: FloatArray


def urban_labour_at_rural_wage(
    rural_wage: npt.ArrayLike, *, urban_wage: npt.ArrayLike, formal_jobs: npt.ArrayLike
) -> FloatArray:
    """Urban labour force w_u E / w_r where the rural wage is given, in the unit of formal_jobs; shapes broadcast.

    ValueError where the rural wage exceeds the urban one: nobody would queue.
    """
    low, high, jobs = same_shape(
        rural_wage=positive_array("rural_wage", rural_wage),
        urban_wage=positive_array("urban_wage", urban_wage),
        formal_jobs=positive_array("formal_jobs", formal_jobs),
    )
    above = low > high
    if above.any():
        raise ValueError(
            f"rural_wage is {low[above].flat[0]:g}, above the urban wage {high[above].flat[0]:g}; lower it, "
            "for nobody queues for a job that pays less"
        )
    return np.asarray(high * jobs / low)


def checked_settings(
    *,
    urban_wage: npt.ArrayLike,
    formal_jobs: npt.ArrayLike,
    rural_productivity: npt.ArrayLike,
    alpha: npt.ArrayLike,
    informal_wage: npt.ArrayLike,
    hukou_cost: npt.ArrayLike,
    **further: npt.ArrayLike,
) -> tuple[FloatArray, ...]:
    """These settings and further positive ones, checked, as arrays of one shape in the order given.

    ValueError unless wages and productivity are positive, 0 < alpha < 1 and informal_wage <= urban_wage.
    """
    values = same_shape(
        urban_wage=positive_array("urban_wage", urban_wage),
        formal_jobs=positive_array("formal_jobs", formal_jobs),
        rural_productivity=positive_array("rural_productivity", rural_productivity),
        alpha=fraction_array("alpha", alpha, open_interval=True),
        informal_wage=positive_array("informal_wage", informal_wage, zero_allowed=True),
        hukou_cost=fraction_array("hukou_cost", hukou_cost),
        **{name: positive_array(name, value) for name, value in further.items()},
    )
    wage, informal = values[0], values[4]
    above = informal > wage
    if above.any():
        raise ValueError(
            f"informal_wage is {informal[above].flat[0]:g}, above the formal wage {wage[above].flat[0]:g}; lower it, "
            "for nobody would want a formal job"
        )
    return tuple(values)


def equilibrium(
    *,
    urban_wage: npt.ArrayLike,
    formal_jobs: npt.ArrayLike,
    rural_productivity: npt.ArrayLike,
    alpha: npt.ArrayLike,
    informal_wage: npt.ArrayLike = 0.0,
    hukou_cost: npt.ArrayLike = 0.0,
    labour_force: npt.ArrayLike = 1.0,
) -> HarrisTodaroEquilibrium:
    """The equilibrium; all arguments broadcast, formal_jobs in the unit of labour_force, hukou_cost a fraction.

    The urban labour force is exact to 1e-14 of the labour force. Where the formal wage attracts too few people to
    fill the jobs, some stay vacant and nobody queues; where it attracts nobody, everyone is rural.
    ValueError unless wages and productivity are positive, 0 < alpha < 1 and informal_wage <= urban_wage.
    """
    wage, jobs, scale, exponent, informal, cost, people = checked_settings(
        urban_wage=urban_wage,
        formal_jobs=formal_jobs,
        rural_productivity=rural_productivity,
        alpha=alpha,
        informal_wage=informal_wage,
        hukou_cost=hukou_cost,
        labour_force=labour_force,
    )

    def rural_wage(urban: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return np.asarray(exponent * scale * (people - urban) ** (exponent - 1))

    def expected_wage(urban: FloatArray) -> FloatArray:
        with np.errstate(over="ignore"):
            chance = np.minimum(1.0, jobs / np.maximum(urban, np.finfo(float).tiny))
        return np.asarray(informal + (wage - informal) * chance)

    def excess(urban: FloatArray) -> FloatArray:
        return np.asarray(rural_wage(urban) - (1 - cost) * expected_wage(urban))

    # Where even the first migrant would lose, the root is the corner without migration.
    nobody = excess(np.zeros_like(people)) >= 0
    urban = increasing_root(
        lambda x: np.where(nobody, x, excess(x)), np.zeros_like(people), people, what="urban labour force"
    )
    urban = np.where(nobody, 0.0, urban)
    formal = np.minimum(urban, jobs)
    outside = urban - formal
    rural = people - urban
    return HarrisTodaroEquilibrium(
        urban_labour=np.asarray(urban),
        rural_labour=np.asarray(rural),
        formal_employment=np.asarray(formal),
        outside_formal=np.asarray(outside),
        outside_share=np.asarray(outside / np.where(urban > 0, urban, 1.0)),
        rural_wage=rural_wage(urban),
        expected_urban_wage=expected_wage(urban),
        output=np.asarray(scale * rural**exponent + wage * formal + informal * outside),
        jobs_rationed=np.asarray(urban > jobs),
    )


def job_response(
    *,
    urban_wage: npt.ArrayLike,
    formal_jobs: npt.ArrayLike,
    rural_productivity: npt.ArrayLike,
    alpha: npt.ArrayLike,
    informal_wage: npt.ArrayLike = 0.0,
    hukou_cost: npt.ArrayLike = 0.0,
    labour_force: npt.ArrayLike = 1.0,
) -> JobResponse:
    """What one more formal job does, by the closed-form derivative at the equilibrium; arguments as in equilibrium.

    Everything is 0 where jobs are vacant, since one more attracts nobody.
    """
    state = equilibrium(
        urban_wage=urban_wage,
        formal_jobs=formal_jobs,
        rural_productivity=rural_productivity,
        alpha=alpha,
        informal_wage=informal_wage,
        hukou_cost=hukou_cost,
        labour_force=labour_force,
    )
    formal_wage, wage, exponent, _ = same_shape(
        urban_wage=np.asarray(urban_wage, dtype=np.float64),
        informal_wage=np.asarray(informal_wage, dtype=np.float64),
        alpha=np.asarray(alpha, dtype=np.float64),
        shape=state.urban_labour,
    )
    rationed = state.jobs_rationed
    expected = state.expected_urban_wage
    formal_part = (expected - wage) / expected
    slope = (1 - exponent) * state.urban_labour / state.rural_labour
    elasticity = np.where(rationed, formal_part / np.where(rationed, formal_part + slope, 1.0), 0.0)
    per_job = elasticity / np.where(rationed, 1 - state.outside_share, 1.0)
    outside_per_job = np.where(rationed, per_job - 1, 0.0)
    odds = state.outside_share / (1 - state.outside_share)
    output = formal_wage * rationed - state.rural_wage * per_job + wage * outside_per_job
    return JobResponse(
        elasticity=np.asarray(elasticity),
        migrants_per_job=np.asarray(per_job),
        outside_per_job=np.asarray(outside_per_job),
        paradox=np.asarray(rationed & (formal_part * odds > slope)),
        output_per_job=np.asarray(np.where(rationed, output, 0.0)),
    )
