"""Births and deaths of China as inputs of the integrated economy, each with what it rests on.

Mortality rises exponentially with age (Gompertz 1825) above a constant (Makeham 1860); its two numbers are those with
which the cohorts of 40 and more in the census of 2010 are nearest to those ten years older in 2020. It falls over time
as the World Bank's life expectancy asks. Births are those that leave the children whom the census of 2020 found, as
children below five are counted badly (those of 2010 were 13 percent more ten years later); from 2021 on, those that
with the deaths give the official population. How births are spread over mothers' ages is an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import COHORTS, OLDEST, WIDTH, by_cohort, older_by_a_year

CENSUS_2010 = (
    75.532604, 70.881549, 74.908462, 99.889114, 127.412518, 101.013852, 97.138203, 118.025959, 124.753964, 105.594553,
    78.753171, 81.312474, 58.667282, 41.113282, 32.972397, 23.852133, 13.373198, 7.616148,
)  # fmt: skip
CENSUS_2020 = (
    77.883888, 90.244056, 85.255994, 72.684140, 74.941675, 91.847332, 124.145190, 99.012932, 92.955330, 114.224887,
    121.164296, 101.400786, 73.382938, 74.005560, 49.590036, 31.238849, 20.382878, 15.417957,
)  # fmt: skip
"""People of 0-4, 5-9, ..., 80-84, 85 and over in millions: sums of the table china_county_ages."""
OFFICIAL_MILLIONS: Mapping[int, float] = {2020: 1412.12, 2021: 1412.60, 2022: 1411.75, 2023: 1409.67, 2024: 1408.28}
"""Population at the end of the year: total_population, revised, of the table china_national."""
LIFE_EXPECTANCY: Mapping[int, float] = {2000: 72.3725, 2019: 78.025}
"""At birth, mean of women and men: World Development Indicators in the table countries."""
INFANT_DEATHS: Mapping[int, float] = {2000: 0.0302, 2015: 0.0092}
"""Deaths per birth in the first year of life: as above."""
MEASURED_UNTIL = 2024
MIDDLE = 2015
"""The year for which the cohorts of the two censuses speak: the middle of their ten years."""
MOTHERS_AGE, MOTHERS_SPREAD = 27.5, 5.0
"""Mean and standard deviation of the ages at which children are born (assumption)."""
WOMEN = 0.488
"""Share of women among those of childbearing age (census of 2020, rounded); only the printed fertility needs it."""
_BACKGROUND = 0.0004
"""Force of mortality that does not rise with age (assumption)."""
_FITTED = range(8, 15)
"""Five-year groups of 2010 whose survival fits the force of mortality: 40-44 to 70-74."""
_AGES = np.arange(OLDEST)


@dataclass(frozen=True)
class Demography:
    """Inputs of population, all of them numbers without draws.

    start: people of 2000 by cohort, (cohorts,), together one; millions: how many that is; force: of mortality by single
    age in 2015, (OLDEST,); decline: how fast it falls a year, until 2024; fertility: births per person of childbearing
    age by year, to be multiplied by the schedule.
    """

    start: FloatArray
    millions: float
    force: FloatArray
    decline: float
    fertility: Mapping[int, float]

    def mortality_level(self, year: int, later_decline: FloatArray | float = 0.0) -> FloatArray:
        """The force of mortality against that of 2015; later_decline: how fast it falls after 2024."""
        measured, later = min(year, MEASURED_UNTIL), max(year - MEASURED_UNTIL, 0)
        return np.asarray(np.exp(-self.decline * (measured - MIDDLE) - np.asarray(later_decline) * later))

    def survival(self, year: int, later_decline: FloatArray | float = 0.0) -> FloatArray:
        """Share of every cohort alive at the end of a year that is alive a year later, (cohorts, ...)."""
        # Half a year older in the middle of the year.
        force = (self.force[:-1] + self.force[1:]) / 2
        mean = by_cohort(np.append(force, self.force[-1]), year)
        level = self.mortality_level(year, later_decline)
        return np.asarray(np.exp(-np.multiply.outer(mean, level)))

    def births_per_person(self, year: int, fertility_2050: FloatArray | float = 1.0) -> FloatArray:
        """Births in the year after a given one per person of each cohort, (cohorts, ...).

        fertility_2050: relative to that of 2024; between, on a straight line.
        """
        level = self.fertility[min(year + 1, MEASURED_UNTIL)]
        later = np.clip((year + 1 - MEASURED_UNTIL) / (2050 - MEASURED_UNTIL), 0, None)
        change = 1 + (np.asarray(fertility_2050) - 1) * later
        return np.asarray(np.multiply.outer(by_cohort(schedule(), year), level * change))

    def total_fertility(self, year: int) -> float:
        """Children that a woman would have who lived through a year's births by age."""
        return float(self.fertility[year] * schedule().sum() / WOMEN)


def infant_survival(year: int) -> float:
    """Share of a year's births who are alive at its end; halved deaths, as births spread over the year."""
    (first, high), (last, low) = INFANT_DEATHS.items()
    rate = high * (low / high) ** ((min(year, 2025) - first) / (last - first))
    return float(1 - 0.8 * rate)


@cache
def schedule() -> FloatArray:
    """Births by mother's single age as parts of the level, (OLDEST,): one at the age at which they are most."""
    within = (_AGES >= 15) & (_AGES < 50)
    return np.where(within, np.exp(-0.5 * ((_AGES + 0.5 - MOTHERS_AGE) / MOTHERS_SPREAD) ** 2), 0.0)


def life_expectancy(force: FloatArray, infant_deaths: float) -> float:
    """Expected years of life at birth under a force of mortality by single age, (OLDEST,)."""
    alive = np.exp(-np.concatenate([[0.0], np.cumsum(force)]))
    return float((1 - infant_deaths) * (alive[:-1] + alive[1:]).sum() / 2)


@cache
def demography() -> Demography:
    """The inputs, estimated from the figures above."""
    force = _force()
    decline = _decline(force)
    bare = Demography(np.ones(COHORTS), 1.0, force, decline, {})
    counted = _people_of_2000(bare)
    millions = float(counted.sum())
    start = counted / millions
    return Demography(start, millions, force, decline, _fertility(bare, start, millions))


def _force() -> FloatArray:
    """The force of mortality in 2015 by single age, fitted to the cohorts of the two censuses."""
    fitted = np.array(_FITTED)
    survived = np.array(CENSUS_2020)[fitted + 2] / np.array(CENSUS_2010)[fitted]
    middle = WIDTH * fitted + 7.5
    slope, level = np.polyfit(middle, np.log(-np.log(survived) / 10 - _BACKGROUND), 1)
    return np.asarray(_BACKGROUND + np.minimum(np.exp(level + slope * (_AGES + 0.5)), 0.7))


def _decline(force: FloatArray) -> float:
    """How fast the force of mortality falls a year so that life expectancy rises as measured."""
    (first, low), (last, high) = LIFE_EXPECTANCY.items()
    deaths = [1 - (infant_survival(year) - 0.2) / 0.8 for year in (first, last)]
    tried = np.linspace(0, 0.06, 61)
    gained = [
        life_expectancy(force * np.exp(-rate * (last - MIDDLE)), deaths[1])
        - life_expectancy(force * np.exp(-rate * (first - MIDDLE)), deaths[0])
        for rate in tried
    ]
    return float(np.interp(high - low, gained, tried))


def _younger(people: float, age: int, year: int, years: int, inputs: Demography) -> float:
    """How many a cohort of five ages from age on, at the end of a year, were some years before."""
    for back in range(1, years + 1):
        centre = age + 2.5 - back
        force = np.interp(centre + 0.5, _AGES + 0.5, inputs.force) * inputs.mortality_level(year - back)
        people = people * float(np.exp(force))
    return people


def _people_of_2000(inputs: Demography) -> FloatArray:
    """Cohorts of 2000 in millions: of those counted twice the geometric mean, of the young those of 2020."""
    found = np.zeros(COHORTS)
    open_group = np.exp(-np.cumsum(np.interp([87.5, 92.5, 97.5], _AGES, inputs.force) * WIDTH))
    oldest = CENSUS_2010[17] * open_group / open_group.sum()
    earlier = [*CENSUS_2010[:17], *oldest[:2], oldest[2]]
    for cohort in range(18):
        age = WIDTH * cohort
        from_2010 = _younger(earlier[cohort + 2], age + 10, 2010, 10, inputs)
        from_2020 = _younger(CENSUS_2020[cohort + 4], age + 20, 2020, 20, inputs) if cohort < 13 else from_2010
        # The census of 2010 missed children; those who were ten and older it did count.
        found[cohort] = from_2020 if cohort == 0 else np.sqrt(from_2010 * from_2020)
    return found


def _fertility(inputs: Demography, start: FloatArray, millions: float) -> dict[int, float]:
    """Births per person of childbearing age, against the schedule: five-year levels to 2020, then one a year."""
    fertility: dict[int, float] = {}
    people = start * millions
    for first in range(2001, 2021, WIDTH):
        years = range(first, first + WIDTH)
        trial = Demography(start, millions, inputs.force, inputs.decline, dict.fromkeys(years, 1.0))
        after = people
        for year in years:
            after, *_ = a_year(after, year - 1, trial)
        age = 2020 - years[-1]
        level = _younger(CENSUS_2020[age // WIDTH], age, 2020, age, inputs) / after[0]
        fertility |= dict.fromkeys(years, float(level))
        trial = Demography(start, millions, inputs.force, inputs.decline, dict.fromkeys(years, float(level)))
        for year in years:
            people, *_ = a_year(people, year - 1, trial)
    for year in range(2021, MEASURED_UNTIL + 1):
        trial = Demography(start, millions, inputs.force, inputs.decline, {year: 1.0})
        grown = OFFICIAL_MILLIONS[year] / OFFICIAL_MILLIONS[year - 1] * people.sum()
        after, born, _ = a_year(people, year - 1, trial)
        surviving = born * infant_survival(year)
        fertility[year] = float((grown - (after.sum() - surviving)) / surviving)
        trial = Demography(start, millions, inputs.force, inputs.decline, {year: fertility[year]})
        people, *_ = a_year(people, year - 1, trial)
    return fertility


def a_year(people: FloatArray, year: int, inputs: Demography) -> tuple[FloatArray, float, float]:
    """All people of a closed country a year later, (cohorts,), with births and deaths."""
    born = float((inputs.births_per_person(year) * people).sum())
    alive = people * inputs.survival(year)
    babies = born * infant_survival(year + 1)
    died = float((people - alive).sum()) + born - babies
    after = older_by_a_year(alive, year, axis=0)
    # A fresh array: nobody above may share it.
    after = after.copy()
    after[0] += babies
    return after, born, died


def national(last_year: int) -> list[FloatArray]:
    """All people of every year from 2000 on as the inputs alone have them, each (cohorts,), in people of 2000."""
    inputs = demography()
    course = [inputs.start]
    for year in range(2000, last_year):
        course.append(a_year(course[-1], year, inputs)[0])
    return course
