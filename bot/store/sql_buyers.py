"""Buyers' files: read with the work at hand, changed by news.

In: a connection inside a transaction. Out: files. Never: a change that another conversation of the buyer loses; a
statement where there is no news.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Text, bindparam, select, update

from bot.core.buyer import Buyer, News, Tag, with_news
from bot.records import Guest
from bot.store.rows import buyer_of, buyer_values
from bot.store.schema import buyer
from bot.store.sql_talks import latest_talks
from bot.store.upsert import add

# Statements are put together once; what differs from call to call is bound.
_IDS = buyer.c.id.in_(bindparam("ids", type_=Text, expanding=True))
_FILES = select(buyer).where(_IDS)
_MINE = _FILES.order_by(buyer.c.id).with_for_update()
_CHANGE = update(buyer).where(buyer.c.id == bindparam("one", type_=Text))
_CHANGE = _CHANGE.values({name: bindparam(name) for name in ("version", "updated_at", "agreed_at", "body")})


def files_of(connection: Connection, ids: Collection[str]) -> Mapping[str, Buyer]:
    """The files that there are; one that only a newer version can read is none."""
    rows = connection.execute(_FILES, {"ids": sorted(ids)}) if ids else ()
    return {one.id: one for one in _readable(rows)}


def file_of(connection: Connection, one: str) -> Buyer | None:
    return files_of(connection, [one]).get(one)


def guests(connection: Connection, after: str, limit: int) -> Sequence[Guest]:
    """Those who want to hear of offers, by id, each with the latest conversation."""
    found = select(buyer.c.id).where(buyer.c.agreed_at.is_not(None), buyer.c.id > after)
    ids = connection.scalars(found.order_by(buyer.c.id).limit(limit)).all()
    talks = latest_talks(connection, set(ids))
    return [Guest(one, talks.get(one)) for one in ids]


def learn(connection: Connection, news: Sequence[News], now: datetime) -> None:
    """Join news with the files as they are at this moment; the rows stay locked until the transaction ends."""
    if not news:
        return
    held = _held(connection, sorted({one.buyer_id for one in news}), now)
    changed = dict(held)
    for one in news:
        if one.buyer_id in changed:
            changed[one.buyer_id] = with_news(changed[one.buyer_id], one)
    rows = [_change(file, now) for key, file in changed.items() if file != held[key]]
    if rows:
        connection.execute(_CHANGE, rows)


def tag(connection: Connection, one: str, name: str, on: bool, by: str, now: datetime) -> None:
    learn(connection, [News(one, now, tags=(Tag(name, by, now, on),))], now)


def _held(connection: Connection, ids: Sequence[str], now: datetime) -> dict[str, Buyer]:
    """Locked, in one order everywhere. A file that is not there yet is begun first: of two processes that begin it, the
    second waits and finds it."""
    rows = connection.execute(_MINE, {"ids": ids}).all()
    if new := sorted(set(ids) - {row.id for row in rows}):
        add(connection, buyer, *(buyer_values(Buyer(one), now) for one in new))
        rows = connection.execute(_MINE, {"ids": ids}).all()
    return {one.id: one for one in _readable(rows)}


def _change(file: Buyer, now: datetime) -> Mapping[str, object]:
    row = buyer_values(file, now)
    return {"one": row.pop("id"), **row, "version": file.version + 1}


def _readable(rows: Iterable[Row[Any]]) -> Iterator[Buyer]:
    for row in rows:
        with suppress(ValidationError):
            yield buyer_of(row)
