"""Snapshots as a file tells them, before anyone has checked them, with the lines they came from.

In: decoded data and the line of each of its parts. Out: where a part stands and what the file calls it.
Never: a verdict.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from rapidfuzz import fuzz, process

from bot.errors import Fault

One = TypeVar("One")
Kind = Literal["items", "orders"]
Loc = tuple[str | int, ...]
Stage = Literal["read", "checked", "stored"]
#: Hears how many rows or snapshots a stage has done, each time it has done `STEP` more.
Told = Callable[[Stage, int], None]
STEP = 10_000


def unheard(stage: Stage, count: int) -> None:
    """For who does not want to know."""
    del stage, count


def counted(stage: Stage, told: Told, ones: Iterable[One]) -> Iterator[One]:
    """The same things one after another, and every `STEP` of them a word about it."""
    for number, one in enumerate(ones, start=1):
        yield one
        if number % STEP == 0:
            told(stage, number)


@dataclass(frozen=True, slots=True)
class Raw:
    """One item or order. `lines` knows parts by `base` and their place below it; `names` are a table's column names."""

    kind: Kind
    data: object
    lines: Mapping[Loc, int]
    base: Loc = ()
    names: Mapping[Loc, str] = field(default_factory=dict)

    def line(self, loc: Loc = ()) -> int:
        """The line of a part, or of the nearest part around it that the file has."""
        whole = (*self.base, *loc)
        around = (whole[:size] for size in range(len(whole), len(self.base) - 1, -1))
        return next((self.lines[place] for place in around if place in self.lines), 1)

    def name(self, loc: Loc) -> str:
        """What the file calls a part: a column, or a path such as `skus[0].stock`."""
        column = self.names.get(tuple(step for step in loc if isinstance(step, str)))
        return column or "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).lstrip(".")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's snapshots, to be gone through once, and the faults of its form."""

    raws: Iterable[Raw] = ()
    faults: tuple[Fault, ...] = ()


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like a wrong one."""
    return str(process.extract(name.casefold(), sorted(known), scorer=fuzz.ratio, limit=1)[0][0])
