"""The texts and turns of a span, one at a time.

In: a connection inside one snapshot, a span of time. Out: each to whoever hears it. Never: all of them in memory; a
table read from end to end; a word of a buyer's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.core.compose import Part
from bot.core.coverage import Candidate, Told
from bot.store.schema import message, turn
from bot.store.sql_cleared import cleared_until

_AT_ONCE = 1_000  # rows in memory
_BOT, _JOINT = "bot", "; "  # between the sources of one message, see `compose.Reply`
_PERCENT = 100


def spoken(connection: Connection, since: datetime, until: datetime, hear: Callable[[Part], None]) -> None:
    """Every text of every message that the bot sent, also what it said of its own accord."""
    wanted = (
        select(message.c.source, message.c.text, turn.c.story["parts"].label("parts"))
        .outerjoin(turn, turn.c.id == message.c.turn_id)
        .where(message.c.at >= since, message.c.at < until, message.c.author == _BOT, message.c.source.is_not(None))
    )
    for part in _spoken(connection.execution_options(yield_per=_AT_ONCE).execute(wanted)):
        hear(part)


def told(connection: Connection, since: datetime, until: datetime, hear: Callable[[Told], None]) -> datetime | None:
    """Every turn, in the order of time; and until when history was cleared."""
    intents, candidates = turn.c.story["intents"].label("intents"), turn.c.story["candidates"].label("candidates")
    wanted = (
        select(turn.c.conversation_id, turn.c.decision, turn.c.reason, intents, candidates)
        .where(turn.c.at >= since, turn.c.at < until)
        .order_by(turn.c.at, turn.c.id)
    )
    for one in _told(connection.execution_options(yield_per=_AT_ONCE).execute(wanted)):
        hear(one)
    return cleared_until(connection)


def _told(rows: Iterable[Any]) -> Iterator[Told]:
    for row in rows:
        if isinstance(row.intents, list) and isinstance(row.candidates, list):
            intents, candidates = tuple(map(str, row.intents)), tuple(map(_candidate, row.candidates))
            yield Told(row.conversation_id, row.decision, row.reason, intents, candidates)


def _candidate(told: Mapping[str, Any]) -> Candidate:
    return Candidate(told["intent"], told["score"] * _PERCENT, told["ask"])


def _spoken(rows: Iterable[Any]) -> Iterator[Part]:
    """As the turn's record has them, if it is this message's; else as the message itself tells."""
    for row in rows:
        sources = row.source.split(_JOINT)
        listed = row.parts if isinstance(row.parts, list) else []
        if [one["source"] for one in listed] == sources:
            yield from (Part(one["topic"], one["variant"], one["source"], one["text"]) for one in listed)
        else:
            yield from _by_place(sources, row.text)


def _by_place(sources: Sequence[str], text: str) -> Iterator[Part]:
    for source in sources:
        topic = source.rpartition(":")[0].removeprefix("replies/").removesuffix(".md")
        yield Part(topic, "", source, text if len(sources) == 1 else "")
