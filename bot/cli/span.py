"""Some days of the shop's calendar, as a command names them.

In: `--since` and `--until`, both days within. Out: the days and their span as instants. Never: the machine's zone.
"""

import argparse
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.walltime import DAY, instant
from bot.errors import UsageError

Span = tuple[datetime, datetime]


def span_of(args: argparse.Namespace, today: date, days: int, zone: ZoneInfo) -> tuple[date, date, Span]:
    """Without an end up to today, without a beginning so many days. Raises `UsageError` where the first day comes after
    the last."""
    until: date = args.until or max(today, args.since or today)
    since: date = args.since or until - timedelta(days=days - 1)
    if since > until:
        raise UsageError("errors.days_reversed", since=since, until=until)
    return since, until, (instant(since, 0, zone), instant(until + DAY, 0, zone))
