"""Does one thing move before another or after it? Local projections with leads (Jordà 2005, AER 95:161).

For every horizon h the yearly change of the outcome over the h years after t (h < 0: over the |h| years before the
span; h = 0: within the span) is regressed on the yearly change of the exposure over the span that ends at t, given its
level before, with effects of region and date. Leads (h < 0) should be flat if the exposure came first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from symbiosis.evidence.design_diagnostics import Diagnostics
from symbiosis.evidence.estimate import Estimate
from symbiosis.evidence.least_squares import LeastSquares, least_squares


@dataclass(frozen=True, eq=False)
class LocalProjections:
    """effects: yearly change of the outcome per unit of yearly change of the exposure, by horizon in years."""

    effects: Mapping[int, Estimate]
    rows: Mapping[int, int]
    clusters: int
    fit: LeastSquares = field(repr=False)

    def joint_test(self, horizons: Sequence[int]) -> tuple[float, float]:
        """F and p-value that the effects at these horizons are zero together, clusters as in the estimates."""
        f, p = self.fit.joint_test([_named("change", h) for h in horizons])
        return float(f), float(p)

    def diagnostics(self, size: float = 0.05) -> Diagnostics:
        """The leads as placebo: passed where their joint test does not reject at size."""
        leads = [h for h in self.effects if h < 0]
        return Diagnostics(self.joint_test(leads)[1] >= size if leads else None, self.clusters, None)


def local_projections(
    frame: pd.DataFrame, outcome: str, exposure: str, *, unit: str, time: str, region: str, dates: Sequence[int],
    horizons: Sequence[int] = (-20, -15, -10, -5, 0, 5, 10, 15, 20), span: int = 10, words: str = "",
    display: str = "+.2f", level: float = 0.95,
) -> LocalProjections:  # fmt: skip
    """Regress changes of outcome around each date on the change of exposure in the span before it.

    frame: one row per unit and year; dates: years t; horizons, span: in years; region: column, constant in a unit.
    Errors are clustered by unit. A horizon uses the units with figures at its years. ValueError for repeated rows,
    no rows, or an unknown column.
    """
    unknown = [c for c in (outcome, exposure, unit, time, region) if c not in frame.columns]
    if unknown or span < 1 or not len(dates) or not len(horizons):
        raise ValueError(f"frame lacks {', '.join(unknown) or 'nothing'}, span {span}; give dates, horizons, a span")
    if frame.duplicated([unit, time]).any():
        raise ValueError(f"frame has two rows for one {unit} and {time}; give one")
    # Not pivot_table: it would average what should be one number.
    y, x = (frame.pivot(index=unit, columns=time, values=c) for c in (outcome, exposure))  # noqa: PD010
    regions = frame.groupby(unit)[region].first()
    parts = []
    for h in sorted(horizons):
        for t in dates:
            first, last, years = (t, t + h, h) if h > 0 else (t - span + h, t - span, -h) if h else (t - span, t, span)
            if not {first, last} <= set(y.columns) or not {t, t - span} <= set(x.columns):
                continue
            part = {
                "outcome": (y[last] - y[first]) / years,
                "change": (x[t] - x[t - span]) / span,
                "level": x[t - span],
            }
            parts.append(pd.DataFrame(part).assign(region=regions, unit=y.index, date=t, horizon=h).dropna())
    if not parts:
        raise ValueError(f"no date {', '.join(map(str, dates))} has figures {span} years before and at a horizon")
    rows = pd.concat(parts, ignore_index=True)
    found = sorted(rows["horizon"].unique())
    names = {_named(c, h): rows[c] * (rows["horizon"] == h) for c in ("change", "level") for h in found}
    wide = pd.concat([rows, pd.DataFrame(names)], axis=1)
    fit = least_squares(
        wide, "outcome", list(names), effects=[("region", "date", "horizon")], cluster="unit", level=level
    )
    effects = {int(h): fit.estimate(_named("change", h), unit=words, display=display) for h in found}
    counts = {int(h): int((rows["horizon"] == h).sum()) for h in found}
    return LocalProjections(effects, counts, int(fit.clusters[0]), fit)


def _named(column: str, horizon: int) -> str:
    return f"{column} {horizon:+d}"
