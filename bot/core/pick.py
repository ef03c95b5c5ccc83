"""Which variant of a topic may speak: facts pick, texts only speak.

In: a topic, the situations that hold, the fields that are known, the time. Out: a `Pick`, or why there is none.
Never: a text rendered with a field missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bot.core.book import DEFAULT, HAND_OFF, Topic, Variant, View, Wording
from bot.core.situations import ASKING, OPENING


@dataclass(frozen=True, slots=True)
class Pick:
    """A topic and the variant chosen. `asks_for` names the one thing it asks the buyer for, if it asks. `nth`: how
    often it was said before, so that it is put in other words; `words` fill it in where the case's own do not."""

    topic: Topic
    variant: Variant
    nth: int = 0
    words: View | None = None

    @property
    def asks_for(self) -> str | None:
        return ASKING.get(self.variant.name)

    @property
    def leaves_open(self) -> str | None:
        """What the buyer may still say of it, though it is an answer."""
        return OPENING.get(self.variant.name)

    @property
    def then_hand_off(self) -> bool:
        then = self.topic.then
        return HAND_OFF in {then.get(self.variant.name), then.get("*")}


def pick(topic: Topic, situations: Sequence[str], view: View, now: datetime, zone: ZoneInfo) -> Pick | None:
    """The first variant that holds and whose fields are known, else the default, else nothing."""
    names = [*situations, DEFAULT]
    if topic.valid and not topic.valid.from_ <= now.astimezone(zone).replace(tzinfo=None) < topic.valid.until:
        names = [topic.valid.then]
    chosen = next((topic.variants[name] for name in names if speaks(topic, name, view)), None)
    return Pick(topic, chosen) if chosen else None


def choose_wording(chosen: Pick, conversation_id: str) -> Wording:
    """One of the variant's wordings, the same for the same conversation on every machine and day."""
    key = f"{conversation_id}\0{chosen.topic.name}\0{chosen.variant.name}".encode()
    number = int.from_bytes(blake2b(key, digest_size=8).digest()) + chosen.nth
    return chosen.variant.wordings[number % len(chosen.variant.wordings)]


def speaks(topic: Topic, name: str, view: View) -> bool:
    """Whether a topic has a variant all whose fields are known."""
    return name in topic.variants and all(_is_known(need, view) for need in topic.variants[name].needs)


def _is_known(need: str, view: View) -> bool:
    group, _, name = need.partition(".")
    return name in view.get(group, {})
