"""The whole story of one message, from what was stored.

In: a connection inside one snapshot and an id. Out: plain JSON values; `damaged`: what of them could not be read, if
anything. Never: a guess.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.store.damage import Damage, legible
from bot.store.schema import message, nudge, outbox, turn

Story = Mapping[str, object]
_COMMAND = ("id", "channel", "type", "conversation_id", "purpose", "by_bot", "order_id")
_SENDING = ("state", "tries", "error", "created_at", "deadline", "sent_at")
_MESSAGE = ("id", "conversation_id", "author", "kind", "text", "at", "source", "recalled")
_LINE = ("order_id", "step", "purpose", "due_at", "at", "state", "reason")
_TURN = ("id", "conversation_id", "at", "decision", "reason")
_OUTBOX, _TURNS = legible(outbox), legible(turn)


def explain(connection: Connection, sent_id: str) -> Story | None:
    """By a command's id, or by the id of a message received or sent; the newest where channels use one id twice."""
    damage = Damage()
    story = _story(connection, sent_id, damage)
    return {**story, "damaged": damage.places} if story and damage.places else story


def _story(connection: Connection, sent_id: str, damage: Damage) -> Story | None:
    command = connection.execute(_OUTBOX.where(outbox.c.id == sent_id)).first()
    if command is not None:
        return _of_command(connection, command, damage)
    latest = select(message).where(message.c.id == sent_id).order_by(message.c.seq.desc()).limit(1)
    line = connection.execute(latest).first()
    return None if line is None else _of_message(connection, line, damage)


def _of_command(connection: Connection, row: Row[Any], damage: Damage) -> Story:
    command = {**_plain(row, _COMMAND), "data": damage.mapping("outbox.data", row.data)}
    told = {"command": command, **_plain(row, _SENDING), "turn": _turn(connection, row.turn_id, damage)}
    lines, made = _lines(connection, row.id), damage.mapping("outbox.made", row.made)
    return {**told, "made": made, **({"lines": lines} if lines else {})}


def _lines(connection: Connection, command_id: str) -> Sequence[Story]:
    """The ledger's lines that a message of our own accord carried out."""
    rows = connection.execute(select(nudge).where(nudge.c.command_id == command_id).order_by(nudge.c.order_id))
    return [_plain(row, _LINE) for row in rows]


def _of_message(connection: Connection, row: Row[Any], damage: Damage) -> Story:
    sent = connection.execute(_OUTBOX.where(outbox.c.id == row.command_id)).first()
    own = {"message": _plain(row, _MESSAGE), "turn": _turn(connection, row.turn_id, damage)}
    return own if sent is None else {**_of_command(connection, sent, damage), **own}


def _turn(connection: Connection, turn_id: str | None, damage: Damage) -> Story | None:
    row = connection.execute(_TURNS.where(turn.c.id == turn_id)).first()
    if row is None:
        return None
    commands = damage.strings("turn.command_ids", row.command_ids)
    return {**_plain(row, _TURN), "command_ids": commands, "story": damage.mapping("turn.story", row.story)}


def _plain(row: Row[Any], names: tuple[str, ...]) -> dict[str, object]:
    found = ((name, getattr(row, name)) for name in names)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found}
