"""The integrated economy from 2000 to 2050, for many draws of its parameters at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.economy.markets import Base, Parameters, State, Year, base_year, open_markets
from symbiosis.economy.outcomes import ADULT_AGES, FIRST_YEAR, LAST_YEAR, Paths, YearRecord, outcomes, wellbeing
from symbiosis.economy.parameters import POLICY, POLICY_START, PURPOSES, Calibrated, Policy, Uncertain
from symbiosis.economy.people import TURNING_60, next_people, next_skill, start_people
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import ParameterError, model

SERVICES_SHARE_2000 = 0.47
"""Services in non-farm output of 2000 (World Development Indicators: 39.8 of 85.3 percent of output)."""
FARM_CAPITAL_WEARS = 0.05
"""Share of public farm capital lost in a year (assumption); it is counted in years of farm output."""
FIRST_PRICE = 0.3
"""Where the search for the food price of 2000 begins."""


@model
class Economy(Policy, Uncertain, Calibrated):
    """China as six places (city, town and village of coast and inland) with four registrations and four ages.

    What is not calibrated or uncertain is a policy that starts in 2025. A run of draws that cannot feed everybody has
    no equilibrium.
    """

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws have a budget: a levy spent once at most, that with taxes leaves something of output.

        Whether their farms feed everybody only a simulation tells.
        """
        levy, tax_rate = self.arrays("levy", "tax_rate")
        # Shares such as thirds add up to one with a rounding error.
        return np.asarray((self._spent() <= 1 + 1e-9) & (levy + tax_rate < 1))

    def years(self, last_year: int = LAST_YEAR, *, strict: bool = True) -> Iterator[YearRecord]:
        """Every year in full from 2000 on, draws flattened into runs.

        strict: EquilibriumError where farms cannot feed everybody, rather than NaN from that year on in these runs.
        EquilibriumError for draws that are not admissible, ParameterError for a year beyond the last.
        """
        if not FIRST_YEAR < last_year <= LAST_YEAR:
            raise ParameterError(f"last_year is {last_year}; give a year from {FIRST_YEAR + 1} to {LAST_YEAR}")
        if not self.admissible().all():
            spent, left = self._spent().max(), 1 - np.max(np.add(*self.arrays("levy", "tax_rate")))
            too_much = f"the purposes of the levy add up to {spent:.0%}; give no more than 100%"
            raise EquilibriumError(
                too_much if left > 0 else f"levy and taxes leave {left:.0%} of output; lower levy or tax_rate"
            )
        return _course(self._flat(), last_year, strict=strict)

    def simulate(self, last_year: int = LAST_YEAR, *, strict: bool = True) -> Paths:
        """The outcomes of every year from 2000 to last_year; errors as for years."""
        p, history = self._flat(), self.years(last_year, strict=strict)
        first = next(history)
        rows = [outcomes(first, first, p), *(outcomes(now, first, p) for now in history)]
        by_year = {name: np.stack([row[name] for row in rows], axis=-1) for name in rows[0]}
        return Paths(**{name: values.reshape(*self.shape, len(rows)) for name, values in by_year.items()})

    def wellbeing(self, year: int = LAST_YEAR, *, ages: tuple[int, ...] = ADULT_AGES) -> FloatArray:
        """The outcome wellbeing in one year for people of other ages, (draws...); NaN where not all can be fed.

        ages: of the groups of places.AGES; WORKING_AGES gives the outcome of that name, ADULT_AGES counts the old too.
        """
        history = list(self.years(year, strict=False))
        return wellbeing(history[-1], history[0], self._flat(), ages).reshape(self.shape)

    def _spent(self) -> FloatArray:
        return np.asarray(np.sum(self.arrays(*PURPOSES), axis=0))

    def _flat(self) -> dict[str, FloatArray]:
        """Every parameter by name, (runs,): one array each, in one piece."""
        return dict(zip(self.values(), (np.ascontiguousarray(a).reshape(-1) for a in self.arrays()), strict=True))


def outcomes_2050(parameters: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Every outcome of the last year, each (runs,): the form in which a sweep runs the model."""
    return Economy(**parameters).simulate(strict=False).at(LAST_YEAR)


def _course(p: Parameters, last_year: int, *, strict: bool) -> Iterator[YearRecord]:
    runs = len(p["response"])
    state = State(
        people=np.repeat(start_people()[..., None], runs, axis=3),
        skill=np.ones((4, runs)),
        technology=np.ones(runs),
        farm_technology=p["farm_productivity"],
        farm_capital=np.zeros(runs),
        services_share=np.full(runs, SERVICES_SHARE_2000),
    )
    base, price = base_year(state, p), np.full(runs, FIRST_PRICE)
    for year in range(FIRST_YEAR, last_year + 1):
        now = _in_year(p, year)
        markets = open_markets(state, price, base, now, strict=strict)
        price = markets.farms.price
        if year == FIRST_YEAR:
            base = replace(base, services=_mean_services(markets))
        if year == last_year:
            yield YearRecord(year, state, markets, None)
            return
        people, flows = next_people(state.people, markets, now)
        yield YearRecord(year, state, markets, flows)
        state = _next_state(state, people, markets, base, now, year)


def _in_year(p: Parameters, year: int) -> dict[str, FloatArray]:
    """The parameters of a year: what changes by the calendar, and no policy before it starts."""
    progress = min(1.0, (year - 2000) / 25)
    changed = {
        "village_attachment": p["village_attachment"] + p["attachment_change"] * min(year - 2000, 25),
        "transfers": p["village_transfers"] * np.clip((year - 2004) / 16, 0, 1),
        "fertility": p["fertility_start"] + progress * (p["fertility_end"] - p["fertility_start"]),
        "turning_60": turning_60(year, p),
    }
    none = {} if year >= POLICY_START else {q.name: np.zeros_like(p[q.name]) for q in POLICY}
    return {**p, **changed, **none}


def turning_60(year: int, p: Parameters) -> FloatArray:
    """Share of people aged 40 to 59 who turn 60 in a year, (runs,)."""
    even = np.full_like(p["ageing_2000"], TURNING_60)
    knots = ((2000, p["ageing_2000"]), (2025, p["ageing_2025"]), (2035, p["ageing_2025"]), (2050, even))
    (before, low), (after, high) = next(pair for pair in pairwise(knots) if year <= pair[1][0])
    return np.asarray(low + (year - before) / (after - before) * (high - low))


def _next_state(state: State, people: FloatArray, markets: Year, base: Base, p: Parameters, year: int) -> State:
    """What the year after begins with; services take over as in Ngai and Pissarides (2007)."""
    step = year - FIRST_YEAR
    fade = np.exp(-step / p["growth_fade"])
    growth = p["growth_end"] + (p["growth_start"] - p["growth_end"]) * fade - p["services_gap"] * state.services_share
    relative_price = np.exp(p["services_gap"] * (step + 1))
    odds = SERVICES_SHARE_2000 / (1 - SERVICES_SHARE_2000) * relative_price ** (1 - p["modern_elasticity"])
    invested = markets.money.farm_investment / markets.money.farm_value
    return State(
        people=people,
        skill=next_skill(state, markets, base, p),
        technology=state.technology * np.exp(growth),
        farm_technology=state.farm_technology * np.exp(p["farm_growth"]),
        farm_capital=(1 - FARM_CAPITAL_WEARS) * state.farm_capital + invested,
        services_share=odds / (1 + odds),
    )


def _mean_services(markets: Year) -> FloatArray:
    """Services per person over all people, (runs,)."""
    everybody = markets.heads.everybody
    return np.asarray((markets.services * everybody).sum(axis=(0, 1)) / everybody.sum(axis=(0, 1)))
