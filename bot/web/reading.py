"""One visitor's talk as one request reads it: lines with what their cards show, as HTML or as a page's facts.

In: a store, a visitor, a language. Out: lines and fragments. Never: another buyer's order on a card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.clock import Now
from bot.core.model import Item, Kind, Order
from bot.core.pictures import Picture
from bot.records import Spoken
from bot.web.chat import Visitor
from bot.web.front import Card, Seen, seen
from bot.web.pages import render
from bot.web.stream import Transcripts

_CARDS = {Kind.ITEM_CARD.value, Kind.ORDER_CARD.value}


class Telling(Transcripts, Protocol):
    """What the buyer page asks of the store."""

    async def cards(self, channel: str, ids: Sequence[str]) -> Mapping[str, Item | Order]:
        """By message id: what cards show."""

    async def find(self, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
        """One item and one order as stored."""

    async def orders_of(self, buyer_id: str) -> Sequence[Order]:
        """A buyer's orders, newest first."""

    async def keep_picture(self, picture: Picture) -> None:
        """Keep a picture under its id."""

    async def picture(self, picture_id: str) -> Picture | None:
        """One picture."""


@dataclass
class Reading:
    """`transcript` is the store's, and remembers what the cards in it show, so that `fragment` need not wait."""

    store: Telling
    visitor: Visitor
    now: Now
    zone: ZoneInfo
    language: str
    _shown: dict[str, Card] = field(default_factory=dict)

    async def lines(self, after: int = 0) -> Sequence[Spoken]:
        return await self.transcript(*self.visitor.place, after)

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        found = await self.store.transcript(channel, conversation_id, after)
        cards = [line.id for line in found if line.kind in _CARDS and line.author == "buyer"]
        if cards:
            shown = await self.store.cards(channel, cards)
            self._shown |= {one: Card.of(what, self.language) for one, what in shown.items() if self._may_see(what)}
        return found

    def seen(self, line: Spoken) -> Seen:
        return seen(line, self.now(), self.zone, self.language, self._shown.get(line.id))

    def fragment(self, line: Spoken) -> str:
        """One line as HTML."""
        return render("line.html", language=self.language, line=self.seen(line)).strip()

    async def orders(self, most: int) -> Sequence[Card]:
        """The visitor's own latest orders, where the shop knows who that is."""
        if not self.visitor.is_known:
            return ()
        return [Card.of(one, self.language) for one in list(await self.store.orders_of(self.visitor.buyer_id))[:most]]

    def _may_see(self, what: Item | Order) -> bool:
        return isinstance(what, Item) or (self.visitor.is_known and what.buyer_id == self.visitor.buyer_id)
