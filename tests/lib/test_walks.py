"""Every panel survives a random walk, and the walk would see it if one did not.

`python -m bench.walks` goes a thousand moves through each; here the slow panels take fewer.
"""

from __future__ import annotations

import threading
from typing import Any
from unittest import mock

import numpy as np
import pytest
from tests.lib.panels import FACTORIES, panel_named
from tests.lib.test_panel import LinePicture, compute, describe, make
from tests.lib.walks import Walk, walked

from symbiosis.charts.style import DRAWING
from symbiosis.panels.panel import Panel
from symbiosis.panels.rural_peak import rural_peak_panel

MOVES = {"policy_laboratory_panel": 4, "settlement_panel": 3}


@pytest.mark.parametrize("name", FACTORIES)
def test_a_panel_survives_a_walk(name: str) -> None:
    panel = panel_named(name)
    drawn = panel.pictures_drawn
    walked(panel, seed=2, moves=MOVES.get(name, 8))
    assert panel.pictures_drawn > drawn


def test_a_long_walk_meets_settings_that_make_no_sense() -> None:
    walk = walked(make(), seed=1, moves=150)
    assert walk.problems > 0
    assert len(set(walk.kinds)) == 12, "some move was never made"


class Growing(LinePicture):
    """A picture that is higher where the line is steep."""

    def update(self, result: Any) -> float:
        top = super().update(result)
        self.figure.set_size_inches(3, 2 + (result[1][-1] > 3))
        return float(result[1][-1] > 3) + top


class Remembering(LinePicture):
    """A picture that hangs on where it came from."""

    seen = 0.0

    def update(self, result: Any) -> float:
        top = super().update(result)
        self.seen = max(self.seen, float(result[1][-1]))
        self.line.set_linewidth(1 + self.seen)
        return top


class Hoarding(Panel[Any]):
    """Keeps every background it ever drew."""

    def _draw(self, result: Any) -> None:
        super()._draw(result)
        self._backgrounds[float(result[1][-1])] = self._background


def slip(settings: dict[str, Any]) -> Any:
    if settings["level"] == 4 and settings["shape"] == 2:
        raise KeyError("a slip in the code")
    return compute(settings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"picture": Growing()}, "move"),
        ({"picture": Remembering()}, "not that of the settings|first picture"),
        ({"compute": slip}, "a slip in the code"),
    ],
)
def test_the_walk_sees_a_panel_that_breaks(changes: dict[str, Any], message: str) -> None:
    with pytest.raises((AssertionError, KeyError), match=message):
        walked(make(**changes), seed=1, moves=200)


def test_the_walk_sees_a_panel_that_hoards() -> None:
    panel = make()
    panel.__class__ = Hoarding
    with pytest.raises(AssertionError, match="move"):
        walked(panel, seed=1, moves=200)


@pytest.mark.parametrize("loses", ["set", "_send"])
def test_the_walk_sees_a_last_value_that_is_lost(monkeypatch: pytest.MonkeyPatch, loses: str) -> None:
    panel, rng = make(), np.random.default_rng(1)
    real = getattr(panel, loses)

    def sometimes(**given: Any) -> None:
        if rng.random() < 0.9:
            real(**given)

    with Walk(panel, 1).started() as walk:
        monkeypatch.setattr(panel, loses, sometimes)
        with pytest.raises(AssertionError, match="move"):
            walk.go(200)


# what a walk found ----------------------------------------------------------------------------------------


def _slider(panel: Panel[Any], name: str) -> Any:
    panel.controls()
    assert panel._widgets is not None
    return panel._widgets._inputs[name]


def test_not_a_number_from_a_slider_is_no_news() -> None:
    panel = make()
    slider = _slider(panel, "slope")
    slider.set_state({"value": float("nan")})
    assert (slider.value, panel.settings) == (1.0, panel.defaults())
    slider.set_state({"value": 2.0})
    assert panel.settings["slope"] == 2.0


def test_a_year_typed_with_a_fraction_is_the_year_that_the_slider_shows() -> None:
    panel = make()
    slider = _slider(panel, "level")
    for typed, meant in ((1.7, 2.0), (2.2, 2.0), (3.0, 3.0)):
        slider.set_state({"value": typed})
        assert (panel.settings["level"], slider.value) == (meant, meant)
    panel.set(level=0.6, slope=1.3)
    assert (panel.settings["level"], panel.settings["slope"]) == (1.0, 1.3)


def test_a_step_that_is_rounded_is_not_sent_back() -> None:
    """The answer would pull the slider back under a hand that has moved on, and lose the last value of a drag."""
    panel = make()
    slider = _slider(panel, "slope")
    slider.set_state({"value": 3.5000000000000004})
    assert panel.settings["slope"] == 3.5
    assert slider.value == 3.5000000000000004
    panel.set(slope=2.0)
    assert slider.value == 2.0


def test_a_scenario_says_what_to_look_at_before_its_picture_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    panel, said = make(), []
    head, _, sentence, *_ = panel.controls().children
    compute = panel._compute
    monkeypatch.setattr(panel, "_compute", lambda settings: said.append(sentence.value) or compute(settings))
    head.children[0].set_state({"index": 1})
    assert said == ["It rises fast."]
    monkeypatch.setattr(panel, "_compute", mock.Mock(side_effect=ZeroDivisionError))
    with pytest.raises(ZeroDivisionError):
        head.children[0].set_state({"index": 2})
    assert sentence.value == "It rises fast.", "a scenario that failed says nothing"


def test_percent_are_typed_as_percent() -> None:
    """The front end reads 50% as fifty, and sends what the box of a slider says after each Enter."""
    panel = rural_peak_panel()
    slider = _slider(panel, "ceiling")
    assert (slider.value, slider.min, slider.max, slider.readout_format) == (100.0, 30.0, 100.0, ".0f")
    assert slider.description.endswith("(%)")
    slider.set_state({"value": 50.0})
    assert panel.settings["ceiling"] == 0.5
    for value in (0.07, 0.29, 0.57, 0.58):  # a hundred times these is not whole in binary
        panel.set(u0=value)
        assert _slider(panel, "u0").value == round(100 * value)
        _slider(panel, "u0").set_state({"value": _slider(panel, "u0").value})
        assert panel.settings["u0"] == value


@pytest.mark.parametrize("failing", ["compute", "update", "readout"])
@pytest.mark.parametrize("how", ["set", "slider", "menu"])
def test_what_fails_or_is_interrupted_leaves_the_panel_as_it_was(failing: str, how: str) -> None:
    """An interrupt of the kernel may come anywhere; the next event finds settings, sliders and picture together."""
    fail = False

    def failing_at(place: str) -> None:
        if fail and place == failing:
            raise KeyboardInterrupt

    class Interrupted(LinePicture):
        def update(self, result: Any) -> float:
            top = super().update(result)
            failing_at("update")
            return top

    def computed(settings: dict[str, Any]) -> Any:
        failing_at("compute")
        return compute(settings)

    def described(result: Any) -> Any:
        failing_at("readout")
        return describe(result)

    panel = make(compute=computed, readout=described, picture=Interrupted())
    with Walk(panel, 1).started() as walk:
        _slider(panel, "slope").set_state({"value": 3.0})
        before = panel.settings, panel.readout, walk.screen.picture, walk.screen.readout
        fail = True
        move = {
            "set": lambda: panel.set(slope=4.0),
            "slider": lambda: _slider(panel, "slope").set_state({"value": 4.0}),
            "menu": lambda: walk.menu.set_state({"index": 1}),
        }[how]
        with pytest.raises(KeyboardInterrupt):
            move()
        fail = False
        assert (panel.settings, panel.readout) == before[:2]
        same = (walk.screen.picture, walk.screen.readout) == before[2:]
        assert same
        assert _slider(panel, "slope").value == 3.0
        walk.now += 1
        move()
        assert panel.settings["slope"] == 4.0
        walk.expected = panel.settings
        walk.check(thoroughly=True)


def test_a_scenario_can_be_chosen_again_after_a_cell_has_left_it() -> None:
    panel = make()
    panel.controls()
    assert panel._widgets is not None
    menu = panel._widgets._menu
    for leave in (lambda: panel.set(slope=2.0), panel.reset, lambda: panel.apply("Bent and high")):
        menu.set_state({"index": 1})
        assert (panel.settings["slope"], menu.value) == (4.0, "Steep")
        leave()
        assert menu.index == 0


def test_an_event_waits_until_nothing_is_drawn() -> None:
    """A menu has an index, a label and a value: set in the midst of another event they would not fit together."""
    panel = make()
    panel.controls()
    assert panel._widgets is not None
    menu = panel._widgets._menu
    event = threading.Thread(target=menu.set_state, args=({"index": 1},))
    with DRAWING:
        event.start()
        event.join(0.1)
        assert (menu.index, menu.label) == (0, "Choose a scenario")
    event.join(10)
    assert (menu.index, menu.label, panel.settings["slope"]) == (1, "Steep", 4.0)


def test_a_panel_shown_twice_updates_outputs_of_the_same_names(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    def display(data: Any, *, display_id: str = "", **_: Any) -> Any:
        names.append(display_id)
        return type("Handle", (), {"update": lambda *given, **how: None})()

    monkeypatch.setattr("IPython.display.display", display)
    panel = make()
    panel.show()
    panel.show()
    first, second = names[:3], names[3:]
    assert first == second
    assert len({name for name in first if name}) == 2
    make().show()
    assert not {name for name in names[6:] if name} & set(first)


def test_too_few_cities_above_a_cut_off_are_the_readers_to_mend() -> None:
    panel = panel_named("rank_size_panel")
    for estimator in panel.controls_by_name["estimator"].options.values():  # type: ignore[union-attr]
        panel.set(cities="Germany", cutoff=1_500.0, estimator=estimator)
        assert "lower the cut-off" in str(panel.problem)
    panel.reset()
