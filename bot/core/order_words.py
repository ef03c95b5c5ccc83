"""Orders in words: what they hold, to whom they go, what they are called where there are several.

In: orders, the rules, an aware moment. Out: words for a view, None where nothing is known. Never: a receiver's whole
name or number.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.core.masking import mask_name, mask_phone
from bot.core.model import Order
from bot.core.once import once
from bot.core.rules import Rules
from bot.core.rules.shop import Carriers
from bot.core.when import say_day, say_money, say_when
from bot.words import say

_COUNTRY = re.compile(r"^\W*(?:(?:中国|中华人民共和国)\W*)?")
#: Behind a name: what is called after a city or a province, and need not lie there.
_CALLED_AFTER = re.compile(
    r"[东西南北中]?[一二三四五六七八九十\d]*(?:号)?(?:大道|大街|路|街|巷|弄|胡同|村|新村|庄|花园|广场|大厦|小区|公寓|家园)"
)


def order_words(order: Order, rules: Rules, now: datetime) -> dict[str, str | None]:
    """One order, for the buyer whose it is."""
    zone, promise = ZoneInfo(rules.shop.timezone), promised_by(order, rules)
    days = {"paid_on": order.paid_at, "shipped_on": order.shipped_at, "signed_on": order.signed_at}
    told = {name: say_day(moment, now, zone) if moment else None for name, moment in days.items()}
    return told | _receiver(order) | {
        "id": order.id, "title": order_title(order), "amount": say_money(order.amount),
        "status": say(f"order_status.{order.status}"), "carrier": order.carrier, "tracking_no": order.tracking_no,
        "promise": say_when(promise, now, zone) if promise else None, "address_city": city_of(order, rules),
        "closes_at": say_when(order.created_at + rules.shop.unpaid_close, now, zone),
    }  # fmt: skip


def several_words(orders: tuple[Order, ...], named: int | None = None) -> dict[str, str | None]:
    """Several orders at once; of very many only so many are `named`."""
    if not orders:
        return {}
    total = say_money(sum((order.amount for order in orders), Decimal(0)))
    more = say("join.more") if named is not None and len(orders) > named else ""
    return {"count": str(len(orders)), "list": order_list(orders[:named]) + more, "total": total}


def promised_by(order: Order, rules: Rules) -> datetime | None:
    """When a paid order must have left the shop: the shop's own lead time from payment."""
    return rules.shop.shipping.latest(order.paid_at) if order.paid_at else None


def _receiver(order: Order) -> dict[str, str | None]:
    """Enough for the buyer to see whether it is right."""
    to = order.receiver
    if to is None:
        return {}
    return {"receiver_name": mask_name(to.name), "receiver_phone": mask_phone(to.phone), "receiver_address": to.address}


def order_list(orders: Iterable[Order]) -> str:
    """Orders to choose from, numbered."""
    told = [(order_title(order) or order.id, say(f"order_status.{order.status}")) for order in orders]
    lines = (say("join.order", number=n, title=title, status=status) for n, (title, status) in enumerate(told, 1))
    return say("join.choices").join(lines)


def city_of(order: Order, rules: Rules) -> str | None:
    """The known area that the receiver's address begins with, by its longest name; a street, an estate or a village may
    be called after another."""
    address = _COUNTRY.sub("", order.receiver.address if order.receiver else "")
    names, longest = _areas(rules.carriers)
    length = next((size for size in range(min(longest, len(address)), 0, -1) if address[:size] in names), 0)
    return None if _CALLED_AFTER.match(address, length) else names.get(address[:length])


@once
def _areas(carriers: Carriers) -> tuple[dict[str, str], int]:
    """The areas by what they are called, of two called alike the last by name; and the length of the longest word."""
    words = sorted((word, area.name) for area in carriers.areas for word in (area.name, *area.also))
    return dict(words), max((len(word) for word, _ in words), default=0)


def order_title(order: Order) -> str | None:
    """The first line's title, and how many pieces there are beside it."""
    if not order.lines:
        return None
    pieces = sum(line.quantity for line in order.lines)
    title = order.lines[0].title
    return title if pieces == 1 else say("join.several", title=title, count=pieces)
