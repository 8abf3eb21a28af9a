"""A release is whole, the same whenever it is made, and opens with nothing but Python; hosts get what a desk gets."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest
from tools import hosted, release, unpack
from tools.lab import free_port

ROOT = Path(__file__).resolve().parents[2]


def archive(folder: Path, files: dict[str, str], name: str = "symbiosis-site-1.zip") -> Path:
    with zipfile.ZipFile(folder / name, "w") as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return folder / name


def test_a_released_site_is_served_by_python_alone(tmp_path: Path) -> None:
    project = tmp_path / "project 城市"
    for name in ("tools/__init__.py", "tools/environment.py", "tools/unpack.py", "tools/editions/__init__.py",
                 "tools/editions/site/__init__.py", "tools/editions/site/serve.py", "start.py"):  # fmt: skip
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, project / name)
    archive(tmp_path, {"site/index.html": "<h1>Here</h1>"})
    port = free_port()
    command = [sys.executable, "-S", "start.py", "serve", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
                    assert answer.read() == b"<h1>Here</h1>"
                break
            except OSError:
                assert server.poll() is None, server.communicate()[0]
                time.sleep(0.1)
        else:
            pytest.fail("nothing answered")
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "site/../../outside.txt", "other/index.html"])
def test_an_archive_that_is_not_ours_is_refused(tmp_path: Path, name: str) -> None:
    bad = archive(tmp_path, {"site/index.html": "x", name: "x"})
    with pytest.raises(unpack.ArchiveError, match="no archive of ours"):
        unpack.unpack(bad, tmp_path / "build" / "site")
    assert list((tmp_path / "build").iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "no page", "checksum"])
def test_a_damaged_archive_leaves_nothing_behind(tmp_path: Path, damage: str) -> None:
    bad = archive(tmp_path, {"site/page.html" if damage == "no page" else "site/index.html": "x" * 5000})
    if damage == "cut":
        bad.write_bytes(bad.read_bytes()[:-40])
    if damage == "checksum":
        (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  {bad.name}\n")
    with pytest.raises(unpack.ArchiveError, match=r"download it again|no archive of ours"):
        unpack.unpack(bad, tmp_path / "build" / "site")
    assert not (tmp_path / "build").exists() or list((tmp_path / "build").iterdir()) == []


def test_a_release_holds_what_was_built_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wheel(target: Path) -> Path:
        (target / "symbiosis-1.whl").write_bytes(b"wheel")
        return target / "symbiosis-1.whl"

    monkeypatch.setattr(release, "build_wheel", wheel)
    monkeypatch.setattr(release, "check_wheel", lambda path: "checked " + path.name)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("x")
    target = tmp_path / "release"
    assert release.gather(target, tmp_path, ["site", "book"]) == ["book"]
    first = {path.name: path.read_bytes() for path in target.iterdir()}
    assert {"RELEASE.txt", "SHA256SUMS", "symbiosis-1.whl"} < set(first)
    assert b"editions not built: book" in first["RELEASE.txt"]
    packed = unpack.find(target)
    assert packed is not None
    assert unpack.expected(packed) == unpack.sha256(packed)
    assert unpack.unpack(packed, tmp_path / "again") == tmp_path / "again"
    assert (tmp_path / "again" / "index.html").read_text() == "x"
    os.utime(tmp_path / "site" / "index.html", (0, 0))
    release.gather(target, tmp_path, ["site", "book"])
    assert {path.name: path.read_bytes() for path in target.iterdir()} == first


def test_a_hosted_lab_gets_our_settings_and_our_buttons(tmp_path: Path) -> None:
    hosted.main(tmp_path)
    share = tmp_path / "share" / "jupyter"
    assert (share / "labextensions" / "symbiosis-room" / "static" / "room.js").is_file()
    json.loads((share / "lab" / "settings" / "overrides.json").read_text(encoding="utf-8"))


def test_hosts_install_the_lock_with_its_hashes_and_then_the_library() -> None:
    wanted = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").split("\n")
    assert wanted[:2] == ["--require-hashes", "-r ../requirements.txt"]
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)
    script = (ROOT / "binder" / "postBuild").read_text(encoding="utf-8")
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    assert "--no-deps" in script
    described = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert {"name", "image", "postCreateCommand", "postAttachCommand", "forwardPorts"} <= set(described)
    assert "--require-hashes -r requirements.txt && bash binder/postBuild" in described["postCreateCommand"]
    assert "127.0.0.1" in described["postAttachCommand"]
    version = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert described["image"].endswith(":" + version)
    notebook = re.search(r"lab/tree/(\S+)", described["postAttachCommand"])
    assert notebook
    assert (ROOT / notebook[1]).is_file()
