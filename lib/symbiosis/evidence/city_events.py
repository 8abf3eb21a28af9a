"""Three events in China's cities, each by its design: the fall of coal, the rule on registration, Hubei's lockdown.

The panel of cities is built by symbiosis.measures.mining_bust.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.evidence.difference_in_differences import (
    Discontinuity,
    GroupDifferences,
    break_position,
    change_of_means,
    discontinuity,
    exact_p,
    group_differences,
)
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.event_study import EventStudy, Exposure, WindowEffect, event_study, window_effect
from symbiosis.evidence.synthetic_difference import SyntheticDifference, synthetic_difference
from symbiosis.evidence.weak_instruments import AndersonRubin, anderson_rubin
from symbiosis.measures.mining_bust import (
    CityPanel,
    census_code,
    registered_growth,
    urban_district_population,
)

CONTROLS = ("gdp_per_resident", "exports", "manufacturing")
WINDOWS = {
    "before the boom": (2005, 2008),
    "placebo": (2009, 2012),
    "bust": (2012, 2016),
    "boom": (2020, 2022),
    "fall": (2022, 2024),
}
UNIT = "log points per 10 points of mining"

CLASSES = ("< 0.5 m", "0.5-1 m", "1-3 m", "3-5 m", ">= 5 m")
CLASS_EDGES = (5e5, 1e6, 3e6, 5e6)
"""Thresholds of the size classes of the rule of 2014, in people of the urban district area."""

_UNSETTLED = ("Heilongjiang", "Jilin", "Liaoning", "Inner Mongolia")


def mining_design(controls: Sequence[str] = CONTROLS, *, province_effects: bool = True) -> Exposure:
    """The exposure to mining with its controls, clustered by province."""
    return Exposure("exposure", tuple(controls), "province", province_effects)


def bust_window(
    panel: CityPanel, outcome: str, window: str | tuple[int, int] = "bust", design: Exposure | None = None
) -> WindowEffect:
    """The effect of 10 points of mining on the change of an outcome of the panel in a window, by name or years."""
    if isinstance(window, str) and window not in WINDOWS:
        raise ValueError(f"window is {window!r}; choose one of {', '.join(WINDOWS)}, or two years")
    first, last = WINDOWS[window] if isinstance(window, str) else window
    return window_effect(
        _logs(panel, outcome), panel.units, design or mining_design(), first=first, last=last,
        unit="points" if outcome == "census urban_share" else UNIT,
    )  # fmt: skip


def bust_event_study(
    panel: CityPanel, outcome: str, design: Exposure | None = None, *, base: int = 2012,
    years: Sequence[int] = range(2005, 2025),
) -> EventStudy:  # fmt: skip
    """The effect of 10 points of mining year by year, relative to the last year of high prices."""
    return event_study(
        _logs(panel, outcome), panel.units, design or mining_design(), base=base, years=list(years), unit=UNIT
    )


def pass_through(
    panel: CityPanel, outcome: str = "gdp_agriculture", cause: str = "nonfarm", window: tuple[int, int] = (2012, 2016),
    design: Exposure | None = None,
) -> AndersonRubin:  # fmt: skip
    """Change of outcome per change of cause, the exposure as its instrument: between farm and city, for instance."""
    chosen, (first, last) = design or mining_design(), window
    y, x = (_logs(panel, name) for name in (outcome, cause))
    rows = panel.units.assign(outcome=y[last] - y[first], cause=x[last] - x[first])
    return anderson_rubin(
        rows, "outcome", ["cause", *chosen.controls], endogenous="cause", instruments=[chosen.column],
        effects=chosen.effects, cluster=chosen.group,
    )  # fmt: skip


def growth_on_size(
    panel: CityPanel, outcome: str = "gdp_agriculture", cause: str = "nonfarm", window: tuple[int, int] = (2012, 2016),
    design: Exposure | None = None, *, by: float = 1.1, without: str = "",
) -> AndersonRubin:  # fmt: skip
    """What a cause larger by this factor adds to the yearly growth of outcome, in points, the exposure its instrument.

    The size of the cause is what it has grown to since the window began, its mean over the starts of the years; so the
    unit is that of regressions of yearly growth on the partner's size (interaction_panel). What the outcome's own size
    does to its growth is not held fixed. without: a province to leave out.
    """
    chosen, (first, last) = design or mining_design(), window
    y, x = (_logs(panel, name) for name in (outcome, cause))
    before = list(range(first, last))
    size = x[before].sub(x[first], axis=0).mean(axis=1, skipna=False) / (100 * np.log(by))
    rows = panel.units.assign(growth=(y[last] - y[first]) / (last - first), size=size)
    return anderson_rubin(
        rows[rows["province"] != without], "growth", ["size", *chosen.controls], endogenous="size",
        instruments=[chosen.column], effects=chosen.effects, cluster=chosen.group,
    )  # fmt: skip


def hubei(
    panel: CityPanel, outcome: str = "gdp", *, first: int = 2020, last: int = 2020, years_from: int = 2010
) -> SyntheticDifference:
    """Hubei's cities against a synthetic province from year first to last, years before from years_from.

    Means of provinces of at least three cities with every year; without the Northeast and Inner Mongolia, which
    corrected their accounts. A placebo in time has first and last before 2020; years between 2020 and first are left
    out.
    """
    years, logs = [*range(years_from, min(first, 2020)), *range(first, last + 1)], _logs(panel, outcome)
    if not set(years) <= set(logs.columns):
        raise ValueError(f"{outcome} has years {min(logs.columns)} to {max(logs.columns)}, not all of {years}")
    logs = logs[years].dropna()
    province = panel.units["province"].reindex(logs.index)
    enough = province.groupby(province).transform("size") >= 3
    kept = logs[enough & ~province.isin(_UNSETTLED)]
    means = kept.groupby(province).mean()
    return synthetic_difference(means, ["Hubei"], first=first, unit="log points")


@dataclass(frozen=True, eq=False)
class RegistrationClasses:
    """units: index city_code; columns city, size (urban people of the districts), class; growth: of registered."""

    units: pd.DataFrame
    growth: pd.DataFrame

    def change(
        self, before: Sequence[int] = range(2006, 2014), after: Sequence[int] = range(2015, 2020)
    ) -> pd.Series[float]:
        """Mean yearly growth of registered people after less before, in log points, by city."""
        return change_of_means(self.growth, list(before), list(after)).reindex(self.units.index)

    def differences(
        self, reference: str = CLASSES[-1], *, before: Sequence[int] = range(2006, 2014),
        after: Sequence[int] = range(2015, 2020),
    ) -> GroupDifferences:  # fmt: skip
        """Each class against a reference, the change from the years before to those after."""
        change = self.change(before, after)
        return group_differences(change, self.units["class"], reference=reference, unit="points a year")

    def placebo(self, reference: str = CLASSES[-1]) -> GroupDifferences:
        """The same before the rule: 2010-13 less 2006-09."""
        return self.differences(reference, before=range(2006, 2010), after=range(2010, 2014))

    def joined(self, classes: Mapping[str, Sequence[str]], *, without: Sequence[str] = ()) -> RegistrationClasses:
        """The same cities with classes joined under a new name, without some city codes.

        ValueError for a class that is none, or a city that is not among them.
        """
        names = {old: new for new, several in classes.items() for old in several}
        unknown = [c for c in names if c not in set(self.units["class"])]
        unknown += [code for code in without if code not in self.units.index]
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is no class or city here; classes are {', '.join(CLASSES)}")
        units = self.units.drop(index=list(without))
        return RegistrationClasses(units.assign(**{"class": units["class"].replace(names)}), self.growth)

    def mean_growth(self) -> pd.DataFrame:
        """Mean growth of registered people by year (index) and class (columns), each city once."""
        growth = self.growth.reindex(self.units.index)
        return growth.groupby(self.units["class"]).mean().T.dropna(how="all")

    def by_year(self, base: Sequence[int] = range(2011, 2014)) -> Mapping[int, GroupDifferences]:
        """Growth of each year less its mean in base, each class against the largest."""
        middle = self.growth[list(base)].mean(axis=1)
        return {
            int(year): group_differences(
                self.growth[year] - middle, self.units["class"], reference=CLASSES[-1], unit="points"
            )
            for year in self.growth.columns
            if self.growth[year].notna().any()
        }

    def break_year(self) -> int:
        """The year from which smaller cities part from those of 5 m and more: of the difference of yearly means."""
        large = self.units["class"] == CLASSES[-1]
        growth = self.growth.reindex(self.units.index).dropna(axis=1, how="all")
        between = growth[~large].mean() - growth[large].mean()
        return int(between.index[break_position(between)])

    def kept_ceilings_p(self) -> float:
        """Exact p-value of Beijing and Shanghai, which kept ceilings, having slowed beside other cities of 5 m.

        Chongqing is left out: its registered people are those of a province.
        """
        change = self.change()[self.units["class"] == CLASSES[-1]].drop("500000")
        return exact_p(change.dropna(), ["110000", "310000"], alternative="less")

    def kept_ceilings(
        self, *, before: Sequence[int] = range(2006, 2014), after: Sequence[int] = range(2015, 2020)
    ) -> Estimate:
        """Change of growth in cities of 5 m that opened less that in Beijing and Shanghai, which kept ceilings.

        Two cities on one side: the interval (HC3) is to be read beside kept_ceilings_p. Without Chongqing, as there.
        """
        large = self.units.index[self.units["class"] == CLASSES[-1]].drop("500000")
        kept = pd.Series(large.isin(["110000", "310000"]), large).map({True: "kept", False: "opened"})
        change = self.change(before, after).reindex(large)
        return group_differences(change, kept, reference="kept", unit="points a year").effects["opened"]

    def at_threshold(
        self, size: float, *, bandwidth: float = 0.45, donut: float = 0.0, before: Sequence[int] = range(2006, 2014),
        after: Sequence[int] = range(2015, 2020),
    ) -> Discontinuity:  # fmt: skip
        """The jump of the change of growth at a size in people: distance is its logarithm."""
        rows = pd.DataFrame({"change": self.change(before, after), "size": self.units["size"]}).dropna()
        return discontinuity(
            rows["change"], np.log(rows["size"] / size), bandwidth=bandwidth, donut=donut, unit="points a year"
        )


def registration_classes(cities: pd.DataFrame, counties: pd.DataFrame) -> RegistrationClasses:
    """Cities by the size class of the rule of 2014, as of the census of 2010, with the growth of registered people."""
    units = cities.drop_duplicates("city_code").set_index("city_code")[["city"]]
    size = census_code(pd.Series(units.index, units.index)).map(urban_district_population(counties))
    cut = pd.cut(size, [0, *CLASS_EDGES, np.inf], right=False, labels=list(CLASSES))
    units = units.assign(**{"size": size, "class": cut.astype(object)})
    return RegistrationClasses(units[units["size"].notna()], registered_growth(cities))


def _logs(panel: CityPanel, outcome: str) -> pd.DataFrame:
    if outcome not in panel.logs:
        raise ValueError(f"the panel has no outcome {outcome!r}; it has {', '.join(panel.logs)}")
    return panel.logs[outcome]
