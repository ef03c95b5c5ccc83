"""Which written lines a text is like, without looking at all of them.

In: the lines once, then a text. Out: the nearest lines and how like they are. Never: an intent.

Likeness is the mean of RapidFuzz's `ratio` (order and spelling) and the cosine of character 1- and 2-grams weighted by
how telling they are among the lines (idf). Only lines that share telling grams are compared: the rarest grams first,
until `ENTRIES` places in the index have been read, so that the cost stays the same for fifty times the lines.
"""

import math
from array import array
from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy import sparse

from bot.core.features import grams
from bot.core.tables import of_length_one, table_of

Floats = NDArray[np.float32]
Ids = NDArray[np.intp]

ENTRIES = 500
COMPARED = 24  # lines whose spelling is compared
_PAIRS = 2
_BITS, _PLACE = 32, (1 << 32) - 1
_HUNDRED = np.float32(100)


class Nearest:
    """Immutable after it is built; `texts` are in normal form. `others`: so many texts that share nothing are reckoned
    with, so that what two of a few have in common still tells something."""

    def __init__(self, texts: Sequence[str], others: int = 0) -> None:
        self._texts = list(texts)
        found = [grams(text, _PAIRS) for text in texts]
        seen = Counter(chain.from_iterable(found))
        size = len(texts) + others + 1
        idf = {gram: math.log(size / (seen[gram] + 1)) + 0.1 for gram in sorted(seen)}
        places = {gram: place for place, gram in enumerate(idf)}
        weighed = [{gram: idf[gram] for gram in line} for line in found]
        telling = sorted(((weight, gram) for gram, weight in idf.items()), reverse=True)
        index = sparse.csc_array(of_length_one(table_of(weighed, places)))[:, [places[gram] for _, gram in telling]]
        # Grams by their rank. Arrays, for what lies close together is read fast.
        self._ranks = {gram: rank for rank, (_, gram) in enumerate(telling)}
        self._weights, self._ends = array("d", [weight for weight, _ in telling]), array("q", index.indptr.tolist())
        self._lines, self._parts = index.indices.astype(np.int64) << _BITS, index.data
        self._numbers = np.arange(max(ENTRIES, np.diff(index.indptr).max(initial=0)))

    def find(self, text: str, found: Set[str]) -> tuple[Ids, Floats]:
        """Line numbers, ascending, and their likeness from 0 to 1; empty where no line shares a gram. `found` are the
        text's grams, of any length."""
        lines, cosines = self._sharing(found)
        if len(lines) > COMPARED:
            best = cosines.argpartition(-COMPARED)[-COMPARED:]
            best.sort()
            lines, cosines = lines[best], cosines[best]
        if not len(lines):
            return lines, cosines
        compared = [self._texts[line] for line in lines.tolist()]
        ratios = process.cdist([text], compared, scorer=fuzz.ratio, dtype=np.float32)[0]
        return lines, (ratios / _HUNDRED + cosines) / 2

    def _sharing(self, found: Set[str]) -> tuple[Ids, Floats]:
        """Lines that share the most telling grams, and the cosine as far as those grams go."""
        ranks, ends = self._ranks, self._ends
        known = sorted(map(ranks.__getitem__, ranks.keys() & found))
        weights = [self._weights[rank] for rank in known]
        length = sum([weight * weight for weight in weights]) ** 0.5
        spans: list[tuple[int, int]] = []
        shares: list[float] = []
        read = 0
        for rank, weight in zip(known, weights, strict=True):
            start, end = ends[rank], ends[rank + 1]
            read += end - start
            if spans and read > ENTRIES:
                break
            spans.append((start, end))
            shares.append(weight / length)
        return self._summed(spans, np.array(shares, np.float32))

    def _summed(self, spans: Sequence[tuple[int, int]], shares: Floats) -> tuple[Ids, Floats]:
        """Each line of these spans of the index once, with the sum of its parts weighed by each gram's share."""
        if not spans:
            return np.empty(0, np.intp), np.empty(0, np.float32)
        every = np.concatenate([self._lines[start:end] for start, end in spans])
        part = np.concatenate([self._parts[start:end] for start, end in spans])
        part *= shares.repeat([end - start for start, end in spans])
        # A line's number and the place of its part in one figure: sorting those is faster than asking for an order.
        every += self._numbers[: len(every)]
        every.sort()
        part = part[every & _PLACE]
        every >>= _BITS
        is_first = np.empty(len(every), np.bool_)
        is_first[0] = True
        np.not_equal(every[1:], every[:-1], out=is_first[1:])
        first = is_first.nonzero()[0]
        return every[first], np.add.reduceat(part, first)
