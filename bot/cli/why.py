"""Why a text was taken for an intent, in an operator's words.

In: a turn. Out: what spoke for its best intent, and, where nothing was claimed, for leaving it alone. Never: the
figures of all senses; a claim's confidence is told with the claim.
"""

from dataclasses import dataclass

from bot.core.book import OOS
from bot.core.meaning import EXACT, Claim
from bot.core.text import bare
from bot.core.turn import Turn
from bot.words import say

_LEAST = 0.05  # what adds less decides nothing
_TOPIC, _CONCEPT, _ENDS, _SIZE, _ALWAYS = "#?", "#", "#ends:", "#size:", "#"
_START, _END, _DIGIT = "^", "$", "0"


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature that speaks for an intent, and what it adds to the log-odds."""

    intent: str
    feature: str
    gain: float


def reasons(turn: Turn) -> list[Reason]:
    """The loudest features of the intent that was claimed; or of the likeliest and of `oos`, where none was."""
    return [reason for intent in _explained(turn) for reason in _of(turn, intent)]


def word_for_word(turn: Turn, claim: Claim) -> bool:
    """Whether an operator wrote the text just so: then no feature was asked."""
    return claim.score == EXACT and claim.ask is not None and bare(claim.ask.text) == bare(turn.meaning.text)


def _explained(turn: Turn) -> list[str]:
    taught = {ask.intent for ask in turn.case.book.asks}
    if turn.meaning.claims:
        return [claim.intent for claim in turn.meaning.claims if claim.intent in taught]
    likely = [claim.intent for claim in turn.meaning.candidates]
    return [*[intent for intent in likely if intent != OOS][:1], *[intent for intent in likely if intent == OOS]]


def _of(turn: Turn, intent: str) -> list[Reason]:
    found = turn.case.book.matcher.why(turn.meaning.text, intent)
    return [Reason(intent, in_words(name), round(gain, 2)) for name, gain in found if gain >= _LEAST]


def in_words(feature: str) -> str:
    """A feature's name as people read it; `core/features.py` makes the names."""
    if not feature.startswith(_CONCEPT):
        return _gram(feature)
    if feature == _ALWAYS:
        return say("why.always")
    if feature.startswith(_ENDS):
        return say(f"why.ends_{feature.removeprefix(_ENDS)}")
    if feature.startswith(_SIZE):
        return say("why.size")
    if feature.startswith(_TOPIC):
        return say("why.asked", name=feature.removeprefix(_TOPIC))
    return say("why.concept", name=feature.removeprefix(_CONCEPT))


def _gram(text: str) -> str:
    """A run of letters; all figures are alike, so none of them is told."""
    place = f"{'start' if text.startswith(_START) else ''}{'end' if text.endswith(_END) else ''}"
    letters = text.removeprefix(_START).removesuffix(_END).replace(_DIGIT, say("why.figure"))
    return say(f"why.gram_{place or 'within'}", text=letters)
