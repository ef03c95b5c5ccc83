"""What follows from a file, or from a set of rules, is worked out once: when one file changes, only that one is read
and judged anew.

In: a function of values that never change. Out: the same function, which remembers its latest answers. Never: an answer
that rests on anything else, as a clock or a folder; one that can be used up, as an iterator.

Values are told apart by what they are asked with: a file by its path and bytes, what was made of files (a reply, a
folder of rules) by identity: those are compared with `eq=False`. Why that is safe, also where a reply is asked about
under a folder of rules and a calendar:

- A file that is the same gives the same reply, and the same rules' files the same folder, since reading them is
  remembered too. Whatever changed is another value, and asked about anew. One that is read again after it was
  displaced is another value as well: that costs a look, and never gives an old answer.
- A calendar is a function, and follows from its folder alone; `examine._works` remembers it, so that the same folder
  comes with the same one.
- An answer is kept with what it was asked with, so no new value can come to stand at an old one's place in memory and
  be taken for it. The price: folders that are served no more live on until their answers are displaced, of a shop with
  150 files those of six more sets, of some 3 MB each.
- Nothing that was read is ever changed.

So a value to be asked with is either small and told apart by what it holds, or large and told apart by identity; one
that is neither (a model of pydantic's) would be compared field by field at each question.
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
