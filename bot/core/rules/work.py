"""Who works when, and what may be said: `rules/shifts.yaml`, `reception`, `routing`, `redlines`.

In: validated YAML. Out: frozen values. Never: a decision; those are made in `shifts.py`, `decide.py`.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from bot.core.rules.kinds import (
    Clock,
    Count,
    Day,
    Duration,
    Group,
    KindOfDay,
    Lasting,
    Local,
    Patterns,
    Percent,
    Rule,
    Some,
    Spoken,
    Text,
    Weekday,
    Words,
    Zone,
    parse_days,
)
from bot.core.rules.listening import Listening

DayRule = Annotated[KindOfDay | tuple[Weekday, ...], BeforeValidator(parse_days)]
LONGEST_WAIT = timedelta(seconds=30)


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
    name: Text
    days: DayRule = "daily"
    cycle: Cycle | None = None
    from_: Clock
    to: Clock
    break_: Span | None = None
    agents: Words
    group: Group


class Rotation(Rule):
    """The named shifts exchange their agents in a ring, every so often, counted from `from`."""

    swap: Words = Field(min_length=2)
    every: Literal["1 week", "2 weeks", "half month", "1 month"]
    from_: Day


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


class ShiftCheck(Rule):
    """`at` is local time; `on` the shifts that cover it (breaks excluded); `agents` who they are."""

    at: datetime
    on: Words
    agents: Words | None = None


class Shifts(Rule):
    timezone: Zone = "Asia/Shanghai"
    shifts: tuple[ShiftRule, ...]
    rotations: tuple[Rotation, ...] = ()
    special: tuple[Special, ...] = ()
    checks: tuple[ShiftCheck, ...] = ()

    @model_validator(mode="after")
    def _names_are_known_and_single(self) -> Self:
        names = [shift.name for shift in self.shifts]
        if any(len(set(ring)) < len(ring) for ring in (names, *(each.swap for each in self.rotations))):
            raise ValueError("shift_twice")
        if self._mentioned() - set(names):
            raise ValueError("shift_unknown")
        return self

    def _mentioned(self) -> set[str]:
        swapped = {name for each in self.rotations for name in each.swap}
        return swapped | {name for each in self.special for name in (*each.extend, *each.close, *each.open)}


Mode = Literal["human_first", "bot_first", "assist"]


class ReceptionWindow(Window):
    days: DayRule = "daily"
    mode: Mode


class Coalesce(Rule):
    """Wait for `quiet` after the last message, never past `longest` after the first."""

    quiet: Duration
    longest: Lasting

    @field_validator("longest")
    @classmethod
    def _is_in_bounds(cls, longest: timedelta, info: ValidationInfo) -> timedelta:
        if longest > LONGEST_WAIT:
            raise ValueError("too_patient")
        if longest < info.data.get("quiet", longest):
            raise ValueError("shorter_than_quiet")
        return longest


class Limits(Rule):
    """`repeats`: how often one topic is answered in one conversation; `misses`: turns not understood in a row before a
    person takes over; `choices`: how many are offered; `intents`: how many questions one reply answers; `round`: after
    so long a silence a conversation begins anew."""

    repeats: Some
    misses: Some
    choices: Some
    intents: Some
    courtesies: Count
    round: Lasting


class Flood(Rule):
    """How fast one buyer may write: so many messages at once, then one more `every` so often."""

    burst: Some = 60
    every: Lasting = timedelta(seconds=1)


class Confidence(Rule):
    """Percent. At `sure` a reply is given, at `nearly` a choice is offered."""

    sure: Percent
    nearly: Percent

    @field_validator("nearly")
    @classmethod
    def _is_less_than_sure(cls, nearly: int, info: ValidationInfo) -> int:
        if nearly > info.data.get("sure", nearly):
            raise ValueError("surer_than_sure")
        return nearly


class Missed(Rule):
    """How buyers say that an answer was none to their question: `words` anywhere in a message, `alone` as all that a
    clause says. It counts for the answer given last, not longer ago than `within`."""

    within: Lasting = timedelta(minutes=30)
    words: Spoken = ()
    alone: Spoken = ()


class ReceptionCheck(Rule):
    """Either who is there `at` a time and which mode that gives, or whether who `says` this holds an answer for
    `missed`."""

    at: Local | None = None
    live: Words = ()
    mode: Mode | None = None
    says: Text | None = None
    missed: bool = False

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.at is None) != (self.mode is None) or (self.at is None) == (self.says is None):
            raise ValueError("one_check")
        return self


class Reception(Rule):
    mode: Mode
    windows: tuple[ReceptionWindow, ...] = ()
    coalesce: Coalesce
    limits: Limits
    flood: Flood = Flood()
    confidence: Confidence
    listening: Listening = Listening()
    missed: Missed = Missed()
    reply_deadline: Lasting
    checks: tuple[ReceptionCheck, ...] = ()


class Flag(Rule):
    """Words that take a conversation to people at once. `urgency` orders the queue, 0 is hottest."""

    name: Text
    words: Spoken = Field(min_length=1)
    group: Group
    urgency: Count = 0
    why: Text


class IntentRoute(Rule):
    intents: Words
    group: Group


class RoutingCheck(Rule):
    says: str | None = None
    intent: str | None = None
    group: Group
    flag: str | None = None


class Routing(Rule):
    """Which group gets what.

    A message with one of `human_words`, not negated, is a call for a person; `human_alone` must be all it says.
    """

    groups: dict[Group, Text]
    human_words: Spoken = Field(min_length=1)
    human_alone: Spoken = ()
    fallback: dict[Group, tuple[Group, ...]] = Field(default_factory=dict)
    default: Group
    routes: tuple[IntentRoute, ...]
    flags: tuple[Flag, ...] = ()
    checks: tuple[RoutingCheck, ...] = ()


class RedLine(Rule):
    """`words` are plain text, `patterns` regular expressions, `allow` phrases cut out before either is searched."""

    name: Text
    words: Words = ()
    patterns: Patterns = ()
    allow: Words = ()
    why: Text


class RedLineCheck(Rule):
    says: str
    hits: Words = ()


class RedLines(Rule):
    lines: tuple[RedLine, ...]
    checks: tuple[RedLineCheck, ...] = ()
