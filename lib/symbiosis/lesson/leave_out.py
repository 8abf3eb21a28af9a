"""Does a reading hang on one place? What a finding would read with each place left out."""

from __future__ import annotations

from collections.abc import Iterable

from symbiosis.evidence.estimate import Estimate
from symbiosis.lesson.claims import ArgumentError, Claim
from symbiosis.lesson.rule import Design, Finding, read


def fragile(claim: Claim | None, part: str, estimate: Estimate, others: Iterable[Estimate]) -> bool:
    """Whether an estimate of a part's number reads otherwise once some place is left out.

    others: the estimates without one place each. ArgumentError for a part that the claim has not, or one that is
    universal, which is read by its cases.
    """
    known = {one.key: one for one in claim.parts} if claim else {}
    if part not in known:
        raise ArgumentError(f"the claim has no part {part!r}; its parts are {', '.join(known) or 'none'}")

    def reading(one: Estimate) -> object:
        return read(Finding("left out", part, "left out", one, Design.ACROSS, "the same"), known[part])

    return any(reading(one) is not reading(estimate) for one in others)
