"""What the buyer means: ranked intents, slots and flags of one turn.

In: the turn's messages, what the bot asked before, the book. Out: a `Meaning`. Never: what to do about it.
"""

import re
from collections.abc import Iterable, Sequence

from bot.core.book import OOS, Book
from bot.core.match import EXACT, Match
from bot.core.meaning import SMALL_TALK, Claim, Meaning
from bot.core.model import Kind, Message
from bot.core.rules.work import Confidence, Flag
from bot.core.slots import Slots, read_slots
from bot.core.text import clauses, plain, readable

_ORDINALS = {
    word.format(figure): place
    for place, figures in enumerate(("1一", "2二", "3三"))
    for figure in figures
    for word in ("{}", "第{}个", "选{}")
}
_ONLY_NUMBER = re.compile(r"(?:订单号?|单号)?(?:是|为)?[0-9a-z]{4,24}")
_HUMAN_LENGTH = 12  # a short message with one of the human words is a call for a person; a long one may only mention it


def understand(messages: Sequence[Message], asked: tuple[str, ...], book: Book) -> Meaning:
    """Read one turn. The same input gives the same meaning on every machine."""
    text = readable("\n".join(message.text for message in messages if message.kind is Kind.TEXT))
    slots, limits = read_slots(text, book.rules), book.rules.reception.limits
    ranked = _claims(book.matcher.rank(text), book)
    answers = _answered(text, messages, slots, asked)
    claims = _sure(text, ranked, book)
    if answers:
        answered = Claim(answers.split(":")[1], 100.0)
        claims = (answered, *(claim for claim in claims if claim.intent != answered.intent))[: limits.intents]
    return Meaning(
        text=text,
        claims=claims,
        choices=() if claims else _nearly(ranked, book.rules.reception.confidence, limits.choices),
        candidates=ranked[:5],
        slots=slots,
        flag=flag_of(text, book.rules.routing.flags),
        wants_human=_wants_human(text, book.rules.routing.human_words),
        media=frozenset(message.kind for message in messages if message.kind is not Kind.TEXT),
        answers=answers,
    )


def _claims(matches: Iterable[Match], book: Book) -> tuple[Claim, ...]:
    return tuple(Claim(match.intent, match.score, book.asks[match.index]) for match in matches)


def _sure(text: str, ranked: tuple[Claim, ...], book: Book) -> tuple[Claim, ...]:
    """The whole text's best intent; of several sentences also each one's own, if it is sure by itself.

    A courtesy beside other sentences is not what the message is about.
    """
    confidence, limit = book.rules.reception.confidence, book.rules.reception.limits.intents
    found = {claim.intent: claim for claim in _best(ranked, confidence)}
    parts = clauses(text)
    for part in parts if len(parts) > 1 else ():
        for claim in _best(_claims(book.matcher.rank(part), book), confidence):
            if claim.intent not in SMALL_TALK:
                found.setdefault(claim.intent, claim)
    return tuple(sorted(found.values(), key=lambda claim: -claim.score))[:limit]


def _best(ranked: tuple[Claim, ...], confidence: Confidence) -> tuple[Claim, ...]:
    if not ranked or ranked[0].intent == OOS or ranked[0].score < confidence.sure:
        return ()
    lead = ranked[0].score - (ranked[1].score if len(ranked) > 1 else 0.0)
    is_written = ranked[0].score == EXACT
    return ranked[:1] if is_written or lead >= confidence.margin else ()


def _nearly(ranked: tuple[Claim, ...], confidence: Confidence, limit: int) -> tuple[Claim, ...]:
    if not ranked or ranked[0].intent == OOS:
        return ()
    return tuple(claim for claim in ranked[:limit] if claim.score >= confidence.nearly and claim.intent != OOS)


def _answered(text: str, messages: Sequence[Message], slots: Slots, asked: tuple[str, ...]) -> str | None:
    """Which open question this turn answers, if it says nothing else: a choice, an order, an item, body data."""
    word = plain(text)
    choices = [entry for entry in asked if entry.startswith("choice:")]
    if word in _ORDINALS and _ORDINALS[word] < len(choices):
        return choices[_ORDINALS[word]]
    shown = {
        "order": bool(_ONLY_NUMBER.fullmatch(word)) or (not word and any(message.order_id for message in messages)),
        "item": not word and any(message.item_id for message in messages),
        "body": slots.height is not None or slots.weight is not None,
    }
    return next((entry for entry in asked if shown.get(entry.split(":")[0])), None)


def flag_of(text: str, flags: Sequence[Flag]) -> Flag | None:
    """The hottest flag whose words a text has."""
    said = plain(text)
    hits = [flag for flag in flags if any(plain(word) in said for word in flag.words)]
    return min(hits, key=lambda flag: flag.urgency) if hits else None


def _wants_human(text: str, words: Sequence[str]) -> bool:
    said = plain(text)
    return len(said) <= _HUMAN_LENGTH and any(plain(word) in said for word in words)
