"""The integrated economy from 2000 to 2050, for many draws of its parameters at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import FIRST_YEAR, LAST_YEAR, ages_in
from symbiosis.economy.markets import base_year, open_markets
from symbiosis.economy.measured import FARM_TAX_END, TRANSFERS_RISE, export_share, phase
from symbiosis.economy.outcomes import Paths, YearRecord, outcomes
from symbiosis.economy.parameters import POLICY, POLICY_START, PURPOSES, Calibrated, Policy, Scenario, Uncertain
from symbiosis.economy.people import homes, next_people, start_people, start_skill
from symbiosis.economy.records import Base, Parameters, Search, State, Year
from symbiosis.economy.welfare import WORKING_AGES, Lives, lives
from symbiosis.models.equilibrium import EquilibriumError
from symbiosis.parameters import ParameterError, model

SERVICES_SHARE_2000 = 0.47
"""Services in non-farm output of 2000 (World Development Indicators: 39.8 of 85.3 percent of output)."""
FARM_CAPITAL_WEARS = 0.05
"""Share of public farm capital lost in a year (assumption); it is counted in years of farm output."""
FIRST_PRICE, FIRST_SLOPE = 0.2, 1.2
"""Where the search for the food price of 2000, in wages, begins, and how excess demand is taken to answer it."""
SHOCK = (2012, 2016)
"""Over these years a shock to inland productivity comes."""


@dataclass(frozen=True)
class Start:
    """From where a course goes on: the state at the beginning of a year, and what is measured against.

    A policy that begins in that year or later leaves it as it is.
    """

    year: int
    state: State
    base: Base
    search: Search
    first: YearRecord


@dataclass(frozen=True)
class End:
    """The last year of a course: every outcome (draws...), and lives with draws flattened into runs."""

    outcomes: dict[str, FloatArray]
    lives: Lives


@model
class Economy(Policy, Scenario, Uncertain, Calibrated):
    """China as six places (city, town and village of coast and inland) with four registrations and cohorts of ages.

    What is not calibrated, uncertain or a scenario is a policy that starts in 2025. A run of draws that cannot feed
    everybody has no equilibrium.
    """

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws have a budget: a levy spent once at most, that with taxes leaves something of output.

        Whether their farms feed everybody only a simulation tells.
        """
        levy, tax_rate = self.arrays("levy", "tax_rate")
        # Shares such as thirds add up to one with a rounding error.
        return np.asarray((self._spent() <= 1 + 1e-9) & (levy + tax_rate < 1))

    def years(
        self, last_year: int = LAST_YEAR, *, strict: bool = True, start: Start | None = None
    ) -> Iterator[YearRecord]:
        """Every year in full from 2000 (or from start) on, draws flattened into runs.

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
        return _course(self._flat(), last_year, strict=strict, start=start)

    def start(self, year: int = POLICY_START) -> Start:
        """The beginning of a year, for courses that differ only from then on; NaN where not all can be fed."""
        found: list[Start] = []
        deque(_course(self._flat(), year, strict=False, start=None, starts=found), maxlen=0)
        return found[-1]

    def simulate(self, last_year: int = LAST_YEAR, *, strict: bool = True, start: Start | None = None) -> Paths:
        """The outcomes of every year from 2000 (or from start) to last_year; errors as for years."""
        history = self.years(last_year, strict=strict, start=start)
        first = next(history) if start is None else start.first
        rows = [outcomes(first, first)] if start is None else []
        rows += [outcomes(now, first) for now in history]
        by_year = {name: np.stack([row[name] for row in rows], axis=-1) for name in rows[0]}
        return Paths(**{name: values.reshape(*self.shape, len(rows)) for name, values in by_year.items()})

    def end(self, year: int = LAST_YEAR, *, ages: tuple[str, ...] = WORKING_AGES, start: Start | None = None) -> End:
        """One year's outcomes and lives; NaN where not all can be fed. ages: the groups whose lives count."""
        history = self.years(year, strict=False, start=start)
        first = next(history) if start is None else start.first
        # Only the last year is kept: all of them are many times as much.
        (now,) = deque(history, maxlen=1)
        found = {name: values.reshape(self.shape) for name, values in outcomes(now, first).items()}
        return End(found, _lives(now, first, ages))

    def course(self, year: int, start: Start, *, ages: tuple[str, ...] = WORKING_AGES) -> tuple[Paths, End]:
        """The outcomes of every year from start to a last one, and its end: both in one go."""
        history = list(self.years(year, strict=False, start=start))
        rows = [outcomes(now, start.first) for now in history]
        paths = Paths(**{name: np.stack([row[name] for row in rows], axis=-1) for name in rows[0]})
        return paths, End(rows[-1], _lives(history[-1], start.first, ages))

    def _spent(self) -> FloatArray:
        return np.asarray(np.sum(self.arrays(*PURPOSES), axis=0))

    def _flat(self) -> dict[str, FloatArray]:
        """Every parameter by name, (runs,): one array each, in one piece."""
        return dict(zip(self.values(), (np.ascontiguousarray(a).reshape(-1) for a in self.arrays()), strict=True))


def _lives(now: YearRecord, first: YearRecord, ages: tuple[str, ...]) -> Lives:
    return lives(now.state.people, now.year, now.markets, first.markets, now.parameters, ages)


def outcomes_2050(parameters: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Every outcome of the last year, each (runs,): the form in which a sweep runs the model."""
    return Economy(**parameters).end().outcomes


def _course(
    p: Parameters, last_year: int, *, strict: bool, start: Start | None, starts: list[Start] | None = None
) -> Iterator[YearRecord]:
    """Year after year; starts: where the beginning of the last year is put."""
    if start is None:
        state, search = _state_of_2000(p), _first_search(len(p["response"]))
        base, first_year = base_year(state, ages_in(FIRST_YEAR), _in_year(p, FIRST_YEAR)), FIRST_YEAR
    else:
        state, base, search, first_year = start.state, start.base, start.search, start.year
    first: YearRecord | None = None if start is None else start.first
    for year in range(first_year, last_year + 1):
        if starts is not None and year == last_year and first is not None:
            starts.append(Start(year, state, base, search, first))
        now = _in_year(p, year)
        markets = open_markets(state, ages_in(year), search, base, now, strict=strict)
        search = markets.search
        if year == FIRST_YEAR:
            base = _with_markets(base, markets, now)
        after, flows = next_people(state, markets, year, base, now)
        record = YearRecord(year, state, markets, flows, now)
        first = first or record
        yield record
        state = _next_state(after, markets, base, now, year)


def _first_search(runs: int) -> Search:
    return Search(np.full(runs, FIRST_PRICE), np.zeros(runs), np.full(runs, FIRST_SLOPE))


def _state_of_2000(p: Parameters) -> State:
    runs = len(p["response"])
    one = np.ones(runs)
    return State(
        people=np.repeat(start_people()[..., None], runs, axis=3),
        skill=start_skill(p),
        technology=one,
        farm_technology=p["farm_productivity"],
        capital=one,
        farm_capital=np.zeros(runs),
        services_share=np.full(runs, SERVICES_SHARE_2000),
        births=one,
    )


def _with_markets(base: Base, markets: Year, p: Parameters) -> Base:
    """What only the markets of 2000 tell: capital in goods, and services by registration against output."""
    everybody = markets.heads.everybody
    services = (markets.services * everybody).sum(axis=0) / everybody.sum(axis=0)
    output = markets.money.output / everybody.sum(axis=(0, 1))
    return replace(base, capital=p["capital_output"] * markets.money.output, services=services / output)


def _in_year(p: Parameters, year: int) -> dict[str, FloatArray]:
    """The parameters of a year: what changes by the calendar, and no policy before it starts."""
    drifted = min(year - FIRST_YEAR, 25) + p["drift_continues"] * max(year - FIRST_YEAR - 25, 0)
    changed = {
        "village_attachment": p["village_attachment"] - p["drift"] * drifted,
        "better_homes": np.full_like(p["drift"], homes(year)),
        "farm_tax": p["farm_tax"] * (1 - phase(year, FARM_TAX_END)),
        "transfers": p["village_transfers"] * phase(year, TRANSFERS_RISE),
        "inland_shock": p["inland_shock"] * phase(year, SHOCK),
        "export_share": export_share(year),
    }
    none = {} if year >= POLICY_START else {q.name: np.zeros_like(p[q.name]) for q in POLICY}
    return {**p, **changed, **none}


def _next_state(state: State, markets: Year, base: Base, p: Parameters, year: int) -> State:
    """What the year after begins with besides people; services take over as in Ngai and Pissarides (2007)."""
    step = year - FIRST_YEAR
    fade = np.exp(-step / p["growth_fade"])
    growth = p["growth_end"] + (p["growth_start"] - p["growth_end"]) * fade - p["services_gap"] * state.services_share
    relative_price = np.exp(p["services_gap"] * (step + 1))
    odds = SERVICES_SHARE_2000 / (1 - SERVICES_SHARE_2000) * relative_price ** (1 - p["modern_elasticity"])
    money = markets.money
    return replace(
        state,
        technology=state.technology * np.exp(growth),
        farm_technology=state.farm_technology * np.exp(p["farm_growth"]),
        capital=(1 - p["depreciation"]) * state.capital + money.investment / base.capital,
        farm_capital=(1 - FARM_CAPITAL_WEARS) * state.farm_capital + money.farm_investment / money.farm_value,
        services_share=odds / (1 + odds),
    )
