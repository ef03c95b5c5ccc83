"""Chance that can be had again: the same seed and cause always give the same number.

In: a seed and what is being decided. Out: numbers in [0, 1) and choices. Never: a state; the order of asking is free.
"""

from collections.abc import Mapping
from hashlib import blake2b


def chance(*cause: object) -> float:
    """A number in [0, 1) that follows from its cause."""
    digest = blake2b(chr(0).join(map(str, cause)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def between(low: float, high: float, *cause: object) -> float:
    return low + (high - low) * chance(*cause)


def drawn(weights: Mapping[str, float], *cause: object) -> str:
    """One of the names, each as often as its weight says."""
    left = chance(*cause) * sum(weights.values())
    for name, weight in weights.items():
        left -= weight
        if left < 0:
            return name
    return list(weights)[-1]
