"""One message without a shop around it: what `try`, `eval` and `chat` ask the core.

In: a book, a text, a time, perhaps an item and an order. Out: a `Turn`. Never: a store written, a message sent.
Everybody on the roster is taken to be at work; no order or item is assumed that was not named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.book import Book
from bot.core.facts import Facts
from bot.core.model import AgentState, Conversation, Item, Kind, Message, Order, Presence, Sender
from bot.core.shifts import live_groups, next_live, on_shift
from bot.core.turn import Turn, take_turn

BUYER = "try"


@dataclass(frozen=True, slots=True)
class Simulation:
    """A book at a moment, with the facts that were named."""

    book: Book
    now: datetime
    item: Item | None = None
    order: Order | None = None
    offers: Mapping[str, Item] = field(default_factory=dict)

    def facts(self) -> Facts:
        shifts, works = self.book.rules.shifts, self.book.works
        agents = {agent for span in on_shift(shifts, self.now, works) for agent in span.agents}
        present = [Presence(agent, AgentState.ONLINE, self.now) for agent in agents]
        return Facts(
            orders=(replace(self.order, buyer_id=BUYER),) if self.order else (),
            items={self.item.id: self.item} if self.item else {},
            live=live_groups(shifts, present, self.now, works),
            rostered=frozenset(span.group for span in on_shift(shifts, self.now, works)),
            back_at={group: next_live(shifts, self.now, group, works) for group in self.book.rules.routing.groups},
            offers=self.offers,
        )

    def turn(self, text: str, conversation: Conversation | None = None, number: int = 1) -> Turn:
        """Take one text as a whole turn."""
        conversation = conversation or self.opening()
        message = Message(f"m{number}", conversation.id, BUYER, Sender.BUYER, Kind.TEXT, self.now, text)
        return take_turn((message,), conversation, self.facts(), self.book, self.now)

    def opening(self) -> Conversation:
        """A conversation that has just begun."""
        return Conversation(
            "try", "console", BUYER,
            item_id=self.item.id if self.item else None, order_id=self.order.id if self.order else None,
        )  # fmt: skip
