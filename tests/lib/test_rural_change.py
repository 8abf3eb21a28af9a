"""Rural people at two dates, and the rates that move them."""

import numpy as np
import pandas as pd
import pytest

from symbiosis.measures.rural_change import rates_by_year, rural_change


def _series(people: dict[str, list[tuple[float, float]]], years: tuple[int, ...] = (2000, 2010)) -> pd.DataFrame:
    """Countries with (urban, rural) people in each year."""
    rows = [
        {"country": name, "year": year, "urban_population": urban, "rural_population": rural}
        for name, dates in people.items()
        for year, (urban, rural) in zip(years, dates, strict=True)
    ]
    frame = pd.DataFrame(rows)
    frame["population"] = frame["urban_population"] + frame["rural_population"]
    return frame.assign(urban_share=100 * frame["urban_population"] / frame["population"])


TWELVE = {f"loses {i}": [(2e6, 4e6), (4e6, 3e6)] for i in range(8)} | {
    f"gains {i}": [(1e6, 4e6), (3e6, 6e6)] for i in range(4)
}


def test_counts_and_totals_by_hand():
    found = rural_change(_series(TWELVE), first=2000, last=2010)
    assert len(found) == 12
    assert found.fallen == pytest.approx(8 / 12)
    assert found.total == pytest.approx(100 * (8 * 3 + 4 * 6 - 48) / 48)
    assert list(found.grown.index) == [f"gains {i}" for i in range(4)]
    assert found.grown["change"].tolist() == pytest.approx([50.0] * 4)


def test_only_those_that_urbanize_enough_and_are_large_enough_count():
    more = TWELVE | {"ruralizes": [(4e6, 4e6), (3e6, 4e6)], "small": [(10.0, 90.0), (50.0, 50.0)]}
    found = rural_change(_series(more), first=2000, last=2010, minimum_population=1e6)
    assert "ruralizes" not in found.frame.index
    assert "small" not in found.frame.index
    # Losers rise by 24 points, gainers by 13: ten are needed for an answer.
    with pytest.raises(ValueError, match="only 8 countries urbanized by 20 points"):
        rural_change(_series(more), first=2000, last=2010, rise=20, minimum_population=1e6)


def test_each_left_out_in_turn():
    found = rural_change(_series(TWELVE), first=2000, last=2010)
    shares = found.without_each(lambda kept: kept.fallen)
    assert sorted(set(shares.round(6))) == sorted({round(7 / 11, 6), round(8 / 11, 6)})


def test_a_year_without_figures_is_named():
    with pytest.raises(ValueError, match="no country has figures for 1950"):
        rural_change(_series(TWELVE), first=1950, last=2010)


def test_the_identity_of_the_race_holds_in_every_decade():
    """Rural growth is n less the part of the speed that falls to the countryside: exactly so at a constant rate."""
    n, k, years = 0.01, 0.04, np.arange(1950, 2001)
    share = 1 / (1 + 9 * np.exp(-k * (years - 1950)))
    people = 1e7 * np.exp(n * (years - 1950))
    dates = list(zip(people * share, people * (1 - share), strict=True))
    rates = rates_by_year(_series({"one": dates}, tuple(int(y) for y in years)))
    assert len(rates) == 41
    assert rates["growth"].to_numpy() == pytest.approx(n)
    assert rates["speed"].to_numpy() == pytest.approx(k)
    # The drain is the speed times the mean share, so the turn comes before the start share reaches n/k.
    drain = rates["growth"] - rates["rural_growth"]
    assert (drain > k * rates["share"]).all()
    assert (drain < k * rates["share"].to_numpy() * np.exp(10 * k)).all()
    assert rates.loc[rates["fell"], "share"].min() < n / k


def test_rates_leave_out_what_has_no_rural_people():
    rows = _series({"city": [(1e6, 0.0), (2e6, 0.0)], "land": [(1e6, 1e6), (2e6, 1e6)]})
    assert rates_by_year(rows)["country"].tolist() == ["land"]
