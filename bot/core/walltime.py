"""Wall-clock times of a shop as instants: the one place where a local day and its minutes meet a zone.

In: local dates, minutes from local midnight (`kinds.Clock`), a zone. Out: aware UTC times. Never: the machine's zone.

A wall time that the clocks skip is read with the offset before the change; of one that comes twice, the first counts.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.rules.kinds import DAY_MINUTES

DAY = timedelta(days=1)
# A clock reaches two days ahead (`+24:00`) and an end before its start one more.
LONGEST_REACH = 3 * DAY


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The moment at which the wall clock shows `minutes` after the midnight that opens `day`."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The date on the shop's calendar; a time without a zone is a defect of the caller."""
    if at.tzinfo is None:
        raise ValueError("naive datetime")
    return at.astimezone(zone).date()


def in_zone(written: datetime, zone: ZoneInfo) -> datetime:
    """What an operator wrote as an instant: local unless the text itself names an offset."""
    return written.replace(tzinfo=zone) if written.tzinfo is None else written


def end_after(start: int, to: int) -> int:
    """The first minute after `start` that reads `to`: an end at or before its start lies on a later day."""
    return to if to > start else to + DAY_MINUTES * ((start - to) // DAY_MINUTES + 1)


def begin_from(start: int, begin: int) -> int:
    """The first minute from `start` on that reads `begin`."""
    return end_after(start - 1, begin)


def days_between(first: date, until: date) -> Iterator[date]:
    """The dates from `first` to before `until`."""
    for offset in range((until - first).days):
        yield first + timedelta(days=offset)


def end_of_window(from_: int, to: int, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the daily window that covers `at` ends; None outside of it."""
    today = local_day(at, zone)
    for day in days_between(today - LONGEST_REACH, today + DAY):
        end = instant(day, end_after(from_, to), zone)
        if instant(day, from_, zone) <= at < end:
            return end
    return None
