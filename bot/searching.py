"""The desk's search: from a number, a name or a few words to the conversations that have them.

In: what an agent typed. Out: `Found`s, each with a snippet and where it was hit. Never: a search that grows with all
that is stored: numbers and names go by the beginnings in their indexes, words by the newest `LOOK` lines of all
conversations, and of those by what is not older than `SPAN`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Now
from bot.core.book import Book
from bot.core.masking import mask_name
from bot.ports import Store
from bot.sheets import Hit, Sought, Where

SPAN, LOOK = timedelta(days=30), 20_000
LONGEST, MOST, _AROUND = 100, 50, 20
_DOTS = "…"


@dataclass(frozen=True, slots=True)
class Found:
    """`snippet`: the number or name that was hit, or of a line the words around the hit. `name`: the buyer's, masked.
    `seq`: of the line, where words were found; the next page is what comes `before` the last one."""

    where: Where
    channel: str
    conversation_id: str
    buyer_id: str
    name: str | None
    snippet: str
    at: datetime
    seq: int | None = None


class Searching:
    """Reads only."""

    def __init__(self, store: Store, book: Callable[[], Book], now: Now) -> None:
        self._store = store
        self._book = book
        self._now = now

    async def search(self, text: str, limit: int = 20, before: int | None = None) -> Sequence[Found]:
        """Conversation, buyer, order and parcel numbers and names that are or begin with the text, whole ones first;
        then lines with the words, the newest first. `before`: only lines before that number. Of an empty text
        nothing."""
        typed = " ".join(text.split())[:LONGEST]
        if not typed:
            return ()
        most = max(1, min(limit, MOST))
        hits = await self._store.search(Sought(typed, most, self._now() - SPAN, LOOK, before))
        return [_shown(one, typed) for one in _in_order(hits, typed)[:most]]


def _in_order(hits: Sequence[Hit], typed: str) -> Sequence[Hit]:
    """One of each conversation and kind, but for lines."""
    numbers = {(one.where, one.channel, one.conversation_id, one.text): one for one in hits if one.seq is None}
    first = sorted(numbers.values(), key=lambda one: one.at, reverse=True)
    return [*sorted(first, key=lambda one: one.text != typed), *(one for one in hits if one.seq is not None)]


def _shown(one: Hit, typed: str) -> Found:
    name = mask_name(one.buyer_name) if one.buyer_name else None
    snippet = mask_name(one.text) if one.where is Where.NAME else one.text if one.seq is None else _around(one, typed)
    return Found(one.where, one.channel, one.conversation_id, one.buyer_id, name, snippet, one.at, one.seq)


def _around(one: Hit, typed: str) -> str:
    """The words with a little of what stands beside them, in one line."""
    said = " ".join(one.text.split())
    place = max(said.lower().find(typed.lower()), 0)
    start, end = max(place - _AROUND, 0), place + len(typed) + _AROUND
    return f"{_DOTS if start else ''}{said[start:end]}{_DOTS if end < len(said) else ''}"
