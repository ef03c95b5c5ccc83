"""Replies that came too late: taken out of the outbox and put back into the inbox, to be decided anew.

In: a connection inside a transaction. Out: an event, and later the messages that it is about. Never: a reply that may
have arrived, for then another would be the second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update

from bot.core.model import Conversation, Holder, Kind, Message, Sender
from bot.records import ANSWERS, UNSAID, Event, Unsaid
from bot.store.rows import CONVERSATION
from bot.store.schema import lane, message, outbox, turn
from bot.store.sql_inbox import accept

_AGAIN = timedelta(seconds=0.2)


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
    kept = (outbox.c.seq, outbox.c.data, outbox.c.turn_id, outbox.c.asked_at, outbox.c.created_at)
    told = sorted(connection.execute(out.returning(*kept)).all(), key=lambda row: row.seq)
    body = {
        "conversation_id": head.conversation_id,
        "messages": [one for row in told for one in row.data.get("in_reply_to", ())],
        "turns": [row.turn_id for row in told],
        "asked_at": min(row.asked_at or row.created_at for row in told).isoformat(),
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
    """A conversation that people have closed meanwhile needs no answer any more."""
    ids, turns = _listed(event, "messages"), _listed(event, "turns")
    if talk.holder is Holder.CLOSED:
        return Unsaid(())
    cards = _cards(connection, turns)
    messages = _messages(connection, talk, ids)
    carded = tuple(_carded(one, cards.get(one.id, {})) for one in messages)
    return Unsaid(carded, _before(connection, talk, turns))


def _carded(one: Message, card: Mapping[str, str]) -> Message:
    return replace(one, item_id=card.get("item_id"), order_id=card.get("order_id"), media_url=card.get("media_url"))


def _listed(event: Event, name: str) -> Sequence[str]:
    found = event.body.get(name)
    return found if isinstance(found, list) else []


def _cards(connection: Connection, turns: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """By message, the item, order or picture that it carried; the transcript has only words."""
    stories = connection.scalars(select(turn.c.story).where(turn.c.id.in_(turns)))
    told = [one for story in stories for one in story.get("messages", ())]
    return {one["id"]: one for one in told}


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
