"""What the store and a channel answer or raise.

In: nothing. Out: values and errors. Never: a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import YebanError

Counts = Mapping[str, int]
#: A channel, a conversation in it, from when on and before when.
Following = tuple[str, str, datetime, datetime]


class StoreDown(YebanError):
    """The database cannot be reached or does not take the write; nothing of the call was kept. Try again."""

    def __init__(self, cause: str) -> None:
        super().__init__("errors.store_down", cause=cause)


class Overloaded(YebanError):
    """More waits than may; nothing of the call was kept. Try again after so many seconds."""

    def __init__(self, after: float = 1.0) -> None:
        self.after = after
        super().__init__("errors.overloaded")


class Flooded(Overloaded):
    """One buyer writes faster than anybody can; the others are not to wait for it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many snapshots of a file were kept, and how many were older than what was there already."""

    items: int
    orders: int
    older: int = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel took it."""


@dataclass(frozen=True, slots=True)
class Later:
    """Try again; `after` is the channel's own wish in seconds, if it had one. `unsure`: the channel may have taken it
    all the same, only its answer was lost."""

    error: str
    after: float | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Never try again."""

    error: str
