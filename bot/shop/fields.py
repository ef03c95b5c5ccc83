"""What counts as a price, a time, an id or a text in data from outside.

In: one decoded JSON value. Out: the typed value, or pydantic's error of a stable type (`money`, `weight`, `time`,
`text`). Never: a float, a time without a zone, a control character.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StrictInt, WithJsonSchema
from pydantic_core import PydanticCustomError

_MONEY = r"[0-9]{1,9}(\.[0-9]{1,2})?"
_WEIGHT = r"[0-9]{1,3}(\.[0-9]{1,2})?"
_TIME = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})"
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LAYOUT = str.maketrans("", "", "\t\n\r")


def _money(value: object) -> Decimal:
    if not isinstance(value, str) or re.fullmatch(_MONEY, value) is None:
        raise PydanticCustomError("money", 'a string such as "129.00" is needed')
    return Decimal(value)


def _weight(value: object) -> Decimal:
    if not isinstance(value, str) or re.fullmatch(_WEIGHT, value) is None:
        raise PydanticCustomError("weight", 'kilograms as a string such as "52.5" are needed')
    return Decimal(value)


def _time(value: object) -> object:
    if not isinstance(value, str) or re.fullmatch(_TIME, value) is None:
        raise PydanticCustomError("time", "an ISO-8601 time with its zone is needed")
    return value


def _text(value: str) -> str:
    if not value.strip() or _CONTROL.search(value):
        raise PydanticCustomError("text", "text that is not blank and has no control characters is needed")
    return value


def _prose(value: str) -> str:
    """Like `_text`, but people write memos and addresses in several lines."""
    _text(value.translate(_LAYOUT))
    return value


def _blank_is_none(value: object) -> object:
    """Shop systems send "" for "not there"; a reply must not read it as a fact."""
    return None if isinstance(value, str) and not value.strip() else value


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Money = Annotated[Decimal, BeforeValidator(_money), WithJsonSchema({"type": "string", "pattern": f"^{_MONEY}$"})]
Weight = Annotated[Decimal, BeforeValidator(_weight), WithJsonSchema({"type": "string", "pattern": f"^{_WEIGHT}$"})]
Time = Annotated[
    AwareDatetime,
    BeforeValidator(_time),
    AfterValidator(_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_TIME}$"}),
]
Id = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_text)]
Name = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_text)]
Text = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_prose)]
OptionalId = Annotated[
    Annotated[str, Field(max_length=128), AfterValidator(_text)] | None, BeforeValidator(_blank_is_none)
]
OptionalText = Annotated[
    Annotated[str, Field(max_length=2000), AfterValidator(_prose)] | None, BeforeValidator(_blank_is_none)
]
Stock = Annotated[StrictInt, Field(ge=0, le=10_000_000)]
Quantity = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
Centimetres = Annotated[StrictInt, Field(ge=1, le=300)]
Facts = Annotated[dict[Name, Text], Field(max_length=100)]
