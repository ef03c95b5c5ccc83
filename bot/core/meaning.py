"""What a turn means, as a value that the stages hand on.

In: nothing. Out: `Claim`, `Rest` and `Meaning`. Never: how a meaning was found, or what is done about it.
"""

from dataclasses import dataclass

from bot.core.book import Ask
from bot.core.model import Kind
from bot.core.rules.work import Flag
from bot.core.slots import Slots
from bot.core.text import plain

EXACT = 100.0  # the confidence, in percent, of a line that was said word for word
SMALL_TALK = frozenset({"greeting", "thanks", "ack", "closing"})


@dataclass(frozen=True, slots=True)
class Claim:
    """An intent the bot holds the message to have. `score` in percent; `ask` is the line that spoke for it."""

    intent: str
    score: float
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """A question of the turn that goes unanswered beside what is claimed: its words, and the likeliest intent."""

    text: str
    guess: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """`claims` are sure and in order of certainty; `choices` are nearly sure, offered when there is no claim.

    `wants_human` is the call for a person, `media` the kinds that carry no text, `answers` the open question (its
    `asked` entry) that this turn answers; `follows`: the turn only makes sense after the last one; `declines`: none of
    the readings that were offered; `rest`: questions that no claim answers; `order`: where there are several claims,
    the intents as the buyer came to them; `proofs`: the addresses of pictures and videos, or their messages' ids.
    """

    text: str
    claims: tuple[Claim, ...]
    choices: tuple[Claim, ...]
    candidates: tuple[Claim, ...]
    slots: Slots
    flag: Flag | None = None
    wants_human: bool = False
    media: frozenset[Kind] = frozenset()
    answers: str | None = None
    follows: bool = False
    declines: bool = False
    rest: tuple[Rest, ...] = ()
    order: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()

    @property
    def silent(self) -> bool:
        """Nothing was said that has letters or figures, or asks; and nothing was shown but a sticker."""
        asks = "?" in self.text or "？" in self.text
        return not plain(self.text) and not asks and self.media <= {Kind.STICKER}
