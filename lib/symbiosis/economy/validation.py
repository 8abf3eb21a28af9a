"""An event the model was not fitted to: how many leave where earnings fall, as in the bust of mining."""

from __future__ import annotations

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.model import Economy


def residents_per_output(economy: Economy, *, fall: float = 0.17, year: int = 2020) -> FloatArray:
    """Percent fewer residents, inland against coast, for one percent less output, in every draw (draws...).

    Productivity of inland cities and towns falls for good from 2013 to 2016 by fall (in logs), as in the years in which
    mining cities lost theirs; the year is that of the next census. ValueError for a fall that is not positive.
    """
    if not fall > 0:
        raise ValueError(f"fall is {fall:g}; give a positive number of logs")
    change = {}
    for name, shock in (("without", 0.0), ("with", -fall)):
        found = economy.replace(inland_shock=shock).simulate(year, strict=False).at(year)
        inland, coast = 1 - found["coast_share"], found["coast_share"]
        output = (found["inland_output"] * inland) / (found["coast_output"] * coast)
        change[name] = np.log(inland / coast), np.log(output)
    residents, output = (after - before for before, after in zip(change["without"], change["with"], strict=True))
    return np.asarray(residents / output)
