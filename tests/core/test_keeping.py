"""Who is there, who keeps what is theirs, whose shift runs."""

from datetime import date, timedelta

from bot.core.floor import floor_at
from bot.core.keeping import keeping, on_duty
from bot.core.model import AgentState, Presence
from bot.core.rules.shifts import Shifts

from .book import local

EARLY = {
    "name": "早班", "from": "09:00", "to": "18:00", "agents": ["a01", "a02"], "group": "presale",
    "break": {"from": "12:00", "to": "13:00"},
}  # fmt: skip
LATE = {"name": "晚班", "from": "16:00", "to": "24:00", "agents": ["a03"], "group": "presale"}
AFTER = {"name": "售后班", "from": "09:00", "to": "17:00", "agents": ["a11"], "group": "aftersale"}
GRACE = timedelta(minutes=3)


def never(_: date) -> bool:
    return False


def roster(**more: object) -> Shifts:
    return Shifts.model_validate({"shifts": [EARLY, LATE, AFTER], **more})


def seen(**states: str) -> list[Presence]:
    """Agent -> state and since when ("online 08:55")."""
    told = {agent: one.partition(" ") for agent, one in states.items()}
    return [
        Presence(agent, AgentState(state), local(f"2026-11-23 {clock or '08:00'}"))
        for agent, (state, _, clock) in told.items()
    ]


def keepers(at: str, shifts: Shifts, **states: str) -> frozenset[str]:
    now = local(f"2026-11-23 {at}")
    return keeping(shifts, floor_at(shifts, seen(**states), {}, now, never), now, never, GRACE)


def test_a_shift_runs_in_its_break_too() -> None:
    found = on_duty(roster(), local("2026-11-23 12:30"), never)
    assert found == {"presale": {"a01", "a02"}, "aftersale": {"a11"}}


def test_a_shift_has_ended_at_its_last_minute() -> None:
    assert on_duty(roster(), local("2026-11-23 18:00"), never) == {"presale": {"a03"}}


def test_who_is_away_for_a_moment_keeps_what_is_theirs() -> None:
    assert "a01" in keepers("10:02", roster(), a01="away 10:00")
    assert "a01" not in keepers("10:03", roster(), a01="away 10:00")


def test_who_comes_late_has_as_long() -> None:
    assert {"a01", "a02", "a11"} <= keepers("09:02", roster())
    assert not keepers("09:03", roster())


def test_who_sits_through_the_break_has_as_long() -> None:
    assert "a01" in keepers("12:02", roster(), a01="online")
    assert "a01" not in keepers("12:30", roster(), a01="online")
    assert "a01" in keepers("13:00", roster(), a01="online")


def test_who_goes_home_keeps_nothing_but_who_stays_does() -> None:
    assert "a01" not in keepers("18:00", roster(), a01="online")
    assert "a01" in keepers("18:20", roster(stay="30m"), a01="online")
    assert "a01" not in keepers("18:20", roster(stay="30m"), a01="away 18:01")
    assert "a01" not in keepers("18:30", roster(stay="30m"), a01="online")
