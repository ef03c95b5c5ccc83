"""What the buyer means: ranked intents, slots and flags of one turn.

In: the turn's messages, what came before, the book. Out: a `Meaning`. Never: what to do about it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.book import OOS, Book
from bot.core.context import Before, answered, declines, follow_up, is_but_a_body
from bot.core.meaning import SMALL_TALK, Claim, Meaning
from bot.core.model import Kind, Message
from bot.core.once import once
from bot.core.questions import Heard, hear, in_order
from bot.core.rules import Rules
from bot.core.rules.work import Flag, Routing
from bot.core.slots import Slots, of_answer, of_item, read_slots
from bot.core.text import bare, plain, readable
from bot.core.wordlist import WordList

_NO_HUMAN = re.compile(r"(?:不要|不用|不必|别|不需要|不想|无需)(?:再)?(?:转|找|接|叫)?(?:人工|真人)(?:客服|服务)?")
_TOLD = 100.0  # what the context says for sure
_SHOWN = (Kind.IMAGE, Kind.VIDEO)
_OF_A_BODY = "size_fit"  # who tells height and weight and nothing else asks for a size


def understand(messages: Sequence[Message], past: Before, book: Book, now: datetime) -> Meaning:
    """Read one turn, written at about `now`. The same input gives the same meaning on every machine."""
    rules = book.rules
    text = readable("\n".join(message.text for message in messages if message.kind is Kind.TEXT))
    slots = of_item(read_slots(text, rules, now), text, past.item, rules)
    if any(entry.startswith(("body:", "half:")) for entry in past.asked):
        slots = of_answer(slots, text, past.told, past.item, rules)
    heard = _heard(_without_numbers(text, slots, rules), past, book)
    answers = answered(messages, text, slots, past, rules)
    again = None if answers else follow_up(messages, text, slots, past, rules)
    meant = answers.split(":")[1] if answers else again.intent if again else None
    claims = _with_told(meant, heard.claims, rules.reception.limits.intents) if answers else heard.claims
    if not claims and is_but_a_body(text, slots, past, rules):
        claims = (Claim(_OF_A_BODY, _TOLD),)
    if again and meant:
        claims = (Claim(meant, _TOLD),)
    return Meaning(
        text=text,
        claims=claims,
        choices=() if claims else _nearly(heard, book),
        candidates=heard.ranked[:5],
        slots=slots,
        flag=flag_of(text, rules.routing),
        wants_human=wants_human(text, rules.routing),
        media=frozenset(message.kind for message in messages if message.kind is not Kind.TEXT),
        answers=answers,
        follows=again is not None,
        declines=declines(text, past, rules.reception.listening),
        rest=() if again else heard.rest,
        order=in_order(heard, book) if len(claims) > 1 else (),
        proofs=tuple(message.media_url or message.id for message in messages if message.kind in _SHOWN),
    )


def _heard(text: str, past: Before, book: Book) -> Heard:
    """All questions of the turn; a word that only ties one to the last answer ("那运费谁出") is left out if need be."""
    heard, lead = hear(text, book), _lead(text, past, book)
    if heard.claims or not lead:
        return heard
    loose, first = hear(text[len(lead) :], book), next((one for one in heard.ranked if one.intent != OOS), None)
    return loose if first and first.intent in {claim.intent for claim in loose.claims[:1]} else heard


def _lead(text: str, past: Before, book: Book) -> str:
    """The word at the beginning that refers to an answer given before."""
    leads = sorted(book.rules.reception.listening.leads, key=len, reverse=True) if past.topics else []
    return next((word for word in leads if text.startswith(word)), "")


def _without_numbers(text: str, slots: Slots, rules: Rules) -> str:
    """The text with a word for each number of an order or parcel: which one it is tells nothing of the question."""
    listening = rules.reception.listening
    words = dict.fromkeys(slots.tracking_nos, listening.a_parcel) | dict.fromkeys(slots.order_ids, listening.an_order)
    if not words:
        return text
    said = text
    for number in sorted(words, key=len, reverse=True):
        word = "" if words[number] in text else words[number]
        said = re.sub(re.escape(number), word, said, flags=re.IGNORECASE)
    return said if _without_words(said, words.values()) else text


def _without_words(text: str, words: Iterable[str]) -> str:
    """What is left beside some words; nothing, where a message is but a number."""
    return plain(re.sub("|".join(map(re.escape, words)) or "(?!)", "", text))


def _with_told(meant: str | None, claims: tuple[Claim, ...], limit: int) -> tuple[Claim, ...]:
    """What the turn answers stands before what it asks beside."""
    told = () if meant is None else (Claim(meant, _TOLD),)
    return (*told, *(claim for claim in claims if claim.intent != meant))[:limit]


def _nearly(heard: Heard, book: Book) -> tuple[Claim, ...]:
    """Readings worth asking about, of the whole or of one clause; nobody is asked whether it was a courtesy."""
    ranked, least = heard.ranked, book.rules.reception.confidence.nearly
    whole = () if not ranked or ranked[0].intent == OOS else ranked
    near = [claim for claim in (*heard.guesses, *whole) if claim.score >= least]
    offered = {claim.intent: claim for claim in near if claim.intent not in {OOS, *SMALL_TALK}}
    return tuple(offered.values())[: book.rules.reception.limits.choices]


def flag_of(text: str, routing: Routing) -> Flag | None:
    """The hottest flag whose words a text has; of equally hot ones the first."""
    words = _flag_words(routing)
    # As written too: there one number ends and the next begins.
    said = (plain(text), unicodedata.normalize("NFKC", text))
    hits = {number for form in said for word, number in words.inside(form) if _says(word, form)}
    return routing.flags[min(hits, key=lambda number: (routing.flags[number].urgency, number))] if hits else None


@once
def _flag_words(routing: Routing) -> WordList[tuple[str, int]]:
    """Each word, with the number of its flag."""
    words = ((plain(word), number) for number, flag in enumerate(routing.flags) for word in flag.words)
    return WordList((word, (word, number)) for word, number in words)


def _says(word: str, text: str) -> bool:
    """A word in a text that has it; a number must stand alone, or every order number would cry 12315."""
    return not word.isdigit() or re.search(rf"(?<!\d){word}(?!\d)", text) is not None


def wants_human(text: str, routing: Routing) -> bool:
    """Whether the message calls for a person; "不要人工" does not."""
    return bare(text) in _alone(routing) or _calls(routing).has_any(_NO_HUMAN.sub("", plain(text)))


@once
def _alone(routing: Routing) -> frozenset[str]:
    return frozenset(map(bare, routing.human_alone))


@once
def _calls(routing: Routing) -> WordList[None]:
    return WordList((plain(word), None) for word in routing.human_words)
