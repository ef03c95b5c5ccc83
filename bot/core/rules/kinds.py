"""The value types of rules files: what `30m`, `24:00` and `2026-11-10` mean.

In: the exact text an operator wrote (YAML types nothing for us). Out: typed values. Never: a guess; what is not
understood raises `ValueError` with the remedy. Pydantic is the one library allowed here: it validates, it does no IO.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

DAY_MINUTES = 24 * 60
YEARS = range(1970, 2200)  # beyond these, reckoning in zones and durations leaves what the calendar can hold
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
KindOfDay = Literal["daily", "workdays", "restdays"]


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
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)) is None or int(str(value)[:4]) not in YEARS:
        raise ValueError("date")
    return date.fromisoformat(str(value))


def parse_days(value: object) -> object:
    """Read a kind of day, or a list of weekdays; one fault for both, where a union would tell two."""
    if value in get_args(KindOfDay):
        return value
    if not isinstance(value, (list, tuple)) or not value or set(value) - set(get_args(Weekday)):
        raise ValueError("days")
    return tuple(value)


def some_text(value: str) -> str:
    """A text in which there is something to see: an empty one is part of every message."""
    if not any(char.isprintable() and not char.isspace() for char in value):
        raise ValueError("blank")
    return value


def some_word(value: str) -> str:
    """A text that something is left of once signs are taken away, as where messages are compared."""
    if re.search(r"[^\W_]", value) is None:
        raise ValueError("wordless")
    return value


def some_time(value: timedelta) -> timedelta:
    """A duration that takes time."""
    if not value:
        raise ValueError("no_time")
    return value


def shop_local(value: datetime) -> datetime:
    """A time without an offset; bare digits, which are read as seconds since 1970, have one too."""
    if value.tzinfo is not None or value.year not in YEARS:
        raise ValueError("local_time")
    return value


def known_zone(name: str) -> str:
    """The name of a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("timezone") from error
    return name


def good_pattern(pattern: str) -> str:
    """A regular expression that compiles, and that not every text has. Compiled as it is searched for, which is then
    done once."""
    try:
        found = re.compile(pattern, re.IGNORECASE).search("")
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError("pattern") from error
    if found is not None:
        raise ValueError("pattern_of_all")
    return pattern


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
Lasting = Annotated[Duration, AfterValidator(some_time)]
Local = Annotated[datetime, AfterValidator(shop_local)]
Zone = Annotated[str, AfterValidator(known_zone)]
Text = Annotated[str, AfterValidator(some_text)]
Words = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
Spoken = Annotated[tuple[Annotated[str, AfterValidator(some_word)], ...], BeforeValidator(_listed)]
Patterns = Annotated[tuple[Annotated[str, AfterValidator(good_pattern)], ...], BeforeValidator(_listed)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Some = Annotated[int, Field(ge=1, le=1_000_000)]
Percent = Annotated[int, Field(ge=1, le=100)]
Group = Literal["presale", "aftersale", "supervisor"]


def _yaml_name(name: str) -> str:
    return name.rstrip("_")


class Rule(BaseModel):
    """One mapping of a rules file: unknown keys are faults, values never change, `from_` is written `from`. Made ready
    when it is first read: most commands read no rules."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=_yaml_name, populate_by_name=True, defer_build=True
    )

    def __copy__(self) -> Self:
        """A copy is made to be changed: what was read off the original (`once`) is not taken along."""
        copied = super().__copy__()
        for name in vars(copied).keys() - type(copied).model_fields.keys():
            del vars(copied)[name]
        return copied
