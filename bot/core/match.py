"""How sure a text is of an intent: two senses, with an encoder four, and one calibrated confidence.

In: asks with their intents, then one text. Out: intents ranked by confidence, with the line that speaks for each.
Never: a decision.

One sense has learned from the whole file (`weights.py`), the other compares with single lines (`nearest.py`); a
sentence encoder adds the same two over meanings (`vectors.py`). Each gives every intent a share; their sum ranks them.
`confidence.py` turns what the senses say of an intent into the share of cases in which such a claim was right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.core.confidence import Evidence, confidence
from bot.core.descent import Floats, softmax
from bot.core.features import features, features_of, grams
from bot.core.lexicon import Lexicon
from bot.core.nearest import Nearest
from bot.core.text import bare
from bot.core.vectors import Encode, Vectors
from bot.core.weights import Weights

EXACT = 100.0
OOS = "oos"
RANKED = 6  # intents that anybody ever looks at
#: Of each sense, in the order learner, nearest line, and with an encoder its learner and its closest line: what turns
#: the values into shares, and what the shares weigh. Chosen by cross-validation.
SHARPNESS = np.array([[1.0], [12.0], [1.0], [1.0]], np.float32)
VOICES = np.array([1.0, 0.5, 0.7, 0.0], np.float32)


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


@dataclass(frozen=True, slots=True)
class _Heard:
    """What all senses say of one text. `senses` and `shares` have one row a sense and one column an intent; `lines`
    holds each intent's nearest line, -1 for none."""

    senses: Floats
    shares: Floats
    lines: NDArray[np.intp]
    letters: int


class Matcher:
    """Immutable after it is built; safe to share between threads. `kin` are intents that are no rivals of each other:
    a message may be thanks or a farewell, and the answer is as right."""

    def __init__(
        self,
        asks: Sequence[AskLike],
        lexicon: Lexicon,
        kin: frozenset[str] = frozenset(),
        encode: Encode | None = None,
    ) -> None:
        self._lexicon = lexicon
        texts = [bare(ask.text) for ask in asks]
        self._exact = {text: index for index, text in reversed(list(enumerate(texts)))}
        distinct = list({(text, ask.intent): ask for text, ask in zip(texts, asks, strict=True)}.values())
        self._weights = Weights([features_of(ask.text, lexicon) for ask in distinct], [ask.intent for ask in distinct])
        self._nearest = Nearest(texts)
        order = {intent: number for number, intent in enumerate(self._weights.intents)}
        labels = [order[ask.intent] for ask in asks]
        self._intent_of = np.array(labels, np.intp)
        self._vectors = encode and Vectors(encode, texts, labels, len(order))
        self._kin = [number for intent, number in order.items() if intent in kin]
        self._strangers = [number for intent, number in order.items() if intent not in kin]
        self._oos = order.get(OOS)
        self._peerless = len({*self._strangers} - {self._oos}) <= 1  # somebody has no rival

    def rank(self, text: str) -> tuple[Match, ...]:
        """The likeliest intents, surest first; empty for a text without letters."""
        query = bare(text)
        if not query or not self._weights.intents:
            return ()
        heard = self._hear(text, query)
        scores = EXACT * confidence(self._evidence(heard))
        found = [self._match(place, float(scores[place]), int(heard.lines[place])) for place in _likeliest(heard)]
        if query in self._exact:
            found = self._with_written(found, self._exact[query])
        return tuple(sorted(found, key=lambda match: (-match.score, match.intent)))

    def evidence(self, text: str) -> tuple[str, Floats] | None:
        """The likeliest intent apart from `oos` and the terms that speak for it: what confidence is fitted on."""
        query = bare(text)
        if not query or not self._weights.intents:
            return None
        heard = self._hear(text, query)
        place = next(place for place in _likeliest(heard) if place != self._oos)
        return self._weights.intents[place], self._evidence(heard).terms()[:, place]

    def why(self, text: str, intent: str, most: int = 6) -> list[tuple[str, float]]:
        """The features that speak loudest for an intent, for people who ask why."""
        return self._weights.speaks(features_of(text, self._lexicon), intent, most)

    def _hear(self, text: str, query: str) -> _Heard:
        senses = np.zeros((4 if self._vectors else 2, len(self._weights.intents)), np.float32)
        found = grams(query)
        senses[0] = self._weights.read(features(text, found, len(query), self._lexicon))
        lines = self._compare(query, found, senses[1])
        if self._vectors:
            senses[2], senses[3] = self._vectors.read(query)
        return _Heard(senses, softmax(SHARPNESS[: len(senses)] * senses), lines, len(query))

    def _compare(self, query: str, found: set[str], likeness: Floats) -> NDArray[np.intp]:
        """Fill in how like each intent's nearest line is, and tell those lines; of equally near ones the first."""
        nearest = np.full(len(likeness), -1, np.intp)
        lines, like = self._nearest.find(query, found)
        # Of doubled places the last assignment holds: the likest line, and of those the first written.
        order = np.argsort(like[::-1], kind="stable")
        lines, like = lines[::-1][order], like[::-1][order]
        places = self._intent_of[lines]
        likeness[places], nearest[places] = like, lines
        return nearest

    def _match(self, place: int, score: float, line: int) -> Match:
        # Rounded: the last bits of a sum depend on the order of the lines.
        return Match(self._weights.intents[place], round(score, 2), line if line >= 0 else None)

    def _evidence(self, heard: _Heard) -> Evidence:
        """Each intent beside its strongest rival, which `oos` is not, and beside `oos`."""
        own, first = heard.senses, heard.senses[0]
        rivals = first.copy()
        if self._oos is not None:
            rivals[self._oos] = -np.inf
        lead = first - _strongest_other(rivals)
        lead[self._kin] = first[self._kin] - rivals[self._strangers].max(initial=-np.inf)
        if self._peerless:
            lead = np.where(np.isfinite(lead), lead, first)
        over_oos = own if self._oos is None else own - own[:, self._oos, None]
        return Evidence(own, lead, over_oos, heard.shares[0], heard.letters)

    def _with_written(self, found: Sequence[Match], index: int) -> list[Match]:
        """A line that an operator wrote just so needs no curve: adding one works at once."""
        written = Match(self._weights.intents[int(self._intent_of[index])], EXACT, index)
        return [written, *(match for match in found if match.intent != written.intent)]


def _likeliest(heard: _Heard) -> list[int]:
    """The intents to which all senses together give most, most first."""
    shares = VOICES[: len(heard.shares)] @ heard.shares
    likeliest: list[int] = np.argsort(-shares, kind="stable")[:RANKED].tolist()
    return likeliest


def _strongest_other(values: Floats) -> Floats:
    """For each place the greatest of all other places."""
    if len(values) == 1:
        return np.full_like(values, -np.inf)
    best = int(values.argmax())
    second = max(values[:best].max(initial=-np.inf), values[best + 1 :].max(initial=-np.inf))
    others = np.full_like(values, values[best])
    others[best] = second
    return others
