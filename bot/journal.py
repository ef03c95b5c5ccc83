"""What the journal is told of one lane's events, and what people's words and clocks say of who is there.

In: events as received, what is stored of presence, the conversation before and after. Out: entries and presence.
Never: a save.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.channels.payloads import presence_of
from bot.core.book import Book
from bot.core.floor import lateness
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.notebooks import Entry, Happening
from bot.core.signs import forgotten
from bot.core.waits import journal_entry
from bot.core.wholes import running
from bot.ids import derived
from bot.records import Event, Work

_STATES = {"conversation.handed_back": Happening.HANDED_BACK, "conversation.closed": Happening.CLOSED}


def clocked(
    events: Sequence[Event], stored: Sequence[Presence], book: Book
) -> tuple[tuple[Presence, ...], tuple[Entry, ...]]:
    """Who clocked in, stepped away or left, and how late they came."""
    latest, told, entries = {one.agent_id: one for one in stored}, list[Presence](), list[Entry]()
    for event in events:
        if event.type == "agent.presence":
            new = presence_of(event.body, event.received_at)
            before = latest.get(new.agent_id)
            new = replace(new, spoke_at=before.spoke_at if before else None)
            entries.append(clock_entry(derived("journal", event.channel, event.id), new, before, book))
            told.append(new)
            latest[new.agent_id] = new
    return tuple(told), tuple(entries)


def clock_entry(entry_id: str, new: Presence, before: Presence | None, book: Book) -> Entry:
    """One stroke of the time clock; `late` in seconds after the start of the shift that it begins."""
    mine = [one for one in running(book.rules.shifts, new.since, book.works) if new.agent_id in one.agents]
    shift = mine[0] if mine else None
    if before and forgotten((before,), book.rules.shifts, new.since, book.works):
        before = None
    data: Mapping[str, object] = {
        "state": new.state.value,
        "shift": shift.name if shift else None,
        "late": lateness(new, before, shift),
    }
    group = shift.group if shift else None
    return Entry(entry_id, new.since, Happening.PRESENCE, agent_id=new.agent_id, group=group, data=data)


def heard_from(work: Work, talk: Conversation | None, book: Book) -> tuple[Presence, ...]:
    """Whoever says a word is there, also one who was taken to have vanished."""
    spoke = talk.served_at if talk and talk.served_at in {event.received_at for event in work.events} else None
    told = next((one for one in work.presence if talk and one.agent_id == talk.served_by), None)
    return (seen(told, book, spoke),) if told and spoke else ()


def seen(told: Presence, book: Book, at: datetime) -> Presence:
    """Somebody's presence once they have said a word."""
    vanished = told.state is AgentState.AWAY and told.passed >= book.rules.routing.dispatch.vanished_after
    back = replace(told, state=AgentState.ONLINE, since=max(at, told.since)) if vanished else told
    return replace(back, passed=0, spoke_at=at)


def moves(work: Work, after: Conversation | None, quiet: bool) -> Iterator[Entry]:
    """What the holder's change, and people's own acts, come to."""
    before = work.conversation
    if after is None:
        return
    for event in work.events:
        if event.type in _STATES and before:
            entry_id = derived("journal", event.channel, event.id)
            yield replace(journal_entry(before, _STATES[event.type], event.received_at), id=entry_id)
    was = before.holder if before else Holder.BOT
    if after.holder is Holder.QUEUED and was is not Holder.QUEUED and after.waiting_since:
        kind = Happening.LEFT if was is Holder.HUMAN else Happening.QUEUED
        told = {"reason": after.reason, "urgency": after.urgency, "quiet": quiet}
        yield journal_entry(after, kind, after.last_at or after.waiting_since, **told)
