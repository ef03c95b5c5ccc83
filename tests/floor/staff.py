"""Agents at the desk: they clock, answer at their own pace, promise, pass on, give back, read the hand-over log.

In: looks at what is theirs. Out: acts through the desk's service layer. Never: a second act before the first is done.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from bot import commitments
from bot.acknowledging import acknowledge
from bot.acting import Place
from bot.core.model import AgentState, Conversation
from bot.core.notebooks import CommitmentKind, CommitmentState
from bot.desk import Desk
from bot.records import Event
from bot.refusals import BusyError, TakenError, UnfitError
from bot.store import SqlStore
from tests.core.book import CHINA, weekdays
from tests.core.reference_roster import Duty, duties
from tests.floor.habits import MINUTE, Stretch, shift_of
from tests.floor.shop import FALLBACK, staffed_book
from tests.floor.stage import Stage
from tests.floor.story import Look, Talk

CHANNEL = "webhook"
PAST = (TakenError, UnfitError, BusyError)
_DUES = (20 * MINUTE, 120 * MINUTE, 20 * 60 * MINUTE)


@dataclass
class Agent:
    """`is_in`: as told to the service; `is_silent`: sits there for nobody; `is_busy`: something is in hand."""

    name: str
    group: str
    is_in: bool = False
    is_silent: bool = False
    is_busy: bool = False

    @property
    def works(self) -> bool:
        return self.is_in and not self.is_silent


class Staff:
    """`store` and `desk` are those of any process; `unread` the open lines of hand-over logs."""

    def __init__(
        self,
        stage: Stage,
        store: Callable[[], SqlStore],
        desk: Callable[[], Desk],
        unread: Callable[[], Sequence[tuple[str, int, str]]],
    ) -> None:
        self._stage = stage
        self._store = store
        self._desk = desk
        self._unread = unread
        self._agents: dict[str, Agent] = {}
        self._look: Look | None = None

    def plan(self, first: date, last: date) -> None:
        """Everybody's shifts that start on these days."""
        midnight = datetime.combine(first, datetime.min.time(), CHINA).astimezone(UTC)
        for duty in duties(staffed_book().rules.shifts, first, last, weekdays):
            for name in duty.agents if min(duty.minutes) >= 0 else ():
                self._agents.setdefault(name, Agent(name, duty.group))
                for moment, what in shift_of(_stretches(duty, midnight), duty.stay, self._stage.chance):
                    self._stage.at(moment, partial(self._turns, self._agents[name], what, duty.group))

    def notice(self, look: Look) -> None:
        """Whoever has nothing in hand takes up the hottest, oldest of what is theirs."""
        self._look = look
        for agent in self._agents.values():
            if agent.works and look.presence.get(agent.name) == "away" and self._stage.luck(0.2):
                self._stage.after(1, partial(self._turns, agent, "online", agent.group))
            elif agent.works and not agent.is_busy:
                mine = [one for one in look.talks.values() if one.agent == agent.name and one.waiting_since]
                if mine:
                    self._begin(agent, min(mine, key=_heat))
                elif self._stage.luck(0.05):
                    self._picks_one(agent, look)

    def _begin(self, agent: Agent, talk: Talk) -> None:
        agent.is_busy = True
        pace = min(300.0, self._stage.chance.lognormvariate(3.4, 0.8))
        self._stage.after(pace, partial(self._serve, agent, talk.id))

    def _picks_one(self, agent: Agent, look: Look) -> None:
        """Somebody with time to spare takes one out of the queue, or, as supervisor, from somebody else."""
        free = [one for one in look.talks.values() if one.waiting_since and one.agent != agent.name]
        if free:
            agent.is_busy = True
            self._stage.after(5, partial(self._claim, agent, self._stage.chance.choice(free).id))

    async def _turns(self, agent: Agent, what: str, group: str) -> None:
        agent.group = group
        agent.is_silent = what == "silent"
        if what == "back":
            what = "online" if agent.is_in else "offline"
        if what != "silent":
            leaves = agent.is_in and what == "offline"
            if leaves and agent.works and self._stage.luck(0.3):
                await self._passes_all_on(agent)
            agent.is_in = what == "online"
            await self._desk().clock(agent.name, AgentState(what))
            self._stage.note(f"clocked {what}")
        if agent.works:
            self._stage.after(self._stage.chance.uniform(30, 900), partial(self._reads, agent))

    async def _passes_all_on(self, agent: Agent) -> None:
        """A tidy end: what still waits is passed on with a note."""
        for talk in self._look.talks.values() if self._look else ():
            if talk.agent == agent.name and talk.waiting_since:
                await self._tries(self._passes_on(agent, talk.id))

    async def _tries(self, act: Awaitable[object]) -> bool:
        try:
            await act
        except PAST as refused:
            self._stage.note(f"refused {type(refused).__name__}")
            return False
        return True

    async def _serve(self, agent: Agent, one: str) -> None:
        agent.is_busy = False
        talk = await self._store().talk(CHANNEL, one)
        looks = not self._stage.luck(0.1)  # now and then somebody answers what is not theirs any more
        if not agent.works or talk is None or (looks and talk.agent_id != agent.name):
            return
        if self._stage.luck(0.04):
            await self._tries(self._passes_on(agent, one))
        elif self._stage.luck(0.03) and talk.agent_id == agent.name:
            await self._speaks_elsewhere(agent, talk)
        elif await self._tries(self._replies(agent, one)):
            await self._afterwards(agent, talk)

    async def _replies(self, agent: Agent, one: str) -> None:
        text = f"亲，给您看过了{next(self._stage.numbers)}"
        if self._stage.luck(0.02):
            await self._desk().reply(Place(CHANNEL, one), agent.name, "亲，加个微信吧", f"k{text}")
        await self._desk().reply(Place(CHANNEL, one), agent.name, text, f"k{text}")
        self._stage.story.said[text] = (self._stage.now(), one, agent.name)
        self._stage.note("replies of agents")

    async def _speaks_elsewhere(self, agent: Agent, talk: Conversation) -> None:
        """In the channel's own desk, of which the service hears later."""
        now, number = self._stage.now(), next(self._stage.numbers)
        body = {
            "id": f"s{number}", "conversation_id": talk.id, "buyer": {"id": talk.buyer_id}, "sender": "seller",
            "kind": "text", "text": f"亲，另一边回您{number}", "agent_id": agent.name, "sent_at": now.isoformat(),
        }  # fmt: skip
        event = Event(CHANNEL, f"e{number}", "message.created", f"c:{CHANNEL}:{talk.id}", body, now, now)
        await self._store().accept(event)
        self._stage.note("words in the channel's own desk")

    async def _afterwards(self, agent: Agent, talk: Conversation) -> None:
        await self._does_with_notes(agent, talk.id)
        if self._stage.luck(0.07):
            await self._promises(agent, talk)
        elif self._stage.luck(0.3):
            self._stage.after(self._stage.chance.uniform(60, 500), partial(self._ends, agent, talk.id))

    async def _ends(self, agent: Agent, one: str) -> None:
        seen = await self._last_line(one)
        talk = await self._store().talk(CHANNEL, one)
        if not agent.works or talk is None or talk.waiting_since or talk.served_by != agent.name:
            return
        desk, place = self._desk(), Place(CHANNEL, one)
        closes = self._stage.luck(0.3)
        if await self._tries(desk.close(place, agent.name, seen) if closes else desk.hand_back(place, agent.name)):
            self._stage.note("ended by agents")

    async def _last_line(self, one: str) -> int:
        """All that is said up to it the agent has seen."""
        lines = await self._store().transcript(CHANNEL, one)
        return lines[-1].seq if lines else 0

    async def _passes_on(self, agent: Agent, one: str) -> None:
        others = [name for name, other in self._agents.items() if name != agent.name and other.works]
        to = self._stage.chance.choice([*others, *FALLBACK, "presale"])
        note = self._stage.chance.choice(("买家要补发，查一下仓库", "着急，先回她", ""))
        await self._desk().transfer(Place(CHANNEL, one), agent.name, to, note)
        self._stage.note("transfers")

    async def _claim(self, agent: Agent, one: str) -> None:
        agent.is_busy = False
        talk = await self._store().talk(CHANNEL, one)
        if agent.works and talk and talk.waiting_since:
            over = agent.group == "supervisor"
            if await self._tries(self._desk().claim(Place(CHANNEL, one), agent.name, over=over)):
                self._stage.note("claims")

    async def _promises(self, agent: Agent, talk: Conversation) -> None:
        due = self._stage.now() + self._stage.chance.choice(_DUES)
        text = f"答应买家的第{next(self._stage.numbers)}件事"
        made = await commitments.promise(self._store(), staffed_book(), talk, text, due, agent.name, self._stage.now())
        self._stage.story.promised[made.id] = due
        late = self._stage.chance.choice((-10, -5, -5, -2, -2, 20, 90))
        self._stage.at(due + late * MINUTE, partial(self._keeps, made.id, 40))

    async def _keeps(self, one: str, tries: int) -> None:
        """Whoever sees to it by then, if they are there."""
        found = await self._store().commitment(one)
        if found is None or found.state is not CommitmentState.OPEN:
            return
        owner = self._agents.get(found.agent_id or "")
        if owner is None or not owner.works:
            if tries:
                self._stage.after(900, partial(self._keeps, one, tries - 1))
            return
        settle = commitments.drop if self._stage.luck(0.1) else commitments.done
        if await settle(self._store(), one, owner.name, self._stage.now()):
            self._stage.story.settled[one] = owner.name

    async def _does_with_notes(self, agent: Agent, one: str) -> None:
        for owed in await self._store().commitments_of(CHANNEL, one):
            is_note = owed.kind is CommitmentKind.NOTE and owed.state is CommitmentState.OPEN
            if is_note and await commitments.done(self._store(), owed.id, agent.name, self._stage.now()):
                self._stage.story.settled[owed.id] = agent.name

    async def _reads(self, agent: Agent) -> None:
        """Most lines are read, some never."""
        for log, number, group in self._unread() if agent.works else ():
            reads = group == agent.group and self._stage.luck(0.85)
            if reads and await acknowledge(self._store(), log, number, agent.name, self._stage.now()):
                self._stage.note("lines acknowledged by agents")


def _heat(talk: Talk) -> tuple[int, datetime]:
    assert talk.waiting_since
    return talk.urgency, talk.waiting_since


def _stretches(duty: Duty, midnight: datetime) -> list[Stretch]:
    minutes, found = sorted(duty.minutes), list[tuple[int, int]]()
    for minute in minutes:
        if found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + 1)
        else:
            found.append((minute, minute + 1))
    return [(midnight + start * MINUTE, midnight + end * MINUTE) for start, end in found]
