"""Clears what is old, a little at a time, beside the running service.

In: engines and a moment. Out: how many rows of each table went, or would go. Never: a transaction that keeps the
service waiting for long.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, literal, select, tuple_

from bot.store.engine import Engines, down_is_told, read
from bot.store.schema import conversation
from bot.store.sql_cleared import note_cleared
from bot.store.sql_old import Old, Rule

BATCH = 1000  # rows a transaction
PAUSE_SECONDS = 0.05  # between two, so that whoever waits for SQLite's one writer comes first
Counts = Mapping[str, int]
Page = Sequence[Row[Any]]


def prune(engines: Engines, before: datetime, pause: Callable[[float], None], batch: int = BATCH) -> Counts:
    """Delete, and remember until when. What has changed since it was looked at is looked at again, and left alone if
    somebody holds it."""
    with down_is_told(), engines.write.begin() as connection:
        note_cleared(connection, before)
    counts = dict[str, int]()
    for rule in Old(before, read(engines.read, _channels)).rules():
        counts[rule.table.name] = 0
        for page in _pages(rule, batch, partial(read, engines.read)):
            if doomed := [_key(rule, row) for row in page if row.goes]:
                with down_is_told(), engines.write.begin() as connection:
                    counts[rule.table.name] += _delete(connection, rule, doomed)
                pause(PAUSE_SECONDS)
    return counts


def count(engines: Engines, before: datetime) -> Counts:
    """What would go."""
    return read(engines.read, partial(_count, before=before))


def _count(connection: Connection, before: datetime) -> Counts:
    rules = Old(before, _channels(connection)).rules()
    pages = {rule.table.name: _pages(rule, BATCH, lambda work: work(connection)) for rule in rules}
    return {name: sum(bool(row.goes) for page in some for row in page) for name, some in pages.items()}


def _channels(connection: Connection) -> Sequence[str]:
    """The few there are, each by one look into the key."""
    found, last = list[str](), ""
    while True:
        following = select(func.min(conversation.c.channel)).where(conversation.c.channel > last)
        name = connection.scalar(following)
        if name is None:
            return found
        found.append(last := name)


def _pages(rule: Rule, batch: int, look: Callable[[Callable[[Connection], Page]], Page]) -> Iterator[Page]:
    """The table, page by page. Rows that come in the order of their time end the walk as soon as a whole page is too
    young: a clock that went wrong once does not."""
    after: Row[Any] | None = None
    while True:
        page = look(partial(_page, rule=rule, batch=batch, after=after))
        yield page
        if len(page) < batch or (rule.grows and not any(row.old for row in page)):
            return
        after = page[-1]


def _page(connection: Connection, rule: Rule, batch: int, after: Row[Any] | None) -> Page:
    rows: Select[Any] = (
        select(*rule.walk, rule.old.label("old"), rule.goes.label("goes")).order_by(*rule.walk).limit(batch)
    )
    if after is not None:
        place = tuple_(*(literal(after[number], one.type) for number, one in enumerate(rule.walk)))
        rows = rows.where(tuple_(*rule.walk) > place)
    return connection.execute(rows).all()


def _key(rule: Rule, row: Row[Any]) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in rule.table.primary_key.columns)


def _delete(connection: Connection, rule: Rule, doomed: Sequence[tuple[Any, ...]]) -> int:
    """Whoever holds a row is using it."""
    key = tuple_(*rule.table.primary_key.columns)
    sure = select(*rule.table.primary_key.columns).where(key.in_(doomed), rule.goes)
    rows = connection.execute(sure.with_for_update(skip_locked=True, of=rule.table)).all()
    if rows:
        connection.execute(delete(rule.table).where(key.in_([tuple(row) for row in rows])))
    return len(rows)
