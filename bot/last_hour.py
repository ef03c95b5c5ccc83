"""First responses of the last sixty minutes, the bot's and people's apart.

In: the store, the rules, the time. Out: a `LastHour`. Never: a day read for an hour of it, the same read anew for
every screen that asks within a few seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.daylog import DaySpan
from bot.core.rounds import MACHINE, PEOPLE, Round, Talk, rounds_of
from bot.core.rules import Rules
from bot.core.rules.kpis import definitions_on, sessions_on
from bot.core.tallies import MARKS, Responses, responses
from bot.core.walltime import local_day
from bot.ports import Store

_HOUR, _NO_TIME = timedelta(hours=1), timedelta(0)
_FRESH = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class LastHour:
    """Rounds that began from `since` on. `within` of each stands beside `limits`, those of the figures in force;
    `unanswered`: how many nobody has answered yet."""

    since: datetime
    until: datetime
    limits: tuple[timedelta, ...]
    bot: Responses
    people: Responses
    rounds: int
    unanswered: int


async def last_hour(store: Store, rules: Rules, now: datetime) -> LastHour:
    """The sixty minutes before `now`."""
    day, since = local_day(now, ZoneInfo(rules.shop.timezone)), now - _HOUR
    sessions, limits, found = sessions_on(rules.kpis, day), limits_on(rules, now), list[Round]()

    def hear(talk: Talk) -> None:
        found.extend(one for one in rounds_of(talk, sessions) if one.asked_at >= since)

    await store.day(DaySpan(since, now, 2 * sessions.silence, _NO_TIME, _NO_TIME), hear)
    return LastHour(
        since, now, tuple(limits), responses(found, MACHINE, limits), responses(found, PEOPLE, limits), len(found),
        sum(not one.answers for one in found),
    )  # fmt: skip


def limits_on(rules: Rules, now: datetime) -> Sequence[timedelta]:
    """How soon the figures in force want an answer, the shortest first; the trade's own where none says."""
    day = local_day(now, ZoneInfo(rules.shop.timezone))
    return sorted({one.within for one in definitions_on(rules.kpis, day) if one.within}) or MARKS


class Hours:
    """The last hour for everybody who looks: read at most every few seconds."""

    def __init__(self) -> None:
        self._last: LastHour | None = None

    async def at(self, store: Store, rules: Rules, now: datetime) -> LastHour:
        last = self._last
        if last is None or not last.until <= now < last.until + _FRESH:
            last = self._last = await last_hour(store, rules, now)
        return last
