"""What the bot last said to a question: by it a buyer's "不是问这个", or the same question again, is understood.

In: a decided case and its reply. Out: a `Replied`, or None where people have it now. Never: words that are not masked.
"""

from bot.core.case import Case, Decision
from bot.core.compose import Reply
from bot.core.context import said_as
from bot.core.masking import mask_text
from bot.core.meaning import SMALL_TALK
from bot.core.model import DecisionKind, Replied
from bot.core.pick import Pick

LONGEST = 200  # characters of a question that are kept
SURE = "sure"  # the reason of an answer that claims to be one
_QUIET = frozenset({"small_talk", "wish_noted"})  # what is said beside, and changes nothing
OOS = "oos"


def replied(case: Case, decision: Decision, reply: Reply | None) -> Replied | None:
    """As it stands after a decision."""
    old = case.conversation.replied
    if decision.kind is DecisionKind.STAY or decision.reason in _QUIET:
        return old
    if decision.kind is DecisionKind.HAND_OFF:
        return None
    plain = Replied(case.now, question_of(case), decision.reason, likeliest(case))
    return _answered(plain, case, decision, reply) if decision.reason == SURE else plain


def question_of(case: Case) -> str:
    """What is asked: who only answers the bot's own question still asks what came before it."""
    old, meaning = case.conversation.replied, case.meaning
    if old and (meaning.answers or meaning.declines):
        return old.question
    return mask_text(meaning.text)[:LONGEST]


def likeliest(case: Case) -> str | None:
    """The intent that was claimed, offered or came nearest."""
    meaning = case.meaning
    found = (one.intent for one in (*meaning.claims, *meaning.choices, *meaning.candidates) if one.intent != OOS)
    asked = [intent for intent in found if intent not in SMALL_TALK]
    return asked[0] if asked else None


def _answered(plain: Replied, case: Case, decision: Decision, reply: Reply | None) -> Replied:
    """With the words of the first answer that is one to a question."""
    spoken = {part.topic: part.source for part in reply.parts} if reply else {}
    chosen = next((one for one in decision.picks if _is_answer(one) and one.topic.name in spoken), None)
    if chosen is None:
        return plain
    name = chosen.topic.name
    return Replied(
        plain.at, plain.question, plain.reason, chosen.topic.intent, name, spoken[name], said_as(chosen, case.scene)
    )


def _is_answer(chosen: Pick) -> bool:
    return bool(chosen.topic.intent) and chosen.topic.intent not in SMALL_TALK
