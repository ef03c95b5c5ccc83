"""Who hands over to whom, and who may stay: real days, and any roster against the clerk who counts minutes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.content.calendar import workdays
from bot.core.roster import OnShift
from bot.core.rules.shifts import Shifts
from bot.core.shift_changes import Change, agents_of, changes, staying
from bot.core.shifts import FailingCheck, failing_checks

from .reference_roster import Duty, duties, published
from .rosters import roster, rostered_weeks, shop_year, works_for

CHINA, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
WORKS = workdays()
MINUTE = timedelta(minutes=1)
DAY_MINUTES = 24 * 60
EARLY = {
    "name": "早班",
    "from": "09:00",
    "to": "18:00",
    "agents": ["a01", "a02"],
    "group": "presale",
    "break": {"from": "12:00", "to": "13:00"},
}
LATE = {"name": "晚班", "from": "18:00", "to": "24:00", "agents": ["a03"], "group": "presale"}
NIGHT = {"name": "夜班", "from": "20:00", "to": "+02:00", "agents": ["a04"], "group": "aftersale"}


def local(text: str, zone: ZoneInfo = CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def told(shifts: Shifts, after: str, until: str) -> list[tuple[str, str, list[str], list[str], list[str]]]:
    """When, which group, and the names of the shifts that end, begin and are on."""
    found = changes(shifts, local(after), local(until), WORKS)
    return [
        (
            f"{each.at.astimezone(CHINA):%d %H:%M}",
            each.group,
            _names(each.ended),
            _names(each.starting),
            _names(each.on),
        )
        for each in found
    ]


def _names(stretches: tuple[OnShift, ...]) -> list[str]:
    return [span.shift for span in stretches]


def stayers(shifts: Shifts, at: str) -> list[str]:
    return _names(staying(shifts, local(at), WORKS))


def test_a_day_changes_hands_at_its_shifts_ends_and_not_at_lunch() -> None:
    assert told(roster(EARLY, LATE), "2026-11-18 00:00", "2026-11-19 00:00") == [
        ("18 09:00", "presale", [], ["早班"], ["早班"]),
        ("18 18:00", "presale", ["早班"], ["晚班"], ["晚班"]),
        ("19 00:00", "presale", ["晚班"], [], []),
    ]


def test_the_moment_after_which_is_asked_is_not_told_again() -> None:
    shifts = roster(EARLY, LATE)
    assert told(shifts, "2026-11-18 09:00", "2026-11-18 18:00") == [
        ("18 18:00", "presale", ["早班"], ["晚班"], ["晚班"])
    ]
    assert told(shifts, "2026-11-18 18:00", "2026-11-18 18:00") == []


def test_a_change_carries_the_stretches_that_border_on_it() -> None:
    (change,) = changes(roster(EARLY, LATE), local("2026-11-18 17:00"), local("2026-11-18 18:30"), WORKS)
    early = OnShift("早班", "presale", ("a01", "a02"), local("2026-11-18 13:00"), local("2026-11-18 18:00"))
    late = OnShift("晚班", "presale", ("a03",), local("2026-11-18 18:00"), local("2026-11-19 00:00"))
    assert change == Change("presale", local("2026-11-18 18:00"), (early,), (late,), (late,))
    assert change.at.tzinfo is UTC


def test_each_group_has_changes_of_its_own() -> None:
    second = {**NIGHT, "name": "主管夜班", "from": "18:00", "group": "supervisor"}
    assert told(roster(EARLY, LATE, second), "2026-11-18 17:59", "2026-11-18 18:00") == [
        ("18 18:00", "presale", ["早班"], ["晚班"], ["晚班"]),
        ("18 18:00", "supervisor", [], ["主管夜班"], ["主管夜班"]),
    ]


def test_a_shift_in_its_break_is_not_on_at_a_change() -> None:
    noon = {**LATE, "name": "午班", "from": "12:00", "to": "12:30"}
    assert told(roster(EARLY, noon), "2026-11-18 11:00", "2026-11-18 13:30") == [
        ("18 12:00", "presale", [], ["午班"], ["午班"]),
        ("18 12:30", "presale", ["午班"], [], []),
    ]


def test_a_shift_back_from_its_break_is_on_at_a_change() -> None:
    second = {**LATE, "from": "16:00"}
    assert told(roster(EARLY, second), "2026-11-18 15:00", "2026-11-18 17:00") == [
        ("18 16:00", "presale", [], ["晚班"], ["早班", "晚班"])
    ]


def test_a_shift_of_all_days_is_handed_to_itself_at_midnight() -> None:
    rotation = {"agents": ["a04", "a05"], "every": "1 week", "from": "2026-11-02"}
    always = {**NIGHT, "from": "00:00", "to": "24:00"}
    shifts = roster(always, rotations=[rotation])
    (change,) = changes(shifts, local("2026-11-15 12:00"), local("2026-11-16 12:00"), WORKS)
    assert [span.agents for span in (*change.ended, *change.starting)] == [("a05",), ("a04",)]


@pytest.mark.parametrize(
    ("at", "expected"),
    [("17:59", []), ("18:00", ["早班"]), ("18:29", ["早班"]), ("18:30", []), ("12:10", [])],
)
def test_agents_may_stay_half_an_hour_after_their_shift_and_not_after_its_break(at: str, expected: list[str]) -> None:
    assert stayers(roster(EARLY, LATE, stay="30m"), f"2026-11-18 {at}") == expected


def test_nobody_stays_unless_the_file_says_so() -> None:
    assert stayers(roster(EARLY, LATE), "2026-11-18 18:00") == []


def test_a_shift_may_say_otherwise_than_the_file() -> None:
    shifts = roster({**EARLY, "stay": "0m"}, {**NIGHT, "stay": "8h"}, stay="30m")
    assert stayers(shifts, "2026-11-18 18:00") == []
    assert stayers(shifts, "2026-11-19 09:59") == ["夜班"]
    assert stayers(shifts, "2026-11-19 10:00") == []


def test_those_who_stay_are_the_ones_who_worked_that_day() -> None:
    shifts = roster(EARLY, stay="30m", leave=[{"agent": "a01", "dates": ["2026-11-18"], "stand_in": "a09"}])
    assert [span.agents for span in staying(shifts, local("2026-11-18 18:10"), WORKS)] == [("a09", "a02")]


def test_of_an_empty_shift_nobody_stays() -> None:
    assert stayers(roster({**EARLY, "agents": []}, stay="30m"), "2026-11-18 18:10") == []


def test_a_check_may_say_who_stays() -> None:
    checks = [
        {"at": "2026-11-18 18:10", "on": ["晚班"], "staying": ["早班"]},
        {"at": "2026-11-18 18:30", "on": ["晚班"], "staying": ["早班"]},
    ]
    shifts = roster(EARLY, LATE, stay="30m", checks=checks)
    assert failing_checks(shifts, WORKS) == (FailingCheck(1, ("早班",), ()),)


def test_a_stay_that_nobody_can_bear_is_refused() -> None:
    with pytest.raises(ValidationError, match="long_stay"):
        roster(EARLY, stay="13h")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 9), ("2026-10-24", 11), ("2026-11-18", 10)])
def test_in_berlin_the_night_the_clocks_change_is_shorter_or_longer(day: str, hours: int) -> None:
    night = {**NIGHT, "from": "20:00", "to": "+06:00", "stay": "1h"}
    shifts = roster(night, timezone="Europe/Berlin")
    start = local(f"{day} 20:00", BERLIN)
    begun, over = changes(shifts, start - MINUTE, start + timedelta(hours=12), WORKS)
    assert over.at - begun.at == timedelta(hours=hours)
    assert f"{over.at.astimezone(BERLIN):%H:%M}" == "06:00"
    assert staying(shifts, over.at + timedelta(minutes=59), WORKS) == over.ended
    assert staying(shifts, over.at + timedelta(minutes=60), WORKS) == ()


def test_everybody_in_the_file_has_the_groups_whose_work_may_come_to_them() -> None:
    shifts = roster(
        EARLY,
        LATE,
        NIGHT,
        {**NIGHT, "name": "主管班", "agents": ["s01"], "group": "supervisor"},
        rotations=[{"swap": ["晚班", "夜班"], "every": "1 week", "from": "2026-11-02"}],
        swaps=[{"dates": ["2026-11-18"], "agents": ["a01", "s01"]}],
        leave=[
            {"agent": "a02", "dates": ["2026-11-18"], "stand_in": "b01"},
            {"agent": "a03", "dates": ["2026-11-18"]},
        ],
    )
    assert agents_of(shifts) == {
        "a01": {"presale", "supervisor"},
        "a02": {"presale"},
        "a03": {"presale", "aftersale"},
        "a04": {"presale", "aftersale"},
        "b01": {"presale"},
        "s01": {"presale", "supervisor"},
    }


def test_whoever_works_in_the_year_is_known_with_that_group() -> None:
    shifts = shop_year(2026)
    known = agents_of(shifts)
    worked = {
        (agent, duty.group)
        for duty in duties(shifts, date(2026, 1, 1), date(2026, 12, 31), works_for(shifts))
        for agent in duty.agents
    }
    assert worked <= {(agent, group) for agent, groups in known.items() for group in groups}
    assert known.keys() == {agent for agent, _ in worked}


# --- any roster against the reference ---


def _minute(at: datetime, first: date) -> int:
    return int((at.astimezone(CHINA).replace(tzinfo=None) - datetime.combine(first, datetime.min.time())) / MINUTE)


Seats = frozenset[tuple[str, tuple[str, ...]]]


def _seats(stretches: tuple[OnShift, ...]) -> Seats:
    return frozenset((span.shift, span.agents) for span in stretches)


def _seated(worked: list[Duty]) -> Seats:
    return frozenset((duty.shift, duty.agents) for duty in worked)


def naive_changes(worked: list[Duty], after: int, until: int) -> Mapping[tuple[int, str], tuple[Seats, Seats, Seats]]:
    ends, begins = defaultdict[int, list[Duty]](list), defaultdict[int, list[Duty]](list)
    for duty in worked:
        ends[max(duty.minutes) + 1].append(duty)
        begins[min(duty.minutes)].append(duty)
    found = {}
    for minute in range(after + 1, until + 1):
        for group in {duty.group for duty in (*ends.get(minute, ()), *begins.get(minute, ()))}:
            on = [duty for duty in worked if minute in duty.minutes]
            sides = (ends.get(minute, []), begins.get(minute, []), on)
            ended, begun, there = (_seated([each for each in side if each.group == group]) for side in sides)
            found[minute, group] = (ended, begun, there)
    return found


def table_of(found: Iterable[Change], first: date) -> Mapping[tuple[int, str], tuple[Seats, Seats, Seats]]:
    return {
        (_minute(each.at, first), each.group): (_seats(each.ended), _seats(each.starting), _seats(each.on))
        for each in found
    }


def test_every_change_of_the_year_agrees_with_the_reference() -> None:
    shifts, first = shop_year(2026), date(2026, 1, 1)
    works, midnight = works_for(shifts), local("2026-01-01 00:00")
    days = [midnight + timedelta(days=number) for number in range(366)]
    found = [change for day, until in pairwise(days) for change in changes(shifts, day, until, works)]
    worked = [*duties(shifts, first, date(2027, 1, 1), published)]
    assert table_of(found, first) == naive_changes(worked, 0, 365 * DAY_MINUTES)


@settings(max_examples=60, deadline=None)
@given(rostered_weeks(), st.integers(0, 4 * DAY_MINUTES), st.integers(0, 2 * DAY_MINUTES))
def test_any_changes_agree_with_the_reference(week: tuple[Shifts, date], offset: int, length: int) -> None:
    shifts, first = week
    works = works_for(shifts)
    worked = [*duties(shifts, first, first + timedelta(days=7), works)]
    start = datetime.combine(first, datetime.min.time(), CHINA) + offset * MINUTE
    found = changes(shifts, start, start + length * MINUTE, works)
    assert table_of(found, first) == naive_changes(worked, offset, offset + length)
    assert [(each.at, each.group) for each in found] == sorted((each.at, each.group) for each in found)


@settings(max_examples=60, deadline=None)
@given(rostered_weeks(), st.lists(st.integers(0, 7 * DAY_MINUTES - 1), min_size=20, max_size=20))
def test_who_may_stay_agrees_with_the_reference(week: tuple[Shifts, date], minutes: list[int]) -> None:
    shifts, first = week
    works = works_for(shifts)
    worked = [duty for duty in duties(shifts, first, first + timedelta(days=7), works) if duty.agents]
    for minute in minutes:
        at = datetime.combine(first, datetime.min.time(), CHINA) + minute * MINUTE
        over = [duty for duty in worked if minute - duty.stay < max(duty.minutes) + 1 <= minute]
        assert _seats(staying(shifts, at, works)) == _seated(over)
        assert len(staying(shifts, at, works)) == len(over)
