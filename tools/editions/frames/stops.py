"""Which settings of a panel are computed beforehand: each control along its axis, the others at their defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbiosis.panels.panel import Choice, Control, Panel, Switch
from symbiosis.parameters import Parameter

LADDER = (21, 15, 11, 8, 6)
"""How many stops a slider has, at most; fewer where a panel would weigh too much."""


@dataclass(frozen=True)
class Stop:
    """One value of a control, and the words that show it."""

    value: Any
    text: str


def text_of(control: Control, value: Any) -> str:
    """A value as the control shows it."""
    if isinstance(control, Choice):
        return control.text_of(value)
    if isinstance(control, Switch):
        return "on" if value else "off"
    shown = format(float(value), control.display)
    return f"{shown} {control.unit}" if control.unit and not control.display.endswith("%") else shown


def stops(panel: Panel[Any], name: str, most: int) -> list[Stop]:
    """The stops of one control in order: all options, both states, or at most `most` steps of a slider.

    A slider keeps its ends and its default; what presets set comes in addition, so that each can be shown.
    """
    control = panel.controls_by_name[name]
    if isinstance(control, Choice):
        return [Stop(value, text) for text, value in control.options.items()]
    if isinstance(control, Switch):
        return [Stop(value, text_of(control, value)) for value in (False, True)]
    needed = [control.default, *(p.settings[name] for p in panel.presets if name in p.settings)]
    values = sorted({_round(v) for v in [*_thinned(control, most), *needed]})
    return [Stop(value, text_of(control, value)) for value in values]


def _thinned(slider: Parameter, most: int) -> Sequence[float]:
    steps = int(np.floor((slider.upper - slider.lower) / slider.step + 1e-9))
    at = np.unique(np.rint(np.linspace(0, steps, min(steps + 1, most))).astype(int))
    return [slider.lower + float(step) * slider.step for step in at]


def _round(value: float) -> float:
    """Without what adding up steps leaves behind: 0.025 for 0.024999999999999998."""
    return float(f"{float(value):.12g}")
