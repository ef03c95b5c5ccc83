"""After-sales matters that take several turns: what a turn does to the one under way, or to none.

In: a case, and how the turn would be answered ordinarily. Out: a decision with the state of the matter, or None where
none is under way and none begins. Never: a promise; a question that the buyer has answered; a text.

What is asked in between is answered by the ordinary rules, and the open question is put again.
"""

from dataclasses import replace

from bot.core.case import Case, Decision, Going
from bot.core.flow_begin import beginning, is_settled, questions
from bot.core.flow_beside import Ordinary, beside, mixed, noting, speaks_of_else
from bot.core.flow_facts import meets
from bot.core.flow_said import Said, listen
from bot.core.flow_steps import again, amiss, drop, first, go_next, unclear
from bot.core.flow_work import Work
from bot.core.meaning import SMALL_TALK, Meaning
from bot.core.model import DecisionKind, Holder, Kind
from bot.core.pick import Pick
from bot.core.questions import Heard, hear, in_order
from bot.core.text import plain

_NOTED = "system/flow_noted"


def follow(case: Case, ordinary: Ordinary) -> Decision | None:
    """One turn of the matter under way, or the first of a new one."""
    state = case.conversation.flow
    flow = case.book.rules.flows.flows.get(state.name) if state else None
    if state and flow:
        return _go_on(Work(case, flow, state), ordinary)
    begun = beginning(case, case.meaning)
    if begun is None:
        return _shown_later(case, ordinary)
    if is_settled(begun):
        return _settled(begun, ordinary)
    return _begin(begun, ordinary)


def _settled(work: Work, ordinary: Ordinary) -> Decision | None:
    """Who waits for people with it and says it once more has it noted."""
    alone = set(questions(work.case.meaning)) <= work.flow.own
    if not alone or work.case.conversation.holder is not Holder.QUEUED:
        return None
    return _noted(work.case, ordinary)


def _noted(case: Case, ordinary: Ordinary) -> Decision:
    """What is said to somebody who waits and adds something."""
    return ordinary(replace(case, meaning=replace(case.meaning, claims=(), choices=(), rest=(), media=frozenset())))


def _shown_later(case: Case, ordinary: Ordinary) -> Decision | None:
    """Pictures for people who have the matter already: they are put to it."""
    past, meaning = case.conversation.past_flows, case.meaning
    if not past or past[-1].ended != "handed" or case.conversation.holder is not Holder.QUEUED:
        return None
    if not meaning.proofs or questions(meaning):
        return None
    proofs = tuple(dict.fromkeys((*past[-1].proofs, *meaning.proofs)))
    noted = _noted(case, ordinary)
    return replace(noted, flows=Going(None, (*past[:-1], replace(past[-1], proofs=proofs))))


def _begin(work: Work, ordinary: Ordinary) -> Decision:
    """The first words, the first question; what else was asked is answered before."""
    return mixed(beside(work, work.case.meaning, ordinary), first(work, ()), work)


def _go_on(work: Work, ordinary: Ordinary) -> Decision:
    """Take what answers, answer what asks, and ask on."""
    said = listen(work.placed, work.flow, work.state)
    told = work.knowing(said.answers)
    rest = _read_rest(work.case, said)
    other = beginning(work.case, rest, but=work.state.name) if rest.claims else None
    aside = first(other, ()) if other and _is_told_at_once(other) else None
    if other and not aside and not is_settled(other):
        return _leave(told, other, rest, ordinary)
    if _is_elsewhere(work, told):
        return replace(ordinary(work.case), flows=told.ended("left"))
    if said.dropped:
        return mixed(beside(told, rest, ordinary), drop(told), told)
    if said.fault:
        return amiss(told, said.fault)
    if not said.answers:
        return mixed(aside, again(told), told) if aside else _unanswered(told, rest, ordinary)
    noted = told if aside else noting(told, rest)
    return mixed(aside or beside(told, rest, ordinary), go_next(noted, _noted_words(told, noted)), told)


def _noted_words(before: Work, after: Work) -> tuple[Pick, ...]:
    """Who asks what nobody understands hears that people will be told."""
    chosen = after.case.pick(_NOTED) if after.state.questions != before.state.questions else None
    return (chosen,) if chosen else ()


def _is_elsewhere(work: Work, told: Work) -> bool:
    """Whether the buyer has just named an order that the matter can't be about."""
    moved = told.state.order_id != work.state.order_id
    return moved and not meets(told.flow.when, told.held, {})


def _is_told_at_once(work: Work) -> bool:
    """Whether a matter is but a question that its facts answer: no reason to put another away for it."""
    return not work.missing and work.end is not None and work.end.then == "done"


def _read_rest(case: Case, said: Said) -> Meaning:
    """The meaning of what answers nothing; of the whole turn where nothing is answered."""
    meaning = case.meaning
    if not said.answers and not said.fault and not said.dropped:
        return meaning
    heard = hear(said.rest, case.book) if plain(said.rest) else Heard()
    claims, order = heard.claims, in_order(heard, case.book) if len(heard.claims) > 1 else ()
    return replace(
        meaning, text=said.rest, claims=claims, choices=(), rest=heard.rest, order=order, answers=None, follows=False,
        media=frozenset(), declines=False,
    )  # fmt: skip


def _leave(work: Work, other: Work, rest: Meaning, ordinary: Ordinary) -> Decision:
    """Another matter comes up: this one is put away with what is known of it."""
    conversation = replace(work.case.conversation, flow=None, past_flows=work.ended("left").past)
    case = replace(work.case, conversation=conversation, meaning=rest)
    return _begin(replace(other, case=case), ordinary)


def _shows(work: Work) -> bool:
    """Whether the turn shows a picture or an order, which answers nothing and is no bad answer."""
    before = work.case.conversation.flow
    pictures = before is not None and len(work.state.proofs) > len(before.proofs)
    return pictures or Kind.ORDER_CARD in work.case.meaning.media or work.case.scene.focus.named


def _unanswered(work: Work, meaning: Meaning, ordinary: Ordinary) -> Decision:
    """A question or a remark of its own, or an answer that nobody understands."""
    new = _shows(work)
    if speaks_of_else(work, meaning):
        return mixed(beside(work, meaning, ordinary), again(work), work)
    courtesies = {claim.intent for claim in meaning.claims if claim.intent in SMALL_TALK}
    if "greeting" in courtesies and not new:
        return mixed(ordinary(work.case), again(work), work)
    if courtesies and not new and (work.takes_time or "thanks" in courtesies):
        return replace(ordinary(work.case), flows=work.going())
    return again(work) if new else _unclear(work, meaning)


def _unclear(work: Work, meaning: Meaning) -> Decision:
    """Ask once more; a question that nobody understands is kept for people."""
    noted = noting(work, meaning)
    decision = unclear(noted)
    asks_on = decision.kind is DecisionKind.ASK
    return replace(decision, picks=(*_noted_words(work, noted), *decision.picks)) if asks_on else decision
