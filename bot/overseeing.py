"""What a supervisor would look after: lines nobody acknowledges, promises past their time, owners who are gone.

In: what is open, presence, the roster. Out: marks, notices, new owners. Never: the same notice twice, more lines marked
at one look than a moment bears; the rest is for the next.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.acknowledging import acknowledged
from bot.acts import Act, LineMark, Unread
from bot.commitments import reassigned
from bot.core.book import Book
from bot.core.floor import Floor, floor_at
from bot.core.handover_settled import settled_by
from bot.core.keeping import keeping
from bot.core.notebooks import Commitment, Entry, Handover, HandoverLine, Happening, Notice, NoticeKind
from bot.core.owing import owners
from bot.core.waits import SUPERVISOR
from bot.ids import derived
from bot.ports import Store

_AT_ONCE, _A_LOOK = 250, 500  # lines of one act, and of one look


async def oversee(store: Store, book: Book, now: datetime) -> int:
    """All of it once; what another process does at the same moment is done once. How many lines wait on without
    anything to do about them; 0 where the next look has more to do."""
    floor = floor_at(book.rules.shifts, await store.presence(), {}, now, book.works)
    idle = await _read(store, book, floor, now)
    for late in await store.overdue(now):
        await store.act(Act(notices=(_overdue(late, now),)), now)
    await _give_owners(store, book, floor, now)
    return idle


async def _read(store: Store, book: Book, floor: Floor, now: datetime) -> int:
    """Lines that settled themselves, then those of which it is time to tell."""
    unread = await store.unread()
    if new := [log.id for log in unread.logs if log.live_at is None and log.group in floor.live]:
        await store.receive(new, now)
    acts = [*_settled(unread, now), *_escalations(unread, book, now)]
    marked = 0
    for one in acts:
        if marked < _A_LOOK:
            marked += len(one.lines)
            await store.act(one, now)
    more = sum(len(one.lines) for one in acts) > marked
    return 0 if more else sum(len(log.lines) for log in unread.logs)


def _settled(unread: Unread, now: datetime) -> Iterator[Act]:
    for log in unread.logs:
        found = ((line, _settled_by(log, line, unread)) for line in log.lines)
        for some in _some([acknowledged(log, line, by, now) for line, by in found if by]):
            yield _together(some)


def _escalations(unread: Unread, book: Book, now: datetime) -> Iterator[Act]:
    """The supervisor hears once of a log, and how many lines it is about."""
    for log in unread.logs:
        late = [line for line in log.lines if line.escalated_at is None and not _settled_by(log, line, unread)]
        if late and _is_late(log, book, now):
            told = {"handover_id": log.id, "lines": len(late)}
            key = derived("escalated", log.id)
            notice = Notice(key, now, NoticeKind.UNACKNOWLEDGED, SUPERVISOR, told)
            for some in _some([_escalated(log, line, now) for line in late]):
                yield replace(_together(some), notices=(notice,))


def _some(acts: Sequence[Act]) -> Iterator[Sequence[Act]]:
    yield from (acts[start : start + _AT_ONCE] for start in range(0, len(acts), _AT_ONCE))


def _together(acts: Iterable[Act]) -> Act:
    """Where one of them is done meanwhile, the others are for the next look."""
    both = [*acts]
    return Act(
        journal=tuple(entry for one in both for entry in one.journal),
        lines=tuple(mark for one in both for mark in one.lines),
    )


def _settled_by(log: Handover, line: HandoverLine, unread: Unread) -> str | None:
    talk = unread.talks.get((line.channel, line.conversation_id))
    return settled_by(log, unread.owed.get(line.commitment_id) if line.commitment_id else talk)


def _is_late(log: Handover, book: Book, now: datetime) -> bool:
    within = book.rules.routing.handover.acknowledge_within
    return log.live_at is not None and now - log.live_at >= within


def _escalated(log: Handover, line: HandoverLine, now: datetime) -> Act:
    key = derived("escalated", log.id, str(line.number))
    entry = Entry(
        key, now, Happening.ESCALATED, line.channel, line.conversation_id, line.buyer_id, group=log.group,
        data={"id": log.id, "line": line.number},
    )  # fmt: skip
    return Act(journal=(entry,), lines=(LineMark(log.id, line.number, now),))


def _overdue(late: Commitment, now: datetime) -> Notice:
    """By its id the store knows what was told (`Store.overdue`)."""
    kind = NoticeKind.OVERDUE
    return Notice(f"{kind.value}:{late.id}", now, kind, SUPERVISOR, {"commitment_id": late.id})


async def _give_owners(store: Store, book: Book, floor: Floor, now: datetime) -> None:
    routing = book.rules.routing
    keepers = keeping(book.rules.shifts, floor, now, book.works, routing.handover.owner_away)
    owed = await store.owed()
    before = {one.commitment.id: one.commitment for one in owed}
    for shall in owners(owed, floor.there, keepers, routing):
        await store.act(reassigned(before[shall.id], str(shall.agent_id), now), now)
