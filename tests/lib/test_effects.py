"""Stored effects are read as estimates, one row at a time."""

import numpy as np
import pandas as pd
import pytest

from symbiosis.economy.effects import StoredEffects

TABLE = pd.DataFrame(
    {
        "package": ["both", "both", "city_led"], "gain": ["output", "gap", "gap"],
        "low": [-1.0, 0.0, 100 * np.log(0.5)],
        "median": [0.0, 10.0, 0.0], "high": [1.0, 20.0, 100 * np.log(2.0)], "share_better": [0.5, 0.9, 0.4],
    }
)  # fmt: skip


def test_logs_become_percent_and_shares_stay():
    effects = StoredEffects(TABLE)
    found = effects.percent(package="city_led", gain="gap")
    assert (found.low, found.value, found.high) == pytest.approx((-50, 0, 100))
    assert found.level == 0.8
    assert str(effects.as_stored(package="both", gain="gap")) == "+10.0 % (+0.0 to +20.0)"
    assert effects.share(package="both", gain="gap") == 0.9


def test_a_question_that_is_not_one_row_is_refused():
    with pytest.raises(ValueError, match="2 rows with gain gap; say which one"):
        StoredEffects(TABLE).percent(gain="gap")
    with pytest.raises(ValueError, match="0 rows with package none, gain gap"):
        StoredEffects(TABLE).share(package="none", gain="gap")
