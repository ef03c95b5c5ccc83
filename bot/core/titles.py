"""Which of the items at hand a buyer calls by its title.

In: a text, the items that the facts hold. Out: the items called, and the words that call one. Never: a guess; a title
counts only by its last letters, which name the thing, or by a long stretch of it.
"""

from collections.abc import Iterable
from functools import lru_cache

from bot.core.model import Item
from bot.core.text import clauses, plain

_NOUN = 2  # letters of a title's end that name the thing, where they open a clause or nothing else is at hand
_TAIL = 3  # letters of a title's end that name the thing anywhere
_LONG = 4  # letters that name it wherever they stand in the title, or at its end with one of them mistyped
READ = 400  # letters of a text in which a title is looked for; whatever follows calls nothing
_KEPT = 256  # a turn looks for the same titles more than once
_OPENS = 2  # letters that may stand before a name that opens a clause


def called(text: str, items: Iterable[Item], current: Item | None = None) -> tuple[Item, ...]:
    """The items that a text calls, of several those that share the most letters with it; `current` is at hand."""
    text = text[:READ]
    shares = {item.id: (_shared(text, item), item) for item in items if _calls(text, item, strict=current is not None)}
    most = max((share for share, _ in shares.values()), default=0)
    return tuple(item for share, item in shares.values() if share == most)


def calling(text: str, item: Item) -> tuple[str, ...]:
    """The stretches of a text that stand in an item's title, the longest first."""
    return _calling(plain(text[:READ]), plain(item.title))


@lru_cache(_KEPT)
def _calling(said: str, title: str) -> tuple[str, ...]:
    found, start = list[str](), 0
    while start < len(said):
        end = start
        while end < len(said) and said[start : end + 1] in title:
            end += 1
        if end - start >= _NOUN:
            found.append(said[start:end])
        start = max(end, start + 1)
    return tuple(sorted(found, key=len, reverse=True))


def _shared(text: str, item: Item) -> int:
    return sum(map(len, calling(text, item)))


def _calls(text: str, item: Item, *, strict: bool) -> bool:
    return _names(text, plain(item.title), strict)


@lru_cache(_KEPT)
def _names(text: str, title: str, strict: bool) -> bool:
    said = plain(text)
    if len(title) < _NOUN:
        return False
    noun = any(title[-_NOUN:] in part[: _NOUN + _OPENS] for part in map(plain, clauses(text)))
    tail = title[-(_TAIL if strict else _NOUN) :] in said
    return noun or tail or any(len(word) >= _LONG for word in _calling(said, title)) or _mistyped(title, said)


def _mistyped(title: str, said: str) -> bool:
    """The title's end with one letter wrong; its last letter says what kind of thing it is and must be right."""
    tail = title[-_LONG:]
    parts = (said[start : start + _LONG] for start in range(len(said) - _LONG + 1))
    return len(tail) == _LONG and any(
        part[-1] == tail[-1] and sum(a != b for a, b in zip(part, tail, strict=True)) == 1 for part in parts
    )
