import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import least_squares
from symbiosis.evidence.leave_one_out import coefficient_without_each, leave_one_out
from symbiosis.measures.samples import TRANSITION_ECONOMIES, ranked
from symbiosis.measures.windows import at_crossing, between_figures, longest_runs, window_changes


def panel(**values):
    rows = [(name, 2000 + i, v) for name, series in values.items() for i, v in enumerate(series)]
    return pd.DataFrame(rows, columns=["place", "year", "x"])


def test_changes_of_a_window_and_its_neighbours():
    frame = panel(a=[float(t**2) for t in range(13)])
    found = window_changes(frame, ["x"], entity="place", step=4, first=2000, last=2012)
    assert found["year"].tolist() == [2000, 2004, 2008]
    assert found["x"].tolist() == [4, 12, 20]
    np.testing.assert_equal(found["x_before"].to_numpy(), [np.nan, 4, 12])
    np.testing.assert_equal(found["x_after"].to_numpy(), [12, 20, np.nan])


def test_a_straight_line_changes_alike_in_every_window_of_every_length():
    frame = panel(a=3 + 0.7 * np.arange(21), b=np.arange(21.0))
    for step in (1, 2, 5, 10):
        found = window_changes(frame, ["x"], entity="place", step=step, first=2000, last=2020)
        assert np.allclose(found.loc[found["place"] == "a", "x"], 0.7)
        assert len(found) == 2 * (20 // step)


def test_a_missing_year_leaves_its_windows_empty_and_reaches_no_other_place():
    frame = panel(a=[0.0, 1, 2, 3], b=[10.0, 20, 30, 40])
    frame = frame[~((frame["place"] == "a") & (frame["year"] == 2001))]
    found = window_changes(frame, ["x"], entity="place", step=1, first=2000, last=2003).set_index(["place", "year"])
    assert np.isnan(found.loc[("a", 2000), "x"])
    assert found.loc[("a", 2002), "x"] == 1
    assert np.isnan(found.loc[("a", 2002), "x_before"])
    assert found.loc["b", "x"].tolist() == [10, 10, 10]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"step": 0}, "no window"), ({"step": 9}, "no window"), ({"columns": ["y"]}, "no column y")],
)
def test_windows_refuse_what_they_cannot_do(change, words):
    how = {"columns": ["x"], "entity": "place", "step": 1, "first": 2000, "last": 2002} | change
    with pytest.raises(ValueError, match=words):
        window_changes(panel(a=[1.0, 2, 3]), **how)


def test_windows_refuse_a_repeated_year():
    frame = pd.concat([panel(a=[1.0, 2]), panel(a=[1.0, 2])])
    with pytest.raises(ValueError, match="repeated rows"):
        window_changes(frame, ["x"], entity="place", step=1, first=2000, last=2001)


def test_a_crossing_is_the_first_one_from_below():
    frame = panel(
        rises=[1.0, 4, 6, 4, 7], starts_above=[9.0, 4, 9, 9, 9], never=[1.0, 2, 3, 4, 4.9], on_it=[1.0, 5, 5, 5, 5]
    )
    found = at_crossing(frame, "x", 5, entity="place")
    assert dict(zip(found["place"], found["year"], strict=True)) == {"rises": 2002, "on_it": 2001}


def test_a_crossing_passes_over_years_without_a_value():
    frame = panel(a=[1.0, np.nan, 6])
    assert at_crossing(frame, "x", 5, entity="place")["year"].tolist() == [2002]
    with pytest.raises(ValueError, match="no column z"):
        at_crossing(frame, "z", 5, entity="place")


def test_longest_runs():
    years, places = pd.Series([2000, 2001, 2003, 2004, 2005, 1990]), pd.Series(["a"] * 5 + ["b"])
    assert longest_runs(years, places).to_dict() == {"a": 3, "b": 1}


def test_ranks_keep_the_order_the_mean_and_the_spread_of_each_group():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"year": np.repeat([1, 2], 50), "x": np.exp(rng.normal(size=100))})
    found = ranked(frame, ["x"], within="year")
    for year, part in frame.groupby("year"):
        ranks = found.loc[found["year"] == year, "x"]
        assert np.isclose(ranks.mean(), part["x"].mean())
        assert np.isclose(ranks.std(ddof=0), part["x"].std(ddof=0))
        assert (ranks.rank() == part["x"].rank()).all()
    same = ranked(frame.assign(x=lambda d: np.sign(d["x"] - 1) * (d["x"] - 1) ** 4 + d["x"]), ["x"], within="year")
    assert np.corrcoef(found["x"][:50], same["x"][:50])[0, 1] == pytest.approx(1)


def test_leaving_one_out_finds_the_place_that_decides():
    frame = pd.DataFrame({"place": list("aabbcc"), "x": [0.0, 0, 0, 0, 9, 9]})
    found = leave_one_out(frame, "place", lambda rows: Estimate(rows["x"].mean()))
    assert {name: one.value for name, one in found.items()} == {"a": 4.5, "b": 4.5, "c": 0.0}
    with pytest.raises(ValueError, match="at least 3"):
        leave_one_out(frame[frame["place"] != "c"], "place", lambda rows: Estimate(0))


def test_there_are_twenty_nine_transition_economies():
    assert len(TRANSITION_ECONOMIES) == 29


def test_values_between_figures_lie_on_straight_lines_and_end_with_the_figures():
    frame = panel(a=[np.nan, 10.0, np.nan, np.nan, 40.0, np.nan], b=[np.nan] * 6, c=[5.0, np.nan, 1.0, 2.0, 3.0, 4.0])
    found = between_figures(frame, "x", entity="place")
    np.testing.assert_allclose(found[:6], [np.nan, 10, 20, 30, 40, np.nan])
    assert found[6:12].isna().all()
    np.testing.assert_allclose(found[12:], [5, 3, 1, 2, 3, 4])
    mixed = frame.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(between_figures(mixed, "x", entity="place").sort_index(), found)
    with pytest.raises(ValueError, match="repeated rows"):
        between_figures(pd.concat([frame, frame]), "x", entity="place")
    with pytest.raises(ValueError, match="no column"):
        between_figures(frame, "q", entity="place")


def test_coefficients_without_each_place_are_those_of_a_regression_each():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"g": np.repeat(list("abcdef"), 8), "t": np.tile(np.arange(8), 6)})
    frame[["x", "w", "y"]] = rng.normal(size=(48, 3))
    frame["y"] += frame["x"]
    frame.loc[3, "w"] = np.nan
    ask = {"effects": ["g", "t"], "cluster": "g"}
    found = coefficient_without_each(frame, "y", ["x", "w"], place="g", unit="points", display="+.1f", **ask)
    each = leave_one_out(
        frame,
        "g",
        lambda rows: least_squares(rows, "y", ["x", "w"], **ask).estimate("x", unit="points", display="+.1f"),
    )
    for ours, theirs in zip(found, each.values(), strict=True):
        assert str(ours) == str(theirs)
        assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.value, theirs.low, theirs.high))
    with pytest.raises(ValueError, match="g has 2 values"):
        coefficient_without_each(frame[frame["g"] < "c"], "y", ["x"], place="g", **ask)
