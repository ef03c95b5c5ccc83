"""What one shift leaves to the next: the logs are made when work changes hands.

In: the roster, what is open for people. Out: hand-over logs. Never: a log made twice, however many processes look; a
word to the buyer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.acts import Act
from bot.clock import Now
from bot.core.book import Book
from bot.core.handover import LOOK_BACK, Due, Hands, Open
from bot.core.notebooks import Entry, Handover, Happening
from bot.ids import derived
from bot.overseeing import oversee
from bot.ports import Store

_PACE = timedelta(seconds=5)
_MANY = 1_000  # lines that wait; reading them takes time, so that for each so many it looks a pace less often
_HORIZON = timedelta(days=1)
_ONE_SHIFT = timedelta(days=3)  # no shift takes longer than the clocks of `rules/shifts.yaml` reach


class HandingOver:
    """One tick makes the logs that are due; every few seconds it looks after the open lines and what is owed."""

    def __init__(
        self, store: Store, book: Callable[[], Book], now: Now, log: structlog.typing.FilteringBoundLogger
    ) -> None:
        self._store = store
        self._book = book
        self._now = now
        self._log = log
        self._known: tuple[Book, datetime, datetime] | None = None
        self._quiet: tuple[datetime, datetime] | None = None

    async def tick(self) -> int:
        """How many logs were made."""
        book, now = self._book(), self._now()
        made = 0
        if self._known is None or self._known[0] is not book or not _covers(self._known[1:], now):
            made = await self._make(book, now)
            self._known = (book, now, Hands(book.rules.shifts, book.works).next_change(now, _HORIZON))
        if self._quiet is None or not _covers(self._quiet, now):
            self._quiet = (now, now + _PACE)
            idle = await oversee(self._store, book, now)
            self._quiet = (now, now + _PACE * (1 + idle // _MANY))
        return made

    async def _make(self, book: Book, now: datetime) -> int:
        hands, groups = Hands(book.rules.shifts, book.works), [str(one) for one in book.rules.routing.groups]
        last = await self._store.last_handovers(now - LOOK_BACK)
        due = hands.due(groups, {group: at for group, at in last.items() if at <= now}, now)
        if not due:
            return 0
        owed = [one.commitment for one in await self._store.owed()]
        found = Open(await self._store.with_people(), owed, book.rules.routing.default)
        earlier = await self._store.handovers(now - _ONE_SHIFT, now)
        made = 0
        for one in due:
            log = hands.log(one, found, [each for each in earlier if each.group == one.group], now)
            made += await self._keep(one, log, now)
        return made

    async def _keep(self, due: Due, log: Handover, now: datetime) -> bool:
        """An empty log is one, too, where the group's own shift changed."""
        if due.left_by and not log.lines:
            return False
        data = {"id": log.id, "lines": len(log.lines)}
        entry = Entry(derived("handed_over", log.id), now, Happening.HANDED_OVER, group=log.group, data=data)
        kept = await self._store.act(Act(journal=(entry,), handovers=(log,), fresh=True), now)
        if kept:
            self._log.info("handover", group=log.group, lines=len(log.lines), ended=log.ended, receiving=log.receiving)
        return kept


def _covers(span: tuple[datetime, datetime], now: datetime) -> bool:
    """A clock that was put back is before it."""
    return span[0] <= now < span[1]
