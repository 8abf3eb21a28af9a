"""The reader's own verdict, asked before ours is shown: kept in the reader's data folder, never in the repository."""

from __future__ import annotations

import json
import os
import sys
from html import escape
from pathlib import Path
from typing import Any

from symbiosis.lesson.asking import show_question
from symbiosis.lesson.claims import Claim
from symbiosis.lesson.rule import Verdict
from symbiosis.lesson.verdict import SURE

FILE = "verdicts.json"


def data_folder() -> Path:
    """Where this program may keep what a reader said: SYMBIOSIS_HOME, or the system's place for a user's data."""
    named = os.environ.get("SYMBIOSIS_HOME")
    if named:
        return Path(named)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "symbiosis"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "symbiosis"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "symbiosis"


def own_verdicts() -> dict[str, dict[str, Any]]:
    """What the reader said, by claim: {"verdict": how far, "sure": 1 to 4}; empty where nothing readable is kept."""
    try:
        found = json.loads((data_folder() / FILE).read_text(encoding="utf-8"))
        known = {one.value for one in Verdict}
        return {
            str(key): {"verdict": said["verdict"], "sure": int(said["sure"])}
            for key, said in found.items()
            if said["verdict"] in known and 1 <= int(said["sure"]) <= 4
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


def keep(claim: Claim, verdict: Verdict, sure: int) -> str:
    """Keep what the reader said of a claim; the sentence to show, also where it could not be kept."""
    said = {**own_verdicts(), claim.key: {"verdict": verdict.value, "sure": sure}}
    words = f"You said: {verdict.value}, {SURE[sure]} ({sure} of 4)."
    try:
        folder = data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        # Of this program alone: two that wrote into one file would leave halves of both.
        temporary = folder / f"{FILE}.{os.getpid()}"
        try:
            temporary.write_text(json.dumps(said, indent=1, sort_keys=True), encoding="utf-8")
            temporary.replace(folder / FILE)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        remedy = "set SYMBIOSIS_HOME to a folder that can be written"
        return f"{words} It could not be kept ({type(error).__name__}); {remedy}."
    return words


def ask(claim: Claim) -> None:
    """Show the question with its two menus and a button."""
    import ipywidgets as widgets

    far = widgets.Dropdown(
        options=[(one.value, one) for one in Verdict], description="How far", value=Verdict.NOT_SHOWN
    )
    sure = widgets.Dropdown(options=[(f"{SURE[k]}, {k} of 4", k) for k in range(1, 5)], description="How sure", value=2)
    button, note = widgets.Button(description="Commit"), widgets.HTML("")

    def commit(_: object) -> None:
        note.value = escape(keep(claim, far.value, sure.value))
        far.disabled = sure.disabled = button.disabled = True

    button.on_click(commit)
    show_question(
        "Before you see ours: how far does the claim hold, and how sure are you?",
        [far, sure, button],
        note,
        without="Two menus for your own verdict appear here once the notebook runs.",
    )
