"""What follows from a value alone, worked out once and kept.

In: a function of one frozen value, of rules or of a short text. Out: the same function. Never: anything kept of rules
that outlives them; a book that is replaced takes it along.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Value = TypeVar("Value")
Found = TypeVar("Found")

_KEPT, _SHORT = 4096, 200  # texts, and the characters of the longest that is kept


def once(read: Callable[[Value], Found]) -> Callable[[Value], Found]:
    """Ask again at the price of a look. The value must never change, and must have a `__dict__` (no slots)."""
    name = f"_{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def kept(value: Value) -> Found:
        held = value.__dict__
        try:
            found: Found = held[name]
        except KeyError:
            found = held[name] = read(value)
        return found

    return kept


def remembered(read: Callable[[str], str]) -> Callable[[str], str]:
    """The last few thousand short texts are read once; in a turn the same text comes by a dozen times."""
    known = lru_cache(_KEPT)(read)

    @wraps(read)
    def kept(text: str) -> str:
        return known(text) if len(text) <= _SHORT else read(text)

    return kept
