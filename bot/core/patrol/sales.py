"""What can be bought of an item and when it leaves: SKUs, stock, prices, lead time, age.

In: an item, the rules, the time. Out: findings. Never: a price or a stock set right.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.model import Item
from bot.core.patrol.finding import Finding, look, missing, wrong
from bot.core.reading.numerals import arabic, fold
from bot.core.rules import Rules
from bot.core.text import plain
from bot.core.when import say_duration, say_money
from bot.words import say


def sku_findings(item: Item) -> Iterator[Finding]:
    """Names, stock and prices."""
    if not item.skus:
        yield from [missing("no_skus")] if item.on_sale else []
        return
    yield from _twice(item)
    stock = sum(sku.stock for sku in item.skus)
    if item.on_sale and not stock:
        yield look("sold_out")
    if not item.on_sale and stock:
        yield look("stock_off_sale", count=stock)
    prices = {sku.price for sku in item.skus}
    if None not in prices and item.price not in prices:
        found = say("join.list").join(say_money(price) for price in sorted(filter(None, prices)))
        yield wrong("price_apart", price=say_money(item.price), found=found)


def _twice(item: Item) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for sku in item.skus:
        first = seen.setdefault(plain(sku.name), sku.id)
        if first != sku.id:
            yield wrong("sku_twice", name=sku.name, one=first, other=sku.id)


def shipping_findings(item: Item, rules: Rules) -> Iterator[Finding]:
    """Where it is sent from, and by when against the shop's own promise."""
    if not item.ships_from and item.on_sale:
        yield missing("no_ships_from")
    if not item.lead_time:
        yield from [missing("no_lead_time")] if item.on_sale else []
        return
    lead, promise = lead_of(item.lead_time, rules), rules.shop.shipping.lead
    if lead is None:
        yield look("lead_unread", value=item.lead_time)
    elif lead > promise:
        yield wrong("lead_longer", value=item.lead_time, promise=say_duration(promise))


def lead_of(text: str, rules: Rules) -> timedelta | None:
    """The longest time that a lead time's words come to; None where they are not understood."""
    read = arabic(fold(text))
    units = {fold(unit): span for unit, span in rules.catalogue.lead_units.items()}
    names = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    figures = re.findall(rf"(\d{{1,3}})\s*({names})", read) if units else []
    told = [int(count) * units[unit] for count, unit in figures]
    told += [span for word, span in rules.catalogue.lead_words.items() if fold(word) in read]
    return max(told, default=None)


def age_findings(item: Item, rules: Rules, now: datetime) -> Iterator[Finding]:
    """Cards that nobody has touched for long."""
    age = now - item.updated_at
    if item.on_sale and age > rules.catalogue.stale:
        yield look("stale", days=age.days)
