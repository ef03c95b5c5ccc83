"""Rows into values and back.

In: rows and the values of `core.model` and `records`. Out: the other one. Never: SQL.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.core.buyer import Buyer
from bot.core.model import AgentState, Conversation, Holder, Item, Message, Order, Presence, Sender
from bot.core.rounds import RESERVED, SELLER
from bot.records import Command, Event, Nudge, NudgeState, Purpose, Spoken, TurnRecord

Values = dict[str, Any]
AnyRow = Row[Any]
ORDER = TypeAdapter(Order)
ITEM = TypeAdapter(Item)
CONVERSATION = TypeAdapter(Conversation)
BUYER = TypeAdapter(Buyer)
_KEPT = 256  # items
BOT = "bot"
RECALLED = "recalled"


def take(source: object, *names: str) -> Values:
    """The named fields, enumerations as their words."""
    found = ((name, getattr(source, name)) for name in names)
    return {name: value.value if isinstance(value, Enum) else value for name, value in found}


def event_values(event: Event) -> Values:
    plain = take(event, "channel", "type", "lane", "received_at", "ready_at", "trace")
    return plain | {"event_id": event.id, "body": dict(event.body)}


def event_of(row: AnyRow) -> Event:
    return Event(
        channel=row.channel,
        id=row.event_id,
        type=row.type,
        lane=row.lane,
        body=row.body,
        received_at=row.received_at,
        ready_at=row.ready_at,
        seq=row.seq,
        trace=row.trace,
    )


def order_values(order: Order) -> Values:
    plain = take(order, "id", "buyer_id", "status", "created_at", "updated_at", "tracking_no")
    return plain | {"body": ORDER.dump_json(order).decode()}


def order_of(row: AnyRow) -> Order:
    return ORDER.validate_json(row.body)


def item_values(item: Item) -> Values:
    return {"id": item.id, "updated_at": item.updated_at, "body": ITEM.dump_json(item).decode()}


def item_of(row: AnyRow) -> Item:
    return _item(row.body)


@lru_cache(_KEPT)
def _item(body: str) -> Item:
    """Nearly every turn reads the same few items."""
    return ITEM.validate_json(body)


def presence_values(presence: Presence) -> Values:
    return take(presence, "agent_id", "state", "since", "passed", "spoke_at")


def presence_of(row: AnyRow) -> Presence:
    return Presence(row.agent_id, AgentState(row.state), row.since, row.passed, row.spoke_at)


def conversation_values(one: Conversation, version: int, now: datetime) -> Values:
    """`version` is the one to be stored; the row's own column is the truth of it."""
    queued = one.holder is Holder.QUEUED
    return take(
        one, "channel", "id", "buyer_id", "holder", "announced", "agent_id", "look_at", "urgency", "buyer_name"
    ) | {
        "version": version,
        "team": one.group,
        "queued_since": (one.waiting_since or now) if queued else None,
        "waiting_since": one.waiting_since,
        "updated_at": now,
        "body": CONVERSATION.dump_json(one, exclude={"version"}).decode(),
    }


def conversation_of(version: int, body: str) -> Conversation:
    return replace(CONVERSATION.validate_json(body), version=version)


def buyer_values(one: Buyer, now: datetime) -> Values:
    """The row's own version is the truth of it."""
    body = BUYER.dump_json(one, exclude={"version"}).decode()
    agreed_at = one.consent.at if one.consent and one.wants_offers else None
    return {"id": one.id, "version": one.version, "updated_at": now, "agreed_at": agreed_at, "body": body}


def buyer_of(row: AnyRow) -> Buyer:
    return replace(BUYER.validate_json(row.body), version=row.version)


def message_values(channel: str, message: Message, turn_id: str | None) -> Values:
    return take(message, "id", "conversation_id", "kind", "text") | {
        "channel": channel,
        "author": agent_named(message.agent_id) if message.sender is Sender.SELLER else message.sender.value,
        "at": message.sent_at,
        "recalled": False,
        "turn_id": turn_id,
    }


def agent_named(one: str | None) -> str:
    """An agent as the author of a line; nobody speaks for the buyer or the bot by calling himself so."""
    return SELLER if not one or one in RESERVED else one


def spoken_values(command: Command, turn_id: str | None, now: datetime) -> Values:
    """The transcript's line of a message that was really sent."""
    author = command.data.get("author")
    agent = isinstance(author, Mapping) and author.get("kind") != BOT
    return {
        "channel": command.channel,
        "conversation_id": command.conversation_id,
        "id": str(command.data.get("id") or command.id),
        "author": agent_named(str(author["id"])) if agent and isinstance(author, Mapping) else BOT,
        "kind": str(command.data.get("kind", "text")),
        "text": str(command.data.get("text", "")),
        "at": now,
        "source": command.data.get("source"),
        "recalled": False,
        "turn_id": turn_id,
        "command_id": command.id,
        "purpose": command.purpose.value,
    }


def spoken_of(row: AnyRow) -> Spoken:
    """What was taken back is not shown again."""
    kind, text = (RECALLED, "") if row.recalled else (row.kind, row.text)
    return Spoken(row.seq, row.id, row.author, kind, text, row.at, row.source, row.purpose)


_COMMAND = ("id", "channel", "type", "lane", "conversation_id", "by_bot", "created_at", "deadline", "order_id",
            "asked_at", "trace", "while_status", "made")  # fmt: skip


def command_values(command: Command, turn_id: str | None) -> Values:
    waiting = {"state": "pending", "tries": 0, "due_at": command.created_at, "turn_id": turn_id}
    return take(command, *_COMMAND, "purpose") | waiting | {"data": dict(command.data)}


def command_of(row: AnyRow) -> Command:
    return Command(**take(row, *_COMMAND), data=row.data, purpose=Purpose(row.purpose))


def nudge_values(nudge: Nudge) -> Values:
    return take(nudge, "order_id", "step", "due_at", "state", "reason", "command_id", "buyer_id", "purpose", "at")


def nudge_of(row: AnyRow) -> Nudge:
    state, purpose = NudgeState(row.state), Purpose(row.purpose)
    return Nudge(
        row.order_id, row.step, row.due_at, state, row.reason, row.command_id, row.buyer_id, purpose, row.at
    )  # fmt: skip


def turn_values(turn: TurnRecord) -> Values:
    plain = take(turn, "id", "conversation_id", "at", "decision", "reason", "version", "given")
    before = CONVERSATION.dump_json(turn.before).decode() if turn.before else None
    return plain | {"command_ids": list(turn.command_ids), "story": dict(turn.story), "before": before}
