"""The value types of rules files: what `30m`, `24:00` and `2026-11-10` mean.

In: the exact text an operator wrote (YAML types nothing for us). Out: typed values. Never: a guess; what is not
understood raises `ValueError` with the remedy. Pydantic is the one library allowed here: it validates, it does no IO.
"""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

DAY_MINUTES = 24 * 60
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(value: object) -> timedelta:
    """Read `90s`, `30m`, `24h` or `7d`."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", str(value).strip())
    if found is None:
        raise ValueError("duration")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def parse_clock(value: object) -> int:
    """Read `09:00` to `24:00` as minutes from local midnight; `+02:00` is two o'clock of the next day."""
    found = re.fullmatch(r"(\+?)([01]\d|2[0-4]):([0-5]\d)", str(value).strip())
    minutes = int(found[2]) * 60 + int(found[3]) if found else DAY_MINUTES + 1
    if found is None or minutes > DAY_MINUTES:
        raise ValueError("clock")
    return minutes + (DAY_MINUTES if found[1] else 0)


def show_clock(minutes: int) -> str:
    """The way back: 1560 reads `+02:00`."""
    if minutes == DAY_MINUTES:
        return "24:00"
    sign, rest = ("+", minutes - DAY_MINUTES) if minutes > DAY_MINUTES else ("", minutes)
    return f"{sign}{rest // 60:02d}:{rest % 60:02d}"


def parse_money(value: object) -> Decimal:
    """Read yuan with at most two decimals, `59` or `59.00`; never a float."""
    if isinstance(value, float) or re.fullmatch(r"\d{1,9}(\.\d{1,2})?", str(value).strip()) is None:
        raise ValueError("money")
    try:
        return Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError("money") from error


def parse_date(value: object) -> date:
    """Read `2026-11-10` and nothing else."""
    if isinstance(value, date):
        return value
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)) is None:
        raise ValueError("date")
    return date.fromisoformat(str(value))


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Duration = Annotated[
    timedelta, BeforeValidator(parse_duration), WithJsonSchema({"type": "string", "pattern": r"^\d{1,6}[smhd]$"})
]
Clock = Annotated[
    int,
    BeforeValidator(parse_clock),
    PlainSerializer(show_clock),
    WithJsonSchema({"type": "string", "pattern": r"^\+?([01]\d|2[0-4]):[0-5]\d$"}),
]
Money = Annotated[
    Decimal, BeforeValidator(parse_money), WithJsonSchema({"type": "string", "pattern": r"^\d{1,9}(\.\d{1,2})?$"})
]
Day = Annotated[date, BeforeValidator(parse_date), WithJsonSchema({"type": "string", "format": "date"})]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Group = Literal["presale", "aftersale", "supervisor"]


def _yaml_name(name: str) -> str:
    return name.rstrip("_")


class Rule(BaseModel):
    """One mapping of a rules file: unknown keys are faults, values never change, `from_` is written `from`."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_yaml_name, populate_by_name=True)
