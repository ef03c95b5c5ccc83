"""Rounds counted: how many, how fast, what was left.

In: rounds and what became of their buyers. Out: a `Tally`. Never: which rounds belong together; a float.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.conversions import Asker, Conversion, conversion
from bot.core.definitions import milliseconds
from bot.core.rounds import MACHINE, PEOPLE, Round, Who

#: The shares that are told of first responses: the trade's aim, JD's and the other platforms' limits.
MARKS = (timedelta(seconds=8), timedelta(seconds=30), timedelta(minutes=3))
_NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Responses:
    """First responses in whole milliseconds, None of none; `within` counts those that came within each of `MARKS`. Of
    an even number the median is half-way between the two in the middle; `p90` is the smallest that nine in ten do not
    exceed."""

    count: int
    mean: int | None
    median: int | None
    p90: int | None
    within: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """`buyers` asked, `served` were answered. `bot` and `human`: the first response of each, apart. `unanswered`:
    rounds that nobody answered; `hand_offs`: that the bot gave to people, `missed` those of them that no person
    answered. `conversion`: None on days that have no definition of it."""

    buyers: int
    served: int
    conversations: int
    rounds: int
    bot: Responses
    human: Responses
    unanswered: int
    hand_offs: int
    missed: int
    conversion: Conversion | None


def tally(rounds: Sequence[Round], askers: Sequence[Asker] | None) -> Tally:
    """`askers`: None on days that have no definition of a conversion."""
    called = [one for one in rounds if one.called]
    return Tally(
        buyers=len({one.buyer_id for one in rounds}),
        served=len({one.buyer_id for one in rounds if one.answers}),
        conversations=len({(one.channel, one.conversation_id) for one in rounds}),
        rounds=len(rounds),
        bot=responses(rounds, MACHINE),
        human=responses(rounds, PEOPLE),
        unanswered=sum(not one.answers for one in rounds),
        hand_offs=len(called),
        missed=sum(one.first(*PEOPLE) is None for one in called),
        conversion=None if askers is None else conversion(askers),
    )


def responses(rounds: Iterable[Round], who: Iterable[Who], marks: Sequence[timedelta] = MARKS) -> Responses:
    """The first response of these in each round that they answered, and how many came within each mark."""
    found = ((one, one.first(*who)) for one in rounds)
    took = sorted(one.took(answer) for one, answer in found if answer)
    return Responses(
        count=len(took),
        mean=milliseconds(sum(took, _NO_TIME)) // len(took) if took else None,
        median=milliseconds(took[(len(took) - 1) // 2] + took[len(took) // 2]) // 2 if took else None,
        p90=milliseconds(took[(9 * len(took) + 9) // 10 - 1]) if took else None,
        within=tuple(sum(span <= mark for span in took) for mark in marks),
    )
