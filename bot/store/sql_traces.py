"""Where a buyer has left traces, table by table.

In: a connection inside a transaction and a buyer's id. Out: conditions on rows. Never: a row of another buyer's
conversation, but for the words that this one wrote there.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select, tuple_

from bot.store.schema import (
    commitment,
    conversation,
    handover_line,
    inbox,
    issue,
    journal,
    message,
    nudge,
    orders,
    outbox,
    turn,
)
from bot.store.sql_talks import Place

Condition = ColumnElement[bool]
_EVENTS = select(inbox.c.channel, inbox.c.type, inbox.c.lane, inbox.c.body)
_MESSAGE = "message.created"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Traces:
    """`places` are the buyer's conversations, `told` the messages (channel, conversation, id) written in others';
    `lanes` are where events about the buyer were or are worked on, `turn_ids` the turns of the conversations, and
    `guest_turns` those that answered the buyer in others'."""

    buyer_id: str
    places: tuple[Place, ...]
    order_ids: tuple[str, ...]
    lanes: tuple[str, ...] = ()
    told: tuple[tuple[str, str, str], ...] = ()
    turn_ids: tuple[str, ...] = ()
    guest_turns: tuple[str, ...] = ()

    @classmethod
    def of(cls, connection: Connection, one: str) -> Self:
        """The events are gone through whole: nothing else says who wrote in whose conversation."""
        talks = select(conversation.c.channel, conversation.c.id).where(conversation.c.buyer_id == one)
        bought = select(orders.c.id).where(orders.c.buyer_id == one)
        places = tuple((row.channel, row.id) for row in connection.execute(talks))
        plain = cls(one, places, tuple(connection.scalars(bought)))
        rows = connection.execute(_EVENTS.where(_about(one))).all()
        lanes = {*plain.own, *(row.lane for row in rows)}
        told = {_message(row) for row in rows if row.type == _MESSAGE and row.lane not in plain.own}
        found = replace(plain, lanes=tuple(sorted(lanes)), told=tuple(sorted(told)))
        mine, guest = _turns(connection, found), _answering(connection, found.elsewhere())
        return replace(found, turn_ids=tuple(sorted(mine)), guest_turns=tuple(sorted(guest - mine)))

    @property
    def own(self) -> set[str]:
        """Lanes in which everything is about this buyer."""
        talks = {f"c:{channel}:{one}" for channel, one in self.places}
        return {f"b:{self.buyer_id}", *talks, *(f"o:{one}" for one in self.order_ids)}

    def events(self) -> Condition:
        return or_(inbox.c.lane.in_(sorted(self.own)), _about(self.buyer_id))

    def lines(self) -> Sequence[Condition]:
        """A condition a conversation, so that each is found through the index."""
        return [and_(message.c.channel == channel, message.c.conversation_id == one) for channel, one in self.places]

    def elsewhere(self) -> Sequence[Condition]:
        """A condition a message in others' conversations."""
        return [
            and_(message.c.channel == channel, message.c.conversation_id == talk, message.c.id == one)
            for channel, talk, one in self.told
        ]

    def commands(self) -> Condition:
        mine = and_(conversation.c.channel == outbox.c.channel, conversation.c.id == outbox.c.conversation_id)
        here = exists().where(mine, conversation.c.buyer_id == self.buyer_id)
        owner = outbox.c.data["buyer_id"].as_string() == self.buyer_id
        return or_(here, outbox.c.order_id.in_(self.order_ids), owner)

    def turns(self) -> Sequence[Condition]:
        return _some(self.turn_ids)

    def others_turns(self) -> Sequence[Condition]:
        """Turns that answered the buyer in others' conversations."""
        return _some(self.guest_turns)

    def issues(self) -> Condition:
        """Filed of the buyer, or of the buyer's conversations and orders."""
        here = tuple_(issue.c.channel, issue.c.conversation_id).in_(self.places)
        return or_(issue.c.buyer_id == self.buyer_id, here, issue.c.order_id.in_(self.order_ids))

    def nudges(self) -> Condition:
        return nudge.c.order_id.in_(self.order_ids)

    def owed(self) -> Condition:
        return commitment.c.buyer_id == self.buyer_id

    def handed(self) -> Condition:
        """Lines of hand-over logs."""
        return handover_line.c.buyer_id == self.buyer_id

    def told_of(self) -> Sequence[Condition]:
        """A condition a conversation of what the journal tells of it."""
        return [and_(journal.c.channel == channel, journal.c.conversation_id == one) for channel, one in self.places]


def _some(ids: Sequence[str]) -> Sequence[Condition]:
    """A statement binds only so many values."""
    return [turn.c.id.in_(ids[at : at + _AT_ONCE]) for at in range(0, len(ids), _AT_ONCE)]


def _about(one: str) -> Condition:
    """Events that name the buyer as the writer of a message, or as whom an order or a tag belongs to."""
    writer, owner = inbox.c.body[("buyer", "id")].as_string(), inbox.c.body["buyer_id"].as_string()
    return or_(writer == one, owner == one)


def _message(row: Row[Any, Any, Any, Any]) -> tuple[str, str, str]:
    return row.channel, str(row.body.get("conversation_id")), str(row.body.get("id"))


def _turns(connection: Connection, found: Traces) -> set[str]:
    """Turns know their conversation without its channel: what they began from says whose it was."""
    ids = sorted({one for _, one in found.places})
    rows = connection.execute(select(turn.c.id, turn.c.before).where(turn.c.conversation_id.in_(ids)))
    mine = {row.id for row in rows if row.before and json.loads(row.before).get("buyer_id") == found.buyer_id}
    return mine | _answering(connection, found.lines())


def _answering(connection: Connection, lines: Sequence[Condition]) -> set[str]:
    """The turns that lines were heard or said in."""
    asked = (select(message.c.turn_id).where(line, message.c.turn_id.is_not(None)).distinct() for line in lines)
    return {one for each in asked for one in connection.scalars(each) if one}
