"""What every part of the store works with.

In: a writer and a reader. Out: an abstract part of the store. Never: a call of its own.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from bot.store.batches import Batches

T = TypeVar("T")


class Calls(ABC):
    """A part of the store, with the writer and the reader that all parts share. `_news` hears of each conversation's
    lane in which something was saved, after it was."""

    _writer: Batches
    _reader: Batches
    _news: Callable[[str], None]

    @abstractmethod
    async def _read(self, work: Callable[[Connection], T]) -> T:
        """In a snapshot of its own."""
