"""What a lane's events only tell again: our own words coming back, messages that the transcript has.

In: a connection inside one snapshot, events by lane. Out: message ids by lane. Never: a human's word taken for ours.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, and_, bindparam, select

from bot.core.model import Sender
from bot.records import Event
from bot.store.rows import BOT
from bot.store.schema import message, outbox
from bot.store.sql_talks import thread_of

Events = Mapping[str, Sequence[Event]]
_ECHOES = 20
_ECHO = timedelta(minutes=2)
_KEY = (message.c.channel, message.c.conversation_id, message.c.id)
_TOLD = select(*_KEY).where(
    message.c.channel.in_(bindparam("channels", type_=Text, expanding=True)),
    message.c.conversation_id.in_(bindparam("talks", type_=Text, expanding=True)),
    message.c.id.in_(bindparam("ids", type_=Text, expanding=True)),
)


def echoes(connection: Connection, events: Events) -> Mapping[str, frozenset[str]]:
    """By lane, our own messages coming back."""
    told = {
        lane: [event for event in some if event.body.get("sender") == Sender.SELLER] for lane, some in events.items()
    }
    return {lane: _echoed(connection, lane, some) for lane, some in told.items() if some}


def _echoed(connection: Connection, lane: str, told: Sequence[Event]) -> frozenset[str]:
    """By their id, or by their words where the channel made an id of its own: words on their way, or said minutes ago;
    later the same words are a person's own."""
    place = thread_of(lane)
    if place is None:
        return frozenset()
    ids = [str(event.body["id"]) for event in told]
    ours = set(connection.scalars(select(outbox.c.id).where(outbox.c.id.in_(ids))))
    going, spoken = _going(connection, *place), _spoken(connection, *place)
    return frozenset(str(one.body["id"]) for one in told if one.body["id"] in ours or _is_echo(one, going, spoken))


def _going(connection: Connection, channel: str, one: str) -> Sequence[object]:
    """The bot's words that are on their way into a conversation."""
    live = and_(outbox.c.conversation_id == one, outbox.c.channel == channel, outbox.c.due_at.is_not(None))
    return [data.get("text") for data in connection.scalars(select(outbox.c.data).where(live, outbox.c.by_bot))]


def _spoken(connection: Connection, channel: str, one: str) -> Sequence[tuple[str, datetime]]:
    """What the bot said there last, and when it arrived."""
    said = and_(message.c.channel == channel, message.c.conversation_id == one, message.c.author == BOT)
    last = select(message.c.text, message.c.at).where(said).order_by(message.c.seq.desc()).limit(_ECHOES)
    return [(row.text, row.at) for row in connection.execute(last)]


def _is_echo(event: Event, going: Sequence[object], spoken: Sequence[tuple[str, datetime]]) -> bool:
    text = event.body.get("text")
    return text in going or any(text == said and event.received_at - at < _ECHO for said, at in spoken)


def known(connection: Connection, events: Events) -> Mapping[str, frozenset[str]]:
    """By lane, messages that the transcript has already: told again under another event, or taken back before they
    came."""
    told = [
        (*place, str(event.body.get("id")))
        for lane, some in events.items()
        if (place := thread_of(lane))
        for event in some
        if event.type == "message.created"
    ]
    if not told:
        return {}
    channels, talks, ids = (sorted(set(part)) for part in zip(*told, strict=True))
    found: dict[str, set[str]] = {}
    for row in connection.execute(_TOLD, {"channels": channels, "talks": talks, "ids": ids}):
        found.setdefault(f"c:{row.channel}:{row.conversation_id}", set()).add(row.id)
    return {lane: frozenset(some) for lane, some in found.items()}
