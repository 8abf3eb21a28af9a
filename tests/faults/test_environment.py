"""make lab and make test on machines where something is missing, broken or half done.

The script is run as it is, by the real interpreter, on a small project whose venv and pip are stand-ins:
they record what they were asked for and fail in the words of the real ones.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "tools/environment.py"
PLAIN = (SCRIPT, "start.py", "tools/doctor.py", "tools/__init__.py")  # read by any Python

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are made of links and shell scripts")

# Stands in for the venv module: a link to this interpreter, a pip script and the pip below.
FAKE_VENV = r"""
import os, pathlib, shutil, sys
target = pathlib.Path(sys.argv[-1])
if os.environ.get("FAKE_VENV"):
    target.mkdir(exist_ok=True)
    sys.exit(os.environ["FAKE_VENV"])
if "--clear" in sys.argv and target.exists():
    shutil.rmtree(target)
version = "python%d.%d" % sys.version_info[:2]
site = target / "lib" / version / "site-packages"
(target / "bin").mkdir(parents=True)
(target / "bin" / "python").symlink_to(sys._base_executable)
(target / "bin" / "pip").write_text("#!%s/bin/python" % target)
(target / "pyvenv.cfg").write_text(
    "home = %s\ninclude-system-site-packages = false" % os.path.dirname(sys._base_executable)
)
(site / "pip").mkdir(parents=True)
(site / "pip" / "__init__.py").write_text("")
shutil.copy(pathlib.Path(__file__).with_name("fake_pip.py"), site / "pip" / "__main__.py")
"""

# Stands in for pip: notes its arguments beside the project, and says what FAKE_PIP holds when it is to fail.
FAKE_PIP = """
import json, os, pathlib, sys
with pathlib.Path("pip-calls.jsonl").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
if os.environ.get("FAKE_PIP"):
    print(os.environ["FAKE_PIP"])
    sys.exit(1)
"""


class Project:
    """A small project with the real script and the stand-ins."""

    def __init__(self, root: Path, stand_ins: Path) -> None:
        self.root = root
        self.stand_ins = stand_ins
        (root / "tools").mkdir(parents=True)
        for name in (*PLAIN, "tools/lab_overrides.json"):
            shutil.copy(ROOT / name, root / name)
        (root / "requirements.txt").write_text("numpy==2.0.0\n")
        (root / "pyproject.toml").write_text("[project]\nname = 'symbiosis'\n")

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def run(self, *, python: str = sys.executable, **settings: str) -> subprocess.CompletedProcess[str]:
        """Make the environment."""
        return self.start("environment", python=python, **settings)

    def start(self, *arguments: str, python: str = sys.executable, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run start.py with arguments, as make does."""
        inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHON", "VIRTUAL_ENV")}
        return subprocess.run(
            [python, "start.py", *arguments],
            cwd=self.root,
            env={**inherited, "PYTHONPATH": str(self.stand_ins), **settings},
            capture_output=True,
            text=True,
        )

    def calls(self) -> list[list[str]]:
        """What pip was asked for since the last time this was read."""
        record = self.root / "pip-calls.jsonl"
        if not record.exists():
            return []
        made = [json.loads(line) for line in record.read_text().splitlines()]
        record.unlink()
        return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    stand_ins = tmp_path / "stand-ins"
    stand_ins.mkdir()
    (stand_ins / "venv.py").write_text(FAKE_VENV)
    (stand_ins / "fake_pip.py").write_text(FAKE_PIP)
    return Project(tmp_path / "a project with spaces", stand_ins)


@pytest.fixture
def ready(project: Project) -> Project:
    """The project after a first, complete run."""
    done = project.run()
    assert done.returncode == 0, done.stderr
    project.calls()
    return project


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The only line on stderr of a run that failed."""
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    return lines[0]


def test_first_run_installs_the_lock_then_the_package_then_the_settings(project: Project) -> None:
    done = project.run()
    assert done.returncode == 0, done.stderr
    lock, package = project.calls()
    assert lock[-3:] == ["--require-hashes", "-r", str(project.root / "requirements.txt")]
    assert package[-4:] == ["--no-build-isolation", "--no-deps", "-e", str(project.root)]
    settings = json.loads((project.venv / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"] == {
        "fetchNews": "false",
        "checkForUpdates": False,
    }


def test_second_run_does_and_says_nothing(ready: Project) -> None:
    done = ready.run()
    assert (done.returncode, done.stdout, done.stderr, ready.calls()) == (0, "", "", [])


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml", "tools/lab_overrides.json"])
def test_a_changed_lock_is_installed_into_the_same_environment(ready: Project, name: str) -> None:
    kept = ready.venv / "kept"
    kept.touch()
    with (ready.root / name).open("a") as file:
        file.write("\n")
    assert ready.run().returncode == 0
    assert len(ready.calls()) == 2
    assert kept.exists()


def test_an_installation_that_was_cut_off_is_finished(ready: Project) -> None:
    (ready.venv / "symbiosis.stamp").unlink()
    assert ready.run().returncode == 0
    assert len(ready.calls()) == 2
    assert ready.run().stdout == ""


def test_a_changed_lock_that_fails_is_tried_again(ready: Project) -> None:
    with (ready.root / "requirements.txt").open("a") as file:
        file.write("pandas==2.2.2\n")
    assert ready.run(FAKE_PIP="ERROR: something").returncode == 1
    ready.calls()
    assert ready.run().returncode == 0
    assert len(ready.calls()) == 2


def test_a_half_installed_package_is_not_taken_for_installed(ready: Project) -> None:
    site = next(ready.venv.glob("lib/python*/site-packages"))
    whole, half, worse = (site / f"{name}-1.0.dist-info" for name in ("whole", "half", "worse"))
    for info in (whole, half, worse):
        info.mkdir()
        (info / "METADATA").touch()
    (whole / "RECORD").write_text("whole-1.0.dist-info/INSTALLER,,\n")
    (half / "RECORD").write_text("half/__init__.py,,\n")
    (ready.venv / "symbiosis.stamp").unlink()
    assert ready.run().returncode == 0
    assert whole.exists()
    assert not half.exists()
    assert not worse.exists()


def break_pip(project: Project) -> None:
    shutil.rmtree(next(project.venv.glob("lib/python*/site-packages/pip")))


def break_python(project: Project) -> None:
    (project.venv / "bin/python").unlink()
    (project.venv / "bin/python").symlink_to(project.root / "python-that-was-upgraded-away")


def break_everything(project: Project) -> None:
    shutil.rmtree(project.venv)
    project.venv.mkdir()


def move(project: Project) -> None:
    moved = project.root.with_name("moved")
    project.root.rename(moved)
    project.root = moved


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (break_pip, "pip is missing"),
        (break_python, "Python is gone"),
        (break_everything, "Python is gone"),
        (move, "has moved"),
    ],
)
def test_an_environment_that_cannot_work_is_made_anew(
    ready: Project, damage: Callable[[Project], None], reason: str
) -> None:
    damage(ready)
    done = ready.run()
    assert done.returncode == 0, done.stderr
    assert reason in done.stdout
    assert len(ready.calls()) == 2
    assert ready.run().stdout == ""


def test_only_a_python_that_was_named_replaces_another_version(ready: Project) -> None:
    other = ready.venv / "bin" / "python"
    other.unlink()
    other.write_text("#!/bin/sh\necho 3.99\n")
    other.chmod(0o755)
    assert ready.run().stdout == ""
    assert "it has Python 3.99" in ready.run(PYTHON=sys.executable).stdout


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "WARNING: Retrying after 'NewConnectionError(... Temporary failure in name resolution)'\n"
            "ERROR: Could not find a version that satisfies the requirement numpy==2.0.0 (from versions: none)\n"
            "ERROR: No matching distribution found for numpy==2.0.0",
            "could not be reached. Check the connection",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n"
            "    numpy==2.0.0\n        Expected sha256 aa\n             Got        bb",
            "checksum differs",
        ),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "certificate refused"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: 'x'", "who owns"),
        ("ERROR: No matching distribution found for numpy==2.0.0", "no release for this Python"),
        ("noise\nERROR: a new kind of failure\nmore noise", "a new kind of failure"),
        ("", "without a word"),
    ],
)
def test_a_failing_pip_is_explained_in_one_line(project: Project, said: str, expected: str) -> None:
    line = one_line(project.run(FAKE_PIP=said or "\n"))
    assert expected in line
    log = project.venv / "install.log"
    assert str(log) in line
    assert said in log.read_text()
    assert not (project.venv / "symbiosis.stamp").exists()


@pytest.mark.parametrize(
    "said",
    [
        "The virtual environment was not created successfully because ensurepip is not available.",
        "/usr/bin/python3: No module named venv",
    ],
)
def test_a_python_without_venv_names_the_package_to_install(project: Project, said: str) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt install python{version}-venv" in one_line(project.run(FAKE_VENV=said))
    # The half-made folder it leaves is no obstacle to the next run.
    assert project.run().returncode == 0


def test_a_disk_that_fills_up_while_the_environment_is_made(project: Project) -> None:
    said = "Error: [Errno 28] No space left on device"
    assert "disk is full" in one_line(project.run(FAKE_VENV=said))


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_missing_file_of_the_project_is_named(project: Project, name: str) -> None:
    (project.root / name).unlink()
    assert f"git checkout -- {name}" in one_line(project.run())
    assert not project.venv.exists()


def test_a_second_installation_waits_for_the_first(project: Project) -> None:
    fcntl = pytest.importorskip("fcntl")
    with (project.root / "requirements.txt").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [sys.executable, SCRIPT],
            cwd=project.root,
            env={**os.environ, "PYTHONPATH": str(project.stand_ins)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert waiting.stdout is not None
        assert "waiting" in waiting.stdout.readline()
        assert not project.venv.exists()
    waiting.communicate()
    assert waiting.returncode == 0
    assert len(project.calls()) == 2


@pytest.mark.parametrize("name", PLAIN)
def test_an_old_python_can_read_what_refuses_it(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    "arguments", [[SCRIPT], ["-m", "tools.doctor"], *(["start.py", name] for name in ("lab", "test", "doctor"))]
)
def test_an_old_python_is_refused_in_one_line(arguments: list[str]) -> None:
    pretend = (
        "import sys, runpy; sys.version_info = (3, 9, 18, 'final', 0); sys.executable = '/usr/bin/python3'\n"
        "how, sys.argv = sys.argv[1], sys.argv[1:]\n"
        "sys.path.insert(0, '')\n"
        "runpy.run_module('tools.doctor', run_name='__main__') if how == '-m' else "
        "runpy.run_path(how, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend, *arguments], cwd=ROOT, capture_output=True, text=True)
    said = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 1
    assert len(said) == 1
    assert "needs Python 3.11 or newer; /usr/bin/python3 is 3.9.18" in said[0]


def shell_script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs: what make itself needs, and no Python yet."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("make", "bash", "sh"):
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"no {name} on this machine")
        (programs / name).symlink_to(found)
    return programs


def make_environment(
    project: Project, programs: Path, *arguments: str, goal: tuple[str, ...] = ("environment",)
) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "Makefile", project.root / "Makefile")
    return subprocess.run(
        [str(programs / "make"), *goal, *arguments],
        cwd=project.root,
        env={"PATH": str(programs), "PYTHONPATH": str(project.stand_ins)},
        capture_output=True,
        text=True,
    )


def test_make_passes_over_pythons_that_are_too_old_or_broken(project: Project, machine: Path) -> None:
    shell_script(machine / "python3", "exit 1")
    shell_script(machine / "python3.14", "echo 'command not found' >&2; exit 127")
    shell_script(machine / "python3.12", f'exec "{sys.executable}" "$@"')
    done = make_environment(project, machine)
    assert done.returncode == 0, done.stderr
    assert len(project.calls()) == 2


def test_make_without_any_python_says_so(project: Project, machine: Path) -> None:
    done = make_environment(project, machine)
    assert done.returncode != 0
    assert "error: no python3 found; install Python 3.11 or newer" in done.stderr


def test_make_uses_the_python_that_is_named(project: Project, machine: Path) -> None:
    shell_script(machine / "python3", "exit 1")
    done = make_environment(project, machine, f"PYTHON={sys.executable}")
    assert done.returncode == 0, done.stderr


def test_the_doctor_finds_nothing_wrong_where_nothing_is() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.doctor", "--inside"], cwd=ROOT, capture_output=True, text=True)
    said = (done.stdout + done.stderr).splitlines()
    assert [line for line in said if line.startswith("PROBLEM")] == []
    assert done.returncode == 0, said
    for checked in ("packages", "symbiosis", "14_the_verdict", "kernel", "port"):
        assert any(checked in line for line in said), checked
    for package in ("data", "model_runs"):
        assert any(re.search(rf"{package}: ([1-9]\d*) of \1 tables", line) for line in said), package
