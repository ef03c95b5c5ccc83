"""What became of one message, over processes and time, as a hole in the wall.

In: nothing. Out: the `Tracer` protocol, and one that sees nothing at no cost. Never: a text; facts are ids, counts and
words of closed sets.

A span's `trace` is its place as one line of text (`traceparent` of W3C Trace Context). It is stored with what the span
caused, the event and the command, so that whoever goes on with it, later and elsewhere, names it as the cause.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

Fact = str | int | bool | None


class Span(Protocol):
    """Something that takes its time."""

    @property
    def trace(self) -> str | None:
        """Where it stands, for those whom it causes; None where nobody looks."""

    def note(self, **facts: Fact) -> None:
        """Facts found on the way."""


class Tracer(Protocol):
    """Opens spans."""

    def span(self, name: str, causes: Sequence[str | None] = (), /, **facts: Fact) -> AbstractContextManager[Span]:
        """A span under the first of its causes, linked to the others."""

    def close(self) -> None:
        """Give out what is still held; wait no longer than a few seconds."""


class Unseen:
    """The tracer, and the span, where nobody asked for traces."""

    trace: str | None = None

    def span(self, _name: str, _causes: Sequence[str | None] = (), /, **_facts: Fact) -> "Unseen":
        return self

    def note(self, **_facts: Fact) -> None:
        return

    def close(self) -> None:
        return

    def __enter__(self) -> "Unseen":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        return


UNSEEN = Unseen()
