"""What follows from a file, or from a set of rules, is worked out once: when one file changes, only that one is read
and judged anew.

In: a function of values that never change. Out: the same function, which remembers its latest answers. Never: an answer
that rests on anything else, as a clock or a folder; one that can be used up, as an iterator.

Values are told apart by what they are asked with: files by path and bytes, what was made of them by identity.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
#: Several times a shop's; one with more files would only be as slow as if nothing were remembered.
_FILES = 1_000
_SETS = 2  # what was learned of one takes some 100 MB


def of_a_file(read: Callable[P, T]) -> Callable[P, T]:
    """Remember it for each file."""
    return cast("Callable[P, T]", lru_cache(_FILES)(read))


def of_a_set(read: Callable[P, T]) -> Callable[P, T]:
    """Remember it for the latest sets of rules."""
    return cast("Callable[P, T]", lru_cache(_SETS)(read))
