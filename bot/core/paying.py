"""When an order was paid, as far as anybody knows.

In: an order. Out: a time, or none. Never: a payment that no state shows.
"""

from datetime import datetime

from bot.core.model import Order, OrderStatus

_PAID = frozenset({OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.SIGNED, OrderStatus.FINISHED})


def paid_at(order: Order) -> datetime | None:
    """Shops need not tell when an order was paid. By its state it was, no later than the first thing known of it after
    that; None of one that was not."""
    if order.paid_at or order.status not in _PAID:
        return order.paid_at
    return min(at for at in (order.shipped_at, order.signed_at, order.updated_at) if at)
