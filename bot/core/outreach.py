"""When the shop may speak first to a buyer, whatever it has to say.

In: what is known of the buyer, the limits and quiet hours, an aware moment. Out: from when on they may be written to;
the verdicts that `nudges` and `care` give on planned lines. Never: a send, a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.buyer import Agreed
from bot.core.model import Holder, Order
from bot.core.rules.outreach import Limits
from bot.core.rules.shifts import Span
from bot.core.walltime import DAY, days_between, end_of_window, instant, local_day

AGAIN = timedelta(minutes=1)
#: What is queued so shortly before the quiet hours might be read in them.
BREATH = timedelta(seconds=30)
_LONGEST = timedelta(days=9)
HELD = frozenset({Holder.HUMAN, Holder.QUEUED})


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of one order, to be judged at `due_at`."""

    step: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A planned step with its order as it is now."""

    order: Order
    step: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of the buyer: who holds the conversation, when they last wrote (`last_at`), when they were `told`
    something of this kind, how many buyers were `today`, their `orders`, what they said of being written to (`agreed`),
    and when they said not to want what they had ordered. `said`: steps by order id that they were told; `withheld`:
    orders of which nothing is said."""

    holder: Holder | None = None
    paused: bool = False
    last_at: datetime | None = None
    told: tuple[datetime, ...] = ()
    today: int = 0
    orders: tuple[Order, ...] = ()
    agreed: Agreed | None = None
    refused_at: datetime | None = None
    said: frozenset[tuple[str, str]] = frozenset()
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Send:
    """Nothing speaks against it; all lines that are sent at one moment are one message."""


@dataclass(frozen=True, slots=True)
class Withhold:
    """It would be sent, if the order were not one of those that show what happens without."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Never. `reason` is a word for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """Judge again at `to`."""

    to: datetime


Verdict = Send | Withhold | Cancel | Move


@dataclass(frozen=True, slots=True)
class FailingCheck:
    """The place of a check in `checks` that does not hold; local times, None is never."""

    index: int
    expected: datetime | None
    found: datetime | None


def free_from(reach: Reach, limits: Limits, quiet: Sequence[Span], now: datetime, tz: ZoneInfo) -> datetime:
    """The first moment from `now` on at which the buyer may be written to."""
    at = after_quiet(max([now, *_waits(reach, limits, now, tz)]), quiet, tz)
    return at if in_peace(at + BREATH, quiet, tz) else after_quiet(at + BREATH, quiet, tz)


def after_quiet(at: datetime, quiet: Sequence[Span], tz: ZoneInfo) -> datetime:
    """The first moment from `at` on outside all quiet spans; where they leave none, one that nothing waits for."""
    limit = at + _LONGEST
    while at <= limit and (ends := _ends(at, quiet, tz)):
        at = max(ends)
    return at


def in_peace(at: datetime, quiet: Sequence[Span], tz: ZoneInfo) -> bool:
    """Whether no quiet span covers a moment."""
    return not _ends(at, quiet, tz)


def quiet_from(at: datetime, until: datetime, quiet: Sequence[Span], tz: ZoneInfo) -> datetime:
    """When the next quiet span begins, `until` where none does before."""
    days = days_between(local_day(at, tz) - 2 * DAY, local_day(at, tz) + 2 * DAY)
    begins = [instant(day, span.from_, tz) for day in days for span in quiet]
    return min([until, *(begin for begin in begins if begin > at)])


def _ends(at: datetime, quiet: Sequence[Span], tz: ZoneInfo) -> list[datetime]:
    return [end for span in quiet if (end := end_of_window(span.from_, span.to, at, tz))]


def _waits(reach: Reach, limits: Limits, now: datetime, tz: ZoneInfo) -> Iterator[datetime]:
    """Until when each thing keeps the buyer from being written to."""
    if reach.paused:
        yield now + AGAIN
    if reach.last_at:
        yield reach.last_at + limits.after_talk
    told = sorted(reach.told)
    yield from (at + limits.apart for at in told[-1:])
    yield from (at + limits.within for at in told[-limits.most :][:1] if len(told) >= limits.most)
    if limits.day is not None and reach.today >= limits.day:
        yield instant(local_day(now, tz) + DAY, 0, tz)


def in_shop(at: datetime | None, tz: ZoneInfo) -> datetime | None:
    """A moment as the shop's clock shows it, without its zone."""
    return at.astimezone(tz).replace(tzinfo=None) if at else None
