"""The last lines of a conversation, each with the turn that read or said it.

In: a connection inside one snapshot. Out: lines and turns, in one statement. Never: a turn that was erased.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, select

from bot.core.model import Conversation
from bot.records import TurnRecord
from bot.sheets import Traced
from bot.store.rows import CONVERSATION, spoken_of
from bot.store.schema import message, turn

_TURN = (turn.c.id.label("of_turn"), turn.c.at.label("turned_at"), turn.c.decision, turn.c.reason,
         turn.c.command_ids, turn.c.story, turn.c.before)  # fmt: skip
_LINES = select(message, *_TURN).select_from(message.outerjoin(turn, turn.c.id == message.c.turn_id))


def traced(connection: Connection, channel: str, one: str, last: int) -> Sequence[Traced]:
    """The last so many lines, oldest first."""
    here = _LINES.where(message.c.channel == channel, message.c.conversation_id == one)
    rows = connection.execute(here.order_by(message.c.seq.desc()).limit(last)).all()
    turns = {row.of_turn: _turn(row) for row in rows if row.of_turn and row.story}
    return [Traced(spoken_of(row), turns.get(row.of_turn)) for row in reversed(rows)]


def _turn(row: Row[Any]) -> TurnRecord:
    return TurnRecord(
        row.of_turn, row.conversation_id, row.turned_at, row.decision, row.reason, tuple(row.command_ids), row.story,
        before_of(row.before),
    )  # fmt: skip


def before_of(body: str | None) -> Conversation | None:
    """None, too, where only a newer version can read it."""
    with suppress(ValidationError):
        return CONVERSATION.validate_json(body) if body else None
    return None
