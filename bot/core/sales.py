"""Whose sale an order is, and what its buyer wished before there was an order.

In: an order, the conversation with its buyer, the rules. Out: lines for the order's note. Never: a sale taken from an
agent; a wish that is too old to be meant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.model import Conversation, Order
from bot.core.notes import note_of
from bot.core.rules.outreach import Notes, SaleMark
from bot.words import say


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One line for an order's note, and the flag if there is none, or one of those of ours that it stands `over`."""

    line: str
    flag: str
    over: tuple[str, ...] = ()


def sale_of(order: Order, talk: Conversation | None, rules: SaleMark, notes: Notes) -> tuple[NoteLine, ...]:
    """The work number of the agent who spoke last before the payment, if it is known; else the bot's own, if it
    answered. Where people spoke after the payment nobody can tell any more, and nothing is written."""
    if talk is None or talk.buyer_id != order.buyer_id:
        return ()
    paid = order.paid_at or order.updated_at
    if talk.served_at and talk.served_at > paid:
        return ()
    if _lately(talk.served_at, paid, rules.within):
        agent = talk.served_by
        weaker = (rules.bot_flag, notes.flag)
        return (NoteLine(say("notes.agent", number=agent), rules.agent_flag, weaker),) if agent else ()
    if rules.number and _lately(talk.answered_at, paid, rules.within):
        return (NoteLine(say("notes.bot", number=rules.number), rules.bot_flag),)
    return ()


def wishes_for(order: Order, talk: Conversation | None, rules: Notes) -> tuple[NoteLine, ...]:
    """What the buyer told shortly before the order was placed, or between then and the payment: of an order placed in
    those minutes the shop's system may have yet to tell."""
    if talk is None or talk.buyer_id != order.buyer_id or not rules.enabled:
        return ()
    paid = order.paid_at or order.updated_at
    told = [wish for wish, at in talk.wishes.items() if at <= paid and order.created_at <= at + rules.keep]
    return (NoteLine(note_of(tuple(told)), rules.flag),) if told else ()


def _lately(at: datetime | None, until: datetime, span: timedelta) -> bool:
    return at is not None and at <= until <= at + span
