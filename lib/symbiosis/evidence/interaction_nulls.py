"""What two sides look like that have nothing to do with each other: the yardsticks of any finding of interaction."""

from __future__ import annotations

from collections import deque
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, at_least, finite_number, fraction_array, one_of
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.interaction_growth import Timing, interaction_growth
from symbiosis.evidence.permutation import sorted_at_random
from symbiosis.evidence.proportions import share_of

Kind = Literal["no trend", "straight trends", "random walks with drift", "S-curves"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SLOPES = (0.01, 0.1)
"""Range of the slopes of straight trends and of the drifts of random walks, per year (assumption)."""
RATES = (0.05, 0.12)
"""Range of the growth rates of S-curves, per year (assumption: those of urban shares and outputs)."""
MIDPOINTS = (0.25, 0.75)
"""Range of the times at which S-curves are half grown, as fractions of the length of the series (assumption)."""


def unrelated_series(
    kind: Kind,
    replications: int,
    years: int,
    *,
    rng: np.random.Generator,
    noise: float = 0.02,
    persistence: float = 0.8,
    rates: tuple[float, float] = RATES,
    shared: float = 0.0,
) -> tuple[FloatArray, FloatArray]:
    """Pairs of positive series that do nothing to each other, two arrays of shape (replications, years).

    Each is exp(trend + u), u_t = persistence u_(t-1) + e_t with e of standard deviation noise, and its own trend:
    'no trend', where u begins in its stationary distribution; else u_0 = 0. 'straight trends': a slope from SLOPES.
    'random walks with drift': the same, and u adds up all e. 'S-curves': the logarithm of a logistic curve of ceiling
    1, with a rate between rates, per year, and a midpoint from MIDPOINTS. shared: the fraction of the variance of e
    that both have in common, such as weather, prices or policy; 0 is independence.
    """
    one_of("kind", kind, KINDS)
    if replications < 1 or years < 2:
        raise ValueError(f"replications is {replications} and years is {years}; give at least 1 and 2")
    sd = finite_number("noise", noise)
    if sd <= 0:
        raise ValueError(f"noise is {sd:g}; give a standard deviation above 0")
    if not 0 <= finite_number("persistence", persistence) < 1:
        raise ValueError(f"persistence is {persistence:g}; give a number from 0 to below 1")
    if not 0 <= rates[0] <= rates[1] < np.inf:
        raise ValueError(f"rates are {rates}; give two numbers from 0 on, the smaller first")
    common_share = float(fraction_array("shared", shared))
    common = rng.standard_normal((replications, years))
    pair = []
    for _ in range(2):
        trend = _trends(kind, replications, years, rates, rng)
        own = rng.standard_normal((replications, years))
        shock = sd * (np.sqrt(common_share) * common + np.sqrt(1 - common_share) * own)
        disturbance = np.zeros((replications, years))
        if kind == "no trend":
            disturbance[:, 0] = shock[:, 0] / np.sqrt(1 - persistence**2)
        lasting = 1.0 if kind == "random walks with drift" else persistence
        for t in range(1, years):
            disturbance[:, t] = lasting * disturbance[:, t - 1] + shock[:, t]
        pair.append(np.exp(disturbance) * trend)
    return pair[0], pair[1]


def _trends(
    kind: Kind, replications: int, years: int, rates: tuple[float, float], rng: np.random.Generator
) -> FloatArray:
    time = np.arange(years)
    if kind == "no trend":
        return np.ones((replications, years))
    if kind == "S-curves":
        rate = rng.uniform(*rates, (replications, 1))
        midpoint = rng.uniform(years * MIDPOINTS[0], years * MIDPOINTS[1], (replications, 1))
        return np.asarray(1 / (1 + np.exp(-rate * (time - midpoint))))
    return np.asarray(np.exp(rng.uniform(*SLOPES, (replications, 1)) * time))


def share_called_mutual(
    pairs: int, years: int, *, rng: np.random.Generator, timing: Timing = "start", **series: Any
) -> Estimate:
    """How many of a hundred unrelated pairs of S-curves the signs of interaction_growth call mutualism, with interval.

    The interval is Wilson's, of counting. timing: as in interaction_growth; series: noise, persistence, rates and
    shared, as in unrelated_series.
    """
    modes = interaction_growth(*unrelated_series("S-curves", pairs, years, rng=rng, **series), timing=timing).modes()
    return share_of(modes == "mutualism").times(100, unit="of 100", display=".0f")


def common_shock_panel(
    *,
    places: int,
    years: int,
    rng: np.random.Generator,
    common: float,
    noise: tuple[float, float],
    common_persistence: float = 0.9,
    own_persistence: float = 0.5,
    replications: int = 1,
    burn_in: int = 50,
) -> tuple[FloatArray, FloatArray]:
    """Panels whose two sides share the shocks of their place and do nothing to each other.

    Two arrays of sizes of shape (replications, places, years): ln x = f + u and ln y = f + v. f is what happens to the
    whole place (policy, war, a boom), an AR(1) with yearly shocks of standard deviation common and common_persistence;
    u and v are AR(1) of own_persistence with shocks of noise.
    Where the common part lasts longer than the own ones, each side's size tells something about the other's next
    growth, and a regression takes that for help.
    """
    if finite_number("common", common) < 0 or min(noise) <= 0:
        raise ValueError(f"common is {common:g} and noise {noise}; give 0 or more, and standard deviations above 0")
    persistence = np.array([common_persistence, own_persistence, own_persistence])
    if (persistence < 0).any() or (persistence >= 1).any():
        raise ValueError(f"the persistences are {persistence.tolist()}; give numbers from 0 to below 1")
    step, spread = np.diag(persistence), np.diag([common, *noise])
    # One year more of burning in: the first year kept has had its shock.
    kept = autoregression(step, spread, replications, places, years, burn_in=burn_in + 1, rng=rng)
    common_part, first, second = np.moveaxis(kept, -1, 0)
    return np.exp(common_part + first), np.exp(common_part + second)


def autoregression(
    step: FloatArray, spread: FloatArray, replications: int, places: int, years: int, *, burn_in: int,
    rng: np.random.Generator,
) -> FloatArray:  # fmt: skip
    """States x_t = step x_(t-1) + spread e_t with standard normal e, shape (replications, places, years, states).

    They begin at zero burn_in years before the first that is kept. ValueError for sizes below 1.
    """
    if min(places, years, replications) < 1 or burn_in < 0:
        raise ValueError("places, years and replications must be at least 1, burn_in at least 0")
    state = np.zeros((replications, places, len(step)))
    states = deque([state], maxlen=years)
    for _ in range(burn_in + years - 1):
        state = state @ step.T + rng.standard_normal(state.shape) @ spread.T
        states.append(state)
    return np.stack(states, axis=2)


def permuted_partners(groups: npt.ArrayLike, *, draws: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Give every unit the partner of another unit of its group: positions, shape (draws, units).

    groups: one label per unit. In every draw no unit keeps its own partner: within a group the units stand in a random
    ring and each takes the next one's. What a group has in common survives, what ties a unit to its own partner does
    not. ValueError where a group has a single unit: leave it out of the comparison, or use wider groups.
    """
    labels = np.asarray(groups)
    if labels.ndim != 1 or not labels.size:
        raise ValueError(f"groups has shape {labels.shape}; give one label per unit")
    at_least(1, draws=draws)
    names, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    alone = names[counts == 1]
    if alone.size:
        raise ValueError(
            f"{alone.size} groups have a single unit ({', '.join(map(str, alone[:5]))}): leave them out or use "
            "wider groups"
        )
    # Every group in a random order; rolling inside it makes the ring.
    order = sorted_at_random(codes, draws=draws, rng=rng)
    first_of_group = np.concatenate([[0], np.cumsum(counts)[:-1]])
    following = np.arange(1, labels.size + 1)
    following[np.cumsum(counts) - 1] = first_of_group
    partners = np.empty_like(order)
    np.put_along_axis(partners, order, order[:, following], axis=1)
    return partners
