"""Which of the operators' `asks` a text is like: RapidFuzz beside the shop's own n-gram weights.

In: asks with their intents, then one text. Out: intents ranked by likeness with the line that matched.
Never: a decision.

The score is the mean of two senses in percent: RapidFuzz's `ratio` (order and spelling) and the cosine of character
1- and 2-grams weighted by how telling they are among the asks (idf), which keeps "发货" apart from "收货" where
spelling does not.
"""

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz

from bot.core.text import bare

EXACT = 100.0
CANDIDATES = 80  # lines that share the most telling n-grams; only these are compared by spelling


class AskLike(Protocol):
    """What the matcher needs to know of an ask."""

    @property
    def text(self) -> str: ...

    @property
    def intent(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Match:
    """`score` in percent, 100 for the same text; `index` points into the asks."""

    intent: str
    score: float
    index: int


Vector = Mapping[str, float]


def grams(text: str) -> Counter[str]:
    """Characters and pairs of neighbours, with a mark at both ends."""
    marked = f"^{text}$"
    return Counter([*text, *(marked[i : i + 2] for i in range(len(marked) - 1))])


class Matcher:
    """Immutable after it is built; safe to share between threads."""

    def __init__(self, asks: Sequence[AskLike]) -> None:
        self._intents = [ask.intent for ask in asks]
        self._texts = [bare(ask.text) for ask in asks]
        self._exact = {text: index for index, text in reversed(list(enumerate(self._texts)))}
        self._idf = _idf(self._texts)
        self._index = _inverted([self._vector(text) for text in self._texts])

    def rank(self, text: str) -> tuple[Match, ...]:
        """Every intent's best line, best first; empty for a text without letters."""
        query = bare(text)
        if not query or not self._texts:
            return ()
        scores = self._scores(query)
        if query in self._exact:
            scores[self._exact[query]] = EXACT
        return self._ranked(scores)

    def _scores(self, query: str) -> dict[int, float]:
        cosines = self._cosines(query)
        near = heapq.nlargest(CANDIDATES, cosines, key=lambda index: (cosines[index], -index))
        return {index: (fuzz.ratio(query, self._texts[index]) + 100.0 * cosines[index]) / 2 for index in near}

    def _cosines(self, query: str) -> dict[int, float]:
        cosines: dict[int, float] = {}
        for gram, weight in self._vector(query).items():
            for index, other in self._index.get(gram, ()):
                cosines[index] = cosines.get(index, 0.0) + weight * other
        return cosines

    def _vector(self, text: str) -> dict[str, float]:
        raw = {gram: count * self._idf.get(gram, 0.0) for gram, count in grams(text).items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {gram: weight / length for gram, weight in raw.items() if weight}

    def _ranked(self, scores: Mapping[int, float]) -> tuple[Match, ...]:
        best: dict[str, tuple[float, int]] = {}
        for index, score in scores.items():
            intent = self._intents[index]
            if intent not in best or (score, -index) > (best[intent][0], -best[intent][1]):
                best[intent] = (score, index)
        found = [Match(intent, min(score, 100.0), index) for intent, (score, index) in best.items()]
        return tuple(sorted(found, key=lambda match: (-match.score, match.index)))


def _idf(texts: Sequence[str]) -> dict[str, float]:
    seen = Counter(gram for text in texts for gram in set(grams(text)))
    return {gram: math.log((1 + len(texts)) / (1 + count)) + 0.1 for gram, count in seen.items()}


def _inverted(vectors: Sequence[Vector]) -> dict[str, list[tuple[int, float]]]:
    index: dict[str, list[tuple[int, float]]] = {}
    for number, vector in enumerate(vectors):
        for gram, weight in vector.items():
            index.setdefault(gram, []).append((number, weight))
    return index
