import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError, increasing_root
from symbiosis.models.migration import harris_todaro as model

WORKED = dict(urban_wage=2.0, formal_jobs=0.2, rural_productivity=2.0, alpha=0.5)

settings_of = st.fixed_dictionaries(
    dict(
        urban_wage=st.floats(1.0, 5.0),
        formal_jobs=st.floats(0.02, 0.8),
        rural_productivity=st.floats(0.5, 5.0),
        alpha=st.floats(0.1, 0.95),
        informal_wage=st.floats(0.0, 0.9),
        hukou_cost=st.floats(0.0, 0.8),
    )
)


def test_a_01_urban_labour_at_a_constant_rural_wage():
    labour = model.urban_labour_at_rural_wage(np.arange(10, 101, 10), urban_wage=100, formal_jobs=50_000)
    expected = [500_000, 250_000, 166_667, 125_000, 100_000, 83_333, 71_429, 62_500, 55_556, 50_000]
    assert labour == pytest.approx(expected, abs=1)
    assert labour[2] - 50_000 == pytest.approx(116_667, abs=1)


def test_a_03_worked_equilibrium():
    state = model.equilibrium(**WORKED)
    assert state.urban_labour == pytest.approx(0.327922, abs=1e-6)
    assert state.urban_labour**2 + 0.16 * state.urban_labour - 0.16 == pytest.approx(0, abs=1e-13)
    assert state.rural_wage == pytest.approx(1.219804, abs=1e-6)
    assert state.outside_formal == pytest.approx(0.127922, abs=1e-6)
    assert state.outside_share == pytest.approx(0.390098, abs=1e-6)
    assert state.outside_share == pytest.approx(1 - state.rural_wage / 2.0, abs=1e-12)


def test_a_04_todaro_paradox_in_numbers_while_the_rate_falls():
    response = model.job_response(**WORKED)
    assert response.elasticity == pytest.approx(1 / (1 + 0.243961), abs=1e-6)
    assert response.migrants_per_job == pytest.approx(1.318054, abs=1e-5)
    assert response.outside_per_job == pytest.approx(0.318054, abs=1e-5)
    assert response.paradox
    more = model.equilibrium(**(WORKED | {"formal_jobs": 0.21}))
    assert more.outside_share == pytest.approx(0.384094, abs=1e-5)
    assert more.outside_formal > model.equilibrium(**WORKED).outside_formal


@given(settings_of)
def test_equilibrium_conserves_people_and_equalizes_what_migrants_expect(values):
    state = model.equilibrium(**values)
    assert state.urban_labour + state.rural_labour == pytest.approx(1.0, abs=1e-15)
    assert state.formal_employment + state.outside_formal == pytest.approx(float(state.urban_labour), abs=1e-15)
    assert state.formal_employment <= values["formal_jobs"]
    net = (1 - values["hukou_cost"]) * state.expected_urban_wage
    if state.urban_labour > 0 and state.rural_labour > 1e-9:
        assert state.rural_wage == pytest.approx(float(net), rel=1e-4)
    elif state.urban_labour == 0:
        assert state.rural_wage >= net
    if state.formal_employment < values["formal_jobs"]:
        assert not state.jobs_rationed
        assert state.outside_formal == 0


@given(settings_of)
def test_job_response_is_the_derivative_of_the_equilibrium(values):
    step = 1e-6
    jobs = values["formal_jobs"] + np.array([-step, 0.0, step])
    state = model.equilibrium(**(values | {"formal_jobs": jobs}))
    assume(state.jobs_rationed.all() and state.rural_labour[1] > 1e-3 and values["urban_wage"] > 1.05)
    response = model.job_response(**values)
    slope = (state.urban_labour[2] - state.urban_labour[0]) / (2 * step)
    assert response.migrants_per_job == pytest.approx(slope, rel=1e-4, abs=1e-6)
    output_slope = (state.output[2] - state.output[0]) / (2 * step)
    assert response.output_per_job == pytest.approx(output_slope, rel=1e-4, abs=1e-5)
    change = state.outside_formal[2] - state.outside_formal[0]
    assume(abs(change) > 1e-10)
    assert bool(response.paradox) == (change > 0)


@given(settings_of, st.sampled_from(["urban_wage", "formal_jobs", "informal_wage", "rural_productivity", "hukou_cost"]))
def test_migration_is_monotone_in_each_cause(values, cause):
    raised = values | {cause: values[cause] + 0.05}
    change = model.equilibrium(**raised).urban_labour - model.equilibrium(**values).urban_labour
    sign = -1 if cause in ("rural_productivity", "hukou_cost") else 1
    assert sign * change >= -1e-13


def test_jobs_stay_vacant_where_the_formal_wage_is_too_low():
    state = model.equilibrium(**(WORKED | {"urban_wage": 1.1, "formal_jobs": 0.5}))
    assert not state.jobs_rationed
    assert state.urban_labour == pytest.approx(1 - 1.1**-2, abs=1e-12)
    response = model.job_response(**(WORKED | {"urban_wage": 1.1, "formal_jobs": 0.5}))
    assert (response.migrants_per_job, response.outside_per_job, response.output_per_job) == (0, 0, 0)


def test_nobody_moves_where_the_city_pays_less_than_the_farm():
    state = model.equilibrium(**(WORKED | {"urban_wage": 0.9}))
    assert state.urban_labour == 0
    assert state.outside_share == 0
    assert state.output == pytest.approx(2.0)


def test_a_million_people_scale_and_draws_broadcast():
    draws = model.equilibrium(
        **(WORKED | {"formal_jobs": 0.2e6, "rural_productivity": 2e3, "labour_force": 1e6, "hukou_cost": [0, 0.2, 0.4]})
    )
    assert draws.urban_labour[0] == pytest.approx(327_922, abs=1)
    assert (np.diff(draws.urban_labour) < 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpha": 1.0}, "alpha"),
        ({"informal_wage": 2.5}, "informal_wage is 2.5"),
        ({"hukou_cost": 20.0}, "divide percent by 100"),
        ({"urban_wage": np.nan}, "urban_wage"),
        ({"formal_jobs": -0.1}, "formal_jobs"),
    ],
)
def test_bad_input_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        model.equilibrium(**(WORKED | change))
    with pytest.raises(ValueError, match=message):
        model.job_response(**(WORKED | change))


def test_a_rural_wage_above_the_urban_one_is_refused():
    with pytest.raises(ValueError, match="rural_wage is 120"):
        model.urban_labour_at_rural_wage(120, urban_wage=100, formal_jobs=1)


def test_declared_parameters_are_the_arguments():
    assert model.equilibrium(**model.PARAMETERS.defaults()).jobs_rationed
    corners = {p.name: np.array([p.lower, p.upper]) for p in model.PARAMETERS}
    grid = dict(zip(corners, np.meshgrid(*corners.values()), strict=True))
    state = model.equilibrium(**grid)
    assert np.isfinite(state.output).all()


def test_root_finder_refuses_a_bracket_without_a_root():
    with pytest.raises(EquilibriumError, match="no share between 0 and 1"):
        increasing_root(lambda x: x + 1, np.zeros(3), np.ones(3), what="share")
    assert increasing_root(lambda x: x**3 - 0.125, np.zeros(2), np.ones(2), what="x") == pytest.approx(0.5, abs=1e-13)
