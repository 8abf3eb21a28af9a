"""The dual economy with unlimited supplies of labour, and its two turning points (Lewis 1954, Ranis and Fei 1961).

The modern sector makes Y_m = A K^(1-b) L_m^b and reinvests a share s of profits. It hires at the rural wage plus
a premium. The marginal product of rural labour is m max(0, 1 - L_r / R): labour beyond R is redundant. The rural
wage is the institutional wage until that product overtakes it. First turning point: L_r falls to R. Second: the
rural marginal product reaches the institutional wage. The two goods exchange at a fixed price (an economy open to
trade), so that food does not become dearer between the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, finite_number, fraction_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="productivity",
            label="Modern productivity",
            unit="",
            default=1.0,
            lower=0.5,
            upper=2.0,
            step=0.05,
            meaning="Total factor productivity of the modern sector.",
            source="assumption; a worked example",
            display=".2f",
        ),
        Parameter(
            name="labour_share",
            label="Modern labour share",
            unit="",
            default=0.5,
            lower=0.3,
            upper=0.8,
            step=0.01,
            meaning="Elasticity of modern output to labour, which is the share of wages.",
            source="assumption; China is usually put at 0.5 to 0.6",
            display=".2f",
        ),
        Parameter(
            name="institutional_wage",
            label="Institutional rural wage",
            unit="output per worker",
            default=0.4,
            lower=0.1,
            upper=0.8,
            step=0.01,
            meaning="Income of a rural worker while labour is in surplus.",
            source="Lewis 1954; the value is an assumption",
            display=".2f",
        ),
        Parameter(
            name="premium",
            label="Modern wage premium",
            unit="",
            default=0.3,
            lower=0.0,
            upper=1.0,
            step=0.05,
            meaning="Excess of the modern wage over the rural one.",
            source="Lewis 1954 (about 30 percent)",
            display=".0%",
        ),
        Parameter(
            name="saving_rate",
            label="Saving out of profits",
            unit="",
            default=0.3,
            lower=0.1,
            upper=0.9,
            step=0.01,
            meaning="Share of profits that is invested.",
            source="assumption; 0.3 to 0.5 for China",
            display=".0%",
        ),
        Parameter(
            name="depreciation",
            label="Depreciation",
            unit="per year",
            default=0.05,
            lower=0.0,
            upper=0.1,
            step=0.005,
            meaning="Share of capital that wears out in a year.",
            source="assumption",
            display=".1%",
        ),
        Parameter(
            name="peak_marginal_product",
            label="Rural marginal product of the first worker",
            unit="output per worker",
            default=1.2,
            lower=0.9,
            upper=4.0,
            step=0.05,
            meaning="Marginal product of rural labour when almost nobody is left there.",
            source="assumption",
            display=".2f",
        ),
        Parameter(
            name="redundancy_threshold",
            label="Rural labour beyond which more adds nothing",
            unit="",
            default=0.7,
            lower=0.2,
            upper=1.5,
            step=0.01,
            meaning="Rural labour, per member of the labour force, at which its marginal product is zero.",
            source="assumption",
            display=".0%",
        ),
        Parameter(
            name="modern_labour",
            label="Modern labour at the start",
            unit="",
            default=0.1,
            lower=0.01,
            upper=0.4,
            step=0.01,
            meaning="Share of the labour force in the modern sector in year 0.",
            source="assumption",
            display=".0%",
        ),
    )
)


@dataclass(frozen=True)
class SurplusGrowth:
    """Growth while labour is in surplus; arrays of one shape.

    labour_per_capital, output_per_capital: of the modern sector; growth: of its capital, labour and output per year.
    """

    labour_per_capital: FloatArray
    output_per_capital: FloatArray
    growth: FloatArray


@dataclass(frozen=True)
class TurningPoints:
    """Modern labour and years from the start at both turning points; arrays of one shape.

    Years are negative where the point was passed before the start, and infinite where it is never reached.
    """

    first_labour: FloatArray
    first_time: FloatArray
    second_labour: FloatArray
    second_time: FloatArray


@dataclass(frozen=True)
class LewisPath:
    """The economy at each time; arrays of the shape of times. rural_wage excludes, modern_wage includes the premium."""

    times: FloatArray
    capital: FloatArray
    modern_labour: FloatArray
    rural_labour: FloatArray
    modern_output: FloatArray
    rural_output: FloatArray
    rural_wage: FloatArray
    modern_wage: FloatArray
    rural_marginal_product: FloatArray


def surplus_growth(
    *,
    wage: npt.ArrayLike,
    productivity: npt.ArrayLike,
    labour_share: npt.ArrayLike,
    saving_rate: npt.ArrayLike,
    depreciation: npt.ArrayLike = 0.0,
) -> SurplusGrowth:
    """Modern growth at a fixed modern wage: L/K = (bA/w)^(1/(1-b)), g = s (1-b) Y/K - depreciation; shapes broadcast.

    ValueError unless wage and productivity are positive and labour_share lies strictly between 0 and 1.
    """
    w, a, b, s, d = same_shape(
        wage=positive_array("wage", wage),
        productivity=positive_array("productivity", productivity),
        labour_share=fraction_array("labour_share", labour_share, open_interval=True),
        saving_rate=fraction_array("saving_rate", saving_rate),
        depreciation=positive_array("depreciation", depreciation, zero_allowed=True),
    )
    labour = (b * a / w) ** (1 / (1 - b))
    output = a * labour**b
    return SurplusGrowth(np.asarray(labour), np.asarray(output), np.asarray(s * (1 - b) * output - d))


def years_to_absorb(start: npt.ArrayLike, end: npt.ArrayLike, *, growth: npt.ArrayLike) -> FloatArray:
    """Years in which modern labour grows from start to end, ln(end/start)/growth; infinite where it never does."""
    first, last, g = same_shape(
        start=positive_array("start", start), end=positive_array("end", end), growth=finite_array("growth", growth)
    )
    distance = np.log(last / first)
    stuck = (g == 0) | ((distance > 0) & (g < 0))
    return np.asarray(np.where(stuck, np.where(distance == 0, 0.0, np.inf), distance / np.where(g == 0, 1.0, g)))


def rural_marginal_product(
    rural_labour: npt.ArrayLike, *, peak_marginal_product: npt.ArrayLike, redundancy_threshold: npt.ArrayLike
) -> FloatArray:
    """m max(0, 1 - L_r / R); shapes broadcast."""
    rural, peak, threshold = same_shape(
        rural_labour=positive_array("rural_labour", rural_labour, zero_allowed=True),
        peak_marginal_product=positive_array("peak_marginal_product", peak_marginal_product),
        redundancy_threshold=positive_array("redundancy_threshold", redundancy_threshold),
    )
    return np.asarray(peak * np.maximum(0.0, 1 - rural / threshold))


def rural_output(
    rural_labour: npt.ArrayLike, *, peak_marginal_product: npt.ArrayLike, redundancy_threshold: npt.ArrayLike
) -> FloatArray:
    """Integral of the marginal product, m L_r (1 - L_r / 2R) up to R and constant beyond; shapes broadcast."""
    rural, peak, threshold = same_shape(
        rural_labour=positive_array("rural_labour", rural_labour, zero_allowed=True),
        peak_marginal_product=positive_array("peak_marginal_product", peak_marginal_product),
        redundancy_threshold=positive_array("redundancy_threshold", redundancy_threshold),
    )
    useful = np.minimum(rural, threshold)
    return np.asarray(peak * useful * (1 - useful / (2 * threshold)))


def turning_points(
    *,
    productivity: npt.ArrayLike,
    labour_share: npt.ArrayLike,
    institutional_wage: npt.ArrayLike,
    premium: npt.ArrayLike,
    saving_rate: npt.ArrayLike,
    depreciation: npt.ArrayLike,
    peak_marginal_product: npt.ArrayLike,
    redundancy_threshold: npt.ArrayLike,
    modern_labour: npt.ArrayLike,
) -> TurningPoints:
    """Both turning points in closed form, since growth is constant up to the second; shapes broadcast.

    Labour is a share of the labour force; the first point lies at modern labour 0 where labour is never redundant.
    EquilibriumError where the rural marginal product never reaches the institutional wage, or where labour is
    scarce from the start so that there is no surplus to absorb.
    """
    growth = surplus_growth(
        wage=positive_array("institutional_wage", institutional_wage)
        * (1 + positive_array("premium", premium, zero_allowed=True)),
        productivity=productivity,
        labour_share=labour_share,
        saving_rate=saving_rate,
        depreciation=depreciation,
    ).growth
    g, wage, peak, threshold, start = same_shape(
        growth=growth,
        institutional_wage=positive_array("institutional_wage", institutional_wage),
        peak_marginal_product=positive_array("peak_marginal_product", peak_marginal_product),
        redundancy_threshold=positive_array("redundancy_threshold", redundancy_threshold),
        modern_labour=fraction_array("modern_labour", modern_labour, open_interval=True),
    )
    if (peak <= wage).any():
        raise EquilibriumError(
            f"peak_marginal_product is {peak[peak <= wage].flat[0]:g}, not above the institutional wage "
            f"{wage[peak <= wage].flat[0]:g}: the rural marginal product never reaches it; raise the one or lower "
            "the other"
        )
    first = np.maximum(0.0, 1 - threshold)
    second = 1 - threshold * (1 - wage / peak)
    scarce = second <= start
    if scarce.any():
        raise EquilibriumError(
            f"modern_labour starts at {start[scarce].flat[0]:g} but surplus ends at {second[scarce].flat[0]:g}; "
            "start lower, or raise institutional_wage or lower redundancy_threshold"
        )
    with np.errstate(divide="ignore"):
        past = np.where(
            g > 0, np.log(first / start) / np.where(g > 0, g, 1.0), np.where(first < start, -np.inf, np.inf)
        )
    return TurningPoints(first, np.asarray(past), np.asarray(second), years_to_absorb(start, second, growth=g))


def path(
    times: npt.ArrayLike,
    *,
    productivity: float,
    labour_share: float,
    institutional_wage: float,
    premium: float,
    saving_rate: float,
    depreciation: float,
    peak_marginal_product: float,
    redundancy_threshold: float,
    modern_labour: float,
) -> LewisPath:
    """The economy at times (years from the start, zero or more, increasing), labour force 1.

    Exact up to the second turning point and after the last rural worker has left; in between the equation of motion
    is integrated to a relative tolerance of 1e-9. Errors as in turning_points.
    """
    from scipy.integrate import solve_ivp

    t = positive_array("times", finite_array("times", times, ndim=1), zero_allowed=True)
    if (np.diff(t) <= 0).any():
        raise ValueError("times must increase; sort them and remove repetitions")
    a, b = finite_number("productivity", productivity), finite_number("labour_share", labour_share)
    s, d = finite_number("saving_rate", saving_rate), finite_number("depreciation", depreciation)
    wage, markup = finite_number("institutional_wage", institutional_wage), 1 + finite_number("premium", premium)
    peak = finite_number("peak_marginal_product", peak_marginal_product)
    threshold = finite_number("redundancy_threshold", redundancy_threshold)
    start = finite_number("modern_labour", modern_labour)
    points = turning_points(
        productivity=a,
        labour_share=b,
        institutional_wage=wage,
        premium=markup - 1,
        saving_rate=s,
        depreciation=d,
        peak_marginal_product=peak,
        redundancy_threshold=threshold,
        modern_labour=start,
    )
    surplus = surplus_growth(wage=wage * markup, productivity=a, labour_share=b, saving_rate=s, depreciation=d)
    second_time, second_labour = float(points.second_time), float(points.second_labour)

    def marginal(modern: FloatArray) -> FloatArray:
        # Modern labour is at most 1 but for rounding.
        return rural_marginal_product(
            np.maximum(0.0, 1 - modern), peak_marginal_product=peak, redundancy_threshold=threshold
        )

    def capital_at(modern: FloatArray) -> FloatArray:
        return np.asarray(modern * (markup * np.maximum(wage, marginal(modern)) / (a * b)) ** (1 / (1 - b)))

    def motion(_: float, modern: FloatArray) -> FloatArray:
        product = marginal(modern)
        growth = s * (1 - b) * a * (modern / capital_at(modern)) ** b - d
        return np.asarray(growth / (1 / modern + peak / (threshold * product * (1 - b))))

    def emptied(_: float, modern: FloatArray) -> float:
        return float(modern[0]) - 1.0

    emptied.terminal = True  # type: ignore[attr-defined]

    modern = start * np.exp(float(surplus.growth) * np.minimum(t, second_time))
    capital = modern / float(surplus.labour_per_capital)
    later = t > second_time
    if later.any():
        solution = solve_ivp(
            motion,
            (second_time, float(t[-1])),
            [second_labour],
            events=emptied,
            dense_output=True,
            rtol=1e-9,
            atol=1e-12,
        )
        if not solution.success:
            raise EquilibriumError(f"the path after the second turning point was not found: {solution.message}")
        end = float(solution.t[-1])
        between = later & (t <= end)
        modern[between] = np.minimum(1.0, solution.sol(t[between])[0])
        capital[between] = capital_at(modern[between])
        empty = later & (t > end)
        # With all labour modern, x = K^b follows dx/dt = b (s (1-b) A - d x), which is linear.
        modern[empty] = 1.0
        x0, elapsed = float(capital_at(np.array(1.0))) ** b, t[empty] - end
        inflow = s * (1 - b) * a
        # (1 - exp(-b d t)) / d, with its limit b t where nothing wears out.
        weight = -np.expm1(-b * d * elapsed) / d if d > 0 else b * elapsed
        capital[empty] = (x0 * np.exp(-b * d * elapsed) + inflow * weight) ** (1 / b)
    product = marginal(modern)
    modern_output = a * capital ** (1 - b) * modern**b
    modern_wage = b * modern_output / modern
    rural = 1 - modern
    return LewisPath(
        times=t,
        capital=capital,
        modern_labour=modern,
        rural_labour=rural,
        modern_output=modern_output,
        rural_output=rural_output(rural, peak_marginal_product=peak, redundancy_threshold=threshold),
        rural_wage=np.maximum(wage, product),
        modern_wage=modern_wage,
        rural_marginal_product=product,
    )
