"""Conversations that are people's matter, and who is there for them.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from bot.acts import Act, Candidate, Staffing
from bot.core.model import Conversation, Presence
from bot.ports import Counts
from bot.records import Command
from bot.store import sql_acts, sql_floor, sql_hush, sql_people, sql_save, sql_switches, sql_talks, sql_work
from bot.store.calls.base import Calls


class FloorCalls(Calls):
    """`ports.FloorStore`."""

    async def waiting(self, groups: Collection[str] | None = None) -> Sequence[Conversation]:
        return await self._read(partial(sql_talks.waiting, groups=groups))

    async def announce(self, conversation: Conversation, command: Command, now: datetime) -> bool:
        return await self._writer.run(partial(sql_save.announce, one=conversation, command=command, now=now))

    async def lapsed(self, now: datetime) -> Sequence[Conversation]:
        return await self._read(partial(sql_talks.lapsed, now=now))

    async def see_to(self, conversation: Conversation, now: datetime) -> bool:
        return await self._writer.run(partial(sql_save.see_to, one=conversation, now=now))

    async def act(self, act: Act, now: datetime) -> bool:
        done = await self._writer.run(partial(sql_acts.apply, act=act, now=now))
        for lane in act.lanes if done else ():
            self._news(lane)
        return done

    async def with_people(self) -> Sequence[Conversation]:
        return await self._read(sql_people.with_people)

    async def staffing(self) -> Staffing:
        return await self._read(sql_floor.staffing)

    async def restless(self, now: datetime, here: Collection[str]) -> Sequence[Candidate]:
        return await self._read(partial(sql_floor.restless, now=now, here=here))

    async def heads(self, groups: Collection[str], room: int) -> Sequence[Candidate]:
        return await self._read(partial(sql_floor.heads, teams=groups, room=room))

    async def issued(self, command_id: str) -> bool:
        return await self._read(partial(sql_acts.issued, one=command_id))

    async def open_talks(self, group: str | None = None, agent: str | None = None) -> Sequence[Conversation]:
        return await self._read(partial(sql_floor.open_talks, team=group, agent=agent))

    async def ahead(self, conversation: Conversation, groups: Collection[str]) -> int:
        return await self._read(partial(sql_floor.ahead, one=conversation, teams=groups))

    async def is_speaking(self, lane: str, message_id: str, text: str, now: datetime) -> bool:
        return await self._read(partial(sql_hush.is_speaking, lane=lane, message_id=message_id, text=text, now=now))

    async def calls(self, since: datetime, until: datetime) -> Counts:
        return await self._read(partial(sql_switches.calls, since=since, until=until))

    async def presence(self) -> Sequence[Presence]:
        return await self._read(sql_work.all_presence)
