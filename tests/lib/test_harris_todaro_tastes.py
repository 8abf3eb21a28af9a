import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symbiosis.models.migration import harris_todaro
from symbiosis.models.migration import harris_todaro_tastes as model

WORKED = dict(urban_wage=2.0, formal_jobs=0.2, rural_productivity=2.0, alpha=0.5, dispersion=8.0)

settings_of = st.fixed_dictionaries(
    dict(
        urban_wage=st.floats(1.0, 5.0),
        formal_jobs=st.floats(0.02, 0.8),
        rural_productivity=st.floats(0.5, 5.0),
        alpha=st.floats(0.1, 0.95),
        informal_wage=st.floats(0.0, 0.9),
        hukou_cost=st.floats(0.0, 0.8),
        dispersion=st.floats(0.5, 20.0),
    )
)


def test_without_tastes_it_is_harris_and_todaro():
    plain = {name: value for name, value in WORKED.items() if name != "dispersion"}
    limit = model.equilibrium(**(WORKED | {"dispersion": 1e6}))
    assert limit.urban == pytest.approx(float(harris_todaro.equilibrium(**plain).urban_labour), abs=1e-5)
    assert limit.outside_per_job == pytest.approx(float(harris_todaro.job_response(**plain).outside_per_job), abs=1e-4)


def test_where_nobody_minds_the_money_half_live_in_the_city():
    assert model.equilibrium(**(WORKED | {"dispersion": 1e-6})).urban == pytest.approx(0.5, abs=1e-5)


@given(settings_of)
def test_the_share_in_the_city_is_the_share_that_chooses_it(values):
    state = model.equilibrium(**values)
    assume(1e-6 < state.urban < 1 - 1e-6)  # nearer to an end, the root has too few digits for a logarithm
    appeal = values["dispersion"] * np.log(state.urban_value / state.rural_value)
    assert np.log(state.urban / (1 - state.urban)) == pytest.approx(float(appeal), abs=1e-4)
    assert state.outside_formal == pytest.approx(max(0.0, float(state.urban) - values["formal_jobs"]), abs=1e-12)


def test_a_city_that_offers_nothing_is_empty_to_the_last_digit():
    poor = {"urban_wage": 1.0, "rural_productivity": 3.0, "hukou_cost": 0.8, "dispersion": 20.0}
    state = model.equilibrium(**(WORKED | poor))
    assert state.urban == pytest.approx((0.2 / 1.5) ** 20, rel=1e-9)
    assert state.rural_value == pytest.approx(1.5, rel=1e-12)


@given(settings_of)
def test_the_response_to_a_job_is_the_derivative(values):
    step = 1e-6
    state = model.equilibrium(**(values | {"formal_jobs": values["formal_jobs"] + np.array([-step, 0.0, step])}))
    assume((state.outside_formal > 1e-5).all() and state.urban[1] < 0.999)
    slope = (state.outside_formal[2] - state.outside_formal[0]) / (2 * step)
    assert state.outside_per_job[1] == pytest.approx(slope, rel=1e-3, abs=1e-5)
    assume(abs(slope) > 1e-4)
    assert bool(state.paradox[1]) == (slope > 0)


@given(settings_of, st.sampled_from(["urban_wage", "formal_jobs", "informal_wage", "rural_productivity", "hukou_cost"]))
def test_the_city_grows_with_what_it_offers(values, cause):
    change = model.equilibrium(**(values | {cause: values[cause] + 0.05})).urban - model.equilibrium(**values).urban
    assert (-1 if cause in ("rural_productivity", "hukou_cost") else 1) * change >= -1e-12


def test_jobs_left_vacant_attract_nobody():
    state = model.equilibrium(**(WORKED | {"formal_jobs": 0.9}))
    assert (state.outside_formal, state.outside_per_job, bool(state.paradox)) == (0, 0, False)


def test_a_million_people_end_where_the_equation_does():
    state = model.equilibrium(**WORKED)
    played = model.simulate(1_000_000, rng=np.random.default_rng(1), **WORKED)
    assert played.urban[0] == 0
    assert played.urban[-1] == pytest.approx(float(state.urban), abs=0.002)
    assert played.outside_formal == pytest.approx(float(state.outside_formal), abs=0.002)


def test_the_error_falls_with_the_root_of_the_number_of_people():
    truth = float(model.equilibrium(**WORKED).urban)
    rng = np.random.default_rng(2)
    error = [
        np.sqrt(np.mean([(model.simulate(n, rng=rng, **WORKED).urban[-1] - truth) ** 2 for _ in range(200)]))
        for n in (250, 4000)
    ]
    assert error[0] / error[1] == pytest.approx(4.0, rel=0.25)


def test_the_same_seed_plays_the_same_game():
    first, second = (model.simulate(1000, rng=np.random.default_rng(3), **WORKED) for _ in range(2))
    np.testing.assert_array_equal(first.urban, second.urban)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpha": 1.0}, "alpha"),
        ({"informal_wage": 2.5}, "informal_wage is 2.5"),
        ({"hukou_cost": 1.0}, "give a value below 1"),
        ({"hukou_cost": 20.0}, "divide percent by 100"),
        ({"dispersion": 0.0}, "dispersion"),
        ({"urban_wage": np.nan}, "urban_wage"),
    ],
)
def test_bad_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        model.equilibrium(**(WORKED | change))


@pytest.mark.parametrize("change", [{"people": 1}, {"rounds": 0}, {"reconsider": 0.0}])
def test_a_game_needs_players_and_rounds(change):
    with pytest.raises(ValueError, match="give at least 2 people"):
        model.simulate(**({"people": 100, "rng": np.random.default_rng(0)} | WORKED | change))
