"""The frames of one panel: every picture that its stops and presets need, with readout and words, packed small."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

from PIL import Image

from symbiosis.panels.panel import READERS_TO_CHANGE, Control, Panel
from symbiosis.parameters import Parameter
from tools.editions.frames.capture import Captured
from tools.editions.frames.stops import LADDER, Stop, stops, text_of

MOST_BYTES = 3_000_000
"""What a panel may weigh, with everything that a page loads for it."""
COLOURS = 64
"""Of a packed picture: with fewer, the lightest shades of a map run together."""


def packed(png: bytes) -> bytes:
    """A picture with few colours, as small as a PNG file gets."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small = io.BytesIO()
    few.save(small, format="png", optimize=True)
    return small.getvalue()


class _Frames:
    """Frames of one panel, each setting and each picture kept once."""

    def __init__(self, panel: Panel[Any]) -> None:
        self.panel = panel
        self.frames: list[dict[str, Any]] = []
        self.pictures: list[str] = []
        self._known: dict[str, int] = {}
        self._marks: dict[str, int] = {}

    def at(self, settings: Mapping[str, Any]) -> int:
        """The place of the frame of these settings, made where it is new."""
        whole = {**self.panel.defaults(), **settings}
        controls = self.panel.controls_by_name
        key = repr([v if isinstance(controls[n], Parameter) else text_of(controls[n], v) for n, v in whole.items()])
        if key not in self._known:
            self._known[key] = len(self.frames)
            self.frames.append(self._made(whole))
        return self._known[key]

    def _made(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        try:
            rendering = self.panel.render(settings)
        except READERS_TO_CHANGE as error:
            return {"problem": f"These settings make no sense together: {str(error).rstrip('.')}."}
        small = packed(rendering.png)
        mark = hashlib.sha256(small).hexdigest()
        if mark not in self._marks:
            self._marks[mark] = len(self.pictures)
            self.pictures.append(base64.b64encode(small).decode())
        numbers = [[str(name), str(value)] for name, value in rendering.readout.numbers]
        return {"picture": self._marks[mark], "numbers": numbers, "alt": rendering.readout.alt}


def frames_of(captured: Captured, ladder: tuple[int, ...] = LADDER) -> dict[str, Any]:
    """Everything a page needs to show a panel without a kernel, within MOST_BYTES.

    ValueError where even the coarsest steps weigh more, or where the default settings give no picture.
    """
    known = _Frames(captured.panel)
    default = known.at({})
    if "problem" in known.frames[default]:
        raise ValueError(f"panel {captured.name}: its default settings fail: {known.frames[default]['problem']}")
    for most in ladder:
        made = _arranged(captured, known, default, most)
        if weight(made) <= MOST_BYTES:
            return made
    raise ValueError(f"panel {captured.name} weighs {weight(made):,} bytes with {most} stops a slider; thin it further")


def weight(made: Mapping[str, Any]) -> int:
    """Bytes of a panel as it is stored."""
    return len(json.dumps(made, ensure_ascii=False).encode())


def _arranged(captured: Captured, known: _Frames, default: int, most: int) -> dict[str, Any]:
    panel = captured.panel
    axes = {name: stops(panel, name, most) for name in panel.controls_by_name}
    controls = [_control(panel, known, name, axis) for name, axis in axes.items()]
    presets = [
        {
            "name": preset.name, "sentence": preset.sentence, "frame": known.at(preset.settings),
            "stops": [
                _place(panel.controls_by_name[name], axes[name], value)
                for name, value in panel.preset_settings(preset.name).items()
            ],
        }
        for preset in panel.presets
    ]  # fmt: skip
    size = Image.open(io.BytesIO(base64.b64decode(known.pictures[0]))).size
    made = {
        "name": captured.name, "size": list(size), "play": panel.play, "default": default,
        "controls": controls, "presets": presets, "frames": known.frames, "pictures": known.pictures,
    }  # fmt: skip
    return _used(made)


def _control(panel: Panel[Any], known: _Frames, name: str, axis: list[Stop]) -> dict[str, Any]:
    control = panel.controls_by_name[name]
    kind = "slider" if isinstance(control, Parameter) else type(control).__name__.lower()
    return {
        "name": name, "kind": kind, "label": control.label,
        "meaning": control.meaning if isinstance(control, Parameter) else "",
        "default": _place(control, axis, panel.defaults()[name]),
        "stops": [
            {"text": stop.text, "frame": known.at({name: stop.value})}
            | ({"value": stop.value} if kind == "slider" else {})
            for stop in axis
        ],
    }  # fmt: skip


def _place(control: Control, axis: list[Stop], value: Any) -> int:
    """Which stop a value is."""
    if isinstance(control, Parameter):
        return min(range(len(axis)), key=lambda place: abs(axis[place].value - value))
    return [stop.text for stop in axis].index(text_of(control, value))


def _used(made: dict[str, Any]) -> dict[str, Any]:
    """Without frames and pictures that only finer steps needed."""
    wanted = [made["default"], *(p["frame"] for p in made["presets"])]
    wanted += [stop["frame"] for control in made["controls"] for stop in control["stops"]]
    frames = {old: new for new, old in enumerate(dict.fromkeys(wanted))}
    shown = [made["frames"][old] for old in frames]
    pictures = {old: new for new, old in enumerate(dict.fromkeys(f["picture"] for f in shown if "picture" in f))}
    return {
        **made,
        "default": frames[made["default"]],
        "controls": [
            {**c, "stops": [{**stop, "frame": frames[stop["frame"]]} for stop in c["stops"]]} for c in made["controls"]
        ],
        "presets": [{**p, "frame": frames[p["frame"]]} for p in made["presets"]],
        "frames": [{**f, "picture": pictures[f["picture"]]} if "picture" in f else f for f in shown],
        "pictures": [made["pictures"][old] for old in pictures],
    }
