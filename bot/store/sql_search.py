"""Conversations found by what an agent types: numbers, names, words.

In: a connection inside one snapshot, what is sought. Out: hits, a bounded number of each kind. Never: a look at more
rows than the beginnings in an index have, or than the newest so many lines.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Column, ColumnElement, Connection, Row, Select, and_, func, select

from bot.core.model import Order
from bot.sheets import Hit, Sought, Where
from bot.store.rows import order_of
from bot.store.schema import conversation, message, orders
from bot.store.sql_talks import buyers_conversations

_TALKS: Select[Any] = select(
    conversation.c.channel, conversation.c.id, conversation.c.buyer_id, conversation.c.buyer_name,
    conversation.c.updated_at,
)  # fmt: skip
_HERE = and_(conversation.c.channel == message.c.channel, conversation.c.id == message.c.conversation_id)
_LINES = select(
    message.c.channel, message.c.conversation_id, message.c.text, message.c.at, message.c.seq, conversation.c.buyer_id,
    conversation.c.buyer_name,
).select_from(message.join(conversation, _HERE))  # fmt: skip
_LAST = "\U0010ffff"
_ESCAPE = "\\"


def found(connection: Connection, sought: Sought) -> Sequence[Hit]:
    """By numbers and names, but not on a later page; then by words, the newest line first."""
    numbers = [] if sought.before is not None else [*_numbers(connection, sought)]
    return [*numbers, *_words(connection, sought)]


def _numbers(connection: Connection, sought: Sought) -> Iterator[Hit]:
    by: Sequence[tuple[Where, Column[str]]] = (
        (Where.CONVERSATION, conversation.c.id),
        (Where.BUYER, conversation.c.buyer_id),
        (Where.NAME, conversation.c.buyer_name),
    )
    for where, column in by:
        begins = _TALKS.where(_begins(connection, column, sought.text)).limit(sought.limit)
        yield from (_of_talk(row, where, column.name) for row in connection.execute(begins))
    for where, column in ((Where.ORDER, orders.c.id), (Where.PARCEL, orders.c.tracking_no)):
        begun = select(orders).where(_begins(connection, column, sought.text)).limit(sought.limit)
        yield from _of_orders(connection, where, connection.execute(begun).all())


def _begins(connection: Connection, column: Column[str], text: str) -> ColumnElement[bool]:
    """Byte by byte, as the indexes are ordered: PostgreSQL's own order of texts is another in each language."""
    least, below = ("~>=~", "~<~") if connection.dialect.name == "postgresql" else (">=", "<")
    return and_(column.is_not(None), column.bool_op(least)(text), column.bool_op(below)(text + _LAST))


def _of_talk(row: Row[Any], where: Where, name: str) -> Hit:
    text = str(getattr(row, name))
    return Hit(where, row.channel, row.id, row.buyer_id, text, row.updated_at, row.buyer_name)


def _of_orders(connection: Connection, where: Where, rows: Sequence[Row[Any]]) -> Iterator[Hit]:
    """An order leads to the conversation that it names, else to its buyer's latest; with none it leads nowhere."""
    told = list(_readable(rows))
    talks = buyers_conversations(connection, told)
    for one in told:
        talk, text = talks.get(one.id), one.id if where is Where.ORDER else one.tracking_no or ""
        if talk and talk.buyer_id == one.buyer_id:
            yield Hit(where, talk.channel, talk.id, one.buyer_id, text, one.updated_at, talk.buyer_name)


def _readable(rows: Iterable[Row[Any]]) -> Iterator[Order]:
    for row in rows:
        with suppress(ValidationError):
            yield order_of(row)


def _words(connection: Connection, sought: Sought) -> Iterator[Hit]:
    top = sought.before or (connection.scalar(select(func.max(message.c.seq))) or 0) + 1
    near = and_(message.c.seq < top, message.c.seq >= top - sought.look)
    said = message.c.text.ilike(f"%{_plain(sought.text)}%", escape=_ESCAPE)
    lines = _LINES.where(near, said, message.c.at >= sought.since, message.c.recalled.is_(False))
    for row in connection.execute(lines.order_by(message.c.seq.desc()).limit(sought.limit)):
        yield Hit(
            Where.WORDS, row.channel, row.conversation_id, row.buyer_id, row.text, row.at, row.buyer_name, row.seq
        )


def _plain(text: str) -> str:
    """Without the meaning that signs have in a pattern."""
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return text
