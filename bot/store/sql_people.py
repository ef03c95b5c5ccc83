"""What is people's matter: conversations that wait for them or that they hold, and what they owe.

In: a connection inside a transaction. Out: conversations, commitments, which lines of a log are still about something.
Never: a search through the settled ones.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, literal_column, or_, select

from bot.core.model import Conversation, Holder
from bot.core.notebooks import Commitment, CommitmentState, HandoverLine
from bot.store.note_rows import commitment_of
from bot.store.schema import commitment, conversation
from bot.store.sql_talks import Place, readable

_AT_ONCE = 500  # values that a statement binds
# Written out, not bound: a partial index serves only a condition that the database can read beforehand.
OPEN = commitment.c.state == literal_column(f"'{CommitmentState.OPEN.value}'")
_QUEUED = conversation.c.holder == Holder.QUEUED.value
_WAITS, _THEIRS = conversation.c.waiting_since.is_not(None), conversation.c.agent_id.is_not(None)
_HELD = and_(conversation.c.holder == Holder.HUMAN.value, or_(_WAITS, _THEIRS))
_PLACE = (conversation.c.channel, conversation.c.id)
_TALKS = select(*_PLACE, conversation.c.version, conversation.c.body)


def with_people(connection: Connection) -> Sequence[Conversation]:
    """Queued ones, and those that a human holds in which the buyer waits or that are somebody's."""
    queue = _TALKS.where(conversation.c.queued_since.is_not(None))
    held = (_TALKS.where(which, _HELD) for which in (_WAITS, _THEIRS))
    rows = {(row.channel, row.id): row for some in (queue, *held) for row in connection.execute(some)}
    return list(readable(rows[place] for place in sorted(rows)))


def still_open(connection: Connection, lines: Sequence[HandoverLine]) -> Sequence[HandoverLine]:
    """Without those whose matter is settled. Locked, so that who settles it at this moment comes before or after."""
    found = {(one,) for one in _owed(connection, lines)} | _held(connection, lines)
    return [line for line in lines if line.item in found]


def _owed(connection: Connection, lines: Sequence[HandoverLine]) -> set[str]:
    found = set[str]()
    for some in _portions(line.commitment_id for line in lines):
        rows = select(commitment.c.id).where(OPEN, commitment.c.id.in_(some)).order_by(commitment.c.id)
        found |= set(connection.scalars(rows.with_for_update(read=True)))
    return found


def _held(connection: Connection, lines: Sequence[HandoverLine]) -> set[tuple[str, ...]]:
    found = set[tuple[str, ...]]()
    for some in _portions(line.conversation_id for line in lines if not line.commitment_id):
        rows = select(*_PLACE).where(conversation.c.id.in_(some), or_(_QUEUED, _HELD)).order_by(*_PLACE)
        found |= {(row.channel, row.id) for row in connection.execute(rows.with_for_update(read=True))}
    return found


def sources(
    connection: Connection, lines: Sequence[HandoverLine]
) -> tuple[Mapping[Place, Conversation], Mapping[str, Commitment]]:
    """What lines are about: conversations by place, commitments by id."""
    talks, owed = dict[Place, Conversation](), dict[str, Commitment]()
    for some in _portions(line.conversation_id for line in lines if not line.commitment_id):
        found = readable(connection.execute(_TALKS.where(conversation.c.id.in_(some))))
        talks |= {(one.channel, one.id): one for one in found}
    for some in _portions(line.commitment_id for line in lines):
        rows = connection.execute(select(commitment).where(commitment.c.id.in_(some)))
        owed |= {row.id: commitment_of(row) for row in rows}
    return talks, owed


def _portions(ids: Iterable[str | None]) -> Sequence[Sequence[str]]:
    ordered = sorted({one for one in ids if one})
    return [ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE)]
