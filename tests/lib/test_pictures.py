"""The README's pictures show what the notebooks show."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from tools.pictures import IMAGES, PICTURES, RECORD, Picture, digest, stale, stored

ROOT = Path(__file__).resolve().parents[2]
SHOWN = re.findall(r"!\[([^\]]*)\]\((docs/images/[^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))


def test_no_picture_is_stale() -> None:
    assert stale() == [], "run: python start.py pictures"


def test_every_picture_of_the_readme_is_made_by_the_command_and_told_in_words() -> None:
    assert sorted(path for _, path in SHOWN) == sorted(f"docs/images/{picture.name}.png" for picture in PICTURES)
    assert all(len(words) > 10 for words, _ in SHOWN)


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.png")), ids=lambda p: p.name)
def test_a_picture_is_whole_and_small(path: Path) -> None:
    with Image.open(path) as image:
        image.load()
        assert image.width >= 900
    assert path.stat().st_size < 500_000


def notebook(folder: Path, html: str = "<b>one</b>", tags: tuple[str, ...] = ("verdict",)) -> Path:
    cell = {
        "cell_type": "code",
        "source": ["draw_map(\n", "1)"],
        "metadata": {"tags": list(tags)},
        "outputs": [
            {"output_type": "stream", "text": "words"},
            {"output_type": "display_data", "data": {"text/html": html, "text/plain": "<at 0x1>"}},
        ],
    }
    words = {"cell_type": "markdown", "source": "draw_map(", "metadata": {}}
    empty = {"cell_type": "code", "source": [], "metadata": {"tags": list(tags)}, "outputs": []}
    path = folder / "01_made_up.ipynb"
    path.write_text(json.dumps({"cells": [words, empty, cell]}))
    return folder


@pytest.mark.parametrize(("pattern", "tag"), [("", "verdict"), (r"draw_\w*map\(", "")])
def test_a_digest_follows_what_is_shown_and_nothing_else(tmp_path: Path, pattern: str, tag: str) -> None:
    picture = Picture("verdict", "01_made_up", pattern, tag, "text/html")
    first = digest(picture, notebook(tmp_path))
    assert stored(picture, tmp_path) == "<b>one</b>"
    assert digest(picture, notebook(tmp_path, tags=("verdict", "other"))) == first
    assert digest(picture, notebook(tmp_path, "<b>two</b>")) != first


def test_a_cell_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="01_made_up has no cell tagged verdict with image/png"):
        digest(Picture("verdict", "01_made_up", "", "verdict", "image/png"), notebook(tmp_path))


def test_a_stale_picture_is_found(tmp_path: Path) -> None:
    """A record of other days, then a picture that is gone."""
    record = {picture.name: digest(picture) for picture in PICTURES}
    for picture in PICTURES:
        (tmp_path / f"{picture.name}.png").touch()
    (tmp_path / RECORD.name).write_text(json.dumps({**record, "map": "0"}))
    assert stale(images=tmp_path) == ["map"]
    (tmp_path / RECORD.name).write_text(json.dumps(record))
    assert stale(images=tmp_path) == []
    (tmp_path / "panel.png").unlink()
    assert stale(images=tmp_path) == ["panel"]
