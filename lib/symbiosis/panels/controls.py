"""The controls of a panel as widgets: sliders, menus and switches, the presets above them, and a reset."""

import time
from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets as widgets

from symbiosis.charts.style import DRAWING
from symbiosis.panels.panel import Choice, Control, Panel, Value, slider_value
from symbiosis.parameters import Parameter, ParameterError

PLAY_MILLISECONDS = 180
"""From one step of a play button to the next: longer than a picture takes."""
LATE_SECONDS = 0.25
"""How long after a press of Reset a change that was sent before it may still arrive.

The front end sends a slider's next value only once the kernel has dealt with the one before, and a press of a
button at once: under load the press overtakes the slider.
"""

# Sliders for the back row: the default type of a control is smaller than the text around it.
_LARGER = "<style>.symbiosis-panel{--jp-widgets-font-size:15px}</style>"


class Controls:
    """The widgets of one panel; `box` holds them. What a reader moves here is set in the panel, and the reverse."""

    def __init__(self, panel: Panel[Any]) -> None:
        self._panel = panel
        self._held = self._choosing = False
        self._menu: widgets.Dropdown | None = None
        self._reset_pressed = -float("inf")
        self._inputs = {name: _input(control) for name, control in panel.controls_by_name.items()}
        self.mirror(panel.settings)
        for control in self._inputs.values():
            control.observe(self._on_change, names="value")
            _take_turns(control)
        self._sentence = widgets.HTML("")
        self.box = self._arranged()

    def mirror(self, settings: Mapping[str, Value]) -> None:
        """Show values that were set in the panel. Whatever set them, a scenario that was chosen before is left."""
        self._show(settings)
        if not self._choosing:
            self._leave_scenario()

    def _show(self, settings: Mapping[str, Value]) -> None:
        self._held, before = True, self._held
        try:
            for name, value in settings.items():
                widget, wanted = self._inputs[name], shown(self._panel.controls_by_name[name], value)
                if not _agree(widget, wanted):
                    widget.value = wanted
        finally:
            self._held = before

    def _arranged(self) -> widgets.VBox:
        reset = widgets.Button(description="Reset", tooltip="Every control back to its default", icon="undo")
        reset.layout.width = "110px"
        reset.on_click(lambda _: self._press_reset())
        two = widgets.Layout(grid_template_columns="repeat(2, minmax(0, 490px))", grid_gap="0 20px", width="100%")
        grid = widgets.GridBox(list(self._inputs.values()), layout=two)
        larger = widgets.HTML(_LARGER)
        larger.layout.display = "none"
        players = self._players()
        head: widgets.Widget = widgets.HBox([reset, *players]) if players else reset
        if self._panel.presets:
            names = ["Choose a scenario", *(p.name for p in self._panel.presets)]
            self._menu = widgets.Dropdown(options=names, description="Scenario", layout=widgets.Layout(width="380px"))
            self._menu.add_class("symbiosis-presets")
            self._menu.observe(self._choose, names="value")
            _take_turns(self._menu)
            head = widgets.HBox([self._menu, reset, *players])
        box = widgets.VBox([head, grid, *([self._sentence] if self._menu is not None else []), larger])
        box.add_class("symbiosis-panel")
        return box

    def _players(self) -> list[widgets.Widget]:
        """A play button tied to its slider in the browser, if the panel has one."""
        control = self._panel.controls_by_name.get(self._panel.play)
        if not isinstance(control, Parameter):
            return []
        player = widgets.Play(
            value=shown(control, control.default), interval=PLAY_MILLISECONDS, tooltip=f"Step through {control.label}",
            **_ends(control),
        )  # fmt: skip
        self._tie = widgets.jslink((player, "value"), (self._inputs[control.name], "value"))
        return [player]

    def _choose(self, change: Mapping[str, Any]) -> None:
        with DRAWING:
            chosen = next((p for p in self._panel.presets if p.name == change["new"]), None)
            if chosen is not None and self._overtaken():
                self._leave_scenario()
            elif chosen is not None:
                # Said before the picture comes: it tells what to look at.
                before, self._choosing = self._sentence.value, True
                self._sentence.value = escape(chosen.sentence)
                try:
                    self._panel.apply(chosen.name)
                except BaseException:
                    self._sentence.value = before
                    self._leave_scenario()
                    raise
                finally:
                    self._choosing = False

    def _on_change(self, _: object) -> None:
        with DRAWING:
            if self._held:
                return
            settings = self._panel.settings
            try:
                chosen = {name: _value(self._panel.controls_by_name[name], w) for name, w in self._inputs.items()}
            except ParameterError:  # not a number
                self._show(settings)
                return
            if chosen == settings:
                # The front end sends back what it was sent, rounded to its steps: no news. A year typed with a fraction
                # is shown whole again.
                self._show(settings)
                return
            if self._overtaken():
                self._panel.reset()
            else:
                self._panel.set(**chosen)

    def _press_reset(self) -> None:
        with DRAWING:
            self._panel.reset()
            self._sentence.value = ""
            self._reset_pressed = time.monotonic()

    def _leave_scenario(self) -> None:
        """The menu can name the same scenario again; its sentence stays, since it often asks for a slider."""
        if self._menu is not None:
            self._menu.value = self._menu.options[0]

    def _overtaken(self) -> bool:
        return time.monotonic() - self._reset_pressed < LATE_SECONDS


def _take_turns(widget: widgets.Widget) -> None:
    """A widget has many parts to set, and another thread may set them too: an event waits until nothing is drawn."""
    set_state = widget.set_state

    def wait(state: dict[str, Any]) -> None:
        with DRAWING:
            set_state(state)

    widget.set_state = wait


def _agree(widget: widgets.Widget, value: Value) -> bool:
    """Whether a widget shows a value already, but for rounding.

    A slider counts in steps, and sends 160.00000000000003. An answer with 160 would reach the hand when it has moved
    on, pull the slider back, and the last value of the drag would be lost.
    """
    if isinstance(widget, widgets.FloatSlider):
        return bool(abs(widget.value - value) <= 1e-6 * widget.step)
    return bool(widget.value == value)


def shown(control: Control, value: Value) -> Value:
    """A value as its widget holds it: the text of an option; percent as a number of percent.

    A slider that held .5 and showed 50% would read a typed 50% as fifty, and jump to its end.
    """
    if isinstance(control, Choice):
        return control.text_of(value)
    return float(f"{100 * value:.12g}") if _in_percent(control) else value


def _in_percent(control: Control) -> bool:
    return isinstance(control, Parameter) and control.display.endswith("%")


def _ends(control: Parameter) -> dict[str, float]:
    ends = {"min": control.lower, "max": control.upper, "step": control.step}
    return {name: shown(control, value) for name, value in ends.items()}


def _input(control: Control) -> widgets.Widget:
    label, unit = control.label, "%" if _in_percent(control) else getattr(control, "unit", "")
    if unit:
        label += f" ({unit})"
    look: dict[str, Any] = {"description": label, "style": {"description_width": "210px"}}
    look["layout"] = widgets.Layout(width="100%")
    if isinstance(control, Parameter):
        look["readout_format"] = control.display.replace("%", "f")
        value = shown(control, control.default)
        return widgets.FloatSlider(value, tooltip=control.meaning, continuous_update=True, **_ends(control), **look)
    if isinstance(control, Choice):
        return widgets.Dropdown(options=list(control.options), value=control.default, **look)
    return widgets.Checkbox(control.default, indent=True, **look)


def _value(control: Control, widget: widgets.Widget) -> Value:
    if isinstance(control, Parameter):
        # A slider counts in steps, and gives 0.024999999999999998 for 0.025.
        return slider_value(control, float(f"{widget.value / (100 if _in_percent(control) else 1):.12g}"))
    return control.options[widget.value] if isinstance(control, Choice) else bool(widget.value)
