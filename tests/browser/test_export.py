"""A notebook exported to one HTML file keeps its pictures and readouts, without a kernel and without a network."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser
from tools.lab import refuse_outside
from tools.notebooks import paths


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_exported_page_shows_the_default_panel(path: Path, chromium: Browser, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    body, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    file = tmp_path / f"{path.stem}.html"
    file.write_text(body, encoding="utf-8")
    assert "jupyter.widget-state" not in body

    page = chromium.new_page()
    outside = refuse_outside(page, "file:", "data:", "blob:")
    page.goto(file.as_uri(), wait_until="load")
    stored = [o for c in notebook.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    shown = page.evaluate("() => [...document.querySelectorAll('img')].filter(i => i.naturalWidth > 0).length")
    assert shown == len(stored) > 0
    panel = next(c for c in notebook.cells if "panel" in c.metadata.get("tags", []) and c.outputs)
    words = next(o.data["text/plain"] for o in panel.outputs if 'role="status"' in o.data.get("text/html", ""))
    value = words.split("; ")[0].split(": ", 1)[1]
    assert page.locator("[role=status]").first.inner_text().count(value)
    assert page.get_by_text("Controls, live once the notebook runs").count() >= 1
    # nbconvert's page asks a network for its mathematics, its loader and nothing that shows a result.
    assert {request.resource_type for request in outside} <= {"script", "stylesheet", "font"}
    page.close()
