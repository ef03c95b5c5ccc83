"""What is worth a look among ways of asking that are right by themselves: lines that never decide, lines that seem to
belong elsewhere, intents with too little to stand on.

In: a book. Out: warnings with path and line, the weightiest kind first. Never: a fault; nothing here blocks, and no
service waits for it.

A line is judged as if nobody had written it (`core/heldout.py`), for word for word every line is sure.

- few: an intent with fewer than `MANY` different lines.
- weak: of an intent's lines that were taken away on trial, fewer than `SUPPORT` percent are still read right.
- shadowed: held out, the bot would be sure (`confidence.sure`) of another intent, against what it was taught.
- near tie: held out, the line's intent and another could both be offered (`confidence.nearly`), and less than `TIE`
  points lie between them.
- dead: said word for word it never gets to decide, for a red flag or the call for a person comes first.
- duplicate: reads the same as an earlier line of its intent, courtesies and particles apart; it adds nothing.

Lines that were written to be left alone (`oos`) are near to something on purpose: they are neither shadowed nor ties.
Small talk is no rival of small talk.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.book import OOS, Ask, Book
from bot.core.heldout import against_taught, unseen
from bot.core.lexicon import lexicon_of
from bot.core.match import Match
from bot.core.meaning import SMALL_TALK
from bot.core.rules.work import Confidence, Routing
from bot.core.text import bare, plain
from bot.core.understand import flag_of, wants_human
from bot.errors import Fault
from bot.words import say

MANY = 30  # different lines; a round number, not a measured one
SUPPORT = 50  # percent
TIE = 5  # points of confidence
_ASKS_HUMAN = "ask_human"
_NAMED = 2  # intents that a weak one is mistaken for


@dataclass(frozen=True, slots=True)
class _Mistaken:
    """A line, the other intent that it is taken for, and whether the bot is sure of that."""

    ask: Ask
    other: Match
    is_sure: bool


def warnings_of(book: Book) -> list[Fault]:
    """Everything worth a look, by kinds and within each the clearest first; takes seconds for ten thousand lines."""
    twice = list(_duplicates(book.asks))
    needless = {id(ask) for ask, _ in twice}
    asks = [ask for ask in book.asks if id(ask) not in needless]
    counts = Counter(ask.intent for ask in asks)
    mistaken = sorted(_mistaken(asks, book), key=lambda line: -line.other.score)
    return [
        *_weak(counts, book),
        *_few(counts, book),
        *(_told(line, "shadowed_ask", book) for line in mistaken if line.is_sure),
        *(_told(line, "near_tie", book) for line in mistaken if not line.is_sure),
        *_dead(asks, book.rules.routing),
        *(_at(ask, "duplicate_ask", {"text": ask.text, "other": other.source}) for ask, other in twice),
    ]


def _duplicates(asks: Iterable[Ask]) -> Iterator[tuple[Ask, Ask]]:
    """Each line that an earlier one of its intent makes needless, with that one."""
    first: dict[tuple[str, str], Ask] = {}
    for ask in asks:
        other = first.setdefault((ask.intent, bare(ask.text)), ask)
        if other is not ask:
            yield ask, other


def _weak(counts: Mapping[str, int], book: Book) -> Iterator[Fault]:
    """Intents whose lines are mostly read as something else, with what they are mistaken for."""
    read: dict[str, Counter[str]] = {}
    for ask, intent in unseen(book.asks, lexicon_of(book.rules.concepts), SMALL_TALK):
        read.setdefault(ask.intent, Counter())[intent] += 1
    shares = {intent: _share_right(intent, told) for intent, told in read.items() if counts[intent] >= MANY}
    for intent, share in sorted(shares.items(), key=lambda pair: (pair[1], pair[0])):
        others = [(name, times) for name, times in read[intent].most_common() if name != intent][:_NAMED]
        if share < SUPPORT and (place := _first_of(intent, book)):
            told = say("join.list").join(f"{name} {times}" for name, times in others)
            yield _at(place, "weak_intent", {"intent": intent, "share": share, "others": told})


def _share_right(intent: str, read: Mapping[str, int]) -> int:
    """Percent, rounded down; a courtesy for another courtesy is as right."""
    right = sum(times for name, times in read.items() if name == intent or {name, intent} <= SMALL_TALK)
    return 100 * right // sum(read.values())


def _few(counts: Mapping[str, int], book: Book) -> Iterator[Fault]:
    for intent in sorted(book.by_intent, key=lambda intent: (counts[intent], intent)):
        if counts[intent] < MANY and (place := _first_of(intent, book)):
            yield _at(place, "few_asks", {"intent": intent, "found": counts[intent], "wanted": MANY})


def _first_of(intent: str, book: Book) -> Ask | None:
    """The line of an intent's own file at which the intent itself is told of."""
    topic = book.by_intent.get(intent)
    return topic.asks[0] if topic and topic.asks else None


def _mistaken(asks: Sequence[Ask], book: Book) -> Iterator[_Mistaken]:
    confidence = book.rules.reception.confidence
    for ask, ranked in zip(asks, against_taught(book.matcher, asks), strict=True):
        rivals = [match for match in ranked if _are_rivals(ask.intent, match.intent)]
        if rivals and rivals[0] is ranked[0] and rivals[0].score >= confidence.sure:
            yield _Mistaken(ask, rivals[0], is_sure=True)
        elif rivals and _is_tie(rivals[0], ranked, ask.intent, confidence):
            yield _Mistaken(ask, rivals[0], is_sure=False)


def _are_rivals(own: str, other: str) -> bool:
    return own not in {OOS, other} and not {own, other} <= SMALL_TALK


def _is_tie(rival: Match, ranked: Sequence[Match], intent: str, confidence: Confidence) -> bool:
    own = next((match.score for match in ranked if match.intent == intent), 0.0)
    return min(own, rival.score) >= confidence.nearly and abs(own - rival.score) < TIE


def _dead(asks: Iterable[Ask], routing: Routing) -> Iterator[Fault]:
    words = (*(word for flag in routing.flags for word in flag.words), *routing.human_words, *routing.human_alone)
    hot = {plain(word) for word in words}
    for ask in asks:
        said = plain(ask.text)
        if ask.intent != OOS and any(word in said for word in hot) and (rule := _taken(ask, routing)):
            yield _at(ask, *rule)


def _taken(ask: Ask, routing: Routing) -> tuple[str, dict[str, object]] | None:
    """The rule that decides before any intent is looked at."""
    if flag := flag_of(ask.text, routing):
        return "flagged_ask", {"text": ask.text, "flag": flag.name}
    if ask.intent != _ASKS_HUMAN and wants_human(ask.text, routing):
        return "human_ask", {"text": ask.text}
    return None


def _told(line: _Mistaken, code: str, book: Book) -> Fault:
    """The line, what it is taken for, and the written line that is most like it, where one is."""
    ask, other = line.ask, line.other
    near = None if other.index is None else book.asks[other.index]
    like = say("check.like", text=near.text, source=near.source) if near else ""
    params = {"text": ask.text, "intent": ask.intent, "rival": other.intent, "score": round(other.score), "like": like}
    return _at(ask, code, params)


def _at(ask: Ask, code: str, params: Mapping[str, object]) -> Fault:
    path, _, line = ask.source.rpartition(":")
    return Fault(path, int(line), code, dict(params), severity="warning")
