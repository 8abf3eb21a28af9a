"""Migration played by people, one by one: ours, and the same rules written as agents of Mesa.

    python -m bench.agents

Writes bench/results/agents.json. An agent-step is one person who looks at the wages and chooses. Both draw the same
random numbers, so that the paths are compared bit for bit; runs alternate, each in a fresh process. Of Mesa only the
rounds are timed, not the making of its agents; of ours everything.
"""

from __future__ import annotations

import statistics
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from bench import record
from symbiosis.models.migration.harris_todaro import HarrisTodaro

SEED, ROUNDS, RECONSIDER = 1, 100, 0.08
BESIDE_MESA = 100_000
PEOPLE = (10_000, 100_000, 1_000_000)
TURNS = 3


def ours(people: int) -> record.Cost:
    """Our simulation; value: the path of the share in the city."""
    rng = np.random.default_rng(SEED)
    return record.cost(
        lambda: HarrisTodaro().simulate(people, rng=rng, rounds=ROUNDS, reconsider=RECONSIDER).urban_labour.tolist()
    )


def mesa(people: int, bare: bool = False) -> record.Cost:
    """The same as a model of Mesa; bare: its agents called from a list, without Mesa's own sets of agents."""
    from mesa import Agent, Model
    from mesa.agent import AgentSet

    theory = HarrisTodaro()
    cost, k, wage, jobs, scale, alpha, informal = (
        float(getattr(theory, name))
        for name in ("hukou_cost", "dispersion", "urban_wage", "formal_jobs", "rural_productivity", "alpha",
                     "informal_wage")
    )  # fmt: skip

    class Person(Agent):  # type: ignore[misc]
        """Someone with a taste for the city that never changes."""

        def __init__(self, model: Country, taste: Any) -> None:
            super().__init__(model)
            self.taste, self.in_city = taste, False

        def step(self) -> None:
            """Look at what the city offers, and choose."""
            chooses = self.taste > self.model.threshold
            self.model.urban += chooses - self.in_city
            self.in_city = chooses

    class Country(Model):  # type: ignore[misc]
        """The economy that all of them share."""

        def __init__(self, people: int) -> None:
            super().__init__(rng=SEED)
            # Mesa has drawn nothing yet, but its generator is seeded in a way of its own.
            self.draws = np.random.default_rng(SEED)
            self.people, self.urban = people, 0
            tastes = self.draws.logistic(size=people).astype(np.float32).tolist()
            self.everybody = list(Person.create_agents(self, people, tastes))

        def step(self) -> None:
            """One round: some people, drawn by lot, think again."""
            urban = min(max(self.urban / self.people, 1 / self.people), 1 - 1 / self.people)
            offered = informal + (wage - informal) * min(1.0, jobs / urban)
            farm = alpha * scale * (1 - urban) ** (alpha - 1)
            self.threshold = float(np.float32(-k * np.log((1 - cost) * offered / farm)))
            count = max(1, round(RECONSIDER * self.people))
            chosen = [self.everybody[at] for at in self.draws.integers(self.people, size=count).tolist()]
            if bare:
                for person in chosen:
                    person.step()
            else:
                # A set leaves out who was drawn twice, who would choose the same again.
                AgentSet(chosen, random=self.random).do("step")

    made = record.cost(Country, people)

    def played() -> list[float]:
        country, path = made.value, [0.0]
        for _ in range(ROUNDS):
            country.step()
            path.append(country.urban / people)
        return path

    rounds = record.cost(played)
    return replace(rounds, megabytes=made.megabytes + rounds.megabytes)


def main() -> None:
    loads, steps = [record.load()], ROUNDS * RECONSIDER
    figures: dict[str, Any] = {"rounds": ROUNDS, "reconsider": RECONSIDER, "ours": {}}
    if find_spec("mesa"):
        found: dict[str, list[record.Cost]] = {"ours": [], "mesa": [], "mesa_bare": []}
        for _ in range(TURNS):
            found["ours"].append(record.alone(ours, BESIDE_MESA))
            found["mesa"].append(record.alone(mesa, BESIDE_MESA))
            found["mesa_bare"].append(record.alone(mesa, BESIDE_MESA, True))
        figures["same_path"] = len({tuple(run.value) for runs in found.values() for run in runs}) == 1
        for name in ("mesa", "mesa_bare"):
            pairs = zip(found["ours"], found[name], strict=True)
            ratio = statistics.median(b.processor_seconds / a.processor_seconds for a, b in pairs)
            figures[f"ratio_to_{name}"] = round(ratio, 1)
            figures[name] = {str(BESIDE_MESA): _figures(BESIDE_MESA * steps, found[name])}
    for people in PEOPLE:
        runs = [record.alone(ours, people) for _ in range(TURNS)]
        figures["ours"][str(people)] = _figures(people * steps, runs)
        print(people, figures["ours"][str(people)], flush=True)
    packages = ("numpy", *(["mesa"] if "mesa" in figures else []))
    record.save("agents", packages, figures, [*loads, record.load()])
    print(
        {name: figures.get(name) for name in ("mesa", "mesa_bare", "ratio_to_mesa", "ratio_to_mesa_bare", "same_path")}
    )


def _figures(steps: float, runs: list[record.Cost]) -> dict[str, float]:
    """Agent-steps a second of processor time, seconds of a round, and megabytes: medians."""
    seconds = statistics.median(run.processor_seconds for run in runs)
    return {
        "agent_steps_per_second": round(steps / seconds),
        "milliseconds_per_round": round(1000 * seconds / ROUNDS, 3),
        "megabytes": round(statistics.median(run.megabytes for run in runs), 1),
    }


if __name__ == "__main__":
    main()
