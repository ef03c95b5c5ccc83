"""What conditions of a flow may ask about, and the words that its texts may use.

In: a case seen from the flow's order, and the flow's state. Out: situations that hold, fields. Never: a decision.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.book import Workdays
from bot.core.case import Case
from bot.core.flow_case import about, bought, line_of, lines_of
from bot.core.groups import Make
from bot.core.haggling import bound, offered
from bot.core.model import FlowState, Item, Order, Refund
from bot.core.once import once
from bot.core.routing import group_of
from bot.core.rules import Rules
from bot.core.rules.flows import ANY, NO, YES, Flow, Slot, When
from bot.core.situations import PRECEDENCE, establish
from bot.core.view import FIELDS, build_view, choice_view, shift_view
from bot.core.when import say_day, say_money
from bot.words import say

#: Situations beside those of `situations.py` that a condition may name.
SITUATIONS = (
    "has_order", "several_items", "again", "may_offer", "in_return", "past_return", "in_defect", "past_defect",
    "in_protect", "past_protect", "cheaper_now", "not_cheaper", "refund_late", "platform_taobao", "platform_tmall",
    "platform_jd", "platform_own",
)  # fmt: skip
ALL_SITUATIONS = frozenset((*SITUATIONS, *PRECEDENCE))
#: Fields under `flow.` beside the names of its slots.
COMPUTED = FIELDS["flow"]
SKIPPED = "-"  # the value of a slot whose question the buyer can't answer
_DAYS = re.compile(r"\d+")


def place(case: Case, flow: Flow, state: FlowState) -> Case:
    """The case seen from the matter: its order, its item, the variant that is wanted; without words."""
    case = about(case, flow, state)
    wanted = _wanted(flow, state)
    color, size = (wanted[0] if wanted else None, wanted[1] if len(wanted) > 1 else None)
    slots = replace(case.scene.slots, color=color, size=size) if wanted else case.scene.slots
    return replace(case, scene=replace(case.scene, slots=slots))


def see(placed: Case, flow: Flow, state: FlowState) -> Case:
    """The same with its words, the flow's own among them."""
    scene = placed.scene
    more: Mapping[str, Make] = {
        "shift": lambda: shift_view(scene, group_for(flow, placed)),
        "flow": lambda: _fields(placed, flow, state),
    }
    return replace(placed, view=build_view(scene, more))


def _wanted(flow: Flow, state: FlowState) -> list[str]:
    """The words of the variant that is wanted instead."""
    names = [state.filled.get(slot.name, "") for slot in flow.slots if slot.kind == "sku"]
    return names[0].split() if names and names[0] != SKIPPED else []


def holding(case: Case, flow: Flow, state: FlowState) -> frozenset[str]:
    """The situations that hold, at least all that the flow's conditions name."""
    again = ("again",) if times_done(case, state.name) else ()
    return frozenset((*establish(case.scene, group_for(flow, case), _named(flow)), *_own(case), *again))


@once
def _named(flow: Flow) -> frozenset[str]:
    """What any of its conditions rests on."""
    return frozenset(name for when in (flow.when, *flow.conditions) for name in (*when.facts, *when.never))


def times_done(case: Case, name: str) -> int:
    """How often the same matter of the same order came to an end without people."""
    order = case.scene.focus.order
    done = [one for one in case.conversation.past_flows if one.ended == "done" and one.name == name]
    return sum(one.order_id == (order.id if order else None) for one in done)


def group_for(flow: Flow, case: Case) -> str:
    """Whose matter a flow is."""
    return flow.group or group_of(flow.starts, case.book.rules.routing)


def meets(when: When, held: frozenset[str], filled: Mapping[str, str]) -> bool:
    """Whether a condition holds."""
    if (when.facts and held.isdisjoint(when.facts)) or not held.isdisjoint(when.never):
        return False
    if any(name not in filled or filled[name] in of for name, of in when.others.items()):
        return False
    return all(name in filled and (ANY in of or filled[name] in of) for name, of in when.slots.items())


def _own(case: Case) -> Iterator[str]:
    order, rules, now = case.scene.focus.order, case.book.rules, case.now
    yield f"platform_{rules.shop.platform}"
    if order is None:
        return
    yield "has_order"
    if sum(line.quantity for line in order.lines) > 1:
        yield "several_items"
    if bound(order, rules) > 0:
        yield "may_offer"
    if until := _returned_until(case):
        yield "in_return" if now.astimezone(case.zone).date() <= until.astimezone(case.zone).date() else "past_return"
    yield from _within("defect", order.signed_at, rules.shop.returns.defect_window, now)
    yield from _within("protect", order.paid_at, rules.promotions.price_protect, now)
    yield from _prices(case)
    if order.refund is not Refund.NONE and _late(order, rules, now, case.book.works):
        yield "refund_late"


def _returned_until(case: Case) -> datetime | None:
    """A time of the last day on which the order may be sent back; whole days count."""
    signed = case.scene.focus.order.signed_at if case.scene.focus.order else None
    return signed + timedelta(days=case.book.rules.shop.returns.days) if signed else None


def _within(name: str, since: datetime | None, lasts: timedelta | None, now: datetime) -> Iterator[str]:
    if since and lasts:
        yield f"in_{name}" if now <= since + lasts else f"past_{name}"


def _prices(case: Case) -> Iterator[str]:
    """Whether what was bought costs less now; nothing where the card or the line does not tell."""
    line, item = line_of(case), case.scene.focus.item
    if line and item and item.on_sale:
        yield "cheaper_now" if _price_now(item, line.sku_id) < line.price else "not_cheaper"


def _price_now(item: Item, sku_id: str | None) -> Decimal:
    own = next((sku.price for sku in item.skus if sku.id == sku_id), None)
    return item.price if own is None else own


def _late(order: Order, rules: Rules, now: datetime, works: Workdays) -> bool:
    """Whether a refund takes longer than the shop says; its longest count of days, working days where it says so."""
    days = max(map(int, _DAYS.findall(rules.shop.refund_days)), default=0)
    day = order.updated_at
    while days > 0 and day < now:
        day += timedelta(days=1)
        days -= 1 if say("flows.workday") not in rules.shop.refund_days or works(day.date()) else 0
    return day < now


def _fields(case: Case, flow: Flow, state: FlowState) -> dict[str, str]:
    """The answers in the buyer's words, and what follows from the order."""
    told = ((slot, state.filled.get(slot.name, SKIPPED)) for slot in flow.slots)
    answers = {slot.name: shown(slot, value) for slot, value in told if value != SKIPPED}
    asked = flow.slot(state.asking)
    pieces = lines_of(case.scene.focus.order) if asked and asked.kind == "line" else ()
    choices = choice_view(asked.options or pieces)["list"] if asked and (asked.options or pieces) else ""
    known = {
        **answers, **_order_fields(case), **_offer(case, state), "choices": choices,
        "invoice_days": _days_of(case, flow, state),
        "proofs": str(len(state.proofs) or ""),
    }  # fmt: skip
    return {name: value for name, value in known.items() if value}


def _days_of(case: Case, flow: Flow, state: FlowState) -> str:
    """When an invoice of the chosen type is written."""
    chosen = {state.filled.get(slot.name) for slot in flow.slots if slot.kind == "invoice_type"}
    return next((kind.days for kind in case.book.rules.invoices.types if kind.name in chosen), "")


def _offer(case: Case, state: FlowState) -> dict[str, str]:
    """What is offered now: each refusal is a round."""
    order = case.scene.focus.order
    if order is None or bound(order, case.book.rules) <= 0:
        return {}
    price = offered(order, case.book.rules, state.tries + 1)
    return {"offer": say_money(price), "off": say_money(order.amount - price)}


def shown(slot: Slot, value: str) -> str:
    """An answer as people read it."""
    if value == SKIPPED:
        return say("flows.skipped")
    return say(f"flows.{value}") if slot.kind in {"yes_no", "offer"} and value in {YES, NO} else value


def _order_fields(case: Case) -> dict[str, str]:
    item, line, until = case.scene.focus.item, line_of(case), _returned_until(case)
    return {
        "bought": bought(case) or "",
        "return_until": say_day(until, case.now, case.zone) if until else "",
        "price_then": say_money(line.price) if line else "",
        "price_now": say_money(_price_now(item, line.sku_id)) if line and item else "",
    }
