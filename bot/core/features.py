"""What is read off a text before anything is known about intents: grams, concepts, cues.

In: a text and the lexicon. Out: named features with their values. Never: a weight that was learned.

Grams share a length of one, so that a long message shouts no louder than a short one; concepts and cues add to that
with fixed values, which were chosen by cross-validation (README, Decisions).
"""

import re
from operator import add

from bot.core.lexicon import Lexicon
from bot.core.text import bare

LONGEST = 3
CONCEPT, TOPIC_ASKED, CUE, ALWAYS = 0.2, 0.15, 0.3, 0.3
_STEP, _MOST = 4, 6  # lengths are told apart in steps of four characters, up to six steps
_DIGITS = re.compile(r"\d+")
_MARK = re.compile(r"[?？]")
_TAIL = " ?？。!！~"
_EDGES = frozenset("^$")
_PARTICLES = ("吗", "么", "呢", "不", "没")


def grams(text: str, longest: int = LONGEST) -> set[str]:
    """Characters, and runs of neighbours up to `longest` with a mark at both ends; all figures are alike."""
    marked = f"^{_DIGITS.sub('0', text)}$"
    runs = list(marked)
    found = set(runs)
    for more in range(1, longest):
        runs = list(map(add, runs, marked[more:]))
        found.update(runs)
    return found - _EDGES


def signs(text: str, letters: int, lexicon: Lexicon) -> dict[str, float]:
    """Concepts, asked topics and cues; their names can't be mistaken for grams."""
    named, asked = lexicon.read(text)
    found = {f"#{name}": CONCEPT for name in named} | {f"#?{name}": TOPIC_ASKED for name in asked}
    marked, ends = _MARK.search(text) is not None, text.rstrip(_TAIL).endswith(_PARTICLES)
    size = min(_MOST, letters // _STEP)
    return {**found, f"#ends:{marked:d}{ends:d}": CUE, f"#size:{size}": CUE, "#": ALWAYS}


def features(text: str, found: set[str], letters: int, lexicon: Lexicon) -> dict[str, float]:
    """Everything, by name, of a text, the grams of its normal form and how many letters that has."""
    share = len(found) ** -0.5 if found else 0.0
    return {**dict.fromkeys(found, share), **signs(text, letters, lexicon)}


def features_of(text: str, lexicon: Lexicon) -> dict[str, float]:
    """The same from the text alone."""
    query = bare(text)
    return features(text, grams(query), len(query), lexicon)
