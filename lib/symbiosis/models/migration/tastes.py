"""What the models of people who choose between countryside and city share: two parameters, each with one default."""

from __future__ import annotations

from symbiosis.parameters import FRACTION, POSITIVE, Model, Values, model, parameter


@model
class Tastes(Model):
    """How strongly income decides where people live, and what living in the city unregistered costs them."""

    # fmt: off
    hukou_cost: Values = parameter(default=0.3, label="Cost of living without local registration",
        range=(0.0, 0.9, 0.01), domain=FRACTION, display=".0%", source="assumption",
        meaning="Share of city income that a person registered elsewhere forgoes there.")
    dispersion: Values = parameter(default=1.5, label="Response to income", range=(0.5, 20.0, 0.5), domain=POSITIVE,
        display=".1f", source="Tombe and Zhu 2019 for the form; the value is an assumption",
        meaning="How strongly people follow income: high where tastes for places hardly differ.")
    # fmt: on
