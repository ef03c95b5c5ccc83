"""Texts that say much the same, put together around the most typical of them.

In: texts in normal form, each with how often it was said and what it was read as. Out: for each the text that leads its
group. Never: a member that is unlike its leader; an outcome that depends on the order in which the texts came.

Likeness is that of `nearest.py`: spelling and the telling grams, half and half. Two texts need `SAME` of it where they
were read as the same intent, `APART` where as different ones, else `UNKNOWN`. The text that is like most others leads
first, and all that are like it follow; then the next one that no leader has claimed. A text that several claim goes to
the nearest. No chain is followed (a like b, b like c), so that each membership is explained by one number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.features import grams
from bot.core.nearest import COMPARED, Nearest

#: From here on two texts count as one matter; chosen by looking at real messages (README, Issue log).
SAME, UNKNOWN, APART = 0.45, 0.7, 0.8
_ROUNDS = 8
_OTHERS = 200  # a week of a small shop has few texts


@dataclass(frozen=True, slots=True)
class Saying:
    """A text in normal form, how often it was said, and the intent it was mostly read as."""

    text: str
    count: int = 1
    intent: str | None = None

    def needs(self, other: "Saying") -> float:
        if not (self.intent and other.intent):
            return UNKNOWN
        return SAME if self.intent == other.intent else APART


class Leaders:
    """Texts to which others may belong."""

    def __init__(self, sayings: Sequence[Saying]) -> None:
        self._sayings = sorted((one for one in sayings if one.text), key=lambda one: one.text)
        self._nearest = Nearest([one.text for one in self._sayings], _OTHERS) if self._sayings else None

    def near(self, saying: Saying) -> Mapping[str, float]:
        """Those among the nearest that it is like enough, and how like."""
        if self._nearest is None or not saying.text:
            return {}
        lines, likeness = self._nearest.find(saying.text, grams(saying.text))
        found = ((self._sayings[line], like) for line, like in zip(lines.tolist(), likeness.tolist(), strict=True))
        return {one.text: round(like, 4) for one, like in found if like >= saying.needs(one)}

    def of(self, saying: Saying) -> str | None:
        """The nearest one, of equally near ones the first; None where none is near enough."""
        near = self.near(saying)
        return min(near, key=lambda text: (-near[text], text), default=None)


def leaders(sayings: Sequence[Saying]) -> Mapping[str, str]:
    """Each text with its leader; a leader leads itself, and so does a text without letters."""
    heads, crowded = _heads(sayings)
    for _ in range(_ROUNDS if crowded else 0):
        fewer, _ = _heads(heads)
        if len(fewer) == len(heads):
            break
        heads = fewer
    found, led = Leaders(heads), {one.text for one in heads}
    return {one.text: one.text if one.text in led else found.of(one) or one.text for one in sayings}


def _heads(sayings: Sequence[Saying]) -> tuple[list[Saying], bool]:
    """Those that no weightier one leads, and whether that must be asked again: only so many of the nearest are
    compared, so that in a crowd some find no leader among them who have one."""
    known, counts = Leaders(sayings), {one.text: one.count for one in sayings}
    near = {one.text: known.near(one) for one in sayings}
    weight = {text: sum(counts[other] for other in some) for text, some in near.items()}
    taken: set[str] = set()
    heads = dict[str, Saying]()
    for one in sorted(sayings, key=lambda one: (-weight[one.text], -one.count, one.text)):
        if one.text not in taken and heads.keys().isdisjoint(near[one.text]):
            heads[one.text] = one
            taken.update(near[one.text])
    return list(heads.values()), any(len(some) >= COMPARED for some in near.values())
