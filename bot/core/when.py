"""Times in the buyer's words.

In: aware times and the shop's zone. Out: "今天 18:00". Never: the server's zone, or a time of day without its day.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.words import say

_KEPT = 256  # moments: when people are back, when a promotion ends
_NEAR = {0: "when.today", 1: "when.tomorrow", 2: "when.after_tomorrow", -1: "when.yesterday"}


def say_when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Day and minute; midnight is the end of the day before it, as people say 24:00."""
    return _said(moment.astimezone(zone).replace(tzinfo=None), now.astimezone(zone).date())


@lru_cache(_KEPT)
def _said(local: datetime, today: date) -> str:
    ends_day = local.hour == 0 and local.minute == 0
    day = local.date() - timedelta(days=1) if ends_day else local.date()
    clock = "24:00" if ends_day else f"{local:%H:%M}"
    return f"{_day(day.year, day.month, day.day, (day - today).days, today.year)} {clock}"


def say_day(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Only the day."""
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    return _day(day.year, day.month, day.day, (day - today).days, today.year)


def say_duration(duration: timedelta) -> str:
    """Whole days from three days on, else whole hours, else minutes."""
    minutes = int(duration.total_seconds()) // 60
    if minutes % 1440 == 0 and minutes > 2 * 1440:
        return say("when.days", count=minutes // 1440)
    return say("when.hours", count=minutes // 60) if minutes % 60 == 0 else say("when.minutes", count=minutes)


def say_money(amount: Decimal) -> str:
    """8 for 8.00, 8.50 for 8.5."""
    return str(int(amount)) if amount == amount.to_integral_value() else f"{amount:.2f}"


def _day(year: int, month: int, day: int, distance: int, this_year: int) -> str:
    if distance in _NEAR:
        return say(_NEAR[distance])
    if year != this_year:
        return say("when.date_with_year", year=year, month=month, day=day)
    return say("when.date", month=month, day=day)
