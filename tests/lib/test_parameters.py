import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.parameters import Parameter, ParameterError, ParameterSet


def parameter(**changes):
    values = {
        "name": "k",
        "label": "Speed",
        "unit": "per year",
        "default": 0.05,
        "lower": 0.0,
        "upper": 0.1,
        "step": 0.01,
        "meaning": "Speed of urbanization.",
        "source": "assumption",
        "display": ".2f",
    }
    return Parameter(**(values | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"default": 0.2},
        {"default": -0.1},
        {"lower": 0.2},
        {"step": 0.0},
        {"step": -1.0},
        {"step": math.nan},
        {"default": math.nan},
        {"lower": -math.inf},
        {"upper": math.inf},
    ],
)
def test_a_wrong_declaration_is_refused_by_name(changes):
    with pytest.raises(ParameterError, match="parameter 'k'"):
        parameter(**changes)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "fast", None, 0.2, -0.01])
def test_a_wrong_value_is_refused_with_name_and_bounds(value):
    with pytest.raises(ParameterError, match=r"parameter 'k'.*0.*0\.1.*per year"):
        parameter().validate(value)


def test_rounding_of_a_slider_is_forgiven_but_no_more():
    one = parameter()
    assert one.validate(0.1 + 1e-9) == 0.1
    assert one.validate(-1e-9) == 0.0
    with pytest.raises(ParameterError):
        one.validate(0.1 + 2e-5)


@given(st.floats(0.0, 0.1))
def test_every_value_within_the_bounds_passes_unchanged(value):
    assert parameter().validate(value) == value


def test_numbers_as_text_are_read_and_shown_with_their_unit():
    assert parameter().validate("0.05") == 0.05
    assert parameter().show(0.05) == "0.05 per year"
    assert parameter(display=".1%").show(0.05) == "5.0%"
    assert parameter(unit="").show(0.05) == "0.05"


def test_a_declaration_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        parameter().default = 0.07


def test_a_set_fills_defaults_and_refuses_unknown_or_repeated_names():
    both = ParameterSet((parameter(), parameter(name="n", default=0.01)))
    assert both.defaults() == {"k": 0.05, "n": 0.01}
    assert both.validate({"n": 0.02}) == {"k": 0.05, "n": 0.02}
    assert [p.name for p in both] == ["k", "n"]
    with pytest.raises(ParameterError, match="unknown parameter 'z'; known: k, n"):
        both.validate({"z": 1.0})
    with pytest.raises(ParameterError, match="declared twice: k"):
        ParameterSet((parameter(), parameter()))
    with pytest.raises(ParameterError, match="parameter 'n'"):
        both.validate({"n": 7.0})
