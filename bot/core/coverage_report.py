"""The counts of a span beside today's files: what spoke, what is dead and why, what nearly won.

In: counts, a book, the span. Out: rows. Never: an opinion on what should go; a line that nobody needed last week may be
the one for the next festival.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.book import OOS, Ask, Book, Topic, Variant
from bot.core.coverage import Counts, Volume
from bot.core.text import bare

_PACKS = "packs/"


class Why(StrEnum):
    """Why a line did not speak, the most worth a look first. OUT_OF_DATE: its file is not valid in the span.
    NO_SUCH_CASE: its intent was asked for, but never under these facts. NOT_ASKED: nobody asked for its intent.
    NO_OCCASION: the moment or step that it is for did not come. PACK_OFF: its trade pack is not chosen. OTHER_WORDS:
    another wording of its variant spoke."""

    OUT_OF_DATE = "out_of_date"
    NO_SUCH_CASE = "no_such_case"
    NOT_ASKED = "not_asked"
    NO_OCCASION = "no_occasion"
    PACK_OFF = "pack_off"
    OTHER_WORDS = "other_words"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One wording. `why` is None where it spoke."""

    source: str
    variant: str
    text: str
    said: int
    why: Why | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A reply file. `changed`: by variant ("" where that is unknown), how often it spoke in words that are none of
    today's. `asks` are its lines, `won`
    how often each was the nearest of a sure reading."""

    topic: str
    path: str
    title: str
    intent: str | None
    said: int
    changed: dict[str, int]
    lines: tuple[LineRow, ...]
    asks: tuple[tuple[Ask, int], ...]

    @property
    def never(self) -> tuple[Ask, ...]:
        return tuple(ask for ask, won in self.asks if not won)


@dataclass(frozen=True, slots=True)
class IntentRow:
    """`intent` is None for turns that came near to none."""

    intent: str | None
    title: str | None
    volume: Volume


@dataclass(frozen=True, slots=True)
class NearRow:
    """So often `intent` won by less than `TIE` points over `rival`, whose nearest line mostly was `ask`."""

    intent: str
    rival: str
    title: str | None
    rival_title: str | None
    count: int
    ask: str | None


@dataclass(frozen=True, slots=True)
class OfferRow:
    intent: str
    title: str | None
    offered: int
    taken: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """`gone`: topics that spoke and are no more; `moved`: texts whose line stood elsewhere; `cleared_until`: a time
    within the span before which history may have been cleared away."""

    turns: int
    said: int
    moved: int
    files: tuple[FileRow, ...]
    intents: tuple[IntentRow, ...]
    near: tuple[NearRow, ...]
    offers: tuple[OfferRow, ...]
    gone: tuple[tuple[str, int], ...]
    cleared_until: datetime | None = None

    @property
    def dead(self) -> tuple[LineRow, ...]:
        """Lines that did not speak, by why and then by place."""
        order = tuple(Why)
        found = [(order.index(line.why), line) for one in self.files for line in one.lines if line.why]
        return tuple(line for _, line in sorted(found, key=lambda one: one[0]))


def coverage(counts: Counts, book: Book, since: datetime, until: datetime, cleared: datetime | None = None) -> Coverage:
    """Files by their paths, everything else by how often. `cleared`: until when history may be gone."""
    maker = _Maker(counts, book, since, until)
    return Coverage(
        counts.turns,
        counts.said,
        counts.moved,
        tuple(maker.file(book.topics[name]) for name in sorted(book.topics)),
        tuple(maker.intents()),
        tuple(maker.near()),
        tuple(maker.offers()),
        tuple(sorted(counts.gone.items(), key=lambda one: (-one[1], one[0]))),
        cleared if cleared and cleared > since else None,
    )


class _Maker:
    def __init__(self, counts: Counts, book: Book, since: datetime, until: datetime) -> None:
        zone = ZoneInfo(book.rules.shop.timezone)
        self._counts = counts
        self._book = book
        self._span = tuple(at.astimezone(zone).replace(tzinfo=None) for at in (since, until))

    def file(self, topic: Topic) -> FileRow:
        counts = self._counts
        lines = tuple(row for variant in topic.variants.values() for row in self._lines(topic, variant))
        changed = {name: count for (one, name), count in sorted(counts.changed.items()) if one == topic.name}
        asks = [] if topic.intent in {None, OOS} else topic.asks
        return FileRow(
            topic.name,
            topic.source,
            topic.title,
            topic.intent,
            sum(row.said for row in lines) + sum(changed.values()),
            changed,
            lines,
            tuple((ask, counts.won[ask.intent, bare(ask.text)]) for ask in asks),
        )

    def _lines(self, topic: Topic, variant: Variant) -> Sequence[LineRow]:
        said = [self._counts.lines[one.source] for one in variant.wordings]
        spoke = sum(said) + self._counts.changed[topic.name, variant.name] > 0
        why = Why.OTHER_WORDS if spoke else self._why(topic, variant.name)
        rows = zip(variant.wordings, said, strict=True)
        return [LineRow(one.source, variant.name, one.text, count, None if count else why) for one, count in rows]

    def _why(self, topic: Topic, variant: str) -> Why:
        if topic.name.startswith(_PACKS) and topic.name.split("/")[1] not in self._book.rules.shop.packs:
            return Why.PACK_OFF
        if topic.valid and variant != topic.valid.then and not self._overlaps(topic.valid.from_, topic.valid.until):
            return Why.OUT_OF_DATE
        if topic.intent in {None, OOS}:
            return Why.NO_OCCASION
        return Why.NO_SUCH_CASE if topic.intent in self._counts.volumes else Why.NOT_ASKED

    def _overlaps(self, start: datetime, end: datetime) -> bool:
        since, until = self._span
        return start < until and since < end

    def intents(self) -> Sequence[IntentRow]:
        order = sorted(self._counts.volumes.items(), key=lambda one: (-one[1].turns, one[0] or ""))
        return [IntentRow(intent, self._title(intent), volume) for intent, volume in order]

    def near(self) -> Sequence[NearRow]:
        pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for (intent, rival, ask), count in self._counts.near.items():
            pairs[intent, rival][ask] += count
        rows = [
            NearRow(won, lost, self._title(won), self._title(lost), asks.total(), _most(asks))
            for (won, lost), asks in pairs.items()
        ]
        return sorted(rows, key=lambda row: (-row.count, row.intent, row.rival))

    def offers(self) -> Sequence[OfferRow]:
        """First those that were declined most often."""
        counts = self._counts
        rows = [OfferRow(name, self._title(name), some, counts.taken[name]) for name, some in counts.offered.items()]
        return sorted(rows, key=lambda row: (row.taken - row.offered, row.intent))

    def _title(self, intent: str | None) -> str | None:
        topic = self._book.by_intent.get(intent or "")
        return topic.title if topic else None


def _most(asks: Counter[str]) -> str | None:
    return min(asks, key=lambda ask: (-asks[ask], ask)) or None
