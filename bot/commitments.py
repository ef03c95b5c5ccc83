"""What people owe buyers: promises, call-backs, notes; made, kept, dropped, passed on.

In: a store, the book, who and when. Out: commitments as they are kept. Never: a word to the buyer; a promise whose time
has passed.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.acts import Act
from bot.core.book import Book
from bot.core.handover_words import clock_text
from bot.core.model import Conversation
from bot.core.notebooks import Commitment, CommitmentKind, CommitmentState, Entry, Happening
from bot.errors import YebanError
from bot.ids import derived
from bot.ports import Store
from bot.refusals import KeyTakenError

LONGEST = 500  # characters


async def promise(
    store: Store, book: Book, talk: Conversation, text: str, due_at: datetime, by: str, now: datetime,
    *, key: str | None = None,
) -> Commitment:  # fmt: skip
    """Something that the agent `by` has told the buyer will be done until `due_at` (aware). The same `key` of the same
    agent in the same conversation is the same commitment, as it stands now. `YebanError` says what is wrong with it,
    `KeyTakenError` that the key made another."""
    return await _owe(store, book, talk, CommitmentKind.PROMISE, text, due_at, by, now, key)


async def call_back(
    store: Store, book: Book, talk: Conversation, text: str, due_at: datetime | None, by: str, now: datetime,
    *, key: str | None = None,
) -> Commitment:  # fmt: skip
    """The buyer is to hear from the shop again, until `due_at` if there is a time."""
    return await _owe(store, book, talk, CommitmentKind.CALL_BACK, text, due_at, by, now, key)


async def note(
    store: Store, book: Book, talk: Conversation, text: str, by: str, now: datetime, *, key: str | None = None
) -> Commitment:
    """Something for whoever serves the buyer next, until somebody has done with it."""
    return await _owe(store, book, talk, CommitmentKind.NOTE, text, None, by, now, key)


async def done(store: Store, commitment_id: str, by: str, now: datetime) -> bool:
    """Kept. False: it was settled before. `YebanError`: there is none."""
    return await _settle(store, commitment_id, CommitmentState.DONE, by, now)


async def drop(store: Store, commitment_id: str, by: str, now: datetime) -> bool:
    """Not to be kept any more. False: it was settled before. `YebanError`: there is none."""
    return await _settle(store, commitment_id, CommitmentState.DROPPED, by, now)


async def reassign(store: Store, commitment_id: str, to: str, now: datetime) -> bool:
    """Somebody else sees to it. False: it is settled. `YebanError`: there is none."""
    found = await _found(store, commitment_id)
    if found.state is not CommitmentState.OPEN:
        return False
    return found.agent_id == to or await store.act(reassigned(found, to, now), now)


def reassigned(one: Commitment, to: str, now: datetime) -> Act:
    """Done once where two processes find the same at the same time."""
    cause = (one.id, one.agent_id or "", to, now.isoformat(timespec="minutes"))
    entry = _entry(derived("reassigned", *cause), one, Happening.REASSIGNED, one.agent_id, now)
    return Act(commitments=(replace(one, agent_id=to),), journal=(replace(entry, data={"id": one.id, "to": to}),))


async def _owe(
    store: Store, book: Book, talk: Conversation, kind: CommitmentKind, text: str, due_at: datetime | None, by: str,
    now: datetime, key: str | None,
) -> Commitment:  # fmt: skip
    """What is asked for again is looked for first: its time may have passed meanwhile."""
    said = " ".join(text.split())
    cause = (by, "key", key) if key else (kind.value, said, by, now.isoformat())
    made = Commitment(
        derived("commitment", talk.channel, talk.id, *cause), talk.channel, talk.id, talk.buyer_id, kind, said, by, now,
        talk.group or book.rules.routing.default, due_at, by,
    )  # fmt: skip
    if key and (before := await store.commitment(made.id)):
        return _same(before, made, key)
    _check(said, due_at, book, now)
    entry = _entry(derived("promised", made.id), made, Happening.PROMISED, by, now)
    if await store.act(Act(commitments=(made,), journal=(entry,), fresh=True), now):
        return made
    return _same(await _found(store, made.id), made, key or "")


def _same(before: Commitment, made: Commitment, key: str) -> Commitment:
    """What stands, if it is what was asked for. Raises `KeyTakenError`."""
    if (before.kind, before.text, before.due_at) != (made.kind, made.text, made.due_at):
        raise KeyTakenError(key)
    return before


def _check(text: str, due_at: datetime | None, book: Book, now: datetime) -> None:
    if not text:
        raise YebanError("errors.commitment_blank")
    if len(text) > LONGEST:
        raise YebanError("errors.commitment_long", most=LONGEST, count=len(text))
    if due_at is None:
        return
    if due_at.tzinfo is None:
        raise YebanError("errors.due_naive", due=due_at.isoformat())
    if due_at <= now:
        zone = book.rules.shifts.timezone
        raise YebanError("errors.due_past", due=clock_text(due_at, ZoneInfo(zone)), now=clock_text(now, ZoneInfo(zone)))


async def _settle(store: Store, one: str, state: CommitmentState, by: str, now: datetime) -> bool:
    found = await _found(store, one)
    if found.state is not CommitmentState.OPEN:
        return False
    settled = replace(found, state=state, settled_by=by, settled_at=now)
    entry = _entry(derived("settled", one), settled, Happening.SETTLED, by, now)
    return await store.act(Act(commitments=(settled,), journal=(entry,)), now)


async def _found(store: Store, one: str) -> Commitment:
    found = await store.commitment(one)
    if found is None:
        raise YebanError("errors.no_commitment", id=one)
    return found


def _entry(key: str, one: Commitment, kind: Happening, agent: str | None, now: datetime) -> Entry:
    data = {"id": one.id, "kind": one.kind.value, "state": one.state.value}
    return Entry(key, now, kind, one.channel, one.conversation_id, one.buyer_id, agent, one.group, data)
