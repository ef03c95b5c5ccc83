"""A whole file's snapshots in one transaction.

In: snapshots, made into rows before the transaction begins; then a connection inside it. Out: how many were kept.
Never: a statement as long as the file; never a part of the file without the rest. While it writes, others wait.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from bot.core.model import Item, Order
from bot.ports import Kept
from bot.store.rows import item_values, order_values
from bot.store.schema import items, orders
from bot.store.sql_save import not_older
from bot.store.upsert import put_if

Snapshot = TypeVar("Snapshot", Item, Order)
Rows = Sequence[dict[str, Any]]
Told = Callable[[int], None]
_AT_ONCE = 1_000  # rows of one statement
_STEP = 10_000  # rows between two words about it


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows in the order in which they are locked, no two with one key."""

    items: Rows
    orders: Rows


def prepared(items: Sequence[Item], orders: Sequence[Order]) -> Prepared:
    """What takes long and needs no database."""
    return Prepared([item_values(one) for one in _newest(items)], [order_values(one) for one in _newest(orders)])


def keep(connection: Connection, rows: Prepared, told: Told | None) -> Kept:
    """Newer than what is there, or as new; the rest is counted."""
    counter = _Counter(told)
    kept_items = sum(_put(connection, items, part, counter) for part in _parts(rows.items))
    kept_orders = sum(_put(connection, orders, part, counter) for part in _parts(rows.orders))
    return Kept(kept_items, kept_orders, counter.done - kept_items - kept_orders)


def _newest(ones: Sequence[Snapshot]) -> Sequence[Snapshot]:
    """Of one that is told twice the newest, of equally new ones the last."""
    return list({one.id: one for one in sorted(ones, key=lambda one: (one.id, one.updated_at))}.values())


def _parts(rows: Rows) -> Iterator[Rows]:
    yield from (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _put(connection: Connection, table: Table, rows: Rows, counter: "_Counter") -> int:
    kept = len(put_if(connection, table, [table.c.id], rows, not_older(table.c.updated_at)))
    counter.count(len(rows))
    return kept


class _Counter:
    """How many rows are done, and a word about it now and then."""

    def __init__(self, told: Told | None) -> None:
        self.done = 0
        self._told = told

    def count(self, more: int) -> None:
        before, self.done = self.done, self.done + more
        if self._told and self.done // _STEP > before // _STEP:
            self._told(self.done)
