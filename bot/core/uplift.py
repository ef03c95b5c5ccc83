"""What nudging brings: orders that were nudged beside a random share of orders that was not.

In: orders as they enrolled, an aware moment, how long a payment counts. Out: an `Uplift`. Never: money as a float;
never an order judged before its time has run out.

Intention to treat: an order enrols when its first nudge would go out, after every check, whichever arm it is in, and
stays in that arm whatever becomes of the nudge. Only so are both arms alike but for the nudge itself.

The interval takes orders to be independent. Orders of one buyer are not, so each buyer counts once, with the order that
enrolled first. To leave out the buyers with orders in both arms instead would be wrong: of buyers with two orders it
takes nearly all that are in a small hold-out and few of the others, and where such buyers pay more often it finds an
effect that is not there. That a buyer of the hold-out read the nudge of a later order can only hide a part of one.

Where one order is nudged, another that is soon due is told of in the same message and enrols at the same moment; where
it is held out, the other waits for its own. Of one moment therefore the order that was due first counts, as it does in
the hold-out: by anything else, younger orders would count among the nudged alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b

LEAST = 20  # counted orders an arm, below which no verdict is given
_Z = Decimal("1.959963984540054")  # the normal distribution's 97.5 % point
_FEN = Decimal("0.01")
_NONE, _ALL = Decimal(0), Decimal(1)


class Arm(StrEnum):
    NUDGED = "nudged"
    HELD_OUT = "held_out"


class Verdict(StrEnum):
    """`TOO_FEW`: an arm with fewer than `LEAST` orders. `NONE_SEEN`: the interval holds 0."""

    TOO_FEW = "too_few"
    NONE_SEEN = "none_seen"
    GAIN = "gain"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An order at the moment `at` at which its first nudge went out, or would have; `due_at`: when it was to. `amount`:
    yuan."""

    order_id: str
    buyer_id: str
    at: datetime
    due_at: datetime
    arm: Arm
    paid_at: datetime | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """An arm: orders counted, how many of them were paid in time, and the yuan of those."""

    orders: int
    recovered: int
    amount: Decimal

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1; None of nothing."""
        return Decimal(self.recovered) / self.orders if self.orders else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its 95 % interval."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Orders that are not counted. `early`: paid before they enrolled, told late. `repeat`: of a buyer who had enrolled
    with another. `open`: may still be paid in time."""

    early: int
    repeat: int
    open: int


@dataclass(frozen=True, slots=True)
class Uplift:
    """`difference`: the nudged arm's share less the hold-out's, from -1 to 1; None where an arm is empty. `money`: yuan
    that the nudged orders brought beyond what the hold-out's share would have; its interval is that of the difference,
    the worth of an order taken as known. `mixed`: buyers with orders in both arms."""

    nudged: Tally
    held_out: Tally
    left_out: LeftOut
    mixed: int
    difference: Estimate | None
    money: Estimate | None
    verdict: Verdict


def arm_of(order_id: str, percent: int, salt: str) -> Arm:
    """The same for ever for the same salt; `percent` of all orders are held out, and a greater one only adds some."""
    digest = blake2b(f"{salt}\0{order_id}".encode(), digest_size=8).digest()
    return Arm.HELD_OUT if int.from_bytes(digest) * 100 < percent << 64 else Arm.NUDGED


def uplift(enrolments: Sequence[Enrolment], now: datetime, window: timedelta) -> Uplift:
    """What is known at `now` of orders that count as recovered if they were paid within `window` of enrolling."""
    timely = [one for one in enrolments if one.paid_at is None or one.paid_at >= one.at]
    firsts = _firsts(timely)
    counted = [one for one in firsts if one.at + window <= now]
    left_out = LeftOut(len(enrolments) - len(timely), len(timely) - len(firsts), len(firsts) - len(counted))
    nudged, held_out = (_tally(counted, arm, window) for arm in (Arm.NUDGED, Arm.HELD_OUT))
    difference = newcombe(nudged.recovered, nudged.orders, held_out.recovered, held_out.orders)
    money = _money(difference, nudged, held_out) if difference else None
    verdict = _verdict(difference, min(nudged.orders, held_out.orders))
    return Uplift(nudged, held_out, left_out, _mixed(timely), difference, money, verdict)


def newcombe(some: int, of: int, others: int, of_others: int) -> Estimate | None:
    """The difference of two independent shares, `some / of - others / of_others`, with its hybrid score interval:
    Newcombe 1998, Statistics in Medicine 17:873-890, method 10. None where a share is one of nothing."""
    if not of or not of_others:
        return None
    one, other = wilson(some, of), wilson(others, of_others)
    value = one.value - other.value
    down = _length(one.value - one.low, other.high - other.value)
    up = _length(one.high - one.value, other.value - other.low)
    return Estimate(value, max(value - down, -_ALL), min(value + up, _ALL))


def wilson(some: int, of: int) -> Estimate:
    """A share with its score interval: Wilson 1927, Journal of the American Statistical Association 22:209-212."""
    share, scale = Decimal(some) / of, 2 * (of + _Z**2)
    middle = (2 * some + _Z**2) / scale
    half = _Z * (_Z**2 + 4 * some * (1 - share)).sqrt() / scale
    return Estimate(share, min(share, max(middle - half, _NONE)), max(share, min(middle + half, _ALL)))


def _length(one: Decimal, other: Decimal) -> Decimal:
    return (one**2 + other**2).sqrt()


def _firsts(enrolments: Iterable[Enrolment]) -> list[Enrolment]:
    """Of each buyer the order that enrolled first."""
    found = dict[str, Enrolment]()
    for one in sorted(enrolments, key=lambda one: (one.at, one.due_at, one.order_id)):
        found.setdefault(one.buyer_id, one)
    return list(found.values())


def _mixed(enrolments: Sequence[Enrolment]) -> int:
    nudged, held_out = ({one.buyer_id for one in enrolments if one.arm is arm} for arm in (Arm.NUDGED, Arm.HELD_OUT))
    return len(nudged & held_out)


def _tally(counted: Iterable[Enrolment], arm: Arm, window: timedelta) -> Tally:
    mine = [one for one in counted if one.arm is arm]
    paid = [one.amount for one in mine if one.paid_at is not None and one.paid_at <= one.at + window]
    return Tally(len(mine), len(paid), sum(paid, _NONE))


def _money(difference: Estimate, nudged: Tally, held_out: Tally) -> Estimate:
    """Orders won, each worth what a paid order of either arm was on average."""
    paid = nudged.recovered + held_out.recovered
    worth = nudged.orders * (nudged.amount + held_out.amount) / paid if paid else _NONE
    value, low, high = ((worth * one).quantize(_FEN) for one in (difference.value, difference.low, difference.high))
    return Estimate(value, low, high)


def _verdict(difference: Estimate | None, fewest: int) -> Verdict:
    if difference is None or fewest < LEAST:
        return Verdict.TOO_FEW
    if difference.low <= 0 <= difference.high:
        return Verdict.NONE_SEEN
    return Verdict.GAIN if difference.low > 0 else Verdict.LOSS
