"""A buyer as whoever serves them must see them at one look: who, what they told, bought, saw, were promised.

In: a conversation. Out: a `BuyerCard`. Never: a whole name, phone number or address; another buyer's data; a write.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.acting import Place
from bot.clock import Now
from bot.core.book import Book
from bot.core.buyer import RULE, Buyer, Consent, Tag
from bot.core.buyerline import told_word
from bot.core.masking import mask_name, mask_text
from bot.core.model import Conversation, Holder, Item, Order, OrderStatus, Refund
from bot.core.notebooks import Commitment, Issue
from bot.core.summary import reason_text
from bot.ports import Store
from bot.records import Spoken
from bot.refusals import UnknownError
from bot.sheets import PastTalk, Sheet
from bot.words import say

_PAST = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """What the buyer told, in words, and when. `name` is the slot's; `holds`: it is not too old to be used."""

    name: str
    words: str
    at: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class CardTag:
    """`by` is who set it, None for a rule."""

    name: str
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CardOrder:
    """Of an order what serves the buyer; money in yuan. `titles`: of its lines, with the pieces where there are more
    than one. To whom it goes is not told."""

    id: str
    status: OrderStatus
    amount: Decimal
    titles: tuple[str, ...]
    created_at: datetime
    carrier: str | None
    tracking_no: str | None
    memo: str | None
    flag: str | None
    refund: Refund


@dataclass(frozen=True, slots=True)
class CardItem:
    """`stock`: of all its SKUs together."""

    id: str
    title: str
    price: Decimal
    stock: int
    on_sale: bool


@dataclass(frozen=True, slots=True)
class CardTalk:
    """Another conversation of the buyer's. `served_by`: which agent spoke there last; `reasons`: why people were
    called, in words; `last`: the last line, masked."""

    channel: str
    id: str
    at: datetime
    holder: Holder
    served_by: str | None
    last: str
    last_author: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuyerCard:
    """`name` is masked. Lists are the newest first, `owed` (open commitments) the soonest due first; `allowed`: the
    tags that the rules list. `orders_count` and `hand_offs` are of all that is stored."""

    buyer_id: str
    name: str | None
    tags: tuple[CardTag, ...] = ()
    allowed: tuple[str, ...] = ()
    told: tuple[Fact, ...] = ()
    consent: Consent | None = None
    orders: tuple[CardOrder, ...] = ()
    orders_count: int = 0
    items: tuple[CardItem, ...] = ()
    past: tuple[CardTalk, ...] = ()
    owed: tuple[Commitment, ...] = ()
    issues: tuple[Issue, ...] = ()
    hand_offs: int = 0


class BuyerCards:
    """Reads only. `book` gives the current operators' files."""

    def __init__(self, store: Store, book: Callable[[], Book], now: Now) -> None:
        self._store = store
        self._book = book
        self._now = now

    async def card(self, place: Place) -> BuyerCard:
        """Of the conversation's buyer, in two reads. Raises `UnknownError`."""
        talk = await self._store.talk(place.channel, place.id)
        if talk is None:
            raise UnknownError("desk.no_conversation", id=place.id)
        return card_of(talk, await self._store.sheet(talk.buyer_id), self._book(), self._now())


def card_of(talk: Conversation, sheet: Sheet, book: Book, now: datetime) -> BuyerCard:
    """What is read, as it is shown beside a conversation."""
    file = sheet.file or Buyer(talk.buyer_id)
    name = talk.buyer_name or (file.name.value if file.name else None)
    others = [one for one in sheet.talks if (one.conversation.channel, one.conversation.id) != (talk.channel, talk.id)]
    return BuyerCard(
        buyer_id=talk.buyer_id,
        name=mask_name(name) if name else None,
        tags=tuple(_tag(one) for one in sorted(file.tags, key=lambda tag: tag.at, reverse=True) if one.on),
        allowed=book.rules.buyers.listed,
        told=tuple(_facts(file, book, now)),
        consent=file.consent,
        orders=tuple(_order(one) for one in sheet.orders),
        orders_count=sheet.orders_count,
        items=tuple(_item(one) for one in sheet.items),
        past=tuple(_past(one, file) for one in others[:_PAST]),
        owed=sheet.owed,
        issues=sheet.issues,
        hand_offs=sheet.hand_offs,
    )


def _tag(one: Tag) -> CardTag:
    return CardTag(one.name, None if one.by == RULE else one.by, one.at)


def _facts(file: Buyer, book: Book, now: datetime) -> Iterator[Fact]:
    """Of body and sizes, then of how and where to send."""
    oldest = now - book.rules.buyers.told_holds
    for name, told in file.told.items():
        yield Fact(name, told_word(name, told.value), told.at, told.at >= oldest)
    for name, told in file.preferences.items():
        yield Fact(name, say(f"buyer.wish.{name}", text=told.value), told.at, holds=True)


def _order(one: Order) -> CardOrder:
    titles = (
        line.title if line.quantity == 1 else say("buyer.pieces", title=line.title, count=line.quantity)
        for line in one.lines
    )
    return CardOrder(
        one.id, one.status, one.amount, tuple(titles), one.created_at, one.carrier, one.tracking_no, one.memo, one.flag,
        one.refund,
    )  # fmt: skip


def _item(one: Item) -> CardItem:
    return CardItem(one.id, one.title, one.price, sum(sku.stock for sku in one.skus), one.on_sale)


def _past(one: PastTalk, file: Buyer) -> CardTalk:
    talk, last = one.conversation, one.last
    reasons = dict.fromkeys(_words(issue.reason) for issue in file.issues if issue.conversation_id == talk.id)
    return CardTalk(
        talk.channel, talk.id, one.at, talk.holder, talk.served_by, _line(last), last.author if last else None,
        tuple(reasons),
    )  # fmt: skip


def _line(last: Spoken | None) -> str:
    return mask_text(last.text) if last else ""


def _words(reason: str) -> str:
    """A code that this version does not know any more is its own word."""
    try:
        return reason_text(reason)
    except KeyError:
        return reason
