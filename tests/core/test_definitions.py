"""Windows of the shop's clock, and what a mean and a rate make of rounds."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.definitions import covers, measured
from bot.core.rounds import rounds_of
from bot.core.rules.kinds import show_clock
from bot.core.rules.kpis import Definition, Sessions, in_force
from bot.core.rules.shifts import Window
from bot.core.walltime import end_of_window

from .book import CHINA
from .transcripts import talk

DAY = date(2026, 11, 20)
RULES = Sessions.model_validate({"from": "2026-01-01", "why": "隔夜", "silence": "12h", "waits": "72h"})
_CLOCKS = st.integers(0, 48 * 60).map(show_clock)
_MOMENTS = st.integers(0, 400 * 86400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(begin=_CLOCKS, end=_CLOCKS, at=_MOMENTS)
def test_a_window_covers_what_it_covers_on_the_wall(begin: str, end: str, at: datetime) -> None:
    if begin != end:
        window = Window.model_validate({"from": begin, "to": end})
        assert covers(window, at, CHINA) == (end_of_window(window.from_, window.to, at, CHINA) is not None)


def test_a_window_is_of_the_shops_clock_also_where_clocks_change() -> None:
    """New York puts its clocks back on 1 November 2026: 12:00 UTC was 08:00 the day before and is 07:00 after."""
    window, zone = Window.model_validate({"from": "08:00", "to": "23:00"}), ZoneInfo("America/New_York")
    moments = [datetime(2026, 10, 31, 12, tzinfo=UTC), datetime(2026, 11, 1, 12, tzinfo=UTC)]
    assert [covers(window, at, zone) for at in moments] == [True, False]


def _mean(**other: object) -> Definition:
    plain = {
        "name": "m", "title": "平均", "from": "2026-01-01", "why": "试", "unit": "round", "measure": "mean",
        "counts": ["human"], "robot_only": "counted", "cap": "10m",
    }  # fmt: skip
    return Definition.model_validate({**plain, **other})


@pytest.mark.parametrize(
    ("other", "units", "total"),
    [
        # 20 s, then 700 s capped at 600; the assisted, the bot's and the unanswered one took no counted time
        ({}, 2, 620_000),
        # an assisted reply counts, too: 5 s
        ({"counts": ["human", "assist"]}, 3, 625_000),
        # whoever answers: 20, 600, 5 and the bot's 2 s
        ({"counts": ["human", "assist", "bot"]}, 4, 627_000),
        # rounds without a counted answer took the cap: 20 + 600 + 3 x 600
        ({"unanswered": "capped"}, 5, 2_420_000),
        # the same without the bot's own round
        ({"unanswered": "capped", "robot_only": "left_out"}, 4, 1_820_000),
    ],
)
def test_a_mean_is_of_those_whose_replies_count(other: dict[str, object], units: int, total: int) -> None:
    lines = (
        "10:00:00 b", "10:00:20 a01",
        "10:10:00 b", "10:21:40 a01",
        "10:30:00 b", "10:30:05 a01?",
        "10:40:00 b", "10:40:02 bot",
        "10:50:00 b",
    )  # fmt: skip
    found = measured(_mean(**other), rounds_of(talk(*lines), RULES), DAY, CHINA)
    assert (found.units, found.total_ms, found.mean_ms) == (units, total, total // units)


def test_of_nothing_there_is_no_mean() -> None:
    assert measured(_mean(), [], DAY, CHINA).mean_ms is None


def test_a_later_entry_takes_over_on_its_day_whatever_its_place_in_the_file() -> None:
    entries = [_mean(**{"from": day, "why": day}) for day in ("2026-11-21", "2026-01-01", "2027-01-01")]
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 20), date(2026, 11, 21), date(2027, 1, 1)]
    found = [in_force(entries, day) for day in days]
    assert [one and one.why for one in found] == [None, "2026-01-01", "2026-01-01", "2026-11-21", "2027-01-01"]
