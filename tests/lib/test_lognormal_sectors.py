import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.measures import inequality as iq
from symbiosis.measures import kuznets_process as kp
from symbiosis.models.land import lognormal_sectors as ls

OF_PEOPLE = {"gini": iq.gini, "theil_t": iq.theil_t, "theil_l": iq.theil_l, "variance_of_logs": iq.variance_of_logs}
settings = st.fixed_dictionaries(
    {p.name: st.floats(p.lower, p.upper).map(lambda v: round(v, 4)) for p in ls.PARAMETERS}
)


@pytest.mark.parametrize("measure", ls.MEASURES)
@pytest.mark.parametrize("spreads", [(0.6, 0.5), (0.3, 0.9), (0.0, 0.7), (1e-7, 1e-7)])
def test_agrees_with_a_million_people(measure, spreads):
    rng = np.random.default_rng(5)
    n, x, r = 1_000_000, 0.6, 2.5
    z = rng.normal(size=n)
    city = np.arange(n) < x * n
    spread = np.where(city, *spreads)
    income = np.where(city, r, 1.0) * np.exp(spread * z - spread**2 / 2)
    result = ls.inequality(
        urban_share=x, income_ratio=r, urban_spread=spreads[0], rural_spread=spreads[1], measure=measure
    )
    # Monte Carlo errors of a million draws are below two thousandths for every measure here.
    assert result.total == pytest.approx(OF_PEOPLE[measure](income), abs=0.004)


@given(settings, st.sampled_from(ls.MEASURES))
def test_parts_add_up_and_are_not_negative(chosen, measure):
    result = ls.inequality(**chosen, measure=measure)
    assert result.total == pytest.approx(float(result.between + result.within + result.overlap), abs=1e-12)
    assert min(result.between, result.within, result.overlap) >= -1e-12
    if measure != "gini":
        assert result.overlap == 0


@given(st.floats(0.02, 0.98), st.floats(1.0, 5.0), st.sampled_from(ls.MEASURES))
def test_without_spread_it_is_the_kuznets_process(x, r, measure):
    result = ls.inequality(urban_share=x, income_ratio=r, urban_spread=0, rural_spread=0, measure=measure)
    assert result.total == pytest.approx(float(kp.between_inequality(x, r, measure=measure)), abs=1e-12)
    assert result.within == 0


@given(settings, st.sampled_from(("gini", "theil_t", "theil_l")), st.floats(0.05, 0.5))
def test_more_spread_is_more_inequality(chosen, measure, more):
    for name in ("urban_spread", "rural_spread"):
        wider = {**chosen, name: chosen[name] + more}
        assert ls.inequality(**wider, measure=measure).total > ls.inequality(**chosen, measure=measure).total - 1e-12


def test_the_gini_of_one_lognormal():
    from scipy.special import ndtr

    result = ls.inequality(urban_share=0.4, income_ratio=1.0, urban_spread=0.6, rural_spread=0.6)
    assert result.total == pytest.approx(2 * ndtr(0.6 / np.sqrt(2)) - 1, abs=1e-12)


@given(settings)
def test_slices_keep_people_and_means_and_give_the_gini(chosen):
    income, people = ls.incomes(**chosen)
    assert people.sum() == pytest.approx(1, abs=1e-12)
    assert (people > 0).all()
    half = len(income) // 2
    assert income[:half].mean() == pytest.approx(1, rel=1e-9)
    assert income[half:].mean() == pytest.approx(chosen["income_ratio"], rel=1e-9)
    assert iq.gini(income, people) == pytest.approx(float(ls.inequality(**chosen).total), abs=0.003)


def test_draws_are_vectorized():
    x = np.linspace(0.1, 0.9, 7)
    many = ls.inequality(urban_share=x[:, None], income_ratio=[2.0, 3.0], urban_spread=0.5, rural_spread=0.4).total
    assert many.shape == (7, 2)
    one = ls.inequality(urban_share=x[3], income_ratio=3.0, urban_spread=0.5, rural_spread=0.4).total
    assert many[3, 1] == pytest.approx(float(one), abs=1e-15)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"urban_share": 50}, "urban_share is 50; shares are fractions"),
        ({"income_ratio": 0}, "income_ratio is 0"),
        ({"urban_spread": -0.1}, "urban_spread is -0.1"),
        ({"rural_spread": np.inf}, "rural_spread holds 1 values that are not finite"),
        ({"measure": "atkinson"}, "choose one of gini"),
    ],
)
def test_bad_input_is_named(change, words):
    base = {"urban_share": 0.5, "income_ratio": 2.0, "urban_spread": 0.5, "rural_spread": 0.5}
    with pytest.raises(ValueError, match=words):
        ls.inequality(**{**base, **change})
    if "measure" not in change:
        with pytest.raises(ValueError, match=words):
            ls.incomes(**{**base, **change})


def test_slices_must_be_some():
    with pytest.raises(ValueError, match="slices is 0"):
        ls.incomes(**ls.PARAMETERS.defaults(), slices=0)
