"""What every judge of a story goes by: looks in their order, the roster, and since when a conversation was whose.

In: a story. Out: answers to plain questions about it. Never: a function of the code that is judged.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from tests.core.book import CHINA
from tests.floor.rota import Rota
from tests.floor.story import Line, Look, Story, Talk

GROUPS = frozenset({"presale", "aftersale", "supervisor"})
_LETS_GO = frozenset({"passed", "left", "handed_back", "closed"})


@dataclass(frozen=True)
class Change:
    """A conversation is somebody's from then on, or nobody's."""

    at: datetime
    owner: str | None


class Evidence:
    """A story and what follows from it at once."""

    def __init__(self, story: Story) -> None:
        self.story = story
        days = [one.at.astimezone(CHINA).date() for one in (story.looks[0], story.looks[-1])]
        self.rota = Rota(days[0], days[1] + timedelta(days=1))
        self.given = [one for one in story.journal if one.kind == "assigned" and one.data["by"] == "routing"]

    @cached_property
    def changes(self) -> Mapping[str, Sequence[Change]]:
        """Everything that makes a conversation somebody's: what the journal tells, and people's words."""
        found = defaultdict[str, list[Change]](list)
        for line in self.story.journal:
            if line.conversation_id and (line.kind in _LETS_GO or line.kind in {"assigned", "transferred"}):
                found[line.conversation_id].append(Change(line.at, _becomes(line)))
        for at, one, agent in self.story.said.values():
            found[one].append(Change(at, agent))
        for word in self.story.words:
            if word.id.startswith("s"):
                found[word.conversation_id].append(Change(word.at, word.author))
        for changes in found.values():
            changes.sort(key=lambda each: each.at)
        return found

    def touched(self, one: str, before: Look, look: Look, besides: str | None) -> bool:
        """Whether between two looks a conversation went to or from somebody else than `besides`."""
        return any(before.at < each.at <= look.at and each.owner != besides for each in self.changes[one])

    def around(self, moments: Sequence[datetime]) -> list[tuple[Look, Look]]:
        """The last look before each moment, the first one after it."""
        looks, number = self.story.looks, 0
        found = dict[int, tuple[Look, Look]]()
        for place in sorted(range(len(moments)), key=moments.__getitem__):
            while number < len(looks) - 1 and looks[number].at < moments[place]:
                number += 1
            found[place] = looks[max(0, number - 1)], looks[number]
        return [found[place] for place in range(len(moments))]


def _becomes(line: Line) -> str | None:
    if line.kind == "assigned":
        return line.agent
    to = str(line.data["to"]) if line.kind == "transferred" else None
    return None if to in GROUPS else to


def owner(look: Look, one: str) -> str | None:
    return look.talks[one].agent if one in look.talks else None


def queues(talk: Talk) -> bool:
    """It waits, and nobody has it."""
    return talk.holder == "queued" and talk.agent is None


def heat(talk: Talk) -> tuple[int, datetime]:
    """The lowest comes first."""
    assert talk.waiting_since
    return talk.urgency, talk.waiting_since


def wait(talk: Talk) -> tuple[str, datetime]:
    """Which wait of which buyer."""
    assert talk.waiting_since
    return talk.id, talk.waiting_since
