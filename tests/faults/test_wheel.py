"""The wheel works anywhere: it carries its tables, the verdicts, and the digests of the code that made them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tools.wheel import build_wheel

from symbiosis import __version__, tables
from symbiosis.tables.citing import cite

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 9_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of what is committed, so that nothing is left in the checkout."""
    target = tmp_path_factory.mktemp("wheel")
    found = build_wheel(target)
    assert list(target.glob("symbiosis-*.whl")) == [found]
    return found


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "somewhere else 城市"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(folder: Path, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SYMBIOSIS_DATA")}
    settings |= {"PYTHONPATH": str(folder), "PYTHONUTF8": "1", **environment}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, env=settings)


def test_an_installed_library_finds_its_tables_and_says_what_they_hold(installed: Path) -> None:
    program = (
        "import symbiosis, json\n"
        "from symbiosis import tables\n"
        "frame = tables.load('china_counties', ['population'])\n"
        "print(json.dumps([symbiosis.__file__, len(frame), tables.describe('china_counties').loc['population', 'unit'],"
        " str(tables.folder()), len(tables.load('policy_draws'))]))"
    )
    done = run(installed, program)
    assert done.returncode == 0, done.stderr
    module, rows, unit, folder, draws = json.loads(done.stdout)
    assert Path(module).is_relative_to(installed)
    assert Path(folder).is_relative_to(installed)
    assert rows > 5000
    assert unit == "persons"
    assert draws > 100


OFFLINE = """
import socket
def refused(*arguments, **options): raise OSError("no network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
"""


def test_an_installed_library_cites_its_tables_without_a_network(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, made by pip from the file, from a folder with nothing of ours in it."""
    venv, elsewhere = tmp_path / "venv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # The packages that it needs come from the environment of the tests; the library itself does not.
    here = next(Path(folder) for folder in sys.path if folder.endswith("site-packages"))
    install = [python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True, cwd=elsewhere)
    program = OFFLINE + (
        f"import sys; sys.path.append({str(here)!r})\n"
        "import json, symbiosis\n"
        "from symbiosis import tables\n"
        "from symbiosis.tables.citing import cite\n"
        "assert len(tables.load('china_counties')) > 5000\n"
        "print(json.dumps([symbiosis.__file__, cite('china_counties', 'population'), cite('china_counties')]))"
    )
    settings = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SYMBIOSIS_DATA")}
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, cwd=elsewhere, env=settings)
    assert done.returncode == 0, done.stderr
    module, column, table = json.loads(done.stdout)
    assert Path(module).is_relative_to(venv)
    declared = tables.column("china_counties", "population")
    for words in (declared.source, declared.licence, declared.unit, __version__, "column population of china_counties"):
        assert words in column
    assert tables.fingerprint("china_counties")["china_counties"][:16] in table
    assert tables.fingerprint("china_counties", ["population"])[:16] in column
    licences = set(tables.describe("china_counties")["licence"])
    assert all(f"({licence})" in table for licence in licences)


def test_what_does_not_exist_cannot_be_cited() -> None:
    with pytest.raises(tables.TableError, match="did you mean population"):
        cite("china_counties", "populaton")


LEDGER = (
    "from symbiosis.lesson.ledger import read_ledger\n"
    "for entry in read_ledger(): print(entry.claim.number, entry.verdict.headline)"
)


def test_an_installed_library_reads_the_ledger_that_its_build_carried(installed: Path) -> None:
    done = run(installed, LEDGER)
    assert done.returncode == 0, done.stderr
    here = subprocess.run([sys.executable, "-c", LEDGER], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == here.stdout
    assert len(done.stdout.splitlines()) == 13


def test_a_library_that_was_changed_after_its_build_is_refused(installed: Path) -> None:
    module = installed / "symbiosis" / "checks.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n\ndef more():\n    return 1\n", encoding="utf-8")
    done = run(installed, LEDGER)
    assert done.returncode != 0
    assert "the library changed since (symbiosis.checks)" in done.stderr


def test_without_sources_the_carried_digests_speak(installed: Path) -> None:
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-b", installed], check=True)
    for path in (installed / "symbiosis").rglob("*.py"):
        path.unlink()
    done = run(installed, LEDGER)
    assert done.returncode == 0, done.stderr
    carried = installed / "symbiosis" / "_data" / "library.json"
    digests = json.loads(carried.read_text(encoding="utf-8"))
    carried.write_text(json.dumps({**digests, "symbiosis.checks": "0"}), encoding="utf-8")
    assert "the library changed since (symbiosis.checks)" in run(installed, LEDGER).stderr


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", None])
def test_a_damaged_ledger_is_one_clear_error(installed: Path, content: str | None) -> None:
    ledger = installed / "symbiosis" / "_data" / "ledger.json"
    if content is None:
        ledger.unlink()
    else:
        ledger.write_text(content, encoding="utf-8")
    done = run(installed, LEDGER)
    assert "13 of the verdicts cannot be used" in done.stderr
    assert "install symbiosis again" in done.stderr


def test_the_wheel_stays_small_and_holds_nothing_private(wheel: Path) -> None:
    assert wheel.stat().st_size < MOST_BYTES
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"symbiosis", next(t for t in tops if t.endswith(".dist-info"))}
    assert not [name for name in names if name.endswith((".pyc", ".ipynb"))]
