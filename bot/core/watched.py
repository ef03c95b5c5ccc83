"""Which topics a turn looks at, so that a turn need not be taken again where none of them was changed.

In: a book. Out: the same book, and the names of the topics that were looked at. Never: a topic looked at unnoticed.

A turn is a pure function that reaches topics only through these two mappings. Where all else of two books is the same
and no topic was looked at that differs, both books give the same turn: nothing it read tells them apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

from bot.core.book import Book, Topic


class Apart(Enum):
    """In what two books differ: in nothing, for their files are the very same; in the texts of some topics and in
    nothing else; or in what may be anything."""

    NOTHING = "nothing"
    TOPICS = "topics"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two books are `apart`; by which `topics`, where it is by these alone."""

    apart: Apart
    topics: frozenset[str] = frozenset()

    @classmethod
    def by(cls, topics: frozenset[str]) -> Self:
        """No topic to name means that something else differs."""
        return cls(Apart.TOPICS, topics) if topics else cls(Apart.ANYTHING)


SAME, ANYTHING = Difference(Apart.NOTHING), Difference(Apart.ANYTHING)


class _Watched(Mapping[str, Topic]):
    """Notes each topic that is handed out; who goes through all has looked at all."""

    def __init__(self, topics: Mapping[str, Topic], seen: set[str]) -> None:
        self._topics = topics
        self._seen = seen

    def __getitem__(self, key: str) -> Topic:
        found = self._topics[key]
        self._seen.add(found.name)
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._topics

    def __iter__(self) -> Iterator[str]:
        self._seen.update(topic.name for topic in self._topics.values())
        return iter(self._topics)

    def __len__(self) -> int:
        return len(self._topics)


@dataclass(frozen=True, slots=True)
class Watch:
    """`seen`: the topics looked at since it was last cleared. Which topics there are must not differ between books: a
    question for one that is missing is not noted."""

    book: Book
    seen: set[str]

    @classmethod
    def over(cls, book: Book) -> Self:
        seen = set[str]()
        watched = replace(book, topics=_Watched(book.topics, seen), by_intent=_Watched(book.by_intent, seen))
        return cls(watched, seen)
