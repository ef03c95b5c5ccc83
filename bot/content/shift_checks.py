"""`rules/shifts.yaml`: dated lines that do not fit the roster.

In: parsed rules. Out: a fault at each line. Never: a repair.
"""

from collections.abc import Iterator

from bot.content.rules import RulesFolder
from bot.content.typed import nearest
from bot.core.roster import Workdays
from bot.core.roster_faults import known_agents, line_faults
from bot.errors import Fault


def faults_of_lines(folder: RulesFolder, works: Workdays) -> Iterator[Fault]:
    """Swaps, leave and rotations of agents that name nobody, or change nothing, or cannot be."""
    shifts, doc = folder.rules.shifts, folder.docs["shifts"]
    known = sorted(known_agents(shifts))
    for found in line_faults(shifts, works):
        params = {**found.params, "nearest": nearest(str(found.params.get("agent", "")), known)}
        yield Fault(doc.path, doc.line(found.place), found.code, params)
