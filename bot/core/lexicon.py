"""The concepts that a text names, from the shop's own word lists.

In: word lists by concept, then a text. Out: the names of concepts. Never: an intent.

A word counts wherever it stands; only substrings as long as a word with the same first letter are looked up, so that
ten thousand words cost what ten cost.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.once import once
from bot.core.rules.shop import Concepts
from bot.core.text import plain

_PART = re.compile(r"[，,、。？！?!;；\s…~～]+")
_ASKS = re.compile(r"[吗么嘛呢][\s.。!！~～]*$")
_MARK = re.compile(r"[?？]")


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Immutable, one of each `Concepts`; `words` maps a word to its concepts, `lengths` a first letter to its words'
    lengths. `questions` are the concepts that make a question of a clause, `topics` what a clause can be about."""

    words: Mapping[str, tuple[str, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    questions: frozenset[str]
    topics: frozenset[str]

    def read(self, text: str) -> tuple[set[str], set[str]]:
        """All concepts that are named, and the topics named in a clause that asks: "退款了，什么时候发货" names a
        refund and asks about shipping only."""
        parts = [part for part in _PART.split(text) if part]
        found: set[str] = set()
        asked: set[str] = set()
        for part in parts:
            named = self.concepts(plain(part))
            found |= named
            if named & self.questions or _ASKS.search(part) or (len(parts) == 1 and _MARK.search(text)):
                asked |= named & self.topics
        return found, asked

    def concepts(self, said: str) -> set[str]:
        """All concepts named anywhere in a text of normal form."""
        found: set[str] = set()
        for start, letter in enumerate(said):
            for length in self.lengths.get(letter, ()):
                if names := self.words.get(said[start : start + length]):
                    found.update(names)
        return found


@once
def lexicon_of(rules: Concepts) -> Lexicon:
    """From the three word lists of `rules/concepts.yaml`."""
    words: dict[str, tuple[str, ...]] = {}
    for name, said in (*rules.questions.items(), *rules.manner.items(), *rules.topics.items()):
        for word in dict.fromkeys(map(plain, said)):
            words[word] = (*words.get(word, ()), name)
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[0], set()).add(len(word))
    by_letter = {letter: tuple(sorted(found)) for letter, found in lengths.items()}
    return Lexicon(words, by_letter, frozenset(rules.questions), frozenset(rules.topics))
