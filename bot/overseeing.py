"""What a supervisor would look after: lines nobody acknowledges, promises past their time, owners who are gone.

In: what is open, presence, the roster. Out: marks, notices, new owners. Never: the same notice twice.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.acknowledging import acknowledged
from bot.commitments import reassigned
from bot.core.book import Book
from bot.core.dispatch import SUPERVISOR
from bot.core.floor import Floor, floor_at
from bot.core.handover_settled import settled_by
from bot.core.keeping import keeping
from bot.core.notebooks import Commitment, Entry, Handover, HandoverLine, Happening, Notice, NoticeKind
from bot.core.owing import owners
from bot.ids import derived
from bot.ports import Store
from bot.records import Act, LineMark, Unread


async def oversee(store: Store, book: Book, now: datetime) -> None:
    """All of it once; what another process does at the same moment is done once."""
    floor = floor_at(book.rules.shifts, await store.presence(), {}, now, book.works)
    await _read(store, book, floor, now)
    for late in await store.overdue(now):
        await store.act(Act(notices=(_overdue(late, now),)), now)
    await _give_owners(store, book, floor, now)


async def _read(store: Store, book: Book, floor: Floor, now: datetime) -> None:
    """Lines that settled themselves, then those of which it is time to tell."""
    unread = await store.unread()
    if new := [log.id for log in unread.logs if log.live_at is None and log.group in floor.live]:
        await store.receive(new, now)
    for log, line in _open_lines(unread):
        if by := _settled_by(log, line, unread):
            await store.act(acknowledged(log, line, by, now), now)
        elif line.escalated_at is None and _is_late(log, book, now):
            await store.act(_escalated(log, line, now), now)


def _open_lines(unread: Unread) -> Iterator[tuple[Handover, HandoverLine]]:
    return ((log, line) for log in unread.logs for line in log.lines)


def _settled_by(log: Handover, line: HandoverLine, unread: Unread) -> str | None:
    talk = unread.talks.get((line.channel, line.conversation_id))
    return settled_by(log, unread.owed.get(line.commitment_id) if line.commitment_id else talk)


def _is_late(log: Handover, book: Book, now: datetime) -> bool:
    within = book.rules.routing.handover.acknowledge_within
    return log.live_at is not None and now - log.live_at >= within


def _escalated(log: Handover, line: HandoverLine, now: datetime) -> Act:
    told = {"handover_id": log.id, "line": line.number}
    key = derived("escalated", log.id, str(line.number))
    entry = Entry(
        key, now, Happening.ESCALATED, line.channel, line.conversation_id, line.buyer_id, group=log.group,
        data={"id": log.id, "line": line.number},
    )  # fmt: skip
    notice = Notice(key, now, NoticeKind.UNACKNOWLEDGED, SUPERVISOR, told)
    return Act(journal=(entry,), notices=(notice,), lines=(LineMark(log.id, line.number, now),))


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
