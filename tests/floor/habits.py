"""How agents keep to a shift: in time, late, not at all; breaks taken or forgotten; gone early, gone silent.

In: the stretches of one shift, chance. Out: moments at which something becomes true of an agent. Never: a look at the
service.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

Stretch = tuple[datetime, datetime]
Change = tuple[datetime, str]
MINUTE = timedelta(minutes=1)
_LONG_PAUSE = timedelta(hours=2)


def shift_of(stretches: Sequence[Stretch], stay: int, chance: Random) -> list[Change]:
    """`online`, `away`, `offline` are told to the service; `silent` and `back` nobody sees. `stay` in minutes."""
    if chance.random() < 0.015:
        return []
    comes, leaves = stretches[0][0] + _lateness(chance), _leaving(stretches, stay, chance)
    between = [*_pauses(stretches, chance), *_breaks(stretches, chance), *_vanishing(stretches, chance)]
    inside = [(comes, "online"), *(one for one in between if comes < one[0] < leaves)]
    return sorted([*inside, *_end(leaves, stretches[-1][1], chance)])


def _lateness(chance: Random) -> timedelta:
    kind = chance.random()
    if kind < 0.72:
        return chance.uniform(-4, 0.5) * MINUTE
    return chance.uniform(1, 25) * MINUTE if kind < 0.96 else chance.uniform(30, 75) * MINUTE


def _leaving(stretches: Sequence[Stretch], stay: int, chance: Random) -> datetime:
    end, kind = stretches[-1][1], chance.random()
    if kind < 0.04:
        return end - chance.uniform(10, 120) * MINUTE
    return end + chance.uniform(0, 2) * MINUTE if kind < 0.7 else end + chance.uniform(0, stay + 1) * MINUTE


def _end(leaves: datetime, end: datetime, chance: Random) -> Iterator[Change]:
    """One in ten goes home and is online for hours to come."""
    if leaves >= end and chance.random() < 0.1:
        yield leaves, "silent"
        yield leaves + 3 * 60 * MINUTE, "offline"
    else:
        yield leaves, "offline"


def _pauses(stretches: Sequence[Stretch], chance: Random) -> Iterator[Change]:
    """The shift's own break; who does not say so is at lunch all the same."""
    for (_, pause), (resume, _) in pairwise(stretches):
        gone = "away" if chance.random() < 0.75 else "silent"
        if resume - pause > _LONG_PAUSE:
            gone = "offline"
        yield pause + chance.uniform(0, 3) * MINUTE, gone
        yield resume + chance.uniform(-3, 6) * MINUTE, "back" if gone == "silent" else "online"


def _breaks(stretches: Sequence[Stretch], chance: Random) -> Iterator[Change]:
    for start, end in stretches:
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            begins = start + chance.random() * (end - start)
            said = chance.random() < 0.7
            yield begins, "away" if said else "silent"
            yield begins + chance.uniform(2, 13) * MINUTE, "online" if said else "back"


def _vanishing(stretches: Sequence[Stretch], chance: Random) -> Iterator[Change]:
    if chance.random() < 0.18:
        start, end = chance.choice(stretches)
        begins = start + chance.random() * (end - start)
        yield begins, "silent"
        yield begins + chance.uniform(20, 150) * MINUTE, "back"
