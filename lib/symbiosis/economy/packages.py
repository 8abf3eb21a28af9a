"""Named policies for the integrated economy, each with the same money: what differs is what it is spent on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbiosis.economy.parameters import POLICY
from symbiosis.parameters import ParameterError

CITY = {"to_migrants": 0.5, "to_new_citizens": 0.5}
COUNTRYSIDE = {"to_village_services": 1 / 3, "to_farm_investment": 1 / 3, "to_villagers": 1 / 3}
BARRIER = 0.5
"""Barrier that a state adds which slows the city, in log utility (assumption)."""


@dataclass(frozen=True)
class Package:
    """A policy: purposes are the shares of the levy for each purpose; the rest goes back to everybody alike."""

    name: str
    title: str
    meaning: str
    purposes: Mapping[str, float]
    added_barrier: float = 0.0

    def settings(self, levy: float, strength: float = 1.0) -> dict[str, float]:
        """Every policy parameter by name, for a levy given as a share of non-farm output.

        strength: the part of the money, and of the barrier, that is used, 0 to 1; the rest goes back to everybody.
        """
        if not 0 <= strength <= 1:
            raise ParameterError(f"strength is {strength:g}; give a fraction from 0 to 1")
        used = {name: share * strength for name, share in self.purposes.items()}
        barrier = self.added_barrier * strength
        return {**POLICY.defaults(), **used, "added_barrier": barrier, "levy": POLICY["levy"].validate(levy)}


def _half(purposes: Mapping[str, float]) -> dict[str, float]:
    return {name: share / 2 for name, share in purposes.items()}


# fmt: off
PACKAGES: tuple[Package, ...] = (
    Package("laissez_faire", "Laissez-faire", "The money goes back to everybody alike.", {}),
    Package("city_led", "City-led",
        "Half pays for services of migrants (no better than citizens'), half for registering them.", CITY),
    Package("countryside_only", "Countryside only",
        "A third each pays for village services, farm investment, and cash for those who live in villages.",
        COUNTRYSIDE),
    Package("both", "Both together", "Half of each.", {**_half(CITY), **_half(COUNTRYSIDE)}),
    Package("slow_city", "Slow the city",
        "Life without registration is made harder; the money goes back to everybody alike.", {}, BARRIER),
    Package("countryside_instead", "Countryside instead",
        "The city is slowed, and the money goes to the countryside.", COUNTRYSIDE, BARRIER),
)

CELLS: tuple[Package, ...] = (
    Package("neither", "Neither", "All the money goes back.", {}),
    Package("city_half", "City half", "Half the money on the city-led purposes, half goes back.", _half(CITY)),
    Package("countryside_half", "Countryside half", "Half the money on the countryside, half goes back.",
        _half(COUNTRYSIDE)),
    Package("both_halves", "Both halves", "Half the money on each.", {**_half(CITY), **_half(COUNTRYSIDE)}),
    Package("slow_half", "Slowed", "The city is slowed, all the money goes back.", {}, BARRIER),
    Package("slow_countryside_half", "Slowed, countryside half",
        "The city is slowed, half the money on the countryside, half goes back.", _half(COUNTRYSIDE), BARRIER),
)
# fmt: on
"""The cells of the test of mutual benefit: each purpose gets the same money wherever it is there at all."""


def package(name: str) -> Package:
    """A package or cell by name; ParameterError that lists the known ones."""
    known = {one.name: one for one in (*PACKAGES, *CELLS)}
    if name not in known:
        raise ParameterError(f"unknown package {name!r}; known: {', '.join(known)}")
    return known[name]
