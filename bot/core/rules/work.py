"""Who answers whom, and what may be said: `rules/reception.yaml`, `routing`, `redlines`.

In: validated YAML. Out: frozen values. Never: a decision; those are made in `decide.py` and beside it.
"""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from bot.core.model import OrderStatus
from bot.core.rules.dispatch import Dispatch
from bot.core.rules.kinds import (
    Count,
    Duration,
    Group,
    Lasting,
    Local,
    Patterns,
    Percent,
    Rule,
    Some,
    Spoken,
    Text,
    Words,
)
from bot.core.rules.lint import AllowIn, Lint
from bot.core.rules.listening import Listening
from bot.core.rules.people import HandoverRules
from bot.core.rules.shifts import DayRule, Window

LONGEST_WAIT = timedelta(seconds=30)
EXACT = 100.0  # the confidence, in percent, in a line that is said word for word


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


class Route(Rule):
    """Whose matter it is: one of these intents (any, if none is named), of a buyer whose order stands like this (any
    buyer, if nothing is named). The first route that fits holds."""

    intents: Words = ()
    orders: tuple[OrderStatus, ...] = ()
    group: Group

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.intents and not self.orders:
            raise ValueError("route_of_all")
        return self


class RoutingCheck(Rule):
    """`order`: how the buyer's order stands."""

    says: str | None = None
    intent: str | None = None
    order: OrderStatus | None = None
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
    routes: tuple[Route, ...]
    flags: tuple[Flag, ...] = ()
    handover: HandoverRules = HandoverRules()
    dispatch: Dispatch = Dispatch()
    checks: tuple[RoutingCheck, ...] = ()


class RedLine(Rule):
    """`words` are plain text, `patterns` regular expressions, `allow` phrases cut out before either is searched."""

    name: Text
    words: Words = ()
    patterns: Patterns = ()
    allow: Words = ()
    why: Text


class RedLineCheck(Rule):
    """What `says` crosses, and, where `lints` is given, which kinds of lint it has."""

    says: str
    hits: Words = ()
    lints: Words | None = None


class RedLines(Rule):
    """`lines` hold for every finished text. `lint` is about what operators type, `allow` its exceptions in rules; they
    never loosen a line."""

    lines: tuple[RedLine, ...]
    lint: tuple[Lint, ...] = ()
    allow: tuple[AllowIn, ...] = ()
    checks: tuple[RedLineCheck, ...] = ()
