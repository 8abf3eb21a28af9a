"""The Panel: settings, presets, errors, one picture per change, and a picture that a full redraw would confirm."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from PIL import Image

from symbiosis.charts.style import SCREEN_DPI, new_figure, styled
from symbiosis.panels.panel import Choice, Panel, Preset, Readout, Switch
from symbiosis.parameters import Parameter, ParameterError, SettingsError

ROOT = Path(__file__).resolve().parents[2]

SLOPE = Parameter("slope", "Slope", "per year", 1.0, -5.0, 5.0, 0.5, "Slope of the line.", "assumption", ".1f")
LEVEL = Parameter("level", "Level", "", 0.0, 0.0, 4.0, 1.0, "Height at the start.", "assumption", ".0f")
SHAPE = Choice("shape", "Shape", {"straight": 1, "bent": 2}, "straight")
MIRROR = Switch("mirror", "Mirrored")


class LinePicture:
    """A line; limits jump when it leaves the frame."""

    def __init__(self) -> None:
        self.figure, (axes,) = new_figure(1, height=2, width=3, dpi=SCREEN_DPI)
        self.axes = axes
        self.axes.set(xlim=(0, 1), ylim=(-5, 5))
        (self.line,) = axes.plot([], [], zorder=3)
        self.text = axes.text(0.1, -4, "", zorder=4)
        self.moving: list[Artist] = [self.line, self.text]

    def update(self, result: tuple[np.ndarray, np.ndarray]) -> float:
        x, y = result
        self.line.set_data(x, y)
        self.text.set_text(f"{y[-1]:.1f}")
        top = 5.0 if np.abs(y).max() <= 5 else 20.0
        self.axes.set_ylim(-top, top)
        return top


def compute(settings: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    if settings["slope"] == 5 and settings["mirror"]:
        raise SettingsError("slope is 5 in the mirror; choose a smaller slope")
    x = np.linspace(0, 1, 11)
    y = settings["level"] + settings["slope"] * x ** settings["shape"]
    return x, -y if settings["mirror"] else y


def describe(result: tuple[np.ndarray, np.ndarray]) -> Readout:
    return Readout((("End", f"{result[1][-1]:.2f}"),), f"A line that ends at {result[1][-1]:.2f}.")


PRESETS = (
    Preset("Steep", "It rises fast.", {"slope": 4.0}),
    Preset("Bent and high", "It bends.", {"shape": 2, "level": 4.0}),
)


def make(**changes: Any) -> Panel[Any]:
    given: dict[str, Any] = {
        "controls": (SLOPE, LEVEL, SHAPE, MIRROR),
        "compute": compute,
        "picture": LinePicture(),
        "readout": describe,
        "presets": PRESETS,
    }
    return Panel(**{**given, **changes})


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was displayed; an update of a handle replaces what its display holds."""
    shown: list[dict[str, Any]] = []

    class Handle:
        def __init__(self, entry: dict[str, Any]) -> None:
            self.entry = entry

        def update(self, data: Any, *, raw: bool = False, metadata: Any = None) -> None:
            assert raw
            self.entry.update(data=data, metadata=metadata or {}, updates=self.entry["updates"] + 1)

    def display(data: Any, *, raw: bool = False, metadata: Any = None, display_id: bool = False) -> Handle | None:
        entry = {"data": data, "metadata": metadata or {}, "updates": 0}
        shown.append(entry)
        return Handle(entry) if display_id else None

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.delenv("SERVER_SOFTWARE", raising=False)
    return shown


# settings -------------------------------------------------------------------------------------------------


def test_starts_at_its_defaults() -> None:
    assert make().settings == make().defaults() == {"slope": 1.0, "level": 0.0, "shape": 1, "mirror": False}


def test_set_changes_only_what_it_names() -> None:
    panel = make()
    panel.set(slope=2.0, shape=2)
    assert panel.settings == {"slope": 2.0, "level": 0.0, "shape": 2, "mirror": False}
    assert dict(panel.readout.numbers) == {"End": "2.00"}


def test_reset_returns_every_control_and_the_readout() -> None:
    panel = make()
    panel.update()
    before = panel.readout, panel.png()
    panel.set(slope=-2.0, level=4.0, shape=2, mirror=True)
    assert panel.readout != before[0]
    panel.reset()
    assert (panel.readout, panel.png()) == before
    assert panel.settings == panel.defaults()


def test_a_preset_leaves_nothing_of_the_one_before() -> None:
    panel = make()
    panel.apply("Bent and high")
    assert panel.settings == {"slope": 1.0, "level": 4.0, "shape": 2, "mirror": False}
    panel.apply("Steep")
    assert panel.settings == {**panel.defaults(), "slope": 4.0}


def test_two_panels_share_nothing() -> None:
    first, second = make(), make()
    second.update()
    before = second.png()
    first.set(slope=-5.0, mirror=False)
    assert second.settings == second.defaults()
    assert second.png() == before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"slpe": 1.0}, r"unknown control 'slpe'; known: slope, level, shape, mirror"),
        ({"slope": 5.6}, r"parameter 'slope': 5\.6 is outside \[-5, 5\]"),
        ({"slope": float("nan")}, "parameter 'slope': nan is not finite"),
        ({"slope": float("inf")}, "parameter 'slope': inf is not finite"),
        ({"slope": "steep"}, "parameter 'slope': 'steep' is not a number"),
        ({"shape": 3}, r"choice 'shape': 3 is not among its options \(straight, bent\)"),
        ({"mirror": "yes"}, "switch 'mirror': 'yes' is neither True nor False"),
        ({"mirror": float("nan")}, "switch 'mirror': nan is neither True nor False"),
    ],
)
def test_a_bad_setting_is_named_and_changes_nothing(settings: dict[str, Any], message: str) -> None:
    panel = make()
    panel.update()
    before = panel.settings, panel.readout, panel.pictures_drawn
    with pytest.raises(ParameterError, match=message):
        panel.set(level=2.0, **settings)
    assert (panel.settings, panel.readout, panel.pictures_drawn) == before


def test_unknown_preset_names_the_known() -> None:
    with pytest.raises(ParameterError, match="unknown preset 'Flat'; known: Steep, Bent and high"):
        make().apply("Flat")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"controls": (SLOPE, LEVEL, SHAPE, MIRROR, SLOPE)}, "share a name"),
        ({"presets": (Preset("Odd", "", {"tilt": 1.0}),)}, "preset 'Odd' sets unknown controls: tilt"),
        ({"presets": (Preset("Odd", "", {"slope": 9.0}),)}, "slope"),
        ({"presets": (Preset("Odd", "", {"shape": 9}),)}, "shape"),
    ],
)
def test_a_wrong_declaration_fails_at_once(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        make(**changes)


def test_a_choice_needs_its_default_among_its_options() -> None:
    with pytest.raises(ParameterError, match="choice 'a': default 'z' is not among its options"):
        Choice("a", "A", {"x": 1}, "z")


def test_extremes_reach_every_control() -> None:
    seen = list(make().extremes())
    assert {s["slope"] for s in seen} == {-5.0, 1.0, 5.0}
    assert {s["level"] for s in seen} == {0.0, 4.0}
    assert {s["shape"] for s in seen} == {1, 2}
    assert {s["mirror"] for s in seen} == {False, True}


# settings that make no sense ------------------------------------------------------------------------------


def test_a_problem_keeps_the_last_picture_and_says_what_to_do(displayed: list[dict[str, Any]]) -> None:
    panel = make()
    panel.show()
    panel.set(slope=4.0)
    _, readout, image = displayed
    good = image["data"]["image/png"]
    panel.set(slope=5.0, mirror=True)
    assert panel.problem is not None
    assert "choose a smaller slope" in panel.problem
    assert "choose a smaller slope" in readout["data"]["text/plain"]
    assert 'role="alert"' in readout["data"]["text/html"]
    assert image["data"]["image/png"] == good
    assert image["updates"] == 1
    panel.set(slope=2.0, mirror=False)
    assert panel.problem is None
    assert readout["data"]["text/plain"] == "End: 2.00"
    assert image["data"]["image/png"] != good


def test_defaults_that_fail_are_a_wrong_declaration(displayed: list[dict[str, Any]]) -> None:
    def never(settings: dict[str, Any]) -> Any:
        raise SettingsError("nothing works")

    with pytest.raises(ParameterError, match=r"default settings of this panel fail: .*nothing works"):
        make(compute=never).show()
    assert displayed == []


def test_an_error_of_another_kind_is_not_swallowed() -> None:
    def broken(settings: dict[str, Any]) -> Any:
        raise KeyError("a slip in the code")

    with pytest.raises(KeyError):
        make(compute=broken).update()


# pictures -------------------------------------------------------------------------------------------------


def test_nothing_is_computed_before_it_is_shown() -> None:
    calls: list[int] = []

    def counted(settings: dict[str, Any]) -> Any:
        calls.append(1)
        return compute(settings)

    panel = make(compute=counted)
    assert calls == []
    assert panel.pictures_drawn == 0


@pytest.mark.parametrize("change", ["set", "apply", "reset"])
def test_one_picture_and_one_computation_per_change(displayed: list[dict[str, Any]], change: str) -> None:
    calls: list[dict[str, Any]] = []

    def counted(settings: dict[str, Any]) -> Any:
        calls.append(settings)
        return compute(settings)

    panel = make(compute=counted)
    panel.show()
    panel.set(slope=3.0, level=2.0, shape=2, mirror=True)
    drawn, computed = panel.pictures_drawn, len(calls)
    if change == "set":
        panel.set(slope=-1.0, level=1.0, shape=1, mirror=False)
    elif change == "apply":
        panel.apply("Bent and high")
    else:
        panel.reset()
    assert panel.pictures_drawn == drawn + 1
    assert len(calls) == computed + 1
    assert displayed[2]["updates"] == 2


def test_a_slider_moved_by_the_front_end_moves_the_picture(displayed: list[dict[str, Any]]) -> None:
    panel = make()
    panel.show()
    before = displayed[2]["data"]["image/png"]
    slider = next(w for w in panel.controls().children[1].children if w.description.startswith("Slope"))
    slider.set_state({"value": 3.5})  # what arrives over the comm when a reader drags it
    assert displayed[2]["data"]["image/png"] != before
    assert displayed[1]["data"]["text/plain"] == "End: 3.50"


def test_the_latest_value_wins(displayed: list[dict[str, Any]]) -> None:
    panel = make()
    panel.show()
    slider = panel.controls().children[1].children[0]
    for value in np.linspace(-5, 4, 19):
        slider.set_state({"value": float(value)})
    direct = make()
    direct.set(slope=4.0)
    assert displayed[1]["data"]["text/plain"] == "End: 4.00"
    np.testing.assert_array_equal(pixels(displayed[2]["data"]["image/png"]), pixels(direct.png()))


def test_menu_and_button_do_what_apply_and_reset_do() -> None:
    panel = make()
    head, _, sentence, *_ = panel.controls().children
    menu, reset = head.children
    menu.value = "Steep"
    assert panel.settings["slope"] == 4.0
    assert sentence.value == "It rises fast."
    reset.click()
    assert panel.settings == panel.defaults()
    assert menu.value == menu.options[0]
    assert sentence.value == ""


def test_a_scenario_can_be_chosen_again_after_a_slider_has_left_it() -> None:
    panel = make()
    head, grid, sentence, *_ = panel.controls().children
    menu = head.children[0]
    slider = next(w for w in grid.children if w.description.startswith("Slope"))
    menu.set_state({"index": 1})
    slider.set_state({"value": 3.5})
    assert (panel.settings["slope"], menu.value, sentence.value) == (3.5, menu.options[0], "It rises fast.")
    menu.set_state({"index": 1})
    assert panel.settings["slope"] == 4.0


def test_a_change_that_a_press_of_reset_overtook_does_not_undo_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end sends a button at once and a slider's last value late; a later change counts again."""
    now = [100.0]
    monkeypatch.setattr("symbiosis.panels.controls.time.monotonic", lambda: now[0])
    panel = make()
    head, grid, sentence, *_ = panel.controls().children
    menu, reset = head.children
    slider = next(w for w in grid.children if w.description.startswith("Slope"))
    reset.click()
    menu.set_state({"index": 1})
    slider.set_state({"value": 3.5})
    assert panel.settings == panel.defaults()
    assert (menu.value, sentence.value) == (menu.options[0], "")
    untouched = make()
    untouched.update()
    assert panel.readout == untouched.readout
    now[0] += 1.0
    slider.set_state({"value": 3.5})
    assert panel.settings["slope"] == 3.5
    menu.set_state({"index": 1})
    assert sentence.value == "It rises fast."


def test_controls_called_from_two_threads_take_turns(displayed: list[dict[str, Any]]) -> None:
    """JupyterLab sends sliders to one thread of the kernel and buttons to another."""
    inside, most = 0, 0

    class SlowPicture(LinePicture):
        def update(self, result: Any) -> float:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            time.sleep(0.005)
            inside -= 1
            return super().update(result)

    panel = make(picture=SlowPicture())
    panel.show()
    head, grid, *_ = panel.controls().children
    slider = next(w for w in grid.children if w.description.startswith("Slope"))
    menu = head.children[0]

    def drag() -> None:
        for value in np.linspace(-5, 4, 15):
            slider.set_state({"value": float(value)})

    def choose() -> None:
        for index in (1, 0) * 8:
            menu.set_state({"index": index})

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(drag), pool.submit(choose)]:
            job.result()
    assert most == 1
    assert displayed[1]["data"]["text/plain"] == f"End: {panel.settings['slope']:.2f}"


def test_a_value_sent_back_in_other_rounding_is_no_news(displayed: list[dict[str, Any]]) -> None:
    panel = make()
    panel.show()
    head, grid, *_ = panel.controls().children
    menu = head.children[0]
    slider = next(w for w in grid.children if w.description.startswith("Slope"))
    menu.set_state({"index": 1})
    drawn = panel.pictures_drawn
    slider.set_state({"value": 4.0 - 1e-15 * 4})
    assert panel.pictures_drawn == drawn
    assert menu.value == "Steep"


def test_without_presets_there_is_still_a_reset() -> None:
    panel = make(presets=())
    panel.set(slope=2.0)
    panel.controls().children[0].click()
    assert panel.settings == panel.defaults()


def _widgets_in(box: Any) -> list[Any]:
    return [box, *(found for child in getattr(box, "children", ()) for found in _widgets_in(child))]


def test_a_play_button_steps_its_slider_in_the_browser() -> None:
    panel = Panel(
        controls=[SLOPE, LEVEL], compute=lambda s: compute({**s, "shape": 1, "mirror": False}), picture=LinePicture(),
        readout=describe, play="level",
    )  # fmt: skip
    found = _widgets_in(panel.controls())
    (player,) = (one for one in found if type(one).__name__ == "Play")
    assert (player.min, player.max, player.value) == (0, 4, 0)
    (slider,) = (one for one in found if getattr(one, "description", "") == "Level")
    assert panel._widgets is not None
    assert panel._widgets._tie.source == (player, "value")
    assert panel._widgets._tie.target == (slider, "value")


def test_only_a_slider_can_be_played() -> None:
    for name in ("mirror", "nothing"):
        with pytest.raises(ParameterError, match="plays one of its sliders"):
            Panel(controls=[SLOPE, MIRROR], compute=compute, picture=LinePicture(), readout=describe, play=name)


@pytest.mark.parametrize(
    "settings", [{}, {"slope": -5.0}, {"slope": 4.0, "level": 4.0}, {"level": 4.0, "shape": 2, "mirror": True}]
)
def test_the_blitted_picture_equals_a_full_redraw(settings: dict[str, Any]) -> None:
    """Pixel for pixel, where the moving artists lie above all others (spines: 2.5); blitting always puts them there."""
    picture = LinePicture()
    panel = make(picture=picture)
    panel.update()
    panel.set(**settings)
    blitted = pixels(panel.png())
    for artist in picture.moving:
        artist.set_animated(False)
    styled(picture.figure.canvas.draw)()
    full = np.asarray(picture.figure.canvas.buffer_rgba())[:, :, :3]
    np.testing.assert_array_equal(blitted, full)
    assert (blitted != 255).any()


def test_changed_limits_reach_the_picture() -> None:
    picture = LinePicture()
    panel = make(picture=picture)
    panel.set(slope=5.0)
    small = pixels(panel.png())
    panel.set(slope=5.0, level=4.0)
    assert picture.axes.get_ylim() == (-20, 20)
    left_margin = slice(0, 30)  # the labels of the ticks, which do not move, only redraw
    assert (pixels(panel.png())[:, left_margin] != small[:, left_margin]).any()


def test_what_stands_still_is_drawn_once_for_each_name(monkeypatch: pytest.MonkeyPatch) -> None:
    panel, straight, drawn = make(), make(), 0
    once = panel._drawn_background

    def counted() -> Any:
        nonlocal drawn
        drawn += 1
        return once()

    monkeypatch.setattr(panel, "_drawn_background", counted)
    panel.update()
    first = panel.png()
    for _ in range(3):
        panel.set(slope=5.0, level=4.0)
        wide = panel.png()
        panel.reset()
        again = panel.png() == first
        assert again
    assert drawn == 2
    straight.update()  # laid out by its first picture, as the other
    straight.set(slope=5.0, level=4.0)
    same = wide == straight.png()
    assert same


def test_few_pictures_of_what_stands_still_are_kept() -> None:
    class Restless(LinePicture):
        def update(self, result: Any) -> float:
            super().update(result)
            return float(result[1][-1])

    panel = make(picture=Restless())
    for slope in np.arange(-5, 5.5, 0.5):
        panel.set(slope=float(slope))
    assert len(panel._backgrounds) == 16


def test_every_picture_has_the_same_size() -> None:
    panel = make()
    panel.update()
    sizes = set()
    for settings in panel.extremes():
        panel.set(**settings)
        sizes.add(pixels(panel.png()).shape)
    assert sizes == {(200, 300, 3)}


# what the notebook gets -----------------------------------------------------------------------------------


def test_three_outputs_each_readable_without_a_kernel(displayed: list[dict[str, Any]]) -> None:
    make().show()
    controls, readout, image = displayed
    assert "application/vnd.jupyter.widget-view+json" in controls["data"]
    assert controls["data"]["text/plain"].endswith("Slope, Level, Shape, Mirrored.")
    assert readout["data"]["text/plain"] == "End: 1.00"
    assert "A line that ends at 1.00." in readout["data"]["text/html"]
    assert 'aria-live="polite"' in readout["data"]["text/html"]
    assert image["data"]["image/png"].startswith(b"\x89PNG")
    assert image["data"]["text/plain"] == "A line that ends at 1.00."
    assert image["metadata"] == {"image/png": {"width": 300, "height": 200, "alt": "A line that ends at 1.00."}}


def test_the_alt_text_follows_the_picture(displayed: list[dict[str, Any]]) -> None:
    panel = make()
    panel.show()
    panel.set(slope=3.0)
    assert displayed[2]["metadata"]["image/png"]["alt"] == "A line that ends at 3.00."


def test_an_empty_alt_text_is_refused(displayed: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="alt text is empty"):
        make(readout=lambda result: Readout((("End", "1"),), " ")).show()


def test_readout_and_presets_are_text_and_not_markup(displayed: list[dict[str, Any]]) -> None:
    evil = "<img src=x onerror=alert(1)>"
    panel = make(
        readout=lambda result: Readout(((evil, evil),), evil), presets=(Preset("Steep", evil, {"slope": 4.0}),)
    )
    panel.show()
    head, _, sentence, *_ = panel.controls().children
    head.children[0].value = "Steep"
    assert "<img" not in displayed[1]["data"]["text/html"]
    assert "<img" not in sentence.value


def test_voila_gets_widgets_that_follow(displayed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    panel = make()
    panel.show()
    readout, image = (one["data"] for one in displayed[2:4])
    before, words = image.value, readout.value
    assert b64decode(re.search(r"base64,([^\"]+)", before)[1]).startswith(b"\x89PNG")  # type: ignore[index]
    assert 'alt="' in before
    assert "<script" in displayed[1]["data"]["text/html"]
    panel.set(slope=-2.0)
    assert image.value != before
    assert readout.value != words


def test_labels_carry_units_and_tooltips_meanings() -> None:
    slider = make().controls().children[1].children[0]
    assert slider.description == "Slope (per year)"
    assert slider.tooltip == SLOPE.meaning
    assert (slider.min, slider.max, slider.step) == (-5.0, 5.0, 0.5)


def test_a_line_is_what_the_fake_draws() -> None:
    """The fake picture itself: without it, every picture above could be an empty frame."""
    picture = LinePicture()
    make(picture=picture).set(slope=2.0)
    assert isinstance(picture.line, Line2D)
    np.testing.assert_allclose(picture.line.get_ydata(), np.linspace(0, 2, 11))


# without widgets ------------------------------------------------------------------------------------------


def test_a_slip_in_the_code_is_never_shown_as_the_readers_fault() -> None:
    def broken(settings: dict[str, Any]) -> Any:
        raise ValueError("operands could not be broadcast together")

    panel = make(compute=broken)
    with pytest.raises(ValueError, match="operands"):
        panel.update()
    assert panel.problem is None


def test_render_gives_what_set_shows_and_leaves_the_panel_alone() -> None:
    panel, other = make(), make()
    panel.update()
    other.update()
    before = panel.settings, panel.readout, panel.png()
    rendering = panel.render({"slope": 4.0, "level": 4.0})
    other.set(slope=4.0, level=4.0)
    assert rendering.readout == other.readout
    np.testing.assert_array_equal(pixels(rendering.png), pixels(other.png()))
    assert (panel.settings, panel.readout, panel.png()) == before


def test_render_refuses_what_set_refuses_and_what_makes_no_sense() -> None:
    with pytest.raises(ParameterError, match="unknown control 'slpe'"):
        make().render({"slpe": 1.0})
    with pytest.raises(SettingsError, match="choose a smaller slope"):
        make().render({"slope": 5.0, "mirror": True})


def test_render_needs_no_widgets() -> None:
    program = (
        "import sys\n"
        "sys.modules['ipywidgets'] = None\n"
        "import tests.lib.test_panel as t\n"
        "rendering = t.make().render({'slope': 2.0})\n"
        "print(rendering.readout.numbers, rendering.png[:4] == b'\\x89PNG')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "(('End', '2.00'),) True", done.stderr
