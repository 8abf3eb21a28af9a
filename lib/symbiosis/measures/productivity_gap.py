"""The agricultural productivity gap: output per worker outside agriculture over output per worker inside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, fraction_array, positive_array, same_shape


def agricultural_productivity_gap(value_added_share: npt.ArrayLike, employment_share: npt.ArrayLike) -> FloatArray:
    """Gap [(1 - v) / (1 - l)] / [v / l] from agriculture's shares of value added and employment; shapes broadcast.

    1 means equal productivity. ValueError unless both are fractions strictly between 0 and 1.
    Source: Gollin, Lagakos and Waugh 2014.
    """
    v, labour = same_shape(
        value_added_share=fraction_array("value_added_share", value_added_share, open_interval=True),
        employment_share=fraction_array("employment_share", employment_share, open_interval=True),
    )
    return np.asarray((1 - v) / (1 - labour) / (v / labour))


def adjusted_gap(
    gap: npt.ArrayLike, *, hours_ratio: npt.ArrayLike = 1.0, human_capital_ratio: npt.ArrayLike = 1.0
) -> FloatArray:
    """Gap per hour and per unit of human capital; shapes broadcast.

    hours_ratio, human_capital_ratio: per worker, outside agriculture over inside it. Source: Gollin, Lagakos and
    Waugh 2014.
    """
    raw, hours, skill = same_shape(
        gap=positive_array("gap", gap),
        hours_ratio=positive_array("hours_ratio", hours_ratio),
        human_capital_ratio=positive_array("human_capital_ratio", human_capital_ratio),
    )
    return np.asarray(raw / (hours * skill))


def gap_after_selection(gap: npt.ArrayLike, *, keep_share: npt.ArrayLike) -> FloatArray:
    """Gap that remains when only keep_share of its logarithm is not due to who works where: gap^keep_share.

    keep_share: fraction of the log gap left when people are compared with themselves (individual fixed effects,
    Hamory, Kleemans, Li and Miguel 2021); shapes broadcast.
    """
    raw, keep = same_shape(gap=positive_array("gap", gap), keep_share=fraction_array("keep_share", keep_share))
    return np.asarray(raw**keep)
