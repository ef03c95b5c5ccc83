"""What a definition makes of a day's rounds.

In: a definition, rounds around a local day, the shop's zone. Out: a `Figure`. Never: a unit of another day, the
server's zone, a float.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.core.rounds import Answer, Round, Who
from bot.core.rules.kinds import DAY_MINUTES
from bot.core.rules.kpis import Counted, Definition
from bot.core.rules.shifts import Window
from bot.core.walltime import end_after, local_day

_MILLISECOND = timedelta(milliseconds=1)
#: Whose replies a definition may count; that people will come is a word of the bot's.
_WHO: dict[Counted, tuple[Who, ...]] = {"human": (Who.HUMAN,), "assist": (Who.ASSIST,), "bot": (Who.BOT, Who.CALL)}
_DAYS_AHEAD = 3  # a window may end so many midnights after it began


@dataclass(frozen=True, slots=True)
class Figure:
    """`units` that counted; of a rate how many came `within`, of a mean how long they took together in milliseconds."""

    definition: Definition
    units: int
    within: int = 0
    total_ms: int = 0

    @property
    def mean_ms(self) -> int | None:
        return self.total_ms // self.units if self.units else None


def measured(definition: Definition, rounds: Iterable[Round], day: date, zone: ZoneInfo) -> Figure:
    """`rounds` are all that began on the day, or in a session that did."""
    took = [_took(one, definition) for one in units(definition, rounds, day, zone)]
    if definition.within is not None:
        within = [span for span in took if span is not None and span <= definition.within]
        return Figure(definition, len(took), within=len(within))
    spans = [span for span in (_capped(one, definition) for one in took) if span is not None]
    return Figure(definition, len(spans), total_ms=sum(milliseconds(span) for span in spans))


def units(definition: Definition, rounds: Iterable[Round], day: date, zone: ZoneInfo) -> Sequence[Round]:
    """The rounds that a definition looks at: of a session the first that counts."""
    by_session = definition.unit == "session"
    counted = [
        one
        for one in rounds
        if _is_of(one.session if by_session else one.asked_at, definition, day, zone)
        and not (one.robot_only and definition.robot_only == "left_out")
    ]
    return list(_firsts(counted)) if by_session else counted


def milliseconds(span: timedelta) -> int:
    """Whole ones; what is less is not told."""
    return span // _MILLISECOND


def covers(window: Window, at: datetime, zone: ZoneInfo) -> bool:
    """Whether a daily window covers a moment on the shop's clock."""
    local = at.astimezone(zone)
    minute, end = local.hour * 60 + local.minute, end_after(window.from_, window.to)
    return any(window.from_ <= minute + ahead * DAY_MINUTES < end for ahead in range(_DAYS_AHEAD + 1))


def _is_of(began: datetime, definition: Definition, day: date, zone: ZoneInfo) -> bool:
    in_window = definition.window is None or covers(definition.window, began, zone)
    return in_window and local_day(began, zone) == day


def _firsts(rounds: Sequence[Round]) -> Iterator[Round]:
    ordered = sorted(rounds, key=lambda one: (*_session(one), one.asked_at))
    yield from (next(some) for _, some in groupby(ordered, _session))


def _session(one: Round) -> tuple[str, str, datetime]:
    return one.channel, one.conversation_id, one.session


def _took(one: Round, definition: Definition) -> timedelta | None:
    answer = first_of(one, definition.counts)
    return one.took(answer) if answer else None


def first_of(one: Round, counts: Sequence[Counted]) -> Answer | None:
    """The first answer of those whose replies count."""
    return one.first(*(who for name in counts for who in _WHO[name]))


def _capped(took: timedelta | None, definition: Definition) -> timedelta | None:
    if took is None:
        return definition.cap if definition.unanswered == "capped" else None
    return min(took, definition.cap) if definition.cap else took
