"""The one error of the build."""

from __future__ import annotations


class BuildError(RuntimeError):
    """The build stopped: a raw input, a check or a declaration is wrong; the old tables are untouched."""


def check(name: str, holds: bool, message: str) -> None:
    """Stop the build with one clear line unless ``holds``; ``name`` is the check's own name."""
    if not bool(holds):
        raise BuildError(f"check '{name}' failed: {message}")
