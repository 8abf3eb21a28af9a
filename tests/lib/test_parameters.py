import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.parameters import POSITIVE, Model, Parameter, ParameterError, ParameterSet, Values, model
from symbiosis.parameters import parameter as field_of


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


@model
class Toy(Model):
    jobs: Values = field_of(
        default=0.2, label="Jobs", range=(0.01, 0.9, 0.01), domain=POSITIVE, meaning="Jobs.", source="assumption"
    )
    wage: Values = field_of(
        default=2, label="Wage", range=(1, 3, 0.1), meaning="Wage.", source="assumption", unit="yuan"
    )


def test_values_keep_their_shape_and_cannot_be_changed():
    given_jobs = np.array([0.1, 0.2])
    toy = Toy(jobs=given_jobs)
    given_jobs[0] = 9
    assert isinstance(toy.wage, float)
    assert toy.jobs.tolist() == [0.1, 0.2]
    assert toy.shape == (2,)
    assert [a.tolist() for a in toy.arrays("wage", "jobs")] == [[2, 2], [0.1, 0.2]]
    assert [a.shape for a in toy.arrays("wage", "jobs", axes=2)] == [(2, 1, 1)] * 2
    assert [a.shape for a in Toy().arrays(axes=1)] == [(1,)] * 2
    with pytest.raises(ValueError, match="read-only"):
        toy.jobs[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        toy.wage = 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"jobs": 0}, "'jobs' is 0; give more than 0"),
        ({"jobs": [0.1, -1, -2]}, r"'jobs' is -1 \(2 of 3 values\)"),
        ({"jobs": math.nan}, "'jobs' is not finite"),
        ({"wage": math.inf}, r"'wage' is not finite: inf; give a finite number \(yuan\)"),
        ({"jobs": "many"}, "'jobs': 'many' is not a number"),
        ({"jobs": [0.1, 0.2], "wage": [1, 2, 3]}, r"'wage' has shape \(3,\)"),
    ],
)
def test_a_model_refuses_what_its_mathematics_does_not_allow(values, words):
    with pytest.raises(ParameterError, match=words):
        Toy(**values)


def test_a_model_allows_what_lies_outside_the_range_of_sliders():
    assert Toy(jobs=50).replace(wage=-3).values() == {"jobs": 50.0, "wage": -3.0}


def test_replace_and_columns_name_what_is_wrong():
    with pytest.raises(ParameterError, match="Toy has no pay; it has jobs, wage"):
        Toy().replace(pay=1)
    frame = pd.DataFrame({"jobs": [0.1, 0.2]})
    with pytest.raises(ParameterError, match="lacks columns wage"):
        Toy.from_columns(frame)
    with pytest.raises(ParameterError, match="fixes unknown pay"):
        Toy.from_columns(frame, pay=1)
    assert Toy.from_columns(frame, wage=1).shape == (2,)


def test_a_panel_narrows_a_range_and_never_widens_it():
    jobs = Toy.parameter("jobs")
    assert jobs.narrowed(upper=0.5).upper == 0.5
    with pytest.raises(ParameterError, match="is wider than its range"):
        jobs.narrowed(upper=0.95)
    with pytest.raises(ParameterError, match="meaning cannot be changed"):
        jobs.narrowed(meaning="other")


def test_a_range_outside_the_domain_is_refused_when_the_class_is_made():
    with pytest.raises(ParameterError, match="leaves its domain"):

        @model
        class Wrong(Model):
            jobs: Values = field_of(
                default=0.2, label="Jobs", range=(0, 1, 0.1), domain=POSITIVE, meaning="Jobs.", source="us"
            )


def test_a_model_prints_its_parameters():
    assert repr(Toy(jobs=[0.1, 0.2])) == "Toy(jobs=<(2,), 0.1 to 0.2>, wage=2)"
