import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis import tables
from symbiosis.measures import inequality as iq
from symbiosis.measures import kuznets_process as kp

MEASURES = ("gini", "theil_t", "theil_l", "variance_of_logs")
OF_PEOPLE = {"gini": iq.gini, "theil_t": iq.theil_t, "theil_l": iq.theil_l, "variance_of_logs": iq.variance_of_logs}

shares = st.floats(0.001, 0.999)
ratios = st.floats(0.2, 20).filter(lambda r: abs(r - 1) > 1e-3)


@pytest.mark.parametrize(("r", "share", "value"), [(3, 0.366025, 0.267949), (2.34387, 0.395105, 0.209789)])
def test_d_01_gini_peak(r, share, value):
    assert kp.peak_share(r) == pytest.approx(share, abs=1e-6)
    assert kp.between_gini(kp.peak_share(r), r) == pytest.approx(value, abs=1e-6)
    assert value == pytest.approx((np.sqrt(r) - 1) / (np.sqrt(r) + 1), abs=1e-6)


@pytest.mark.parametrize(("r", "share"), [(3, 0.323959), (2.34387, 0.361379)])
def test_d_02_theil_peak(r, share):
    assert kp.peak_share(r, measure="theil_t") == pytest.approx(share, abs=1e-6)


def test_d_03_variance_of_logs():
    assert kp.between_variance_of_logs(0.67, 2.343873) == pytest.approx(0.160424, abs=1e-6)
    assert kp.between_variance_of_logs(0.5, 2.343873) == pytest.approx(0.181393, abs=1e-6)
    assert kp.peak_share(2.343873, measure="variance_of_logs") == 0.5


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
    assert kp.between_theil_t(x, r) == pytest.approx(t, abs=1e-5)
    assert kp.between_theil_l(x, r) == pytest.approx(l, abs=1e-5)
    assert kp.between_gini(x, r) == pytest.approx(g, abs=1e-5)


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
    assert kp.between_inequality(x, r, measure=measure) == pytest.approx(of_people, rel=1e-8, abs=1e-11)


@given(ratios, st.sampled_from(MEASURES))
def test_the_peak_is_the_greatest(r, measure):
    at = float(kp.peak_share(r, measure=measure))
    grid = np.linspace(0, 1, 401)
    top = kp.between_inequality(at, r, measure=measure)
    assert (kp.between_inequality(grid, r, measure=measure) <= top + 1e-12).all()
    left, right = kp.between_inequality([at - 0.01, at + 0.01], r, measure=measure)
    assert max(left, right) < top


@pytest.mark.parametrize("measure", MEASURES)
def test_peaks_have_no_seam_at_equal_incomes(measure):
    near = kp.peak_share([1 - 1.01e-4, 1 - 0.99e-4, 1.0, 1 + 0.99e-4, 1 + 1.01e-4], measure=measure)
    assert near[2] == 0.5
    assert np.abs(np.diff(near)).max() < 3e-5
    assert (np.diff(near) <= 1e-9).all()


@given(shares, st.floats(1.01, 10), st.sampled_from(MEASURES))
def test_a_higher_ratio_is_more_inequality(x, r, measure):
    low, high = kp.between_inequality(x, [r, 1.05 * r], measure=measure)
    assert high > low


@given(shares, shares, ratios, ratios, st.sampled_from(MEASURES))
def test_the_split_adds_up_and_is_symmetric(x0, x1, r0, r1, measure):
    split = kp.split_change((x0, x1), (r0, r1), measure=measure)
    back = kp.split_change((x1, x0), (r1, r0), measure=measure)
    assert split.composition + split.ratio == pytest.approx(float(split.change), abs=1e-12)
    assert back.composition == pytest.approx(-float(split.composition), abs=1e-12)
    low, high = split.composition_range
    assert low - 1e-12 <= split.composition <= high + 1e-12
    assert kp.split_change((x0, x0), (r0, r1), measure=measure).composition == pytest.approx(0, abs=1e-12)
    assert kp.split_change((x0, x1), (r0, r0), measure=measure).ratio == pytest.approx(0, abs=1e-12)


@given(st.floats(1.1, 8), st.floats(0.01, 0.3))
def test_past_the_peak_urbanization_alone_lowers_inequality(r, step):
    start = float(kp.peak_share(r))
    assert kp.split_change((start, start + step), (r, r)).composition < 0
    assert kp.split_change((max(start - step, 0), start), (r, r)).composition > 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kp.between_gini(36, 3), "urban_share is 36; shares are fractions: divide percent by 100"),
        (lambda: kp.between_gini(0.5, 0), "income_ratio is 0"),
        (lambda: kp.between_theil_t(np.nan, 3), "not finite"),
        (lambda: kp.between_gini([0.1, 0.2], [1, 2, 3]), "shapes do not fit"),
        (lambda: kp.between_inequality(0.5, 3, measure="atkinson"), "choose one of gini"),
        (lambda: kp.peak_share(3, measure="atkinson"), "choose one of gini"),
        (lambda: kp.peak_share(-3), "income_ratio is -3"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
