import numpy as np
import pandas as pd
import pytest

from symbiosis.evidence.gravity import fit_gravity


def _pairs(rng, places=20, beta=-1.2, mean=5.0):
    points = rng.uniform(0, 1000, (places, 2))
    people = rng.normal(0, 1, places)
    i, j = np.nonzero(~np.eye(places, dtype=bool))
    frame = pd.DataFrame(
        {
            "origin": i,
            "destination": j,
            "ln_origin": people[i],
            "ln_destination": people[j],
            "ln_distance": np.log(np.linalg.norm(points[i] - points[j], axis=1)),
        }
    )
    log_mean = beta * (frame["ln_distance"] - 6) + 0.9 * frame["ln_origin"] + 0.7 * frame["ln_destination"]
    # Poisson with a gamma factor whose spread rises with distance: ln flow is then biased, PPML is not.
    spread = np.exp((frame["ln_distance"] - 6) / 2)
    factor = rng.gamma(1 / spread, spread)
    frame["flow"] = rng.poisson(mean * np.exp(log_mean) * factor).astype(float)
    return frame


ALL = ["ln_origin", "ln_destination", "ln_distance"]


def test_the_estimate_is_unbiased_where_log_least_squares_is_not():
    rng = np.random.default_rng(3)
    ppml, logs, covered = [], [], []
    for _ in range(120):
        frame = _pairs(rng)
        fit = fit_gravity(frame, "flow", ALL).coefficients.loc["ln_distance"]
        ppml.append(fit["estimate"])
        covered.append(fit["low"] <= -1.2 <= fit["high"])
        some = frame[frame["flow"] > 0]
        design = np.column_stack([some[ALL], np.ones(len(some))])
        logs.append(np.linalg.lstsq(design, np.log(some["flow"]), rcond=None)[0][2])
    noise = np.std(ppml) / np.sqrt(120)
    assert np.mean(ppml) == pytest.approx(-1.2, abs=4 * noise)
    assert abs(np.mean(logs) + 1.2) > 8 * noise
    assert np.mean(covered) > 0.85


# Exact flows are what statsmodels warns of.
@pytest.mark.filterwarnings("ignore:Perfect separation")
def test_exact_flows_are_recovered_with_and_without_fixed_effects():
    frame = _pairs(np.random.default_rng(1))
    frame["flow"] = 1e6 * np.exp(0.9 * frame["ln_origin"] + 0.7 * frame["ln_destination"] - 1.2 * frame["ln_distance"])
    fit = fit_gravity(frame, "flow", ALL)
    expected = [0.9, 0.7, -1.2, np.log(1e6)]
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx(expected, abs=1e-7)
    assert fit.r2 == pytest.approx(1.0)
    fixed = fit_gravity(frame, "flow", ["ln_distance"], fixed_effects=["origin", "destination"])
    assert fixed.coefficients["estimate"].to_numpy() == pytest.approx([-1.2], abs=1e-7)
    assert list(fixed.coefficients.index) == ["ln_distance"]


def test_fixed_effects_meet_both_margins():
    # The first-order conditions of Poisson: fitted flows add up to observed ones at each origin and destination.
    frame = _pairs(np.random.default_rng(5))
    fit = fit_gravity(frame, "flow", ["ln_distance"], fixed_effects=["origin", "destination"])
    for side in ("origin", "destination"):
        observed = frame.loc[fit.fitted.index].groupby(side)["flow"].sum()
        assert fit.fitted.groupby(frame[side]).sum().to_numpy() == pytest.approx(observed.to_numpy(), rel=1e-6)


def test_unit_of_flows_moves_only_the_constant_and_zeros_are_used():
    frame = _pairs(np.random.default_rng(2), mean=0.5)
    base = fit_gravity(frame, "flow", ALL)
    scaled = fit_gravity(frame.assign(flow=frame["flow"] * 1e4), "flow", ALL)
    assert base.n_zero == (frame["flow"] == 0).sum() > 0
    for column in ("estimate", "standard_error"):
        assert scaled.coefficients[column].to_numpy()[:3] == pytest.approx(base.coefficients[column].to_numpy()[:3])
    shift = scaled.coefficients.loc["constant", "estimate"] - base.coefficients.loc["constant", "estimate"]
    assert shift == pytest.approx(np.log(1e4))


def test_places_without_flows_are_dropped_and_counted():
    frame = _pairs(np.random.default_rng(4))
    frame.loc[frame["origin"] == 3, "flow"] = 0.0
    fit = fit_gravity(frame, "flow", ["ln_distance"], fixed_effects=["origin", "destination"], cluster="origin")
    assert fit.dropped == {"no flow at all": 19}
    assert fit.n_obs == len(frame) - 19
    assert fit.covariance == "clustered by origin"


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"flow": -1.0}, {}, "flow is -1"),
        ({"flow": 0.0}, {}, "zero throughout"),
        ({"ln_distance": np.nan}, {}, "ln_distance"),
        ({"ln_distance": 2.0}, {}, "explained by the others"),
        ({}, {"fixed_effects": ["origin"]}, "explained by the others"),
        ({"origin": None}, {"cluster": "origin"}, "origin is missing"),
        ({}, {"cluster": "country"}, "country"),
        ({}, {"level": 95}, "level is 95"),
    ],
)
def test_bad_input_is_named(change, options, message):
    with pytest.raises(ValueError, match=message):
        fit_gravity(_pairs(np.random.default_rng(0)).assign(**change), "flow", ALL, **options)
