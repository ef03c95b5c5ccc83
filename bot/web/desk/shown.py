"""What the desk's pages show, as plain values.

In: rows, lines, the floor, who is logged in. Out: sections of the queue, lines with their speakers, one's own state.
Never: a decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bot.core.floor import Floor
from bot.core.model import AgentState
from bot.core.summary import reason_text
from bot.records import Spoken
from bot.web.desk.board import Row
from bot.web.pages import stamp

HOT = 2
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sections:
    """The queue as one agent sees it: what is theirs, what waits for anybody, what others have."""

    mine: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    others: list[Row] = field(default_factory=list)

    @property
    def urgent(self) -> int:
        """How many wait for this agent or for anybody: the badge."""
        return len([row for row in (*self.mine, *self.waiting) if row.talk.waiting_since])


def sections(rows: Sequence[Row], agent: str) -> Sections:
    """Each row in its section, in its order."""
    found = Sections()
    for row in rows:
        theirs = found.mine if row.talk.agent_id == agent else found.others
        (theirs if row.talk.agent_id else found.waiting).append(row)
    found.others.sort(key=lambda row: (row.talk.agent_id or "", row.place))  # stays put while others work
    return found


def shape_of(found: Sections) -> object:
    """Which rows stand where, and what is counted: as long as that is the same, only rows change."""
    parts = (found.mine, found.waiting, found.others)
    return found.urgent, [[row.place for row in part] for part in parts]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a thread; `who` is `buyer`, `bot` or `agent`, `author` the agent's number."""

    seq: int
    id: str
    who: str
    author: str
    kind: str
    text: str
    at: str
    time: str
    source: str | None

    @property
    def name(self) -> str:
        """Of its element; one that has no number yet goes by its message's id."""
        return f"line-{self.seq}" if self.seq else "line-" + blake2b(self.id.encode(), digest_size=8).hexdigest()


def line_of(said: Spoken, now: datetime, zone: ZoneInfo) -> Line:
    """One line of the transcript as agents see it."""
    who = said.author if said.author in {"buyer", "bot"} else "agent"
    time = stamp(said.at, now, zone)
    return Line(said.seq, said.id, who, said.author, said.kind, said.text, said.at.isoformat(), time, said.source)


def state_of(floor: Floor, agent: str) -> str:
    """One's own presence; an old day's counts as gone."""
    told = floor.presence.get(agent)
    return told.state.value if told and agent not in floor.forgotten else AgentState.OFFLINE.value


def present(floor: Floor) -> Sequence[str]:
    """Who may be given a thread, by number."""
    return sorted(one for one in floor.presence if floor.is_online(one))


def reason(code: str | None) -> str:
    """A reason's words; a code that this version does not know any more is its own word."""
    try:
        return reason_text(code) if code else ""
    except KeyError:
        return code or ""


def waited(since: datetime | None, now: datetime) -> int:
    """Whole minutes."""
    return max(0, (now - since) // _MINUTE) if since else 0
