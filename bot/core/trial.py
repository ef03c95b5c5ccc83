"""What proposals would change if they were merged, all together.

In: proposals and the book of today. Out: for each, how many of its questions would be understood and which written
lines of other intents would be taken for it. Never: a verdict; people decide.

The questions are read as a turn reads them (`questions.hear`). Written lines are judged held out (`heldout`), before
and after, for word for word every line is sure: a line that flips stands for all that buyers say like it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core.book import Ask, Book
from bot.core.heldout import Ranked, against_taught
from bot.core.lexicon import lexicon_of
from bot.core.match import Match, Matcher
from bot.core.meaning import SMALL_TALK
from bot.core.proposals import Proposal, Question
from bot.core.questions import hear
from bot.core.text import bare
from bot.core.vectors import Encode


@dataclass(frozen=True, slots=True)
class Flip:
    """A written line that, held out, was read as its own intent and would be read as the proposal's."""

    ask: Ask
    score: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """Of `asked` questions, so many would be `understood`; of those so many are written `word_for_word` then, and of
    these so many would be understood all the same, `reworded`."""

    asked: int
    understood: int
    word_for_word: int
    reworded: int
    flips: tuple[Flip, ...] = ()


@dataclass(slots=True)
class _Flips:
    by_id: dict[str, list[Flip]] = field(default_factory=dict)

    def add(self, one: Proposal, flip: Flip) -> None:
        self.by_id.setdefault(one.id, []).append(flip)

    def of(self, one: Proposal) -> tuple[Flip, ...]:
        return tuple(sorted(self.by_id.get(one.id, ()), key=lambda flip: (-flip.score, flip.ask.source)))


def tried(proposals: Sequence[Proposal], book: Book, encode: Encode | None = None) -> Mapping[str, Trial]:
    """By the proposals' ids; of those that add no line there is nothing to try."""
    adding = [one for one in proposals if one.lines]
    if not adding:
        return {}
    owners = [one for one in adding for _ in one.lines]
    added = [Ask(line, one.intent or "", one.path or "") for one in adding for line in one.lines]
    asks = (*book.asks, *added)
    matcher = Matcher(asks, lexicon_of(book.rules.concepts), SMALL_TALK, encode)
    then = replace(book, asks=asks, matcher=matcher)
    flips = _flips(book, then, owners)
    return {one.id: _trial(one, then, flips.of(one)) for one in adding}


def _trial(one: Proposal, then: Book, flips: tuple[Flip, ...]) -> Trial:
    read = [each for each in one.questions if one.intent in {claim.intent for claim in hear(each.text, then).claims}]
    written = {bare(line) for line in one.lines}
    exact = [each for each in read if bare(each.text) in written]
    return Trial(
        sum(each.count for each in one.questions),
        sum(each.count for each in read),
        sum(each.count for each in exact),
        sum(each.count for each in _reworded(exact, one, then)),
        flips,
    )


def _reworded(exact: Sequence[Question], one: Proposal, then: Book) -> Iterator[Question]:
    """Those that would be understood if they were not written themselves: so fares who puts it a little differently."""
    ranks = against_taught(then.matcher, [Ask(each.text, one.intent or "", "") for each in exact])
    sure = then.rules.reception.confidence.sure
    for each, ranked in zip(exact, ranks, strict=True):
        if not ranked or (ranked[0].intent == one.intent and ranked[0].score >= sure):
            yield each


def _flips(book: Book, then: Book, owners: Sequence[Proposal]) -> _Flips:
    """Only lines that are read as a proposal's intent after are also read before: most are not."""
    found, confidence = _Flips(), book.rules.reception.confidence
    by_intent = {one.intent: one for one in reversed(owners)}
    after = zip(book.asks, against_taught(then.matcher, book.asks), strict=True)
    turned = [
        (ask, ranked[0])
        for ask, ranked in after
        if ranked and ranked[0].intent in by_intent and _rivals(ask.intent, ranked[0].intent)
        and ranked[0].score >= confidence.nearly
    ]  # fmt: skip
    before = against_taught(book.matcher, [ask for ask, _ in turned])
    for (ask, match), was in zip(turned, before, strict=True):
        if _was_right(ask, was):
            one = _to_blame(match, len(book.asks), owners) or by_intent[match.intent]
            found.add(one, Flip(ask, match.score, sure=match.score >= confidence.sure))
    return found


def _to_blame(match: Match, first: int, owners: Sequence[Proposal]) -> Proposal | None:
    """Whose new line is the nearest one."""
    return owners[match.index - first] if match.index is not None and match.index >= first else None


def _rivals(own: str, other: str) -> bool:
    return own != other and not {own, other} <= SMALL_TALK


def _was_right(ask: Ask, was: Ranked) -> bool:
    """A line that is clear by the learner alone is told nothing of."""
    return not was or was[0].intent == ask.intent
