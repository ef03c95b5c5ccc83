"""Buyers who asked and then paid (询单转化), and whose doing that was.

In: rounds, purchases, how long a payment counts. Out: an `Asker` a buyer. Never: an order placed before the question, a
buyer counted for two agents.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.daylog import Purchase
from bot.core.rounds import BOT, MACHINE, PEOPLE, Answer, Round

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Buyers who asked, how many of them paid in time, and the yuan of their orders."""

    asked: int
    paid: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Asker:
    """A buyer and the orders that were placed after the first question and paid in time. `served_by`: who of the shop's
    people wrote last before the (first) payment, else the bot, if it answered."""

    buyer_id: str
    asked_at: datetime
    bought: tuple[Purchase, ...]
    served_by: str | None


def asker(
    buyer_id: str, asked: Sequence[Round], later: Iterable[Round], bought: Iterable[Purchase], within: timedelta
) -> Asker:
    """`asked` are the buyer's rounds of the day, `later` all from then on."""
    first = min(one.asked_at for one in asked)
    mine = tuple(one for one in bought if one.placed_at >= first and _in_time(one, first + within))
    paid = min((one.paid_at for one in mine if one.paid_at), default=first + within)
    answers = (one for each in (*asked, *later) for one in each.answers if first <= one.at <= paid)
    return Asker(buyer_id, first, mine, _served_by(list(answers)))


def conversion(askers: Iterable[Asker]) -> Conversion:
    """All of them together; an order is one buyer's."""
    asked = list(askers)
    paid = [one for one in asked if one.bought]
    return Conversion(len(asked), len(paid), sum((each.amount for one in paid for each in one.bought), _NONE))


def _in_time(one: Purchase, until: datetime) -> bool:
    return one.paid_at is not None and one.placed_at <= one.paid_at <= until


def _served_by(answers: Sequence[Answer]) -> str | None:
    by_people = [one for one in answers if one.who in PEOPLE]
    if by_people:
        return max(by_people, key=lambda one: (one.at, one.author)).author
    return BOT if any(one.who in MACHINE for one in answers) else None
