import numpy as np
import pandas as pd
import pytest

from symbiosis import checks
from symbiosis.models.equilibrium import EquilibriumError, refuse

TABLE = pd.DataFrame({"place": ["A", "B", "A"], "year": [2001, 2001, 2001]})


@pytest.mark.parametrize("bad", [[1.0, float("nan")], [float("inf"), 1.0], [1.0, -float("inf")]])
def test_values_that_are_not_finite_are_named_with_their_position(bad):
    with pytest.raises(ValueError, match=r"shares.*not finite.*position [01].*drop or fill"):
        checks.finite_array("shares", bad)


def test_text_missing_and_empty_arrays_are_refused():
    with pytest.raises(ValueError, match="shares must hold numbers"):
        checks.finite_array("shares", ["a", "b"])
    with pytest.raises(ValueError, match="shares holds 0 values"):
        checks.finite_array("shares", [])
    with pytest.raises(ValueError, match="not finite"):
        checks.finite_array("shares", [None, 1.0])
    with pytest.raises(ValueError, match="2 dimensions"):
        checks.finite_array("shares", [[1.0, 2.0]], ndim=1)


def test_percent_is_recognised_where_a_fraction_is_wanted():
    with pytest.raises(ValueError, match=r"share is 45\.3; shares are fractions: divide percent by 100"):
        checks.fraction_array("share", [0.4, 45.3])
    with pytest.raises(ValueError, match="between 0 and 1"):
        checks.fraction_array("share", -0.1)
    with pytest.raises(ValueError, match="strictly"):
        checks.fraction_array("share", [0.2, 1.0], open_interval=True)
    assert checks.fraction_array("share", [0, 1]).tolist() == [0.0, 1.0]


def test_one_number_is_checked():
    for bad in ("x", None, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"^k is"):
            checks.finite_number("k", bad)
    assert checks.finite_number("k", np.float32(2)) == 2.0


def test_positive_and_zero():
    with pytest.raises(ValueError, match="more than zero"):
        checks.positive_array("people", [1, 0])
    assert checks.positive_array("people", [1, 0], zero_allowed=True).tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="zero or more"):
        checks.positive_array("people", [1, -1], zero_allowed=True)


def test_lengths_and_shapes_are_named():
    with pytest.raises(ValueError, match="years holds 2 values and share holds 3"):
        checks.same_length(years=np.zeros(2), share=np.zeros(3))
    with pytest.raises(ValueError, match=r"a \(2,\), b \(3,\)"):
        checks.same_shape(a=np.zeros(2), b=np.zeros(3))


def test_steps_of_time_end_at_the_horizon():
    times, width = checks.time_steps(10, 0.25)
    assert (times[0], times[-1], len(times), width) == (0.0, 10.0, 41, 0.25)
    for horizon, step in ((1, 2), (1, 0), (1, -1)):
        with pytest.raises(ValueError, match="give 0 < step <= horizon"):
            checks.time_steps(horizon, step)


def test_what_has_no_equilibrium_is_refused_by_its_first_case():
    refuse(np.array([False, False]), "never said")
    with pytest.raises(EquilibriumError, match="wage is 3 and rent 7 in 2 of 3 cases"):
        refuse(np.array([False, True, True]), "wage is {:g} and rent {:g} in {cases}", np.array([1, 3, 5]), np.array(7))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: checks.confidence_level(95), "level is 95; give a fraction between 0 and 1"),
        (lambda: checks.positive_number("side", 0), "side is 0; every value must be more than zero"),
        (lambda: checks.one_of("kind", "c", ("a", "b")), "kind is 'c'; choose one of a, b"),
        (lambda: checks.at_least(99, draws=100, resamples=9), "resamples is 9; give at least 99"),
        (lambda: checks.at_least(0, penalty=float("nan")), "penalty is nan"),
        (lambda: checks.known_columns("frame", TABLE, ["place", "x"]), "frame has no column x; it has place, year"),
        (lambda: checks.known_columns("frame", TABLE, ["x"], remedy="load it"), "frame has no column x; load it"),
        (lambda: checks.one_row_each("frame", TABLE, ["place", "year"]), "1 repeated rows, the first for A in 2001"),
        (lambda: checks.fraction_array("share", [0.1], ndim=2), "share has 1 dimensions"),
        (lambda: checks.positive_array("size", [1], min_size=2), "size holds 1 values; at least 2"),
    ],
)
def test_what_is_wrong_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_what_is_right_passes():
    checks.one_of("kind", None, ("a", None))
    checks.known_columns("frame", TABLE, TABLE.columns)
    checks.one_row_each("frame", TABLE.iloc[:2], ["place", "year"])
    assert checks.confidence_level(0.9) == 0.9
