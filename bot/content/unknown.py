"""What is not known because its file has a fault: whatever rests on it is not judged, and the rest is.

In: a check. Out: the faults it found before it touched what is not known. Never: a guess in its place, a false alarm.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


class Unjudged(Exception):  # noqa: N818 - no error: a question that can't be answered yet
    """A check asked for what is not known."""


class _Unknown:
    """Stands where a value would stand; every use of it ends the check."""

    def _refuse(self, *_: object) -> NoReturn:
        raise Unjudged

    def __getattr__(self, _: str) -> NoReturn:
        raise Unjudged

    __bool__ = __call__ = __contains__ = __getitem__ = __iter__ = __len__ = __str__ = __format__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __and__ = __or__ = __rand__ = __ror__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __eq__ = _refuse
    __ne__ = _refuse
    __hash__ = _refuse


UNKNOWN: Any = _Unknown()


def soundly(check: Callable[[], Iterable[T]]) -> Iterator[T]:
    """What a check finds, as far as it can judge."""
    try:
        yield from check()
    except Unjudged:
        return
