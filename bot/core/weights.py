"""How strongly each n-gram speaks for each intent, learned from the asks in a fraction of a second.

In: texts and their intents. Out: a score an intent for a new text. Never: a line's spelling; that is the matcher's.

Complement naive Bayes over character 1- to 3-grams with tf-idf weights (Rennie, Shih, Teevan and Karger, ICML 2003,
section 4): a gram speaks for an intent by how rare it is among all the others, which copes with few and unequal asks.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

SMOOTHING = 0.3
_LONGEST = 3
_ENOUGH = 2  # a gram said three times says no more than twice


def grams(text: str, longest: int = _LONGEST) -> Counter[str]:
    """Characters, and runs of neighbours up to `longest` with a mark at both ends of the text."""
    marked = f"^{text}$"
    longer = (marked[i : i + n] for n in range(2, longest + 1) for i in range(len(marked) - n + 1))
    return Counter([*text, *longer])


class Weights:
    """Immutable after it is built."""

    def __init__(self, texts: Sequence[str], intents: Sequence[str]) -> None:
        seen = Counter(gram for text in texts for gram in grams(text))
        self._idf = {gram: math.log((len(texts) + 1) / (count + 1)) + 1 for gram, count in seen.items()}
        self._weights = _complement([self.vector(text) for text in texts], intents)

    def vector(self, text: str) -> dict[str, float]:
        """A text's known grams, weighted and of length one."""
        raw = {
            gram: self._idf[gram] * (1 + math.log(min(count, _ENOUGH)))
            for gram, count in grams(text).items()
            if gram in self._idf
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {gram: weight / length for gram, weight in raw.items()}

    def scores(self, text: str) -> dict[str, float]:
        """What the text's grams add up to, an intent; absent where nothing speaks for it."""
        found: dict[str, float] = defaultdict(float)
        for gram, weight in self.vector(text).items():
            for intent, gain in self._weights[gram].items():
                found[intent] += weight * gain
        return dict(found)


def _complement(vectors: Iterable[Mapping[str, float]], intents: Sequence[str]) -> dict[str, dict[str, float]]:
    """Gram -> intent -> how much rarer the gram is outside the intent than at large."""
    mass: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for vector, intent in zip(vectors, intents, strict=True):
        for gram, weight in vector.items():
            mass[gram][intent] += weight
    of_gram = {gram: sum(by.values()) for gram, by in mass.items()}
    of_intent: dict[str, float] = defaultdict(float)
    for by in mass.values():
        for intent, weight in by.items():
            of_intent[intent] += weight
    total, pad = sum(of_gram.values()), SMOOTHING * len(mass)
    return {
        gram: {
            intent: math.log((of_gram[gram] + SMOOTHING) / (total + pad))
            - math.log((of_gram[gram] - weight + SMOOTHING) / (total - of_intent[intent] + pad))
            for intent, weight in by.items()
        }
        for gram, by in mass.items()
    }
