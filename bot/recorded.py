"""What was known when a turn was taken, kept as text so that the same turn can be taken again.

In: a turn's work and messages, or a kept text. Out: the other one. Never: a fact looked up anew, or left out because
the files of that day asked for none.

Fields that have their default are not written: a default is a part of the format. What a newer version wrote beside is
passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter
from pydantic_core import from_json

from bot.core.buyer import Buyer
from bot.core.model import Item, Message, Order, Presence
from bot.records import Work


@dataclass(frozen=True, slots=True)
class Given:
    """All of a turn's facts but the roster's, which are worked out from `presence` by whichever files are asked.
    `asked`: what the buyer wrote. The rest as in `records.Work`."""

    asked: tuple[Message, ...] = ()
    orders: tuple[Order, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    presence: tuple[Presence, ...] = ()
    paused: bool = False
    queue_ahead: Mapping[str, int] = field(default_factory=dict)
    offers: Mapping[str, Item] = field(default_factory=dict)
    buyer: Buyer | None = None


_GIVEN, _ITEM = TypeAdapter(Given), TypeAdapter(Item)


def given_of(work: Work, asked: Sequence[Message]) -> Given:
    """What a turn that answers these messages knows."""
    return Given(
        tuple(asked), work.orders, work.items, work.presence, work.paused, work.queue_ahead, work.offers, work.buyer
    )


def as_text(given: Given) -> str:
    return _GIVEN.dump_json(given, exclude_defaults=True).decode()


class Reader:
    """Reads one kept text after the other. An item that comes again just as it was is made once: every turn of a night
    has the same few."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, Item]] = {}

    def read(self, text: str) -> Given | None:
        """None where this version of the software cannot read it."""
        try:
            told = from_json(text)
            items, offers = (self._items(told.pop(name, {})) for name in ("items", "offers"))
            return replace(_GIVEN.validate_python(told), items=items, offers=offers)
        except (ValueError, TypeError, AttributeError):  # pydantic's errors are ValueErrors; a text may be no object
            return None

    def _items(self, told: Mapping[str, object]) -> Mapping[str, Item]:
        return {one: self._item(one, body) for one, body in told.items()}

    def _item(self, one: str, body: object) -> Item:
        was, item = self._known.get(one, (None, None))
        if item is None or was != body:
            item = _ITEM.validate_python(body)
            self._known[one] = (body, item)
        return item
