"""The project's colours for pages, by role, in light and in dark: from the style of the figures."""

from __future__ import annotations

from symbiosis.charts.style import COLOURS, RAMPS

_LIGHT = {
    "accent": COLOURS["urban"], "second": COLOURS["rural_words"], "soft": COLOURS["muted_words"],
    "edge": COLOURS["muted"], "ground": COLOURS["paper"], "alarm": COLOURS["alarm"], "ink": COLOURS["ink"],
}  # fmt: skip
_DARK = {
    "accent": RAMPS["change"][3], "second": RAMPS["change"][1], "soft": COLOURS["faint"],
    "edge": COLOURS["muted_words"], "ground": COLOURS["ink"], "alarm": COLOURS["against"], "ink": COLOURS["soft"],
}  # fmt: skip


def stylesheet(dark: str = "@media (prefers-color-scheme: dark) { :root { %s } }") -> str:
    """Custom properties --symbiosis-ROLE; dark: where a page is dark, with %s for the properties."""
    light, night = (" ".join(f"--symbiosis-{role}: {c};" for role, c in roles.items()) for roles in (_LIGHT, _DARK))
    return f":root {{ {light} }}\n{dark % night}\n"
