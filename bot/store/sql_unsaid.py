"""Replies that came too late: taken out of the outbox and put back into the inbox, to be decided anew.

In: a connection inside a transaction. Out: an event, and later the messages that it is about. Never: a reply that may
have arrived, for then another would be the second.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update

from bot.core.model import Conversation, Kind, Message, Sender
from bot.ports import UNSAID, Event, Purpose, Unsaid
from bot.store.rows import CONVERSATION
from bot.store.schema import lane, message, outbox, turn
from bot.store.sql_inbox import accept

_AGAIN = timedelta(seconds=0.2)
ANSWERS = frozenset({Purpose.REPLY.value, Purpose.HANDOFF.value})


def unsaid(connection: Connection, head: Row[Any], now: datetime) -> None:
    """The head of a lane with all replies behind it that were never tried: answered together, in their order. While the
    conversation is being thought about they wait: what is decided there without them would overtake them."""
    if not _at_rest(connection, head.lane, now):
        connection.execute(update(outbox).where(outbox.c.seq == head.seq).values(due_at=now + _AGAIN))
        return
    behind = and_(outbox.c.seq > head.seq, outbox.c.state == "pending", outbox.c.tries == 0, outbox.c.by_bot)
    here = and_(outbox.c.lane == head.lane, outbox.c.due_at.is_not(None), outbox.c.purpose.in_(sorted(ANSWERS)))
    gone = update(outbox).where(or_(outbox.c.seq == head.seq, and_(here, behind)))
    out = gone.values(state="unsaid", error="deadline", due_at=None, token=None)
    rows = connection.execute(out.returning(outbox.c.seq, outbox.c.data, outbox.c.turn_id)).all()
    told = sorted(rows, key=lambda row: row.seq)
    body = {
        "conversation_id": head.conversation_id,
        "messages": [one for row in told for one in row.data.get("in_reply_to", ())],
        "turns": [row.turn_id for row in told],
    }
    event = Event(head.channel, f"unsaid:{head.id}", UNSAID, head.lane, body, now, now)
    accept(connection, [event], longest=timedelta(0))


def _at_rest(connection: Connection, name: str, now: datetime) -> bool:
    """Whether nobody works on a lane; then nobody begins to before this transaction ends."""
    mine = lane.c.id == name
    free = or_(lane.c.token.is_(None), lane.c.lease_until <= now)
    locked = select(lane.c.id).where(mine, free).with_for_update(skip_locked=True)
    return bool(connection.scalar(locked)) or not connection.scalar(select(lane.c.id).where(mine))


def read_unsaid(
    connection: Connection, events: Mapping[str, Sequence[Event]], talks: Mapping[str, Conversation]
) -> Mapping[str, tuple[Unsaid, ...]]:
    """By lane, what such events are about."""
    told = {name: [event for event in some if event.type == UNSAID] for name, some in events.items()}
    return {
        name: tuple(_about(connection, event, talks[name]) for event in some)
        for name, some in told.items()
        if some and name in talks
    }


def _about(connection: Connection, event: Event, talk: Conversation) -> Unsaid:
    ids, turns = event.body.get("messages"), event.body.get("turns")
    messages = _messages(connection, talk, ids if isinstance(ids, list) else [])
    return Unsaid(messages, _before(connection, talk, turns if isinstance(turns, list) else []))


def _messages(connection: Connection, talk: Conversation, ids: Sequence[str]) -> tuple[Message, ...]:
    """As the transcript has them; what was taken back is not answered."""
    mine = and_(message.c.channel == talk.channel, message.c.conversation_id == talk.id, message.c.id.in_(ids))
    found = select(message).where(mine, message.c.recalled.is_(False)).order_by(message.c.seq)
    rows = connection.execute(found) if ids else ()
    return tuple(
        Message(row.id, talk.id, talk.buyer_id, Sender.BUYER, Kind(row.kind), row.at, text=row.text) for row in rows
    )


def _before(connection: Connection, talk: Conversation, turns: Sequence[str]) -> Conversation | None:
    """How the conversation stood before these turns, if nothing but they has happened to it since."""
    found = select(turn.c.before).where(turn.c.id.in_(turns), turn.c.before.is_not(None))
    stood = [CONVERSATION.validate_json(body) for body in connection.scalars(found)]
    first = min(stood, key=lambda one: one.version, default=None)
    return first if first and talk.version == first.version + len(turns) else None
