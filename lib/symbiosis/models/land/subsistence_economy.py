"""Agricultural productivity and industry in a closed and in an open economy: the sign flips (Matsuyama 1992).

Food is made with A x^alpha, goods with M n^alpha, x + n = 1. Utility is weight ln(c_A - need) + (1 - weight) ln c_M.
Closed, n solves x^alpha - (weight / (1 - weight)) x^(alpha - 1) n = need / A, so that a higher A frees labour for
industry. Open to trade at the price p of goods in terms of food, (x / n)^(1 - alpha) = A / (p M), so that a higher A
draws labour into farming. Industry learns by doing, dM/dt = learning n M.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, positive_array, same_shape
from symbiosis.models.equilibrium import EquilibriumError, increasing_root
from symbiosis.parameters import Parameter, ParameterSet

PARAMETERS = ParameterSet(
    (
        Parameter(
            name="farm_productivity",
            label="Agricultural productivity",
            unit="food",
            default=1.0,
            lower=0.5,
            upper=4.0,
            step=0.05,
            meaning="Food made when everyone farms.",
            source="Matsuyama 1992 for the form; 1 is the start",
            display=".2f",
        ),
        Parameter(
            name="industrial_productivity",
            label="Industrial productivity",
            unit="goods",
            default=1.0,
            lower=0.5,
            upper=4.0,
            step=0.05,
            meaning="Goods made when everyone works in industry.",
            source="Matsuyama 1992 for the form; 1 is the start",
            display=".2f",
        ),
        Parameter(
            name="subsistence",
            label="Food need",
            unit="food per person",
            default=0.3,
            lower=0.0,
            upper=0.45,
            step=0.01,
            meaning="Food that each person must have before anything else.",
            source="assumption",
            display=".2f",
        ),
        Parameter(
            name="weight",
            label="Share of food in spending beyond need",
            unit="",
            default=0.1,
            lower=0.01,
            upper=0.9,
            step=0.01,
            meaning="Share of income beyond subsistence that is spent on food.",
            source="assumption",
            display=".0%",
        ),
        Parameter(
            name="alpha",
            label="Labour elasticity",
            unit="",
            default=0.7,
            lower=0.2,
            upper=0.95,
            step=0.01,
            meaning="Elasticity of output to labour, in both sectors.",
            source="assumption",
            display=".2f",
        ),
        Parameter(
            name="price",
            label="World price of goods",
            unit="food per good",
            default=1.0,
            lower=0.25,
            upper=4.0,
            step=0.05,
            meaning="Price of industrial goods in terms of food on the world market.",
            source="assumption",
            display=".2f",
        ),
        Parameter(
            name="learning",
            label="Learning by doing",
            unit="per year",
            default=0.05,
            lower=0.0,
            upper=0.2,
            step=0.005,
            meaning="Growth of industrial productivity if everyone worked in industry.",
            source="Matsuyama 1992 for the form; the value is an assumption",
            display=".1%",
        ),
    )
)


def closed_industrial_share(
    *,
    farm_productivity: npt.ArrayLike,
    subsistence: npt.ArrayLike,
    weight: npt.ArrayLike,
    alpha: npt.ArrayLike,
) -> FloatArray:
    """Share of labour in industry without trade; shapes broadcast, exact to 1e-14.

    Unique, since both sides of the condition are monotone. EquilibriumError where all hands cannot grow the need.
    """
    a, need, food, exponent = same_shape(
        farm_productivity=positive_array("farm_productivity", farm_productivity),
        subsistence=positive_array("subsistence", subsistence, zero_allowed=True),
        weight=fraction_array("weight", weight, open_interval=True),
        alpha=fraction_array("alpha", alpha, open_interval=True),
    )
    starving = need >= a
    if starving.any():
        raise EquilibriumError(
            f"subsistence is {need[starving].flat[0]:g} and farm_productivity {a[starving].flat[0]:g}: without trade "
            "all hands on the farm cannot feed all; raise productivity"
        )
    # The condition times x^(1 - alpha), which is finite at x = 0 and has the same root.
    farmers = increasing_root(
        lambda x: x - food / (1 - food) * (1 - x) - need / a * x ** (1 - exponent),
        np.zeros_like(a),
        np.ones_like(a),
        what="share of labour on the farm",
    )
    return np.asarray(1 - farmers)


def open_industrial_share(
    *,
    farm_productivity: npt.ArrayLike,
    industrial_productivity: npt.ArrayLike,
    price: npt.ArrayLike,
    alpha: npt.ArrayLike,
    subsistence: npt.ArrayLike = 0.0,
) -> FloatArray:
    """Share of labour in industry at a world price, 1 / (1 + (A / (p M))^(1 / (1 - alpha))); shapes broadcast.

    EquilibriumError where national income does not buy the food need.
    """
    a, m, p, exponent, need = same_shape(
        farm_productivity=positive_array("farm_productivity", farm_productivity),
        industrial_productivity=positive_array("industrial_productivity", industrial_productivity),
        price=positive_array("price", price),
        alpha=fraction_array("alpha", alpha, open_interval=True),
        subsistence=positive_array("subsistence", subsistence, zero_allowed=True),
    )
    share = _logistic(np.log(p * m / a) / (1 - exponent))
    income = a * (1 - share) ** exponent + p * m * share**exponent
    hungry = income <= need
    if hungry.any():
        raise EquilibriumError(
            f"national income is {income[hungry].flat[0]:g} and subsistence {need[hungry].flat[0]:g}, both in food; "
            "raise a productivity"
        )
    return np.asarray(share)


def open_industrial_path(
    times: npt.ArrayLike,
    *,
    share: npt.ArrayLike,
    world_share: npt.ArrayLike,
    learning: npt.ArrayLike,
    alpha: npt.ArrayLike,
) -> FloatArray:
    """Share of labour in industry of a small open economy as both it and the world learn, shape (..., times).

    share, world_share: industrial shares of the economy at the start and of the world throughout; times: shape
    (times,), years from the start, zero or more, increasing; other shapes broadcast. The world price of goods
    falls as the world learns, so that d logit(n) / dt = learning (n - world_share) / (1 - alpha); integrated to a
    relative tolerance of 1e-8.
    """
    from scipy.integrate import solve_ivp

    t = positive_array("times", finite_array("times", times, ndim=1), zero_allowed=True)
    if (np.diff(t) <= 0).any():
        raise ValueError("times must increase; sort them and remove repetitions")
    start, world, speed, exponent = same_shape(
        share=fraction_array("share", share, open_interval=True),
        world_share=fraction_array("world_share", world_share, open_interval=True),
        learning=positive_array("learning", learning, zero_allowed=True),
        alpha=fraction_array("alpha", alpha, open_interval=True),
    )
    rate, target = (speed / (1 - exponent)).ravel(), world.ravel()
    if t[-1] == 0:
        return np.asarray(start[..., np.newaxis])
    solution = solve_ivp(
        lambda _, x: rate * (_logistic(x) - target),
        (0.0, float(t[-1])),
        np.log(start / (1 - start)).ravel(),
        t_eval=t,
        rtol=1e-8,
        atol=1e-10,
    )
    if not solution.success:
        raise EquilibriumError(f"the path was not found: {solution.message}")
    return np.asarray(_logistic(solution.y).reshape(*start.shape, len(t)))


def _logistic(x: FloatArray) -> FloatArray:
    # Written with the hyperbolic tangent, which does not overflow.
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))
