"""After-sales matters that take several turns: what is asked next, and how it ends.

In: a case, and how the turn would be answered ordinarily. Out: a decision with the state of the matter, or None where
none is under way and none begins. Never: a promise; a question that the buyer has answered; a text.

What is asked in between is answered by the ordinary rules, and the open question is put again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core.case import Case, Decision, Going
from bot.core.clauses import asks, clauses, object_of
from bot.core.context import OFFERED
from bot.core.flow_facts import meets
from bot.core.flow_said import Said, listen, opening
from bot.core.flow_work import Work
from bot.core.handing import hand_off
from bot.core.meaning import SMALL_TALK, Meaning
from bot.core.model import DecisionKind, FlowState, Holder, Kind
from bot.core.pick import Pick
from bot.core.questions import Heard, claims_of, hear, in_order
from bot.core.rules.flows import Flow, Flows, Slot
from bot.core.text import plain

Ordinary = Callable[[Case], Decision]
_UNREADABLE = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.ITEM_CARD})
_GUESSES = frozenset({"not_understood", "nearly_sure", "declined", "noted", "nothing_to_say"})
_SETTLED = frozenset({"handed", "done"})
_DROPPED = "system/flow_dropped"
_MOST_HOPS = 3  # flows that one turn may lead through
_LEAST = 2  # letters in which a question names its object


def follow(case: Case, ordinary: Ordinary) -> Decision | None:
    """One turn of the matter under way, or the first of a new one."""
    state = case.conversation.flow
    flow = case.book.rules.flows.flows.get(state.name) if state else None
    if state and flow:
        return _go_on(Work(case, flow, state), ordinary)
    begun = _beginning(case, case.meaning)
    if begun is None:
        return _shown_later(case, ordinary)
    if _is_settled(begun):
        return _settled(begun, ordinary)
    return _begin(begun, ordinary)


def _beginning(case: Case, meaning: Meaning, but: str = "") -> Work | None:
    """The first flow that an intent of the turn begins under the facts as they are."""
    flows = case.book.rules.flows.flows
    for intent in _questions(meaning) or _of_clauses(case, meaning):
        for name, flow in flows.items():
            if name != but and intent in flow.starts and (work := _opened(case, meaning, name, flow)):
                return work
    return None


def _of_clauses(case: Case, meaning: Meaning) -> list[str]:
    """Where the whole is not sure: what single clauses are all but certain of. The others tell of the same matter."""
    bar = (case.book.rules.reception.confidence.sure + 100) / 2
    parts = clauses(meaning.text, case.book.rules.reception.listening) if not meaning.claims else ()
    best = (claim for part in parts for claim in claims_of(part.text, case.book)[:1])
    return [claim.intent for claim in best if claim.score >= bar]


def _questions(meaning: Meaning) -> list[str]:
    return [claim.intent for claim in meaning.claims if claim.intent not in SMALL_TALK]


def _opened(case: Case, meaning: Meaning, name: str, flow: Flow) -> Work | None:
    """A flow with what the message already tells, if it may begin now."""
    work = Work(case, flow, FlowState(name, case.now))
    if not meets(flow.when, work.held, {}):
        return None
    told = opening(work.seen, flow, work.state)
    work = work.knowing(told)
    named = any(slot.kind not in {"order", "photos"} for slot in flow.slots if slot.name in told)
    allowed = {"always": True, "named": named, "never": False}[flow.questions]
    return work if allowed or _is_request(meaning, case) else None


def _is_request(meaning: Meaning, case: Case) -> bool:
    """Whether something is stated or requested; an answer to the bot's question was a request before."""
    rules = case.book.rules
    parts = clauses(meaning.text, rules.reception.listening)
    return bool(meaning.answers) or any(not asks(part, rules) or _requests(part.text, rules.flows) for part in parts)


def _requests(text: str, flows: Flows) -> bool:
    """Whether something is wanted done; "想问一下" wants nothing but an answer."""
    said = plain(text)
    for word in sorted(map(plain, flows.asking_words), key=len, reverse=True):
        said = said.replace(word, "")
    return any(plain(word) in said for word in flows.request_words)


def _is_settled(work: Work) -> bool:
    """Whether the same matter of the same order is already with people, or done."""
    past = work.case.conversation.past_flows
    return any(
        one.ended in _SETTLED and (one.name, one.order_id) == (work.state.name, work.state.order_id) for one in past
    )


def _settled(work: Work, ordinary: Ordinary) -> Decision | None:
    """Who waits for people with it and says it once more has it noted."""
    alone = set(_questions(work.case.meaning)) <= work.flow.own
    if not alone or work.case.conversation.holder is not Holder.QUEUED:
        return None
    return ordinary(_with(work.case, replace(work.case.meaning, claims=(), choices=(), rest=(), media=frozenset())))


def _shown_later(case: Case, ordinary: Ordinary) -> Decision | None:
    """Pictures for people who have the matter already: they are put to it."""
    past, meaning = case.conversation.past_flows, case.meaning
    if not past or past[-1].ended != "handed" or case.conversation.holder is not Holder.QUEUED:
        return None
    if not meaning.proofs or _questions(meaning):
        return None
    proofs = tuple(dict.fromkeys((*past[-1].proofs, *meaning.proofs)))
    noted = ordinary(_with(case, replace(meaning, claims=(), choices=(), rest=(), media=frozenset())))
    return replace(noted, flows=Going(None, (*past[:-1], replace(past[-1], proofs=proofs))))


def _begin(work: Work, ordinary: Ordinary) -> Decision:
    """The first words, the first question; what else was asked is answered before."""
    return _mixed(_beside(work, work.case.meaning, ordinary), _first(work, ()), work)


def _first(work: Work, lead: tuple[Pick, ...], hops: int = 0) -> Decision:
    said = work.opening
    return _next(work, (*lead, *(work.say(said.say) if said else ())), hops)


def _next(work: Work, lead: tuple[Pick, ...] = (), hops: int = 0) -> Decision:
    """Ask for what is missing first, or end."""
    missing = work.missing
    return _ask(work.asking(missing[0]), lead) if missing else _end(work, lead, hops)


def _ask(work: Work, lead: tuple[Pick, ...] = (), *, reason: str = "flow_asks", nth: int = 0) -> Decision:
    slot = work.asked
    question = work.say(slot.name, nth=nth) if slot else ()
    if slot is None or not question:
        return work.hand_off("fact_missing", lead)
    listed, wanted = _orders(work, slot)
    return Decision(DecisionKind.ASK, reason, (*lead, *question, *listed), ask=wanted, flows=work.going())


def _orders(work: Work, slot: Slot) -> tuple[tuple[Pick, ...], tuple[str, ...]]:
    """Who is asked for an order may choose from a list, as with any other question."""
    if slot.kind != "order":
        return (), ()
    rivals = work.seen.scene.focus.rivals
    chosen = work.seen.pick("system/which_order") if rivals else None
    entry = f"order:{work.flow.starts[0]}"
    said = (replace(chosen, words=work.seen.view),) if chosen else ()
    return said, (entry, *(f"{OFFERED}{order.id}" for order in rivals))


def _end(work: Work, lead: tuple[Pick, ...], hops: int) -> Decision:
    end = work.end
    said = (*lead, *(work.say(end.say) if end and end.say else ()))
    if end and end.go and hops < _MOST_HOPS:
        return _first(_changed(work, end.go), said, hops + 1)
    if end and end.then == "done" and said and not work.state.questions:
        return Decision(DecisionKind.ANSWER, "flow_done", said, flows=work.ended("done"))
    return work.hand_off("flow_handed", said, end)


def _changed(work: Work, name: str) -> Work:
    """Another flow takes over what is known: answers to slots of the same name, pictures, the order."""
    flow = work.case.book.rules.flows.flows[name]
    kept = {slot.name: work.state.filled[slot.name] for slot in flow.slots if slot.name in work.state.filled}
    state = FlowState(name, work.case.now, kept, work.state.proofs, order_id=work.state.order_id)
    conversation = replace(work.case.conversation, flow=None, past_flows=work.ended("left").past)
    begun = Work(_with(replace(work.case, conversation=conversation), work.case.meaning), flow, state)
    return begun.knowing({**opening(begun.seen, flow, state), **kept})


def _go_on(work: Work, ordinary: Ordinary) -> Decision:
    """Take what answers, answer what asks, and ask on."""
    said = listen(work.seen, work.flow, work.state)
    told = work.knowing(said.answers)
    rest = _read_rest(work.case, said)
    other = _beginning(work.case, rest, but=work.state.name) if rest.claims else None
    if other and not _is_settled(other):
        return _leave(told, other, rest, ordinary)
    if said.dropped:
        return _mixed(_beside(told, rest, ordinary), _dropped(told), told)
    if said.fault:
        return _amiss(told, said.fault)
    if not said.answers:
        return _unanswered(told, rest, ordinary)
    return _mixed(_beside(told, rest, ordinary), _next(_noting(told, rest)), told)


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
    case = _with(replace(work.case, conversation=conversation), rest)
    return _begin(replace(other, case=case), ordinary)


def _dropped(work: Work) -> Decision:
    """The buyer changed the mind: a short word, and that is all."""
    chosen = work.seen.pick(_DROPPED)
    if chosen is None:
        return work.hand_off("flow_dropped", ())
    return Decision(DecisionKind.ANSWER, "flow_dropped", (chosen,), flows=work.ended("dropped"))


def _amiss(work: Work, fault: str) -> Decision:
    """An answer that won't do: say why, and ask for another; after so many people take over."""
    said = work.say(f"{work.state.asking}_{fault}")
    if _is_tired(work) or not said:
        return work.hand_off("flow_unclear", said)
    return Decision(DecisionKind.ASK, "flow_again", said, flows=_tried(work).going())


def _unanswered(work: Work, meaning: Meaning, ordinary: Ordinary) -> Decision:
    """A question or a remark of its own, or an answer that nobody understands."""
    new = len(work.state.proofs) > len(work.case.conversation.flow.proofs) if work.case.conversation.flow else False
    if _speaks_of_else(work, meaning):
        return _mixed(_beside(work, meaning, ordinary), _again(work), work)
    courtesies = {claim.intent for claim in meaning.claims if claim.intent in SMALL_TALK}
    if courtesies and not new:
        said = ordinary(work.case)
        return _mixed(said, _again(work), work) if "greeting" in courtesies else replace(said, flows=work.going())
    return _again(work) if new and not meaning.text else _unclear(work)


def _speaks_of_else(work: Work, meaning: Meaning) -> bool:
    """Whether the ordinary rules surely have something to say: a claim of theirs, a picture that nobody asked for."""
    if any(intent not in work.flow.own for intent in _questions(meaning)):
        return True
    wants_photos = any(slot.kind == "photos" for slot in work.flow.slots)
    unread = meaning.media & (_UNREADABLE - ({Kind.IMAGE, Kind.VIDEO} if wants_photos else set()))
    return bool(unread) and not _questions(meaning)


def _again(work: Work) -> Decision:
    """The open question, after something else was said."""
    return _ask(work) if work.asked else _next(work)


def _unclear(work: Work) -> Decision:
    """Ask once more in other words; then people take over."""
    if _is_tired(work) or work.asked is None:
        return work.hand_off("flow_unclear", ())
    tried = _tried(work)
    other = work.say(f"{work.state.asking}_again")
    if other:
        listed, wanted = _orders(work, work.asked)
        return Decision(DecisionKind.ASK, "flow_again", (*other, *listed), ask=wanted, flows=tried.going())
    return _ask(tried, reason="flow_again", nth=tried.state.tries)


def _is_tired(work: Work) -> bool:
    return work.state.tries + 1 >= work.case.book.rules.flows.tries


def _tried(work: Work) -> Work:
    return replace(work, state=replace(work.state, tries=work.state.tries + 1))


def _beside(work: Work, meaning: Meaning, ordinary: Ordinary) -> Decision | None:
    """How the rest of a turn is answered; None where it asks nothing that is not the flow's own."""
    claims = tuple(claim for claim in meaning.claims if claim.intent not in work.flow.own | SMALL_TALK)
    unread = not claims and _speaks_of_else(work, meaning)
    if not claims and not unread:
        return None
    found = ordinary(_with(work.case, replace(meaning, claims=claims, choices=())))
    return None if found.reason in _GUESSES else found


def _noting(work: Work, rest: Meaning) -> Work:
    """A question that nobody understands is kept for people, so that it is not lost."""
    rules = work.case.book.rules
    if rest.claims:
        return work
    parts = clauses(rest.text, rules.reception.listening)
    open_ones = [part.text for part in parts if asks(part, rules) and len(object_of(part.text, rules)) >= _LEAST]
    kept = tuple(dict.fromkeys((*work.state.questions, *open_ones)))
    return replace(work, state=replace(work.state, questions=kept))


def _mixed(first: Decision | None, then: Decision, work: Work) -> Decision:
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


def _with(case: Case, meaning: Meaning) -> Case:
    """The case with another meaning; what was found of the old one is not taken along."""
    return Case(meaning, case.conversation, case.scene, case.view, case.book)
