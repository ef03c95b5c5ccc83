"""How far a price may be talked down: the shop's bounds and what its platform lets people change.

In: an unpaid order, the rules. Out: sums in yuan, to the cent. Never: a price below the floor; a promise that it is
changed, for only a person can do that.

Taobao shops and a shop of one's own may change the price of an unpaid order, Tmall shops only its postage, JD shops
neither.
"""

from decimal import ROUND_DOWN, Decimal

from bot.core.model import Order, OrderStatus
from bot.core.rules import Rules

_CENT = Decimal("0.01")
_MAY_CHANGE_PRICE = frozenset({"taobao", "own"})
_MAY_CHANGE_POSTAGE = frozenset({"taobao", "own", "tmall"})


def bound(order: Order, rules: Rules) -> Decimal:
    """The most that may come off an order; 0 where nothing may, or where it is paid."""
    if order.status is not OrderStatus.UNPAID:
        return Decimal(0)
    return min(_off_goods(order, rules) + _off_postage(order, rules), order.amount)


def offered(order: Order, rules: Rules, turn: int) -> Decimal:
    """What the order may cost in a round, counted from 1: each goes down by the same step, the last to the floor."""
    rounds = rules.flows.haggle.rounds
    off = bound(order, rules) * min(turn, rounds) / rounds
    return order.amount - off.quantize(_CENT, ROUND_DOWN)


def _off_goods(order: Order, rules: Rules) -> Decimal:
    """By the percentage and by the sum, whichever is less; without either nothing."""
    haggle, goods = rules.flows.haggle, order.amount - order.postage
    if rules.shop.platform not in _MAY_CHANGE_PRICE or goods <= 0:
        return Decimal(0)
    by_percent = None if haggle.off_percent is None else goods * haggle.off_percent / 100
    limits = [limit for limit in (by_percent, haggle.off_most) if limit is not None]
    return min((*limits, goods)).quantize(_CENT, ROUND_DOWN) if limits else Decimal(0)


def _off_postage(order: Order, rules: Rules) -> Decimal:
    may = rules.shop.platform in _MAY_CHANGE_POSTAGE and rules.flows.haggle.postage
    return order.postage if may else Decimal(0)
