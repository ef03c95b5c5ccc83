"""What people do: take over, speak, pass on, give back, clock in. Every face (desk, HTTP, channel) calls this.

In: who acts, on which conversation, the store, the book, the time. Out: what became of it. Never: an act over somebody
else's: each is guarded by the conversation's version and tried again on what it is then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Now
from bot.commands import hand_back, said_id, say_as
from bot.core.book import Book
from bot.core.buyerfile import closing
from bot.core.dispatch import SUPERVISOR, journal_entry
from bot.core.floor import Floor, floor_at
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.notebooks import Commitment, CommitmentKind, Happening
from bot.core.redlines import hits
from bot.core.shift_changes import agents_of
from bot.core.states import Happened, after
from bot.errors import YebanError
from bot.ids import derived
from bot.journal import clock_entry, seen
from bot.ports import Bell, Store
from bot.records import Act, Spoken
from bot.turns import moved, spoken_by

_TRIES = 5
TEXT_MAX, NOTE_MAX = 4_000, 500


class UnknownError(YebanError):
    """There is no such conversation, agent or group."""


class TakenError(YebanError):
    """Somebody else has it; `agent` is who."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        super().__init__("desk.taken", agent=agent)


class UnfitError(YebanError):
    """What was asked for cannot be done: the text says why."""


class BusyError(YebanError):
    """The conversation moved on at every try."""

    def __init__(self) -> None:
        super().__init__("desk.busy")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation is."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as an agent must see it at once: what was said, how it stands, how many wait before it."""

    conversation: Conversation
    lines: tuple[Spoken, ...]
    ahead: int


Change = Callable[[Conversation, datetime], Act]


class Desk:
    """The acts of people. `bell` calls the outbox."""

    def __init__(self, store: Store, bell: Bell, book: Callable[[], Book], now: Now) -> None:
        self._store = store
        self._bell = bell
        self._book = book
        self._now = now

    async def floor(self) -> Floor:
        """Who is there, and how much each has to do."""
        staff, book = await self._store.staffing(), self._book()
        return floor_at(book.rules.shifts, staff.presence, staff.loads, self._now(), book.works)

    async def queue(self) -> Sequence[Conversation]:
        """All that is people's now: the hottest first, then whoever has waited longest; those that wait for nobody
        come last."""
        found = await self._store.open_talks()
        return sorted(found, key=lambda one: (not one.waiting_since, one.urgency, one.waiting_since or self._now()))

    async def thread(self, place: Place, after_seq: int = 0) -> Thread:
        """One conversation with its transcript. Raises `UnknownError`."""
        talk = await self._talk(place)
        lines = await self._store.transcript(place.channel, place.id, after_seq)
        waits = talk.holder is Holder.QUEUED and talk.waiting_since is not None
        return Thread(talk, tuple(lines), await self._store.ahead(talk) if waits else 0)

    async def claim(self, place: Place, agent: str, *, over: bool = False) -> Conversation:
        """Take a conversation over. `TakenError` where another agent who is there has it, unless taken `over`."""
        floor = await self.floor()
        self._known(agent)

        def change(talk: Conversation, now: datetime) -> Act:
            if not over:
                self._free(talk, agent, floor)
            taken = _taken(talk, agent, now)
            told = journal_entry(taken, Happening.ASSIGNED, now, by="claim", since=_since(talk))
            return Act(taken, journal=(told,))

        return await self._do(place, change)

    async def reply(self, place: Place, agent: str, text: str, key: str, *, sure: bool = False) -> Conversation:
        """Say something to the buyer, once for each `key`. It takes the conversation over. `UnfitError` for a text that
        is empty, too long, or crosses a red line (unless `sure`)."""
        floor, words = await self.floor(), self._speakable(text, sure=sure)
        self._known(agent)

        def change(talk: Conversation, now: datetime) -> Act:
            self._free(talk, agent, floor)
            spoken = spoken_by(moved(talk, Happened.HUMAN_SPOKE), agent, now)
            spoken = replace(spoken, look_at=now + self._book().rules.routing.dispatch.rest)
            told = floor.presence.get(agent)
            here = (seen(told, self._book(), now),) if told else ()
            deadline = now + self._book().rules.reception.reply_deadline
            return Act(spoken, (say_as(spoken, agent, words, key, now, deadline),), presence=here)

        return await self._do(place, change, said_id(Conversation(place.id, place.channel, ""), agent, key))

    async def transfer(self, place: Place, agent: str, to: str, note: str) -> Conversation:
        """Give a conversation to another agent, or to a group's queue, with a note for whoever gets it."""
        floor, rules = await self.floor(), self._book().rules
        to_group = to in rules.routing.groups
        self._known(agent)
        if not to_group:
            self._known(to)

        def change(talk: Conversation, now: datetime) -> Act:
            self._free(talk, agent, floor)
            given = _to_group(talk, to, now) if to_group else _to_agent(talk, to, now)
            told = journal_entry(given, Happening.TRANSFERRED, now, agent=agent, to=to, note=_short(note))
            owed = (_note(given, agent, note, now),) if note.strip() else ()
            return Act(given, journal=(told,), commitments=owed)

        return await self._do(place, change)

    async def hand_back(self, place: Place, agent: str) -> Conversation:
        """The bot has it again. What people were called for is done."""
        return await self._end(place, agent, Happened.HANDED_BACK, Happening.HANDED_BACK)

    async def close(self, place: Place, agent: str) -> Conversation:
        """It is over; what the buyer writes next begins anew."""
        return await self._end(place, agent, Happened.CLOSED, Happening.CLOSED)

    async def clock(self, agent: str, state: AgentState) -> Presence:
        """Clock in, step away, leave."""
        self._known(agent)
        now, floor = self._now(), await self.floor()
        before = floor.presence.get(agent)
        if before and before.state is state:
            return before
        new = Presence(agent, state, now, spoke_at=before.spoke_at if before else None)
        entry_id = derived("clock", agent, now.isoformat())
        entry = clock_entry(entry_id, new, before, self._book())
        await self._store.act(Act(journal=(entry,), presence=(new,)), now)
        return new

    async def _end(self, place: Place, agent: str, happened: Happened, told: Happening) -> Conversation:
        floor = await self.floor()
        self._known(agent)
        talk = await self._talk(place)
        file = await self._store.buyer(talk.buyer_id)

        def change(talk: Conversation, now: datetime) -> Act:
            self._free(talk, agent, floor)
            ended, news = moved(talk, happened), closing(talk, file, now)
            entry = journal_entry(talk, told, now, agent=agent)
            back = (hand_back(talk, now),) if happened is Happened.HANDED_BACK else ()
            return Act(ended, back, (entry,), news=(news,) if news else ())

        return await self._do(place, change)

    async def _do(self, place: Place, change: Change, command: str | None = None) -> Conversation:
        """Tried on the conversation as it is, until nobody was faster. What was done before, as the `command` that it
        makes tells, is not done again."""
        for _ in range(_TRIES):
            talk, now = await self._talk(place), self._now()
            if command and await self._store.issued(command):
                return talk
            act = change(talk, now)
            if await self._store.act(act, now):
                self._bell.ring()
                return replace(act.conversation or talk, version=talk.version + 1)
        raise BusyError

    async def _talk(self, place: Place) -> Conversation:
        talk = await self._store.talk(place.channel, place.id)
        if talk is None:
            raise UnknownError("desk.no_conversation", id=place.id)
        return talk

    def _known(self, agent: str) -> None:
        if agent not in agents_of(self._book().rules.shifts):
            raise UnknownError("desk.no_agent", agent=agent)

    def _free(self, talk: Conversation, agent: str, floor: Floor) -> None:
        """Not somebody else's who is there."""
        owner = talk.agent_id
        here = owner is not None and (floor.is_online(owner) or owner in floor.working)
        if owner and owner != agent and here:
            raise TakenError(owner)

    def _speakable(self, text: str, *, sure: bool) -> str:
        words = text.strip()
        if not words or len(words) > TEXT_MAX:
            raise UnfitError("desk.text", most=TEXT_MAX)
        crossed = () if sure else hits(words, self._book().rules.redlines)
        if crossed:
            lines = {line.name: line.why for line in self._book().rules.redlines.lines}
            raise UnfitError("desk.red_line", why="、".join(lines[name] for name in crossed))
        return words


def _since(talk: Conversation) -> str | None:
    return talk.waiting_since.isoformat() if talk.waiting_since else None


def _taken(talk: Conversation, agent: str, now: datetime) -> Conversation:
    """A human's from now on, though nothing is said yet; the buyer waits on."""
    holder = after(talk.holder, Happened.HUMAN_SPOKE)
    since = talk.agent_since if talk.agent_id == agent else now
    waiting = talk.waiting_since or (now if talk.holder is Holder.BOT else None)
    return replace(talk, holder=holder, agent_id=agent, agent_since=since, waiting_since=waiting, look_at=now)


def _to_agent(talk: Conversation, to: str, now: datetime) -> Conversation:
    holder = Holder.HUMAN if talk.holder is Holder.HUMAN else Holder.QUEUED
    waiting = talk.waiting_since or now
    return replace(talk, holder=holder, agent_id=to, agent_since=now, waiting_since=waiting, tried=(), look_at=now)


def _to_group(talk: Conversation, to: str, now: datetime) -> Conversation:
    """In that group's queue, with the age that the wait has."""
    return replace(
        talk, holder=Holder.QUEUED, group=to, agent_id=None, agent_since=None, tried=(), announced=False, look_at=now,
        waiting_since=talk.waiting_since or now, urgency=0 if to == SUPERVISOR else talk.urgency,
        reason=talk.reason or "transferred",
    )  # fmt: skip


def _note(talk: Conversation, by: str, note: str, now: datetime) -> Commitment:
    note_id = derived("note", talk.channel, talk.id, str(talk.version))
    return Commitment(
        note_id, talk.channel, talk.id, talk.buyer_id, CommitmentKind.NOTE, _short(note), by, now,
        talk.group or SUPERVISOR, agent_id=talk.agent_id,
    )  # fmt: skip


def _short(note: str) -> str:
    return note.strip()[:NOTE_MAX]
