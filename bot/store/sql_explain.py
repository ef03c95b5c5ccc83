"""The whole story of one message, from what was stored.

In: a connection inside one snapshot and an id. Out: plain JSON values. Never: a guess.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.store.schema import message, nudge, outbox, turn

Story = Mapping[str, object]
_COMMAND = ("id", "channel", "type", "conversation_id", "purpose", "by_bot", "order_id", "data")
_SENDING = ("state", "tries", "error", "created_at", "deadline", "sent_at")
_MESSAGE = ("id", "conversation_id", "author", "kind", "text", "at", "source", "recalled")
_LINE = ("order_id", "step", "purpose", "due_at", "at", "state", "reason")
_TURN = ("id", "conversation_id", "at", "decision", "reason", "command_ids", "story")


def explain(connection: Connection, sent_id: str) -> Story | None:
    """By a command's id, or by the id of a message received or sent; the newest where channels use one id twice."""
    command = connection.execute(select(outbox).where(outbox.c.id == sent_id)).first()
    if command is not None:
        return _of_command(connection, command)
    latest = select(message).where(message.c.id == sent_id).order_by(message.c.seq.desc()).limit(1)
    line = connection.execute(latest).first()
    return None if line is None else _of_message(connection, line)


def _of_command(connection: Connection, row: Row[Any]) -> Story:
    told = {"command": _plain(row, _COMMAND), **_plain(row, _SENDING), "turn": _turn(connection, row.turn_id)}
    lines = _lines(connection, row.id)
    return {**told, "made": row.made, **({"lines": lines} if lines else {})}


def _lines(connection: Connection, command_id: str) -> Sequence[Story]:
    """The ledger's lines that a message of our own accord carried out."""
    rows = connection.execute(select(nudge).where(nudge.c.command_id == command_id).order_by(nudge.c.order_id))
    return [_plain(row, _LINE) for row in rows]


def _of_message(connection: Connection, row: Row[Any]) -> Story:
    sent = connection.execute(select(outbox).where(outbox.c.id == row.command_id)).first()
    own = {"message": _plain(row, _MESSAGE), "turn": _turn(connection, row.turn_id)}
    return own if sent is None else {**_of_command(connection, sent), **own}


def _turn(connection: Connection, turn_id: str | None) -> Story | None:
    row = connection.execute(select(turn).where(turn.c.id == turn_id)).first()
    return None if row is None else _plain(row, _TURN)


def _plain(row: Row[Any], names: tuple[str, ...]) -> dict[str, object]:
    found = ((name, getattr(row, name)) for name in names)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found}
