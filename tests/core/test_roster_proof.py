"""Gaps, overlaps and who is on: examples, and any roster against minutes counted one by one."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from bot.content.calendar import workdays
from bot.core.roster_proof import Clash, Gap, Overlap, Proof, prove
from bot.core.rules.shifts import Shifts

from .reference_roster import Works, duties, promised, published
from .rosters import roster, rostered_weeks, shop_year, works_for

CHINA, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
WORKS = workdays()
MINUTE = timedelta(minutes=1)
WEDNESDAY = date(2026, 11, 18)
EARLY = {
    "name": "早班",
    "from": "09:00",
    "to": "18:00",
    "agents": ["a01", "a02"],
    "group": "presale",
    "break": {"from": "12:00", "to": "13:00"},
}
LATE = {"name": "晚班", "from": "16:00", "to": "+02:00", "agents": ["a03"], "group": "presale"}
Heads = dict[int, list[tuple[str, str, tuple[str, ...]]]]
Bags = dict[tuple[int, str], frozenset[tuple[str, int]]]
ALL_DAY = {"group": "presale", "from": "09:00", "to": "24:00"}


def local(text: str, zone: ZoneInfo = CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def proved(shifts: Shifts, days: int = 1, first: date = WEDNESDAY) -> Proof:
    return prove(shifts, first, days, WORKS)


def test_who_is_on_is_told_by_day_in_stretches_in_which_nothing_changes() -> None:
    told = [
        (f"{one.start.astimezone(CHINA):%H:%M}", f"{one.end.astimezone(CHINA):%H:%M}", one.shifts, one.agents)
        for one in proved(roster(EARLY, LATE)).watches
    ]
    assert told == [
        ("00:00", "02:00", ("晚班",), ("a03",)),
        ("09:00", "12:00", ("早班",), ("a01", "a02")),
        ("13:00", "16:00", ("早班",), ("a01", "a02")),
        ("16:00", "18:00", ("早班", "晚班"), ("a01", "a02", "a03")),
        ("18:00", "00:00", ("晚班",), ("a03",)),
    ]


def test_a_lunch_hour_that_nobody_covers_is_a_gap() -> None:
    found = proved(roster(EARLY, LATE, covers=[ALL_DAY]))
    assert found.gaps == (Gap("presale", local("2026-11-18 12:00"), local("2026-11-18 13:00")),)
    assert not found.holds


def test_a_lunch_hour_that_another_shift_covers_is_none() -> None:
    lunch = {**LATE, "name": "午班", "from": "12:00", "to": "13:00", "agents": ["a09"]}
    found = proved(roster(EARLY, LATE, lunch, covers=[ALL_DAY]), days=30)
    assert (found.gaps, found.holds) == ((), True)


def test_an_empty_shift_covers_nothing() -> None:
    leave = [{"agent": "a03", "dates": ["2026-11-18"]}]
    found = proved(roster(EARLY, LATE, covers=[{**ALL_DAY, "from": "13:00"}], leave=leave))
    assert found.gaps == (Gap("presale", local("2026-11-18 18:00"), local("2026-11-19 00:00")),)
    assert found.days[0].leave[0].agent == "a03"


def test_a_gap_over_midnight_is_one() -> None:
    covers = [{**ALL_DAY, "from": "22:00", "to": "+04:00", "days": ["wed"]}]
    found = proved(roster({**LATE, "to": "23:00"}, covers=covers), days=2)
    assert found.gaps == (Gap("presale", local("2026-11-18 23:00"), local("2026-11-19 04:00")),)


def test_nothing_is_promised_on_a_special_that_is_excepted() -> None:
    special = [{"name": "盘点", "dates": ["2026-11-18"], "close": ["早班", "晚班"]}]
    covers = [{**ALL_DAY, "from": "13:00", "except": ["盘点"]}]
    found = proved(roster(EARLY, LATE, special=special, covers=covers), days=2)
    assert (found.holds, found.days[0].special) == (True, ("盘点",))


def test_promised_hours_go_by_the_calendar_of_working_days() -> None:
    covers = [{**ALL_DAY, "group": "supervisor", "days": "workdays"}]
    found = proved(roster(EARLY, covers=covers), days=5, first=date(2026, 10, 8))
    assert [gap.start.astimezone(CHINA).day for gap in found.gaps] == [8, 9, 10, 12]
    assert [note.works for note in found.days] == [True, True, True, False, True]


def test_an_agent_in_two_shifts_at_once_is_a_clash() -> None:
    found = proved(roster(EARLY, {**LATE, "agents": ["a02"], "group": "aftersale"}))
    assert found.clashes == (Clash("a02", ("早班", "晚班"), local("2026-11-18 16:00"), local("2026-11-18 18:00")),)
    assert (found.overlaps, found.holds) == ((), False)


def test_a_shift_longer_than_its_day_clashes_with_itself() -> None:
    found = proved(roster({**LATE, "from": "16:00", "to": "+17:00"}), days=2)
    assert [(one.shifts, one.start) for one in found.clashes] == [
        (("晚班", "晚班"), local("2026-11-18 16:00")),
        (("晚班", "晚班"), local("2026-11-19 16:00")),
    ]


def test_two_shifts_of_a_group_at_once_are_told_and_no_fault() -> None:
    found = proved(roster(EARLY, LATE))
    assert found.overlaps == (
        Overlap("presale", ("早班", "晚班"), local("2026-11-18 16:00"), local("2026-11-18 18:00")),
    )
    assert found.holds


def test_in_berlin_the_longer_night_is_covered_in_both_of_its_equal_hours() -> None:
    night = {**LATE, "from": "22:00", "to": "+06:00"}
    covers = [{"group": "presale", "from": "22:00", "to": "+07:00"}]
    shifts = roster(night, covers=covers, timezone="Europe/Berlin")
    (gap,) = prove(shifts, date(2026, 10, 25), 1, WORKS).gaps[:1]
    assert (gap.start, gap.end) == (local("2026-10-25 06:00", BERLIN), local("2026-10-25 07:00", BERLIN))
    watch = prove(shifts, date(2026, 10, 25), 1, WORKS).watches[0]
    assert watch.end.timestamp() - watch.start.timestamp() == 7 * 3600


# --- any roster against the reference ---


def _minutes(one: Gap | Clash | Overlap, first: date) -> range:
    midnight = datetime.combine(first, datetime.min.time(), CHINA)
    return range((one.start - midnight) // MINUTE, (one.end - midnight) // MINUTE)


def agrees(shifts: Shifts, first: date, days: int, found: Proof, calendar: Works) -> None:
    """Every finding, minute by minute, is what counting heads gives; and none is told in two pieces."""
    last = first + timedelta(days=days - 1)
    length = days * 24 * 60
    heads = _heads(shifts, first, last, calendar)
    owed = {(group, minute) for group, minute in promised(shifts, first, last, calendar) if 0 <= minute < length}
    manned = {(group, minute) for minute, there in heads.items() for _, group, _ in there}
    assert {(gap.group, minute) for gap in found.gaps for minute in _minutes(gap, first)} == owed - manned
    assert _watched(found, first) == _counted(heads)
    assert _clashing(found, first) == _in_two_places(heads)
    assert _overlapping(found, first) == _together(heads)
    _told_once(found)


def _heads(shifts: Shifts, first: date, last: date, calendar: Works) -> Heads:
    heads: Heads = {}
    until = ((last - first).days + 1) * 24 * 60
    for duty in duties(shifts, first, last, calendar):
        for minute in duty.minutes:
            if duty.agents and 0 <= minute < until:
                heads.setdefault(minute, []).append((duty.shift, duty.group, duty.agents))
    return heads


def _bag(names: list[str]) -> frozenset[tuple[str, int]]:
    return frozenset(Counter(names).items())


def _watched(found: Proof, first: date) -> dict[tuple[int, str], tuple[frozenset[tuple[str, int]], frozenset[str]]]:
    midnight = datetime.combine(first, datetime.min.time(), CHINA)
    table = {}
    for one in found.watches:
        assert one.day == one.start.astimezone(CHINA).date() == (one.end - MINUTE).astimezone(CHINA).date()
        for minute in range((one.start - midnight) // MINUTE, (one.end - midnight) // MINUTE):
            assert (minute, one.group) not in table
            table[minute, one.group] = (_bag([*one.shifts]), frozenset(one.agents))
    return table


def _counted(heads: Heads) -> dict[tuple[int, str], tuple[frozenset[tuple[str, int]], frozenset[str]]]:
    table = {}
    for minute, there in heads.items():
        for group in {group for _, group, _ in there}:
            own = [(shift, agents) for shift, each, agents in there if each == group]
            table[minute, group] = (
                _bag([shift for shift, _ in own]),
                frozenset(agent for _, agents in own for agent in agents),
            )
    return table


def _clashing(found: Proof, first: date) -> Bags:
    return {(minute, one.agent): _bag([*one.shifts]) for one in found.clashes for minute in _minutes(one, first)}


def _in_two_places(heads: Heads) -> Bags:
    table = {}
    for minute, there in heads.items():
        for agent in {agent for _, _, agents in there for agent in agents}:
            where = [shift for shift, _, agents in there if agent in agents]
            if len(where) > 1:
                table[minute, agent] = _bag(where)
    return table


def _overlapping(found: Proof, first: date) -> Bags:
    return {(minute, one.group): _bag([*one.shifts]) for one in found.overlaps for minute in _minutes(one, first)}


def _together(heads: Heads) -> Bags:
    table = {}
    for minute, there in heads.items():
        for group in {group for _, group, _ in there}:
            where = [shift for shift, each, _ in there if each == group]
            if len(where) > 1:
                table[minute, group] = _bag(where)
    return table


def _told_once(found: Proof) -> None:
    for group in {gap.group for gap in found.gaps}:
        own = [gap for gap in found.gaps if gap.group == group]
        assert all(one.end < other.start for one, other in pairwise(own))


@settings(max_examples=25, deadline=None)
@given(rostered_weeks())
def test_any_proof_agrees_with_counted_heads(week: tuple[Shifts, date]) -> None:
    shifts, first = week
    agrees(shifts, first, 5, prove(shifts, first, 5, works_for(shifts)), WORKS)


def test_the_proof_of_a_quarter_with_double_eleven_agrees_with_counted_heads() -> None:
    shifts, first, days = shop_year(2026), date(2026, 10, 1), 92
    found = prove(shifts, first, days, works_for(shifts))
    assert found.gaps
    assert found.overlaps
    agrees(shifts, first, days, found, published)
