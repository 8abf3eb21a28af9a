"""Panel: where would people live if moving were easier or harder, what would be made, and who would gain?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.charts.maps import Outlines, draw_map
from symbiosis.charts.style import COLOURS
from symbiosis.checks import FloatArray
from symbiosis.evidence.estimate import Estimate
from symbiosis.models.migration.moving_costs import moving_costs_from_margins
from symbiosis.models.space.spatial_equilibrium import MOVING_COST_FALL, Resettlement, Settlement
from symbiosis.panels.panel import Choice, Panel, Preset, Readout
from symbiosis.panels.picture import LivePicture

CITIES, PROVINCES = "cities", "provinces"
SURPLUS = 50.0
"""End of the colours: residents over home population, percent."""
CHANGES = (-50.0, 110.0)
"""Ends of the axis of changes, percent."""

_SLIDERS = ("ease", "dispersion", "agglomeration", "congestion")
_EASE = np.linspace(0, 3, 13)


@dataclass(frozen=True)
class SettlementView:
    """What the picture shows.

    unit: whose borders count; surplus: residents over home population by place, percent; by_code: the same by
    prefecture code; ease: of moving, today 1; state: the settlement chosen; output, welfare: their changes over a row
    of eases, percent.
    """

    unit: str
    surplus: pd.Series[float]
    by_code: dict[str, float]
    ease: float
    state: Resettlement
    output: FloatArray
    welfare: FloatArray


class SettlementPicture(LivePicture):
    """Draws a SettlementView: a map that is recoloured, and changes over the ease of moving; nothing else moves."""

    def __init__(self, shapes: Outlines, outlines: Outlines | None = None) -> None:
        where, changes = self.new_axes(height=5.0, width_ratios=[1.75, 1])
        codes = {code: 0.0 for code in shapes}
        self._map = draw_map(
            where, shapes, codes, limit=SURPLUS, outlines=outlines, colour_label="Surplus (%)",
            title="Residents over registered people",
        )  # fmt: skip
        self.moving.extend(self._map.moving)
        changes.set(
            title="What would change", xlabel="Ease of moving (today: 1)", ylabel="Change (%)",
            xlim=(0, 3), ylim=CHANGES, xticks=[0, 1, 2, 3],
        )  # fmt: skip
        changes.axhline(0, color=COLOURS["ink"], linewidth=1.1)
        changes.axvline(1, color=COLOURS["muted"], linewidth=1.1, linestyle=(0, (2, 2)))
        self._welfare = self.line(changes, "china", linewidth=2.6, label="welfare")
        self._output = self.line(changes, "urban", linewidth=2.6, label="output")
        self._at = [self.dots(changes, role, 9) for role in ("china", "urban")]
        changes.legend(loc="upper left", handlelength=1.4)

    def update(self, result: SettlementView) -> Hashable:
        """Recolour the map, move the lines and their dots."""
        behind = self._map.update(result.by_code, "today" if result.ease == 1 else f"{result.ease:.2f}")
        self._welfare.set_data(_EASE, result.welfare)
        self._output.set_data(_EASE, result.output)
        for dot, change in zip(self._at, (result.state.welfare, result.state.output), strict=True):
            dot.set_data([result.ease], [100 * float(change)])
        return behind


def settlement_of(accounts: pd.DataFrame, **given: Any) -> Settlement:
    """The settlement of places in accounts: a frame with population, home_population, arrivals, gdp_per_resident and
    density, as measures.city_accounts and measures.province_accounts give them; given: parameters."""
    costs = moving_costs_from_margins(accounts["population"], accounts["home_population"], accounts["arrivals"])
    wage, density = (accounts[name].to_numpy(float) for name in ("gdp_per_resident", "density"))
    return Settlement(costs=costs, wage=wage, density=density, **given)


def settlement_panel(
    cities: pd.DataFrame, provinces: pd.DataFrame, shapes: Outlines, outlines: Outlines | None = None
) -> Panel[SettlementView]:
    """People settled anew, between cities or between provinces.

    cities: the frame of measures.city_accounts; provinces: that of measures.province_accounts; shapes: outlines of
    prefectures by code; outlines: those of provinces, drawn over them.
    """
    names = {str(code)[:2]: str(name) for code, name in zip(cities["prefecture_code"], cities["province"], strict=True)}
    province_of = {code: names.get(code[:2], "") for code in shapes}
    units = {CITIES: settlement_of(cities), PROVINCES: settlement_of(provinces)}
    labels = {CITIES: cities["city"].astype(str).tolist(), PROVINCES: [str(name) for name in provinces.index]}

    def by_code(unit: str, values: FloatArray) -> dict[str, float]:
        if unit == CITIES:
            return dict(zip(cities["prefecture_code"].astype(str), values.tolist(), strict=True))
        found = dict(zip(labels[unit], values.tolist(), strict=True))
        return {code: found[name] for code, name in province_of.items() if name in found}

    @lru_cache(maxsize=64)
    def path_of(unit: str, **elasticities: float) -> Resettlement:
        # Dragging the ease of moving leaves the curves where they are.
        return units[unit].replace(ease=_EASE, **elasticities).equilibrium()

    def compute(settings: dict[str, Any]) -> SettlementView:
        unit = settings["unit"]
        country = units[unit].replace(**{name: settings[name] for name in _SLIDERS})
        state, path = country.equilibrium(), path_of(unit, **{name: settings[name] for name in _SLIDERS[1:]})
        surplus = 100 * (state.residents / country.home_population - 1)
        return SettlementView(
            unit, pd.Series(surplus, labels[unit]), by_code(unit, surplus), float(settings["ease"]), state,
            100 * path.output, 100 * path.welfare,
        )  # fmt: skip

    options: Mapping[str, str] = {f"{len(cities)} cities": CITIES, f"{len(provinces)} provinces": PROVINCES}
    return Panel(
        controls=(
            Choice("unit", "Borders that count", options, f"{len(cities)} cities"),
            *Settlement.parameters().only(*_SLIDERS),
        ),
        compute=compute,
        picture=SettlementPicture(shapes, outlines),
        readout=_readout,
        presets=_PRESETS,
    )


def _readout(view: SettlementView) -> Readout:
    state, most, least = view.state, str(view.surplus.idxmax()), str(view.surplus.idxmin())
    output, welfare = (Estimate(100 * float(v), unit="%", display="+.1f").point for v in (state.output, state.welfare))
    return Readout(
        numbers=(
            ("Output", output),
            ("Welfare", welfare),
            ("Living away from home", f"{float(state.away):.0%}"),
            ("People whose home loses", f"{float(state.losing):.0%}"),
        ),
        alt=f"Map of China by {view.unit}, coloured by how far residents outnumber those at home there, with moving "
        f"{view.ease:.2f} times as easy as today: most in {most} ({view.surplus[most]:+.0f} %), least in {least} "
        f"({view.surplus[least]:+.0f} %). Beside it output ({output}) and welfare ({welfare}) over the ease of moving.",
    )


_LAST = round(1 / (1 - MOVING_COST_FALL), 1)

_PRESETS = (
    Preset("Today", "Nothing is changed. Now drag agglomeration and congestion: the map stands still, for every "
           "setting fits today. A perfect fit is no evidence.", {}),
    Preset("Everybody at home", "The map goes blank: residents are those registered. Read off output, then let "
           "provinces count in place of cities.", {"ease": 0.0}),
    Preset("At home, by provinces", "The same wall, but only around provinces: less than half of the bill.",
           {"ease": 0.0, "unit": PROVINCES}),
    Preset("As much easier once more", "The fall of moving costs from 2000 to 2015, repeated. Welfare rises by far "
           "more than output.", {"ease": _LAST}),
    Preset("People who hardly differ", "A high response to utility: the same ease empties the interior, and welfare "
           "at home falls by less.", {"ease": _LAST, "dispersion": 4.0}),
    Preset("Big places make people productive", "Strong agglomeration, nobody in the way: output gains "
           "by half as much again.", {"ease": _LAST, "agglomeration": 0.25, "congestion": 0.0}),
)  # fmt: skip
