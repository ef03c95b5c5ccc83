"""An agent whose desk has gone dark is away: a closed laptop must not keep buyers waiting.

In: signs of open desks, presence, the book, the time. Out: presence and the journal. Never: a thread moved; the
dispatcher moves what those who are away have.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.acts import Act
from bot.clock import Now
from bot.core.book import Book
from bot.core.model import AgentState, Presence
from bot.ids import derived
from bot.journal import clock_entry, seen
from bot.ports import Bell, Store


class Absences:
    """`tick` as often as one likes, in any number of processes."""

    def __init__(self, store: Store, bell: Bell, book: Callable[[], Book], now: Now) -> None:
        self._store = store
        self._bell = bell
        self._book = book
        self._now = now

    async def tick(self) -> int:
        """How many were found to be away."""
        now, rules = self._now(), self._book().rules.routing.dispatch
        gone = await self._store.absent(now - rules.absent_after)
        told = {one.agent_id: one for one in (await self._store.staffing()).presence} if gone else {}
        for agent in gone:
            before = told[agent]
            await self._store.act(self._told(before, self._away(before)), now)
        return len(gone)

    def _away(self, before: Presence) -> Presence:
        """As one who lets buyers pass: a word of theirs brings them back."""
        passed = self._book().rules.routing.dispatch.vanished_after
        return replace(before, state=AgentState.AWAY, since=self._now(), passed=max(passed, before.passed))

    async def returns(self, agent: str) -> None:
        """Somebody who was taken to be away looks at their desk."""
        now, book = self._now(), self._book()
        before = next((one for one in (await self._store.staffing()).presence if one.agent_id == agent), None)
        back = replace(seen(before, book, now), spoke_at=before.spoke_at) if before else None
        if before and back and back.state is not before.state:
            await self._store.act(self._told(before, back), now)

    async def leaves(self, agent: str) -> None:
        """Somebody logs out: what is theirs must not wait for them."""
        before = next((one for one in (await self._store.staffing()).presence if one.agent_id == agent), None)
        if before and before.state is not AgentState.OFFLINE:
            gone = replace(before, state=AgentState.OFFLINE, since=self._now())
            await self._store.act(self._told(before, gone), self._now())

    def _told(self, before: Presence, after: Presence) -> Act:
        entry_id = derived("clock", after.agent_id, after.since.isoformat())
        return Act(journal=(clock_entry(entry_id, after, before, self._book()),), presence=(after,))
