"""Search, to come with the next merge.

In: words. Out: nothing yet. Never: a guess.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.clock import Now
from bot.core.book import Book
from bot.ports import Store


@dataclass(frozen=True, slots=True)
class Found:
    channel: str
    conversation_id: str
    buyer_id: str
    buyer_name: str | None
    snippet: str


class Searching:
    def __init__(self, store: Store, book: Callable[[], Book], now: Now) -> None:
        self._store = store

    async def search(self, text: str, limit: int = 20) -> Sequence[Found]:
        return []
