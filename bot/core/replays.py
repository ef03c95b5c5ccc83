"""What a replay found, as plain values.

In: nothing. Out: turns that differ, what is alike together, the whole report. Never: a word that is not masked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.agreeing import Verdict
from bot.core.outcomes import UNSEEN, Change


@dataclass(frozen=True, slots=True)
class Words:
    """One side of a difference: what was decided and said, masked, and where that is written."""

    decision: str
    reason: str
    group: str | None
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differs:
    """A turn that differs. `talk` names its conversation without telling anybody's id; `where`: the lines or files that
    make the difference; `agents`: people's later words."""

    turn_id: str
    talk: str
    at: datetime
    heard: str
    change: Change
    verdict: Verdict
    before: Words
    after: Words
    where: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()

    @property
    def kind(self) -> tuple[str, ...]:
        """What is one and the same change in however many conversations: other words by where they are written, all
        else by what was decided, too."""
        sides = () if self.change is Change.WORDS else (self.before, self.after)
        decided = (word or "" for one in sides for word in (one.decision, one.reason, one.group))
        return (self.change.value, self.verdict.value, *decided, *self.where)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions: the name that was asked for, and what it is known by."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Report:
    """`turns` and `talks` count what was replayed; `left_out` by why: turns that tell too little to be taken again.
    `digest`: of all outcomes of both versions, to the byte, so that two machines can tell that they saw the same.
    `zone` is the shop's."""

    before: Side
    after: Side
    since: datetime
    until: datetime
    turns: int
    talks: int
    differs: tuple[Differs, ...]
    zone: ZoneInfo
    left_out: Mapping[str, int] = field(default_factory=dict)
    digest: str = ""

    @property
    def seen(self) -> tuple[Differs, ...]:
        """What buyers or people notice."""
        return tuple(one for one in self.differs if one.change not in UNSEEN)

    def counts(self) -> Mapping[str, int]:
        """Turns by change; all changes are there."""
        found = Counter(one.change for one in self.differs)
        return {change.value: found[change] for change in Change}

    def verdicts(self) -> Mapping[str, int]:
        """Turns that differ for people, by verdict."""
        found = Counter(one.verdict for one in self.seen)
        return {verdict.value: found[verdict] for verdict in Verdict}

    def by_talk(self) -> Mapping[str, Sequence[Differs]]:
        """All that differs, conversation by conversation as they first do."""
        found: dict[str, list[Differs]] = {}
        for one in self.differs:
            found.setdefault(one.talk, []).append(one)
        return found


def alike(differs: Sequence[Differs]) -> list[Sequence[Differs]]:
    """Equal changes together: what is wrong first, then the gravest, then the most frequent."""
    found: dict[tuple[str, ...], list[Differs]] = {}
    for one in differs:
        found.setdefault(one.kind, []).append(one)
    order = list(Change)
    return sorted(
        found.values(),
        key=lambda some: (
            some[0].verdict is not Verdict.WRONG, order.index(some[0].change), -len(some), some[0].at, some[0].turn_id,
        ),
    )  # fmt: skip
