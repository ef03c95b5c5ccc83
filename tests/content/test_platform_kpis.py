"""The shipped definitions of the platforms, worked by hand at their edges.

20 November 2026 is a Friday. Every expected figure has its arithmetic beside it.
"""

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot.content.kpi_checks import shown
from bot.content.rules import read_rules
from bot.core.definitions import measured
from bot.core.rounds import rounds_of
from bot.core.rules.kpis import Kpis, definitions_on, in_force, sessions_on
from tests.core.transcripts import talk

from .desk import REPOSITORY

CHINA = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 20)
THREE_MINUTES = ("taobao_3min", "douyin_3min", "pdd_3min")


@cache
def _kpis() -> Kpis:
    return read_rules(REPOSITORY / "rules").rules.kpis


def figures(*lines: str, day: date = DAY, kpis: Kpis | None = None) -> dict[str, str]:
    """What each definition makes of one conversation on a day, as the file's checks write it."""
    rules = kpis or _kpis()
    rounds = rounds_of(talk(*lines), sessions_on(rules, day))
    found = (measured(one, rounds, day, CHINA) for one in definitions_on(rules, day))
    return {one.definition.name: shown(one) for one in found}


def test_every_platform_is_there() -> None:
    assert set(figures("10:00:00 b")) == {"first_response", "taobao_human_time", "jd_30s", *THREE_MINUTES}


@pytest.mark.parametrize(
    ("asked", "counted"),
    [("07:59:59", 0), ("08:00:00", 1), ("22:59:59", 1), ("23:00:00", 0), ("00:00:00", 0), ("23:59:59", 0)],
)
@pytest.mark.parametrize("name", THREE_MINUTES)
def test_three_minutes_are_asked_of_rounds_from_eight_to_eleven_at_night(name: str, asked: str, counted: int) -> None:
    """Half-open: 08:00:00 is in, 23:00:00 is out. Nobody answers, so none is within."""
    assert figures(f"{asked} b")[name] == f"0/{counted}"


@pytest.mark.parametrize(("answered", "within"), [("10:02:59", 1), ("10:03:00", 1), ("10:03:01", 0)])
@pytest.mark.parametrize("name", THREE_MINUTES)
def test_just_three_minutes_are_within_them(name: str, answered: str, within: int) -> None:
    """10:03:00 - 10:00:00 = 180 s, and 180 <= 180."""
    assert figures("10:00:00 b", f"{answered} a01")[name] == f"{within}/1"


@pytest.mark.parametrize("name", THREE_MINUTES)
def test_of_the_first_question_the_time_is_taken(name: str) -> None:
    """Asked at 10:00:00 and again at 10:02:00, answered at 10:03:30: 210 s after the first, 90 s after the second."""
    assert figures("10:00:00 b", "10:02:00 b", "10:03:30 a01")[name] == "0/1"


@pytest.mark.parametrize("name", THREE_MINUTES)
def test_an_answer_after_the_window_is_the_rounds_of_the_window(name: str) -> None:
    """22:59:59 to 23:02:59 are 180 s."""
    assert figures("22:59:59 b", "23:02:59 a01")[name] == "1/1"


@pytest.mark.parametrize("name", THREE_MINUTES)
def test_rounds_that_the_bot_answered_alone_are_left_out(name: str) -> None:
    """Two rounds: one the bot's alone, one a person's after 20 s. 1 of 1."""
    assert figures("10:00:00 b", "10:00:02 bot", "10:05:00 b", "10:05:20 a01")[name] == "1/1"
    assert figures("10:00:00 b", "10:00:02 bot")[name] == "0/0"


@pytest.mark.parametrize("name", THREE_MINUTES)
def test_the_bots_answer_is_no_persons(name: str) -> None:
    """The bot after 2 s, the person after 181 s: too late."""
    assert figures("10:00:00 b", "10:00:02 bot", "10:03:01 a01")[name] == "0/1"


@pytest.mark.parametrize("name", [*THREE_MINUTES, "jd_30s"])
def test_who_was_called_and_did_not_come_has_not_answered(name: str) -> None:
    assert figures("10:00:00 b", "10:00:02 call")[name] == "0/1"


@pytest.mark.parametrize("name", [*THREE_MINUTES, "jd_30s"])
def test_an_assisted_reply_counts_as_a_persons(name: str) -> None:
    assert figures("10:00:00 b", "10:00:30 a01?")[name] == "1/1"


@pytest.mark.parametrize("name", [*THREE_MINUTES, "jd_30s"])
@pytest.mark.parametrize("between", ["nudge", "hold", "care"])
def test_neither_a_nudge_nor_the_held_line_is_an_answer(name: str, between: str) -> None:
    """A person after 190 s; what the bot said after 5 s is none of these answers and makes no round the bot's."""
    assert figures("10:00:00 b", f"10:00:05 {between}", "10:03:10 a01")[name] == "0/1"
    assert figures("10:00:00 b", f"10:00:05 {between}")[name] == "0/1"


@pytest.mark.parametrize("name", [*THREE_MINUTES, "jd_30s", "first_response"])
def test_a_question_that_was_taken_back_is_not_counted(name: str) -> None:
    """Of two lines the first was taken back: the round begins at 10:05:00, and 10:05:08 is 8 s later."""
    assert figures("10:00:00 b!", "10:00:05 a01")[name] == "0/0"
    assert figures("10:00:00 b!", "10:05:00 b", "10:05:08 a01")[name] == "1/1"


def test_of_a_round_over_midnight_the_day_of_the_question_tells() -> None:
    """22:55:00 to 00:05:00 are 70 minutes, capped at ten: 600 s on the 20th, nothing on the 21st."""
    lines = ("22:55:00 b", "+1 00:05:00 a01")
    first, second = figures(*lines), figures(*lines, day=date(2026, 11, 21))
    assert [first[name] for name in ("taobao_3min", "taobao_human_time")] == ["0/1", "600s/1"]
    assert [second[name] for name in ("taobao_3min", "taobao_human_time")] == ["0/0", "0s/0"]


def test_peoples_time_at_taobao_caps_each_round_and_leaves_the_robot_out() -> None:
    """A person after 20 s; a person after 660 s, counted as 600; the bot alone; nobody. (20 + 600) / 2 = 310."""
    lines = (
        "10:00:00 b", "10:00:20 a01",
        "10:10:00 b", "10:10:02 call", "10:21:00 a01",
        "10:30:00 b", "10:30:01 bot",
        "10:40:00 b",
    )  # fmt: skip
    assert figures(*lines)["taobao_human_time"] == "310s/2"


def test_peoples_time_at_taobao_has_no_hours() -> None:
    """03:00:00 to 03:01:40 are 100 s."""
    assert figures("03:00:00 b", "03:01:40 a01")["taobao_human_time"] == "100s/1"


@pytest.mark.parametrize(("asked", "counted"), [("08:59:59", 0), ("09:00:00", 1), ("22:59:59", 1), ("23:00:00", 0)])
def test_jd_looks_at_sessions_that_start_from_nine_to_eleven_at_night(asked: str, counted: int) -> None:
    assert figures(f"{asked} b")["jd_30s"] == f"0/{counted}"


@pytest.mark.parametrize(("answered", "within"), [("10:00:29", 1), ("10:00:30", 1), ("10:00:31", 0)])
def test_just_thirty_seconds_are_within_them(answered: str, within: int) -> None:
    assert figures("10:00:00 b", f"{answered} a01")["jd_30s"] == f"{within}/1"


def test_a_jd_session_that_starts_before_nine_is_not_counted_however_long_it_goes_on() -> None:
    """08:59:59, and on at 09:00:10, 09:30:00 and 11:00:00: one session, begun a second too early."""
    lines = ("08:59:59 b", "09:00:10 a01", "09:30:00 b", "09:30:05 a01", "11:00:00 b", "11:00:05 a01")
    found = figures(*lines)
    assert found["jd_30s"] == "0/0"
    assert found["taobao_3min"] == "3/3"  # its three rounds all began after eight


def test_a_jd_session_is_one_however_many_rounds_it_has() -> None:
    """The first is answered in 10 s, the second in 100 s: one session, in time."""
    assert figures("10:00:00 b", "10:00:10 a01", "10:01:00 b", "10:02:40 a01")["jd_30s"] == "1/1"


def test_a_jd_session_that_the_bot_began_is_judged_by_its_first_round_for_people() -> None:
    """The bot answers the first; the second goes to people, who come after 31 s."""
    assert figures("10:00:00 b", "10:00:02 bot", "10:01:00 b", "10:01:31 a01")["jd_30s"] == "0/1"


def test_after_a_silence_of_twelve_hours_a_session_begins_anew() -> None:
    """09:00:00 to 21:00:10 from the answer on are 12 h: two sessions, both in time."""
    assert figures("09:00:00 b", "09:00:10 a01", "21:00:10 b", "21:00:20 a01")["jd_30s"] == "2/2"
    assert figures("09:00:00 b", "09:00:10 a01", "21:00:09 b", "21:00:50 a01")["jd_30s"] == "1/1"


def test_a_jd_session_over_midnight_is_the_day_s_on_which_it_starts() -> None:
    """It starts at 22:59:59 with the bot; people are asked at 00:10:00 and come after 5 s."""
    lines = ("22:59:59 b", "23:00:01 bot", "+1 00:10:00 b", "+1 00:10:05 a01")
    assert [figures(*lines, day=day)["jd_30s"] for day in (DAY, date(2026, 11, 21))] == ["1/1", "0/0"]


def test_holidays_are_days_like_any_other() -> None:
    """1 October and the first day of the Spring Festival."""
    for day in (date(2026, 10, 1), date(2026, 2, 17)):
        ahead = (day - DAY).days
        assert figures(f"{ahead} 08:00:00 b", f"{ahead} 08:00:07 a01", day=day)["douyin_3min"] == "1/1"


@pytest.mark.parametrize(("answered", "within"), [("02:13:08 bot", 1), ("02:13:09 bot", 0), ("02:13:08 call", 1)])
def test_the_trades_own_aim_is_eight_seconds_at_any_hour_by_anybody(answered: str, within: int) -> None:
    assert figures("02:13:00 b", answered)["first_response"] == f"{within}/1"


def _changed(kpis: Kpis, name: str, day: date) -> Kpis:
    """The same with a later entry of one figure."""
    [old] = [one for one in kpis.definitions if one.name == name]
    new = old.model_copy(update={"within": timedelta(seconds=60), "from_": day, "why": "改口径"})
    return kpis.model_copy(update={"definitions": (new, *kpis.definitions)})


def test_a_changed_definition_changes_only_days_from_its_date_on() -> None:
    """Answered after 100 s on each of two days: within 180 s on both; from the 21st on only 60 s are allowed."""
    lines = ("10:00:00 b", "10:01:40 a01", "+1 10:00:00 b", "+1 10:01:40 a01")
    later = _changed(_kpis(), "taobao_3min", date(2026, 11, 21))
    days = (DAY, date(2026, 11, 21), date(2026, 11, 22))
    before, after = ([figures(*lines, day=day, kpis=kpis) for day in days] for kpis in (_kpis(), later))
    assert [one["taobao_3min"] for one in before] == ["1/1", "1/1", "0/0"]
    assert [one["taobao_3min"] for one in after] == ["1/1", "0/1", "0/0"]
    for one, other in zip(before, after, strict=True):
        assert {**one, "taobao_3min": ""} == {**other, "taobao_3min": ""}


def test_the_day_of_the_question_says_which_definition_holds() -> None:
    """Asked at 22:58:20 and answered after 100 s, past eleven: the definition of the 20th, also where the answer of
    another round falls on the 21st."""
    later = _changed(_kpis(), "taobao_3min", date(2026, 11, 21))
    assert figures("22:58:20 b", "23:00:00 a01", kpis=later)["taobao_3min"] == "1/1"
    days = (date(2026, 11, 20), date(2026, 11, 21), date(2030, 1, 1))
    found = [in_force([one for one in later.definitions if one.name == "taobao_3min"], day) for day in days]
    assert [one.why == "改口径" for one in found if one] == [False, True, True]


def test_a_figure_is_not_told_of_days_before_it_was_defined() -> None:
    assert figures("-3000 10:00:00 b", day=date(2018, 9, 3)) == {}
