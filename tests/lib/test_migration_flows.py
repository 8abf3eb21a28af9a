import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from symbiosis.measures import migration_flows as measure

matrices = st.integers(2, 6).flatmap(lambda n: hnp.arrays(float, (n, n), elements=st.integers(0, 10_000).map(float)))


@given(matrices)
def test_people_who_leave_arrive(flows):
    summary = measure.flow_summary(flows)
    assert summary.net.sum() == 0
    assert summary.arrivals.sum() == summary.departures.sum() == summary.movers
    if summary.movers:
        assert 0 <= summary.system_effectiveness <= 1
        people = summary.departures + 1
        redistributed = np.maximum(summary.net, 0).sum()
        assert measure.net_migration_rate(flows, people) == pytest.approx(redistributed / people.sum())


@given(matrices)
def test_stayers_do_not_count_and_reversal_changes_the_sign(flows):
    more_stayers = flows + np.diag(np.full(len(flows), 5.0))
    assert measure.flow_summary(more_stayers).net == pytest.approx(measure.flow_summary(flows).net)
    assert measure.flow_summary(flows.T).net == pytest.approx(-measure.flow_summary(flows).net)


def test_one_way_and_balanced_flows():
    one_way = measure.flow_summary([[0, 10], [0, 0]])
    assert one_way.system_effectiveness == 1
    assert one_way.net == pytest.approx([-10, 10])
    assert measure.flow_summary([[0, 10], [10, 0]]).system_effectiveness == 0
    nobody = measure.flow_summary(np.zeros((2, 2)))
    assert np.isnan(nobody.system_effectiveness)
    assert np.isnan(nobody.effectiveness).all()
    assert measure.net_migration_rate(np.zeros((2, 2)), [1, 1]) == 0


def test_intensity_is_movers_over_people():
    assert measure.migration_intensity([[90, 10], [5, 95]], [100, 100]) == pytest.approx(0.075)


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        ([[0, -1], [0, 0]], "flows is -1"),
        ([[0, 1, 2], [0, 0, 1]], "shape"),
        ([0, 1], "dimensions"),
        ([[0, np.nan], [0, 0]], "finite"),
    ],
)
def test_bad_flows_are_named(flows, message):
    with pytest.raises(ValueError, match=message):
        measure.flow_summary(flows)


def test_bad_populations_are_named():
    with pytest.raises(ValueError, match="10 people leave place 0, where 5 live"):
        measure.migration_intensity([[0, 10], [0, 0]], [5, 5])
    with pytest.raises(ValueError, match="3 places and flows 2"):
        measure.migration_intensity([[0, 10], [0, 0]], [50, 5, 5])
