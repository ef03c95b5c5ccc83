"""Waiting buyers find their people: who is there gets them, who is not loses them, nobody is forgotten in between.

In: presence, the roster, conversations that people must answer. Out: acts, each guarded by the conversation's version,
so that any number of processes may do this at once. Never: a word of the bot's after a human's, two owners of a thread.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.acts import Act, Candidate
from bot.clock import Now
from bot.commands import assigned, soothe
from bot.core.book import Book
from bot.core.dispatch import step
from bot.core.facts import Facts
from bot.core.floor import Floor, floor_at, unmanned
from bot.core.model import Conversation, Holder
from bot.core.notebooks import Entry, Happening, Notice, NoticeKind
from bot.core.reception import mode_at
from bot.core.routing import queue_of
from bot.core.soothing import people_only, soothing
from bot.core.waits import SUPERVISOR, Step
from bot.ids import derived
from bot.ports import Bell, Store
from bot.records import Command
from bot.turns import people_at

_KEPT = 1_000  # shifts of which the supervisor was told
_RESTLESS, _AT_ONCE = 32, 64  # conversations moved at one tick: those that are looked at, and all


class Dispatcher:
    """One tick looks at all that must be looked at now."""

    def __init__(
        self,
        store: Store,
        bell: Bell,
        book: Callable[[], Book],
        now: Now,
        log: structlog.typing.FilteringBoundLogger,
    ) -> None:
        self._store = store
        self._bell = bell
        self._book = book
        self._now = now
        self._log = log
        self._told = dict[str, None]()

    async def tick(self) -> int:
        """How many conversations were moved or comforted."""
        round_ = await self._look()
        await self._watch(round_)
        here = round_.floor.working | round_.floor.staying
        done = await self._all(await self._store.restless(round_.now, here), round_, _RESTLESS, in_turn=False)
        teams, room = round_.open_teams()
        if room:
            heads = await self._store.heads(teams, min(room, _AT_ONCE - done))
            done += await self._all(heads, round_, _AT_ONCE - done, in_turn=True)
        if done:
            self._bell.ring()
        return done

    async def _all(self, found: Sequence[Candidate], at: "_Round", most: int, *, in_turn: bool) -> int:
        """How many were moved, `most` are tried. Where another process was faster in a queue, who is next is no longer
        known, and the rest of it is for the next tick."""
        done = tried = 0
        for one in found:
            shall = at.step(one.conversation, one.known, in_turn=in_turn)
            moved = shall is not None and await self._do(one.conversation, shall, at)
            done, tried = done + moved, tried + (shall is not None)
            if tried == most or (in_turn and shall and not moved):
                break
        return done

    async def _look(self) -> "_Round":
        book, now = self._book(), self._now()
        staff = await self._store.staffing()
        floor = floor_at(book.rules.shifts, staff.presence, Counter(staff.loads), now, book.works)
        return _Round(book, now, floor, people_at(book, floor.live, now), paused=staff.paused)

    async def _do(self, talk: Conversation, found: Step, at: "_Round") -> bool:
        """Whether this process was the one to move it."""
        commands, room = await self._said(found, at), at.room(talk, found)
        act = Act(
            found.conversation, commands, found.journal, notices=found.notices, presence=found.presence, room=room
        )
        if not await self._store.act(act, at.now):
            return False
        at.moved(talk, found)
        self._note(found)
        return True

    async def _said(self, found: Step, at: "_Round") -> tuple[Command, ...]:
        talk, told = found.conversation, list[Command]()
        if found.word:
            facts = people_only(at.facts, await self._ahead(talk, at))
            reply = soothing(found.word, talk, facts, at.book, at.now)
            told += [soothe(talk, reply, found.word, at.book, facts, at.now)] if reply else []
        if _is_given(found) and at.book.rules.routing.dispatch.tell_channel:
            told.append(assigned(talk, at.now))
        return tuple(told)

    async def _ahead(self, talk: Conversation, at: "_Round") -> int:
        """How many are before a buyer in the queue; whoever has somebody already stands in none."""
        queues = talk.holder is Holder.QUEUED and talk.agent_id is None
        return await self._store.ahead(talk, at.queue_of(talk)) if queues else 0

    async def _watch(self, at: "_Round") -> None:
        """A shift to which nobody came: the supervisor hears of it once."""
        shifts, rules = at.book.rules.shifts, at.book.rules.routing.dispatch
        for one in unmanned(shifts, at.floor.presence, rules, at.now, at.book.works):
            key = derived("unmanned", one.name, one.start.isoformat())
            if key in self._told:
                continue
            told = {"shift": one.name, "start": one.start.isoformat(), "agents": list(one.agents)}
            entry = Entry(key, at.now, Happening.UNMANNED, group=one.group, data=told)
            notice = Notice(key, at.now, NoticeKind.UNMANNED, SUPERVISOR, told)
            if await self._store.act(Act(journal=(entry,), notices=(notice,), fresh=True), at.now):
                self._log.warning("shift.unmanned", shift=one.name, agents=list(one.agents))
            self._told = dict.fromkeys([*list(self._told)[-_KEPT:], key])

    def _note(self, found: Step) -> None:
        for one in found.journal:
            self._log.info(
                "dispatch", kind=one.kind.value, conversation=one.conversation_id, agent=one.agent_id, group=one.group
            )


@dataclass(slots=True)
class _Round:
    """One look at everything; `floor` goes along with what is moved."""

    book: Book
    now: datetime
    floor: Floor
    facts: Facts
    paused: bool

    def open_teams(self) -> tuple[Sequence[str], int]:
        """The groups whose buyers somebody has room for, and for how many in all."""
        rules, floor = self.book.rules.routing, self.floor
        free = {agent: rules.dispatch.limit_of(agent) - floor.loads.get(agent, 0) for agent in floor.working}
        reached = {str(group): floor.people_for(group, rules) for group in rules.groups}
        teams = [group for group, people in reached.items() if any(free[agent] > 0 for agent in people)]
        return teams, sum(max(0, one) for one in free.values()) if teams else 0

    def step(self, talk: Conversation, known: str | None, *, in_turn: bool) -> Step | None:
        rules = self.book.rules
        back_at = self.facts.back_at.get(talk.group or rules.routing.default)
        speaks = not self.paused and self._mode() != "assist"
        return step(
            talk, self.floor, rules.routing, self.now, known=known, back_at=back_at, speaks=speaks, in_turn=in_turn
        )

    def queue_of(self, talk: Conversation) -> Collection[str]:
        """The groups whose buyers wait for the same people."""
        routing = self.book.rules.routing
        return queue_of(talk.group or routing.default, self.floor.live, routing)

    def _mode(self) -> str:
        rules = self.book.rules
        return mode_at(rules.reception, self.now, ZoneInfo(rules.shop.timezone), self.book.works)

    def room(self, talk: Conversation, found: Step) -> tuple[str, int] | None:
        """Up to which load an agent gets one from the queue; other processes give at the same moment."""
        agent = found.conversation.agent_id
        if agent is None or talk.holder is not Holder.QUEUED or not _is_given(found):
            return None
        return agent, self.book.rules.routing.dispatch.limit_of(agent)

    def moved(self, before: Conversation, found: Step) -> None:
        if found.presence:
            self.floor = self.floor.told(found.presence)
        loads = self.floor.loads
        if isinstance(loads, Counter) and before.agent_id != found.conversation.agent_id:
            loads.subtract([before.agent_id] if before.agent_id else [])
            loads.update([found.conversation.agent_id] if found.conversation.agent_id else [])


def _is_given(found: Step) -> bool:
    return any(one.kind is Happening.ASSIGNED for one in found.journal)
