"""Take the pictures of the README in a real browser: python -m tools.screenshots"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tools.lab import NotebookPage, browser, jupyterlab

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WANTED = (
    ("panel", "01_the_only_way.ipynb", "panel.show()"),
    ("map", "02_the_emptying_countryside.ipynb", 'title="All residents'),
    ("verdict", "01_the_only_way.ipynb", "show_verdict(verdict)"),
)


def main() -> int:
    """Run each notebook, find the cell by its source, and photograph what it put out."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for notebook in {notebook for _, notebook, _ in WANTED}:
            shutil.copy(ROOT / "notebooks" / notebook, folder)
        with jupyterlab(folder) as lab, browser() as chromium:
            for title, notebook, source in WANTED:
                opened = NotebookPage.open(chromium, lab, notebook, width=1180, height=900)
                opened.run_all()
                opened.page.evaluate(
                    """async (source) => {
                        const list = jupyterapp.shell.currentWidget.content;
                        const index = list.widgets.findIndex(c => c.model.sharedModel.source.includes(source));
                        await list.scrollToItem(index, 'start');
                        list.widgets[index].outputArea.node.id = 'wanted';
                    }""",
                    source,
                )
                opened.page.wait_for_timeout(1500)
                opened.page.locator("#wanted").screenshot(path=str(IMAGES / f"{title}.png"))
                opened.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
