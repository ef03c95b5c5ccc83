"""What platforms and owners measure, dated: `rules/kpis.yaml`.

In: validated YAML. Out: frozen values. Never: a figure; those are made in `core/definitions.py`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from bot.core.rules.kinds import Day, Lasting, Local, Rule, Text, parse_duration
from bot.core.rules.shifts import Window

_WHOLE = 100


def parse_target(value: object) -> object:
    """Read `90%` as the share, else a duration."""
    share = re.fullmatch(r"(\d{1,3})%", str(value).strip())
    if share and 1 <= int(share[1]) <= _WHOLE:
        return int(share[1])
    try:
        return parse_duration(value)
    except ValueError:
        raise ValueError("target") from None


Target = Annotated[
    int | timedelta,
    BeforeValidator(parse_target),
    WithJsonSchema({"type": "string", "pattern": r"^(\d{1,3}%|\d{1,6}[smhd])$"}),
]
Counted = Literal["human", "assist", "bot"]
Says = Literal["buyer", "human", "assist", "bot", "hand_off", "hold", "nudge"]


class Dated(Rule):
    """In force from the beginning of a local day until a later entry of its name takes over on its own day."""

    from_: Day
    why: Text


class Sessions(Dated):
    """A buyer's first words after `silence` without any begin a session; what is answered later than `waits` after the
    question is not answered."""

    silence: Lasting
    waits: Lasting

    @model_validator(mode="after")
    def _waits_for_an_answer_of_the_session(self) -> Self:
        if self.waits < self.silence:
            raise ValueError("waits_too_short")
        return self


class Conversion(Dated):
    """A buyer who asked has converted where an order placed after the question is paid `within` that of it."""

    within: Lasting


class Definition(Dated):
    """One figure. Of each `unit` that began in `window` (local, half-open, every day) the first reply of those whose
    replies count is looked at: a `rate` is the share that came `within`, a `mean` how long it took, each unit `cap` at
    the most. Units whose replies are all the bot's are `left_out`, or `counted` like any other; of a unit that nobody
    answered a rate says no, and a mean that it took the cap, or nothing (`unanswered`). `target`: what the shop aims
    at, a share in percent or the longest mean."""

    name: Text
    title: Text
    unit: Literal["round", "session"]
    measure: Literal["rate", "mean"] = "rate"
    window: Window | None = None
    within: Lasting | None = None
    counts: tuple[Counted, ...] = Field(min_length=1)
    robot_only: Literal["left_out", "counted"]
    cap: Lasting | None = None
    unanswered: Literal["left_out", "capped"] = "left_out"
    target: Target | None = None

    @model_validator(mode="after")
    def _says_what_its_measure_needs(self) -> Self:
        if (self.measure == "rate") != (self.within is not None):
            raise ValueError("within_of_rate")
        if self.measure == "rate" and (self.cap or self.unanswered == "capped"):
            raise ValueError("cap_of_mean")
        if self.unanswered == "capped" and not self.cap:
            raise ValueError("cap_of_mean")
        if self.target is not None and isinstance(self.target, timedelta) != (self.measure == "mean"):
            raise ValueError("target_of_measure")
        return self


class KpiLine(Rule):
    """Who says something at a local time: `hand_off` is the bot's word that people will come, `hold` its word that they
    are looking, `assist` a person's click on what the bot proposed."""

    at: Local
    by: Says
    recalled: bool = False


class KpiCheck(Rule):
    """One conversation and what each figure makes of it on a local day: `1/2` is one within of two, `70s/2` a mean of
    70 seconds over two, `-` a figure that is not defined on that day."""

    day: Day
    lines: tuple[KpiLine, ...] = Field(min_length=1)
    expect: dict[Text, Text] = Field(min_length=1)


class Kpis(Rule):
    sessions: tuple[Sessions, ...] = Field(min_length=1)
    conversion: tuple[Conversion, ...] = ()
    definitions: tuple[Definition, ...] = ()
    checks: tuple[KpiCheck, ...] = ()


D = TypeVar("D", bound=Dated)


def in_force(entries: Iterable[D], day: date) -> D | None:
    """Of entries of one name the one that holds on a local day; None before the first."""
    begun = [one for one in entries if one.from_ <= day]
    return max(begun, key=lambda one: one.from_) if begun else None


def definitions_on(kpis: Kpis, day: date) -> Sequence[Definition]:
    """The figures of a local day, in the order in which the file first names them."""
    names = dict.fromkeys(one.name for one in kpis.definitions)
    found = (in_force([one for one in kpis.definitions if one.name == name], day) for name in names)
    return [one for one in found if one]


def sessions_on(kpis: Kpis, day: date) -> Sessions:
    """How sessions are told apart on a local day; the first entry also holds for the days before it."""
    return in_force(kpis.sessions, day) or min(kpis.sessions, key=lambda one: one.from_)
