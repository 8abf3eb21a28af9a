"""Panels without a kernel: what is stored is what the panel shows, it weighs little, and it moves in a browser."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image
from tools.editions.colours import stylesheet
from tools.editions.frames import store
from tools.editions.frames.build import MOST_BYTES, frames_of, packed, weight
from tools.editions.frames.capture import Captured, captured, panel_cells, panel_name
from tools.editions.frames.drawn import HEAD, rows
from tools.editions.frames.stops import LADDER, stops
from tools.editions.frames.widget import SCRIPT, STYLE, Stored, loaded_file, stored, widget
from tools.notebooks import paths

from conftest import Open
from symbiosis import tables
from symbiosis.panels.job_queue import job_queue_panel
from symbiosis.panels.panel import READERS_TO_CHANGE, Choice, Panel, Preset, Readout, Switch
from symbiosis.panels.picture import LivePicture
from symbiosis.panels.rural_peak import rural_peak_panel
from symbiosis.parameters import Parameter, SettingsError

HOSTILE = "<img src=x onerror=\"document.title='broken in'\">"


class _Line(LivePicture):
    """A small picture for tests."""

    def __init__(self) -> None:
        (axes,) = self.new_axes(1, height=1.5)
        axes.set(xlim=(0, 10), ylim=(0, 10))
        self._line = self.line(axes, "urban")

    def update(self, result: dict[str, Any]) -> bool:
        self._line.set_data([0, 10], [0, result["slope"]])
        return False


def small_panel(**slider: Any) -> Panel[Any]:
    """A panel with a control of each kind, words that look like markup, and settings that make no sense together."""
    numbers = {"default": 4.0, "lower": 0.0, "upper": 10.0, "step": 0.1, **slider}

    def compute(settings: dict[str, Any]) -> dict[str, Any]:
        if settings["slope"] > 9:
            raise SettingsError(f"too steep {HOSTILE}")
        return settings

    return Panel(
        controls=(
            Parameter(
                "slope", "Slope", "per year", meaning="How steep.", source="assumption", display=".1f", **numbers
            ),
            Choice("which", "Which", {"One": 1, HOSTILE: 2}, "One"),
            Switch("loud", "Loud"),
        ),
        compute=compute,
        picture=_Line(),
        readout=lambda r: Readout([("Slope", f"{r['slope']:.1f}"), ("Which", HOSTILE if r["which"] == 2 else "one")],
                                  f"A line of slope {r['slope']:.1f}, {HOSTILE if r['which'] == 2 else 'one'}."),
        presets=(Preset("Flat & \"even\"", "Look at it lie.", {"slope": 0.25, "loud": True}),),
        play="slope",
    )  # fmt: skip


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


# what is computed ---------------------------------------------------------------------------------------------


@given(steps=st.integers(1, 400), most=st.sampled_from(LADDER), at=st.floats(0, 1))
def test_a_thinned_slider_keeps_its_ends_its_default_and_what_presets_set(steps: int, most: int, at: float) -> None:
    default = round(at * steps) * 0.1
    panel = small_panel(default=default, upper=max(steps * 0.1, 0.3))
    values = [stop.value for stop in stops(panel, "slope", most)]
    assert values == sorted(set(values))
    for kept in (0.0, default, max(steps * 0.1, 0.3), 0.25):
        assert min(abs(v - kept) for v in values) < 1e-9
    assert len(values) <= most + 2


def test_a_choice_keeps_every_option_and_a_switch_both_states() -> None:
    assert [stop.text for stop in stops(small_panel(), "which", 6)] == ["One", HOSTILE]
    assert [stop.text for stop in stops(small_panel(), "loud", 6)] == ["off", "on"]


def settings_of(panel: Panel[Any], made: dict[str, Any]) -> list[tuple[dict[str, Any], int]]:
    """Every setting that is stored, and its frame."""
    found = [({}, made["default"])]
    for control in made["controls"]:
        options = stops(panel, control["name"], 10_000)
        by_text = {stop.text: stop.value for stop in options}
        for stop in control["stops"]:
            found.append(({control["name"]: stop.get("value", by_text.get(stop["text"]))}, stop["frame"]))
    return [*found, *((panel.preset_settings(one["name"]), one["frame"]) for one in made["presets"])]


def assert_as_the_panel(panel: Panel[Any], made: dict[str, Any], sample: int, rng: np.random.Generator) -> None:
    everything = settings_of(panel, made)
    for at in rng.permutation(len(everything))[:sample]:
        settings, place = everything[at]
        frame = made["frames"][place]
        if "problem" in frame:
            with pytest.raises(READERS_TO_CHANGE) as caught:
                panel.render(settings)
            assert str(caught.value).rstrip(".") in frame["problem"]
            continue
        rendering = panel.render(settings)
        kept = base64.b64decode(made["pictures"][frame["picture"]])
        assert np.array_equal(pixels(kept), pixels(packed(rendering.png))), settings
        # Few colours stand for many, and nobody sees it.
        assert np.abs(pixels(kept) - pixels(rendering.png)).mean() < 1.5, settings
        assert frame["numbers"] == [[name, str(value)] for name, value in rendering.readout.numbers]
        assert frame["alt"] == rendering.readout.alt


@pytest.mark.parametrize("make", [small_panel, job_queue_panel, rural_peak_panel])
def test_frames_are_what_the_panel_shows(make: Any) -> None:
    panel = make()
    made = frames_of(Captured("00-1", 0, panel), ladder=(6,))
    assert_as_the_panel(panel, made, 12, np.random.default_rng(1))
    assert weight(made) <= MOST_BYTES
    assert {one["name"] for one in made["controls"]} == set(panel.controls_by_name)


def test_equal_settings_share_a_frame_and_equal_pictures_a_picture() -> None:
    made = frames_of(Captured("00-1", 0, small_panel()), ladder=(6,))
    defaults = {control["stops"][control["default"]]["frame"] for control in made["controls"]}
    assert defaults == {made["default"]}
    # The switch changes no picture.
    shown = [made["frames"][stop["frame"]]["picture"] for stop in made["controls"][2]["stops"]]
    assert len(set(shown)) == 1


def test_a_panel_that_weighs_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.editions.frames.build.MOST_BYTES", 10_000)
    with pytest.raises(ValueError, match=r"panel 00-1 weighs .* thin it further"):
        frames_of(Captured("00-1", 0, small_panel()), ladder=(8, 6))


def test_no_control_takes_a_name_that_links_use(frames: Path) -> None:
    for path in paths():
        made, _ = store.fresh(path)
        assert list(made) == store.names(path)
        for panel in made.values():
            for control in panel["controls"]:
                assert control["name"] not in ("panel", "scenario")


# what is stored -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", paths(), ids=lambda p: p.stem)
def test_stored_frames_are_light_and_as_their_panels(frames: Path, path: Path) -> None:
    assert store.stale(path) == []
    for one in captured(path.resolve()):
        made = store.read(one.name)
        assert made is not None
        assert (store.FOLDER / f"{one.name}.json").stat().st_size <= MOST_BYTES + 30_000
        assert len(loaded_file(made).encode()) <= MOST_BYTES
        assert_as_the_panel(one.panel, made, 5, np.random.default_rng(int(path.stem[:2])))


def test_a_changed_notebook_library_or_table_makes_frames_stale(tmp_path: Path, monkeypatch: Any) -> None:
    path = Path(shutil.copy(paths(["06"])[0], tmp_path))
    assert store.stale(path, tmp_path) == ["06-1: no frames", "06-drawn: no frames"]
    made = frames_of(Captured("06-1", 22, small_panel()), ladder=(6,))

    def keep() -> None:
        store.write(path, [made], {3: [[("a", 1)], []]}, tmp_path)

    keep()
    assert store.stale(path, tmp_path) == []
    fresh, drawn = store.fresh(path, tmp_path)
    assert list(fresh) == ["06-1"]
    assert drawn == {3: [[["a", 1]], []]}

    kept = json.loads((tmp_path / "06-1.json").read_text())
    module = next(name for name in kept["made_from"]["modules"] if name.startswith("symbiosis.panels"))
    kept["made_from"]["modules"][module] = "another"
    (tmp_path / "06-1.json").write_text(json.dumps(kept))
    assert store.stale(path, tmp_path) == [f"06-1: changed since: {module}"]
    assert store.fresh(path, tmp_path)[0] == {}

    keep()
    notebook = nbformat.read(path, as_version=4)
    next(c for c in notebook.cells if c.cell_type == "code").source += "\nfurther = 1"
    nbformat.write(notebook, path)
    assert store.stale(path, tmp_path) == ["06-1: changed since: code", "06-drawn: changed since: code"]
    assert store.fresh(path, tmp_path) == ({}, {})

    keep()
    monkeypatch.setattr(store, "_tables", lambda: "other tables")
    assert store.stale(path, tmp_path) == ["06-1: changed since: tables", "06-drawn: changed since: tables"]
    (tmp_path / "06-1.json").write_text("half a fi")
    assert store.stale(path, tmp_path)[0] == "06-1: no frames"


def test_every_panel_cell_is_found_and_keeps_a_picture_and_a_readout() -> None:
    for path in paths():
        notebook = nbformat.read(path, as_version=4)
        places = panel_cells(notebook)
        assert store.names(path) == [panel_name(path.stem, at + 1) for at in range(len(places))]
        for place in places:
            kept = stored(notebook.cells[place])
            assert len(kept.alt) > 40
            assert "<script" not in kept.readout
            assert kept.readout.count("<div") == kept.readout.count("</div")


def test_a_panel_cell_that_shows_two_panels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "00_two.ipynb"
    cell = nbformat.v4.new_code_cell("from symbiosis.lesson import Lesson\nlesson = Lesson()\n"
                                     "for one in (1, 2):\n    lesson.panel(one, source='none')")  # fmt: skip
    cell.metadata["tags"] = ["panel"]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    with pytest.raises(ValueError, match="cell 0: 2 panels in one cell"):
        captured(path)


# what a picture draws -----------------------------------------------------------------------------------------


def test_rows_are_what_a_picture_draws() -> None:
    figure = Figure()
    one, two = figure.subplots(1, 2)
    one.set_title("First\nof two")
    one.plot([1, 2, np.nan], [3, 4, 5], label="grows")
    one.axhline(7)  # a mark of the axes counts by them, not by data
    dots = one.scatter([1.5], [2.5], c=[9.0])
    one.fill_between([0, 1], [1, 2], [3, 4])
    one.text(0, 0, "words are no data")
    two.barh([0, 1], [10, 20], height=0.5)
    two.set_yticks([0, 1], labels=["Hubei", "Hunan"])
    figure.colorbar(dots)
    found = rows(figure, {two: {"42": 1.25, "43": float("nan")}})
    assert [row for row in found if row[1] == "line"] == [
        ("First of two", "line", "grows", "", "1", "3", "", "", ""),
        ("First of two", "line", "grows", "", "2", "4", "", "", ""),
    ]
    assert ("First of two", "dots", "", "", "1.5", "2.5", "", "", "9") in found
    assert [row[4:8] for row in found if row[1] == "area"] == [("0", "1", "0", "3"), ("1", "2", "1", "4")]
    assert [row for row in found if row[1] == "bar"] == [
        ("2", "bar", "", "Hubei", "0", "-0.25", "10", "0.25", ""),
        ("2", "bar", "", "Hunan", "0", "0.75", "20", "1.25", ""),
    ]
    assert [row[2:] for row in found if row[1] == "place"] == [
        ("42", "", "", "", "", "", "1.25"), ("43", "", "", "", "", "", ""),
    ]  # fmt: skip
    assert len(found) == 9
    assert {len(row) for row in found} == {len(HEAD)}


def test_rows_are_known_of_nearly_every_picture_and_agree_with_the_tables(frames: Path) -> None:
    pictures = known = 0
    for path in paths():
        _, drawn = store.fresh(path)
        for place, cell in enumerate(nbformat.read(path, as_version=4).cells):
            stored_here = sum("image/png" in o.get("data", {}) for o in cell.get("outputs", []))
            pictures += stored_here
            known += stored_here if len(drawn.get(place, [])) == stored_here and all(drawn[place]) else 0
    assert known >= 0.9 * pictures
    _, drawn = store.fresh(paths(["02"])[0])
    lines = {
        (r[2], r[4]): r[5] for cell in drawn.values() for p in cell for r in p if r[0] == "Three series, one country"
    }
    frame = tables.load("countries", ["urban_share"]).query("country == 'China' and year == 2024")
    assert float(lines["World Bank", "2024"]) == pytest.approx(frame["urban_share"].item(), abs=1e-3)


# in a browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one panel and nothing else."""
    folder = tmp_path_factory.mktemp("panel")
    panel = small_panel()
    made = frames_of(Captured("00-1", 0, panel), ladder=(21,))
    rendering = panel.render()
    (folder / "stored.png").write_bytes(rendering.png)
    (folder / "00-1.js").write_text(loaded_file(made), encoding="utf-8")
    for file in (SCRIPT, STYLE):
        shutil.copy(file, folder)
    (folder / "colours.css").write_text(stylesheet())
    html = widget(
        "00-1", Stored("", rendering.readout.alt, "<div>Slope 4.0</div>"), picture="stored.png", frames="00-1.js",
        controls=3, live="live.html", cost="much",
    )  # fmt: skip
    file = folder / "page.html"
    file.write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>a page</title>'
        '<link rel="stylesheet" href="colours.css"><link rel="stylesheet" href="frames.css">'
        "<style>body { background: var(--symbiosis-ground); color: var(--symbiosis-ink); }</style>"
        f'<script src="frames.js" defer></script></head><body><main><h1>A page</h1>{html}</main></body></html>',
        encoding="utf-8",
    )
    return file


READY = ".symbiosis-frames-ready"
SLIDER = "input[type=range]"


def readout(page: Any) -> str:
    return re.sub(r"\s+", " ", page.locator(".symbiosis-frames > [role=status]").inner_text())


def test_a_slider_moves_picture_and_readout_by_keyboard(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file).page
    page.wait_for_selector(READY)
    assert page.get_by_label("Slope").get_attribute("aria-valuetext") == "4.0 per year"
    before = page.locator("img").get_attribute("src")
    page.get_by_label("Slope").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("img").get_attribute("src") != before
    assert "Slope 4.5" in readout(page)
    assert "slope 4.5" in str(page.locator("img").get_attribute("alt"))
    assert page.get_by_label("Slope").get_attribute("aria-valuetext") == "4.5 per year"
    page.keyboard.press("Home")
    assert "Slope 0.0" in readout(page)


def test_one_control_moves_at_a_time_and_reset_brings_all_back(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file).page
    page.wait_for_selector(READY)
    page.get_by_label("Slope").press("Home")
    page.get_by_label("Loud").check()
    assert "Slope 4.0" in readout(page)
    assert page.get_by_label("Slope").get_attribute("aria-valuetext") == "4.0 per year"
    page.get_by_role("button", name="Reset").click()
    assert not page.get_by_label("Loud").is_checked()


def test_a_scenario_shows_its_sentence_and_sets_every_control(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file).page
    page.wait_for_selector(READY)
    page.get_by_label("Scenario").select_option(label='Flat & "even"')
    assert page.get_by_text("Look at it lie.").is_visible()
    assert page.get_by_label("Loud").is_checked()
    assert page.get_by_label("Slope").get_attribute("aria-valuetext") == "0.2 per year"
    page.get_by_label("Slope").press("End")
    assert not page.get_by_text("Look at it lie.").is_visible()


def test_settings_without_sense_are_said_and_the_picture_stays(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file).page
    page.wait_for_selector(READY)
    page.get_by_label("Slope").press("Home")
    before = page.locator("img").get_attribute("src")
    page.get_by_label("Slope").press("End")
    assert "make no sense together: too steep <img" in readout(page)
    assert page.locator("img").get_attribute("src") == before
    assert page.locator("img").count() == 1
    assert page.title() == "a page"


@pytest.mark.parametrize(("label", "action"), [("Slope", "End"), ("Slope", "Home"), ("Slope", "ArrowLeft")])
def test_the_state_of_a_slider_fits_in_a_link(page_file: Path, open_file: Open, label: str, action: str) -> None:
    page = open_file(page_file).page
    page.wait_for_selector(READY)
    page.get_by_label(label).press(action)
    assert_round_trip(page, page_file, open_file)


def test_the_state_of_scenario_choice_and_switch_fits_in_a_link(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file).page
    page.wait_for_selector(READY)
    page.get_by_label("Scenario").select_option(label='Flat & "even"')
    assert_round_trip(page, page_file, open_file)
    page.get_by_label("Which").select_option(label=HOSTILE)
    assert_round_trip(page, page_file, open_file)
    page.get_by_label("Loud").check()
    assert_round_trip(page, page_file, open_file)
    page.get_by_role("button", name="Reset").click()
    assert_round_trip(page, page_file, open_file)


def assert_round_trip(page: Any, file: Path, open_file: Open) -> None:
    page.get_by_role("button", name="Link to this").click()
    link = page.evaluate("location.hash")
    assert link.startswith("#panel=00-1")
    other = open_file(file, link).page
    other.wait_for_selector(READY)
    assert readout(other) == readout(page)
    values = "[...document.querySelectorAll('.symbiosis-frames :is(input, select)')].map(i => i.checked + i.value)"
    assert other.evaluate(values) == page.evaluate(values)
    other.get_by_role("button", name="Link to this").click()
    assert other.evaluate("location.hash") == link


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("#panel=00-1&slope=1e999", "make no sense"),
        ("#panel=00-1&slope=-7", "Slope 0.0"),
        ("#panel=00-1&slope=2.9", "Slope 3.0"),
        ("#panel=00-1&slope=NaN", "Slope 4.0"),
        ("#panel=00-1&slope=", "Slope 4.0"),
        ("#panel=00-1&__proto__=1&constructor=2", "Slope 4.0"),
        (f"#panel=00-1&which={HOSTILE}x", "Which one"),
        (f"#panel=00-1&scenario={HOSTILE}", "Slope 4.0"),
        (f"#panel={HOSTILE}", "Slope 4.0"),
        ("#panel=__proto__&slope=1", "Slope 4.0"),
        ("#%E0%A4%A", "Slope 4.0"),
    ],
)
def test_a_hostile_link_stays_text_and_is_clamped_to_what_is_known(
    page_file: Path, open_file: Open, link: str, shown: str
) -> None:
    opened = open_file(page_file, link)
    page = opened.page
    page.wait_for_selector(READY)
    page.wait_for_timeout(50)
    words = readout(page)
    # An unmoved panel keeps its stored readout, which names the slope only.
    assert shown in words or words == "Slope 4.0"
    assert page.title() == "a page"
    assert page.locator("img").count() == 1
    assert HOSTILE not in page.locator("main").inner_html().replace("&lt;", "<").split("<option")[0]
    assert opened.complaints == []


def test_words_that_look_like_markup_stay_words(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file).page
    page.wait_for_selector(READY)
    page.get_by_label("Which").select_option(label=HOSTILE)
    assert HOSTILE in readout(page)
    assert page.locator("img").count() == 1
    assert page.title() == "a page"


def test_play_steps_to_the_end_and_is_not_offered_where_motion_is_unwanted(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file, reduced_motion="no-preference").page
    page.wait_for_selector(READY)
    page.get_by_label("Slope").press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('input[type=range]').value === document.querySelector('input').max")
    page.get_by_role("button", name="Play").wait_for()
    still = open_file(page_file, reduced_motion="reduce").page
    still.wait_for_selector(READY)
    assert still.get_by_role("button", name="Play").count() == 0


def test_without_scripts_and_without_frames_the_stored_picture_stands(page_file: Path, open_file: Open) -> None:
    page = open_file(page_file, java_script_enabled=False).page
    assert page.locator("img").get_attribute("src") == "stored.png"
    assert page.get_by_text("Slope 4.0", exact=True).is_visible()
    html = widget("00-1", Stored("", "words", "<p>4</p>"), picture="a.png", frames="", controls=0, live="x", cost="y")
    assert "data-frames" not in html
    assert "symbiosis-frames-controls" not in html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_panel_is_accessible(page_file: Path, open_file: Open, axe_source: str, scheme: str, width: int) -> None:
    opened = open_file(page_file, color_scheme=scheme, viewport={"width": width, "height": 720})
    opened.page.wait_for_selector(READY)
    assert opened.axe(axe_source) == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.outside == []
