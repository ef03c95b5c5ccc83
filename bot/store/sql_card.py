"""All that an agent is shown of a buyer, in one snapshot.

In: a connection and a buyer's id. Out: a `Sheet`, its lists cut. Never: a look beyond the buyer's own rows and, of what
was said, beyond the newest few conversations.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Text, and_, bindparam, func, literal_column, select

from bot.core.model import Item, Kind
from bot.core.notebooks import Commitment, Happening, Issue
from bot.sheets import PastTalk, Sheet
from bot.store.note_rows import commitment_of, issue_of
from bot.store.rows import conversation_of, item_of, order_of, spoken_of
from bot.store.schema import commitment, conversation, issue, items, journal, message, orders, turn
from bot.store.sql_buyers import file_of
from bot.store.sql_people import OPEN

T = TypeVar("T")
_ORDERS, _TALKS, _CARDS, _ITEMS, _OWED, _ISSUES = 5, 11, 40, 5, 50, 10
_MINE = bindparam("buyer", type_=Text)
_RECENT = select(conversation).where(conversation.c.buyer_id == _MINE)
_RECENT = _RECENT.order_by(conversation.c.updated_at.desc(), conversation.c.id).limit(_TALKS)
_LATEST = _RECENT.subquery("latest")
_THERE = and_(message.c.channel == _LATEST.c.channel, message.c.conversation_id == _LATEST.c.id)
_LAST = select(func.max(message.c.seq)).where(_THERE).correlate(_LATEST).scalar_subquery()
_TOLD = (message.c.seq, message.c.id, message.c.author, message.c.kind, message.c.text, message.c.at, message.c.source,
         message.c.recalled, message.c.purpose)  # fmt: skip
_PAST = select(
    _LATEST.c.channel.label("of_channel"), _LATEST.c.id.label("of_id"), _LATEST.c.version, _LATEST.c.body,
    _LATEST.c.updated_at, *_TOLD,
).select_from(_LATEST.outerjoin(message, message.c.seq == _LAST))  # fmt: skip
_PAST = _PAST.order_by(_LATEST.c.updated_at.desc(), _LATEST.c.id)
_SENT = select(message.c.id, message.c.seq, turn.c.story).select_from(
    _LATEST.join(message, _THERE).join(turn, turn.c.id == message.c.turn_id)
)
_SENT = _SENT.where(message.c.kind == Kind.ITEM_CARD.value).order_by(message.c.seq.desc()).limit(_CARDS)
_BOUGHT = select(orders).where(orders.c.buyer_id == _MINE).order_by(orders.c.created_at.desc(), orders.c.id)
_COUNT = select(func.count()).select_from(orders).where(orders.c.buyer_id == _MINE)
_OWING = select(commitment).where(commitment.c.buyer_id == _MINE, OPEN)
_OWING = _OWING.order_by(commitment.c.due_at.is_(None), commitment.c.due_at, commitment.c.id).limit(_OWED)
_TROUBLES = select(issue).where(issue.c.buyer_id == _MINE).order_by(issue.c.at.desc(), issue.c.id).limit(_ISSUES)
_IDS = select(conversation.c.id).where(conversation.c.buyer_id == _MINE)
_CALLED = journal.c.kind == literal_column(f"'{Happening.QUEUED.value}'")
_HANDED = select(func.count()).select_from(journal).where(
    journal.c.conversation_id.in_(_IDS), journal.c.buyer_id == _MINE, _CALLED
)  # fmt: skip


def sheet(connection: Connection, one: str) -> Sheet:
    """Rows that only a newer version can read are left out."""
    mine = {"buyer": one}
    return Sheet(
        file=file_of(connection, one),
        orders=tuple(_read(order_of, connection.execute(_BOUGHT.limit(_ORDERS), mine))),
        orders_count=connection.scalar(_COUNT, mine) or 0,
        items=tuple(_items(connection, mine)),
        talks=tuple(_read(_past, connection.execute(_PAST, mine))),
        owed=tuple(_owed(connection, mine)),
        issues=tuple(_issues(connection, mine)),
        hand_offs=connection.scalar(_HANDED, mine) or 0,
    )


def _read(of: Callable[[Row[Any]], T], rows: Iterable[Row[Any]]) -> Iterator[T]:
    for row in rows:
        with suppress(ValidationError):
            yield of(row)


def _past(row: Row[Any]) -> PastTalk:
    return PastTalk(conversation_of(row.version, row.body), row.updated_at, spoken_of(row) if row.id else None)


def _owed(connection: Connection, mine: Mapping[str, str]) -> Sequence[Commitment]:
    return [commitment_of(row) for row in connection.execute(_OWING, mine)]


def _issues(connection: Connection, mine: Mapping[str, str]) -> Sequence[Issue]:
    return [issue_of(row) for row in connection.execute(_TROUBLES, mine)]


def _items(connection: Connection, mine: Mapping[str, str]) -> Iterator[Item]:
    """Those whose cards came, the newest card first. The transcript has no cards; the turns that read them have."""
    cards = (_item_of(row.id, row.story) for row in connection.execute(_SENT, mine))
    ids = list(dict.fromkeys(one for one in cards if one))[:_ITEMS]
    rows = connection.execute(select(items).where(items.c.id.in_(ids))) if ids else ()
    found = {one.id: one for one in _read(item_of, rows)}
    yield from (found[one] for one in ids if one in found)


def _item_of(message_id: str, story: Mapping[str, Any]) -> str | None:
    told = (one for one in story.get("messages") or () if one.get("id") == message_id)
    return next((one.get("item_id") for one in told), None)
