"""A random walk through a panel: what a hand, a typing reader, a script and two threads of a kernel can do to it.

After every move the walk knows what the settings must be, and compares what is shown: sliders, readout, picture.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import numpy as np
from ipywidgets.widgets.widget_selection import TraitError

from symbiosis.panels.controls import shown
from symbiosis.panels.panel import READERS_TO_CHANGE, Choice, Panel, slider_value
from symbiosis.parameters import Parameter, ParameterError

NONSENSE = (None, "abc", "", [], {}, float("nan"))
BACKGROUNDS = 16
Settings = dict[str, Any]


class Screen:
    """What a reader has in front of him: the last readout and the last picture, and how many pictures came."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.pictures = 0

    def display(self, data: Any, *, metadata: Any = None, display_id: Any = None, **_: Any) -> Any:
        """Stands for IPython's display: a handle replaces what its output holds."""
        output = {"data": data, "metadata": metadata or {}}
        self.outputs.append(output)

        def update(data: Any, *, metadata: Any = None, **_: Any) -> None:
            output.update(data=data, metadata=metadata or {})
            self.pictures += "image/png" in data

        return mock.Mock(update=update) if display_id else None

    @property
    def readout(self) -> dict[str, str]:
        bundle: dict[str, str] = self.outputs[1]["data"]
        return bundle

    @property
    def picture(self) -> bytes:
        png: bytes = self.outputs[2]["data"]["image/png"]
        return png

    @property
    def size(self) -> tuple[Any, ...]:
        """Columns and rows of the picture, and the width and height at which it is shown."""
        shown = self.outputs[2]["metadata"]["image/png"]
        return (*struct.unpack(">2I", self.picture[16:24]), shown["width"], shown["height"])


class Walk:
    """One panel on a screen, its widgets, and what its settings must be; every: how often all is computed anew."""

    def __init__(self, panel: Panel[Any], seed: int, *, every: int = 10) -> None:
        self.panel, self.rng, self.every = panel, np.random.default_rng(seed), every
        self.screen, self.now, self.problems = Screen(), 0.0, 0
        self.expected: Settings = panel.defaults()
        self.kinds: list[str] = []

    @contextmanager
    def started(self) -> Iterator[Walk]:
        """The panel shown, under a clock of the walk's own: a second passes from move to move, none within one."""
        with (
            mock.patch("IPython.display.display", self.screen.display),
            mock.patch("symbiosis.panels.controls.time.monotonic", self.clock),
            mock.patch.dict("os.environ", {"SERVER_SOFTWARE": ""}),
            ThreadPoolExecutor(2) as self.threads,
        ):
            self.panel.reset()
            self.panel.show()
            self.first = self.screen.picture, self.screen.readout, self.screen.size
            self.widgets = self.panel._widgets._inputs  # type: ignore[union-attr]
            self.menu = self.panel._widgets._menu  # type: ignore[union-attr]
            yield self

    def clock(self) -> float:
        return self.now

    def go(self, moves: int) -> None:
        """Walk on, and at the end press Reset: the first picture comes back byte for byte."""
        kinds: list[Callable[[], None]] = [
            self.slide, self.slide, self.slide, self.typed, self.beyond, self.nonsense, self.preset, self.reset,
            self.code, self.bad_code, self.rendered, self.drag, self.drag, self.two_hands, self.menu_in_a_drag,
        ]  # fmt: skip
        for _ in range(moves):
            kind = kinds[self.rng.integers(len(kinds))]
            self.kinds.append(kind.__name__)
            self.now += 1.0
            kind()
            self.check(thoroughly=len(self.kinds) % self.every == 0)
        self.now += 1.0
        self.press_reset()
        same = self.first == (self.screen.picture, self.screen.readout, self.screen.size)
        assert same, f"{self.where}: Reset does not bring the first picture back"
        assert self.panel.settings == self.panel.defaults(), self.where

    @property
    def where(self) -> str:
        return f"move {len(self.kinds)} ({', '.join(self.kinds[-5:])}) at {self.panel.settings}"

    def check(self, *, thoroughly: bool) -> None:
        """Settings, widgets, readout and picture agree with each other and with what must be."""
        panel = self.panel
        assert panel.settings == self.expected, f"{self.where}: expected {self.expected}"
        for name, control in panel.controls_by_name.items():
            held, wanted = self.widgets[name].value, shown(control, self.expected[name])
            agree = abs(held - wanted) < 1e-9 if isinstance(control, Parameter) else held == wanted
            assert agree, f"{self.where}: {name} shows {held!r}"
        assert len(panel._backgrounds) <= BACKGROUNDS, self.where
        assert self.screen.size == self.first[2], self.where
        if panel.problem is not None:
            self.problems += 1
            assert panel.problem in self.screen.readout["text/plain"], self.where
        if thoroughly:
            self.compute_anew()

    def compute_anew(self) -> None:
        """Readout and picture are those that a computation from the present settings alone gives."""
        try:
            fresh = self.panel.render(self.expected)
        except READERS_TO_CHANGE as error:
            self.says(str(error))
            return
        assert self.panel.problem is None, self.where
        assert fresh.readout == self.panel.readout, self.where
        assert self.screen.readout == self.panel._readout_bundle(), self.where
        same = fresh.png == self.screen.picture
        assert same, f"{self.where}: the picture is not that of the settings"

    def says(self, problem: str) -> None:
        assert problem.rstrip(".") in str(self.panel.problem), self.where

    # moves ------------------------------------------------------------------------------------------------

    def value(self, name: str, *, typed: bool = False) -> tuple[dict[str, Any], Any]:
        """What the front end sends for some value of a control, and the setting that it means."""
        control = self.panel.controls_by_name[name]
        if isinstance(control, Parameter):
            scale = 100 if control.display.endswith("%") else 1
            lower, upper, step = (scale * v for v in (control.lower, control.upper, control.step))
            if typed:
                text = format(self.rng.uniform(lower, upper), f".{self.rng.integers(6)}f")
                number = min(max(float(text), lower), upper)
            else:
                steps = round((upper - lower) / step)
                end = self.rng.random() < 0.2
                number = min(
                    lower + float(self.rng.choice([0, steps]) if end else self.rng.integers(steps + 1)) * step, upper
                )
            return {"value": number}, slider_value(control, float(f"{number / scale:.12g}"))
        if isinstance(control, Choice):
            index = int(self.rng.integers(len(control.options)))
            return {"index": index}, list(control.options.values())[index]
        on = bool(self.rng.integers(2))
        return {"value": on}, on

    def control(self, kind: Any = object) -> str | None:
        names = [n for n, c in self.panel.controls_by_name.items() if isinstance(c, kind)]
        return str(self.rng.choice(names)) if names else None

    def slide(self) -> None:
        name = self.control()
        assert name is not None
        state, self.expected[name] = self.value(name)
        self.widgets[name].set_state(state)

    def typed(self) -> None:
        """A number in the box beside a slider, between its steps."""
        if name := self.control(Parameter):
            state, self.expected[name] = self.value(name, typed=True)
            self.widgets[name].set_state(state)

    def beyond(self) -> None:
        if name := self.control(Parameter):
            control, far = self.panel.controls_by_name[name], float(self.rng.choice([-1e12, 1e12, -np.inf, np.inf]))
            assert isinstance(control, Parameter)
            self.widgets[name].set_state({"value": far})
            self.expected[name] = control.lower if far < 0 else control.upper

    def nonsense(self) -> None:
        """Refused by the widget, or taken for nothing."""
        if name := self.control(Parameter):
            with suppress(TraitError):
                self.widgets[name].set_state({"value": NONSENSE[self.rng.integers(len(NONSENSE))]})

    def preset(self) -> None:
        if self.menu is not None:
            self.choose(int(self.rng.integers(len(self.menu.options))))

    def choose(self, index: int) -> None:
        if index:
            self.expected = self.panel.preset_settings(self.panel.presets[index - 1].name)
        self.menu.set_state({"index": index})

    def reset(self) -> None:
        self.press_reset()

    def press_reset(self) -> None:
        self.expected = self.panel.defaults()
        head = self.panel.controls().children[0]
        buttons = [w for w in getattr(head, "children", [head]) if getattr(w, "description", "") == "Reset"]
        buttons[0]._handle_custom_msg({"event": "click"}, [])

    def code(self) -> None:
        """Several settings at once from a cell, or a scenario by its name."""
        if self.panel.presets and self.rng.random() < 0.3:
            name = self.panel.presets[self.rng.integers(len(self.panel.presets))].name
            self.expected = self.panel.preset_settings(name)
            self.panel.apply(name)
            return
        names = [n for n in self.panel.controls_by_name if self.rng.random() < 0.5]
        chosen = {name: self.value(name, typed=self.rng.random() < 0.5)[1] for name in names}
        self.expected |= chosen
        self.panel.set(**chosen)

    def bad_code(self) -> None:
        for bad in ({"no such control": 1.0}, {self.control(): object()}, {self.control(): float("nan")}):
            try:
                self.panel.set(**bad)
            except ParameterError:
                continue
            raise AssertionError(f"{self.where}: {bad} was taken")

    def rendered(self) -> None:
        """Another setting drawn by the way; the panel stays as it is."""
        names = [n for n in self.panel.controls_by_name if self.rng.random() < 0.5]
        with suppress(READERS_TO_CHANGE):
            self.panel.render({name: self.value(name)[1] for name in names})

    # events faster than the model -------------------------------------------------------------------------

    def burst(self, *hands: list[Callable[[], object]]) -> None:
        """Every hand in a thread of its own, as fast as it can."""
        before, shown = self.panel.settings, self.screen.pictures

        def play(hand: list[Callable[[], object]]) -> None:
            for event in hand:
                event()

        for done in [self.threads.submit(play, hand) for hand in hands]:
            done.result()
        if self.panel.settings != before and self.panel.problem is None:
            assert self.screen.pictures > shown, f"{self.where}: a burst without a picture"

    def events(self, name: str, number: int) -> tuple[list[Callable[[], object]], Any]:
        """A drag of one control, and the value at which it ends."""
        sent = [self.value(name, typed=self.rng.random() < 0.2) for _ in range(number)]
        widget = self.widgets[name]
        return [lambda state=state: widget.set_state(state) for state, _ in sent], sent[-1][1]

    def drag(self) -> None:
        name = self.control()
        assert name is not None
        hand, self.expected[name] = self.events(name, 4)
        self.burst(hand)
        self.compute_anew()

    def two_hands(self) -> None:
        """Two controls at once: the last value of each arrives."""
        names = list(self.panel.controls_by_name)
        hands = []
        for name in self.rng.permutation(names)[:2]:
            hand, self.expected[str(name)] = self.events(str(name), 3)
            hands.append(hand)
        self.burst(*hands)
        self.compute_anew()

    def menu_in_a_drag(self) -> None:
        """A scenario or Reset while a control is dragged: whichever came last, and nothing in between."""
        name = self.control()
        assert name is not None
        hand, end = self.events(name, 3)
        if self.menu is None or self.rng.random() < 0.3:
            self.burst(hand, [self.press_reset])
            self.expected = self.panel.defaults()  # what a press has overtaken does not count
        else:
            index = int(self.rng.integers(1, len(self.menu.options)))
            self.burst(hand, [lambda: self.menu.set_state({"index": index})])
            scenario = self.panel.preset_settings(self.panel.presets[index - 1].name)
            self.expected = scenario if self.panel.settings == scenario else {**scenario, name: end}
        self.compute_anew()


def walked(panel: Panel[Any], seed: int, moves: int, *, every: int = 10) -> Walk:
    """A walk that held; AssertionError, or what the panel raised, where it did not."""
    with Walk(panel, seed, every=every).started() as walk:
        try:
            walk.go(moves)
        except Exception as error:
            error.add_note(walk.where)
            raise
    return walk
