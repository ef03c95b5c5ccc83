"""What can be bought of an item: its colours, sizes, stock and prices in ready-made words.

In: an item, the colour, size and quantity that are asked for. Out: words and SKUs. Never: a price or a stock that the
shop's snapshot does not hold.
"""

from collections.abc import Iterable
from decimal import Decimal

from bot.core.model import Item, Sku
from bot.core.slots import Slots
from bot.core.when import say_money
from bot.words import say

_LISTED = 8  # SKUs in one sentence
_PRICED = 4  # prices in one sentence


def colors(item: Item) -> tuple[str, ...]:
    """The first words of the SKU names, in their order ("黑色 M" -> 黑色)."""
    return tuple(dict.fromkeys(sku.name.split()[0] for sku in item.skus if sku.name.split()))


def sizes(item: Item) -> tuple[str, ...]:
    """The second words of the SKU names, in their order ("黑色 M" -> M)."""
    return tuple(dict.fromkeys(sku.name.split()[1] for sku in item.skus if len(sku.name.split()) > 1))


def wanted(slots: Slots) -> tuple[str, ...]:
    """The words for the SKU that is asked about."""
    return tuple(word for word in (slots.color, slots.size) if word)


def fitting(item: Item, slots: Slots) -> tuple[Sku, ...]:
    """The SKUs that have all words that are asked for; all where none is."""
    return tuple(sku for sku in item.skus if set(wanted(slots)) <= set(sku.name.split()))


def enough(item: Item, slots: Slots) -> tuple[Sku, ...]:
    """The fitting SKUs that the quantity is there of."""
    return tuple(sku for sku in fitting(item, slots) if sku.stock >= (slots.quantity or 1))


def prices(item: Item, skus: Iterable[Sku]) -> dict[Decimal, list[str]]:
    """Each price in yuan with the names of its SKUs, the lowest first."""
    found: dict[Decimal, list[str]] = {}
    for sku in sorted(skus, key=lambda sku: _price(item, sku)):
        found.setdefault(_price(item, sku), []).append(sku.name)
    return found


def ware_words(item: Item, slots: Slots) -> dict[str, str]:
    """The fields of an item that tell what can be bought; empty where there is nothing to tell."""
    fit = fitting(item, slots)
    by_price = prices(item, fit or item.skus) or {item.price: []}
    return {
        "price": say_money(next(iter(by_price))) if len(by_price) == 1 else "",
        "price_range": _range(by_price),
        "prices": _priced(by_price),
        "sku": " ".join(wanted(slots)) if fit else "",
        "colors": _list(colors(item)),
        "colors_stock": _list(_marked(item, color) for color in colors(item)),
        "sizes": _list(sizes(item)),
        "skus_in_stock": _skus(sku for sku in item.skus if sku.stock > 0),
        "skus_enough": _skus(enough(item, slots)) if slots.quantity else "",
    }


def _price(item: Item, sku: Sku) -> Decimal:
    return item.price if sku.price is None else sku.price


def _range(by_price: dict[Decimal, list[str]]) -> str:
    found = list(by_price)
    return say("join.range", low=say_money(found[0]), high=say_money(found[-1])) if len(found) > 1 else ""


def _priced(by_price: dict[Decimal, list[str]]) -> str:
    """Which SKU costs what, while that can be read at a glance."""
    if not 1 < len(by_price) <= _PRICED:
        return ""
    lines = (say("join.priced", names=_list(names), price=say_money(price)) for price, names in by_price.items())
    return say("join.rows").join(lines)


def _marked(item: Item, color: str) -> str:
    there = any(sku.stock > 0 for sku in item.skus if sku.name.split()[:1] == [color])
    return color if there else say("join.sold_out", name=color)


def _skus(found: Iterable[Sku]) -> str:
    names = [sku.name for sku in found]
    return _list(names[:_LISTED]) + (say("join.more") if len(names) > _LISTED else "")


def _list(names: Iterable[str]) -> str:
    return say("join.list").join(names)
