"""The reception mode of a minute: who comes first while people are there.

In: the reception rules and a time. Out: a mode. Never: whether people are there; that is presence.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.book import Workdays
from bot.core.roster import day_fits
from bot.core.rules.kinds import DAY_MINUTES
from bot.core.rules.work import Mode, Reception, ReceptionWindow


def mode_at(reception: Reception, now: datetime, zone: ZoneInfo, works: Workdays) -> Mode:
    """The first window that covers the minute, else the shop's own mode."""
    local = now.astimezone(zone)
    return next((window.mode for window in reception.windows if _covers(window, local, works)), reception.mode)


def _covers(window: ReceptionWindow, local: datetime, works: Workdays) -> bool:
    """A window that crosses midnight belongs to the day on which it starts."""
    minute, today = local.hour * 60 + local.minute, local.date()
    until = window.to if window.to > window.from_ else window.to + DAY_MINUTES
    seen_from = ((today, minute), (today - timedelta(days=1), minute + DAY_MINUTES))
    return any(window.from_ <= at < until and day_fits(window.days, day, works) for day, at in seen_from)
