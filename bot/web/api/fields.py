"""What may stand in a parameter or a field of the interface for people: ids, words, times, numbers.

In: one value as it came. Out: a value that every store can keep, or pydantic's error of a type that the catalogue
tells. Never: a NUL, half of a surrogate pair, a time without its zone, a number beyond what a column holds.

Ids and words follow the webhook's rule (`bot.channels.payloads`), times that of the shop's snapshots: ISO 8601 with the
zone, of this century, so that no reckoning with them leaves the calendar.
"""

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from bot.channels.payloads import Id, storable
from bot.shop.fields import Time

__all__ = ["After", "Id", "Line", "Named", "Seq", "Storable", "Time"]

_SEQ_MAX, _LINE_MAX = 2**63 - 1, 2**31 - 1
_NAMED = "Percent-encoded; an id's own `/` is written `%2F`."


def _words(value: str) -> str:
    if not storable(value):
        raise PydanticCustomError("unstorable", "text without NUL and without halves of surrogate pairs is needed")
    return value


#: For words. It stands behind a field's length, so that what is too long is told in characters.
Storable = AfterValidator(_words)
#: A part of the address.
Named = Annotated[Id, Path(description=_NAMED)]
After = Annotated[int, Query(ge=0, le=_SEQ_MAX)]
Seq = Annotated[int, Field(ge=0, le=_SEQ_MAX)]
Line = Annotated[int, Path(ge=0, le=_LINE_MAX)]
