import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.measures import inequality as iq
from symbiosis.models.land.kuznets_process import MEASURES, KuznetsProcess


def variance_of_logs(values, weights=None):
    logs = np.log(values)
    return np.average((logs - np.average(logs, weights=weights)) ** 2, weights=weights)


OF_PEOPLE = {"gini": iq.gini, "theil_t": iq.theil_t, "theil_l": iq.theil_l, "variance_of_logs": variance_of_logs}
SPREAD = KuznetsProcess(urban_share=0.5, income_ratio=2.0, urban_spread=0.5, rural_spread=0.5)


def between(x, r, measure="gini"):
    return KuznetsProcess(urban_share=x, income_ratio=r).inequality(measure).between


def peak_share(r, measure="gini"):
    return KuznetsProcess(income_ratio=r).peak_share(measure)


def split_change(shares, ratios, measure="gini"):
    start, end = (KuznetsProcess(urban_share=x, income_ratio=r) for x, r in zip(shares, ratios, strict=True))
    return start.split_change(end, measure)


settings = st.fixed_dictionaries(
    {p.name: st.floats(p.lower, p.upper).map(lambda v: round(v, 4)) for p in KuznetsProcess.parameters()}
)
shares = st.floats(0.001, 0.999)
ratios = st.floats(0.2, 20).filter(lambda r: abs(r - 1) > 1e-3)


@pytest.mark.parametrize(("r", "share", "value"), [(3, 0.366025, 0.267949), (2.34387, 0.395105, 0.209789)])
def test_d_01_gini_peak(r, share, value):
    assert peak_share(r) == pytest.approx(share, abs=1e-6)
    assert between(peak_share(r), r) == pytest.approx(value, abs=1e-6)
    assert value == pytest.approx((np.sqrt(r) - 1) / (np.sqrt(r) + 1), abs=1e-6)


@pytest.mark.parametrize(("r", "share"), [(3, 0.323959), (2.34387, 0.361379)])
def test_d_02_theil_peak(r, share):
    assert peak_share(r, "theil_t") == pytest.approx(share, abs=1e-6)


def test_d_03_variance_of_logs():
    assert between(0.67, 2.343873, "variance_of_logs") == pytest.approx(0.160424, abs=1e-6)
    assert between(0.5, 2.343873, "variance_of_logs") == pytest.approx(0.181393, abs=1e-6)
    assert peak_share(2.343873, "variance_of_logs") == 0.5


@pytest.mark.parametrize(
    ("x", "r", "t", "l", "g"),
    [
        (0.3622, 2.78690, 0.12899, 0.12786, 0.25060),
        (0.4834, 3.33282, 0.15650, 0.17311, 0.27380),
        (0.67, 2.34387, 0.06183, 0.07135, 0.15635),
        (0.6789, 2.31035, 0.05874, 0.06785, 0.15117),
    ],
)
def test_d_04_china(x, r, t, l, g):  # noqa: E741
    assert between(x, r, "theil_t") == pytest.approx(t, abs=1e-5)
    assert between(x, r, "theil_l") == pytest.approx(l, abs=1e-5)
    assert between(x, r) == pytest.approx(g, abs=1e-5)


@pytest.mark.parametrize(
    ("year", "vintage", "x", "r"),
    [
        (2000, "old caliber", 0.3622, 2.78690),
        (2009, "old caliber", 0.4834, 3.33282),
        (2024, "new caliber", 0.67, 2.34387),
        (2025, "new caliber", 0.6789, 2.31035),
    ],
)
def test_d_04_its_inputs_are_the_official_figures(year, vintage, x, r):
    value = tables.load("china_national").set_index(["series", "vintage", "year"])["value"]
    urban, rural = (value["urban_income_per_person", vintage, year], value["rural_income_per_person", vintage, year])
    assert urban / rural == pytest.approx(r, abs=1e-5)
    assert value["urban_share", "revised", year] / 100 == pytest.approx(x, abs=1e-6)


@given(shares, ratios, st.sampled_from(MEASURES))
def test_closed_forms_are_the_measures_of_two_groups(x, r, measure):
    of_people = OF_PEOPLE[measure]([1.0, r], [1 - x, x])
    assert between(x, r, measure) == pytest.approx(of_people, rel=1e-8, abs=1e-11)


@given(ratios, st.sampled_from(MEASURES))
def test_the_peak_is_the_greatest(r, measure):
    at = float(peak_share(r, measure))
    grid = np.linspace(0, 1, 401)
    top = between(at, r, measure)
    assert (between(grid, r, measure) <= top + 1e-12).all()
    left, right = between([at - 0.01, at + 0.01], r, measure)
    assert max(left, right) < top


@pytest.mark.parametrize("measure", MEASURES)
def test_peaks_have_no_seam_at_equal_incomes(measure):
    near = peak_share([1 - 1.01e-4, 1 - 0.99e-4, 1.0, 1 + 0.99e-4, 1 + 1.01e-4], measure)
    assert near[2] == 0.5
    assert np.abs(np.diff(near)).max() < 3e-5
    assert (np.diff(near) <= 1e-9).all()


@given(shares, st.floats(1.01, 10), st.sampled_from(MEASURES))
def test_a_higher_ratio_is_more_inequality(x, r, measure):
    low, high = between(x, [r, 1.05 * r], measure)
    assert high > low


@given(shares, shares, ratios, ratios, st.sampled_from(MEASURES))
def test_the_split_adds_up_and_is_symmetric(x0, x1, r0, r1, measure):
    split = split_change((x0, x1), (r0, r1), measure)
    back = split_change((x1, x0), (r1, r0), measure)
    assert split.composition + split.ratio == pytest.approx(float(split.change), abs=1e-12)
    assert back.composition == pytest.approx(-float(split.composition), abs=1e-12)
    low, high = split.composition_range
    assert low - 1e-12 <= split.composition <= high + 1e-12
    assert split_change((x0, x0), (r0, r1), measure).composition == pytest.approx(0, abs=1e-12)
    assert split_change((x0, x1), (r0, r0), measure).ratio == pytest.approx(0, abs=1e-12)


@given(st.floats(1.1, 8), st.floats(0.01, 0.3))
def test_past_the_peak_urbanization_alone_lowers_inequality(r, step):
    start = float(peak_share(r))
    assert split_change((start, start + step), (r, r)).composition < 0
    assert split_change((max(start - step, 0), start), (r, r)).composition > 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: between(36, 3), "urban_share' is 36; give between 0 and 1"),
        (lambda: between(0.5, 0), "income_ratio' is 0"),
        (lambda: between(np.nan, 3, "theil_t"), "not finite"),
        (lambda: between([0.1, 0.2], [1, 2, 3]), "does not fit"),
        (lambda: between(0.5, 3, "atkinson"), "choose one of gini"),
        (lambda: peak_share(3, "atkinson"), "choose one of gini"),
        (lambda: peak_share(-3), "income_ratio' is -3"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# With spread inside the groups


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("spreads", [(0.6, 0.5), (0.3, 0.9), (0.0, 0.7), (1e-7, 1e-7)])
def test_agrees_with_a_million_people(measure, spreads):
    rng = np.random.default_rng(5)
    n, x, r = 1_000_000, 0.6, 2.5
    z = rng.normal(size=n)
    city = np.arange(n) < x * n
    spread = np.where(city, *spreads)
    income = np.where(city, r, 1.0) * np.exp(spread * z - spread**2 / 2)
    process = KuznetsProcess(urban_share=x, income_ratio=r, urban_spread=spreads[0], rural_spread=spreads[1])
    result = process.inequality(measure)
    # Monte Carlo errors of a million draws are below two thousandths for every measure here.
    assert result.total == pytest.approx(OF_PEOPLE[measure](income), abs=0.004)


@given(settings, st.sampled_from(MEASURES))
def test_parts_add_up_and_are_not_negative(chosen, measure):
    result = KuznetsProcess(**chosen).inequality(measure)
    assert result.total == pytest.approx(float(result.between + result.within + result.overlap), abs=1e-12)
    assert min(result.between, result.within, result.overlap) >= -1e-12
    if measure != "gini":
        assert result.overlap == 0


@given(st.floats(0.02, 0.98), st.floats(1.0, 5.0), st.sampled_from(MEASURES))
def test_without_spread_all_inequality_is_between_the_means(x, r, measure):
    result = KuznetsProcess(urban_share=x, income_ratio=r).inequality(measure)
    assert result.total == pytest.approx(float(result.between), abs=1e-12)
    assert result.total == pytest.approx(OF_PEOPLE[measure]([1.0, r], [1 - x, x]), abs=1e-11)
    assert result.within == 0


@given(settings, st.sampled_from(("gini", "theil_t", "theil_l")), st.floats(0.05, 0.5))
def test_more_spread_is_more_inequality(chosen, measure, more):
    for name in ("urban_spread", "rural_spread"):
        wider = {**chosen, name: chosen[name] + more}
        assert (
            KuznetsProcess(**wider).inequality(measure).total
            > KuznetsProcess(**chosen).inequality(measure).total - 1e-12
        )


def test_the_gini_of_one_lognormal():
    from scipy.special import ndtr

    result = KuznetsProcess(urban_share=0.4, income_ratio=1.0, urban_spread=0.6, rural_spread=0.6).inequality()
    assert result.total == pytest.approx(2 * ndtr(0.6 / np.sqrt(2)) - 1, abs=1e-12)


@given(settings)
def test_slices_keep_people_and_means_and_give_the_gini(chosen):
    income, people = KuznetsProcess(**chosen).incomes()
    assert people.sum() == pytest.approx(1, abs=1e-12)
    assert (people > 0).all()
    half = len(income) // 2
    assert income[:half].mean() == pytest.approx(1, rel=1e-9)
    assert income[half:].mean() == pytest.approx(chosen["income_ratio"], rel=1e-9)
    assert iq.gini(income, people) == pytest.approx(float(KuznetsProcess(**chosen).inequality().total), abs=0.003)


def test_draws_are_vectorized():
    x = np.linspace(0.1, 0.9, 7)
    draws = SPREAD.replace(urban_share=x[:, None], income_ratio=[2.0, 3.0], rural_spread=0.4)
    many = draws.inequality().total
    assert many.shape == (7, 2)
    one = SPREAD.replace(urban_share=x[3], income_ratio=3.0, rural_spread=0.4).inequality().total
    assert many[3, 1] == pytest.approx(float(one), abs=1e-15)
    income, people = draws.incomes(50)
    assert income.shape == people.shape == (7, 2, 100)
    alone = SPREAD.replace(urban_share=x[3], income_ratio=3.0, rural_spread=0.4).incomes(50)
    assert income[3, 1] == pytest.approx(alone[0], rel=1e-12)
    assert people[3, 1] == pytest.approx(alone[1], rel=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"urban_share": 50}, "urban_share' is 50"),
        ({"income_ratio": 0}, "income_ratio' is 0"),
        ({"urban_spread": -0.1}, "urban_spread' is -0.1"),
        ({"rural_spread": np.inf}, "rural_spread' is not finite"),
    ],
)
def test_a_process_that_cannot_be_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        SPREAD.replace(**change)


def test_the_split_leaves_spreads_aside():
    end = SPREAD.replace(urban_share=0.8, urban_spread=0.9)
    assert SPREAD.split_change(end, "variance_of_logs").change == pytest.approx(
        float(split_change((0.5, 0.8), (2.0, 2.0), "variance_of_logs").change), abs=1e-15
    )


def test_slices_must_be_some():
    with pytest.raises(ValueError, match="slices is 0"):
        KuznetsProcess().incomes(slices=0)
