"""As many asks as wanted, made from the shipped ones.

In: asks, a number. Out: that many, with the same mix of intents. Never: two runs that differ; the seed is fixed.

Fewer than there are: a draw. More: heads and tails of two asks of one intent, joined.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from tests.bench.peers import Example

SEED = 20261123
_TRIES = 50  # draws for each line that is wanted, before an intent is given up as too small


def crowd(examples: Sequence[Example], number: int) -> list[Example]:
    """`number` different lines; fewer only where the intents are too small to make so many."""
    chance = np.random.default_rng(SEED)
    known = list(dict.fromkeys(examples))
    order = [known[place] for place in chance.permutation(len(known))]
    if number <= len(order):
        return order[:number]
    found = dict.fromkeys(order)
    for fresh in _recombined(order, chance, _TRIES * number):
        if len(found) == number:
            break
        found[fresh] = None
    return list(found)


def messages(examples: Sequence[Example], number: int) -> list[str]:
    """Texts that nobody wrote, where no real ones are at hand."""
    return [example.text for example in crowd(examples, len(set(examples)) + number)[-number:]]


def _recombined(order: Sequence[Example], chance: np.random.Generator, tries: int) -> Iterator[Example]:
    """Drawing the first by lines keeps the mix of intents."""
    kin: dict[str, list[str]] = {}
    for example in order:
        kin.setdefault(example.intent, []).append(example.text)
    for first, second in chance.integers(0, 2**31, (tries, 2)).tolist():
        head = order[first % len(order)]
        tails = kin[head.intent]
        tail = tails[second % len(tails)]
        yield Example(head.text[: (len(head.text) + 1) // 2] + tail[len(tail) // 2 :], head.intent)
