"""Rosters of real shops, and any roster at all against a clerk who counts minutes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.content.calendar import workdays
from bot.core.model import AgentState, Presence
from bot.core.roster import OnShift, spans
from bot.core.rules.shifts import Shifts
from bot.core.shifts import FailingCheck, failing_checks, live_groups, next_live, on_shift

from .reference_roster import Crew, reference
from .rosters import roster, rostered_weeks, works_for

CHINA = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
WORKS = workdays()
RULES = Path(__file__).parents[2] / "rules"
EARLY = {
    "name": "早班",
    "from": "09:00",
    "to": "18:00",
    "agents": ["a01", "a02"],
    "group": "presale",
    "break": {"from": "12:00", "to": "13:00"},
}
LATE = {"name": "晚班", "from": "16:00", "to": "24:00", "agents": ["a03"], "group": "presale"}
NIGHT = {"name": "夜班", "from": "20:00", "to": "02:00", "agents": ["a04"], "group": "aftersale"}


def local(text: str, zone: ZoneInfo = CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def names(shifts: Shifts, at: str) -> list[str]:
    return [span.shift for span in on_shift(shifts, local(at), WORKS)]


def agents(shifts: Shifts, at: str) -> list[str]:
    return [agent for span in on_shift(shifts, local(at), WORKS) for agent in span.agents]


def seen(agent: str, state: AgentState, at: str = "2026-11-18 08:00") -> Presence:
    return Presence(agent, state, local(at))


def shipped() -> Shifts:
    return Shifts.model_validate(yaml.BaseLoader((RULES / "shifts.yaml").read_text("utf-8")).get_single_data())


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("08:59", []),
        ("09:00", ["早班"]),
        ("11:59", ["早班"]),
        ("12:00", []),
        ("12:59", []),
        ("13:00", ["早班"]),
        ("16:00", ["早班", "晚班"]),
        ("17:59", ["早班", "晚班"]),
        ("18:00", ["晚班"]),
        ("23:59", ["晚班"]),
        ("00:00", []),
    ],
)
def test_two_overlapping_shifts_with_a_lunch_hour(at: str, expected: list[str]) -> None:
    assert names(roster(EARLY, LATE), f"2026-11-18 {at}") == expected


def test_three_shifts_leave_no_minute_of_the_week_uncovered() -> None:
    big = [("早班", "09:00", "18:00"), ("晚班", "18:00", "24:00"), ("夜班", "00:00", "09:00")]
    shifts = roster(*({**LATE, "name": name, "from": start, "to": end} for name, start, end in big))
    week = spans(shifts, date(2026, 11, 16), date(2026, 11, 23), WORKS)
    assert week[0].start == local("2026-11-16 00:00")
    assert week[-1].end == local("2026-11-23 00:00")
    assert all(a.end == b.start for a, b in pairwise(week))


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    fridays = roster({**NIGHT, "days": ["fri"]})
    assert names(fridays, "2026-11-20 01:00") == []
    assert names(fridays, "2026-11-20 20:00") == ["夜班"]
    assert names(fridays, "2026-11-21 01:59") == ["夜班"]
    assert names(fridays, "2026-11-21 02:00") == []


def test_a_break_after_midnight_is_found_in_the_small_hours() -> None:
    shifts = roster({**NIGHT, "to": "06:00", "break": {"from": "01:00", "to": "01:30"}})
    assert names(shifts, "2026-11-18 00:59") == ["夜班"]
    assert names(shifts, "2026-11-18 01:00") == []
    assert names(shifts, "2026-11-18 01:30") == ["夜班"]


def test_the_moment_may_come_in_any_zone() -> None:
    assert on_shift(roster(EARLY), datetime(2026, 11, 18, 1, tzinfo=UTC), WORKS) == (
        OnShift("早班", "presale", ("a01", "a02"), local("2026-11-18 09:00"), local("2026-11-18 12:00")),
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        on_shift(roster(EARLY), local("2026-11-18 09:00").replace(tzinfo=None), WORKS)


def test_an_adjusted_saturday_is_worked_and_a_holiday_is_not() -> None:
    shifts = roster({**EARLY, "days": "workdays"}, {**LATE, "days": "restdays"})
    assert names(shifts, "2026-02-14 17:00") == ["早班"]
    assert names(shifts, "2026-02-17 17:00") == ["晚班"]


def test_a_double_eleven_shift_runs_into_the_next_morning() -> None:
    special = [{"dates": ["2026-11-10", "2026-11-11"], "name": "双11", "extend": {"晚班": {"to": "+02:00"}}}]
    shifts = roster(EARLY, LATE, special=special)
    assert [names(shifts, f"2026-11-{day} 01:59") for day in (10, 11, 12, 13)] == [[], ["晚班"], ["晚班"], []]
    assert names(shifts, "2026-11-12 02:00") == []


def test_a_special_closes_one_shift_and_opens_another() -> None:
    special = [{"dates": ["2026-02-17"], "name": "春节", "close": ["早班"], "open": ["晚班"]}]
    shifts = roster(EARLY, {**LATE, "days": "workdays"}, special=special)
    assert names(shifts, "2026-02-17 17:00") == ["晚班"]
    assert names(shifts, "2026-02-18 17:00") == ["早班"]


def test_a_shrunk_shift_keeps_its_lunch_where_it_was() -> None:
    special = [{"dates": ["2026-02-17"], "name": "春节", "extend": {"早班": {"from": "12:30"}}}]
    shifts = roster(EARLY, special=special)
    assert names(shifts, "2026-02-17 12:45") == []
    assert names(shifts, "2026-02-17 13:00") == ["早班"]
    assert names(shifts, "2026-02-18 12:45") == []


def test_three_days_and_one_night_come_round_every_fifth_day() -> None:
    days = {**EARLY, "cycle": {"from": "2026-11-02", "days": 5, "on": [0, 1, 2]}}
    night = {**NIGHT, "cycle": {"from": "2026-11-02", "days": 5, "on": [3]}}
    shifts = roster(days, night)
    week = spans(shifts, date(2026, 10, 28), date(2026, 11, 9), WORKS)
    worked = {(span.start.astimezone(CHINA).day, span.shift) for span in week}
    assert worked == {(day, "早班") for day in (2, 3, 4, 7, 8)} | {(5, "夜班")}


@pytest.mark.parametrize(
    ("every", "swapped"),
    [
        ("1 week", {"11-02": 0, "11-08": 0, "11-09": 1, "11-15": 1, "11-16": 0}),
        ("2 weeks", {"11-15": 0, "11-16": 1, "11-29": 1, "11-30": 0}),
        ("half month", {"11-15": 0, "11-16": 1, "11-30": 1, "12-01": 0, "12-16": 1}),
        ("1 month", {"11-30": 0, "12-01": 1, "12-31": 1}),
    ],
)
def test_two_shifts_swap_their_agents_every_period(every: str, swapped: dict[str, int]) -> None:
    rotation = {"swap": ["早班", "晚班"], "every": every, "from": "2026-11-02"}
    shifts = roster(EARLY, LATE, rotations=[rotation])
    crews = (["a01", "a02"], ["a03"])
    found = {day: crews.index(agents(shifts, f"2026-{day} 10:00")) for day in swapped}
    assert found == swapped


def test_a_ring_of_three_passes_its_agents_forward() -> None:
    rotation = {"swap": ["早班", "晚班", "夜班"], "every": "1 week", "from": "2026-11-02"}
    shifts = roster(EARLY, LATE, NIGHT, rotations=[rotation])
    assert agents(shifts, "2026-11-09 10:00") == ["a04"]
    assert agents(shifts, "2026-11-09 19:00") == ["a01", "a02"]
    assert agents(shifts, "2026-11-10 01:00") == ["a03"]


def test_the_crew_of_a_night_shift_does_not_change_at_midnight() -> None:
    rotation = {"swap": ["早班", "夜班"], "every": "1 week", "from": "2026-11-02"}
    shifts = roster(EARLY, NIGHT, rotations=[rotation])
    assert agents(shifts, "2026-11-09 01:00") == ["a04"]
    assert agents(shifts, "2026-11-10 01:00") == ["a01", "a02"]


def test_two_agents_trade_their_shifts_of_a_day() -> None:
    shifts = roster(EARLY, LATE, swaps=[{"dates": ["2026-11-18"], "agents": ["a02", "a03"]}])
    assert [agents(shifts, f"2026-11-{day} 10:00") for day in (17, 18, 19)] == [
        ["a01", at] for at in ("a02", "a03", "a02")
    ]
    assert agents(shifts, "2026-11-18 19:00") == ["a02"]


def test_agents_pass_their_places_on_and_leave_the_others_theirs() -> None:
    rotation = {"agents": ["a02", "a03"], "every": "1 week", "from": "2026-11-02"}
    shifts = roster(EARLY, LATE, rotations=[rotation])
    assert agents(shifts, "2026-11-09 10:00") == ["a01", "a03"]
    assert agents(shifts, "2026-11-16 10:00") == ["a01", "a02"]


def test_a_swap_of_a_night_holds_until_the_night_ends() -> None:
    shifts = roster(EARLY, NIGHT, swaps=[{"dates": ["2026-11-18"], "agents": ["a01", "a04"]}])
    assert [agents(shifts, f"2026-11-{day} 01:00") for day in (18, 19, 20)] == [["a04"], ["a01"], ["a04"]]


@pytest.mark.parametrize(("stand_in", "there"), [(None, ["a02"]), ("b01", ["b01", "a02"]), ("a02", ["a02"])])
def test_whoever_is_away_is_stood_in_for_or_missed(stand_in: str | None, there: list[str]) -> None:
    leave = {"agent": "a01", "from": "2026-11-18", "to": "2026-11-19", "stand_in": stand_in}
    shifts = roster(EARLY, leave=[leave])
    ordinary = ["a01", "a02"]
    assert [agents(shifts, f"2026-11-{day} 10:00") for day in (17, 18, 19, 20)] == [ordinary, there, there, ordinary]


def test_leave_comes_after_swaps() -> None:
    swaps, leave = [{"dates": ["2026-11-18"], "agents": ["a02", "a03"]}], [{"agent": "a03", "dates": ["2026-11-18"]}]
    shifts = roster(EARLY, LATE, swaps=swaps, leave=leave)
    assert agents(shifts, "2026-11-18 10:00") == ["a01"]
    assert agents(shifts, "2026-11-18 19:00") == ["a02"]


@pytest.mark.parametrize(
    ("state", "live"),
    [(AgentState.ONLINE, {"presale"}), (AgentState.AWAY, set()), (AgentState.OFFLINE, set())],
)
def test_a_group_is_live_when_a_rostered_agent_is_online(state: AgentState, live: set[str]) -> None:
    assert live_groups(roster(EARLY), [seen("a02", state)], local("2026-11-18 10:00"), WORKS) == live


def test_an_agent_who_is_not_rostered_makes_no_group_live() -> None:
    online = [seen("a03", AgentState.ONLINE), seen("x99", AgentState.ONLINE)]
    assert live_groups(roster(EARLY, LATE), online, local("2026-11-18 10:00"), WORKS) == frozenset()


def test_the_latest_presence_of_an_agent_counts() -> None:
    changes = [seen("a01", AgentState.AWAY, "2026-11-18 09:30"), seen("a01", AgentState.ONLINE)]
    assert live_groups(roster(EARLY), changes, local("2026-11-18 10:00"), WORKS) == frozenset()


@pytest.mark.parametrize(
    ("after", "back"),
    [
        ("2026-11-18 03:00", "2026-11-18 09:00"),
        ("2026-11-18 09:00", "2026-11-18 13:00"),
        ("2026-11-18 09:10", "2026-11-18 13:00"),
        ("2026-11-18 12:30", "2026-11-18 13:00"),
        ("2026-11-18 15:00", "2026-11-18 16:00"),
        ("2026-11-18 20:00", "2026-11-19 09:00"),
    ],
)
def test_a_person_is_back_at_the_next_start_of_a_stretch(after: str, back: str) -> None:
    assert next_live(roster(EARLY, LATE), local(after), "presale", WORKS) == local(back)


def test_nobody_is_back_of_a_group_without_shifts_or_people() -> None:
    empty = {**NIGHT, "agents": []}
    assert next_live(roster(EARLY, empty), local("2026-11-18 03:00"), "aftersale", WORKS) is None
    assert next_live(roster(EARLY, empty), local("2026-11-18 03:00"), "supervisor", WORKS) is None


def test_nobody_is_promised_beyond_the_horizon() -> None:
    mondays = roster({**EARLY, "days": ["mon"]})
    tuesday = local("2026-11-17 09:00")
    assert next_live(mondays, tuesday, "presale", WORKS, timedelta(days=6)) == local("2026-11-23 09:00")
    assert next_live(mondays, tuesday, "presale", WORKS, timedelta(days=5)) is None


def test_a_shift_of_today_may_start_before_a_late_one_of_yesterday() -> None:
    owl = {**NIGHT, "name": "凌晨班", "from": "+10:00", "to": "+12:00", "group": "presale", "days": ["tue"]}
    shifts = roster(EARLY, owl)
    assert next_live(shifts, local("2026-11-18 01:00"), "presale", WORKS) == local("2026-11-18 09:00")
    assert next_live(shifts, local("2026-11-18 09:30"), "presale", WORKS) == local("2026-11-18 10:00")


def test_the_night_the_clocks_go_forward_is_an_hour_shorter() -> None:
    shifts = roster(NIGHT, {**EARLY, "from": "02:30", "to": "06:00"}, timezone="America/New_York")
    night, morning = spans(shifts, date(2026, 3, 7), date(2026, 3, 9), WORKS)[1:3]
    assert (night.shift, night.end - night.start) == ("夜班", timedelta(hours=6))
    assert morning.start == local("2026-03-08 03:30", NEW_YORK)


def test_of_the_hour_that_comes_twice_the_first_ends_a_shift() -> None:
    shifts = roster({**NIGHT, "to": "01:30"}, timezone="America/New_York")
    (night,) = spans(shifts, date(2026, 10, 31), date(2026, 11, 1), WORKS)
    assert night.end == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_the_shipped_roster_passes_its_own_checks() -> None:
    shifts = shipped()
    assert len(shifts.checks) >= 10
    assert failing_checks(shifts, works_for(shifts)) == ()


def test_the_shipped_roster_leaves_ordinary_nights_to_the_bot() -> None:
    minutes = reference(shipped(), date(2026, 11, 16), date(2026, 11, 22), WORKS)
    assert not [minute for minute in minutes if minute.time() < local("2026-11-16 08:30").time()]


def test_checks_that_do_not_hold_are_named_with_what_was_found() -> None:
    checks = [
        {"at": "2026-11-18 17:00", "on": ["晚班", "早班"]},
        {"at": "2026-11-18 12:30", "on": ["早班"]},
        {"at": "2026-11-18 10:00", "on": ["早班"], "agents": ["a02"]},
    ]
    assert failing_checks(roster(EARLY, LATE, checks=checks), WORKS) == (
        FailingCheck(1, ("早班",), ()),
        FailingCheck(2, ("a02",), ("a01", "a02")),
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"shifts": [EARLY, EARLY]}, "shift_twice"),
        ({"rotations": [{"swap": ["早班", "中班"], "every": "1 week", "from": "2026-11-02"}]}, "shift_unknown"),
        ({"special": [{"dates": ["2026-11-11"], "name": "双11", "close": ["夜班"]}]}, "shift_unknown"),
        ({"shifts": [{**EARLY, "cycle": {"from": "2026-11-02", "days": 4, "on": [4]}}]}, "cycle_day"),
    ],
)
def test_a_roster_that_contradicts_itself_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError, match=code):
        Shifts.model_validate({"shifts": [EARLY, LATE], **change})


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),
        (date(2026, 2, 17), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 20), True),
    ],
)
def test_the_public_calendar_knows_holidays_and_adjusted_weekends(day: date, works: bool) -> None:
    assert WORKS(day) is works


def test_the_shop_overrules_the_public_calendar() -> None:
    works = workdays({date(2026, 11, 21): True})
    assert works(date(2026, 11, 21))
    assert not works(date(2026, 11, 22))


# --- any roster against the reference ---


def minute_table(shifts: Shifts, first: date, last: date) -> dict[datetime, Crew]:
    table: dict[datetime, set[tuple[str, tuple[str, ...]]]] = {}
    for span in spans(shifts, first - timedelta(days=4), last + timedelta(days=1), works_for(shifts)):
        minute, end = (edge.astimezone(CHINA).replace(tzinfo=None) for edge in (span.start, span.end))
        while minute < end:
            table.setdefault(minute, set()).add((span.shift, span.agents))
            minute += timedelta(minutes=1)
    return {minute: frozenset(crew) for minute, crew in table.items() if first <= minute.date() <= last}


@settings(max_examples=40, deadline=None)
@given(rostered_weeks())
def test_any_week_agrees_with_the_reference_minute_by_minute(week: tuple[Shifts, date]) -> None:
    shifts, first = week
    last = first + timedelta(days=6)
    assert minute_table(shifts, first, last) == reference(shifts, first, last, WORKS)


@settings(max_examples=40, deadline=None)
@given(rostered_weeks(), st.lists(st.integers(0, 7 * 24 * 60 - 1), min_size=20, max_size=20))
def test_who_is_on_agrees_with_the_reference(week: tuple[Shifts, date], minutes: list[int]) -> None:
    shifts, first = week
    table = reference(shifts, first, first + timedelta(days=6), WORKS)
    for offset in minutes:
        minute = datetime.combine(first, datetime.min.time()) + timedelta(minutes=offset)
        found = on_shift(shifts, minute.replace(tzinfo=CHINA), works_for(shifts))
        assert frozenset((span.shift, span.agents) for span in found) == table.get(minute, frozenset())


@settings(max_examples=40, deadline=None)
@given(rostered_weeks(), st.integers(0, 3 * 24 * 60))
def test_nobody_of_the_group_starts_before_the_promised_time(week: tuple[Shifts, date], offset: int) -> None:
    shifts, first = week
    after = datetime.combine(first, datetime.min.time(), CHINA) + timedelta(minutes=offset)
    works = works_for(shifts)
    found = next_live(shifts, after, "presale", works, timedelta(days=6))
    near = spans(shifts, first - timedelta(days=4), first + timedelta(days=12), works)
    starts = [span.start for span in near if span.group == "presale" and span.agents and span.start > after]
    assert found == min((start for start in starts if start <= after + timedelta(days=6)), default=None)
