"""Every panel of the package, at every end of every control and in every preset."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.artist import Artist
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text

import symbiosis.panels
from symbiosis import tables
from symbiosis.evidence.necessity import ce_fdh, cr_fdh
from symbiosis.figures.necessity import NecessityPicture, NecessityView
from symbiosis.panels.job_queue import job_queue_panel
from symbiosis.panels.necessity import necessity_panel
from symbiosis.panels.panel import Panel, Parameter
from symbiosis.panels.rank_size import rank_size_panel
from symbiosis.panels.rural_peak import rural_peak_panel
from symbiosis.panels.s_curve import s_curve_panel
from symbiosis.panels.structural_change import structural_change_panel
from symbiosis.panels.world_history import world_history_panel


def _cities() -> dict[str, np.ndarray]:
    cities = tables.load("world_cities")
    places = cities[cities["source_name"] == "place"]
    codes = {"China": "CHN", "United States": "USA", "Germany": "DEU"}
    return {name: places["population"][places["country_code"] == code].to_numpy(float) for name, code in codes.items()}


def _urban_shares() -> dict[str, pd.Series]:
    """Three national series as fractions, by country and year."""
    table = tables.load("countries", ["country", "year", "urban_share"]).dropna().set_index("year")
    names = ("China", "South Korea", "India")
    return {name: table.loc[table["country"] == name, "urban_share"] / 100 for name in names}


# How to make each panel. A new panel gets a line here; without it the first test fails.
FACTORIES: dict[str, Callable[[], Panel[Any]]] = {
    "job_queue_panel": job_queue_panel,
    "necessity_panel": lambda: necessity_panel(tables.load("countries"), xlabel="Urban share (%)", ylabel="Income ($)"),
    "rank_size_panel": lambda: rank_size_panel(_cities()),
    "rural_peak_panel": rural_peak_panel,
    "s_curve_panel": lambda: s_curve_panel(_urban_shares(), default="China"),
    "structural_change_panel": structural_change_panel,
    "world_history_panel": lambda: world_history_panel(
        tables.load("countries"), xlabel="Urban share (%)", ylabel="Income ($)"
    ),
}

_PANELS: dict[str, Panel[Any]] = {}


def panel_named(name: str) -> Panel[Any]:
    """The panel, made once for all tests here and reset."""
    if name not in _PANELS:
        _PANELS[name] = FACTORIES[name]()
    panel = _PANELS[name]
    panel.reset()
    return panel


def picture_of(panel: Panel[Any]) -> Any:
    return panel._picture


def cases() -> list[Any]:
    """(panel, settings) for every end of every control and every preset, each with a readable id."""
    found = []
    for name in FACTORIES:
        panel = panel_named(name)
        for settings in panel.extremes():
            changed = [k for k, v in settings.items() if v != panel.defaults()[k]]
            if not changed:
                continue
            value = settings[changed[0]]
            shown = getattr(value, "__name__", value)
            found.append(pytest.param(name, settings, id=f"{name}-{changed[0]}={shown}"))
        for preset in panel.presets:
            found.append(pytest.param(name, {**panel.defaults(), **preset.settings}, id=f"{name}-{preset.name}"))
    return found


def numbers_in(artist: Artist) -> np.ndarray:
    """The numbers that decide where an artist stands."""
    if isinstance(artist, Line2D):
        return np.concatenate([np.asarray(artist.get_xdata(), float), np.asarray(artist.get_ydata(), float)])
    if isinstance(artist, PathCollection):
        offsets = np.asarray(np.ma.filled(artist.get_offsets(), np.nan), float).ravel()
        return np.concatenate([offsets, np.asarray(artist.get_sizes(), float)])
    if isinstance(artist, Polygon):
        return np.asarray(artist.get_xy(), float).ravel()
    if isinstance(artist, Text):
        return np.asarray(artist.get_position(), float)
    raise AssertionError(f"teach this test what numbers a {type(artist).__name__} holds")


def test_no_panel_is_untested() -> None:
    found = set()
    for module in pkgutil.iter_modules(symbiosis.panels.__path__):
        loaded = importlib.import_module(f"symbiosis.panels.{module.name}")
        found |= {
            name
            for name, value in vars(loaded).items()
            if name.endswith("_panel") and inspect.isfunction(value) and value.__module__ == loaded.__name__
        }
    assert found == set(FACTORIES)


@pytest.mark.parametrize("name", FACTORIES)
def test_defaults_make_sense(name: str) -> None:
    panel = panel_named(name)
    assert panel.problem is None
    assert 2 <= len(panel.readout.numbers) <= 5
    assert len(panel.readout.alt) >= 40
    assert len(panel.presets) >= 3


@pytest.mark.parametrize("name", FACTORIES)
def test_presets_have_distinct_names_and_sentences(name: str) -> None:
    presets = panel_named(name).presets
    assert len({p.name for p in presets}) == len(presets)
    for preset in presets:
        assert preset.sentence.endswith(".")


@pytest.mark.parametrize("name", FACTORIES)
def test_labels_fit_beside_their_sliders(name: str) -> None:
    """The label column holds about 30 characters; a longer one is cut off."""
    for control in panel_named(name)._controls.values():
        unit = getattr(control, "unit", "")
        tail = "" if not unit or getattr(control, "display", "").endswith("%") else f" ({unit})"
        assert len(control.label + tail) <= 30 or not isinstance(control, Parameter), control.label


@pytest.mark.parametrize(("name", "settings"), cases())
def test_every_setting_gives_a_finite_picture_or_a_reason(name: str, settings: dict[str, Any]) -> None:
    panel = panel_named(name)
    before, default_readout = panel.png(), panel.readout
    with np.errstate(all="raise", under="ignore"):
        panel.set(**settings)
    if panel.problem is not None:
        assert re.search(r"; |: ", panel.problem), f"no remedy in {panel.problem!r}"
        assert panel.png() == before
        return
    for artist in picture_of(panel).moving:
        assert np.isfinite(numbers_in(artist)).all(), artist
    words = " ".join(f"{name} {value}" for name, value in panel.readout.numbers) + panel.readout.alt
    assert not re.search(r"\b(nan|NaN|inf|None|NA)\b", words), words
    assert panel.readout.alt.strip()
    if settings != panel.defaults():
        assert panel.png() != before or panel.readout != default_readout, "nothing changes that a reader sees"


@pytest.mark.parametrize("name", FACTORIES)
def test_some_setting_moves_the_picture(name: str) -> None:
    panel = panel_named(name)
    before = panel.png()
    changed = 0
    for preset in panel.presets:
        panel.apply(preset.name)
        changed += panel.problem is None and panel.png() != before
        panel.reset()
        assert panel.png() == before, "Reset does not bring the first picture back"
    assert changed >= len(panel.presets) - 1  # one scenario may be the default


@pytest.mark.parametrize("name", FACTORIES)
def test_every_moving_artist_belongs_to_the_figure(name: str) -> None:
    picture = picture_of(panel_named(name))
    for artist in picture.moving:
        assert artist.figure is picture.figure
    assert all(artist.get_animated() for artist in picture.moving)


def test_the_rural_peak_panel_shows_the_peak_at_n_over_k() -> None:
    panel = panel_named("rural_peak_panel")
    panel.set(n=0.02, k=0.05)
    assert panel.readout.numbers[0][1] == "40.0% urban"
    dot = next(a for a in picture_of(panel).moving if isinstance(a, Line2D) and a.get_marker() == "o")
    np.testing.assert_allclose(dot.get_ydata(), [40.0], rtol=1e-9)


def test_the_rural_peak_panel_says_when_the_start_lies_above_the_ceiling() -> None:
    panel = panel_named("rural_peak_panel")
    panel.set(u0=0.8, ceiling=0.5)
    assert panel.problem is not None
    assert "0.8, not below the ceiling 0.5; raise the ceiling or lower the share" in panel.problem
    panel.reset()
    assert panel.problem is None


def test_the_rank_size_panel_finds_the_exponent_of_an_exact_rank_size_rule() -> None:
    """300 cities of the rule P1 / rank have exponent 1 with plain ranks, whatever the cut-off."""
    panel = rank_size_panel({"rule": 60_000_000 / np.arange(1, 301)})
    for cutoff in (200.0, 500.0, 1_000.0):
        panel.set(estimator="Plain rank (biased)", cutoff=cutoff)
        numbers = dict(panel.readout.numbers)
        assert numbers["Exponent, rule (95 % interval)"].startswith("1.00 ")
        assert numbers["Cities counted"] == f"{60_000 / cutoff:.0f}"


def test_the_rank_size_panel_says_which_list_is_too_short() -> None:
    with pytest.raises(ValueError, match="'short' has 3 cities of 100,000; give at least 10"):
        rank_size_panel({"short": [1e6, 5e5, 2e5, 5e4]})


def _view(ceiling_of: Callable[..., Any], share: list[float], income: list[float]) -> NecessityView:
    x, y = np.array(share), np.array(income)
    return NecessityView(
        names=tuple("ABCDEFGH"[: len(x)]), urban_share=x, income=y, ceiling=ceiling_of(x, np.log(y)),
        income_cut=20_000.0, share_cut=50.0, in_corner=(x < 50) & (y >= 20_000), left_out=(), year=2000,
    )  # fmt: skip


@pytest.mark.parametrize("ceiling_of", [ce_fdh, cr_fdh])
def test_one_country_that_decides_alone_draws_no_impossible_ceiling(ceiling_of: Callable[..., Any]) -> None:
    """The poorest in cities is the richest: a single peer, and CR-FDH has no line."""
    picture = NecessityPicture(xlabel="x", ylabel="y")
    picture.update(_view(ceiling_of, [20.0, 60.0, 90.0], [50_000.0, 5_000.0, 1_000.0]))
    picture.figure.canvas.draw()
    for artist in picture.moving:
        assert np.isfinite(numbers_in(artist)).all()
    picture.update(_view(ceiling_of, [20.0, 60.0, 90.0], [1_000.0, 5_000.0, 50_000.0]))
    assert len(picture._line.get_xdata()) >= 2


def test_the_necessity_panel_counts_the_corner_itself() -> None:
    """Four places, one of them rich and mostly rural, and a hand count."""
    frame = pd.DataFrame(
        {
            "country": ["A", "B", "C", "D"], "country_code": ["AAA", "BBB", "CCC", "DDD"], "year": 2000,
            "urban_share": [30.0, 40.0, 80.0, 90.0], "gdp_per_person_ppp": [30_000.0, 2_000.0, 40_000.0, 60_000.0],
            "population": [50_000, 5_000_000, 5_000_000, 5_000_000], "is_un_state": [False, True, True, True],
        }
    )  # fmt: skip
    panel = necessity_panel(pd.concat([frame.assign(year=1990), frame]), xlabel="x", ylabel="y")
    panel.update()
    assert dict(panel.readout.numbers)["Rich and mostly rural"] == "A"
    panel.set(minimum_population=100_000)
    assert dict(panel.readout.numbers)["Rich and mostly rural"] == "none"
    assert dict(panel.readout.numbers)["Countries"] == "3"
    panel.set(minimum_population=0, states_only=True)
    assert dict(panel.readout.numbers)["Rich and mostly rural"] == "none"


def test_the_structural_change_panel_flips_the_sign_with_the_border() -> None:
    """Better farming frees labour when closed and draws it in when open, from one common start."""
    panel = panel_named("structural_change_panel")
    panel.update()
    effect = dict(panel.readout.numbers)["Farming 10% better today"]
    assert re.fullmatch(r"closed -\d+\.\d, open \+\d+\.\d points", effect)
    paths = [line for line in picture_of(panel).moving if isinstance(line, Line2D) and len(line.get_xdata()) == 101]
    closed, opened = (np.asarray(line.get_ydata(), float) for line in paths)
    assert closed[0] == pytest.approx(opened[0], rel=1e-9)
    assert (np.diff(closed) < 0).all()
    assert (np.diff(opened) > 0).all()
    panel.set(open=True)
    assert dict(panel.readout.numbers)["After 100 years (open)"] == f"{opened[-1] / 100:.0%}"
