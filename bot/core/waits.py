"""A wait for people as the routing looks at it, and what becomes of it.

In: a conversation, the floor, the rules, a moment. Out: the values `Waiting` and `Step`, lines of the journal. Never: a
rule of who gets what; that is `dispatch.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.floor import Floor
from bot.core.model import Conversation, Presence
from bot.core.notebooks import Entry, Happening, Notice
from bot.core.rules.dispatch import Dispatch
from bot.core.rules.work import Routing
from bot.ids import derived

SUPERVISOR = "supervisor"
#: What a buyer was told in one wait; they add up (`Conversation.soothed`).
HELD, SORRY, TOLD_WHEN = 1, 2, 4
SAID_ALL = HELD | SORRY | TOLD_WHEN
GONE_HOME = "human_left"


class Word(StrEnum):
    """What the bot says of its own accord to a buyer who waits for people."""

    HOLD = "hold"
    LATE = "late"
    GONE = "gone"
    NIGHT = "night"


COMFORT = {Word.HOLD: HELD, Word.LATE: HELD | SORRY, Word.GONE: TOLD_WHEN, Word.NIGHT: TOLD_WHEN}


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a conversation. `word` is what its buyer is told."""

    conversation: Conversation
    journal: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    presence: tuple[Presence, ...] = ()
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation whose buyer waits for people. `known`: who of them served the buyer before, elsewhere; `back_at`:
    when people of the group are next on the roster; `speaks`: whether the bot may speak to buyers beside people;
    `in_turn`: whether no other of its queue comes first."""

    talk: Conversation
    since: datetime
    floor: Floor
    routing: Routing
    now: datetime
    known: str | None = None
    back_at: datetime | None = None
    speaks: bool = True
    in_turn: bool = True

    @property
    def rules(self) -> Dispatch:
        return self.routing.dispatch

    @property
    def group(self) -> str:
        return self.talk.group or self.routing.default

    @property
    def people(self) -> frozenset[str]:
        return self.floor.people_for(self.group, self.routing)

    def entry(self, kind: Happening, **data: object) -> Entry:
        """A line of the journal about this step."""
        return journal_entry(self.talk, kind, self.now, **data)


def journal_entry(talk: Conversation, kind: Happening, now: datetime, **data: object) -> Entry:
    """A line of the journal about a conversation as it stands: one of each kind a version."""
    entry_id = derived("journal", kind.value, talk.channel, talk.id, str(talk.version))
    agent = data.pop("agent", talk.agent_id)
    return Entry(
        entry_id, now, kind, talk.channel, talk.id, talk.buyer_id, str(agent) if agent else None, talk.group, data
    )
