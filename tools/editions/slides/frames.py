"""Panels on slides: the stored picture, and the pictures computed beforehand where `start.py frames` has made them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.editions.frames import widget

_PANEL = re.compile(r'<div class="symbiosis-frames" data-panel="([\w-]+)"([^>]*)>')
SHARED = '<link rel="stylesheet" href="shared/frames.css"><script defer src="shared/frames.js"></script></head>'


def with_frames(page: str, target: Path, frames: Mapping[str, Mapping[str, Any]]) -> str:
    """The page with every panel joined to its frames; those without keep their stored picture.

    frames: what there is for its panels, by name; what is stale does not belong there.
    """

    def joined(found: re.Match[str]) -> str:
        made = frames.get(found[1])
        if made is None:
            return found[0]
        (target / "frames").mkdir(exist_ok=True)
        (target / "frames" / f"{found[1]}.js").write_text(widget.loaded_file(made), encoding="utf-8")
        rows = -(-len(made["controls"]) // 2)
        return (
            f'<div class="symbiosis-frames" data-panel="{found[1]}" data-frames="frames/{found[1]}.js"{found[2]}>'
            f'<div class="symbiosis-frames-controls" style="--rows:{rows}"></div>'
        )

    changed = _PANEL.sub(joined, page)
    if changed != page:
        for file in (widget.SCRIPT, widget.STYLE):
            shutil.copy(file, target / "shared")
        changed = changed.replace("</head>", SHARED, 1)
    return changed
