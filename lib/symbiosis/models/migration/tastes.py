"""What the models of people who choose between countryside and city share: two parameters, each declared once.

A field of a model that is one of them reads `dispersion: Values = response_to_income()`.
"""

from __future__ import annotations

from typing import Any

from symbiosis.parameters import FRACTION, POSITIVE, parameter


def cost_of_no_hukou() -> Any:
    """The hukou cost: the share of city income that a person registered elsewhere forgoes there."""
    return parameter(
        default=0.3, label="Cost of living without local registration", range=(0.0, 0.9, 0.01), domain=FRACTION,
        display=".0%", source="assumption",
        meaning="Share of city income that a person registered elsewhere forgoes there.",
    )  # fmt: skip


def response_to_income() -> Any:
    """The dispersion k of tastes: shares go with the k-th power of what a place is worth."""
    return parameter(
        default=1.5, label="Response to income", range=(0.5, 20.0, 0.5), domain=POSITIVE, display=".1f",
        source="Tombe and Zhu 2019 for the form; the value is an assumption",
        meaning="How strongly people follow income: high where tastes for places hardly differ.",
    )  # fmt: skip
