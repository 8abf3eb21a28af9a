"""Take the pictures of the README: python start.py pictures

Two of them are stored in the notebooks already: a map, which is copied, and a verdict card, which a browser draws. The
panel is photographed live, for its controls are stored nowhere. docs/images/pictures.json keeps a digest of what each
shows, by which a test finds a picture that no longer shows what its notebook does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
RECORD = IMAGES / "pictures.json"
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: white; font: 15px/1.5 system-ui, "Noto Sans", "DejaVu Sans", sans-serif }
#wanted { padding: 12px; width: 960px }</style><div id="wanted">%s</div>"""


@dataclass(frozen=True)
class Picture:
    """A cell of a notebook that the README shows: the first with a tag, or with code that a pattern finds.

    kind: the type of the output that the cell must have for it.
    """

    name: str
    notebook: str
    pattern: str
    tag: str
    kind: str


PICTURES = (
    Picture("panel", "01_the_only_way", r"", "panel", "image/png"),
    Picture("map", "02_the_emptying_countryside", r"draw_\w*map\w*\(", "", "image/png"),
    Picture("verdict", "01_the_only_way", r"lesson\.verdict\(", "verdict", "text/html"),
)


def outputs(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """What a cell put out: one mapping of types to contents for each output."""
    return [
        {kind: "".join(content) if isinstance(content, list) else content for kind, content in output["data"].items()}
        for output in cell.get("outputs", [])
        if "data" in output
    ]


def cell_of(picture: Picture, folder: Path = ROOT / "notebooks") -> dict[str, Any]:
    """The stored cell that a picture shows; LookupError when the notebook has none."""
    cells = json.loads((folder / f"{picture.notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        fits = cell["cell_type"] == "code" and re.search(picture.pattern, "".join(cell["source"]))
        tagged = not picture.tag or picture.tag in cell["metadata"].get("tags", [])
        if fits and tagged and any(picture.kind in one for one in outputs(cell)):
            found: dict[str, Any] = cell
            return found
    wanted = f"tagged {picture.tag}" if picture.tag else f"that calls {picture.pattern}"
    raise LookupError(f"{picture.notebook} has no cell {wanted} with {picture.kind}: execute it, or change PICTURES")


def stored(picture: Picture, folder: Path = ROOT / "notebooks") -> str:
    """The first output of the wanted kind."""
    return next(str(one[picture.kind]) for one in outputs(cell_of(picture, folder)) if picture.kind in one)


def digest(picture: Picture, folder: Path = ROOT / "notebooks") -> str:
    """A digest of what the picture shows: the stored pictures and texts of its cell."""
    shown = [
        [kind, one[kind]] for one in outputs(cell_of(picture, folder)) for kind in sorted(one) if kind != "text/plain"
    ]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def stale(folder: Path = ROOT / "notebooks", images: Path = IMAGES) -> list[str]:
    """The pictures that are missing, or show what their notebook no longer does."""
    record = json.loads((images / RECORD.name).read_text(encoding="utf-8"))
    return [
        picture.name
        for picture in PICTURES
        if not (images / f"{picture.name}.png").exists() or record.get(picture.name) != digest(picture, folder)
    ]


def photograph_panel(chromium: Any, picture: Picture, target: Path) -> None:
    """Run the notebook in JupyterLab and photograph the outputs of the cell, controls included."""
    from tools.lab import NotebookPage, jupyterlab

    source = "".join(cell_of(picture)["source"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "notebooks" / f"{picture.notebook}.ipynb", folder)
        with jupyterlab(folder) as lab:
            opened = NotebookPage.open(chromium, lab, f"{picture.notebook}.ipynb", width=1180, height=900)
            opened.run_all()
            opened.page.evaluate(
                """async (source) => {
                    const list = jupyterapp.shell.currentWidget.content;
                    const index = list.widgets.findIndex(c => c.model.sharedModel.source === source);
                    await list.scrollToItem(index, 'start');
                    list.widgets[index].outputArea.node.id = 'wanted';
                }""",
                source,
            )
            opened.page.wait_for_timeout(1500)
            opened.page.locator("#wanted").screenshot(path=str(target))
            opened.close()


def photograph_html(chromium: Any, picture: Picture, target: Path) -> None:
    """Draw the stored HTML on a page of its own, on paper."""
    page = chromium.new_page(viewport={"width": 1000, "height": 600})
    page.set_content(PAGE % stored(picture))
    page.locator("#wanted").screenshot(path=str(target))
    page.close()


def copy_png(chromium: Any, picture: Picture, target: Path) -> None:
    """The picture as it is stored."""
    target.write_bytes(base64.b64decode(stored(picture)))


TAKE: dict[str, Callable[[Any, Picture, Path], None]] = {
    "panel": photograph_panel, "map": copy_png, "verdict": photograph_html,
}  # fmt: skip


def main() -> int:
    """Take every picture, and write down what each shows."""
    from tools.lab import browser

    IMAGES.mkdir(parents=True, exist_ok=True)
    record = {}
    with browser() as chromium:
        for picture in PICTURES:
            TAKE[picture.name](chromium, picture, IMAGES / f"{picture.name}.png")
            record[picture.name] = digest(picture)
            print(f"{picture.name}.png from {picture.notebook}")
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
