"""One buyer's flood is the flood of one buyer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.floods import Floods
from tests.fakes import at

SECOND = timedelta(seconds=1)


def test_a_burst_comes_in_and_then_one_a_second() -> None:
    floods = Floods(3, SECOND)
    assert [floods.take("b1", at(0)) for _ in range(3)] == [0, 0, 0]
    assert floods.take("b1", at(0)) == pytest.approx(1)
    assert floods.take("b1", at(1)) == 0
    assert floods.take("b1", at(1.25)) == pytest.approx(0.75)


def test_what_is_put_back_does_not_count() -> None:
    floods = Floods(2, SECOND)
    for _ in range(9):
        assert floods.take("b1", at(0)) == 0
        floods.put_back("b1")
    assert [floods.take("b1", at(0)) for _ in range(3)] == [0, 0, pytest.approx(1)]
    floods.put_back("nobody")


def test_others_do_not_wait_for_it() -> None:
    floods = Floods(1, SECOND)
    assert [floods.take("b1", at(0)), floods.take("b2", at(0))] == [0, 0]


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.integers(1, 5))
def test_never_more_than_the_burst_and_what_time_allows(gaps: list[float], burst: int) -> None:
    floods, moment, let_in = Floods(burst, SECOND), 0.0, 0
    for gap in gaps:
        moment += gap
        let_in += floods.take("b1", at(moment)) == 0
    assert let_in <= burst + moment + 1e-3


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_who_waits_as_long_as_told_is_let_in(gaps: list[float]) -> None:
    floods, moment = Floods(2, SECOND), 0.0
    for gap in gaps:
        moment += gap
        if wait := floods.take("b1", at(moment)):
            moment += wait + 1e-5
            assert floods.take("b1", at(moment)) == 0
