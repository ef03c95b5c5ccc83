"""What a turn came to, as far as two versions of the operators' files are compared by it.

In: two outcomes of one turn. Out: how the second differs from the first. Never: a difference overlooked because nobody
reads it; what buyers do not notice has kinds of its own.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.compose import Part, Reply
from bot.core.model import Conversation, DecisionKind
from bot.core.turn import Turn


class Change(StrEnum):
    """How an outcome differs, the gravest first. HANDED_OFF, ANSWERED, ASKED, SILENT: now, and not before. WORDS: the
    same, in other words. DECISION: the same words for another reason or to another group. INNER: only what is
    remembered or people are told. MOVED: nothing but the numbers of lines."""

    HANDED_OFF = "handed_off"
    ANSWERED = "answered"
    ASKED = "asked"
    SILENT = "silent"
    WORDS = "words"
    DECISION = "decision"
    INNER = "inner"
    MOVED = "moved"


#: Changes of which no buyer hears and that send nobody anywhere else.
UNSEEN = frozenset({Change.INNER, Change.MOVED})
_NOW = {
    DecisionKind.HAND_OFF: Change.HANDED_OFF,
    DecisionKind.ANSWER: Change.ANSWERED,
    DecisionKind.ASK: Change.ASKED,
    DecisionKind.STAY: Change.SILENT,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the next turn begins from and people are told. `conversation`: the state to save."""

    conversation: Conversation
    summary: str
    wanted: str | None
    urgency: int
    quiet: bool
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """`kept` is None where only what was said and decided is known. `intents` are those claimed."""

    decision: DecisionKind
    reason: str
    group: str | None
    intents: tuple[str, ...]
    parts: tuple[Part, ...]
    kept: Kept | None = None

    @property
    def text(self) -> str:
        """What the buyer reads; empty for silence."""
        return Reply(self.parts).text if self.parts else ""

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(part.source for part in self.parts)


def came_of(turn: Turn) -> Came:
    """The outcome of a turn that was just taken."""
    made, parts = turn.decision, turn.reply.parts if turn.reply else ()
    kept = Kept(turn.conversation, turn.summary, made.wanted, made.urgency, made.quiet, made.ask)
    return Came(made.kind, made.reason, made.group, tuple(one.intent for one in turn.meaning.claims), parts, kept)


def change_of(before: Came, after: Came) -> Change | None:
    """None where nothing differs. Where of one only what was said is known, the rest of the other does not count."""
    if before.kept is None or after.kept is None:
        before, after = replace(before, kept=None), replace(after, kept=None)
    if before == after:
        return None
    if before.decision is not after.decision:
        return _NOW[after.decision]
    if before.text != after.text:
        return Change.WORDS if after.text else Change.SILENT
    if (before.reason, before.group) != (after.reason, after.group):
        return Change.DECISION
    return Change.MOVED if _unnumbered(before) == _unnumbered(after) else Change.INNER


def where(before: Came, after: Came, change: Change) -> tuple[str, ...]:
    """What makes a difference: of other words their lines, else the files of both sides."""
    if change is Change.WORDS:
        told = ({(part.source, part.text) for part in one.parts} for one in (before, after))
        return tuple(sorted({source for source, _ in frozenset.symmetric_difference(*map(frozenset, told))}))
    return tuple("; ".join(map(_file, one.sources)) for one in (before, after))


def _unnumbered(came: Came) -> Came:
    """With files' names for lines."""
    parts = tuple(replace(part, source=_file(part.source)) for part in came.parts)
    talk = came.kept.conversation if came.kept else None
    if came.kept is None or talk is None or talk.replied is None or talk.replied.source is None:
        return replace(came, parts=parts)
    talk = replace(talk, replied=replace(talk.replied, source=_file(talk.replied.source)))
    return replace(came, parts=parts, kept=replace(came.kept, conversation=talk))


def _file(source: str) -> str:
    return source.rpartition(":")[0]
