"""What was likely meant by a slip of the pen.

In: what was typed, what is known. Out: the known word most like it, where one is like it at all. Never: a remedy that
leads elsewhere.
"""

from collections.abc import Iterable

from rapidfuzz import fuzz

#: Percent of letters that two words have in common, in order: a slip or two in a short word, not another word.
_ALIKE = 66.0


def meant(typed: str, known: Iterable[str]) -> str:
    """Empty where nothing is like it. Dashes, folders and endings that many have in common make no likeness."""
    scored = ((_like(typed, one), fuzz.ratio(typed, one), one) for one in known)
    found = max(((core, whole, one) for core, whole, one in scored if core >= _ALIKE), default=None)
    return found[2] if found else ""


def _like(one: str, other: str) -> float:
    return fuzz.ratio(_core(one), _core(other))


def _core(word: str) -> str:
    return word.strip("-").rpartition("/")[2].removesuffix(".md").lower()
