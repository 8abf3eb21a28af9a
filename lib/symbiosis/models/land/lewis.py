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

from symbiosis.checks import FloatArray, finite_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError, refuse
from symbiosis.parameters import FRACTION, NON_NEGATIVE, OPEN_FRACTION, POSITIVE, Model, Values, model, parameter


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
    """The economy at each time, shape (draws..., times); rural_wage excludes, modern_wage includes the premium."""

    times: FloatArray
    capital: FloatArray
    modern_labour: FloatArray
    rural_labour: FloatArray
    modern_output: FloatArray
    rural_output: FloatArray
    rural_wage: FloatArray
    modern_wage: FloatArray
    rural_marginal_product: FloatArray


def years_to_absorb(start: npt.ArrayLike, end: npt.ArrayLike, *, growth: npt.ArrayLike) -> FloatArray:
    """Years in which modern labour grows from start to end, ln(end/start)/growth; infinite where it never does."""
    first, last, g = same_shape(
        start=positive_array("start", start), end=positive_array("end", end), growth=finite_array("growth", growth)
    )
    distance = np.log(last / first)
    stuck = (g == 0) | ((distance > 0) & (g < 0))
    return np.asarray(np.where(stuck, np.where(distance == 0, 0.0, np.inf), distance / np.where(g == 0, 1.0, g)))


@model
class Lewis(Model):
    """A modern and a rural sector that share a labour force of 1."""

    # fmt: off
    productivity: Values = parameter(default=1.0, label="Modern productivity", range=(0.5, 2.0, 0.05), domain=POSITIVE,
        display=".2f", source="assumption; a worked example", meaning="Total factor productivity of the modern sector.")
    labour_share: Values = parameter(default=0.5, label="Modern labour share", range=(0.3, 0.8, 0.01),
        domain=OPEN_FRACTION, display=".2f", source="assumption; China is usually put at 0.5 to 0.6",
        meaning="Elasticity of modern output to labour, which is the share of wages.")
    institutional_wage: Values = parameter(default=0.4, label="Institutional rural wage", range=(0.1, 0.8, 0.01),
        unit="output per worker", domain=POSITIVE, display=".2f", source="Lewis 1954; the value is an assumption",
        meaning="Income of a rural worker while labour is in surplus.")
    premium: Values = parameter(default=0.3, label="Modern wage premium", range=(0.0, 1.0, 0.05), domain=NON_NEGATIVE,
        display=".0%", source="Lewis 1954 (about 30 percent)", meaning="Excess of the modern wage over the rural one.")
    saving_rate: Values = parameter(default=0.3, label="Saving out of profits", range=(0.1, 0.9, 0.01), domain=FRACTION,
        display=".0%", source="assumption; 0.3 to 0.5 for China", meaning="Share of profits that is invested.")
    depreciation: Values = parameter(default=0.05, label="Depreciation", range=(0.0, 0.1, 0.005), unit="per year",
        domain=NON_NEGATIVE, display=".1%", source="assumption", meaning="Share of capital that wears out in a year.")
    peak_marginal_product: Values = parameter(default=1.2, label="Rural marginal product of the first worker",
        range=(0.9, 4.0, 0.05), unit="output per worker", domain=POSITIVE, display=".2f", source="assumption",
        meaning="Marginal product of rural labour when almost nobody is left there.")
    redundancy_threshold: Values = parameter(default=0.7, label="Rural labour beyond which more adds nothing",
        range=(0.2, 1.5, 0.01), domain=POSITIVE, display=".0%", source="assumption",
        meaning="Rural labour, per member of the labour force, at which its marginal product is zero.")
    modern_labour: Values = parameter(default=0.1, label="Modern labour at the start", range=(0.01, 0.4, 0.01),
        domain=OPEN_FRACTION, display=".0%", source="assumption",
        meaning="Share of the labour force in the modern sector in year 0.")
    # fmt: on

    def surplus_growth(self) -> SurplusGrowth:
        """Growth at the institutional wage w and its premium: L/K = (bA/w)^(1/(1-b)), g = s (1-b) Y/K - d."""
        a, b, s, d = self.arrays("productivity", "labour_share", "saving_rate", "depreciation")
        wage, premium = self.arrays("institutional_wage", "premium")
        labour = (b * a / (wage * (1 + premium))) ** (1 / (1 - b))
        output = a * labour**b
        return SurplusGrowth(np.asarray(labour), np.asarray(output), np.asarray(s * (1 - b) * output - d))

    def rural_marginal_product(self, rural_labour: npt.ArrayLike) -> FloatArray:
        """m max(0, 1 - L_r / R); rural_labour, zero or more, broadcasts against the parameters."""
        rural = positive_array("rural_labour", rural_labour, zero_allowed=True)
        return np.asarray(self.peak_marginal_product * np.maximum(0.0, 1 - rural / self.redundancy_threshold))

    def rural_output(self, rural_labour: npt.ArrayLike) -> FloatArray:
        """Integral of the marginal product, m L_r (1 - L_r / 2R) up to R and constant beyond; broadcasts likewise."""
        rural = positive_array("rural_labour", rural_labour, zero_allowed=True)
        useful = np.minimum(rural, self.redundancy_threshold)
        return np.asarray(self.peak_marginal_product * useful * (1 - useful / (2 * self.redundancy_threshold)))

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Where labour is in surplus at the start and the rural marginal product can reach the institutional wage."""
        wage, peak, start = self.arrays("institutional_wage", "peak_marginal_product", "modern_labour")
        return np.asarray((peak > wage) & (self._second_labour() > start))

    def _second_labour(self) -> FloatArray:
        wage, peak = self.arrays("institutional_wage", "peak_marginal_product")
        return np.asarray(1 - self.redundancy_threshold * (1 - wage / peak))

    def turning_points(self) -> TurningPoints:
        """Both turning points in closed form, since growth is constant up to the second.

        Labour is a share of the labour force; the first point lies at modern labour 0 where labour is never redundant.
        EquilibriumError where the rural marginal product never reaches the institutional wage, or where labour is
        scarce from the start so that there is no surplus to absorb.
        """
        wage, peak, start = self.arrays("institutional_wage", "peak_marginal_product", "modern_labour")
        (threshold,) = self.arrays("redundancy_threshold")
        text = "peak_marginal_product is {:g}, not above the institutional wage {:g}: the rural marginal product never "
        refuse(peak <= wage, text + "reaches it; raise the one or lower the other", peak, wage)
        g, first, second = self.surplus_growth().growth, np.maximum(0.0, 1 - threshold), self._second_labour()
        text = (
            "modern_labour starts at {:g} but surplus ends at {:g}; start lower, or raise institutional_wage or lower "
        )
        refuse(second <= start, text + "redundancy_threshold", start, second)
        with np.errstate(divide="ignore"):
            years = np.log(first / start) / np.where(g > 0, g, 1.0)
        past = np.where(g > 0, years, np.where(first < start, -np.inf, np.inf))
        return TurningPoints(first, np.asarray(past), second, years_to_absorb(start, second, growth=g))

    def path(self, times: npt.ArrayLike) -> LewisPath:
        """The economy at times (years from the start, zero or more, increasing).

        Exact up to the second turning point and after the last rural worker has left; in between the equation of
        motion is integrated to a relative tolerance of 1e-9. Errors as in turning_points.
        """
        t = positive_array("times", finite_array("times", times, ndim=1), zero_allowed=True)
        if (np.diff(t) <= 0).any():
            raise ValueError("times must increase; sort them and remove repetitions")
        points, surplus = self.turning_points(), self.surplus_growth()
        (start,), second_time = self.arrays("modern_labour", axes=1), points.second_time[..., np.newaxis]
        modern = start * np.exp(surplus.growth[..., np.newaxis] * np.minimum(t, second_time))
        capital = modern / surplus.labour_per_capital[..., np.newaxis]
        values = dict(zip(self.values(), self.arrays(), strict=True))
        for draw in np.ndindex(self.shape):
            later = t > points.second_time[draw]
            if later.any():
                one = self.replace(**{name: array[draw] for name, array in values.items()})
                capital[draw][later], modern[draw][later] = one._scarce(
                    t[later], float(points.second_time[draw]), float(points.second_labour[draw])
                )
        over_time = self.replace(**dict(zip(values, self.arrays(axes=1), strict=True)))
        product, rural = over_time._marginal(modern), 1 - modern
        b = over_time.labour_share
        output, rural_output = over_time.productivity * capital ** (1 - b) * modern**b, over_time.rural_output(rural)
        wages = np.maximum(over_time.institutional_wage, product), b * output / modern
        return LewisPath(t, capital, modern, rural, output, rural_output, *wages, product)

    def _marginal(self, modern: FloatArray) -> FloatArray:
        # Modern labour is at most 1 but for rounding.
        return self.rural_marginal_product(np.maximum(0.0, 1 - modern))

    def _capital_at(self, modern: FloatArray) -> FloatArray:
        """Capital at which the modern sector hires as many, at the wage that they then ask."""
        wage = (1 + self.premium) * np.maximum(self.institutional_wage, self._marginal(modern))
        return np.asarray(modern * (wage / (self.productivity * self.labour_share)) ** (1 / (1 - self.labour_share)))

    def _scarce(self, times: FloatArray, second_time: float, second_labour: float) -> tuple[FloatArray, FloatArray]:
        """Capital and modern labour of one draw at times after its second turning point."""
        from scipy.integrate import solve_ivp

        b, d = self.labour_share, float(self.depreciation)
        inflow = self.saving_rate * (1 - b) * self.productivity

        def motion(_: float, modern: FloatArray) -> FloatArray:
            growth = inflow * (modern / self._capital_at(modern)) ** b - d
            slope = self.redundancy_threshold * self._marginal(modern) * (1 - b)
            return np.asarray(growth / (1 / modern + self.peak_marginal_product / slope))

        def emptied(_: float, modern: FloatArray) -> float:
            return float(modern[0]) - 1.0

        emptied.terminal = True  # type: ignore[attr-defined]
        span = (second_time, float(times[-1]))
        solution = solve_ivp(motion, span, [second_labour], events=emptied, dense_output=True, rtol=1e-9, atol=1e-12)
        if not solution.success:
            raise EquilibriumError(f"the path after the second turning point was not found: {solution.message}")
        end = float(solution.t[-1])
        modern = np.where(times <= end, np.minimum(1.0, solution.sol(np.minimum(times, end))[0]), 1.0)
        # With all labour modern, x = K^b follows dx/dt = inflow b - b d x, which is linear.
        empty, elapsed = float(self._capital_at(np.array(1.0))) ** b, np.maximum(times - end, 0.0)
        # (1 - exp(-b d t)) / d, with its limit b t where nothing wears out.
        weight = -np.expm1(-b * d * elapsed) / d if d > 0 else b * elapsed
        alone = (empty * np.exp(-b * d * elapsed) + inflow * weight) ** (1 / b)
        return np.where(times <= end, self._capital_at(modern), alone), modern
