"""Every panel of the package, at every end of every control and in every preset."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle
from matplotlib.text import Text
from tests.lib.panels import FACTORIES, counties_and_ages, panel_named, systems, verdicts

import symbiosis.panels
from symbiosis import tables
from symbiosis.charts.style import use_style
from symbiosis.economy.laboratory import Laboratory, weighted_economy, with_doses
from symbiosis.economy.mutual_benefit import GAINS, gains, percent
from symbiosis.evidence.necessity import ce_fdh, cr_fdh
from symbiosis.lesson.ledger import Rules, rejudge
from symbiosis.lesson.rule import Design
from symbiosis.lesson.rule import Verdict as HowFar
from symbiosis.panels.county_twins import ELSEWHERE, county_twins_panel
from symbiosis.panels.coupling_coordination import coupling_coordination_panel
from symbiosis.panels.kuznets import kuznets_panel
from symbiosis.panels.necessity import NecessityPicture, NecessityView, necessity_panel
from symbiosis.panels.panel import Choice, Control, Panel, Parameter
from symbiosis.panels.rank_size import rank_size_panel
from symbiosis.panels.verdict_ledger import verdict_ledger_panel


def picture_of(panel: Panel[Any]) -> Any:
    return panel._picture


def shown_text(control: Control, value: Any) -> str:
    """What a person reads for this value."""
    if isinstance(control, Choice):
        return next(text for text, option in control.options.items() if option == value)
    return str(value)


def cases(panel: Panel[Any]) -> list[tuple[str, dict[str, Any]]]:
    """The settings at every end of every control and in every preset, each with what a person reads of them."""
    found = []
    for settings in panel.extremes():
        changed = [k for k, v in settings.items() if v != panel.defaults()[k]]
        if changed:
            shown = shown_text(panel.controls_by_name[changed[0]], settings[changed[0]])
            found.append((f"{changed[0]}={shown}", settings))
    return found + [(preset.name, {**panel.defaults(), **preset.settings}) for preset in panel.presets]


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
    if isinstance(artist, FancyBboxPatch | Rectangle):
        return np.asarray([artist.get_x(), artist.get_y(), artist.get_width(), artist.get_height()], float)
    if isinstance(artist, LineCollection):
        return np.concatenate([np.asarray(path.vertices, float).ravel() for path in artist.get_paths()])
    if isinstance(artist, Legend):
        return np.zeros(0)
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
    for control in panel_named(name).controls_by_name.values():
        unit = getattr(control, "unit", "")
        tail = "" if not unit or getattr(control, "display", "").endswith("%") else f" ({unit})"
        assert len(control.label + tail) <= 30 or not isinstance(control, Parameter), control.label


def wrong_at(panel: Panel[Any], settings: dict[str, Any], default: tuple[bytes, Any]) -> str:
    """What is wrong with a panel at some settings, "" if nothing; default: the picture and readout after a reset."""
    with np.errstate(all="raise", under="ignore"):
        panel.set(**settings)
    if panel.problem is not None:
        if not re.search(r"; |: ", panel.problem):
            return f"no remedy in {panel.problem!r}"
        return "" if panel.png() == default[0] else "the last good picture is gone"
    for artist in picture_of(panel).moving:
        if not np.isfinite(numbers_in(artist)).all():
            return f"{artist} is not finite"
    words = " ".join(f"{name} {value}" for name, value in panel.readout.numbers) + panel.readout.alt
    if found := re.search(r"\b(nan|NaN|inf|None|NA)\b", words):
        return f"{found.group()} in {words!r}"
    if not panel.readout.alt.strip():
        return "no alternative text"
    if settings != panel.defaults() and (panel.png(), panel.readout) == default:
        return "nothing changes that a reader sees"
    return ""


@pytest.mark.parametrize("name", FACTORIES)
def test_every_setting_gives_a_finite_picture_or_a_reason(name: str) -> None:
    panel = panel_named(name)
    default = panel.png(), panel.readout
    assert len(cases(panel)) > len(panel.presets)
    wrong = []
    for shown, settings in cases(panel):
        panel.reset()
        if found := wrong_at(panel, settings, default):
            wrong.append(f"{shown}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", FACTORIES)
def test_some_setting_moves_the_picture(name: str) -> None:
    panel = panel_named(name)
    before = panel.png()
    changed = 0
    for preset in panel.presets:
        panel.apply(preset.name)
        changed += panel.problem is None and panel.png() != before
        panel.reset()
        again = panel.png() == before  # a name, for pytest compares two pictures byte by byte, for minutes
        assert again, f"Reset does not bring the first picture back after {preset.name!r}"
    assert changed >= len(panel.presets) - 1  # one scenario may be the default


@pytest.mark.parametrize("name", FACTORIES)
def test_a_picture_does_not_hang_on_the_settings_of_the_program(name: str) -> None:
    panel = panel_named(name)
    drawn = set()
    for settings in (mpl.rcdefaults, use_style):
        with mpl.rc_context():
            settings()
            panel._background = panel._drawn_background()
            drawn.add(hashlib.sha256(panel.png()).hexdigest())
    assert len(drawn) == 1


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
    assert "'Urban share at the start' is 80%, not below 'Ceiling of the urban share', 50%" in panel.problem
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
    panel.set(leave_out=1)
    assert panel.problem is not None
    assert "3 countries are too few for a ceiling; relax" in panel.problem


def test_an_open_economy_in_a_world_that_keeps_pace_is_the_closed_one() -> None:
    panel = panel_named("structural_change_panel")
    still = panel.result.opened[-1]
    panel.set(world=1.0)
    assert np.allclose(panel.result.opened, panel.result.closed)
    panel.set(world=0.5)
    assert panel.result.closed[-1] < panel.result.opened[-1] < still


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


def test_the_kuznets_panel_turns_where_the_closed_form_says() -> None:
    panel = panel_named("kuznets_panel")
    panel.set(income_ratio=4.0, urban_share=0.33)
    numbers = dict(panel.readout.numbers)
    assert numbers["Greatest at an urban share of"] in {"33%", "34%"}  # 1 / (1 + 2), on a grid of half points
    assert numbers["Gini index"] == "0.333"
    panel.set(income_ratio=4.0, urban_share=0.6)
    assert dict(panel.readout.numbers)["10 points more urban, same ratio"].startswith("-")


def test_the_kuznets_panel_says_when_nobody_is_unequal() -> None:
    panel = panel_named("kuznets_panel")
    panel.set(income_ratio=1.0)
    assert dict(panel.readout.numbers)["Greatest at an urban share of"] == "no share"


def test_the_presets_of_the_kuznets_panel_keep_their_word() -> None:
    panel = panel_named("kuznets_panel")
    panel.apply("Unequal inside as well")
    assert int(dict(panel.readout.numbers)["Of it between the two means"].rstrip("%")) < 50
    panel.apply("Another measure")
    assert dict(panel.readout.numbers)["Greatest at an urban share of"] == "50%"
    assert dict(panel.readout.numbers)["10 points more urban, same ratio"].startswith("+")
    panel.set(measure="gini")
    assert dict(panel.readout.numbers)["10 points more urban, same ratio"].startswith("-")
    panel.apply("Unequal cities")
    assert int(dict(panel.readout.numbers)["Greatest at an urban share of"].rstrip("%")) > 50


def test_the_kuznets_panel_names_a_stop_that_is_no_year() -> None:
    path = pd.DataFrame({"urban_share": [0.2], "income_ratio": [2.0]}, index=[1980])
    with pytest.raises(ValueError, match="stops 1990 are no years of 'A'"):
        kuznets_panel({"A": path}, stops={"A": {1990: "x."}})
    with pytest.raises(ValueError, match="stops are on 'B', no course; the courses are A"):
        kuznets_panel({"A": path}, stops={"B": {1980: "x."}})


def test_the_kuznets_panel_opens_neither_on_a_stop_nor_at_the_turn_and_changes_courses() -> None:
    panel = panel_named("kuznets_panel")
    panel.update()
    shown = panel.result
    assert shown.peak - shown.here[0] > 0.2
    assert list(shown.path_years) == [1980, 2003, 2025]
    panel.set(course="Another")
    assert list(panel.result.path_years) == [1900, 2000]
    assert panel.result.path_name == "Another"


def test_the_burden_shifting_panel_crosses_only_where_f_g_exceeds_s_delta() -> None:
    panel = panel_named("burden_shifting_panel")
    panel.update()
    assert dict(panel.readout.numbers)["f g and s δ"] == "0.0160 > 0.0100"
    assert dict(panel.readout.numbers)["Worse than untreated"].startswith("from year")
    panel.set(relief=0.2)
    assert dict(panel.readout.numbers)["f g and s δ"] == "0.0160 ≤ 0.0200"
    assert float(dict(panel.readout.numbers)["Problem in the end (untreated 100)"]) < 100
    panel.set(relief=0.16)
    assert dict(panel.readout.numbers)["Problem in the end (untreated 100)"] == "100"


def test_the_presets_of_the_job_queue_panel_keep_their_word() -> None:
    panel = panel_named("job_queue_panel")

    def after(preset: str) -> tuple[float, float, int]:
        panel.apply(preset) if preset else panel.reset()
        city, outside, jobs = (value for _, value in panel.readout.numbers[:3])
        return float(city.rstrip("%")), float(outside.rstrip("%")), int(jobs.split()[0])

    city, outside, jobs = after("")
    assert jobs < 0
    for rising in ("A few good jobs", "People who follow the money"):
        assert after(rising)[2] > 0
    assert after("Many good jobs")[2] < 0
    assert after("Street work pays")[0] > city
    for calmer in ("A high hukou cost", "A better countryside"):
        found = after(calmer)
        assert found[0] < city
        assert found[1] < outside


def test_the_presets_of_the_settlement_panel_show_what_they_say() -> None:
    panel = panel_named("settlement_panel")

    def after(preset: str) -> dict[str, float]:
        panel.apply(preset)
        return {name: float(value.rstrip(" %")) for name, value in panel.readout.numbers}

    today = after("Today")
    assert today["Output"] == today["Welfare"] == today["People whose home loses"] == 0
    home, coarse = after("Everybody at home"), after("At home, by provinces")
    assert "By provinces" not in panel.readout.alt
    assert home["Living away from home"] == coarse["Living away from home"] == 0
    assert home["Output"] < 2 * coarse["Output"] < 0
    easier = after("As much easier once more")
    assert easier["Welfare"] > 2 * easier["Output"] > 0
    hardly = after("People who hardly differ")
    assert hardly["Living away from home"] > easier["Living away from home"] + 10
    panel.set(ease=0.0)
    assert float(dict(panel.readout.numbers)["Welfare"].rstrip(" %")) > home["Welfare"]
    assert 1.3 < after("Big places make people productive")["Output"] / easier["Output"] < 1.7
    panel.reset()


def test_the_settlement_panel_leaves_today_as_it_is() -> None:
    """A fitted equilibrium fits whatever the elasticities; at home nobody is surplus anywhere."""
    panel = panel_named("settlement_panel")
    for settings in ({"agglomeration": 0.3}, {"dispersion": 4.0}, {"unit": "provinces"}):
        panel.reset()
        seen = panel.result.surplus
        panel.set(**settings)
        assert dict(panel.readout.numbers)["Output"] == "+0.0 %"
        if "unit" not in settings:
            np.testing.assert_allclose(panel.result.surplus, seen, atol=1e-6)
    panel.set(unit="cities", ease=0.0)
    np.testing.assert_allclose(panel.result.surplus, 0, atol=1e-8)
    panel.set(unit="provinces", ease=1.0)
    by_code, names = panel.result.by_code, panel.result.surplus
    assert by_code["440100"] == by_code["440300"] == names["Guangdong"]


def _middle(panel: Panel[Any]) -> int:
    return int(panel.readout.numbers[1][1].split(" %")[0])


def test_the_presets_of_the_county_twins_panel_keep_their_word() -> None:
    panel = panel_named("county_twins_panel")
    panel.apply("Beside a big city")
    assert panel.readout.numbers[3][1] == "100%"
    panel.apply("The garden county")
    assert int(panel.readout.numbers[3][1].rstrip("%")) > 85
    panel.apply("Gains by births")
    assert int(panel.readout.numbers[2][1].rstrip("%")) > 50
    panel.apply("A province, not a profile")
    near = _middle(panel)
    panel.apply("The same, held out")
    assert panel.settings["pool"] == ELSEWHERE
    assert _middle(panel) > near + 3


def test_the_county_twins_panel_shows_one_dot_per_twin() -> None:
    panel = panel_named("county_twins_panel")
    panel.set(count=7)
    dots = next(a for a in picture_of(panel).moving if isinstance(a, Line2D) and a.get_marker() == "o")
    assert len(dots.get_xdata()) == 7


def test_the_county_twins_panel_needs_counties_to_choose_from() -> None:
    rural, ages = counties_and_ages()
    with pytest.raises(ValueError, match="has 5 rows; twins need at least 100"):
        county_twins_panel(rural.head(5), ages[:, :5])
    with pytest.raises(ValueError, match="none of the places of the menu"):
        county_twins_panel(rural.assign(name="Nowhere"), ages)
    with pytest.raises(ValueError, match="ages has shape"):
        county_twins_panel(rural, ages[:, :5])


def test_the_county_twins_panel_shows_the_ages_of_the_county() -> None:
    panel = panel_named("county_twins_panel")
    rural, ages = counties_and_ages()
    at = rural["name"].tolist().index("Gulin County")
    residents = ages[0, at].sum()
    np.testing.assert_allclose(panel.result.ages[:2], 1000 * ages[:, at] / residents)
    assert panel.result.ages[0].sum() == pytest.approx(1000)
    assert panel.result.ages[1].sum() == pytest.approx(1000 * (1 + panel.result.change / 100), rel=1e-4)
    panel.set(count=60)
    assert panel.result.young.shape == (3,)


def test_the_coupling_panel_scores_like_the_formula_and_knows_who_is_absent() -> None:
    panel = panel_named("coupling_coordination_panel")
    panel.set(normalization="goalposts")
    row = systems()["all"].loc["P10"].to_numpy() / 100
    expected = np.sqrt(np.prod(row) ** (1 / 4))
    assert dict(panel.readout.numbers)["P10"].startswith(f"{expected:.3f}, ")
    panel.set(sample="poorer half")
    assert dict(panel.readout.numbers)["P10"].startswith(f"{expected:.3f}, "), "goalposts: the sample does not matter"
    panel.set(place="P30")
    assert dict(panel.readout.numbers)["P30"] == "not in this sample"


def test_the_coupling_panel_refuses_short_samples_and_unknown_places() -> None:
    frames = systems()
    with pytest.raises(ValueError, match="sample 'few' has 5 places; give at least 10"):
        coupling_coordination_panel({"few": frames["all"].head(5)}, goalposts=[[0, 100]] * 4, places=["P1"])
    with pytest.raises(ValueError, match="no sample has Nowhere"):
        coupling_coordination_panel(frames, goalposts=[[0, 100]] * 4, places=["Nowhere"])


def test_the_mutualism_panel_rests_where_the_closed_form_says() -> None:
    """Row H-01, and no resting point from a product of one on unless help saturates."""
    panel = panel_named("mutualism_panel")
    panel.set(a12=0.6, a21=0.2)
    assert dict(panel.readout.numbers)["Resting point: city, countryside"] == "1.82 and 1.36"
    dots = [a for a in picture_of(panel).moving if isinstance(a, Line2D) and a.get_markersize() == 12]
    np.testing.assert_allclose(dots[0].get_xydata(), [[1.818182, 1.363636]], atol=1e-6)
    panel.set(a12=1.25, a21=0.8)
    assert dict(panel.readout.numbers)["Product of the two effects"] == "+1.00 (not below 1)"
    assert dict(panel.readout.numbers)["Resting point: city, countryside"] == "none with both alive"
    assert len(dots[0].get_xydata()) == 0
    panel.set(saturation=0.5)
    assert len(dots[0].get_xydata()) == 1


def test_the_mutualism_panel_counts_the_labels_of_unrelated_pairs() -> None:
    panel = panel_named("mutualism_panel")
    found = []
    for draw in range(1, 11):
        panel.set(draw=draw)
        numbers = dict(panel.readout.numbers)
        found.append(numbers["Label by the signs"] == "mutualism")
        assert numbers[f"Labelled mutualism among pairs 1 to {draw}"].startswith(f"{sum(found)} ")
    assert 4 <= sum(found) <= 10
    counted = "Labelled mutualism among 400 unrelated pairs"
    shares = []
    for persistence in (0.0, 0.8, 0.95):
        panel.set(persistence=persistence)
        shares.append(float(dict(panel.readout.numbers)[counted].split("%")[0]))
    assert shares[0] > shares[1] + 10 > shares[2] + 15
    panel.set(persistence=0.8, fastest=0.3)
    assert float(dict(panel.readout.numbers)[counted].split("%")[0]) < 45
    figure = picture_of(panel).figure
    assert [a.get_ylabel() for a in figure.axes] == ["Countryside (own mean = 1)", "Size (own mean = 1)"]
    panel.reset()
    assert [a.get_ylabel() for a in figure.axes] == ["Countryside (alone = 1)", "Size (alone = 1)"]


def test_the_mutualism_panel_puts_the_larger_side_s_name_on_top() -> None:
    panel = panel_named("mutualism_panel")
    names = {a.get_text(): a for a in picture_of(panel).moving if isinstance(a, Text)}
    for start1, start2 in ((0.9, 0.7), (0.7, 0.9)):
        panel.set(a12=-1.4, a21=-1.4, n1_start=start1, n2_start=start2)
        above = names["city"].get_position()[1] > names["countryside"].get_position()[1]
        assert above == (start1 > start2)


def test_the_policy_laboratory_shows_what_the_economy_gives() -> None:
    panel = panel_named("policy_laboratory_panel")
    panel.reset()
    panel.set(to_migrants=0.01, cash=0.02, added_barrier=0.3, drift_goes_on=True, versus="cash")
    economy, weights = weighted_economy(tables.load("policy_draws"), 60)
    laboratory = Laboratory.of(economy.replace(drift_continues=1.0), weights)
    after = laboratory.end(with_doses({"to_migrants": 0.01, "cash": 0.02}, added_barrier=0.3))
    before = laboratory.baseline("cash", 0.03)
    result = panel.result
    assert result.levy == pytest.approx(0.03)
    assert result.policy.median[-1] == pytest.approx(100 * np.median(after.outcomes["urban_share"]))
    assert result.baseline.high[-1] == pytest.approx(100 * np.quantile(before.outcomes["urban_share"], 0.9))
    # Gains are percent, not log points; the picture leaves one row of them out.
    income = gains(after, before)["rural_income"]
    shown = [name for name in GAINS if name != "services_level"]
    assert result.gains.median[shown.index("rural_income")] == pytest.approx(np.median(percent(income)))


def test_in_the_policy_laboratory_nothing_done_is_nothing_gained() -> None:
    panel = panel_named("policy_laboratory_panel")
    for nothing in ({}, {"cash": 0.02, "versus": "cash"}, {"drift_goes_on": True}):
        panel.reset()
        panel.set(**nothing)
        result = panel.result
        for band in (result.gains.low, result.gains.median, result.gains.high):
            np.testing.assert_allclose(band, 0, atol=1e-9)
        assert panel.readout.numbers[0][1] == panel.readout.numbers[1][1]
    panel.set(to_villagers=0.02)
    assert panel.result.gains.low[3] > 0


def test_outcomes_of_the_policy_laboratory_are_against_2024_draw_by_draw() -> None:
    panel = panel_named("policy_laboratory_panel")
    panel.reset()
    for label in ("Villagers' income, coast (2024 = 1)", "Output per person (2024 = 1)"):
        panel.set(outcome=label)
        at = int(np.flatnonzero(panel.result.years == 2024)[0])
        for band in (panel.result.policy.low, panel.result.policy.high):
            assert band[at] == pytest.approx(1)
        assert len(panel.result.years) == len(panel.result.policy.median) == 51


def test_presets_of_the_policy_laboratory_show_what_they_say() -> None:
    panel = panel_named("policy_laboratory_panel")
    rows = [name for name in GAINS if name != "services_level"]

    def median(name: str) -> float:
        return float(panel.result.gains.median[rows.index(name)])

    panel.apply("Both sides")
    assert median("composition") > abs(median("within"))
    assert panel.result.levy == pytest.approx(0.04)
    panel.apply("Slow the city")
    assert panel.result.levy == 0
    assert median("expected") < 2 * min(median("within"), median("composition"), 0)
    assert median("vitality") > 0
    panel.apply("Only the countryside")
    inland = panel.result.policy.median[-1] / panel.result.baseline.median[-1]
    panel.set(outcome="Villagers' income, coast (2024 = 1)")
    coast = panel.result.policy.median[-1] / panel.result.baseline.median[-1]
    assert inland > coast
    panel.apply("The same money as cash")
    assert panel.result.policy.median[-1] < panel.result.baseline.median[-1]


def test_the_ledger_panel_judges_as_the_rules_say() -> None:
    panel = panel_named("verdict_ledger_panel")
    given = verdicts()
    panel.reset()
    assert dict(panel.readout.numbers)["Judged otherwise than in its notebook"] == "no claim"
    panel.set(scale=4.0)
    strict = rejudge(given, Rules(scale=4.0))
    favour = sum(j.verdict in (HowFar.HOLDS, HowFar.LEANS_FOR) for j in strict.values())
    assert dict(panel.readout.numbers)["Hold, or lean for"] == str(favour)
    moved = [v.claim.number for v in given if strict[v.claim.key].verdict is not v.judgement.verdict]
    assert moved
    assert dict(panel.readout.numbers)["Judged otherwise than in its notebook"] == f"claims {', '.join(moved)}"
    panel.set(scale=1.0, evidence=frozenset({Design.COUNT}))
    assert dict(panel.readout.numbers)["Split, or not shown"] == str(len(given))
    panel.reset()
    options = panel.controls_by_name["left_out"].options
    assert len(options) > len(given)
    for words, left_out in options.items():
        panel.set(left_out=left_out)
        left = rejudge(given, Rules(without=left_out))
        moved = [v.claim.number for v in given if left[v.claim.key].verdict is not v.judgement.verdict]
        said = dict(panel.readout.numbers)["Judged otherwise than in its notebook"]
        assert said == (f"claims {', '.join(moved)}" if moved else "no claim"), words
    with pytest.raises(ValueError, match="no verdict on emptying"):
        verdict_ledger_panel([v for v in given if v.claim.key != "emptying"])
