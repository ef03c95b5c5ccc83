"""Recorded turns taken again with other files of the operators', on the same facts and the same clock.

In: a store, a span of time, the books. Out: a `Report`. Never: a shop asked, a clock looked at, anything written.

Each turn begins from the conversation as it stood then. So every difference is that of one turn: what a changed answer
would have made the buyer write next nobody knows.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.core.agreeing import Verdict, verdict
from bot.core.book import Book
from bot.core.foreseen import foresee
from bot.core.masking import HIDDEN, mask_text
from bot.core.model import Conversation, DecisionKind
from bot.core.notebooks import IssueKind
from bot.core.outcomes import UNSEEN, Came, Change, came_of, change_of, where
from bot.core.private import without_people
from bot.core.replays import Differs, Report, Side, Words
from bot.core.turn import take_turn
from bot.core.watched import ANYTHING, Apart, Difference, Watch
from bot.ids import derived
from bot.ports import Store
from bot.recorded import Given, Reader
from bot.records import Spoken, TurnRecord
from bot.said import said_in
from bot.turns import facts_of

PAGE = 500  # turns in memory at once
DEFECT = "defect"
_NOT_PEOPLE = frozenset({"bot", "buyer"})
_EVER = datetime.max.replace(tzinfo=UTC)
_CAME = TypeAdapter(Came)


@dataclass(frozen=True, slots=True)
class Versions:
    """What is compared. `old` is None where the other side is what was really said; how the books differ is asked only
    where there are two."""

    before: Side
    after: Side
    old: Book | None
    new: Book
    difference: Difference = ANYTHING


@dataclass(frozen=True, slots=True)
class _Taken:
    """One turn, taken twice."""

    turn: TurnRecord
    given: Given
    talk: Conversation
    before: Came
    after: Came


async def replay(store: Store, since: datetime, until: datetime, versions: Versions) -> Report:
    """All turns from `since` on and before `until`."""
    replayer, after = _Replayer.of(versions), None
    filed = await _filed(store, since)
    while page := await store.recorded(since, until, after, PAGE, stories=versions.old is None):
        for taken, change in replayer.differing(page):
            await replayer.tell(store, taken, change, filed)
        after = page[-1].at, page[-1].id
    return Report(
        versions.before, versions.after, since, until, replayer.turns, len(replayer.talks), tuple(replayer.differs),
        ZoneInfo(versions.new.rules.shop.timezone), dict(replayer.left_out), replayer.digest.hexdigest()[:32],
    )  # fmt: skip


async def _filed(store: Store, since: datetime) -> Mapping[str, Sequence[tuple[datetime, str]]]:
    """By conversation, when which reply was filed as wrong."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for issue in await store.issues(since, _EVER, (IssueKind.WRONG_ANSWER, IssueKind.WRONG_FACT)):
        if issue.conversation_id and issue.topic:
            found.setdefault(issue.conversation_id, []).append((issue.at, issue.topic))
    return found


class _Digest(Protocol):
    def update(self, told: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass(slots=True)
class _Replayer:
    versions: Versions
    watch: Watch | None
    turns: int = 0
    talks: set[str] = field(default_factory=set)
    differs: list[Differs] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    reader: Reader = field(default_factory=Reader)
    digest: "_Digest" = field(default_factory=sha256)

    @classmethod
    def of(cls, versions: Versions) -> Self:
        by_topics = versions.difference.apart is Apart.TOPICS
        return cls(versions, Watch.over(versions.old) if versions.old and by_topics else None)

    def differing(self, page: Sequence[TurnRecord]) -> Iterator[tuple[_Taken, Change]]:
        """Those of a page's turns that differ."""
        read = [self.reader.read(turn.given) if turn.given and turn.before else None for turn in page]
        for book in (self.versions.old, self.versions.new):
            if book:
                foresee([given.asked for given in read if given], book)
        for turn, given in zip(page, read, strict=True):
            if given is None or turn.before is None or not given.asked:
                self.left_out["unreadable" if turn.damaged or (turn.given and turn.before) else "no_facts"] += 1
                continue
            taken = self._taken(turn, given, turn.before)
            if taken is None:
                self.left_out["unreadable"] += 1
                continue
            self._count(taken)
            if change := change_of(taken.before, taken.after):
                yield taken, change

    def _taken(self, turn: TurnRecord, given: Given, talk: Conversation) -> _Taken | None:
        """None where what was said is asked about and cannot be read."""
        old, new = self.versions.old, self.versions.new
        if old is None:
            said = said_in(turn)
            return _Taken(turn, given, talk, said, _take(turn, given, talk, new)) if said else None
        if self.versions.difference.apart is Apart.NOTHING:
            both = _take(turn, given, talk, new)
            return _Taken(turn, given, talk, both, both)
        if self.watch is None:
            return _Taken(turn, given, talk, _take(turn, given, talk, old), _take(turn, given, talk, new))
        self.watch.seen.clear()
        before = _take(turn, given, talk, self.watch.book)
        same = self.watch.seen.isdisjoint(self.versions.difference.topics)
        return _Taken(turn, given, talk, before, before if same else _take(turn, given, talk, new))

    def _count(self, taken: _Taken) -> None:
        self.turns += 1
        self.talks.add(talk_ref(taken.talk))
        before = _CAME.dump_json(taken.before)
        self.digest.update(before)
        self.digest.update(before if taken.before is taken.after else _CAME.dump_json(taken.after))

    async def tell(
        self, store: Store, taken: _Taken, change: Change, filed: Mapping[str, Sequence[tuple[datetime, str]]]
    ) -> None:
        """Keep a difference, masked, with what people answered."""
        said = await _later(store, taken) if change not in UNSEEN else ()
        wrong = {topic for at, topic in filed.get(taken.talk.id, ()) if at >= taken.turn.at}
        judged = change not in UNSEEN
        found = verdict(taken.before, taken.after, said, wrong, self.versions.new) if judged else Verdict.UNKNOWN
        mask = _Mask(taken)
        self.differs.append(
            Differs(
                taken.turn.id, talk_ref(taken.talk), taken.turn.at,
                mask.heard("\n".join(one.text for one in taken.given.asked)), change, found,
                mask.side(taken.before), mask.side(taken.after), where(taken.before, taken.after, change),
                tuple(map(mask.words, said)),
            )
        )  # fmt: skip


def talk_ref(talk: Conversation) -> str:
    """By what a conversation is named where nobody's id may be told."""
    return derived("talk", talk.channel, talk.id)[:15]


def _take(turn: TurnRecord, given: Given, talk: Conversation, book: Book) -> Came:
    """One version's outcome; where it fails, people would get the conversation (see `rescue`)."""
    try:
        return came_of(take_turn(given.asked, talk, facts_of(given, talk.buyer_id, book, turn.at), book, turn.at))
    except Exception:
        return Came(DecisionKind.HAND_OFF, DEFECT, None, (), ())


async def _later(store: Store, taken: _Taken) -> Sequence[str]:
    """What people answered: their words after the turn's, before the bot's next, and before the buyer's next to
    them."""
    lines = await store.transcript(taken.talk.channel, taken.talk.id)
    mine = {*taken.turn.command_ids, *(one.id for one in taken.given.asked)}
    last = max((line.seq for line in lines if line.id in mine), default=None)
    return _answers([line for line in lines if last is not None and line.seq > last])


def _answers(lines: Sequence[Spoken]) -> Sequence[str]:
    said = list[str]()
    for line in lines:
        if line.author == "bot" or (line.author == "buyer" and said):
            break
        if line.author not in _NOT_PEOPLE and line.text:
            said.append(line.text)
    return said


class _Mask:
    """Hides what is known of the buyer, however a reply worded it, and then what looks like somebody's."""

    def __init__(self, taken: _Taken) -> None:
        known = {taken.talk.buyer_name, taken.talk.buyer_id, taken.talk.id}
        if taken.given.buyer and taken.given.buyer.name:
            known.add(taken.given.buyer.name.value)
        for order in taken.given.orders:
            known |= {order.id, order.tracking_no}
            if to := order.receiver:
                known |= {to.name, to.phone, to.address}
        self._known = sorted((one for one in known if one and len(one) > 1), key=lambda one: (-len(one), one))

    def heard(self, text: str) -> str:
        """What a buyer wrote: it may stand in a merge request for years."""
        hidden = without_people(self.words(text))
        return self.words(text) if hidden == mask_text(text) else hidden

    def words(self, text: str) -> str:
        """In one line; as it was written where nothing had to be hidden."""
        for one in self._known:
            text = text.replace(one, HIDDEN)
        masked = mask_text(text)
        hides_nothing = " ".join(unicodedata.normalize("NFKC", text).split()) == masked
        return " ".join(text.split()) if hides_nothing else masked

    def side(self, came: Came) -> Words:
        return Words(came.decision.value, came.reason, came.group, self.words(came.text), came.sources)
