"""Charts stay within their picture and show the numbers that they were given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.rules.shifts import Shifts
from bot.core.shifts import on_shift
from bot.core.walltime import DAY, instant
from bot.web.desk.office.charts import Chart, DayLine, Series, Stretch, ceiling, columns, fitted, length, rows, week
from bot.web.desk.office.rostered import MINUTES, lanes, roster_week
from tests.core.book import CHINA, rules
from tests.core.rosters import rostered_weeks, works_for

_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
_COUNTS = st.integers(0, 10**6)
_EDGE = 0.01


def inside(chart: Chart) -> None:
    """No shape leaves the picture; of texts the ends, by the width that is reckoned with."""
    for one in chart.shapes:
        at = one.at
        left, right = at.get("x", at.get("x1", 0)), at.get("x", 0) + at.get("width", 0)
        if one.tag == "text":
            wide = length(one.text)
            left -= wide if "end" in one.kind else wide / 2 if "middle" in one.kind else 0
            right = left + wide
        low = max(at.get("y", 0) + at.get("height", 0), at.get("y1", 0), at.get("y2", 0))
        assert -_EDGE <= left <= max(right, at.get("x2", 0)) + _EDGE, one
        assert max(right, at.get("x2", 0)) <= chart.width + _EDGE, one
        assert at.get("y", at.get("y1", 0)) >= 0, one
        assert low <= chart.height + _EDGE, one


def told(chart: Chart) -> list[int]:
    """The numbers of its bars, as they are told when they are pointed at."""
    return [int(one.tip.rpartition(" ")[2]) for one in chart.shapes if one.tag == "rect"]


@given(st.lists(st.tuples(_COUNTS, _COUNTS), min_size=1, max_size=24))
def test_upright_bars_are_as_high_as_their_numbers(values: Sequence[tuple[int, int]]) -> None:
    labels = [f"{place:02}" for place in range(len(values))]
    series = [Series("甲", "a", tuple(a for a, _ in values)), Series("乙", "b", tuple(b for _, b in values))]
    chart = columns(labels, series, "题", "说明")
    inside(chart)
    assert told(chart) == [number for pair in values for number in pair if number]
    bars = [one for one in chart.shapes if one.tag == "rect"]
    top = ceiling(max(number for pair in values for number in pair))
    assert [round(one.at["height"] * top / 130) for one in bars] == told(chart)


@given(st.lists(st.tuples(_NAMES, _COUNTS), max_size=12))
def test_lying_bars_stay_beside_their_numbers(values: Sequence[tuple[str, int]]) -> None:
    chart = rows(values, "题", "说明")
    inside(chart)
    assert told(chart) == [number for _, number in values if number]
    assert [one.text for one in chart.shapes if one.kind == "count"] == [str(number) for _, number in values]


@given(st.integers(0, 10**9))
def test_a_scale_ends_at_the_first_round_number_above(most: int) -> None:
    top = ceiling(most)
    assert most <= top <= max(2.5 * most, 1)
    assert str(top).rstrip("0") in {"1", "2", "5"}


@given(_NAMES, st.floats(0, 300))
def test_a_text_never_takes_more_than_its_room(text: str, room: float) -> None:
    assert length(fitted(text, room)) <= room
    assert fitted(text, 10_000) == text


_STRETCHES = st.tuples(st.integers(0, MINUTES - 1), st.integers(1, MINUTES), _NAMES).map(
    lambda one: Stretch(one[0], min(one[0] + one[1], MINUTES), "shift presale", one[2], one[2])
)
_LINES = st.builds(
    DayLine, _NAMES, st.lists(st.lists(_STRETCHES, max_size=3).map(tuple), max_size=4).map(tuple), st.booleans(),
    st.none() | st.integers(0, MINUTES),
)  # fmt: skip


@settings(deadline=None)
@example([DayLine("", (), is_today=False, now=MINUTES)])
@given(st.lists(_LINES, min_size=1, max_size=7))
def test_a_week_stays_in_its_picture(days: Sequence[DayLine]) -> None:
    chart = week(days, "题", "说明")
    inside(chart)
    stretches = [one for day in days for lane in day.lanes for one in lane]
    assert len([one for one in chart.shapes if one.kind == "shift presale"]) == len(stretches)


@settings(deadline=None)  # proving a week takes its time
@given(rostered_weeks(), st.integers(0, 6), st.integers(0, MINUTES - 1))
def test_every_minute_of_the_week_shows_just_who_is_on(drawn: tuple[Shifts, date], offset: int, minute: int) -> None:
    shifts, first = drawn
    own, works, monday = replace(rules(), shifts=shifts), works_for(shifts), first - DAY * first.weekday()
    days = roster_week(own, works, monday, instant(monday + 2 * DAY, 15 * 60, CHINA))
    at = instant(monday + offset * DAY, minute, CHINA)
    there = sorted(one.shift for one in on_shift(own.shifts, at, works) if one.agents)
    assert sorted(one.names[0] for one in days[offset].shifts if one.start <= minute < one.end) == there
    assert [one.now for one in days] == [None, None, 15 * 60, None, None, None, None]
    for lane in (lane for day in days for lane in lanes(day.shifts)):
        assert all(one.end <= after.start for one, after in pairwise(lane))
