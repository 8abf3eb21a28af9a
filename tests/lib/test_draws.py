"""The tables of model_runs/ are those that ``make draws`` computes: re-made here in part, and compared."""

import numpy as np
import pandas as pd
import pytest
from tools.draws import build, models

from symbiosis import tables
from symbiosis.economy.mutual_benefit import GAINS
from symbiosis.economy.parameters import CALIBRATED, UNCERTAIN

RTOL = 1e-6
"""Another processor may round the last bit of an exponential otherwise; a search passes it on."""


@pytest.fixture(scope="module")
def committed():
    return tables.load("policy_draws")


def test_first_draws_again(committed):
    made = build.draws("serial", lambda text: None, first=40)
    again = committed[committed["draw"] < 40].reset_index(drop=True)
    pd.testing.assert_frame_equal(made, again, rtol=RTOL, check_dtype=False)


def test_all_draws_fit_and_lie_within_their_bounds(committed):
    assert len(committed) >= 500
    assert committed["misfit"].between(0, build.MOST_MISFIT).all()
    for p in (*UNCERTAIN, *CALIBRATED):
        assert committed[p.name].between(p.lower, p.upper).all(), p.name


def test_paths_again(committed):
    paths = tables.load("policy_paths")
    made = build.paths(committed, levies=(0.04,))
    part = paths[paths["levy"] == 4.0].sort_values(list(made.columns[:5])).reset_index(drop=True)
    made = made[paths.columns].sort_values(list(made.columns[:5])).reset_index(drop=True)
    pd.testing.assert_frame_equal(made, part, rtol=RTOL, atol=1e-9, check_dtype=False)


def test_paths_make_sense():
    paths = tables.load("policy_paths")
    assert (paths["low"] <= paths["median"]).all()
    assert (paths["median"] <= paths["high"]).all()
    key = ["levy", "outcome", "year"]
    nothing = paths[paths["strength"] == 0].pivot_table(index=key, columns="package", values="median")
    for name in nothing.columns:
        np.testing.assert_array_equal(nothing[name], nothing["laissez_faire"])
    before = paths[(paths["year"] <= 2024) & (paths["levy"] == 0.0)]
    later = paths[(paths["year"] <= 2024) & (paths["levy"] == 8.0)]
    np.testing.assert_array_equal(before["median"], later["median"])


def test_what_the_workers_compute_is_what_the_tables_say():
    sample = {p.name: np.full(1, p.default) for p in UNCERTAIN}
    found = models.calibrated(sample)
    assert set(found) == {*(p.name for p in CALIBRATED), "misfit"}
    results = set(models.tested(sample)) - {"misfit"}
    assert results == {f"{what}_{gain}" for what in ("complementarity", "held_back", "advantage") for gain in GAINS}
    assert set(tables.load("policy_sensitivity")["result"]) == results


def test_sensitivities_are_shares():
    table = tables.load("policy_sensitivity")
    assert (table["first_low"] <= table["first"]).all()
    assert (table["total"] <= table["total_high"]).all()
    assert table["total"].between(-0.2, 1.5).all()
    assert len(table) == 18 * len(list(UNCERTAIN))
