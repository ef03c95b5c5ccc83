"""How any act of people is done: on the conversation as it is, by somebody the roster knows, over nobody else's head.

In: a store, the book, the time, a change to be made. Out: the conversation once it was made. Never: what the change is;
`desk.py` knows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.acts import Act
from bot.clock import Now
from bot.core.book import Book
from bot.core.floor import Floor, floor_at
from bot.core.model import Conversation
from bot.core.shift_changes import agents_of
from bot.ports import Bell, Store
from bot.refusals import BusyError, TakenError, UnknownError

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation is."""

    channel: str
    id: str


#: None: there is nothing to do.
Change = Callable[[Conversation, datetime], Awaitable[Act | None]]


class Acting:
    """What all acts share. `bell` calls the outbox."""

    def __init__(self, store: Store, bell: Bell, book: Callable[[], Book], now: Now) -> None:
        self._store = store
        self._bell = bell
        self._book = book
        self.now = now

    async def floor(self) -> Floor:
        """Who is there, and how much each has to do."""
        staff, book = await self._store.staffing(), self._book()
        return floor_at(book.rules.shifts, staff.presence, staff.loads, self.now(), book.works)

    async def _do(self, place: Place, change: Change, command: str | None = None) -> Conversation:
        """Tried on the conversation as it is, until nobody was faster. What was done before, as the `command` that it
        makes tells, is not done again."""
        for _ in range(_TRIES):
            talk, now = await self._talk(place), self.now()
            if command and await self._store.issued(command):
                return talk
            act = await change(talk, now)
            if act is None:
                return talk
            if await self._store.act(act, now):
                self._bell.ring()
                return replace(act.conversation or talk, version=talk.version + 1)
        raise BusyError

    async def _talk(self, place: Place) -> Conversation:
        talk = await self._store.talk(place.channel, place.id)
        if talk is None:
            raise UnknownError("desk.no_conversation", id=place.id)
        return talk

    def known(self, agent: str) -> str:
        """The same, if the roster knows that number. Raises `UnknownError`."""
        if agent not in agents_of(self._book().rules.shifts):
            raise UnknownError("desk.no_agent", agent=agent)
        return agent

    def _free(self, talk: Conversation, agent: str, floor: Floor) -> None:
        """Not somebody else's who is there."""
        owner = talk.agent_id
        here = owner is not None and (floor.is_online(owner) or owner in floor.working)
        if owner and owner != agent and here:
            raise TakenError(owner)
