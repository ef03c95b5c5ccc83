"""Which lines spoke and which questions they answered: counted turn by turn, nothing kept but counts.

In: a book, then turns and what was said, one at a time. Out: counts. Never: a buyer's word; a turn held once it is
counted, but for the readings that were offered last in a conversation.

Lines move between versions of the files. A text is counted for the line of today's variant that it fits (`fitting`);
where its words have been changed since, for the variant alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.book import OOS, Book, Topic, Wording
from bot.core.compose import Part
from bot.core.fitting import fits
from bot.core.meaning import SMALL_TALK
from bot.core.text import bare

TIE = 5.0  # points of confidence between the first and the second reading
MISSED = frozenset({"not_understood", "unclear_twice", "declined"})
OFFERED = "nearly_sure"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reading of a turn: `score` in percent, `ask` the text of the nearest line as it was then."""

    intent: str
    score: float
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a turn's record tells: `intents` are the sure ones, `candidates` the likeliest, surest first."""

    conversation_id: str
    decision: str
    reason: str
    intents: tuple[str, ...]
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class Volume:
    """Turns about one intent, by what became of them. `asked`: the bot asked back. `missed`: not understood, and the
    intent was only the likeliest."""

    turns: int = 0
    answered: int = 0
    asked: int = 0
    handed_off: int = 0
    missed: int = 0
    stayed: int = 0


@dataclass(slots=True)
class Counts:
    """`lines` by today's place, `changed` by topic and variant where no line of today's has these words, `gone` by
    topic where the file is no more; `moved`: of the lines, those that stood elsewhere then. `won` by intent and
    bare line. `near`: by winner, runner-up and its line. `offered` and `taken` by intent."""

    turns: int = 0
    said: int = 0
    moved: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    volumes: dict[str | None, Volume] = field(default_factory=dict)
    won: Counter[tuple[str, str]] = field(default_factory=Counter)
    near: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    offered: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)


class Tally:
    """Counts for one book."""

    def __init__(self, book: Book) -> None:
        self.counts = Counts()
        self._book = book
        self._nearly = book.rules.reception.confidence.nearly
        self._choices = book.rules.reception.limits.choices
        self._open: dict[str, tuple[str, ...]] = {}

    def say(self, part: Part) -> None:
        """One text that was sent. Its variant may be unknown (""), and so may its words."""
        counts = self.counts
        counts.said += 1
        topic = self._book.topics.get(part.topic)
        wording = _spoken(topic, part) if topic else None
        if wording:
            counts.lines[wording.source] += 1
            counts.moved += wording.source != part.source
        elif topic:
            counts.changed[topic.name, part.variant] += 1
        else:
            counts.gone[part.topic] += 1

    def hear(self, one: Told) -> None:
        """One turn; those of a conversation in their order."""
        self.counts.turns += 1
        self._count_volume(one)
        self._count_asks(one)
        self._count_near(one)
        self._count_offers(one)

    def _count_volume(self, one: Told) -> None:
        for intent in one.intents or (self._guess(one),):
            volume = self.counts.volumes.setdefault(intent, Volume())
            volume.turns += 1
            name = _outcome(one)
            setattr(volume, name, getattr(volume, name) + 1)

    def _guess(self, one: Told) -> str | None:
        """What a turn without a sure reading was likeliest about, if that came near."""
        first = next((each for each in one.candidates if each.intent != OOS), None)
        return first.intent if first and first.score >= self._nearly else None

    def _count_asks(self, one: Told) -> None:
        for each in one.candidates:
            if each.intent in one.intents and each.ask:
                self.counts.won[each.intent, bare(each.ask)] += 1

    def _count_near(self, one: Told) -> None:
        """A sure reading with another right behind it. Word for word a line wins whatever is near."""
        first = one.candidates[0] if one.candidates else None
        if first is None or first.intent not in one.intents:
            return
        rival = next((each for each in one.candidates[1:] if each.intent != OOS), None)
        if rival and first.score - rival.score < TIE and not {first.intent, rival.intent} <= SMALL_TALK:
            self.counts.near[first.intent, rival.intent, rival.ask or ""] += 1

    def _count_offers(self, one: Told) -> None:
        """The next turn shows whether one of the readings was meant."""
        offered = self._open.pop(one.conversation_id, ())
        self.counts.taken.update(intent for intent in offered if intent in one.intents)
        if one.reason == OFFERED and one.decision == "ask":
            near = (each.intent for each in one.candidates if each.score >= self._nearly)
            some = [intent for intent in near if intent not in {OOS, *SMALL_TALK}][: self._choices]
            self._open[one.conversation_id] = tuple(some)
            self.counts.offered.update(some)


def _outcome(one: Told) -> str:
    if one.reason in MISSED:
        return "missed"
    return {"answer": "answered", "ask": "asked", "hand_off": "handed_off"}.get(one.decision, "stayed")


def _spoken(topic: Topic, part: Part) -> Wording | None:
    """The line of today's that a text came from: first the one at its place, then any of its variant."""
    variants = [topic.variants[part.variant]] if part.variant in topic.variants else []
    if not part.variant:
        variants = list(topic.variants.values())
    found: Sequence[Wording] = [one for variant in variants for one in variant.wordings if fits(one.text, part.text)]
    return next((one for one in found if one.source == part.source), found[0] if found else None)
