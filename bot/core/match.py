"""How sure a text is of an intent: two senses, with an encoder four, and one calibrated confidence.

In: asks with their intents, then one text. Out: intents ranked by confidence, with the line that speaks for each.
Never: a decision.

One sense has learned from the whole file (`weights.py`), the other compares with single lines (`nearest.py`); a
sentence encoder adds the same two over meanings (`vectors.py`). Each gives every intent a share; their sum ranks them.
`confidence.py` turns what the senses say of an intent into the share of cases in which such a claim was right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np

from bot.core.confidence import Evidence, confidence
from bot.core.descent import Floats, softmax
from bot.core.features import features, features_of, grams
from bot.core.lexicon import Lexicon
from bot.core.nearest import Nearest
from bot.core.rules.work import EXACT
from bot.core.text import bare
from bot.core.vectors import Encode, Vectors
from bot.core.weights import Weights

OOS = "oos"
KEPT = 4096  # texts that are remembered
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
    """What all senses say of some texts. `senses` and `shares` have for each text one row a sense and one column an
    intent; `lines` holds each intent's nearest line, if one is near."""

    senses: Floats
    shares: Floats
    lines: Sequence[Mapping[int, int]]
    letters: Sequence[int]


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
        self._intent_of = labels
        self._vectors = encode and Vectors(encode, texts, labels, len(order))
        self._sharpness = SHARPNESS if encode else SHARPNESS[:2]
        self._kin = np.array([number for intent, number in order.items() if intent in kin], np.intp)
        self._oos = order.get(OOS)
        self._peerless = len(order.keys() - kin - {OOS}) <= 1  # somebody has no rival

    def rank(self, text: str) -> tuple[Match, ...]:
        """The likeliest intents, surest first; empty for a text without letters."""
        return self.rank_all((text,))[0]

    def rank_all(self, texts: Sequence[str]) -> list[tuple[Match, ...]]:
        """The same of each text. Many at once take half the time: step after step stays close to the processor."""
        said = [text for text in texts if bare(text)] if self._weights.intents else []
        if not said:
            return [()] * len(texts)
        queries = list(map(bare, said))
        heard = self._hear(said, queries)
        places = _likeliest(heard)
        ranked = map(self._ranked, queries, places, confidence(self._evidence(heard), places), heard.lines)
        return list(ranked) if len(said) == len(texts) else [next(ranked) if bare(text) else () for text in texts]

    def _ranked(
        self, query: str, places: Sequence[int], scores: Sequence[float], lines: Mapping[int, int]
    ) -> tuple[Match, ...]:
        found = [self._match(place, score, lines.get(place)) for place, score in zip(places, scores, strict=True)]
        if query in self._exact:
            found = self._with_written(found, self._exact[query])
        return tuple(sorted(found, key=lambda match: (-match.score, match.intent)))

    def evidence(self, text: str) -> tuple[str, Floats] | None:
        """The likeliest intent apart from `oos` and the terms that speak for it: what confidence is fitted on."""
        query = bare(text)
        if not query or not self._weights.intents:
            return None
        heard = self._hear([text], [query])
        place = next(place for place in _likeliest(heard)[0] if place != self._oos)
        return self._weights.intents[place], self._evidence(heard).terms()[0, :, place]

    def why(self, text: str, intent: str, most: int = 6) -> list[tuple[str, float]]:
        """The features that speak loudest for an intent, for people who ask why."""
        return self._weights.speaks(features_of(text, self._lexicon), intent, most)

    def _hear(self, texts: Sequence[str], queries: Sequence[str]) -> _Heard:
        """Texts and their normal forms."""
        senses = np.zeros((len(texts), len(self._sharpness), len(self._weights.intents)), np.float32)
        found, letters = list(map(grams, queries)), list(map(len, queries))
        read = [features(*one, self._lexicon) for one in zip(texts, found, letters, strict=True)]
        for one, first in zip(read, senses[:, 0], strict=True):
            self._weights.read(one, out=first)
        lines = list(map(self._compare, queries, found, senses[:, 1]))
        if self._vectors:
            for query, heard in zip(queries, senses, strict=True):
                heard[2], heard[3] = self._vectors.read(query)
        return _Heard(senses, softmax(self._sharpness * senses), lines, letters)

    def _compare(self, query: str, found: set[str], likeness: Floats) -> Mapping[int, int]:
        """Fill in how like each intent's nearest line is, and tell those lines; of equally near ones the first."""
        lines, like = self._nearest.find(query, found)
        best: dict[int, float] = {}
        nearest: dict[int, int] = {}
        for line, alike in zip(lines.tolist(), like.tolist(), strict=True):
            place = self._intent_of[line]
            if alike > best.get(place, -1.0):
                best[place], nearest[place] = alike, line
        likeness[[*best]] = [*best.values()]
        return nearest

    def _match(self, place: int, score: float, line: int | None) -> Match:
        # Rounded: the last bits of a sum depend on the order of the lines.
        return Match(self._weights.intents[place], round(score, 2), line)

    def _evidence(self, heard: _Heard) -> Evidence:
        """Each intent beside its strongest rival, which `oos` is not, and beside `oos`."""
        first = heard.senses[:, 0]
        lead = np.array([self._lead(one) for one in first])
        return Evidence(heard.senses, lead, heard.shares[:, 0], self._oos, heard.letters)

    def _lead(self, first: Floats) -> Floats:
        """Of one text: faster row by row than for all at once, where one text is all there is."""
        rivals = first.copy()
        if self._oos is not None:
            rivals[self._oos] = -np.inf
        lead = _over_strongest(first, rivals)
        if len(self._kin):
            rivals[self._kin] = -np.inf
            lead[self._kin] = first[self._kin] - np.maximum.reduce(rivals)
        return np.where(np.isfinite(lead), lead, first) if self._peerless else lead

    def _with_written(self, found: Sequence[Match], index: int) -> list[Match]:
        """A line that an operator wrote just so needs no curve: adding one works at once."""
        written = Match(self._weights.intents[self._intent_of[index]], EXACT, index)
        return [written, *(match for match in found if match.intent != written.intent)]


class Remembering(Matcher):
    """A matcher that ranks a text once, however many books read with it. What is foreseen is ranked at once."""

    def __init__(self, matcher: Matcher) -> None:
        self.__dict__.update(vars(matcher))
        self._known: dict[str, tuple[Match, ...]] = {}

    def rank(self, text: str) -> tuple[Match, ...]:
        if text not in self._known:
            self.foresee([text])
        return self._known[text]

    def foresee(self, texts: Iterable[str]) -> None:
        """Texts that will be asked for soon; others may be, too."""
        known = self._known
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for text in list(islice(known, max(0, len(known) + len(new) - KEPT))):
            del known[text]
        known.update(zip(new, self.rank_all(new), strict=True))


def _likeliest(heard: _Heard) -> list[list[int]]:
    """For each text the intents to which all senses together give most, most first."""
    shares = VOICES[: heard.shares.shape[1]] @ heard.shares
    likeliest: list[list[int]] = (-shares).argsort(axis=1, kind="stable")[:, :RANKED].tolist()
    return likeliest


def _over_strongest(values: Floats, rivals: Floats) -> Floats:
    """How far each value is over the greatest rival at any other place."""
    best = int(rivals.argmax())
    greatest = rivals[best]
    lead: Floats = values - greatest
    rivals[best] = -np.inf
    lead[best] = values[best] - np.maximum.reduce(rivals)
    rivals[best] = greatest
    return lead
