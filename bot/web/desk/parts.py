"""Parts of the desk's page as HTML: the same for the first load and for what changes afterwards.

In: the board, a thread, who is logged in. Out: elements, each with an id that its successor has too. Never: a read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.floor import Floor
from bot.core.model import Conversation
from bot.core.whys import Why
from bot.records import Spoken, Unsent
from bot.web.desk.board import Row
from bot.web.desk.gate import Staff
from bot.web.desk.shown import HOT, Line, line_of, present, reason, sections, state_of, waited
from bot.web.pages import render, stamp

_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What every part is drawn with."""

    staff: Staff
    now: datetime
    zone: ZoneInfo

    def stamp(self, at: datetime) -> str:
        return stamp(at, self.now, self.zone)

    def draw(self, template: str, **facts: object) -> str:
        text = render(f"desk/{template}.html", language=self.staff.language, staff=self.staff, scene=self, **facts)
        return text.strip()


_rows: dict[tuple[object, ...], str] = {}


def row_part(scene: Scene, row: Row) -> str:
    """One conversation of the queue: drawn once for all who see it in one language."""
    key = (*row.key, scene.staff.language)
    if key not in _rows:
        if len(_rows) > _KEPT:
            _rows.clear()
        _rows[key] = scene.draw("row", row=row, hot=row.talk.urgency <= HOT, reason=reason(row.talk.reason))
    return _rows[key]


def queue_part(scene: Scene, rows: Sequence[Row]) -> str:
    """The whole queue."""
    found = sections(rows, scene.staff.agent_id)
    drawn = {name: [row_part(scene, row) for row in getattr(found, name)] for name in ("mine", "waiting", "others")}
    return scene.draw("queue", urgent=found.urgent, **drawn)


def presence_part(scene: Scene, floor: Floor) -> str:
    """One's own state with its buttons."""
    return scene.draw("presence", state=state_of(floor, scene.staff.agent_id))


def head_part(scene: Scene, talk: Conversation, ahead: int, floor: Floor) -> str:
    """How a thread stands, and what may be done with it."""
    mine = talk.agent_id == scene.staff.agent_id
    others = [one for one in present(floor) if one != scene.staff.agent_id]
    return scene.draw(
        "head", talk=talk, ahead=ahead, mine=mine, others=others, groups=sorted(floor.live),
        reason=reason(talk.reason), waited=waited(talk.waiting_since, scene.now),
    )  # fmt: skip


def unsent_part(scene: Scene, found: Sequence[Unsent]) -> str:
    """Words that are still on their way, or did not arrive."""
    return scene.draw("unsent", found=found)


def line_part(scene: Scene, said: Spoken, whys: Mapping[str, Why]) -> str:
    """One line of a thread; of the bot's with why it was said."""
    line: Line = line_of(said, scene.now, scene.zone)
    return scene.draw("line", line=line, why=whys.get(line.id))
