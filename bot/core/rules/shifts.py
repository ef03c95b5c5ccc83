"""Who works when: `rules/shifts.yaml`. Its lines for single days are in `dated.py`.

In: validated YAML. Out: frozen values. Never: a decision; who is on is worked out in `core/roster.py`.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from bot.core.rules.dated import Calendar, Leave, Swap
from bot.core.rules.kinds import (
    Clock,
    Count,
    Day,
    Duration,
    Group,
    KindOfDay,
    Rule,
    Text,
    Weekday,
    Words,
    Zone,
    parse_days,
)

DayRule = Annotated[KindOfDay | tuple[Weekday, ...], BeforeValidator(parse_days)]
LONGEST_STAY = timedelta(hours=12)
NEVER = timedelta()


def humane(value: timedelta) -> timedelta:
    """A stay after the shift that a person can bear."""
    if value > LONGEST_STAY:
        raise ValueError("long_stay")
    return value


Stay = Annotated[Duration, AfterValidator(humane)]


class Span(Rule):
    """Half-open local time on the shift's own start day; `to` may lie on the next day (`+02:00`) or before `from`."""

    from_: Clock
    to: Clock


class Window(Span):
    """A span that is no riddle: `from` and `to` the same could mean never or all day."""

    @field_validator("to")
    @classmethod
    def _takes_time(cls, to: int, info: ValidationInfo) -> int:
        if to == info.data.get("from_"):
            raise ValueError("no_span")
        return to


class Cycle(Rule):
    """Works the days of `on` (counted from 0) of every `days` days since `from`: three days, one night and the like."""

    from_: Day
    days: int = Field(ge=1, le=366)
    on: tuple[Count, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _on_lies_within(self) -> Self:
        if max(self.on) >= self.days:
            raise ValueError("cycle_day")
        return self


class ShiftRule(Rule):
    """`stay`: for so long after its end its agents may go on with buyers who still wait; None is the file's own."""

    name: Text
    days: DayRule = "daily"
    cycle: Cycle | None = None
    from_: Clock
    to: Clock
    break_: Span | None = None
    agents: Words
    group: Group
    stay: Stay | None = None


class Rotation(Rule):
    """A ring that moves on every so often, counted from `from`: the shifts of `swap` pass all their agents on, or the
    `agents` pass their places on, whichever shifts these are in."""

    swap: Words = ()
    agents: Words = ()
    every: Literal["1 week", "2 weeks", "half month", "1 month"]
    from_: Day

    @model_validator(mode="after")
    def _is_one_ring(self) -> Self:
        if bool(self.swap) == bool(self.agents) or len(self.swap or self.agents) == 1:
            raise ValueError("one_ring")
        if len(set(self.agents)) < len(self.agents):
            raise ValueError("with_himself")
        return self


class Hours(Rule):
    from_: Clock | None = None
    to: Clock | None = None


class Special(Rule):
    """Days that differ. The dates are those on which a shift starts; `extend` changes its hours, `close` drops it,
    `open` makes it work although its day rule says no."""

    dates: tuple[Day, ...]
    name: Text
    extend: dict[str, Hours] = Field(default_factory=dict)
    close: Words = ()
    open: Words = ()


class Cover(Window):
    """Promised hours: somebody of the group must be on, a break is no excuse. `days` are judged by the day on which the
    hours begin; on the dates of the specials in `except` nothing is promised."""

    group: Group
    days: DayRule = "daily"
    except_: Words = ()


class ShiftCheck(Rule):
    """`at` is local time; `on` the shifts that cover it (breaks excluded); `agents` who they are; `staying` the shifts
    that are over and whose agents may still go on with buyers who wait."""

    at: datetime
    on: Words
    agents: Words | None = None
    staying: Words | None = None


class Shifts(Rule):
    timezone: Zone = "Asia/Shanghai"
    stay: Stay = NEVER
    shifts: tuple[ShiftRule, ...]
    rotations: tuple[Rotation, ...] = ()
    special: tuple[Special, ...] = ()
    swaps: tuple[Swap, ...] = ()
    leave: tuple[Leave, ...] = ()
    calendar: Calendar = Calendar()
    covers: tuple[Cover, ...] = ()
    checks: tuple[ShiftCheck, ...] = ()

    @model_validator(mode="after")
    def _names_are_known_and_single(self) -> Self:
        names = [shift.name for shift in self.shifts]
        if any(len(set(ring)) < len(ring) for ring in (names, *(each.swap for each in self.rotations))):
            raise ValueError("shift_twice")
        if self._mentioned() - set(names):
            raise ValueError("shift_unknown")
        if {name for each in self.covers for name in each.except_} - {each.name for each in self.special}:
            raise ValueError("special_unknown")
        return self

    def _mentioned(self) -> set[str]:
        swapped = {name for each in self.rotations for name in each.swap}
        return swapped | {name for each in self.special for name in (*each.extend, *each.close, *each.open)}
