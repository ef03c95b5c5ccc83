"""Which of some answers a text names.

In: a text and a vocabulary of the answers' words in normal form. Out: the answers named. Never: one that is denied
("不要退款"), or one of several that are named alike.
"""

import re
from collections.abc import Iterable, Mapping

from bot.core.reading.named import Mention, Vocabulary
from bot.core.text import plain

_DENIED = re.compile(r"(?:不是|不要|不想要?|不用|没有?|[不别未无非])$")


def vocabulary_of(options: Mapping[str, Iterable[str]]) -> Vocabulary:
    """Each answer is also named by its own name."""
    return Vocabulary({plain(word): name for name, words in options.items() for word in (name, *words)}, {})


def named_option(text: str, known: Vocabulary, corrects: Iterable[str] = ()) -> str | None:
    """The one answer that a text names; of two the one behind a word of correcting."""
    said = plain(text)
    found = [one for one in known.mentions(said) if not _is_denied(one, said)]
    names = list(dict.fromkeys(one.name for one in found))
    if len(names) > 1:
        names = _corrected(found, said, corrects)
    return names[0] if len(names) == 1 else None


def _is_denied(one: Mention, said: str) -> bool:
    """A word that denies by itself (不喜欢) is not denied by the letter before it."""
    return _DENIED.search(said[: one.start]) is not None


def _corrected(found: list[Mention], said: str, corrects: Iterable[str]) -> list[str]:
    ends = [said.rfind(word) + len(word) for word in map(plain, corrects) if word in said]
    if not ends:
        return []
    return list(dict.fromkeys(one.name for one in found if one.start >= max(ends)))
