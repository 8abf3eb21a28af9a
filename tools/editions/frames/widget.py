"""A panel on a page: its stored picture and readout, and the script's place for controls where there are frames."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

HERE = Path(__file__).parent
SCRIPT, STYLE = HERE / "frames.js", HERE / "frames.css"
NOTE = "Computed beforehand: one control moves at a time, and the others go back to their defaults."


@dataclass(frozen=True)
class Stored:
    """What the cell of a panel keeps of it: its picture as PNG in base64, alternative text, readout as HTML."""

    picture: str
    alt: str
    readout: str


def stored(cell: NotebookNode) -> Stored:
    """Read a panel's cell; ValueError where it has no picture or no readout."""
    picture, alt, readout = "", "", ""
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data:
            picture, alt = str(data["image/png"]), str(data.get("text/plain", ""))
        elif 'role="status"' in data.get("text/html", ""):
            html = re.sub(r"<script\b.*?</script>|<details\b.*?</details>", "", str(data["text/html"]), flags=re.S)
            readout = re.sub(r"^.*?<div role=\"status\"[^>]*>|</div>\s*$", "", html, flags=re.S)
    if not picture or not readout:
        raise ValueError("the cell of a panel has no stored picture or readout; run start.py execute")
    return Stored(re.sub(r"\s", "", picture), alt, readout)


def loaded_file(made: Mapping[str, Any]) -> str:
    """The script that brings a panel's frames to a page."""
    wanted = {name: made[name] for name in ("name", "play", "default", "controls", "presets", "frames", "pictures")}
    return f"symbiosisFrames.receive({json.dumps(wanted, ensure_ascii=False, separators=(',', ':'))});\n"


def widget(name: str, kept: Stored, *, picture: str, frames: str, controls: int, live: str, cost: str) -> str:
    """The HTML of a panel.

    picture: address of the stored picture; frames: address of the script with its frames, or "" where there are none;
    controls: how many it has; live: address of the notebook where it runs; cost: what that costs, in words.
    """
    source = f' data-frames="{escape(frames, quote=True)}"' if frames else ""
    rows = f' style="--rows:{-(-controls // 2)}"' if frames else ""
    note = NOTE if frames else "The stored picture of the default settings."
    return (
        f'<section class="symbiosis-frames" id="panel-{name}" data-panel="{name}"{source} aria-label="Panel {name}">'
        + (f'<div class="symbiosis-frames-controls"{rows}></div>' if frames else "")
        + f'<div role="status" aria-live="polite">{kept.readout}</div>'
        f'<img src="{escape(picture, quote=True)}" alt="{escape(kept.alt, quote=True)}">'
        f'<details><summary>The picture in words</summary><p class="symbiosis-frames-words">{escape(kept.alt)}</p>'
        f'</details><p class="symbiosis-frames-note">{note} <span class="symbiosis-frames-live">'
        f'<a class="symbiosis-live" href="{escape(live, quote=True)}">Run it live</a>: {escape(cost)}</span></p>'
        "</section>"
    )
