"""What is said beside an after-sales matter: answered by the ordinary rules, and joined with the matter's own words.

In: the work, a meaning, how the turn would be answered ordinarily. Out: decisions. Never: two questions at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core import flow_case
from bot.core.case import Case, Decision
from bot.core.clauses import asks_in_words, clauses, object_of
from bot.core.flow_begin import questions
from bot.core.flow_work import Work
from bot.core.handing import hand_off
from bot.core.meaning import SMALL_TALK, Meaning
from bot.core.model import DecisionKind, Kind
from bot.core.pick import Pick

Ordinary = Callable[[Case], Decision]
_UNREADABLE = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.ITEM_CARD})
_SEEN_BY_PEOPLE = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.STICKER})
_GUESSES = frozenset({"not_understood", "nearly_sure", "declined", "noted", "nothing_to_say"})
_LEAST = 2  # letters in which a question names its object


def speaks_of_else(work: Work, meaning: Meaning) -> bool:
    """Whether the ordinary rules surely have something to say: a claim of theirs, a picture that nobody asked for."""
    if any(intent not in work.flow.own for intent in questions(meaning)):
        return True
    wants_photos = any(slot.kind == "photos" for slot in work.flow.slots)
    unread = meaning.media & (_UNREADABLE - ({Kind.IMAGE, Kind.VIDEO} if wants_photos else set()))
    return bool(unread) and not questions(meaning)


def beside(work: Work, meaning: Meaning, ordinary: Ordinary) -> Decision | None:
    """How the rest of a turn is answered; None where it asks nothing that is not the flow's own."""
    claims = tuple(claim for claim in meaning.claims if claim.intent not in work.flow.own | SMALL_TALK)
    unread = not claims and speaks_of_else(work, meaning)
    if not claims and not unread:
        return None
    if not claims and meaning.media <= _SEEN_BY_PEOPLE:
        return _kept(work)
    case = flow_case.beside(work.case, work.placed)
    found = ordinary(replace(case, meaning=replace(meaning, claims=claims, choices=())))
    if found.reason in _GUESSES:
        return None
    return replace(found, picks=tuple(replace(chosen, words=case.view) for chosen in found.picks))


def _kept(work: Work) -> Decision | None:
    """Pictures that nobody asked for are kept for people, and that is said once."""
    chosen = work.case.pick("system/media_image", work.group)
    if chosen is None or work.case.conversation.said.get(chosen.topic.name):
        return None
    return Decision(DecisionKind.ANSWER, "flow_asks", (chosen,))


def noting(work: Work, rest: Meaning) -> Work:
    """A question that nobody understands is kept for people, so that it is not lost."""
    rules = work.case.book.rules
    if {claim.intent for claim in rest.claims} - SMALL_TALK:
        return work
    parts = clauses(rest.text, rules.reception.listening)
    asked = (part.text for part in parts if asks_in_words(part, rules))
    open_ones = [text for text in asked if len(object_of(text, rules)) >= _LEAST]
    kept = tuple(dict.fromkeys((*work.state.questions, *open_ones)))
    return replace(work, state=replace(work.state, questions=kept))


def mixed(first: Decision | None, then: Decision, work: Work) -> Decision:
    """The answer to what was asked beside, then the flow's own words."""
    if first is None or first.kind is DecisionKind.STAY:
        return then
    picks = (*first.picks, *(chosen for chosen in then.picks if chosen not in first.picks))
    if first.kind is DecisionKind.HAND_OFF or then.kind is DecisionKind.HAND_OFF:
        return _mixed_hand_off(first, then, picks, work)
    if first.kind is DecisionKind.ASK and then.kind is DecisionKind.ASK:
        return replace(first, flows=then.flows)
    return replace(then, picks=picks, ask=then.ask or first.ask)


def _mixed_hand_off(first: Decision, then: Decision, picks: Sequence[Pick], work: Work) -> Decision:
    """People who are there take all of it at once; at night the flow goes on, for they come hours later."""
    hotter = min((first, then), key=lambda one: (one.kind is not DecisionKind.HAND_OFF, one.urgency))
    if then.kind is DecisionKind.HAND_OFF:
        return replace(hotter, picks=tuple(picks), flows=then.flows)
    if work.is_live and first.group in work.case.facts.live:
        return hand_off(
            work.case, first.reason, picks=first.picks, group=first.group, urgency=first.urgency,
            flows=work.ended("handed"),
        )  # fmt: skip
    return replace(first, picks=tuple(picks), ask=then.ask, flows=then.flows)
