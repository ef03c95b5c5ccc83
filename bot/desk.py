"""What people do: take over, speak, pass on, give back, clock in. Every face (desk, HTTP, channel) calls this.

In: who acts, on which conversation, the store, the book, the time. Out: what became of it. Never: an act over somebody
else's: each is guarded by the conversation's version and tried again on what it is then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.acting import Place
from bot.acts import Act
from bot.commands import lane_of, said_id, say_as
from bot.commitments import call_back, note, promise
from bot.core.floor import Floor
from bot.core.made import Made
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.notebooks import Commitment, CommitmentKind, CommitmentState, Happening
from bot.core.redlines import hits
from bot.core.routing import queue_of
from bot.core.signs import told_already
from bot.core.states import Happened
from bot.core.taking import moved, note_left, short, spoken_by, still_waiting, taken_over, to_agent, to_group
from bot.core.waits import journal_entry
from bot.ending import Ending
from bot.ids import derived
from bot.journal import clock_entry, seen
from bot.records import Spoken, Unsent
from bot.refusals import KeyTakenError, UnfitError, UnknownError
from bot.unanswered import unanswered
from bot.words import say

TEXT_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as an agent must see it at once: what was said, how it stands, how many wait before it."""

    conversation: Conversation
    lines: tuple[Spoken, ...]
    ahead: int


class Desk(Ending):
    """The acts of people."""

    async def queue(self, group: str | None = None, agent: str | None = None) -> Sequence[Conversation]:
        """All that is people's now: the hottest first, then whoever has waited longest; those that wait for nobody
        come last. Of one group or agent, if that is named. Raises `UnknownError`."""
        if group and group not in self._book().rules.routing.groups:
            raise UnknownError("desk.no_group", group=group)
        found = await self._store.open_talks(group, self.known(agent) if agent else None)
        return sorted(found, key=lambda one: (not one.waiting_since, one.urgency, one.waiting_since or self.now()))

    async def thread(self, place: Place, after_seq: int = 0) -> Thread:
        """One conversation with its transcript. Raises `UnknownError`."""
        talk = await self._talk(place)
        lines = await self._store.transcript(place.channel, place.id, after_seq)
        waits = talk.holder is Holder.QUEUED and talk.agent_id is None
        return Thread(talk, tuple(lines), await self._ahead(talk) if waits else 0)

    async def coming(self, place: Place) -> Sequence[Spoken]:
        """What the buyer has just written, before it stands in the transcript."""
        return await self._store.coming(place.channel, place.id)

    async def unsent(self, place: Place) -> Sequence[Unsent]:
        """What was said in a conversation and has not arrived: on its way, or given up."""
        return await self._store.unsent(place.channel, place.id)

    async def _ahead(self, talk: Conversation) -> int:
        floor, routing = await self.floor(), self._book().rules.routing
        return await self._store.ahead(talk, queue_of(talk.group or routing.default, floor.live, routing))

    async def claim(self, place: Place, agent: str, *, over: bool = False) -> Conversation:
        """Take a conversation over. `TakenError` where another agent who is there has it, unless taken `over`."""
        floor = await self.floor()
        self.known(agent)

        async def change(talk: Conversation, now: datetime) -> Act:
            if not over:
                self._free(talk, agent, floor)
            unsaid = talk.holder is Holder.BOT and await self._store.is_speaking(lane_of(talk), "", "", now)
            taken = taken_over(talk, agent, now, unanswered=unsaid)
            told = journal_entry(taken, Happening.ASSIGNED, now, by="claim", since=_since(talk))
            return Act(taken, journal=(told,), presence=self._here(agent, floor, now))

        return await self._do(place, change)

    async def reply(
        self, place: Place, agent: str, text: str, key: str, *, sure: bool = False, seen: int | None = None,
        made: Made | None = None,
    ) -> Conversation:  # fmt: skip
        """Say something to the buyer, once for each `key`. It takes the conversation over. `seen`: the number of the
        last line that the agent had before them; what the buyer asked after it still waits for a word. `made`: of what
        the words were made, where they are those of the reply files. `UnfitError` for a text that is empty, too long,
        or crosses a red line (unless `sure`); `KeyTakenError` where the key said something else."""
        floor, words = await self.floor(), self._speakable(text, sure=sure)
        self.known(agent)

        async def change(talk: Conversation, now: datetime) -> Act:
            self._free(talk, agent, floor)
            spoken = spoken_by(moved(talk, Happened.HUMAN_SPOKE), agent, now)
            spoken = await self._as_seen(talk, spoken, seen, now)
            deadline = now + self._book().rules.reception.reply_deadline
            told = say_as(spoken, agent, words, key, now, deadline, made)
            return Act(spoken, (told,), presence=self._here(agent, floor, now))

        one = said_id(place.channel, place.id, agent, key)
        talk = await self._do(place, change, one)
        if (await self._store.words_of(one) or words) != words:
            raise KeyTakenError(key)
        return talk

    async def _as_seen(self, talk: Conversation, spoken: Conversation, seen: int | None, now: datetime) -> Conversation:
        """The thread after a word: it counts as its agent's for a while, or the buyer waits on for another one."""
        rules = self._book().rules.routing.dispatch
        asks = seen is not None and (talk.waiting_since or talk.holder is Holder.BOT)
        lines = await self._store.transcript(talk.channel, talk.id, seen or 0) if asks else ()
        newer = unanswered(lines, waits=True)
        if not newer:
            return replace(spoken, look_at=now + rules.rest)
        return still_waiting(spoken, talk, min(newer[0].at, now), now + rules.hold_after)

    async def transfer(self, place: Place, agent: str, to: str, words: str) -> Conversation:
        """Give a conversation to another agent, or to a group's queue, with a note for whoever gets it."""
        floor = await self.floor()
        if self.known(agent) == to:
            raise UnfitError("desk.to_self")
        grouped = self._can_get_it(to, floor)

        async def change(talk: Conversation, now: datetime) -> Act:
            self._free(talk, agent, floor)
            if talk.holder is Holder.CLOSED:
                raise UnfitError("desk.closed")
            given = to_group(talk, agent, to, now) if grouped else to_agent(talk, to, now)
            told = journal_entry(given, Happening.TRANSFERRED, now, agent=agent, to=to, note=short(words))
            left = (note_left(given, agent, words, now),) if words.strip() else ()
            passing = () if grouped else await self._passing(place, agent, to)
            return Act(given, journal=(told,), commitments=(*left, *passing))

        return await self._do(place, change)

    def _can_get_it(self, to: str, floor: Floor) -> bool:
        """Whether that is a group, else an agent. Raises `UnfitError` where nobody is there to take it."""
        if to in self._book().rules.routing.groups:
            if to not in floor.live:
                raise UnfitError("desk.nobody_of", group=say(f"groups.{to}"))
            return True
        if not floor.is_online(self.known(to)):
            raise UnfitError("desk.not_there", agent=to)
        return False

    async def _passing(self, place: Place, agent: str, to: str) -> tuple[Commitment, ...]:
        """What the agent owes in a conversation goes along with it."""
        owed = await self._store.commitments_of(place.channel, place.id)
        mine = (one for one in owed if one.state is CommitmentState.OPEN and one.agent_id in {agent, None})
        return tuple(replace(one, agent_id=to) for one in mine)

    async def owe(
        self, place: Place, agent: str, kind: str, text: str, due_at: datetime | None, key: str | None = None
    ) -> Commitment:
        """Promise the buyer something, or leave a note, once for each `key`. `YebanError` says what is wrong with
        it."""
        talk, now, book = await self._talk(place), self.now(), self._book()
        match CommitmentKind(kind):
            case CommitmentKind.PROMISE:
                if due_at is None:
                    raise UnfitError("desk.no_due")
                return await promise(self._store, book, talk, text, due_at, agent, now, key=key)
            case CommitmentKind.CALL_BACK:
                return await call_back(self._store, book, talk, text, due_at, agent, now, key=key)
            case CommitmentKind.NOTE:
                return await note(self._store, book, talk, text, agent, now, key=key)

    async def clock(self, agent: str, state: AgentState) -> Presence:
        """Clock in, step away, leave. The same again is news in another stint of work."""
        self.known(agent)
        now, floor, book = self.now(), await self.floor(), self._book()
        before = floor.presence.get(agent)
        if before and before.state is state and told_already(before, book.rules.shifts, now, book.works):
            return before
        new = Presence(agent, state, now, spoke_at=before.spoke_at if before else None)
        entry_id = derived("clock", agent, now.isoformat())
        entry = clock_entry(entry_id, new, before, book)
        await self._store.act(Act(journal=(entry,), presence=(new,)), now)
        return new

    def _here(self, agent: str, floor: Floor, now: datetime) -> tuple[Presence, ...]:
        """Whoever acts is there."""
        told = floor.presence.get(agent)
        return (seen(told, self._book(), now),) if told else ()

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
