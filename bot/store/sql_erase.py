"""A buyer forgotten: all words, names, phones and addresses out of every table, what waits cancelled.

In: a connection inside a transaction and a buyer's id. Out: how many rows of each table were emptied. Never: an id or a
state lost that keeps a thing from being taken up or sent a second time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, Text, and_, case, cast, delete, func, or_, select, update

from bot.core.model import Conversation, Holder
from bot.core.notebooks import CommitmentState
from bot.records import Claim, NudgeState
from bot.store import sql_inbox
from bot.store.manners import manners
from bot.store.rows import conversation_values
from bot.store.schema import (
    buyer,
    commitment,
    conversation,
    handover_line,
    inbox,
    issue,
    journal,
    lane,
    message,
    nudge,
    orders,
    outbox,
    picture,
    turn,
)
from bot.store.sql_guests import leave
from bot.store.sql_letters import LETTERS
from bot.store.sql_people import OPEN
from bot.store.sql_pictures import sent_by
from bot.store.sql_traces import Traces

Counts = Mapping[str, int]
Condition = ColumnElement[bool]
ERASED = "erased"
_NOTHING: Mapping[str, object] = {}
_WORDS = ("note",)
_PRIVATE = ("receiver", "memo")
_WAITS = outbox.c.due_at.is_not(None)


def traces(connection: Connection, one: str) -> Counts:
    """What `erase` would empty now."""
    return _counted(connection, Traces.of(connection, one))


def erase(connection: Connection, one: str, now: datetime) -> Counts:
    """First nobody works on anything of the buyer's any more, then everything is emptied."""
    manners(connection).unhurried(connection)
    _hold(connection, Traces.of(connection, one).lanes)
    theirs = select(orders.c.id).where(orders.c.buyer_id == one).order_by(orders.c.id)
    connection.execute(theirs.with_for_update())  # nothing more is settled about them
    found = Traces.of(connection, one)
    counts = _counted(connection, found)
    connection.execute(update(inbox).where(found.events(), inbox.c.done_at.is_(None)).values(done_at=now))
    sql_inbox.free(connection, [Claim(each, "") for each in found.lanes], now)
    for row in _talks(connection, one):
        _close(connection, row, now)
    _cancel(connection, found)
    _owe_nothing(connection, found, now)
    for table, condition in _full(found):
        connection.execute(update(table).where(condition).values(_EMPTY[table.name]))
    for seq, data in _noted(connection, found):
        connection.execute(update(journal).where(journal.c.seq == seq).values(data=data))
    for order_id, body in _told_orders(connection, one):
        connection.execute(update(orders).where(orders.c.id == order_id).values(body=body))
    leave(connection, found, now)
    connection.execute(delete(picture).where(sent_by(found)))
    connection.execute(delete(buyer).where(buyer.c.id == one))
    return counts


def _hold(connection: Connection, lanes: Sequence[str]) -> None:
    """Whoever saves there waits until this transaction ends, and then finds the lease gone."""
    connection.execute(select(lane.c.id).where(lane.c.id.in_(lanes)).order_by(lane.c.id).with_for_update())


def _counted(connection: Connection, found: Traces) -> Counts:
    counts = dict.fromkeys((buyer.name, conversation.name, orders.name, journal.name, picture.name, *_EMPTY), 0)
    for table, condition in _full(found):
        counts[table.name] += _count(connection, table, condition)
    counts[buyer.name] = _count(connection, buyer, buyer.c.id == found.buyer_id)
    counts[conversation.name] = sum(1 for _ in _talks(connection, found.buyer_id))
    counts[picture.name] = _count(connection, picture, sent_by(found))
    counts[journal.name] = sum(1 for _ in _noted(connection, found))
    counts[orders.name] = sum(1 for _ in _told_orders(connection, found.buyer_id))
    return counts


def _count(connection: Connection, table: Table, condition: Condition) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(condition)) or 0


#: What is left of a row's words.
_EMPTY: Mapping[str, Mapping[str, Any]] = {
    inbox.name: {"body": _NOTHING},
    message.name: {"text": ""},
    outbox.name: {"data": _NOTHING, "made": None},
    turn.name: {"story": _NOTHING, "before": None, "given": None},
    commitment.name: {"text": ""},
    handover_line.name: {"text": ""},
    issue.name: {"text": "", "buyer_id": None},
}


def _full(found: Traces) -> Iterator[tuple[Table, Condition]]:
    """Rows of the buyer's in which there is still something to read."""
    yield inbox, and_(found.events(), _says(inbox.c.body))
    for line in (*found.lines(), *found.elsewhere()):
        yield message, and_(line, message.c.text != "")
    yield outbox, and_(_commands(found), _says(outbox.c.data))
    for answers in (*found.turns(), *found.others_turns()):
        yield turn, and_(answers, or_(_says(turn.c.story), turn.c.before.is_not(None)))
    yield commitment, and_(found.owed(), commitment.c.text != "")
    yield handover_line, and_(found.handed(), handover_line.c.text != "")
    yield issue, and_(found.issues(), or_(issue.c.text != "", issue.c.buyer_id.is_not(None)))


def _commands(found: Traces) -> Condition:
    """What was said to the buyer elsewhere, too."""
    return or_(found.commands(), outbox.c.turn_id.in_(found.guest_turns))


def _says(body: ColumnElement[Any]) -> Condition:
    return cast(body, Text) != json.dumps(_NOTHING)


def _talks(connection: Connection, one: str) -> Iterator[Row[Any]]:
    """Conversations that remember anything."""
    for row in connection.execute(select(conversation).where(conversation.c.buyer_id == one)).all():
        if row.body != conversation_values(_blank(row), row.version, row.updated_at)["body"]:
            yield row


def _blank(row: Row[Any]) -> Conversation:
    """Who holds it stays, but nobody waits for people any more."""
    holder = Holder(row.holder)
    return Conversation(row.id, row.channel, row.buyer_id, Holder.CLOSED if holder is Holder.QUEUED else holder)


def _close(connection: Connection, row: Row[Any], now: datetime) -> None:
    """A version further, so that no turn under way brings its words back."""
    here = and_(conversation.c.channel == row.channel, conversation.c.id == row.id)
    connection.execute(update(conversation).where(here).values(conversation_values(_blank(row), row.version + 1, now)))


def _cancel(connection: Connection, found: Traces) -> None:
    """What waits is not sent, what did not arrive is nobody's task any more."""
    letter = outbox.c.state.in_(LETTERS)
    end = {"state": case((_WAITS, "cancelled"), else_="dropped"), "error": ERASED, "due_at": None, "token": None}
    connection.execute(update(outbox).where(_commands(found), or_(_WAITS, letter)).values(end))
    settled = (NudgeState.SENT.value, NudgeState.HELD_OUT.value, NudgeState.CANCELLED.value)
    lines = update(nudge).where(found.nudges(), nudge.c.state.not_in(settled))
    connection.execute(lines.values(state=NudgeState.CANCELLED.value, reason=ERASED))


def _owe_nothing(connection: Connection, found: Traces, now: datetime) -> None:
    """What was promised is dropped, and nobody has to acknowledge it any more."""
    owed = update(commitment).where(found.owed(), OPEN)
    connection.execute(owed.values(state=CommitmentState.DROPPED.value, settled_by=ERASED, settled_at=now))
    lines = update(handover_line).where(found.handed(), handover_line.c.acknowledged_at.is_(None))
    connection.execute(lines.values(acknowledged_by=ERASED, acknowledged_at=now))


def _noted(connection: Connection, found: Traces) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Lines of the journal with an agent's words, and what they tell without them."""
    for told in found.told_of():
        for row in connection.execute(select(journal.c.seq, journal.c.data).where(told)).all():
            if any(row.data.get(name) for name in _WORDS):
                yield row.seq, row.data | {name: "" for name in _WORDS if name in row.data}


def _told_orders(connection: Connection, one: str) -> Iterator[tuple[str, str]]:
    """Orders that say to whom they go, and what they are without that."""
    for row in connection.execute(select(orders.c.id, orders.c.body).where(orders.c.buyer_id == one)).all():
        body = json.loads(row.body)
        if any(body.get(name) for name in _PRIVATE):
            yield row.id, json.dumps(body | dict.fromkeys(_PRIVATE), ensure_ascii=False, separators=(",", ":"))
