"""What the bot says of its own accord: nudges, their arms, offers to those who agreed.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.core.uplift import Enrolment
from bot.records import NOTHING_AHEAD, Command, DueNudges, Guest, Settled
from bot.store import sql_buyers, sql_due, sql_enrolments, sql_issue, sql_nudges
from bot.store.calls.base import Calls


class OutreachCalls(Calls):
    """`ports.OutreachStore`."""

    async def due_nudges(
        self, now: datetime, limit: int, *, ahead: timedelta = NOTHING_AHEAD, day: datetime | None = None
    ) -> Sequence[DueNudges]:
        return await self._read(partial(sql_due.due, now=now, limit=limit, ahead=ahead, day=day))

    async def settle_nudges(self, move: Settled) -> bool:
        return await self._writer.run_together(sql_nudges.settle, move)

    async def enrolments(self, since: datetime, until: datetime) -> Sequence[Enrolment]:
        return await self._read(partial(sql_enrolments.enrolments, since=since, until=until))

    async def guests(self, after: str, limit: int) -> Sequence[Guest]:
        return await self._read(partial(sql_buyers.guests, after=after, limit=limit))

    async def greet(self, commands: Sequence[Command]) -> int:
        return await self._writer.run(partial(sql_issue.greet, commands=commands))
