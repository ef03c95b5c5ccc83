"""The tables read by their plain columns, past the store's own code.

In: a SQLite file. Out: values for a story. Never: a write, a body of JSON that only the service can read.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.floor.story import Debt, Line, LogLine, Look, Owing, Story, Talk, Told, Word

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TALK = "SELECT id, version, holder, team, agent_id, waiting_since, urgency FROM conversation WHERE "
_OPEN = " UNION ".join(
    _TALK + which for which in ("queued_since IS NOT NULL", "agent_id IS NOT NULL", "waiting_since IS NOT NULL")
)
_DUE = "SELECT EXISTS (SELECT 1 FROM lane WHERE ready_at <= ?), EXISTS (SELECT 1 FROM outbox WHERE due_at <= ?)"
_LOGS = (
    "SELECT h.id, team, at, live_at, number, kind, conversation_id, commitment_id, acknowledged_at, handed_on,"
    " escalated_at FROM handover h JOIN handover_line l ON l.handover_id = h.id ORDER BY at"
)


def moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def maybe(micros: int | None) -> datetime | None:
    return None if micros is None else moment(micros)


class Peephole:
    """`look` remembers rows that have not changed, so that a month of looks fits into memory."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        self._talks: dict[tuple[object, ...], Talk] = {}
        self._debts: dict[tuple[object, ...], Debt] = {}

    def close(self) -> None:
        self._db.close()

    def look(self, at: datetime, place: tuple[str, int] | None) -> Look:
        before, self._talks = self._talks, {}
        for row in self._db.execute(_OPEN):
            self._talks[row] = before.get(row) or Talk(row[0], row[1], row[2], row[3], row[4], maybe(row[5]), row[6])
        owed, self._debts = self._debts, {}
        for row in self._db.execute("SELECT id, agent_id, team FROM commitment WHERE state = 'open'"):
            self._debts[row] = owed.get(row) or Debt(*row)
        presence = dict(self._db.execute("SELECT agent_id, state FROM presence"))
        talks = {one.id: one for one in self._talks.values()}
        return Look(at, talks, presence, tuple(self._debts.values()), place)

    def due(self, now: datetime) -> tuple[bool, bool]:
        """Whether a lane may be worked on, and whether something waits to be sent."""
        micros = (now - _EPOCH) // timedelta(microseconds=1)
        row = self._db.execute(_DUE, (micros, micros)).fetchone()
        return bool(row[0]), bool(row[1])

    def holds(self, conversation: str) -> tuple[str, bool]:
        """Who holds a conversation, and whether its buyer waits for people."""
        asked = "SELECT holder, waiting_since IS NOT NULL FROM conversation WHERE id = ?"
        row = self._db.execute(asked, (conversation,)).fetchone()
        return (str(row[0]), bool(row[1])) if row else ("", False)

    def unread(self) -> list[tuple[str, int, str]]:
        """Lines of hand-over logs that nobody has acknowledged, and whose group they are for."""
        asked = "SELECT h.id, number, team FROM handover_line l JOIN handover h ON l.handover_id = h.id"
        return list(self._db.execute(f"{asked} WHERE acknowledged_at IS NULL AND handed_on IS NULL"))

    def tell(self, story: Story) -> None:
        """All that stands in the notebooks in the end."""
        journal = self._db.execute("SELECT at, kind, conversation_id, agent_id, data FROM journal ORDER BY seq")
        story.journal = [Line(moment(row[0]), row[1], row[2], row[3], _data(row[4])) for row in journal]
        words = self._db.execute("SELECT id, at, conversation_id, author, text FROM message ORDER BY seq")
        story.words = [Word(row[0], moment(row[1]), row[2], row[3], row[4]) for row in words]
        owing = self._db.execute("SELECT id, state, agent_id, due_at, settled_by, settled_at FROM commitment")
        story.owing = [Owing(row[0], row[1], row[2], maybe(row[3]), row[4], maybe(row[5])) for row in owing]
        story.logs = [_line(row) for row in self._db.execute(_LOGS)]
        heads = self._db.execute("SELECT team, at, made_at FROM handover ORDER BY at")
        story.heads = [(row[0], moment(row[1]), moment(row[2])) for row in heads]
        notices = self._db.execute("SELECT at, kind, data FROM notice ORDER BY at")
        story.notices = [Told(moment(row[0]), row[1], _data(row[2])) for row in notices]


def _line(row: tuple[Any, ...]) -> LogLine:
    log, team, at, live_at, number, kind, conversation, commitment, acknowledged_at, handed_on, escalated_at = row
    return LogLine(
        log, team, moment(at), maybe(live_at), number, kind, conversation, commitment, maybe(acknowledged_at),
        handed_on, maybe(escalated_at),
    )  # fmt: skip


def _data(text: str) -> Mapping[str, object]:
    found = json.loads(text)
    assert isinstance(found, dict)
    return found
