"""A clock-in holds for one stint of work: who forgot to clock out is not there the next day."""

from datetime import date, datetime, timedelta

import pytest

from bot.core.floor import floor_at, lateness, unmanned
from bot.core.model import AgentState, Presence
from bot.core.rules.dispatch import Dispatch
from bot.core.rules.shifts import Shifts
from bot.core.shifts import live_groups
from bot.core.signs import Hold, forgotten, held, told_already
from bot.core.wholes import running

from .book import local

ON, AWAY, OFF = AgentState.ONLINE, AgentState.AWAY, AgentState.OFFLINE
MINUTE = timedelta(minutes=1)


def never(_: date) -> bool:
    return False


def shift(name: str, hours: str, *agents: str, **more: object) -> dict[str, object]:
    start, end = hours.split("-")
    return {"name": name, "from": start, "to": end, "agents": [*agents], "group": "presale", **more}


def roster(*shifts: dict[str, object]) -> Shifts:
    return Shifts.model_validate({"shifts": [*shifts], "stay": "30m"})


DAYS = roster(shift("早班", "09:00-18:00", "a01", "a02"), shift("晚班", "16:00-24:00", "a03"))


def at(text: str) -> datetime:
    """`23 09:00` of November; the 23rd is a Monday."""
    return local(f"2026-11-{text}")


def is_forgotten(since: str, now: str, spoke: str | None = None, shifts: Shifts = DAYS, agent: str = "a01") -> bool:
    told = Presence(agent, ON, at(since), spoke_at=at(spoke) if spoke else None)
    return forgotten([told], shifts, at(now), never) == {agent}


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("23 08:55", "23 17:59", False),
        ("23 08:55", "23 18:29", False),  # the stay
        ("23 08:55", "24 00:55", False),  # sixteen hours, off the roster
        ("23 08:55", "24 00:56", True),
        ("23 08:55", "24 09:00", True),
        ("23 18:29", "24 09:00", True),  # still within the stay
        ("23 18:30", "24 09:00", False),  # said afterwards, so it is meant for the next
        ("24 07:00", "24 09:00", False),
        ("23 16:59", "24 08:59", False),
    ],
)
def test_a_clock_in_counts_for_the_shift_before_which_it_was_told(since: str, now: str, expected: bool) -> None:
    assert is_forgotten(since, now) == expected


def test_a_word_of_the_new_shift_is_a_sign_of_life_and_one_of_the_evening_is_none() -> None:
    assert not is_forgotten("23 08:55", "24 09:30", spoke="24 09:10")
    assert not is_forgotten("23 08:55", "24 09:30", spoke="24 07:00")
    assert is_forgotten("23 08:55", "24 09:30", spoke="23 18:45")


def test_a_shop_that_never_closes_forgets_nobody() -> None:
    whole = roster(shift("全天", "00:00-24:00", "a01"))
    assert not is_forgotten("23 10:00", "24 00:01", shifts=whole)
    assert not is_forgotten("10 10:00", "24 10:00", shifts=whole)


def test_shifts_without_a_real_pause_are_one_stint() -> None:
    following = roster(shift("晚班", "16:00-24:00", "a01"), shift("夜班", "+00:00-+08:00", "a01"))
    assert not is_forgotten("23 15:55", "24 07:59", shifts=following)
    assert is_forgotten("23 15:55", "24 16:00", shifts=following)
    lunch = roster(shift("上午", "09:00-12:00", "a01"), shift("下午", "14:00-18:00", "a01"))
    assert not is_forgotten("23 08:55", "23 17:59", shifts=lunch)
    halves = roster(shift("上半", "08:30-15:00", "a01"), shift("下半", "20:00-23:00", "a01"))
    assert is_forgotten("23 08:25", "23 20:00", shifts=halves)


def test_a_long_break_within_a_shift_ends_no_stint() -> None:
    split = roster(shift("两头班", "08:30-23:00", "a01", **{"break": {"from": "15:00", "to": "20:00"}}))
    assert not is_forgotten("23 08:25", "23 22:59", shifts=split)


def test_a_long_stay_takes_no_early_clock_in_away() -> None:
    long = roster(shift("早班", "09:00-21:00", "a01", stay="12h"))
    assert not is_forgotten("24 08:50", "24 09:00", shifts=long)
    assert is_forgotten("23 20:00", "24 09:00", shifts=long)


def test_of_who_has_no_shift_before_in_sight_sixteen_hours_are_believed() -> None:
    saturdays = roster(shift("周六班", "09:00-18:00", "a01", days=["sat"]))
    assert not is_forgotten("27 17:00", "28 17:00", shifts=saturdays)
    assert is_forgotten("27 16:59", "28 09:00", shifts=saturdays)
    assert not is_forgotten("24 09:00", "25 01:00", agent="helper")
    assert is_forgotten("24 09:00", "25 01:01", agent="helper")


def test_yesterdays_online_and_away_make_no_group_live_and_a_shift_unmanned() -> None:
    """a01 forgot to clock out, a02 had vanished."""
    presence = [Presence("a01", ON, at("23 08:55")), Presence("a02", AWAY, at("23 17:00"), passed=2)]
    now = at("24 09:05")
    floor = floor_at(DAYS, presence, {}, now, never)
    assert (floor.live, floor.working, floor.is_online("a01")) == (frozenset(), frozenset(), False)
    assert live_groups(DAYS, presence, now, never) == frozenset()
    assert [one.name for one in unmanned(DAYS, floor.presence, Dispatch(), now, never)] == ["早班"]


def test_a_clock_in_of_the_morning_makes_it_live_and_none_of_it_unmanned() -> None:
    presence = [Presence("a01", ON, at("24 08:50")), Presence("a02", AWAY, at("23 17:00"))]
    now = at("24 09:05")
    floor = floor_at(DAYS, presence, {}, now, never)
    assert floor.working == {"a01"}
    assert live_groups(DAYS, presence, now, never) == {"presale"}
    assert unmanned(DAYS, floor.presence, Dispatch(), now, never) == ()


def test_the_same_state_is_news_in_another_stint_and_between_two() -> None:
    since = Presence("a01", ON, at("23 08:55"))
    told = [told_already(since, DAYS, at(now), never) for now in ("23 09:30", "23 18:10", "24 08:50", "24 10:30")]
    assert told == [True, True, False, False]
    spoke = Presence("a01", ON, at("23 08:55"), spoke_at=at("24 09:10"))
    assert not told_already(spoke, DAYS, at("24 10:30"), never)


def test_to_leave_once_more_is_no_news() -> None:
    assert told_already(Presence("a01", OFF, at("23 18:00")), DAYS, at("24 09:01"), never)


def test_a_clock_in_holds_until_the_stay_of_its_shift_is_over() -> None:
    def until(agent: str, since: str) -> Hold:
        return held(agent, at(since), DAYS, never)

    assert until("a01", "23 08:55") == Hold(at("23 18:30"), at("24 08:55"))
    assert until("a01", "23 18:40") == Hold(at("24 18:30"), at("24 18:40"))
    assert until("helper", "23 08:00") == Hold(at("24 00:00"), at("24 08:00"))


def test_lateness_is_told_to_whoever_clocks_in_anew() -> None:
    [mine] = [one for one in running(DAYS, at("24 10:30"), never) if "a01" in one.agents]
    assert lateness(Presence("a01", ON, at("24 10:30")), None, mine) == 90 * 60
