"""What a decision is made from, and what it is: the two values between deciding and composing.

In: meaning, conversation, facts, book. Out: `Case` and `Decision`. Never: a rule of deciding, a text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.book import Book, Topic, View
from bot.core.facts import Facts
from bot.core.meaning import Meaning
from bot.core.model import Conversation, DecisionKind, FlowState
from bot.core.notes import Wish, can_note, wishes_in
from bot.core.once import once
from bot.core.pick import Pick, pick
from bot.core.routing import group_of, staffed
from bot.core.situations import establish
from bot.core.view import Scene


@dataclass(frozen=True)
class Case:
    """Everything a decision is made from. `view` holds the words that texts may use. Without slots: whose matter it is
    is worked out once."""

    meaning: Meaning
    conversation: Conversation
    scene: Scene
    view: View
    book: Book

    @property
    def facts(self) -> Facts:
        return self.scene.facts

    @property
    def now(self) -> datetime:
        return self.scene.now

    def pick(self, topic: str, group: str | None = None) -> Pick | None:
        """The variant of a topic that the facts allow now."""
        chosen = self._speaker(self.book.topics[topic])
        group = group or self.group_for([chosen.intent or ""])
        return pick(chosen, establish(self.scene, group, chosen.variants), self.view, self.now, self.zone)

    def _speaker(self, topic: Topic) -> Topic:
        """One that asked for a fact, or is asked anew, goes on; else the file that the text is about."""
        last = [self.book.topics[name] for name in self.conversation.last_topics if name in self.book.topics]
        if self.meaning.answers or self.meaning.follows:
            for one in last:
                if topic.intent and one.intent == topic.intent:
                    return one
        return self.book.speaker(topic, self.meaning.text)

    @property
    def zone(self) -> ZoneInfo:
        return self.scene.zone

    @property
    @once
    def group(self) -> str:
        """Whose matter this turn is: the first claim's, or that of the last topic for what was not understood."""
        intents = [claim.intent for claim in self.meaning.claims or self.meaning.choices[:1]]
        last = self.book.topics.get(self.conversation.last_topic or "")
        before = (last.intent if last else None) or self.book.rules.flows.begun_by(self.conversation.last_topic)
        return self.group_for(intents or [before or ""])

    def group_for(self, intents: Iterable[str]) -> str:
        """Whose matter these intents are, as this buyer's order stands: the one spoken of, else the latest."""
        order = self.scene.focus.order or max(self.facts.orders, key=lambda one: (one.created_at, one.id), default=None)
        return group_of(intents, self.book.rules.routing, order.status if order else None)

    @property
    @once
    def staffed_group(self) -> str:
        """The group that would answer now: its fallback where nobody of it is there."""
        return staffed(self.group, self.facts.live, self.book.rules.routing)

    @property
    @once
    def wishes(self) -> tuple[Wish, ...]:
        """What the buyer wishes for the parcel, where that can still be noted."""
        return wishes_in(self.meaning.text, self.meaning.slots, self.book.rules) if can_note(self.scene) else ()

    @property
    def is_live(self) -> bool:
        return self.staffed_group in self.facts.live


@dataclass(frozen=True, slots=True)
class Going:
    """The after-sales matters as a decision leaves them: the one under way, and those past that people hear of."""

    current: FlowState | None = None
    past: tuple[FlowState, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """`picks` are the texts to say, in order; `ask` what the bot now waits to hear, as entries of `asked`.

    `group` (who takes it now), `wanted` (whose matter it is, where others stand in) and `urgency` (0 is hottest) are
    set for a hand-off; `quiet` means that the buyer is told nothing of it.
    `flows` is how after-sales matters stand then; None where they are not touched.
    """

    kind: DecisionKind
    reason: str
    picks: tuple[Pick, ...] = ()
    ask: tuple[str, ...] = ()
    group: str | None = None
    wanted: str | None = None
    urgency: int = 5
    quiet: bool = False
    flows: Going | None = None
