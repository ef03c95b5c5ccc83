"""How sure a text is of an intent: three senses and one calibrated confidence.

In: asks with their intents, then one text. Out: intents ranked by confidence, with the line that speaks for each.
Never: a decision.

Likeness to the nearest line is the mean of RapidFuzz's `ratio` (order and spelling) and the cosine of character 1- and
2-grams weighted by how telling they are among the asks (idf). Learned weights (`weights.py`) say what the whole file,
and not one line of it, is about. An intent's strength is the sum; its confidence is a logistic curve over its strength
and its lead, fitted once to 348 labelled messages. On messages it was not fitted to it promises some points too much.
"""

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz

from bot.core.text import bare
from bot.core.weights import Weights, grams

EXACT = 100.0
CANDIDATES = 80  # lines that share the most telling n-grams; only these are compared by spelling
PAIRS = 2  # the longest grams that likeness looks at
LEARNED = 0.25  # the share of the learned weights in an intent's strength
SLOPE, SHIFT = 3.37, -2.42  # the logistic curve; fitted on 348 messages of natural mix, see the README's figures


class AskLike(Protocol):
    """What the matcher needs to know of an ask."""

    @property
    def text(self) -> str: ...

    @property
    def intent(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Match:
    """`score`: confidence in percent, 100 for a text that is written so in a file. `index` points to the nearest line
    among the asks; None where no line is near and only the learned weights speak."""

    intent: str
    score: float
    index: int | None


Vector = Mapping[str, float]


class Matcher:
    """Immutable after it is built; safe to share between threads. `kin` are intents that are no rivals of each other:
    a message may be thanks or a farewell, and the answer is as right."""

    def __init__(self, asks: Sequence[AskLike], kin: frozenset[str] = frozenset()) -> None:
        self._kin = kin
        self._intents = [ask.intent for ask in asks]
        self._texts = [bare(ask.text) for ask in asks]
        self._exact = {text: index for index, text in reversed(list(enumerate(self._texts)))}
        self._idf = _idf(self._texts)
        self._index = _inverted([self._vector(text) for text in self._texts])
        distinct = list(dict.fromkeys(zip(self._texts, self._intents, strict=True)))
        self._weights = Weights([text for text, _ in distinct], [intent for _, intent in distinct])

    def rank(self, text: str) -> tuple[Match, ...]:
        """Every intent that anything speaks for, surest first; empty for a text without letters."""
        query = bare(text)
        if not query or not self._texts:
            return ()
        nearest, learned = self._nearest(query), self._weights.scores(query)
        strength = {
            intent: nearest.get(intent, (0.0, None))[0] + LEARNED * learned.get(intent, 0.0)
            for intent in {*nearest, *learned}
        }
        found = [
            Match(intent, self._confidence(intent, strength), nearest.get(intent, (0.0, None))[1])
            for intent in strength
        ]
        if query in self._exact:
            found = self._with_written(found, self._exact[query])
        return tuple(sorted(found, key=lambda match: (-match.score, match.intent)))

    def _confidence(self, intent: str, strength: Mapping[str, float]) -> float:
        rivals = (other for other in strength if other != intent and not {other, intent} <= self._kin)
        lead = strength[intent] - max((strength[other] for other in rivals), default=0.0)
        return EXACT / (1.0 + math.exp(-(SLOPE * (strength[intent] + lead) + SHIFT)))

    def _with_written(self, found: Sequence[Match], index: int) -> list[Match]:
        """A line that an operator wrote just so needs no curve: adding one works at once."""
        written = Match(self._intents[index], EXACT, index)
        return [written, *(match for match in found if match.intent != written.intent)]

    def _nearest(self, query: str) -> dict[str, tuple[float, int]]:
        """Each intent's nearest line and its likeness from 0 to 1."""
        cosines = self._cosines(query)
        near = heapq.nlargest(CANDIDATES, cosines, key=lambda index: (cosines[index], -index))
        best: dict[str, tuple[float, int]] = {}
        for index in near:
            likeness = (fuzz.ratio(query, self._texts[index]) / EXACT + cosines[index]) / 2
            intent = self._intents[index]
            if intent not in best or (likeness, -index) > (best[intent][0], -best[intent][1]):
                best[intent] = (likeness, index)
        return best

    def _cosines(self, query: str) -> dict[int, float]:
        cosines: dict[int, float] = {}
        for gram, weight in self._vector(query).items():
            for index, other in self._index.get(gram, ()):
                cosines[index] = cosines.get(index, 0.0) + weight * other
        return cosines

    def _vector(self, text: str) -> dict[str, float]:
        raw = {gram: count * self._idf.get(gram, 0.0) for gram, count in grams(text, PAIRS).items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {gram: weight / length for gram, weight in raw.items() if weight}


def _idf(texts: Sequence[str]) -> dict[str, float]:
    seen = Counter(gram for text in texts for gram in set(grams(text, PAIRS)))
    return {gram: math.log((1 + len(texts)) / (1 + count)) + 0.1 for gram, count in seen.items()}


def _inverted(vectors: Sequence[Vector]) -> dict[str, list[tuple[int, float]]]:
    index: dict[str, list[tuple[int, float]]] = {}
    for number, vector in enumerate(vectors):
        for gram, weight in vector.items():
            index.setdefault(gram, []).append((number, weight))
    return index
