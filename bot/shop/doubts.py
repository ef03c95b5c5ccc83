"""What in a snapshot that can be kept is worth a look all the same.

In: a snapshot, where it stands in its file, the time. Out: warnings. Never: a fault; a platform's discounts make an
amount smaller than its lines, and who gives them is not told here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.model import Item, Order
from bot.errors import Fault
from bot.shop.raw import Loc, Raw

# Clocks differ by minutes. What is newer than that hides every snapshot that really comes until then.
_AHEAD = timedelta(hours=1)


def doubts_of(path: str, raw: Raw, value: Item | Order, now: datetime) -> Iterator[Fault]:
    """Warnings with their lines."""
    if isinstance(value, Order):
        yield from _sums(path, raw, value)
    if value.updated_at > now + _AHEAD:
        yield _doubt(path, raw, ("updated_at",), "import_ahead", {"value": value.updated_at.isoformat()})


def _sums(path: str, raw: Raw, order: Order) -> Iterator[Fault]:
    """Nobody pays more than the lines and the postage come to."""
    most = sum((line.price * line.quantity for line in order.lines), order.postage)
    if order.amount > most:
        params = {"id": order.id, "value": _yuan(order.amount), "most": _yuan(most)}
        yield _doubt(path, raw, ("amount",), "import_too_much", params)


def _doubt(path: str, raw: Raw, loc: Loc, code: str, params: dict[str, str]) -> Fault:
    return Fault(path, raw.line(loc), code, {"field": raw.name(loc), **params}, "warning")


def _yuan(amount: Decimal) -> str:
    return format(amount, "f")
