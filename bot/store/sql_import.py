"""A whole file's snapshots in one transaction.

In: a connection inside a transaction, snapshots. Out: how many were kept. Never: a statement as long as the file; never
a part of the file without the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from bot.core.model import Item, Order
from bot.ports import Kept
from bot.store.sql_save import put_items, put_orders

Snapshot = TypeVar("Snapshot", Item, Order)
Told = Callable[[int], None]
_AT_ONCE = 1_000  # rows of one statement
_STEP = 10_000  # rows between two words about it


def keep(connection: Connection, items: Sequence[Item], orders: Sequence[Order], told: Told | None) -> Kept:
    """Newer than what is there, or as new; the rest is counted."""
    done = kept_items = kept_orders = 0
    for part in _parts(items):
        kept_items += len(put_items(connection, part))
        done = _go_on(done, len(part), told)
    for batch in _parts(orders):
        kept_orders += len(put_orders(connection, batch))
        done = _go_on(done, len(batch), told)
    return Kept(kept_items, kept_orders, done - kept_items - kept_orders)


def _parts(ones: Sequence[Snapshot]) -> Iterator[Sequence[Snapshot]]:
    """In the order in which rows are locked; of one that is told twice the newest, of equally new ones the last."""
    newest = {one.id: one for one in sorted(ones, key=lambda one: (one.id, one.updated_at))}
    each = list(newest.values())
    yield from (each[start : start + _AT_ONCE] for start in range(0, len(each), _AT_ONCE))


def _go_on(before: int, more: int, told: Told | None) -> int:
    done = before + more
    if told and done // _STEP > before // _STEP:
        told(done)
    return done
