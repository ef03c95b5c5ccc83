"""The steps of an after-sales matter: the first words, the next question, the end.

In: the work as it stands, and what is said before. Out: a decision with the state of the matter. Never: a question that
the buyer has answered.
"""

from dataclasses import replace

from bot.core.case import Decision
from bot.core.context import OFFERED
from bot.core.flow_said import opening
from bot.core.flow_work import Work
from bot.core.model import DecisionKind, FlowState
from bot.core.pick import Pick
from bot.core.rules.flows import NO, End, Slot

_DROPPED = "system/flow_dropped"
_MOST_HOPS = 3  # flows that one turn may lead through


def first(work: Work, lead: tuple[Pick, ...], hops: int = 0) -> Decision:
    """The first words, then the first question."""
    said, work = None if _leads_on(work) else work.opening, _turned_to_next(work)
    return _step(work, (*lead, *(work.say(said.say) if said else ())), hops)


def _leads_on(work: Work) -> bool:
    """Whether there is nothing to ask before another matter takes over: that one has first words of its own."""
    return not work.missing and work.end is not None and work.end.go is not None


def go_next(work: Work, lead: tuple[Pick, ...] = (), hops: int = 0) -> Decision:
    """Ask for what is missing first, or end."""
    return _step(_turned_to_next(work), lead, hops)


def _turned_to_next(work: Work) -> Work:
    missing = work.missing
    return work.asking(missing[0]) if missing else work


def _step(work: Work, lead: tuple[Pick, ...], hops: int) -> Decision:
    return _ask(work, lead) if work.missing else _end(work, lead, hops)


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
    rivals = work.placed.scene.focus.rivals
    chosen = work.seen.pick("system/which_order") if rivals else None
    entry = f"order:{work.flow.starts[0]}"
    said = (replace(chosen, words=work.seen.view),) if chosen else ()
    return said, (entry, *(f"{OFFERED}{order.id}" for order in rivals))


def _end(work: Work, lead: tuple[Pick, ...], hops: int) -> Decision:
    end = work.end
    said = (*lead, *(work.say(end.say) if end and end.say else ()))
    if end and end.go and hops < _MOST_HOPS:
        return first(_changed(work, end.go), said, hops + 1)
    if end and end.wait and said:
        return _wait(work, end, said)
    if end and end.then == "done" and said and not work.state.questions:
        return Decision(DecisionKind.ANSWER, "flow_done", said, flows=work.ended("done"))
    return work.hand_off("flow_handed", said, end)


def _wait(work: Work, end: End, said: tuple[Pick, ...]) -> Decision:
    """The buyer goes and looks; the answer is heard anew, and so are those that led here."""
    anew = {end.wait, *end.if_.slots}
    filled = {slot: value for slot, value in work.state.filled.items() if slot not in anew}
    denied = {slot: value for slot, value in work.state.filled.items() if slot in anew}
    waiting = replace(work, state=replace(work.state, filled=filled, denied=denied, asking=end.wait, tries=0))
    return Decision(DecisionKind.ASK, "flow_waits", said, flows=waiting.going())


def _changed(work: Work, name: str) -> Work:
    """Another flow takes over what is known: answers to slots of the same name, pictures, the order."""
    flow = work.case.book.rules.flows.flows[name]
    kept = {slot.name: work.state.filled[slot.name] for slot in flow.slots if slot.name in work.state.filled}
    state = FlowState(name, work.case.now, kept, work.state.proofs, order_id=work.state.order_id)
    conversation = replace(work.case.conversation, flow=None, past_flows=work.ended("led").past)
    begun = Work(replace(work.case, conversation=conversation), flow, state)
    return begun.knowing({**opening(begun.placed, flow, state), **kept})


def drop(work: Work) -> Decision:
    """The buyer changed the mind: a short word, and that is all, unless people owe an answer to something else."""
    chosen = work.seen.pick(_DROPPED)
    if chosen is None or work.state.questions:
        return work.hand_off("partly", (chosen,) if chosen else ())
    return Decision(DecisionKind.ANSWER, "flow_dropped", (chosen,), flows=work.ended("dropped"))


def amiss(work: Work, fault: str) -> Decision:
    """An answer that won't do: say why, and ask for another; after so many people take over."""
    if work.asked and work.asked.kind == "offer":
        return _bid(_tried(work), fault)
    said = work.say(f"{work.state.asking}_{fault}")
    if _is_tired(work) or not said:
        return work.hand_off("flow_unclear", said)
    return Decision(DecisionKind.ASK, "flow_again", said, flows=_tried(work).going())


def _bid(work: Work, fault: str) -> Decision:
    """The next offer, until there is none; then the buyer's wish is refused."""
    name = work.state.asking or ""
    if work.state.tries >= work.case.book.rules.flows.haggle.rounds:
        return go_next(work.knowing({name: NO}))
    return Decision(DecisionKind.ASK, "flow_asks", work.say(f"{name}_{fault}"), flows=work.going())


def again(work: Work) -> Decision:
    """The open question, after something else was said."""
    return _ask(work) if work.asked else go_next(work)


def unclear(work: Work) -> Decision:
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
