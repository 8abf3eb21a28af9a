"""python start.py COMMAND, with make and without: what runs, as whom, and what it says.

The commands run on the small project of test_environment, whose pip, JupyterLab and test runners are stand-ins; the
server that `lab` starts is also tried as it is, by root and by a user who may do little.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import start
from test_environment import Project, machine, make_environment, project, ready, shell_script
from tools.lab import free_port

ROOT = Path(__file__).resolve().parents[2]
__all__ = ["machine", "project", "ready"]  # fixtures

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are made of links and shell scripts")

# Stands in for jupyterlab, ruff, mypy, pytest and the tools: notes its arguments, and fails where it is told to.
FAKE_MODULE = """
import json, os, pathlib, sys
name = pathlib.Path(__file__).stem
with pathlib.Path("runs.jsonl").open("a") as runs:
    runs.write(json.dumps([name, *sys.argv[1:]]) + "\\n")
sys.exit(name in os.environ.get("FAKE_FAILURES", "").split())
"""


@pytest.fixture
def runs(ready: Project) -> Project:
    for name in ("jupyterlab", "ruff", "mypy", "pytest", "uv"):
        (ready.stand_ins / f"{name}.py").write_text(FAKE_MODULE)
    return ready


def ran(project: Project) -> list[list[str]]:
    record = project.root / "runs.jsonl"
    return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []


def test_without_a_command_the_commands_are_listed(project: Project) -> None:
    done = project.start()
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()[2:]] == list(start.COMMANDS)
    assert project.calls() == []


@pytest.mark.parametrize("arguments", [["lib"], ["test", "libs"]])
def test_what_does_not_exist_is_refused_in_one_line(runs: Project, arguments: list[str]) -> None:
    done = runs.start(*arguments)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"{arguments[-1]!r}" in line
    assert "there are " in line
    assert ran(runs) == []


def test_lab_installs_what_is_missing_and_passes_its_options_on(project: Project) -> None:
    (project.stand_ins / "jupyterlab.py").write_text(FAKE_MODULE)
    done = project.start("lab", "--port", "9000")
    assert done.returncode == 0, done.stderr
    assert len(project.calls()) == 2
    ((name, *options),) = ran(project)
    assert name == "jupyterlab"
    assert options[-2:] == ["--port", "9000"]
    assert "--ServerApp.ip=127.0.0.1" in options
    assert f"--ServerApp.root_dir={project.root}" in options


def test_lab_does_not_start_on_a_failed_installation(project: Project) -> None:
    (project.stand_ins / "jupyterlab.py").write_text(FAKE_MODULE)
    assert project.start("lab", FAKE_PIP="ERROR: something").returncode == 1
    assert ran(project) == []


@pytest.mark.parametrize("root", [True, False])
@pytest.mark.parametrize("browser", [True, False])
def test_root_and_a_missing_browser_are_provided_for_in_one_line_each(root: bool, browser: bool) -> None:
    command, said = start.lab_command("python", ["--port", "1"], root, browser)
    assert ("--allow-root" in command) is root
    assert ("--no-browser" in command) is not browser
    assert said == [start.AS_ROOT] * root + [start.NO_BROWSER] * (not browser)
    assert command[-2:] == ["--port", "1"]
    assert not any("token" in part or "password" in part for part in command)


def test_a_browser_is_looked_for_where_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not start.can_open_browser({"TERM": "xterm", "DISPLAY": ""})
    assert start.can_open_browser({"WAYLAND_DISPLAY": "wayland-0"})
    monkeypatch.setattr(sys, "platform", "win32")
    assert start.can_open_browser({})


def test_test_runs_every_part_even_where_one_fails(runs: Project) -> None:
    done = runs.start("test", FAKE_FAILURES="ruff")
    assert done.returncode == 1
    wanted = [command for part in start.PARTS.values() for command in part]
    assert sorted(ran(runs)) == sorted(wanted)
    alone = [command for command in wanted if command != ["mypy"]]
    assert [command for command in ran(runs) if command != ["mypy"]] == alone, "two parts at once, or out of order"
    assert done.stderr == "error: failed: style\n"
    assert "== style: FAILED" in done.stdout
    assert done.stdout.count(": passed, ") == len(start.PARTS) - 1


def test_what_runs_beside_another_part_can_fail_and_is_heard(runs: Project) -> None:
    (runs.stand_ins / "mypy.py").write_text(FAKE_MODULE.replace("sys.exit", "print('a wrong type'); sys.exit"))
    done = runs.start("test", FAKE_FAILURES="mypy")
    assert done.returncode == 1
    assert done.stderr == "error: failed: types\n"
    assert re.search(r"== lib: passed, \d+ s\n== types\na wrong type\n== types: FAILED, \d+ s\n", done.stdout)


def test_the_tests_keep_what_python_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("SOMETHING", "else")
    settings = start.keeping_bytecode()
    assert "PYTHONDONTWRITEBYTECODE" not in settings
    assert settings["SOMETHING"] == "else"


def test_one_part_takes_options(runs: Project) -> None:
    assert runs.start("test", "lib", "-x").returncode == 0
    assert ran(runs) == [["pytest", "-q", "-n", "2", "tests/lib", "tests/faults", "-x"]]
    assert runs.start("test", "types", FAKE_FAILURES="mypy").returncode == 1


def test_every_folder_of_tests_is_in_a_part() -> None:
    parts = [*start.PARTS.values(), *start.OTHER_PARTS.values()]
    named = {word.rstrip("/") for part in parts for command in part for word in command}
    folders = {f"tests/{path.parent.name}" for path in (ROOT / "tests").glob("*/test_*.py")}
    # The editions need an environment of their own, and run apart.
    assert folders <= named | {"tests/editions"}


def test_lock_renews_every_lock_and_names_no_host(runs: Project) -> None:
    assert runs.start("lock").returncode == 0
    made = ran(runs)
    apart = [f"tools/requirements-{name}.txt" for name in ("oldest", "editions", "bench")]
    assert [options[-1] for options in made] == ["requirements.txt", *apart]
    for options in made:
        assert {"--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--universal"} <= set(options)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (["lab", "LAB_FLAGS=--no-browser --port 9"], ["jupyterlab", "--no-browser", "--port", "9"]),
        (["test-types"], ["mypy"]),
        (["test-lib"], ["pytest", "-q", "-n", "2", "tests/lib", "tests/faults"]),
    ],
)
def test_make_calls_the_same_command(
    runs: Project, machine: Path, target: list[str], expected: list[str]
) -> None:  # fmt: skip
    shell_script(machine / "python3", f'exec "{sys.executable}" "$@"')
    shutil.copy(ROOT / "Makefile", runs.root)
    done = make_environment(runs, machine, *target, goal=())
    assert done.returncode == 0, done.stderr
    ((name, *options),) = ran(runs)
    assert [name, *options[len(options) - len(expected) + 1 :]] == expected


def test_make_has_every_command() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {name for line in re.findall(r"^([a-z][a-z ]*): python$", text, re.MULTILINE) for name in line.split()}
    assert targets == {*start.COMMANDS, "help"}


def test_clean_leaves_what_is_not_made(runs: Project) -> None:
    kept = [runs.root / "data" / "a.csv", runs.root / "start.py"]
    gone = [runs.root / "build" / "x", runs.root / "lib" / "a" / "__pycache__" / "x", runs.venv / "pyvenv.cfg"]
    for path in (kept[0], *gone[:2]):
        path.parent.mkdir(parents=True)
        path.touch()
    assert runs.start("clean").returncode == 0
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in gone)


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def listens(port: int) -> bool:
    """Whether someone takes connections on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# A user's namespace: the process is user 1000 to itself, and reads what root may read.
AS_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


@pytest.mark.parametrize("who", ["root", "user"])
def test_the_server_answers_on_this_machine_alone_and_to_its_token_alone(who: str, tmp_path: Path) -> None:
    """Without a browser the address stands in what it prints; nothing else opens it."""
    before: list[str] = []
    if start.is_root() and who == "user":
        if not shutil.which("unshare") or subprocess.run([*AS_USER, "true"], capture_output=True).returncode:
            pytest.skip("root cannot become another user on this machine")
        before = AS_USER
    elif who == "root" and not start.is_root():
        pytest.skip("only root can try as root")
    port = free_port()
    command, _ = start.lab_command(sys.executable, [f"--port={port}"], who == "root", browser=False)
    settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "JUPYTER_PREFER_ENV_PATH": "1"}
    said = tmp_path / "said"
    with said.open("w") as log:
        server = subprocess.Popen([*before, *command], stdout=log, stderr=log, cwd=ROOT, env=settings)
    try:
        deadline = time.monotonic() + 60
        wanted = rf"http://127\.0\.0\.1:{port}(/lab/tree/{re.escape(start.START)})\?token=([0-9a-f]{{40,}})"
        while not (found := re.search(wanted, said.read_text())):
            assert server.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        address = f"http://127.0.0.1:{port}"
        while not listens(port):  # it says its address a moment before
            assert server.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)
        for path in ("/api/contents", "/api/kernels"):
            assert status(address + path) == 403
            assert status(f"{address}{path}?token={found[2]}") == 200
            assert status(f"{address}{path}?token={'0' * len(found[2])}") == 403
        assert status(f"{address}{found[1]}?token={found[2]}") == 200
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), timeout=5)
    finally:
        server.terminate()
        server.wait(20)
