"""Where a change of the urban and rural population comes from: births, migration, borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, finite_array, positive_array, same_shape


@dataclass(frozen=True)
class ChangeComponents:
    """Components of the change of one part of the population: change == natural_increase + residual.

    All in persons. residual: net migration and reclassification together; where reclassification is known,
    residual == net_migration + reclassification, otherwise both are None.
    natural_share: of the change, NaN where it is zero; where the change is small or components have opposite signs
    it lies outside 0..1 and says little.
    """

    change: FloatArray
    natural_increase: FloatArray
    residual: FloatArray
    reclassification: FloatArray | None
    net_migration: FloatArray | None
    natural_share: FloatArray


@dataclass(frozen=True)
class UrbanRuralComponents:
    """Residual-method components of both parts of a place.

    Rates are per year; external_migration is net migration into the place as a whole, in persons.

    urban.residual + rural.residual == external_migration, and the two natural increases add up to the
    natural rate times the person-years of the place.
    """

    urban: ChangeComponents
    rural: ChangeComponents
    urban_natural_rate: FloatArray
    rural_natural_rate: FloatArray
    external_migration: FloatArray


def _components(
    change: FloatArray, rate: FloatArray, person_years: FloatArray, reclassified: FloatArray | None
) -> ChangeComponents:
    natural = np.asarray(rate * person_years)
    residual, share = np.asarray(change - natural), np.asarray(natural / np.where(change == 0, np.nan, change))
    migration = None if reclassified is None else np.asarray(residual - reclassified)
    return ChangeComponents(np.asarray(change), natural, residual, reclassified, migration, share)


def residual_components(
    urban_start: npt.ArrayLike,
    rural_start: npt.ArrayLike,
    urban_end: npt.ArrayLike,
    rural_end: npt.ArrayLike,
    years: npt.ArrayLike,
    *,
    natural_rate: npt.ArrayLike | None = None,
    natural_rate_difference: npt.ArrayLike = 0.0,
    reclassified: npt.ArrayLike | None = None,
) -> UrbanRuralComponents:
    """Natural increase, and migration with reclassification as the residual, of both populations.

    The residual method (United Nations 1980, Patterns of Urban and Rural Population Growth; Preston 1979,
    Population and Development Review 5:195). Counts in persons, years between the two dates, shapes that
    broadcast (one element per place).
    natural_rate: births minus deaths per person and year of the whole place; None takes the place as
    closed, so that its whole growth is natural. natural_rate_difference: urban minus rural natural rate;
    the two rates are set so that they add up to natural_rate over the place. reclassified: persons who
    passed from rural to urban by a change of boundary or definition; None where unknown.
    Person-years take each population as linear in time, so urban and rural add up exactly to the whole.
    """
    counts = {"urban_start": urban_start, "rural_start": rural_start, "urban_end": urban_end, "rural_end": rural_end}
    u0, r0, u1, r1, span, difference = same_shape(
        **{name: positive_array(name, values, zero_allowed=True) for name, values in counts.items()},
        years=positive_array("years", years),
        natural_rate_difference=finite_array("natural_rate_difference", natural_rate_difference),
    )
    urban_years, rural_years = span * (u0 + u1) / 2, span * (r0 + r1) / 2
    all_years = urban_years + rural_years
    if (all_years == 0).any():
        raise ValueError("urban and rural are zero at both dates in some place; leave out places without people")
    total_change = (u1 + r1) - (u0 + r0)
    if natural_rate is None:
        rate = np.asarray(total_change / all_years)
    else:
        rate, _ = same_shape(natural_rate=finite_array("natural_rate", natural_rate), urban_start=u0)
        worst = float(rate.flat[int(np.argmax(np.abs(rate)))])
        if abs(worst) > 0.1:
            raise ValueError(
                f"natural_rate is {worst:g}; rates are fractions a year: divide per mille by 1000, percent by 100"
            )
    urban_rate = rate + difference * rural_years / all_years
    rural_rate = rate - difference * urban_years / all_years
    moved = None
    if reclassified is not None:
        moved = same_shape(reclassified=finite_array("reclassified", reclassified), urban_start=u0)[0]
    urban = _components(u1 - u0, urban_rate, urban_years, moved)
    rural = _components(r1 - r0, rural_rate, rural_years, None if moved is None else -moved)
    external = np.asarray(total_change - rate * all_years)
    return UrbanRuralComponents(urban, rural, np.asarray(urban_rate), np.asarray(rural_rate), external)


@dataclass(frozen=True)
class RuralLoss:
    """What places lost in rural people, and how much of it a loss of residents there can account for.

    lost: rural people fewer than at the start (0 where more); left: of these, as many as the place lost in residents.
    The rest moved within the place or was relabelled: no resident of the place is missing. Shape (places,).
    """

    lost: FloatArray
    left: FloatArray
    residents_lost: FloatArray

    @property
    def share_left(self) -> float:
        """The share of the loss that residents who are missing can account for, at most: a fraction."""
        return float(self.left.sum() / self.lost.sum())

    @property
    def nobody_missing(self) -> npt.NDArray[np.bool_]:
        """Which places lost rural people and no resident."""
        return np.asarray((self.lost > 0) & (self.residents_lost <= 0))

    @property
    def share_nobody_missing(self) -> float:
        """The share of the loss that lies in places that lost no resident: a fraction."""
        return float(self.lost[self.nobody_missing].sum() / self.lost.sum())


def rural_loss(
    rural_start: npt.ArrayLike,
    rural_end: npt.ArrayLike,
    residents_start: npt.ArrayLike,
    residents_end: npt.ArrayLike,
    *,
    natural_increase: npt.ArrayLike = 0.0,
) -> RuralLoss:
    """Bound the rural loss that people who left the place can explain, place by place.

    Counts in persons; natural_increase: births less deaths over the whole period per person at the start, which has
    to leave as well before a count falls (0 sets the two counts side by side as they are). ValueError where no place
    lost rural people.
    """
    r0, r1, p0, p1, born = same_shape(
        rural_start=positive_array("rural_start", rural_start, zero_allowed=True),
        rural_end=positive_array("rural_end", rural_end, zero_allowed=True),
        residents_start=positive_array("residents_start", residents_start),
        residents_end=positive_array("residents_end", residents_end),
        natural_increase=finite_array("natural_increase", natural_increase),
    )
    lost = np.maximum(r0 * (1 + born) - r1, 0.0)
    missing = p0 * (1 + born) - p1
    if not lost.any():
        raise ValueError("no place lost rural people; there is no loss to explain")
    return RuralLoss(lost, np.minimum(lost, np.maximum(missing, 0.0)), missing)
