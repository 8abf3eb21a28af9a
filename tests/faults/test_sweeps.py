"""How a sweep meets bad samples, bad models, damaged checkpoints and clusters that are not there."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.lib import sweep_models as models

from symbiosis.evidence.sobol_indices import sobol_indices
from symbiosis.models.migration.harris_todaro import HarrisTodaro
from symbiosis.parameters import ParameterError
from symbiosis.sweeps import checkpoint as checkpoint_module
from symbiosis.sweeps.designs import sobol_index_design
from symbiosis.sweeps.engines import SCHEDULER_VARIABLE, local_client
from symbiosis.sweeps.errors import CheckpointError, ModelError, WorkerError
from symbiosis.sweeps.model_identity import ModelIdentity, identify, load
from symbiosis.sweeps.run import SweepResult, run_sweep

PARAMETERS = HarrisTodaro.parameters()


def sweep(model: Any = models.smooth, sample: Any = None, **settings: Any) -> SweepResult:
    chosen = {"block_rows": 20, "progress": False, **settings}
    return run_sweep(model, models.sample(100) if sample is None else sample, **chosen)


SAMPLE = models.sample(5)


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (SAMPLE.iloc[:0], "sample holds 0 rows and 2 columns; give one row a run"),
        (SAMPLE[[]], "sample holds 5 rows and 0 columns"),
        ({"a": [1.0]}, "sample is a dict; give a DataFrame"),
        (SAMPLE.rename(columns={"a": 3}), "sample has a column 3; name every column"),
        (SAMPLE.rename(columns={"a": "b"}), "sample has the column 'b' twice"),
        (SAMPLE.rename(columns={"a": "run"}), "sample has a column 'run'.*rename"),
        (SAMPLE.iloc[::-1], r"index does not count the rows from 0.*reset_index\(drop=True\)"),
        (SAMPLE.set_axis(list("vwxyz")), "index does not count the rows from 0"),
        (
            SAMPLE.assign(a=np.nan),
            r"sample column 'a' holds 5 values that are not finite, the first \(nan\) at position 0",
        ),
        (SAMPLE.assign(b=[0, 1, 2, np.inf, 4]), r"sample column 'b' holds 1 values .* \(inf\) at position 3"),
        (SAMPLE.assign(a="x"), "sample column 'a' must hold numbers only"),
    ],
)
def test_a_bad_sample_is_named(sample: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sweep(sample=sample)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop(columns="alpha"), "sample lacks columns alpha; add a column for each"),
        (lambda frame: frame.assign(alhpa=0.5), "sample has unknown columns alhpa; the parameters are urban_wage"),
        (lambda frame: frame.assign(alpha=[0.5, 1.5]), r"parameter 'alpha': 1.5 is outside \[0.1, 0.95\]"),
    ],
)
def test_a_sample_that_does_not_fit_the_declaration(change: Callable[[pd.DataFrame], Any], said: str) -> None:
    sample = pd.DataFrame([PARAMETERS.defaults()] * 2)
    with pytest.raises(ValueError, match=said):
        sweep(sample=change(sample), parameters=PARAMETERS)
    assert issubclass(ParameterError, ValueError)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"engine": "spark"}, "engine is 'spark'; choose one of serial, processes, dask"),
        ({"block_rows": 0}, "block_rows is 0; give 1 or more"),
        ({"block_rows": 2.5}, "block_rows is 2.5; give a whole number"),
        ({"engine": "processes", "workers": 0}, "workers is 0; give 1 or more"),
        ({"workers": 2}, "workers is given, but engine is 'serial'; leave it out or choose"),
        ({"engine": "processes", "scheduler": "tcp://x"}, "scheduler is given, but engine is 'processes'"),
    ],
)
def test_a_bad_argument_is_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sweep(**settings)


def inner() -> Any:
    def model(columns: Any) -> Any:
        return columns

    return model


@pytest.mark.parametrize("model", [lambda columns: columns, inner(), models.OddError("x", 1), models.Path.cwd, 5])
def test_a_model_that_workers_cannot_import_is_refused(model: Any) -> None:
    with pytest.raises(ValueError, match="workers import it by name, so give a function defined at the top level"):
        sweep(model)


BOX = {"a": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("module", "extra", "what", "call"),
    [
        ("pyarrow", "sweeps", "sweeps", sweep),
        ("distributed", "sweeps", "sweeps", sweep),
        ("threadpoolctl", "sweeps", "sweeps", sweep),
        (
            "SALib",
            "sweeps",
            "designs for Sobol indices",
            lambda: sobol_index_design(BOX, 2, rng=np.random.default_rng()),
        ),
        ("SALib", "sweeps", "Sobol indices", lambda: sobol_indices(BOX, range(6), rng=np.random.default_rng())),
    ],
)
def test_without_the_extra_one_sentence_says_what_to_install(
    module: str, extra: str, what: str, call: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModuleNotFoundError, match=rf'{what} need {module}, .*pip install -e "\.\[{extra}\]"'):
        call()


def test_a_model_that_raises_is_named_with_block_runs_and_parameters(tmp_path: Path) -> None:
    sample = models.sample(100)
    sample.loc[65, "a"] = 3.0
    with pytest.raises(ModelError) as caught:
        sweep(models.raises_at_three, sample, checkpoint=tmp_path)
    first, *rest = str(caught.value).splitlines()
    name = "tests.lib.sweep_models:raises_at_three"
    assert first == f"the model {name} raised OddError in block 3 (runs 60 to 79): three is odd"
    assert "in raises_at_three" in "\n".join(rest)
    pd.testing.assert_frame_equal(caught.value.parameters, sample.iloc[60:80])
    # What was finished before is kept.
    assert len(list(tmp_path.glob("block-*"))) == 3


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (models.returns_nothing, "it is dict; return a dict with one array per result"),
        (models.returns_a_list, "it is list; return a dict"),
        (models.returns_too_few, r"short has shape \(19,\); return one value for each of the 20 runs"),
        (models.returns_text, "word holds <U1; return float64, int64 or truth values"),
        (models.returns_a_parameter, "the name 'a' is taken by the sample; rename the result"),
    ],
)
def test_a_wrong_result_is_named(model: Any, said: str) -> None:
    with pytest.raises(ModelError, match=rf"returned a wrong result for block 0 \(runs 0 to 19\): {said}"):
        sweep(model)


def test_results_that_change_their_type_are_refused() -> None:
    sample = models.sample(40)
    sample["a"] = np.repeat([1.5, 2.5], 20)
    with pytest.raises(ModelError, match=r"mixed \(float64\) for block 1 .*, but mixed \(bool\) for others"):
        sweep(models.returns_other_types, sample)


def test_a_worker_with_other_code_or_libraries_is_refused() -> None:
    right = identify(models.smooth)
    assert load(right) is models.smooth
    for wrong, said in (
        (
            ModelIdentity(right.module, right.function, "0" * 64, right.libraries),
            "has other code for tests.lib.sweep_models:smooth",
        ),
        (ModelIdentity(right.module, "smoth", right.code, right.libraries), "cannot import .*:smoth"),
        (ModelIdentity("nowhere.at_all", "f", right.code, right.libraries), "cannot import nowhere"),
        (ModelIdentity(right.module, right.function, right.code, (("numpy", "1.0"),)), "started with numpy 1.0"),
    ):
        with pytest.raises(WorkerError, match=said):
            load(wrong)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The checkpoint of a finished sweep of five blocks."""
    folder = tmp_path / "kept"
    sweep(checkpoint=folder)
    return folder


@pytest.mark.parametrize(
    ("settings", "differs"),
    [
        ({"sample": models.sample(100, seed=1)}, "sample"),
        ({"sample": models.sample(100)[["b", "a"]]}, "sample"),
        ({"sample": models.sample(99)}, "sample"),
        ({"model": models.with_gaps}, "model"),
        ({"block_rows": 25}, "block_rows"),
    ],
)
def test_the_checkpoint_of_another_sweep_is_refused(kept: Path, settings: dict[str, Any], differs: str) -> None:
    before = sorted(path.name for path in kept.iterdir())
    with pytest.raises(CheckpointError, match=rf"belongs to another sweep \(it differs in {differs}\); name another"):
        sweep(checkpoint=kept, **settings)
    assert sorted(path.name for path in kept.iterdir()) == before


@pytest.mark.parametrize("field", ["model code", "numpy", "format"])
def test_other_code_libraries_or_format_are_refused(kept: Path, field: str) -> None:
    manifest = json.loads((kept / "manifest.json").read_text())
    manifest[field] = "another"
    (kept / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckpointError, match=rf"it differs in {field}\)"):
        sweep(checkpoint=kept)


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def tear(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def rename_to_another_block(path: Path) -> None:
    path.rename(path.with_name(path.name.replace("block-0000002", "block-0000077")))


def replace_by_another_sweep(path: Path) -> None:
    other = path.parent.parent / "other"
    sweep(sample=models.sample(100, seed=9), checkpoint=other)
    (foreign,) = other.glob("block-0000002-*")
    path.unlink()
    shutil.copy(foreign, path.parent)


def replace_by_text(path: Path) -> None:
    path.unlink()
    content = b"no parquet"
    digest = checkpoint_module.hashlib.sha256(content).hexdigest()
    path.with_name(f"block-0000002-{digest}.parquet").write_bytes(content)


def replace_by_a_plain_table(path: Path) -> None:
    path.unlink()
    content = checkpoint_module.to_parquet({"grown": np.zeros(20)}, {})
    digest = checkpoint_module.hashlib.sha256(content).hexdigest()
    path.with_name(f"block-0000002-{digest}.parquet").write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_byte,
        tear,
        empty,
        rename_to_another_block,
        replace_by_another_sweep,
        replace_by_text,
        replace_by_a_plain_table,
    ],
)
def test_a_torn_or_foreign_file_is_found_and_its_block_computed_again(
    kept: Path, damage: Callable[[Path], None]
) -> None:
    expected = sweep()
    (path,) = kept.glob("block-0000002-*")
    damage(path)
    result = sweep(checkpoint=kept)
    assert (result.rejected, result.computed, result.resumed) == (1, 1, 4)
    pd.testing.assert_frame_equal(result.table, expected.table, check_exact=True)
    assert len(list(kept.glob("rejected-*"))) == 1
    third = sweep(checkpoint=kept)
    assert (third.rejected, third.computed, third.resumed) == (0, 0, 5)


def test_what_a_killed_write_leaves_is_no_block(kept: Path) -> None:
    (path,) = kept.glob("block-0000002-*")
    path.rename(kept / f".{path.name}.1-1.tmp")
    result = sweep(checkpoint=kept)
    assert (result.rejected, result.computed) == (0, 1)
    assert not list(kept.glob(".*.tmp"))


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_torn_manifest_is_one_clear_error(kept: Path, content: str) -> None:
    (kept / "manifest.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"manifest.json cannot be read; delete .* or name another folder"):
        sweep(checkpoint=kept)


def test_a_folder_with_other_things_in_it_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(CheckpointError, match=r"holds files but no manifest.json; name an empty or new folder"):
        sweep(checkpoint=tmp_path)
    with pytest.raises(CheckpointError, match="is a file; name a folder"):
        sweep(checkpoint=tmp_path / "thesis.txt")


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "kept"
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint_module.os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            sweep(checkpoint=folder)
    assert not [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    assert sweep(checkpoint=folder).computed == 5


def test_a_scheduler_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from symbiosis.sweeps import engines

    monkeypatch.setattr(engines, "CONNECT_SECONDS", 0.5)
    monkeypatch.setenv(SCHEDULER_VARIABLE, "tcp://127.0.0.1:9")
    with pytest.raises(WorkerError, match=rf"no Dask scheduler answers at tcp://127.0.0.1:9 .*{SCHEDULER_VARIABLE}"):
        sweep(engine="dask")
    with pytest.raises(WorkerError, match="no Dask scheduler answers at nonsense://here"):
        sweep(engine="dask", scheduler="nonsense://here")
    monkeypatch.delenv(SCHEDULER_VARIABLE)
    with pytest.raises(ValueError, match=f"give its address as scheduler or in {SCHEDULER_VARIABLE}"):
        sweep(engine="dask")


def test_a_lost_cluster_ends_the_sweep_and_keeps_what_was_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dask
    import distributed  # noqa: F401 (its settings must be there before one is changed)

    from symbiosis.sweeps import engines

    monkeypatch.setattr(engines, "CONNECT_SECONDS", 1.0)
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}), local_client(1) as client:

        class ClosesTheCluster:
            def is_set(self) -> bool:
                if client.cluster.status.name == "running" and len(list(tmp_path.glob("block-*"))) >= 3:
                    client.cluster.close()
                return False

        with pytest.raises(WorkerError, match="cluster was lost"):
            sweep(
                models.slow,
                models.sample(2000),
                engine="dask",
                scheduler=client.cluster.scheduler_address,
                checkpoint=tmp_path,
                cancel=ClosesTheCluster(),
            )
    assert len(list(tmp_path.glob("block-*"))) >= 3


def hide_the_project() -> None:
    """As on a machine without it."""
    for name in [name for name in sys.modules if name.startswith("symbiosis")]:
        del sys.modules[name]
    sys.modules["symbiosis"] = None  # type: ignore[assignment]


def test_a_cluster_that_lacks_the_model_or_the_project_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "only_here.py").write_text("def model(columns):\n    return {'twice': 2 * columns['a']}\n")
    with local_client(1) as client:
        # The worker was started without it.
        monkeypatch.syspath_prepend(tmp_path)
        model = importlib.import_module("only_here").model
        place = {"engine": "dask", "scheduler": client.cluster.scheduler_address}
        with pytest.raises(WorkerError, match=r"the worker at tcp.* cannot run the model .*only_here"):
            sweep(model, **place)
        client.run(hide_the_project)
        with pytest.raises(WorkerError, match=r"the worker at tcp.* cannot run .*; install the same version"):
            sweep(**place)
    assert sweep(model).table["twice"].tolist() == (2 * models.sample(100)["a"]).tolist()
