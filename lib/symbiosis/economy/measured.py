"""What is measured to change by the calendar, and so needs no drift of tastes: trade, homes, schooling, transfers.

Numbers are taken from the project's tables, and a test takes them from there again.
"""

from __future__ import annotations

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.ages import COHORTS, FIRST_YEAR, WIDTH, filled

EXPORTS_COAST = (
    0.398, 0.385, 0.411, 0.460, 0.511, 0.550, 0.576, 0.572, 0.516, 0.398, 0.435, 0.419, 0.389,
    0.368, 0.352, 0.328, 0.301, 0.297, 0.293, 0.283, 0.282, 0.315, 0.313, 0.299, 0.305,
)  # fmt: skip
EXPORTS_INLAND = (
    0.104, 0.094, 0.092, 0.088, 0.086, 0.090, 0.095, 0.098, 0.094, 0.065, 0.076, 0.083, 0.092,
    0.094, 0.099, 0.089, 0.075, 0.077, 0.080, 0.082, 0.087, 0.097, 0.105, 0.096, 0.092,
)  # fmt: skip
"""Exports over output outside farming, 2000 to 2024: sums over the cities of each region in the table china_cities."""
HOMES = {2010: (0.33, 0.93), 2020: (0.82, 0.98)}
"""Homes with tap water, a toilet and a bath (mean of three shares), villages and towns: where a line through the
counties of the two censuses, weighted by people, meets an urban share of none and of all (at most all homes)."""
SCHOOLING_A_COHORT = 0.09
"""Years of schooling by which a birth year is ahead of the one before: the mean of people of 15 and more rose so much a
year between the censuses of 2010 and 2020 (table china_provinces, children's schooling taken at three years)."""
URBAN_SCHOOLING = 4.8
"""Years by which people of non-agricultural registration are ahead: a line through the counties of 2010."""
LAST_BETTER_SCHOOLED = 2010
"""Last birth year that gains by the trend (assumption: nearly all finish secondary school by then)."""
FARM_TAX_END = (2003, 2006)
"""Over these years the taxes and fees of farmers fell to nothing."""
TRANSFERS_RISE = (2005, 2015)
"""Over these years cash for villagers (subsidies, pensions, minimum income) rose from nothing to its full share."""


def export_share(year: int) -> FloatArray:
    """Exports over output outside farming of coast and inland, (2, 1); after the last figure it stays."""
    at = min(year - FIRST_YEAR, len(EXPORTS_COAST) - 1)
    return np.array([[EXPORTS_COAST[at]], [EXPORTS_INLAND[at]]])


def better_homes(year: int) -> float:
    """By how much homes in cities and towns are ahead of those in villages; outside the two censuses it stays."""
    (first, early), (last, late) = HOMES.items()
    return float(np.interp(year, [first, last], [early[1] - early[0], late[1] - late[0]]))


def schooling(year: int) -> FloatArray:
    """Years of schooling of every cohort against people born in 1970, (cohorts,), without what registration adds."""
    born = year - filled(year) + (WIDTH + 1) / 2 - WIDTH * np.arange(COHORTS)
    born[0] = year - (filled(year) - 1) / 2
    return np.asarray(SCHOOLING_A_COHORT * (np.minimum(born, LAST_BETTER_SCHOOLED) - 1970))


def phase(year: int, span: tuple[int, int]) -> float:
    """How far a year has come within a span, 0 to 1."""
    return float(np.clip((year - span[0]) / (span[1] - span[0]), 0, 1))
