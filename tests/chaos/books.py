"""What the database says at the end of a run.

In: a database URL. Out: `Kept`. Never: a write.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from bot.store.engine import open_engines, read
from bot.store.schema import conversation, inbox, lane, message, metadata, nudge, outbox, turn
from tests.chaos.records import CommandRow, EventRow, Kept, NudgeRow, TurnRow

QUIET_PATIENCE = 180.0
LOOK_SECONDS = 0.3


class Books:
    """One database, read as often as asked."""

    def __init__(self, url: str) -> None:
        self._engines = open_engines(url)

    def close(self) -> None:
        self._engines.dispose()

    def left(self) -> dict[str, int]:
        """How much waits for anything; all nothing is quiet."""
        return read(self._engines.read, _left)

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return read(self._engines.read, _rows)

    def kept(self) -> Kept:
        return read(self._engines.read, _kept)


async def quiet(books: Books, is_silent: Callable[[], bool]) -> None:
    """Until nothing waits any more; past the bound the judge finds what is left."""
    for _ in range(int(QUIET_PATIENCE / LOOK_SECONDS)):
        if is_silent() and not any((await asyncio.to_thread(books.left)).values()):
            return
        await asyncio.sleep(LOOK_SECONDS)


def _left(connection: Connection) -> dict[str, int]:
    waiting = {
        "events": inbox.c.done_at.is_(None),
        "lanes": or_(lane.c.ready_at.is_not(None), lane.c.token.is_not(None), lane.c.first_at.is_not(None)),
        "commands": or_(outbox.c.due_at.is_not(None), outbox.c.token.is_not(None)),
        "unseen": outbox.c.state.in_(("dead", "expired")),
        "nudges": nudge.c.state.in_(("planned", "sending")),
    }
    return {name: int(connection.scalar(select(func.count()).where(what)) or 0) for name, what in waiting.items()}


def _rows(connection: Connection) -> dict[str, int]:
    counts = ((name, select(func.count()).select_from(table)) for name, table in metadata.tables.items())
    return {name: int(connection.scalar(count) or 0) for name, count in counts}


def _kept(connection: Connection) -> Kept:
    return Kept(
        events=[_event(row) for row in connection.execute(select(inbox).order_by(inbox.c.seq))],
        lines={(row.conversation_id, row.id): row.author for row in connection.execute(select(message))},
        turns=[_turn(row) for row in connection.execute(select(turn).order_by(turn.c.at))],
        commands=[_command(row) for row in connection.execute(select(outbox).order_by(outbox.c.seq))],
        nudges=[_nudge(row) for row in connection.execute(select(nudge))],
        holders={row.id: row.holder for row in connection.execute(select(conversation))},
        left=_left(connection),
    )


def _event(row: Row[Any]) -> EventRow:
    done: datetime | None = row.done_at
    return EventRow(row.event_id, row.lane, row.seq, done.timestamp() if done else None)


def _turn(row: Row[Any]) -> TurnRow:
    messages = tuple(str(one["id"]) for one in row.story["messages"])
    return TurnRow(row.id, row.conversation_id, row.decision, tuple(row.command_ids), messages)


def _command(row: Row[Any]) -> CommandRow:
    return CommandRow(
        row.id, row.conversation_id, row.type, row.purpose, row.state, row.error or "", row.unsure, row.tries,
        row.order_id, tuple(row.data.get("in_reply_to", ())), _wait(row.data),
    )  # fmt: skip


def _wait(data: Mapping[str, object]) -> tuple[str, ...]:
    """Since when who waits for whom and why; nothing where nobody does."""
    names = ("waiting_since", "group", "reason", "summary")
    return tuple(str(data.get(name)) for name in names) if data.get("waiting_since") else ()


def _nudge(row: Row[Any]) -> NudgeRow:
    return NudgeRow(row.order_id, row.step, row.state, row.reason, row.command_id)
