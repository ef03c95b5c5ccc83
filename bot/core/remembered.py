"""What the shop remembers of a buyer's size: asked about again, never claimed to fit.

In: an item, the buyer's file and orders. Out: sizes that the item has. Never: a size of an order that was given back,
of another person, or told too long ago.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.buyer import Buyer
from bot.core.facts import Facts, Focus
from bot.core.model import Item, Order, OrderStatus, Refund
from bot.core.rules import Rules
from bot.core.rules.shop import Sizes
from bot.core.sizing import Basis, Fit, fit
from bot.core.slots import Slots, is_of_another, is_of_body, own_words

_SAME_CM = 5
_INDEX = (Decimal(12), Decimal(45))  # WHO's classes reach from severe thinness (under 16) to obesity III (from 40)
RECEIVED = frozenset({OrderStatus.SIGNED, OrderStatus.FINISHED})


@dataclass(frozen=True, slots=True)
class Remembered:
    """`kept` is the size of this item that the buyer has bought and not given back, `usual` the one the buyer wears;
    `told` is the body of earlier conversations, and `fits` what this item's chart says to it."""

    kept: str | None = None
    usual: str | None = None
    told: Slots | None = None
    fits: Fit | None = None


def kept(order: Order) -> bool:
    """Received, and nothing of it given back or asked back."""
    return order.status in RECEIVED and order.refund is Refund.NONE


def remembered(focus: Focus, facts: Facts, slots: Slots, rules: Rules, now: datetime) -> Remembered:
    """Nothing where the buyer has told a body now, speaks of somebody else, or is somebody else."""
    item, buyer = focus.item, facts.buyer
    if item is None or buyer is None or focus.stranger or slots.other or slots.tells_body:
        return Remembered()
    told = held(buyer, rules.buyers.told_holds, now)
    body = replace(Slots().with_told(told, answering=False), usual_size=None)
    found = fit(item, body, rules.sizes) if told else None
    fits = (
        found if found and found.basis in {Basis.BODY, Basis.MEASURE} and _all_sold(found, item, rules.sizes) else None
    )
    return Remembered(
        kept=_bought(item, buyer, facts, rules.sizes),
        usual=_sold(told.get("usual_size"), item, rules.sizes),
        told=body if fits else None,
        fits=fits,
    )


def held(buyer: Buyer, holds: timedelta, now: datetime) -> dict[str, str]:
    """What of a body may still be true."""
    return {name: one.value for name, one in buyer.told.items() if is_of_body(name) and now - one.at <= holds}


def told_since(told: Mapping[str, str], last_at: datetime | None, buyer: Buyer | None) -> Mapping[str, str]:
    """What a conversation was told, with what the buyer has told elsewhere since then in its place; not where that must
    be somebody else's body."""
    if buyer is None or last_at is None or is_of_another(told):
        return told
    later = {name: one.value for name, one in buyer.told.items() if told.get(name) and one.at > last_at}
    return {**told, **later} if later and not _grown(told, later) else told


def _grown(told: Mapping[str, str], later: Mapping[str, str]) -> bool:
    """Whether the heights are those of two people."""
    before, after = _figure(told.get("height")), _figure(later.get("height"))
    return before is not None and after is not None and abs(after - before) > _SAME_CM


def completed(slots: Slots, focus: Focus, facts: Facts, rules: Rules, now: datetime) -> Slots:
    """Who tells one half of a body now need not tell the other again."""
    half = (slots.height is None) != (slots.weight is None)
    if not half or slots.other or focus.stranger or facts.buyer is None:
        return slots
    told = held(facts.buyer, rules.buyers.told_holds, now)
    height = slots.height or _figure(told.get("height"))
    weight = slots.weight or _figure(told.get("weight"))
    return (
        replace(slots, height=height, weight=weight) if height and weight and _fit_together(height, weight) else slots
    )


def _fit_together(height: Decimal, weight: Decimal) -> bool:
    """Whether cm and kg can be of one body, by the body mass index (kg/m²); a child's height and its mother's weight
    are not."""
    return _INDEX[0] <= weight / (height / 100) ** 2 <= _INDEX[1]


def _figure(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _bought(item: Item, buyer: Buyer, facts: Facts, sizes: Sizes) -> str | None:
    """Of the newest order that has the item; none where that has it in two sizes, or people were called for it."""
    troubled = {issue.order_id for issue in buyer.issues}
    orders = sorted(facts.orders, key=lambda order: (order.created_at, order.id), reverse=True)
    mine = (order for order in orders if order.buyer_id == buyer.id and order.id not in troubled and kept(order))
    found = next((some for order in mine if (some := set(_sizes_of(order, item, sizes)))), set())
    return found.pop() if len(found) == 1 else None


def _sizes_of(order: Order, item: Item, sizes: Sizes) -> Iterator[str]:
    """The sizes in which an order has the item, as the item still has them."""
    words = {sku.id: sku.name.split() for sku in item.skus}
    own = own_words(item, sizes)[1]
    for line in order.lines:
        named = words.get(line.sku_id or "", []) if line.item_id == item.id else []
        yield from (size for size in own if size in named)


def _sold(size: str | None, item: Item, sizes: Sizes) -> str | None:
    """A size as the item's own SKUs call it; None where it has none such."""
    return next((own for own in own_words(item, sizes)[1] if size and own.upper() == size.upper()), None)


def _all_sold(found: Fit, item: Item, sizes: Sizes) -> bool:
    return bool(found.rows) and all(_sold(row.size, item, sizes) for row in found.rows)
