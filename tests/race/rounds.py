"""What happens in a race: a buyer asks, the bot is about to answer, and a human speaks at some moment around that.

In: a seed and how many rounds. Out: rounds, the same for the same seed. Never: a clock.

`AROUND` of the humans speak around the moment at which the bot's answer usually goes out, the others at any time from
the question to well after the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from tests.chaos.luck import between, chance

QUESTIONS = ("发什么快递", "有发票吗", "几天能到", "包邮吗")
AROUND, EARLIER, SPREAD = 0.7, 0.05, 0.08  # the share; seconds by which they are ahead, and the standard deviation
LATEST = 1.6
DESK, SHOP = "desk", "shop"


@dataclass(frozen=True, slots=True)
class Round:
    """`by`: our desk's interface, or the shop's own desk. `fresh`: the raced question is the conversation's first
    message. `around`: seconds from the usual moment of the bot's answer; else `offset`: seconds from the question."""

    number: int
    by: str
    fresh: bool
    question: str
    around: float | None
    offset: float
    pause: float

    @property
    def talk(self) -> str:
        return f"race-{self.number}"


def rounds(seed: int, many: int) -> Sequence[Round]:
    return [_round(seed, number) for number in range(many)]


def _round(seed: int, number: int) -> Round:
    luck = (seed, number)
    by = DESK if number % 2 else SHOP
    near = chance(*luck, "near") < AROUND
    return Round(
        number,
        by,
        # Our desk shows what the bot has heard of; the shop's own may be faster than anybody.
        fresh=by == SHOP and chance(*luck, "fresh") < 0.5,
        question=QUESTIONS[1 + int(chance(*luck, "question") * (len(QUESTIONS) - 1))],
        around=NormalDist(-EARLIER, SPREAD).inv_cdf(min(max(chance(*luck, "around"), 0.001), 0.999)) if near else None,
        offset=between(0.0, LATEST, *luck, "offset"),
        pause=between(0.0, 0.5, *luck, "pause"),
    )
