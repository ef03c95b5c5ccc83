"""Greetings and coupons on their days, to buyers who agreed to hear from the shop.

In: the day's greetings, buyers who agreed. Out: one command a buyer and greeting. Never: a second one, for its id
follows from both; a greeting in a conversation that people look after, or in the quiet hours.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Now
from bot.commands import send_message
from bot.core.book import Book
from bot.core.first_word import greeting
from bot.core.made import made_of
from bot.core.outreach import HELD, in_peace, quiet_from
from bot.core.rules.kinds import parse_clock
from bot.core.rules.outreach import Greeting
from bot.core.walltime import DAY, instant, local_day
from bot.ids import derived
from bot.ports import Bell, Store
from bot.records import Command, Guest, Purpose

_PAGE = 200
Key = tuple[str, date]


class Greetings:
    """A tick greets a page of buyers; who was greeted before is passed over, so it may begin anew at any time."""

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
        self._reached: dict[Key, str | None] = {}

    async def tick(self) -> int:
        """How many greetings were queued."""
        now, book = self._now(), self._book()
        sent = 0
        for one in due_greetings(book, now):
            sent += await self._page(one, book, now)
        if sent:
            self._bell.ring()
        return sent

    async def _page(self, one: Greeting, book: Book, now: datetime) -> int:
        """The next buyers by id; None once all were."""
        key = (one.name, one.day)
        after = self._reached.get(key, "")
        if after is None:
            return 0
        guests = await self._store.guests(after, _PAGE)
        commands = [command for guest in guests if (command := command_of(one, guest, book, now))]
        sent = await self._store.greet(commands)
        self._reached[key] = guests[-1].buyer_id if len(guests) == _PAGE else None
        self._log.info("greeting", name=one.name, looked_at=len(guests), queued=sent)
        return sent


def due_greetings(book: Book, now: datetime) -> Iterator[Greeting]:
    """Those of this local day whose time has come, outside the quiet hours."""
    care, zone = book.rules.care, ZoneInfo(book.rules.shop.timezone)
    for one in care.greetings if care.enabled else ():
        begun = instant(one.day, parse_clock(one.at), zone) <= now
        if one.enabled and one.day == local_day(now, zone) and begun and in_peace(now, care.quiet, zone):
            yield one


def command_of(one: Greeting, guest: Guest, book: Book, now: datetime) -> Command | None:
    """The greeting for one buyer, until the day or its quiet part ends."""
    talk = guest.conversation
    said = greeting(one.reply, talk, book, now) if talk and talk.holder not in HELD else None
    if talk is None or said is None:
        return None
    zone = ZoneInfo(book.rules.shop.timezone)
    until = quiet_from(now, instant(one.day + DAY, 0, zone), book.rules.care.quiet, zone)
    key = derived("greeting", one.name, str(one.day), guest.buyer_id)
    made = made_of(said, book, now, ("greet", one.name))
    return send_message(talk, said, Purpose.CARE, key, now, deadline=until, made=made, key=key)
