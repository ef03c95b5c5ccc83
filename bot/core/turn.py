"""The river: one buyer's turn from messages to words. Read this first.

    messages -> understand -> focus and view -> decide -> compose -> red lines -> the next conversation

In: values. Out: a `Turn`. Never: IO, a clock, chance. The same input gives the same output on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.book import Book
from bot.core.bundles import bundle_view, to_tell
from bot.core.case import Case, Decision
from bot.core.compose import RedLineError, Reply, compose
from bot.core.context import SIZE, before, holding, kept_told, named_order, said_as, told_for_good
from bot.core.decide import decide
from bot.core.facts import OPEN, Facts, find_focus
from bot.core.flow_past import lapsed, left, with_proofs
from bot.core.groups import Make
from bot.core.meaning import SMALL_TALK, Meaning
from bot.core.model import Conversation, DecisionKind, Holder, Message
from bot.core.notes import NOTED, kept_wishes, wish_view
from bot.core.remembered import completed, told_since
from bot.core.replied import replied
from bot.core.routing import waits_hotter
from bot.core.states import Happened, after
from bot.core.summary import summarise
from bot.core.understand import understand
from bot.core.view import Scene, build_view, choice_view, shift_view
from bot.core.waiting import asks_people, first_look, left_by_people, told_so

SUMMARY_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn comes to. `conversation` is the state to save; `summary` is set for a hand-off."""

    case: Case
    decision: Decision
    reply: Reply | None
    conversation: Conversation
    summary: str = ""

    @property
    def meaning(self) -> Meaning:
        return self.case.meaning


def take_turn(messages: Sequence[Message], conversation: Conversation, facts: Facts, book: Book, now: datetime) -> Turn:
    """All new messages of a conversation, read together and answered once."""
    conversation = _opened(conversation, facts, book, now)
    meaning = _read(messages, conversation, facts, book, now)
    focus = find_focus(messages, conversation, meaning.slots, facts)
    slots = completed(meaning.slots, focus, facts, book.rules, now)
    meaning = meaning if slots is meaning.slots else replace(meaning, slots=slots)
    scene = Scene(book.rules, facts, focus, meaning.slots, now, anew=(meaning.answers or "").startswith(SIZE))
    case = _case(meaning, conversation, scene, book)
    decision, reply = _speak(case, decide(case))
    summary = summarise(case, decision, reply) if decision.kind is DecisionKind.HAND_OFF else ""
    return Turn(case, decision, reply, _remember(case, decision, reply, summary), summary)


def _opened(conversation: Conversation, facts: Facts, book: Book, now: datetime) -> Conversation:
    """As the buyer finds it: a closed one is open again, what was told elsewhere since is known here too, and after a
    long silence courtesies and counts begin anew."""
    conversation = left_by_people(conversation, facts.live, book.rules.routing, now)
    holder = after(conversation.holder, Happened.BUYER_WROTE)
    conversation = lapsed(conversation, book.rules.flows, now)
    told = told_since(conversation.told, conversation.last_at, facts.buyer)
    same = holder is conversation.holder and told is conversation.told
    opened = conversation if same else replace(conversation, holder=holder, told=told)
    long_ago = opened.last_at is not None and now - opened.last_at > book.rules.reception.limits.round
    if not long_ago:
        return opened
    lasting = told_for_good(opened.told)
    return replace(opened, said={}, asked=(), misses=0, last_topic=None, last_topics=(), told=lasting, replied=None)


def _read(messages: Sequence[Message], conversation: Conversation, facts: Facts, book: Book, now: datetime) -> Meaning:
    """What this turn says, with what was told before where it still holds, and the order that it picks from a list."""
    past = before(messages, conversation, facts, book)
    meaning = understand(messages, past, book, now)
    leans = meaning.follows or meaning.answers is not None
    chosen = named_order(meaning.text, meaning.slots, past, book.rules.reception.listening) if leans else None
    told = holding(conversation, facts, messages, leans)
    slots = meaning.slots.with_told(told, answering=True)
    if chosen and not slots.order_ids:
        slots = replace(slots, order_ids=(chosen,))
    return meaning if slots is meaning.slots else replace(meaning, slots=slots)


def _case(meaning: Meaning, conversation: Conversation, scene: Scene, book: Book) -> Case:
    """The case with its words: the facts', the shift's, the offered readings'."""
    case = Case(meaning, conversation, scene, {}, book)
    more: dict[str, Make] = {
        "shift": lambda: shift_view(scene, case.staffed_group),
        "bundle": lambda: bundle_view(case),
        "wish": lambda: wish_view(case.wishes, book.rules.care.notes),
    }
    titles = [book.by_intent[claim.intent].title for claim in meaning.choices if claim.intent in book.by_intent]
    if titles:
        more["choice"] = lambda: choice_view(titles)
    return Case(meaning, conversation, scene, build_view(scene, more), book)


def _speak(case: Case, decision: Decision) -> tuple[Decision, Reply | None]:
    """Compose; a text that crosses a red line with its facts filled in is not said, a person is told instead."""
    try:
        return decision, compose(case, decision)
    except RedLineError:
        group = decision.group or case.staffed_group
        fallback = Decision(DecisionKind.HAND_OFF, "red_line", group=group, urgency=1)
    try:
        return fallback, compose(case, fallback)
    except RedLineError:
        return replace(fallback, quiet=True), None


def _remember(case: Case, decision: Decision, reply: Reply | None, summary: str) -> Conversation:
    old, focus = case.conversation, case.scene.focus
    item_id = focus.item.id if focus.item else old.item_id
    flows = left(case, decision)
    kept = replace(
        old,
        misses=_misses(old.misses, decision),
        said=_said(case, decision, reply),
        asked=decision.ask if reply or decision.ask else old.asked,
        last_topic=decision.picks[0].topic.name if decision.picks else old.last_topic,
        last_topics=_topics(decision) or old.last_topics,
        item_id=item_id,
        order_id=focus.order.id if focus.order and focus.named else old.order_id,
        last_at=case.now,
        flow=flows.current,
        past_flows=flows.past,
        told=kept_told(old.told, old.item_id, item_id) | case.meaning.slots.to_tell() | to_tell(case, decision.picks),
        answered_at=case.now if decision.kind is DecisionKind.ANSWER and decision.picks else old.answered_at,
        wishes=_wishes(case, decision, reply),
        replied=replied(case, decision, reply),
    )
    if decision.kind is DecisionKind.HAND_OFF:
        return _queue(kept, case, decision, summary)
    if kept.holder is Holder.HUMAN:
        return asks_people(kept, case.meaning, case.now, case.book)
    return replace(kept, summary=with_proofs(kept)[:SUMMARY_MAX]) if kept.holder is Holder.QUEUED else kept


def _wishes(case: Case, decision: Decision, reply: Reply | None) -> dict[str, datetime]:
    """What is wished for an order that is yet to be placed; only what was also read back."""
    order = case.scene.focus.order
    waits = reads_back(decision, reply) and not (order and order.status in OPEN)
    return kept_wishes(case.conversation.wishes, case.wishes if waits else (), case.book.rules, case.now)


def reads_back(decision: Decision, reply: Reply | None) -> bool:
    """Whether the buyer is told that wishes are noted."""
    picked = any(chosen.topic.name == NOTED for chosen in decision.picks)
    return picked and any(part.topic == NOTED for part in (reply.parts if reply else ()))


def _said(case: Case, decision: Decision, reply: Reply | None) -> dict[str, int]:
    """How often each answer was given, with what this turn gives."""
    said, names = (
        dict(case.conversation.said),
        {chosen.topic.name: said_as(chosen, case.scene) for chosen in decision.picks},
    )
    for part in reply.parts if reply else ():
        name = names.get(part.topic, part.topic)
        said[name] = said.get(name, 0) + 1
    return said


def _topics(decision: Decision) -> tuple[str, ...]:
    """What the buyer is answered about."""
    intents = {chosen.topic.name: chosen.topic.intent for chosen in decision.picks}
    return tuple(name for name, intent in intents.items() if intent and intent not in SMALL_TALK)


def _misses(so_far: int, decision: Decision) -> int:
    if decision.kind is DecisionKind.STAY:
        return so_far
    return so_far + 1 if decision.reason in {"not_understood", "nearly_sure", "declined"} else 0


def _queue(conversation: Conversation, case: Case, decision: Decision, summary: str) -> Conversation:
    """Wait for people; who waits already keeps the place in the queue, and a hotter matter its reason."""
    waits = conversation.holder is Holder.QUEUED
    if waits_hotter(conversation, decision.urgency):
        return replace(conversation, summary=f"{conversation.summary}\n{summary}"[:SUMMARY_MAX])
    wanted = decision.wanted or decision.group
    live, same = decision.group in case.facts.live, conversation.group == wanted
    since = conversation.waiting_since if waits and conversation.waiting_since else case.now
    look_at = first_look(since, decision, case.facts, case.book.rules.routing)
    mine = (
        conversation if same else replace(conversation, agent_id=None, agent_since=None)
    )  # another group's from now on
    return replace(
        mine,
        holder=after(conversation.holder, Happened.HANDED_OFF),
        group=wanted,
        waiting_since=since,
        urgency=min(conversation.urgency, decision.urgency) if waits else decision.urgency,
        reason=decision.reason,
        summary=summary,
        announced=live or (waits and conversation.announced and same),
        look_at=conversation.look_at if waits and same else look_at,
        soothed=conversation.soothed if waits else told_so(decision, case.facts, case.book.rules.routing),
        tried=conversation.tried if waits else (),
    )
