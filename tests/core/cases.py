"""Builders of messages, orders, items and cases with sensible defaults, at night in the small shop.

In: what a test cares about. Out: values. Never: an IO, a chance.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from bot.core.book import Book
from bot.core.case import Case
from bot.core.facts import Facts, Focus
from bot.core.meaning import Claim, Meaning
from bot.core.model import (
    Conversation,
    Holder,
    Item,
    Kind,
    Message,
    Order,
    OrderLine,
    OrderStatus,
    Refund,
    Sender,
    SizeRow,
    Sku,
)
from bot.core.rules.work import Flag
from bot.core.slots import Slots
from bot.core.view import Scene, build_view, choice_view, shift_view
from tests.core.book import BY_NIGHT, NIGHT, small_book


class Talk(TypedDict, total=False):
    """What tests change of a conversation."""

    holder: Holder
    group: str | None
    said: Mapping[str, int]
    asked: tuple[str, ...]
    misses: int
    last_topic: str | None
    item_id: str | None
    order_id: str | None


class Parcel(TypedDict, total=False):
    """What tests change of an order."""

    carrier: str
    tracking_no: str
    shipped_at: datetime
    refund: Refund


class Card(TypedDict, total=False):
    """What tests change of an item."""

    title: str
    on_sale: bool
    skus: tuple[Sku, ...]
    size_chart: tuple[SizeRow, ...]
    attributes: Mapping[str, str]


class Reading(TypedDict, total=False):
    """What tests change of a meaning beside its claims."""

    flag: Flag | None
    wants_human: bool
    media: frozenset[Kind]


def message(text: str = "", kind: Kind = Kind.TEXT, one: str = "m1", **more: str) -> Message:
    """A buyer's message; `item_id` and `order_id` for cards."""
    return Message(
        one, "c1", "b1", Sender.BUYER, kind, NIGHT, text, item_id=more.get("item_id"), order_id=more.get("order_id")
    )


def conversation(**more: Unpack[Talk]) -> Conversation:
    return replace(Conversation("c1", "webhook", "b1"), **more)


def order(
    one: str = "1234567890",
    status: OrderStatus = OrderStatus.PAID,
    *,
    buyer: str = "b1",
    title: str = "加绒卫衣",
    quantity: int = 1,
    age: timedelta = timedelta(hours=5),
    **more: Unpack[Parcel],
) -> Order:
    """An order of the buyer that was placed and, where it is beyond that, paid `age` before the night."""
    placed = NIGHT - age
    line = OrderLine("i1", title, quantity, Decimal("129.00"))
    paid = None if status in {OrderStatus.UNPAID, OrderStatus.DEPOSIT_PAID, OrderStatus.CLOSED} else placed
    money = (Decimal("129.00"), Decimal("8.00"))
    plain = Order(one, buyer, status, *money, (line,), placed, placed, conversation_id="c1", paid_at=paid)
    return replace(plain, **more)


def shipped(one: str = "1234567890") -> Order:
    return order(one, OrderStatus.SHIPPED, carrier="中通", tracking_no="ZT0000000001", shipped_at=NIGHT)


def bought(one: str = "3333333333", sku: str = "i1-1", *, item_id: str = "i1", **more: Unpack[Parcel]) -> Order:
    """An order of the shirt that was received a month ago; of the black M unless told otherwise."""
    old = order(one, OrderStatus.FINISHED, age=timedelta(days=30))
    return replace(old, lines=(replace(old.lines[0], item_id=item_id, sku_id=sku),), **more)


CHART = (
    SizeRow("S", (150, 160), (Decimal(40), Decimal(50))),
    SizeRow("M", (160, 170), (Decimal(50), Decimal(60))),
    SizeRow("L", (170, 180), (Decimal(60), Decimal(75))),
)


def item(one: str = "i1", **more: Unpack[Card]) -> Item:
    skus = (Sku("i1-1", "黑色 M", 3), Sku("i1-2", "白色 M", 0), Sku("i1-3", "白色 L", 2))
    plain = Item(one, "加绒卫衣", Decimal("129.00"), NIGHT, skus, {"面料": "棉"}, CHART)
    return replace(plain, **more)


def meaning(
    *intents: str,
    text: str = "随便说说",
    slots: Slots | None = None,
    choices: tuple[str, ...] = (),
    **more: Unpack[Reading],
) -> Meaning:
    """A reading made by hand; each intent is a sure claim."""
    claims = tuple(Claim(intent, 100.0) for intent in intents)
    offered = tuple(Claim(intent, 50.0) for intent in choices)
    return replace(Meaning(text, claims, offered, (), slots or Slots()), **more)


def case(
    meant: Meaning,
    facts: Facts = BY_NIGHT,
    *,
    focus: Focus | None = None,
    talk: Conversation | None = None,
    now: datetime = NIGHT,
    book: Book | None = None,
) -> Case:
    """A case with the words that a turn would give it."""
    known = book or small_book()
    scene = Scene(known.rules, facts, focus or Focus(), meant.slots, now)
    bare = Case(meant, talk or conversation(), scene, {}, known)
    titles = [known.by_intent[claim.intent].title for claim in meant.choices]
    words = {**build_view(scene), "shift": shift_view(scene, bare.staffed_group), "choice": choice_view(titles)}
    return replace(bare, view=words)
