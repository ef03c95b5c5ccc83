"""What the buyer means: ranked intents, slots and flags of one turn.

In: the turn's messages, what the bot asked before, the book. Out: a `Meaning`. Never: what to do about it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot.core.book import OOS, Book
from bot.core.match import Match
from bot.core.meaning import SMALL_TALK, Claim, Meaning
from bot.core.model import Kind, Message
from bot.core.rules.work import Confidence, Flag, Routing
from bot.core.slots import Slots, read_slots
from bot.core.text import bare, clauses, plain, readable

_ORDINALS = {
    word.format(figure): place
    for place, figures in enumerate(("1一", "2二", "3三"))
    for figure in figures
    for word in ("{}", "第{}个", "选{}", "第{}个吧", "选第{}个")
}
_ONLY_NUMBER = re.compile(r"(?:订单号?|单号)?(?:是|为)?(?=[a-z]*\d)[0-9a-z]{4,24}")
_NO_HUMAN = re.compile(r"(?:不要|不用|不必|别|不需要|不想|无需)(?:再)?(?:转|找|接|叫)?(?:人工|真人)(?:客服|服务)?")
_YES = frozenset({"是", "是的", "对", "对的", "嗯", "嗯嗯", "恩", "1", "一"})


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
        wants_human=_wants_human(text, book.rules.routing),
        media=frozenset(message.kind for message in messages if message.kind is not Kind.TEXT),
        answers=answers,
    )


def _claims(matches: Iterable[Match], book: Book) -> tuple[Claim, ...]:
    asks = book.asks
    return tuple(Claim(m.intent, m.score, None if m.index is None else asks[m.index]) for m in matches)


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
    """The first, if it is sure."""
    if not ranked or ranked[0].intent == OOS or ranked[0].score < confidence.sure:
        return ()
    return ranked[:1]


def _nearly(ranked: tuple[Claim, ...], confidence: Confidence, limit: int) -> tuple[Claim, ...]:
    """Readings worth asking about; nobody is asked whether it was a courtesy."""
    if not ranked or ranked[0].intent == OOS:
        return ()
    near = (claim for claim in ranked if claim.score >= confidence.nearly and claim.intent not in {OOS, *SMALL_TALK})
    return tuple(near)[:limit]


def _answered(text: str, messages: Sequence[Message], slots: Slots, asked: tuple[str, ...]) -> str | None:
    """Which open question this turn answers, if it says nothing else: a choice, an order, an item, body data."""
    word = bare(text)
    choices = [entry for entry in asked if entry.startswith("choice:")]
    if len(choices) == 1 and word in _YES:
        return choices[0]
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
    # As written too: there one number ends and the next begins.
    said = (plain(text), unicodedata.normalize("NFKC", text))
    hits = [flag for flag in flags if any(_says(plain(word), form) for word in flag.words for form in said)]
    return min(hits, key=lambda flag: flag.urgency) if hits else None


def _says(word: str, text: str) -> bool:
    """A word in a text; a number must stand alone, or every order number would cry 12315."""
    if not word.isdigit():
        return word in text
    return re.search(rf"(?<!\d){word}(?!\d)", text) is not None


def _wants_human(text: str, routing: Routing) -> bool:
    """Whether the message calls for a person; "不要人工" does not."""
    said = _NO_HUMAN.sub("", plain(text))
    return bare(text) in map(bare, routing.human_alone) or any(plain(word) in said for word in routing.human_words)
