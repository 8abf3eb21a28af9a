"""Gravity equations for flows of people by Poisson pseudo maximum likelihood (Santos Silva and Tenreyro 2006).

E[flow] = exp(x b) is estimated on the flows themselves, so zeros stay in and unequal variance does not bias b, as it
does where the logarithm of flows is regressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.checks import finite_array, finite_number, positive_array


@dataclass(frozen=True)
class GravityEstimate:
    """Estimates: DataFrame by regressor (and "constant" without fixed effects) with columns estimate,
    standard_error, low, high, z, p.

    r2: squared correlation of flows and fit; n_zero: flows of zero used; dropped: rows left out by reason (an origin or
    destination with fixed effects and no flow at all says nothing about b); fitted: expected flow by row used.
    """

    coefficients: pd.DataFrame
    n_obs: int
    n_zero: int
    r2: float
    level: float
    fixed_effects: tuple[str, ...]
    covariance: str
    dropped: dict[str, int]
    fitted: pd.Series


def fit_gravity(
    frame: pd.DataFrame,
    flow: str,
    regressors: Sequence[str],
    *,
    fixed_effects: Sequence[str] = (),
    cluster: str | None = None,
    level: float = 0.95,
) -> GravityEstimate:
    """Estimate E[flow] = exp(regressors b + fixed effects).

    frame: one row for each pair; flow, regressors, fixed_effects, cluster: its columns. Regressors enter as they are,
    so give logarithms of people and distance. fixed_effects: for instance ("origin", "destination"), a dummy for each
    value. cluster: standard errors are robust within its groups, else for each row (HC1).
    ValueError for a missing or non-finite value, a negative flow, or regressors that fixed effects or each other
    explain fully.
    """
    import statsmodels.api as sm

    names, effects = list(regressors), list(fixed_effects)
    columns = [flow, *names, *effects, *([cluster] if cluster else [])]
    missing = [name for name in columns if name not in frame.columns]
    if missing or not names:
        raise ValueError(f"columns {missing or 'of regressors'} are missing; frame has {list(frame.columns)}")
    q = finite_number("level", level)
    if not 0 < q < 1:
        raise ValueError(f"level is {q:g}; give a fraction between 0 and 1, such as 0.95")
    positive_array(flow, frame[flow].to_numpy(), zero_allowed=True)
    for name in names:
        finite_array(name, frame[name].to_numpy())
    for name in [*effects, *([cluster] if cluster else [])]:
        if frame[name].isna().any():
            raise ValueError(
                f"{name} is missing in {int(frame[name].isna().sum())} rows; fill or drop them before the call"
            )
    used, dropped = frame, {}
    if effects:
        # Dropping one place's pairs may leave another without a flow.
        while True:
            alive = np.ones(len(used), dtype=bool)
            for name in effects:
                alive &= (used.groupby(name)[flow].transform("sum") > 0).to_numpy()
            if alive.all():
                break
            used = used[alive]
        dropped = {"no flow at all": len(frame) - len(used)} if len(used) < len(frame) else {}
    y = used[flow].to_numpy(dtype=np.float64)
    if not len(y) or not y.any():
        raise ValueError(f"{flow} is zero throughout; there is nothing to explain")
    blocks = [used[names].to_numpy(dtype=np.float64), np.ones((len(used), 1))]
    blocks += [pd.get_dummies(used[name], drop_first=True).to_numpy(dtype=np.float64) for name in effects]
    design = np.hstack(blocks)
    # Columns are scaled so that a regressor in the millions is not taken for a dependent one.
    scale = np.abs(design).max(axis=0)
    rank = int(np.linalg.matrix_rank(design / np.where(scale > 0, scale, 1.0)))
    if rank < design.shape[1]:
        raise ValueError(
            f"{', '.join(names)}: {design.shape[1] - rank} columns are explained by the others or by the fixed "
            "effects; drop the regressors that do not vary within them"
        )
    if len(y) <= rank:
        raise ValueError(f"{len(y)} flows do not determine {rank} coefficients; give more flows or fewer fixed effects")
    options = (
        {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(used[cluster])[0]}}
        if cluster
        else {"cov_type": "HC1"}
    )
    # The unit of flows moves only the constant; a mean of 1 keeps the iteration in range.
    unit = y.mean()
    result = sm.GLM(y / unit, design, family=sm.families.Poisson()).fit(maxiter=200, tol=1e-10, **options)
    if not result.converged:
        raise ValueError(
            f"the estimate of {', '.join(names)} did not converge; some may separate zeros from other flows"
        )
    keep = len(names) if effects else len(names) + 1
    interval = result.conf_int(alpha=1 - q)[:keep]
    shift = np.zeros(keep)
    if not effects:
        shift[-1] = np.log(unit)
    table = pd.DataFrame(
        {
            "estimate": result.params[:keep] + shift,
            "standard_error": result.bse[:keep],
            "low": interval[:, 0] + shift,
            "high": interval[:, 1] + shift,
        },
        index=pd.Index([*names, "constant"][:keep], name="regressor"),
    )
    from scipy.special import ndtr

    table["z"] = table["estimate"] / table["standard_error"]
    table["p"] = 2 * ndtr(-table["z"].abs().to_numpy())
    fitted = np.asarray(result.fittedvalues) * unit
    r = np.corrcoef(y, fitted)[0, 1] if np.ptp(y) > 0 and np.ptp(fitted) > 0 else np.nan
    return GravityEstimate(
        coefficients=table,
        n_obs=len(y),
        n_zero=int((y == 0).sum()),
        r2=float(r**2),
        level=q,
        fixed_effects=tuple(effects),
        covariance=f"clustered by {cluster}" if cluster else "robust (HC1)",
        dropped=dropped,
        fitted=pd.Series(fitted, index=used.index, name="fitted"),
    )
