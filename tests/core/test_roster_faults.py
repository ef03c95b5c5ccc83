"""Dated lines that do not fit the roster are told; those that fit are not."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.content.calendar import workdays
from bot.core.roster_faults import line_faults
from bot.core.rules.shifts import Shifts

from .rosters import roster

WORKS = workdays()
EARLY = {
    "name": "早班",
    "days": "workdays",
    "from": "09:00",
    "to": "18:00",
    "agents": ["a01", "a02"],
    "group": "presale",
}
LATE = {**EARLY, "name": "晚班", "from": "16:00", "to": "24:00", "agents": ["a03"]}
REST = {**EARLY, "name": "周末班", "days": "restdays", "agents": ["a04"]}
NIGHT = {**EARLY, "name": "夜班", "days": ["tue"], "from": "22:00", "to": "+10:00", "agents": ["a05"]}
SHIFTS = [EARLY, LATE, REST, NIGHT]
WEDNESDAY, SATURDAY, MONDAY = "2026-11-18", "2026-11-21", "2026-11-23"
Line = dict[str, Any]


def told(**lines: list[Line]) -> list[tuple[tuple[str | int, ...], str]]:
    return [(fault.place, fault.code) for fault in line_faults(roster(*SHIFTS, **lines), WORKS)]


@pytest.mark.parametrize(
    "swap",
    [
        {"dates": [WEDNESDAY], "agents": ["a01", "a03"]},
        {"dates": [SATURDAY, MONDAY], "agents": ["a01", "a04"]},
        {"from": WEDNESDAY, "to": MONDAY, "agents": ["a01", "a03"]},
    ],
)
def test_a_swap_that_trades_shifts_is_right(swap: Line) -> None:
    assert told(swaps=[swap]) == []


@pytest.mark.parametrize(
    ("swap", "code"),
    [
        ({"dates": [WEDNESDAY], "agents": ["a01", "a99"]}, "agent_unknown"),
        ({"dates": [WEDNESDAY], "agents": ["a01", "a04"]}, "swap_rests"),
        ({"from": SATURDAY, "to": "2026-11-22", "agents": ["a01", "a03"]}, "swap_rests"),
        ({"dates": [WEDNESDAY, SATURDAY], "agents": ["a01", "a03"]}, "swap_idle"),
        ({"dates": [WEDNESDAY], "agents": ["a01", "a02"]}, "swap_idle"),
        ({"from": WEDNESDAY, "to": MONDAY, "agents": ["a01", "a02"]}, "swap_idle"),
    ],
)
def test_a_swap_that_cannot_be_or_changes_nothing_is_told(swap: Line, code: str) -> None:
    assert told(swaps=[swap]) == [(("swaps", 0), code)]


def test_a_swap_is_judged_after_the_swaps_above_it() -> None:
    first = {"dates": [SATURDAY, MONDAY], "agents": ["a01", "a04"]}
    second = {"dates": [SATURDAY, MONDAY], "agents": ["a01", "a03"]}
    assert told(swaps=[first, second]) == []
    assert told(swaps=[second]) == [(("swaps", 0), "swap_idle")]


@pytest.mark.parametrize(
    "leave",
    [
        {"agent": "a01", "dates": [WEDNESDAY]},
        {"agent": "a01", "from": WEDNESDAY, "to": MONDAY, "stand_in": "b01"},
        {"agent": "a01", "dates": [WEDNESDAY], "stand_in": "a04"},
        {"agent": "a04", "dates": [SATURDAY], "stand_in": "a01"},
    ],
)
def test_leave_with_somebody_free_to_stand_in_is_right(leave: Line) -> None:
    assert told(leave=[leave]) == []


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        ({"agent": "a99", "dates": [WEDNESDAY]}, "agent_unknown"),
        ({"agent": "a01", "dates": [SATURDAY]}, "leave_idle"),
        ({"agent": "a01", "dates": [WEDNESDAY], "stand_in": "a02"}, "stand_in_busy"),
        ({"agent": "a01", "dates": [WEDNESDAY], "stand_in": "a03"}, "stand_in_busy"),
        ({"agent": "a01", "dates": [WEDNESDAY], "stand_in": "a05"}, "stand_in_busy"),
        ({"agent": "a01", "from": "2026-11-16", "to": WEDNESDAY, "stand_in": "a05"}, "stand_in_busy"),
    ],
)
def test_leave_that_cannot_be_is_told(leave: Line, code: str) -> None:
    assert told(leave=[leave]) == [(("leave", 0), code)]


def test_a_stand_in_whose_night_ended_before_is_free() -> None:
    assert told(leave=[{"agent": "a03", "dates": [WEDNESDAY], "stand_in": "a05"}]) == []


def test_a_stand_in_who_is_away_himself_is_told() -> None:
    away = {"agent": "a04", "dates": [SATURDAY]}
    covered = {"agent": "a05", "dates": ["2026-11-17"], "stand_in": "a04"}
    assert told(leave=[{**covered, "stand_in": "b01"}, away]) == []
    assert told(leave=[covered, {**away, "from": "2026-11-17", "to": SATURDAY, "dates": []}]) == [
        (("leave", 0), "stand_in_away")
    ]


def test_one_stand_in_for_two_at_the_same_time_is_told_at_both_lines() -> None:
    both = [{"agent": agent, "dates": [WEDNESDAY], "stand_in": "b01"} for agent in ("a01", "a03")]
    assert told(leave=both) == [(("leave", 0), "stand_in_busy"), (("leave", 1), "stand_in_busy")]


def test_leave_that_is_written_twice_is_told() -> None:
    line = {"agent": "a01", "dates": [WEDNESDAY]}
    assert told(leave=[line, line]) == [(("leave", 0), "leave_idle"), (("leave", 1), "leave_idle")]


def test_a_rotation_of_agents_whom_nobody_knows_is_told() -> None:
    rotation = {"agents": ["a01", "a99"], "every": "1 week", "from": "2026-11-02"}
    assert told(rotations=[rotation]) == [(("rotations", 0, "agents"), "agent_unknown")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"swaps": [{"dates": [WEDNESDAY], "agents": ["a01", "a01"]}]}, "with_himself"),
        ({"swaps": [{"agents": ["a01", "a03"]}]}, "dates_or_range"),
        ({"swaps": [{"agents": ["a01", "a03"], "from": WEDNESDAY}]}, "dates_or_range"),
        (
            {"swaps": [{"agents": ["a01", "a03"], "dates": [MONDAY], "from": WEDNESDAY, "to": MONDAY}]},
            "dates_or_range",
        ),
        ({"swaps": [{"agents": ["a01", "a03"], "from": MONDAY, "to": WEDNESDAY}]}, "date_range"),
        ({"swaps": [{"agents": ["a01", "a03"], "from": "2026-01-01", "to": "2027-01-02"}]}, "date_range"),
        ({"leave": [{"agent": "a01", "dates": [WEDNESDAY], "stand_in": "a01"}]}, "with_himself"),
        ({"calendar": {"workdays": [SATURDAY], "restdays": [SATURDAY]}}, "day_of_both"),
        ({"rotations": [{"every": "1 week", "from": MONDAY}]}, "one_ring"),
        ({"rotations": [{"every": "1 week", "from": MONDAY, "swap": ["早班"]}]}, "one_ring"),
        (
            {"rotations": [{"every": "1 week", "from": MONDAY, "swap": ["早班", "晚班"], "agents": ["a01", "a03"]}]},
            "one_ring",
        ),
        ({"rotations": [{"every": "1 week", "from": MONDAY, "agents": ["a01", "a01"]}]}, "with_himself"),
        ({"covers": [{"group": "presale", "from": "09:00", "to": "18:00", "except": ["春节"]}]}, "special_unknown"),
        ({"covers": [{"group": "presale", "from": "09:00", "to": "09:00"}]}, "no_span"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(change: dict[str, list[Line]], code: str) -> None:
    with pytest.raises(ValidationError, match=code):
        Shifts.model_validate({"shifts": SHIFTS, **change})
