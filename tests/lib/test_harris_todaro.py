import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symbiosis.models.equilibrium import EquilibriumError, increasing_root
from symbiosis.models.migration.harris_todaro import HarrisTodaro
from symbiosis.parameters import ParameterError

WORKED = HarrisTodaro(urban_wage=2.0, formal_jobs=0.2, rural_productivity=2.0, alpha=0.5, hukou_cost=0, tastes=False)
TASTES = WORKED.replace(dispersion=8.0, tastes=True)
PLAIN = [p.name for p in HarrisTodaro.parameters() if p.name != "dispersion"]

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
tastes_of = st.tuples(settings_of, st.floats(0.5, 20.0)).map(lambda drawn: drawn[0] | {"dispersion": drawn[1]})
causes = st.sampled_from(["urban_wage", "formal_jobs", "informal_wage", "rural_productivity", "hukou_cost"])


def test_a_01_urban_labour_at_a_constant_rural_wage():
    lottery = HarrisTodaro(urban_wage=100, formal_jobs=50_000, hukou_cost=0)
    labour = lottery.urban_labour_at_rural_wage(np.arange(10, 101, 10))
    expected = [500_000, 250_000, 166_667, 125_000, 100_000, 83_333, 71_429, 62_500, 55_556, 50_000]
    assert labour == pytest.approx(expected, abs=1)
    assert labour[2] - 50_000 == pytest.approx(116_667, abs=1)


def test_a_03_worked_equilibrium():
    state = WORKED.equilibrium()
    assert state.urban_labour == pytest.approx(0.327922, abs=1e-6)
    assert state.urban_labour**2 + 0.16 * state.urban_labour - 0.16 == pytest.approx(0, abs=1e-13)
    assert state.rural_wage == pytest.approx(1.219804, abs=1e-6)
    assert state.outside_formal == pytest.approx(0.127922, abs=1e-6)
    assert state.outside_share == pytest.approx(0.390098, abs=1e-6)
    assert state.outside_share == pytest.approx(1 - state.rural_wage / 2.0, abs=1e-12)


def test_a_04_todaro_paradox_in_numbers_while_the_rate_falls():
    response = WORKED.job_response()
    assert response.elasticity == pytest.approx(1 / (1 + 0.243961), abs=1e-6)
    assert response.migrants_per_job == pytest.approx(1.318054, abs=1e-5)
    assert response.outside_per_job == pytest.approx(0.318054, abs=1e-5)
    assert response.paradox
    more = WORKED.replace(**{"formal_jobs": 0.21}).equilibrium()
    assert more.outside_share == pytest.approx(0.384094, abs=1e-5)
    assert more.outside_formal > WORKED.equilibrium().outside_formal


@given(settings_of)
def test_equilibrium_conserves_people_and_equalizes_what_migrants_expect(values):
    state = WORKED.replace(**values).equilibrium()
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
    state = WORKED.replace(**(values | {"formal_jobs": jobs})).equilibrium()
    assume(state.jobs_rationed.all() and state.rural_labour[1] > 1e-3 and values["urban_wage"] > 1.05)
    response = WORKED.replace(**values).job_response()
    slope = (state.urban_labour[2] - state.urban_labour[0]) / (2 * step)
    assert response.migrants_per_job == pytest.approx(slope, rel=1e-4, abs=1e-6)
    output_slope = (state.output[2] - state.output[0]) / (2 * step)
    assert response.output_per_job == pytest.approx(output_slope, rel=1e-4, abs=1e-5)
    change = state.outside_formal[2] - state.outside_formal[0]
    assume(abs(change) > 1e-10)
    assert bool(response.paradox) == (change > 0)


@given(settings_of, causes)
def test_migration_is_monotone_in_each_cause(values, cause):
    raised = values | {cause: values[cause] + 0.05}
    change = WORKED.replace(**raised).equilibrium().urban_labour - WORKED.replace(**values).equilibrium().urban_labour
    sign = -1 if cause in ("rural_productivity", "hukou_cost") else 1
    assert sign * change >= -1e-13


def test_jobs_stay_vacant_where_the_formal_wage_is_too_low():
    state = WORKED.replace(**{"urban_wage": 1.1, "formal_jobs": 0.5}).equilibrium()
    assert not state.jobs_rationed
    assert state.urban_labour == pytest.approx(1 - 1.1**-2, abs=1e-12)
    response = WORKED.replace(**{"urban_wage": 1.1, "formal_jobs": 0.5}).job_response()
    assert (response.migrants_per_job, response.outside_per_job, response.output_per_job) == (0, 0, 0)


def test_nobody_moves_where_the_city_pays_less_than_the_farm():
    state = WORKED.replace(**{"urban_wage": 0.9}).equilibrium()
    assert state.urban_labour == 0
    assert state.outside_share == 0
    assert state.output == pytest.approx(2.0)


def test_draws_broadcast():
    draws = WORKED.replace(hukou_cost=[0, 0.2, 0.4]).equilibrium()
    assert draws.urban_labour[0] == pytest.approx(0.327922, abs=1e-6)
    assert (np.diff(draws.urban_labour) < 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpha": 1.0}, "alpha"),
        ({"informal_wage": 2.5}, "informal_wage is 2.5"),
        ({"hukou_cost": 20.0}, "'hukou_cost' is 20; give between 0 and 1"),
        ({"urban_wage": np.nan}, "urban_wage"),
        ({"formal_jobs": -0.1}, "formal_jobs"),
        ({"dispersion": 0.0}, "dispersion"),
    ],
)
@pytest.mark.parametrize("tastes", [False, True])
def test_bad_input_is_named(change, message, tastes):
    with pytest.raises(ValueError, match=message):
        WORKED.replace(**change, tastes=tastes).equilibrium()
    with pytest.raises(ValueError, match=message):
        WORKED.replace(**change, tastes=tastes).job_response()


def test_draws_without_an_equilibrium_are_masked_and_leave_the_others():
    draws = TASTES.replace(informal_wage=[0.0, 2.5, 0.1], hukou_cost=[0.0, 0.0, 1.0])
    assert draws.admissible().tolist() == [True, False, False]
    assert draws.replace(tastes=False).admissible().tolist() == [True, False, True]
    with pytest.raises(EquilibriumError, match=r"informal_wage is 2\.5"):
        draws.equilibrium()
    with pytest.raises(EquilibriumError, match="give a value below 1"):
        TASTES.replace(hukou_cost=1.0).equilibrium()
    assert WORKED.replace(hukou_cost=1.0).equilibrium().urban_labour == 0


def test_a_rural_wage_above_the_urban_one_is_refused():
    with pytest.raises(EquilibriumError, match="rural_wage is 120"):
        HarrisTodaro(urban_wage=100, formal_jobs=1, hukou_cost=0).urban_labour_at_rural_wage(120)


def test_urban_labour_at_a_rural_wage_agrees_with_the_equilibrium():
    economy = WORKED.replace(informal_wage=0.3, hukou_cost=0.1)
    state = economy.equilibrium()
    assert economy.urban_labour_at_rural_wage(state.rural_wage) == pytest.approx(float(state.urban_labour), rel=1e-9)
    with pytest.raises(EquilibriumError, match=r"rural_wage is 0\.2, no more than informal work pays"):
        economy.urban_labour_at_rural_wage(0.2)


def test_an_equilibrium_exists_over_the_declared_ranges():
    assert WORKED.replace(**HarrisTodaro.parameters().defaults()).equilibrium().jobs_rationed
    corners = {p.name: np.array([p.lower, p.upper]) for p in HarrisTodaro.parameters().only(*PLAIN)}
    grid = dict(zip(corners, np.meshgrid(*corners.values()), strict=True))
    state = WORKED.replace(**grid).equilibrium()
    assert np.isfinite(state.output).all()


def test_without_tastes_it_is_harris_and_todaro():
    limit = TASTES.replace(dispersion=1e6)
    assert limit.equilibrium().urban_labour == pytest.approx(float(WORKED.equilibrium().urban_labour), abs=1e-5)
    job, expected = limit.job_response(), WORKED.job_response()
    assert job.outside_per_job == pytest.approx(float(expected.outside_per_job), abs=1e-4)
    assert job.output_per_job == pytest.approx(float(expected.output_per_job), abs=1e-4)


def test_where_nobody_minds_the_money_half_live_in_the_city():
    assert TASTES.replace(dispersion=1e-6).equilibrium().urban_labour == pytest.approx(0.5, abs=1e-5)


@given(tastes_of)
def test_the_share_in_the_city_is_the_share_that_chooses_it(values):
    state = TASTES.replace(**values).equilibrium()
    assume(1e-6 < state.urban_labour < 1 - 1e-6)  # nearer to an end, the root has too few digits for a logarithm
    city = (1 - values["hukou_cost"]) * state.expected_urban_wage
    appeal = values["dispersion"] * np.log(city / state.rural_wage)
    assert np.log(state.urban_labour / (1 - state.urban_labour)) == pytest.approx(float(appeal), abs=1e-4)
    assert state.outside_formal == pytest.approx(max(0.0, float(state.urban_labour) - values["formal_jobs"]), abs=1e-12)


def test_a_city_that_offers_nothing_is_empty_to_the_last_digit():
    poor = {"urban_wage": 1.0, "rural_productivity": 3.0, "hukou_cost": 0.8, "dispersion": 20.0}
    state = TASTES.replace(**poor).equilibrium()
    assert state.urban_labour == pytest.approx((0.2 / 1.5) ** 20, rel=1e-9)
    assert state.rural_wage == pytest.approx(1.5, rel=1e-12)


@given(tastes_of)
def test_the_response_to_a_job_is_the_derivative(values):
    step = 1e-6
    jobs = values["formal_jobs"] + np.array([-step, 0.0, step])
    economy = TASTES.replace(**(values | {"formal_jobs": jobs}))
    state, response = economy.equilibrium(), economy.job_response()
    assume((state.outside_formal > 1e-5).all() and state.urban_labour[1] < 0.999)
    slope = (state.outside_formal[2] - state.outside_formal[0]) / (2 * step)
    assert response.outside_per_job[1] == pytest.approx(slope, rel=1e-3, abs=1e-5)
    assume(abs(slope) > 1e-4)
    assert bool(response.paradox[1]) == (slope > 0)


@given(tastes_of, causes)
def test_the_city_grows_with_what_it_offers(values, cause):
    raised = TASTES.replace(**(values | {cause: values[cause] + 0.05})).equilibrium()
    change = raised.urban_labour - TASTES.replace(**values).equilibrium().urban_labour
    assert (-1 if cause in ("rural_productivity", "hukou_cost") else 1) * change >= -1e-12


def test_jobs_left_vacant_attract_nobody():
    economy = TASTES.replace(formal_jobs=0.9)
    response = economy.job_response()
    assert economy.equilibrium().outside_formal == 0
    assert (response.outside_per_job, bool(response.paradox)) == (0, False)


def test_a_million_people_end_where_the_equation_does():
    state = TASTES.equilibrium()
    played = TASTES.simulate(1_000_000, rng=np.random.default_rng(1))
    assert played.urban_labour[0] == 0
    assert played.urban_labour[-1] == pytest.approx(float(state.urban_labour), abs=0.002)
    assert played.outside_formal == pytest.approx(float(state.outside_formal), abs=0.002)


def test_the_error_falls_with_the_root_of_the_number_of_people():
    truth = float(TASTES.equilibrium().urban_labour)
    rng = np.random.default_rng(2)
    error = [
        np.sqrt(np.mean([(TASTES.simulate(n, rng=rng).urban_labour[-1] - truth) ** 2 for _ in range(200)]))
        for n in (250, 4000)
    ]
    assert error[0] / error[1] == pytest.approx(4.0, rel=0.25)


def test_the_same_seed_plays_the_same_game():
    first, second = (TASTES.simulate(1000, rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.urban_labour, second.urban_labour)


@pytest.mark.parametrize("change", [{"people": 1}, {"rounds": 0}, {"reconsider": 0.0}])
def test_a_game_needs_players_and_rounds(change):
    with pytest.raises(ValueError, match="give at least 2 people"):
        TASTES.simulate(**({"people": 100, "rng": np.random.default_rng(0)} | change))


@pytest.mark.parametrize("economy", [WORKED, TASTES.replace(hukou_cost=[0.0, 0.1])])
def test_a_game_is_of_one_economy_with_tastes(economy):
    with pytest.raises(ParameterError, match="give single numbers and tastes=True"):
        economy.simulate(100, rng=np.random.default_rng(0))


def test_root_finder_refuses_a_bracket_without_a_root():
    with pytest.raises(EquilibriumError, match="no share between 0 and 1"):
        increasing_root(lambda x: x + 1, np.zeros(3), np.ones(3), what="share")
    assert increasing_root(lambda x: x**3 - 0.125, np.zeros(2), np.ones(2), what="x") == pytest.approx(0.5, abs=1e-13)
