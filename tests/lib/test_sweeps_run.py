"""A sweep gives the same bits from every engine, whatever its workers."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lib import sweep_models as models

from symbiosis.models.migration.harris_todaro import HarrisTodaro
from symbiosis.sweeps.designs import latin_hypercube
from symbiosis.sweeps.errors import SweepCancelledError
from symbiosis.sweeps.model_identity import identify
from symbiosis.sweeps.run import SweepResult, run_sweep


def bits(result: SweepResult) -> str:
    """A digest of names, types and bits of every column."""
    digest = hashlib.sha256()
    for name, values in result.table.items():
        digest.update(f"{name} {values.dtype}".encode() + values.to_numpy().tobytes())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def expected() -> SweepResult:
    return run_sweep(models.smooth, models.sample(1003), block_rows=64, progress=False)


def test_every_row_is_what_the_model_says(expected: SweepResult) -> None:
    sample = models.sample(1003)
    pd.testing.assert_frame_equal(expected.table[["a", "b"]], sample)
    assert expected.table["run"].tolist() == list(range(1003))
    for name, values in models.smooth({n: sample[n].to_numpy() for n in sample}).items():
        np.testing.assert_allclose(expected.table[name], values, rtol=1e-14)
    assert expected.parameters == ("a", "b")
    assert expected.results == ("grown", "power", "holds", "steps")
    assert (expected.blocks, expected.computed, expected.resumed) == (16, 16, 0)
    assert {str(t) for t in expected.table.dtypes} == {"int64", "float64", "bool"}


@given(rows=st.integers(1, 70), block_rows=st.integers(1, 80))
def test_blocks_have_fixed_rows_and_cover_every_run_once(rows: int, block_rows: int) -> None:
    sample = models.sample(rows)
    result = run_sweep(models.centred, sample, block_rows=block_rows, progress=False)
    starts = range(0, rows, block_rows)
    lengths = [min(block_rows, rows - start) for start in starts]
    assert result.blocks == len(lengths)
    assert result.table["rows"].tolist() == [length for length in lengths for _ in range(length)]
    wanted = [sample["a"].to_numpy()[s : s + block_rows] for s in starts]
    np.testing.assert_array_equal(result.table["centred"], np.concatenate([w - w.mean() for w in wanted]))


@pytest.mark.parametrize("workers", [1, 3])
def test_processes_give_the_same_bits(expected: SweepResult, workers: int) -> None:
    settings = {"engine": "processes", "workers": workers, "block_rows": 64, "progress": False}
    assert bits(run_sweep(models.smooth, models.sample(1003), **settings)) == bits(expected)


def test_the_test_of_bits_can_fail(expected: SweepResult) -> None:
    other = expected.table.copy()
    other.loc[500, "grown"] = np.nextafter(other.loc[500, "grown"], 9)
    changed = SweepResult(other, (), (), 0, 0, 0, 0, {})
    assert bits(changed) != bits(expected)


def test_results_that_are_not_finite_are_kept_and_counted() -> None:
    sample = models.sample(200)
    result = run_sweep(models.with_gaps, sample, block_rows=30, progress=False)
    below, above = int((sample["b"] < 0).sum()), int((sample["b"] > 1).sum())
    assert below > 0 < above
    assert result.not_finite == {"root": below, "one_sided": above}
    assert len(result.table) == 200
    assert int(result.table["root"].isna().sum()) == below


def test_a_model_that_writes_into_its_arguments_changes_nothing_outside() -> None:
    sample = models.sample(40)
    result = run_sweep(models.writes_into_its_arguments, sample, block_rows=16, progress=False)
    pd.testing.assert_frame_equal(sample, models.sample(40))
    pd.testing.assert_frame_equal(result.table[["a", "b"]], sample)


def test_the_saved_table_comes_back_to_the_bit(expected: SweepResult, tmp_path: Path) -> None:
    path = tmp_path / "sweep.parquet"
    expected.save(path)
    pd.testing.assert_frame_equal(pd.read_parquet(path), expected.table, check_exact=True)
    assert [p.name for p in tmp_path.iterdir()] == ["sweep.parquet"]


def test_the_bar_is_on_stderr_and_can_be_turned_off(capfd: pytest.CaptureFixture[str]) -> None:
    run_sweep(models.smooth, models.sample(30), progress=False)
    assert capfd.readouterr() == ("", "")
    run_sweep(models.smooth, models.sample(30))
    out, err = capfd.readouterr()
    assert out == ""
    assert "sweep: 100%" in err


def test_a_cancelled_sweep_says_how_far_it_came() -> None:
    token = threading.Event()
    token.set()
    with pytest.raises(SweepCancelledError, match="0 of 10 blocks finished; without a checkpoint") as caught:
        run_sweep(models.smooth, models.sample(100), block_rows=10, progress=False, cancel=token)
    assert (caught.value.finished, caught.value.blocks) == (0, 10)


def expected_wage(columns: models.Columns) -> dict[str, np.ndarray]:
    state = HarrisTodaro(**columns, tastes=False).equilibrium()
    return {"urban": state.urban_labour, "rationed": state.jobs_rationed}


def test_a_model_of_the_library_over_its_declared_parameters() -> None:
    parameters = HarrisTodaro.parameters()
    sample = latin_hypercube(parameters, 300, rng=np.random.default_rng(1))
    result = run_sweep(expected_wage, sample, parameters=parameters, block_rows=100, progress=False)
    direct = HarrisTodaro.from_columns(sample, tastes=False).equilibrium()
    np.testing.assert_allclose(result.table["urban"], direct.urban_labour, atol=1e-13)
    assert 0 < result.table["rationed"].sum() < 300


def test_the_identity_covers_the_modules_that_a_model_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def code(constant: int, unrelated: int) -> str:
        package = tmp_path / f"p{constant}{unrelated}" / "model_under_test"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "model.py").write_text("def run(c):\n    from model_under_test.part import one\n    return one\n")
        (package / "part.py").write_text("from . import deep\none = deep.N\nimport model_under_test.x\n")
        (package / "deep.py").write_text(f"N = {constant}\nfrom model_under_test import model\n")
        (package / "other.py").write_text(f"M = {unrelated}\n")
        with monkeypatch.context() as patch:
            patch.syspath_prepend(package.parent)
            import importlib
            import sys

            for name in [n for n in sys.modules if n.startswith("model_under_test")]:
                del sys.modules[name]
            importlib.invalidate_caches()
            identity = identify(importlib.import_module("model_under_test.model").run)
        assert identity.name == "model_under_test.model:run"
        return identity.code

    assert code(1, 1) == code(1, 2)
    assert code(1, 3) != code(2, 3)
