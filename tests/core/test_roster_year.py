"""A whole year of a shop's roster, each of its minutes, against the clerk who counts them."""

from datetime import UTC, date, datetime, timedelta
from itertools import compress
from zoneinfo import ZoneInfo

import pytest

from bot.content.calendar import workdays
from bot.core.roster import OnShift, spans
from bot.core.rules.shifts import Shifts
from bot.core.shifts import on_shift

from .reference_roster import Works, published, year_rows
from .rosters import shop_year, works_for

CHINA = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
Rows = dict[tuple[str, tuple[str, ...]], bytearray]

#: Nothing is published of 2028 yet: the library reckons, and the roster says what it has wrong.
YEARS: dict[int, Works] = {2026: published, 2028: workdays()}


def found_rows(shifts: Shifts, year: int) -> Rows:
    """The stretches of the code under test, marked minute by minute on the shop's wall."""
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days * 24 * 60
    midnight, rows = datetime(year, 1, 1, tzinfo=CHINA), Rows()
    for span in spans(shifts, date(year, 1, 1) - timedelta(days=4), date(year + 1, 1, 1), works_for(shifts)):
        start, end = ((edge - midnight) // MINUTE for edge in (span.start, span.end))
        row = rows.setdefault((span.shift, span.agents), bytearray(length))
        for minute in range(max(start, 0), min(end, length)):
            row[minute] = 1
    return {seat: row for seat, row in rows.items() if any(row)}


@pytest.mark.parametrize(("year", "minutes"), [(2026, 525_600), (2028, 527_040)])
def test_every_minute_of_the_year_agrees_with_the_reference(year: int, minutes: int) -> None:
    shifts = shop_year(year)
    expected, found = year_rows(shifts, year, YEARS[year]), found_rows(shifts, year)
    assert found.keys() == expected.keys()
    assert {len(row) for row in found.values()} == {minutes}
    assert [seat for seat in expected if found[seat] != expected[seat]] == []


def test_the_question_who_is_on_is_answered_alike_in_every_minute_of_a_year() -> None:
    shifts = shop_year(2026)
    works, rows = works_for(shifts), year_rows(shifts, 2026, published)
    first, seats = datetime(2026, 1, 1, tzinfo=CHINA).astimezone(UTC), tuple(rows)
    for minute, marks in enumerate(zip(*rows.values(), strict=True)):
        on = {(span.shift, span.agents) for span in on_shift(shifts, first + minute * MINUTE, works)}
        assert on == set(compress(seats, marks)), minute


def test_every_line_of_the_year_changes_something() -> None:
    """Were one to have no effect, the comparison would prove nothing of it."""
    shifts = shop_year(2026)
    whole = _worked(shifts, works_for(shifts))
    for part in ("rotations", "special", "swaps", "leave"):
        lines = getattr(shifts, part)
        for number in range(len(lines)):
            less = shifts.model_copy(update={part: (*lines[:number], *lines[number + 1 :])})
            assert _worked(less, works_for(shifts)) != whole, (part, number)
    assert _worked(shifts, workdays()) != whole


def _worked(shifts: Shifts, works: Works) -> tuple[OnShift, ...]:
    return spans(shifts, date(2026, 1, 1), date(2027, 1, 1), works)
