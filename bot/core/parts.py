"""Which part of an intent a question is about, where files of their own answer parts of it.

In: the lines of an intent's own file and of its parts, then a text. Out: the name of a part's topic, or None where the
intent's own file speaks. Never: an intent; that is the matcher's.

Learned as intents are (`weights.py`). A file of many lines is not likelier for that, so shares are taken as if all
files were of one length. What is in doubt is the intent's own file's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.descent import softmax
from bot.core.features import features_of
from bot.core.lexicon import Lexicon
from bot.core.text import bare, clauses
from bot.core.weights import Weights

OWN = ""
LEAD = 1.8  # how many times likelier than any other a part must be; see tests/content/test_packs.py for what it costs


@dataclass(frozen=True, slots=True)
class Line:
    """A way of asking and the topic it belongs to; `OWN` for the intent's own file. `exact`: written to tell parts
    apart, in a part's own file."""

    text: str
    topic: str
    exact: bool


class Parts:
    """Immutable after it is built.

    The intent's own file was written for the whole intent and may hold lines that are a part's: those that a first
    look takes for a part's are left out of the second, and only a part's lines and borders are taken by the letter.
    """

    def __init__(self, lines: Sequence[Line], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._written = {bare(line.text): line.topic for line in reversed(lines) if line.exact}
        read = [(features_of(line.text, lexicon), line) for line in lines]
        first = _Look(read)
        self._look = _Look([one for one in read if one[1].exact or first.at(one[0]) == OWN])

    def of(self, text: str) -> str | None:
        """The part that a text is about, or the first of its clauses that is about one."""
        return next((topic for part in (text, *clauses(text)) if (topic := self._read(part))), None)

    def _read(self, text: str) -> str:
        query = bare(text)
        if query in self._written:
            return self._written[query]
        return self._look.at(features_of(text, self._lexicon))


class _Look:
    """What was learned of some lines."""

    def __init__(self, lines: Sequence[tuple[Mapping[str, float], Line]]) -> None:
        self._weights = Weights([read for read, _ in lines], [line.topic for _, line in lines])
        lengths = Counter(line.topic for _, line in lines)
        self._priors = np.log(np.array([lengths[topic] for topic in self._weights.intents], np.float32))

    def at(self, text: Mapping[str, float]) -> str:
        """The topic that a text is held to be about; in doubt the intent's own file."""
        shares = softmax(self._weights.read(text) - self._priors)
        best = int(shares.argmax())
        leads = shares[best] >= LEAD * np.delete(shares, best).max(initial=0.0)
        return self._weights.intents[best] if leads else OWN
