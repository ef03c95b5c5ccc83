"""The words of a view, group by group, each made when somebody first looks at it.

In: how each group is made. Out: a two-level mapping. Never: a group without a field, it is as if not there; a defect
that reads as if nothing were known.

Of a dozen groups a turn says words of one or two.
"""

from collections.abc import Callable, Iterator, Mapping

Fields = Mapping[str, str]
Make = Callable[[], Fields]


class Groups(Mapping[str, Fields]):
    """`beneath` has the groups that are not there otherwise."""

    __slots__ = ("_beneath", "_made", "_makes")

    def __init__(self, makes: Mapping[str, Make], beneath: Mapping[str, Fields] | None = None) -> None:
        self._makes = makes
        self._beneath = beneath
        self._made: dict[str, Fields | None] = {}

    def __getitem__(self, key: str) -> Fields:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        names = dict.fromkeys((*(self._beneath or ()), *self._makes))
        return (name for name in names if self._find(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _find(self, key: str) -> Fields | None:
        made = self._made
        if key not in made:
            made[key] = self._make(key)
        return made[key]

    def _make(self, key: str) -> Fields | None:
        make = self._makes.get(key)
        found = _outcome(key, make) if make else None
        return found or (self._beneath.get(key) if self._beneath else None)


def _outcome(key: str, make: Make) -> Fields:
    """A mapping's `KeyError` says that a group is not there, so one of a maker's own (`say()` raises it for a word that
    is in no catalogue) comes out as another error."""
    try:
        return make()
    except KeyError as error:
        raise RuntimeError(key) from error
