"""What the cards in a talk show: the items and orders that their events name, as they are now.

In: a connection inside one snapshot and message ids. Out: items and orders by message. Never: a search; events go by
their keys. Whose an order is, the caller judges.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from bot.core.model import Item, Order
from bot.store.rows import item_of, order_of
from bot.store.schema import inbox, items, orders

_NAMED = {"item": inbox.c.body["item_id"].as_string(), "order": inbox.c.body["order_id"].as_string()}


def cards(connection: Connection, channel: str, ids: Collection[str]) -> Mapping[str, Item | Order]:
    here = inbox.c.channel == channel, inbox.c.event_id.in_(sorted(ids))
    told = connection.execute(select(inbox.c.event_id, *(name.label(key) for key, name in _NAMED.items())).where(*here))
    named = [(row.event_id, row.item, row.order) for row in told]
    goods = select(items).where(items.c.id.in_([item for _, item, _ in named if item]))
    bought = select(orders).where(orders.c.id.in_([order for *_, order in named if order]))
    catalogue = {row.id: item_of(row) for row in connection.execute(goods)}
    book = {row.id: order_of(row) for row in connection.execute(bought)}
    shown = {one: catalogue.get(item) or book.get(order) for one, item, order in named}
    return {one: what for one, what in shown.items() if what is not None}
