"""The service record of one local day, from the log.

In: the store, the rules, the calendar, a day of the shop's. Out: a `Record`. Never: a day of which a part was cleared,
as if it had been quiet; the rounds of a day and its words in memory at once.
"""

import asyncio
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.kpis import Record, record, span_of, wanted
from bot.core.roster import Workdays
from bot.core.rounds import Round, Talk, rounds_of
from bot.core.rules import Rules
from bot.core.rules.kpis import sessions_on
from bot.core.walltime import DAY, instant, local_day
from bot.errors import YebanError
from bot.ports import Store


class ClearedDayError(YebanError):
    """What was said on the day, or right before it, was cleared; no later day is refused for that."""


async def service_record(store: Store, rules: Rules, works: Workdays, day: date) -> Record:
    """All figures of the day. What is answered after it still counts, so a day is final once its last questions have
    stopped waiting; after that it is the same for ever. Raises `ClearedDayError`."""
    span, sessions, rounds = span_of(day, rules), sessions_on(rules.kpis, day), list[Round]()

    def hear(talk: Talk) -> None:
        rounds.extend(wanted(rounds_of(talk, sessions), span))

    log = await store.day(span, hear)
    if log.cleared_until and span.since - span.back < log.cleared_until:
        raise ClearedDayError("errors.day_cleared", day=day, first=_first_whole(log.cleared_until + span.back, rules))
    return await asyncio.to_thread(record, rounds, log, day, rules, works)


def _first_whole(at: datetime, rules: Rules) -> date:
    """The first local day that begins at a moment or after it."""
    zone = ZoneInfo(rules.shop.timezone)
    day = local_day(at, zone)
    return day if instant(day, 0, zone) >= at else day + DAY
