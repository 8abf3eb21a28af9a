"""The integrated economy calibrated to China, once for every draw of what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from symbiosis.checks import FloatArray
from symbiosis.economy.china_moments import Moment
from symbiosis.economy.parameters import CALIBRATED
from symbiosis.economy.simulation import simulate
from symbiosis.economy.start import FIRST_YEAR
from symbiosis.evidence.simulated_moments import fit_moments

PRIOR_WEIGHT = 0.1
"""How strongly a calibrated parameter is drawn to its default: it only decides where the moments do not."""
ROUNDS = 14


def calibrate(
    drawn: Mapping[str, FloatArray], moments: Sequence[Moment], *, rounds: int = ROUNDS
) -> dict[str, FloatArray]:
    """Calibrated parameters for draws of the others, by name, each (runs,); and the misfit.

    drawn: uncertain parameters, each (runs,), all of one length. misfit: root mean square miss of the fitted moments,
    in tolerances; a run that cannot feed its people from the start on has a very large one.
    """
    fitted = [m for m in moments if m.fitted]
    if not fitted:
        raise ValueError("moments hold none that is fitted; give at least one")
    last = max(m.year for m in fitted)
    parameters = list(CALIBRATED)
    runs = len(next(iter(drawn.values())))

    def simulated(values: FloatArray) -> FloatArray:
        times = values.shape[1] // runs
        everything = {name: np.tile(value, times) for name, value in drawn.items()}
        everything |= {p.name: values[k] for k, p in enumerate(parameters)}
        paths = simulate(everything, last_year=last, strict=False)
        return np.stack([getattr(paths, m.outcome)[m.year - FIRST_YEAR] for m in fitted])

    fit = fit_moments(
        simulated,
        np.repeat([[p.default] for p in parameters], runs, axis=1),
        np.array([p.lower for p in parameters]),
        np.array([p.upper for p in parameters]),
        np.array([m.value for m in fitted]),
        np.array([m.tolerance for m in fitted]),
        prior_weight=PRIOR_WEIGHT,
        rounds=rounds,
    )
    misfit = np.sqrt((fit.misses**2).mean(axis=0))
    return {**{p.name: fit.parameters[k] for k, p in enumerate(parameters)}, "misfit": misfit}
