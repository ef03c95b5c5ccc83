"""Several questions in one turn: what is sure of each, and what is left over.

In: a turn's text, its bubbles on lines of their own, and the book. Out: `Heard`. Never: what to do about it.

The whole text speaks first: measured on real messages, a claim that only a part of a bubble makes is wrong too often.
A further claim needs a clause of its own that asks and is all but certain by itself; where the whole is unsure, such
clauses count if they are two, or if another sentence asks what nobody understands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core.book import OOS, Book
from bot.core.clauses import (
    LEAST_OBJECT,
    MOST_CLAUSES,
    PAUSE,
    Clause,
    asks,
    is_one,
    object_of,
    parts_of,
    requests,
    sentences,
    split,
)
from bot.core.meaning import SMALL_TALK, Claim, Rest
from bot.core.once import once
from bot.core.rules.work import EXACT
from bot.core.text import plain

_KEPT, _SHORT = 2048, 200  # texts whose reading is remembered, and the characters of the longest of them
_LIKELY = 3  # of a question's readings, those that an answer may have been meant for
Read = Callable[[str], tuple[Claim, ...]]


@dataclass(frozen=True, slots=True)
class Heard:
    """`ranked` are the whole text's readings, `claims` the sure ones in order of certainty, `guesses` what single
    clauses are sure of where the whole is not, `rest` the questions that nobody understood or that are too many,
    `parts` the clauses, if they are several."""

    ranked: tuple[Claim, ...] = ()
    claims: tuple[Claim, ...] = ()
    guesses: tuple[Claim, ...] = ()
    rest: tuple[Rest, ...] = ()
    parts: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """A turn's sentences, the clauses of those, and what single clauses ask for."""

    sentences: Sequence[Clause]
    parts: tuple[Clause, ...]
    further: tuple[Claim, ...]
    read: Read
    book: Book


def hear(text: str, book: Book) -> Heard:
    """All questions of a turn."""
    read, listening = _reader(book), book.rules.reception.listening
    whole = read(text)
    whole_ones = [] if is_one(text, listening) else sentences(text, listening)
    parts = parts_of(whole_ones)
    if len(parts) <= 1:
        return Heard(whole, _sure(whole, book))
    said = _Said(whole_ones[:MOST_CLAUSES], parts, _further(parts, read, book), read, book)
    first, further = _sure(whole, book) or _bubbles(text, read, book), said.further
    alone = first or len(further) > 1 or _asks_beside(said)
    found = _merged(() if _is_blend(first, said) else first, further if alone else ())
    limit = book.rules.reception.limits.intents
    claims = found[:limit]
    return Heard(whole, claims, () if claims else further, _rest(said, claims, found[limit:]), parts)


def in_order(heard: Heard, book: Book) -> tuple[str, ...]:
    """The intents as the clauses come to them."""
    read = _reader(book)
    return tuple(dict.fromkeys(guess for part in heard.parts if (guess := _guess(read(part.text)))))


@once
def _reader(book: Book) -> Read:
    """What a short text is read as is remembered: a clause is asked about more than once, a greeting by everybody."""
    known = lru_cache(_KEPT)(lambda text: claims_of(text, book))
    return lambda text: known(text) if len(text) <= _SHORT else claims_of(text, book)


def reading(text: str, book: Book) -> tuple[Claim, ...]:
    """The readings of a text that is likely read more than once."""
    return _reader(book)(text)


def claims_of(text: str, book: Book) -> tuple[Claim, ...]:
    """The matcher's readings of one text, surest first."""
    asks, found = book.asks, book.matcher.rank(text)
    if plain(text).isdigit():  # figures answer something; a courtesy was only read into them
        found = tuple(match for match in found if match.score == EXACT or match.intent not in SMALL_TALK)
    return tuple([Claim(m.intent, m.score, None if m.index is None else asks[m.index]) for m in found])


def _sure(ranked: tuple[Claim, ...], book: Book) -> tuple[Claim, ...]:
    """The first, if it is sure."""
    if not ranked or ranked[0].intent == OOS or ranked[0].score < book.rules.reception.confidence.sure:
        return ()
    return ranked[:1]


def _bubbles(text: str, read: Read, book: Book) -> tuple[Claim, ...]:
    """Messages of one turn were written one by one: what each is sure of by itself."""
    lines = [line for line in text.split("\n") if plain(line)]
    if len(lines) <= 1:
        return ()
    found = [claim for line in lines[:MOST_CLAUSES] for claim in _sure(read(line), book)]
    return tuple(sorted(found, key=lambda claim: -claim.score))


def _further(parts: Sequence[Clause], read: Read, book: Book) -> tuple[Claim, ...]:
    """What single clauses ask or request, where that is all but certain; surest first."""
    bar = (book.rules.reception.confidence.sure + 100) / 2
    best = (
        claim for part in parts if asks(part, book.rules) or requests(part, book.rules) for claim in read(part.text)[:1]
    )
    found = [claim for claim in best if claim.score >= bar and claim.intent not in {OOS, *SMALL_TALK}]
    return tuple(sorted(found, key=lambda claim: -claim.score))


def _is_blend(first: tuple[Claim, ...], said: _Said) -> bool:
    """Two questions in one breath may read like a third that nobody asked."""
    if len({claim.intent for claim in said.further}) <= 1:
        return False
    return not {claim.intent for claim in first} & {_guess(said.read(part.text)) for part in said.parts}


def _asks_beside(said: _Said) -> bool:
    """Whether another sentence asks something that nobody understands: that is why the whole was unsure."""
    answered = {claim.intent for claim in said.further}
    return bool(answered) and any(_is_open(part, answered, said.read, said.book) for part in said.sentences)


def _merged(first: tuple[Claim, ...], further: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The whole's claim before the clauses', each intent once, a courtesy behind all questions."""
    told = (*first, *further)
    single = {claim.intent: claim for claim in reversed(told)}
    order = dict.fromkeys(claim.intent for claim in told)
    return tuple(single[intent] for intent in sorted(order, key=lambda intent: intent in SMALL_TALK))


def _rest(said: _Said, claims: tuple[Claim, ...], over: tuple[Claim, ...]) -> tuple[Rest, ...]:
    """Beside what is claimed: the questions beyond the limit, and the sentences that ask and that no claim answers."""
    answered, many, read = {claim.intent for claim in claims}, {claim.intent for claim in over}, said.read
    if answered <= SMALL_TALK:
        return ()
    beyond = [part for part in said.parts if _guess(read(part.text)) in many] if many else []
    open_ones = [part for part in _units(said, answered) if _is_open(part, answered, read, said.book)]
    found = {part.text: Rest(part.text, _guess(read(part.text))) for part in (*beyond, *open_ones)}
    return tuple(found.values())


def _units(said: _Said, answered: set[str]) -> Sequence[Clause]:
    """What may be a question of its own: sentences; parts between commas only where another part has made a claim or
    asks as well."""
    by_itself = not answered.isdisjoint(claim.intent for claim in said.further)
    asking = by_itself or sum(asks(part, said.book.rules) for part in said.parts) > 1
    return said.parts if asking else said.sentences


def _is_open(part: Clause, answered: set[str], read: Read, book: Book) -> bool:
    """Whether a sentence is a question with an object of its own, and none of the answers may be meant for it."""
    if not asks(part, book.rules):
        return False
    best, nearly = read(part.text)[:1], book.rules.reception.confidence.nearly
    if any(claim.intent in SMALL_TALK and claim.score >= nearly for claim in best):
        return False
    near = {claim.intent for one in (part, *split(part, PAUSE)) for claim in read(one.text)[:_LIKELY]}
    return not near & answered and len(object_of(part.text, book.rules)) >= LEAST_OBJECT


def _guess(ranked: tuple[Claim, ...]) -> str | None:
    return next((claim.intent for claim in ranked if claim.intent != OOS), None)
