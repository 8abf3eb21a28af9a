"""Under which conditions does a claim hold: a decision tree small enough to read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from symbiosis.checks import finite_array, fraction_array, need_modules


@dataclass(frozen=True)
class Conditions:
    """Rules that tell where a claim holds.

    rules: one row a rule: condition, runs it covers, share of them in which the claim holds, and whether the rule
    says that it holds; holds_share: in the whole sample; baseline: accuracy of always saying what holds more often;
    train_accuracy: of the rules on the runs they were found in; test_accuracy: mean over the folds of
    cross-validation, on runs not used to find them. Rules that hardly beat the baseline explain nothing.
    """

    rules: pd.DataFrame
    holds_share: float
    baseline: float
    train_accuracy: float
    test_accuracy: float


def conditions(
    parameters: pd.DataFrame,
    holds: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    max_depth: int = 3,
    min_share: float = 0.02,
    folds: int = 5,
) -> Conditions:
    """Fit a decision tree (Breiman et al. 1984) that tells from the parameters whether the claim holds.

    parameters: one row a run, finite; holds: a truth value for each. max_depth: conditions in a rule at most;
    min_share: smallest share of the runs that a rule may cover; folds: of the cross-validation, drawn with rng.
    ValueError where the claim holds in every run or in none, or one side has fewer runs than there are folds.
    """
    need_modules("conditions", "sklearn", extra="lab")
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    names = [str(name) for name in parameters.columns]
    columns = finite_array("parameters", parameters.to_numpy(), ndim=2, min_size=2)
    truth = np.asarray(holds)
    if truth.dtype != np.bool_ or truth.shape != (len(columns),):
        raise ValueError(
            f"holds is {truth.dtype} of shape {truth.shape}; give one truth value for each of the {len(columns)}"
        )
    fraction_array("min_share", min_share, open_interval=True)
    if max_depth < 1 or folds < 2:
        raise ValueError(f"max_depth is {max_depth} and folds is {folds}; give at least 1 and 2")
    rarer = min(int(truth.sum()), int((~truth).sum()))
    if rarer < folds:
        raise ValueError(
            f"the claim holds in {int(truth.sum())} of {len(truth)} runs; {folds} folds need at least {folds} runs "
            "where it holds and as many where it fails"
        )
    seed = int(rng.integers(2**31))
    tree = DecisionTreeClassifier(max_depth=max_depth, min_samples_leaf=min_share, random_state=seed)
    split = StratifiedKFold(folds, shuffle=True, random_state=seed)
    test = float(np.mean(cross_val_score(tree, columns, truth, cv=split)))
    tree.fit(columns, truth)
    leaf_of = tree.apply(columns)
    leaves = [(" and ".join(steps), truth[leaf_of == leaf]) for leaf, steps in _leaves(tree.tree_, names)]
    rows = [(condition, len(inside), float(inside.mean())) for condition, inside in leaves]
    rules = pd.DataFrame(rows, columns=["condition", "runs", "holds_share"])
    rules = rules.assign(says_holds=rules["holds_share"] > 0.5)
    rules = rules.sort_values("holds_share", ascending=False, kind="stable", ignore_index=True)
    share = float(truth.mean())
    return Conditions(rules, share, max(share, 1 - share), float(tree.score(columns, truth)), test)


def _leaves(tree: Any, names: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Number and conditions of every leaf; a parameter that is cut several times gets one interval."""
    waiting: list[tuple[int, dict[str, tuple[float, float]]]] = [(0, {})]
    while waiting:
        node, bounds = waiting.pop()
        if tree.children_left[node] < 0:
            yield node, [_shown(name, *ends) for name, ends in bounds.items()] or ["anything goes"]
            continue
        name, cut = names[tree.feature[node]], float(tree.threshold[node])
        low, high = bounds.get(name, (-np.inf, np.inf))
        waiting.append((int(tree.children_right[node]), {**bounds, name: (cut, high)}))
        waiting.append((int(tree.children_left[node]), {**bounds, name: (low, cut)}))


def _shown(name: str, low: float, high: float) -> str:
    if low == -np.inf:
        return f"{name} <= {high:.3g}"
    if high == np.inf:
        return f"{name} > {low:.3g}"
    return f"{low:.3g} < {name} <= {high:.3g}"
