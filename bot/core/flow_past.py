"""After-sales matters over time: which are over by silence, and what people are told of them.

In: a conversation, or a decided case. Out: how its flows stand, lines of a summary. Never: a decision.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.case import Case, Decision, Going
from bot.core.flow_facts import shown
from bot.core.flow_work import Work
from bot.core.model import Conversation, DecisionKind, Item, Order
from bot.core.rules.flows import Flows
from bot.words import say

MOST = 5  # past matters that are kept
_LONGEST = 500  # characters of one line


def lapsed(conversation: Conversation, rules: Flows, now: datetime) -> Conversation:
    """After a long silence, or where the shop's rules know it no longer, a flow is over; what is old is forgotten."""
    flow = conversation.flow
    silent = conversation.last_at is not None and now - conversation.last_at > rules.patience
    over = flow is not None and (silent or flow.name not in rules.flows)
    past = [*conversation.past_flows, *([replace(flow, asking=None, ended="silent")] if flow and over else ())]
    kept = tuple(one for one in past if now - one.since <= rules.keep)[-MOST:]
    if not over and kept == conversation.past_flows:
        return conversation
    return replace(conversation, flow=None if over else flow, past_flows=kept)


def left(case: Case, decision: Decision) -> Going:
    """The flows after a decision. Where people take over for something else, the one under way is theirs too."""
    if decision.flows:
        return decision.flows
    talk = case.conversation
    if talk.flow is None or decision.kind is not DecisionKind.HAND_OFF:
        return Going(talk.flow, talk.past_flows)
    return Going(None, (*talk.past_flows, replace(talk.flow, asking=None, ended="handed")))


def matter(case: Case, decision: Decision) -> tuple[Order | None, Item | None]:
    """The order and item that people take over: those of the flow that the turn was about, else those in focus."""
    focus = case.scene.focus
    states = (decision.flows.current, *decision.flows.past[-1:]) if decision.flows else ()
    state = next((one for one in states if one), None)
    flow = case.book.rules.flows.flows.get(state.name) if state else None
    if state and flow:
        focus = Work(case, flow, state).placed.scene.focus
    return focus.order, focus.item


def told_of(case: Case, flows: Going, order: Order | None) -> Iterator[tuple[str, str]]:
    """Lines of a summary, by the keys of their words: what each matter has come to, the newest first."""
    states = [*flows.past, *([flows.current] if flows.current else ())]
    for state in reversed(states):
        flow = case.book.rules.flows.flows.get(state.name)
        if flow:
            yield from _lines(Work(case, flow, state), order)


def _lines(work: Work, order: Order | None) -> Iterator[tuple[str, str]]:
    state, flow, comma = work.state, work.flow, say("flows.comma")
    how = say(f"flows.ended.{state.ended}") if state.ended in {"dropped", "silent", "left", "led"} else ""
    yield "flow", f"{flow.title}{how}"
    filled = ((slot, state.filled[slot.name]) for slot in flow.slots if slot.name in state.filled)
    yield (
        "facts",
        comma.join(say("flows.fact", title=slot.title, value=shown(slot, v)) for slot, v in filled)[:_LONGEST],
    )
    yield "flow_order", (state.order_id or "") if order is None or order.id != state.order_id else ""
    yield "proofs", say("join.list").join(state.proofs)[:_LONGEST]
    yield "open", comma.join(state.questions)[:_LONGEST]
    yield "missing", "" if state.ended == "done" else say("join.list").join(slot.title for slot in work.missing)


def with_proofs(conversation: Conversation) -> str:
    """The summary of one that waits, with the pictures that came since it was written."""
    later = [one for state in conversation.past_flows for one in state.proofs if one not in conversation.summary]
    if not later:
        return conversation.summary
    return f"{conversation.summary}\n{say('summary.proofs', text=say('join.list').join(later))}"
