"""What the three sides say of one run: the teller, the channel, the database.

In: nothing. Out: values for the judge. Never: a judgement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """An event that the service has answered with 200. `fresh`: how many of the answers called it new. `echo`: one of
    the service's own messages, coming back."""

    event: str
    kind: str
    talk: str
    data: Mapping[str, object]
    position: int = -1
    fresh: int = 1
    echo: bool = False

    @property
    def message(self) -> str:
        """The buyer's message that it brings, or nothing."""
        return str(self.data["id"]) if self.data.get("sender") == "buyer" else ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One try that reached the channel. `processed`: the channel has acted on it, whatever it answered."""

    at: float
    command: str
    kind: str
    talk: str
    purpose: str
    answers: tuple[str, ...]
    text: str
    processed: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    event: str
    lane: str
    seq: int
    done_at: float | None


@dataclass(frozen=True, slots=True)
class TurnRow:
    id: str
    talk: str
    decision: str
    commands: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommandRow:
    """`wait`: what it tells people of a wait. Who waits is told of again where the group, the reason or the matter has
    changed; never twice the same."""

    id: str
    talk: str
    kind: str
    purpose: str
    state: str
    error: str = ""
    unsure: bool = False
    tries: int = 1
    order: str | None = None
    answers: tuple[str, ...] = ()
    wait: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NudgeRow:
    order: str
    step: str
    state: str
    reason: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The database at the end. `lines`: (conversation, message id) -> author; `left`: what should be nothing."""

    events: Sequence[EventRow] = ()
    lines: Mapping[tuple[str, str], str] = field(default_factory=dict)
    turns: Sequence[TurnRow] = ()
    commands: Sequence[CommandRow] = ()
    nudges: Sequence[NudgeRow] = ()
    holders: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
