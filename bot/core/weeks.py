"""Weeks of the shop's calendar, Monday to Sunday, by their ISO 8601 label.

In: a moment or a label like `2026-W48`, a zone. Out: a `Week` with its span as instants. Never: the machine's zone.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.walltime import DAY, instant, local_day

_LABEL = re.compile(r"([0-9]{4})-W([0-9]{2})")
_LENGTH = timedelta(days=7)
_FIRST, _LAST = 1970, 2199  # beyond these, reckoning in zones leaves what the calendar can hold


@dataclass(frozen=True, slots=True)
class Week:
    """By its Monday."""

    monday: date

    @property
    def label(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def sunday(self) -> date:
        return self.monday + _LENGTH - DAY

    @property
    def before(self) -> "Week":
        return Week(self.monday - _LENGTH)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first moment to before the first of the next, as aware UTC."""
        return instant(self.monday, 0, zone), instant(self.monday + _LENGTH, 0, zone)


def week_of(at: datetime, zone: ZoneInfo) -> Week:
    """The shop's week in which a moment lies."""
    day = local_day(at, zone)
    return Week(day - DAY * day.weekday())


def read_week(label: str) -> Week:
    """The week of a label; a `ValueError` where there is none."""
    found = _LABEL.fullmatch(label)
    if found is None or not _FIRST <= int(found[1]) <= _LAST:
        raise ValueError(label)
    return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
