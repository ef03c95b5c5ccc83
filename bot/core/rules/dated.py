"""Dated lines of `rules/shifts.yaml`: who trades shifts, who is away, which days the public calendar has wrong.

In: validated YAML. Out: frozen values. Never: a look at the roster; whether a line fits it is judged elsewhere.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Self

from pydantic import Field, field_validator, model_validator

from bot.core.rules.kinds import Day, Rule, Text, Words

LONGEST_RANGE = 366  # days


class Dated(Rule):
    """Days on which shifts start: `dates` one by one, or all from `from` to `to`, both included."""

    dates: tuple[Day, ...] = ()
    from_: Day | None = None
    to: Day | None = None

    @model_validator(mode="after")
    def _says_when_once(self) -> Self:
        ends = [end for end in (self.from_, self.to) if end is not None]
        if len(ends) != (0 if self.dates else 2):
            raise ValueError("dates_or_range")
        if ends and not 0 <= (ends[1] - ends[0]).days < LONGEST_RANGE:
            raise ValueError("date_range")
        return self

    def covers(self, day: date) -> bool:
        """Whether the line holds for the shifts that start on `day`."""
        if self.from_ is None or self.to is None:
            return day in self.dates
        return self.from_ <= day <= self.to

    def days(self) -> tuple[date, ...]:
        """All of its days, in the order of the file."""
        if self.from_ is None or self.to is None:
            return self.dates
        return tuple(self.from_ + timedelta(days=number) for number in range((self.to - self.from_).days + 1))


class Swap(Dated):
    """Two agents trade their shifts of these days. On a day on which one of them rests, the other rests instead."""

    agents: Words = Field(min_length=2, max_length=2)

    @field_validator("agents")
    @classmethod
    def _are_two(cls, agents: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(agents)) < len(agents):
            raise ValueError("with_himself")
        return agents


class Leave(Dated):
    """An agent is away from all shifts that start on these days; `stand_in` takes them over."""

    agent: Text
    stand_in: Text | None = None

    @model_validator(mode="after")
    def _stands_in_for_another(self) -> Self:
        if self.stand_in == self.agent:
            raise ValueError("with_himself")
        return self


class Calendar(Rule):
    """What the public calendar does not know yet, or the shop does otherwise."""

    workdays: tuple[Day, ...] = ()
    restdays: tuple[Day, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing_of_a_day(self) -> Self:
        if set(self.workdays) & set(self.restdays):
            raise ValueError("day_of_both")
        return self

    @property
    def extra(self) -> Mapping[date, bool]:
        """Date -> whether it is worked."""
        rest = dict.fromkeys(self.restdays, False)
        return MappingProxyType(rest | dict.fromkeys(self.workdays, True))
