"""The United Nations projection of the urban share: the urban-rural growth difference stays as it was."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, fraction_array, same_shape


def project_share(share: npt.ArrayLike, growth_difference: npt.ArrayLike, years: npt.ArrayLike) -> FloatArray:
    """Urban share after so many years with a constant urban-rural growth difference.

    logit(share) moves along a straight line with slope growth_difference (per year). share: fraction in (0,
    1); years: negative looks back; shapes broadcast. Source: Panel on Urban Population Dynamics 2003,
    Cities Transformed, appendix D.
    The United Nations also draw the difference towards a norm that depends on the share; that step is in
    evidence.forecasts.norm_drift.
    """
    p, d, t = same_shape(
        share=fraction_array("share", share, open_interval=True),
        growth_difference=finite_array("growth_difference", growth_difference),
        years=finite_array("years", years),
    )
    return np.asarray(1 / (1 + (1 - p) / p * np.exp(-d * t)))
