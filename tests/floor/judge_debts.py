"""What was wrong with what people owe buyers, and with what one shift leaves to the next.

In: evidence. Out: faults as texts. Never: a function of the code that is judged.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from tests.floor.evidence import Evidence, wait
from tests.floor.rota import MINUTE, waiting
from tests.floor.story import Debt, Look

SETTLING, READING, OWNERLESS = 5 * MINUTE, 20 * MINUTE, 10 * MINUTE


def lost_promises(evidence: Evidence) -> Iterator[str]:
    """What was promised stands, and ends only by people."""
    rows = {one.id: one for one in evidence.story.owing}
    handed = {one.commitment_id for one in evidence.story.logs}
    for one, due in evidence.story.promised.items():
        row = rows.get(one)
        if row is None or row.due_at != due:
            yield f"the promise {one} is lost: {row}"
        elif row.state != "open" and evidence.story.settled.get(one) != row.settled_by:
            yield f"{row} was settled by nobody"
        elif row.state == "open" and not row.agent and one not in handed:
            yield f"{row} is nobody's"


def late_promises(evidence: Evidence) -> Iterator[str]:
    """The supervisor hears of what is late."""
    told = {str(one.data["commitment_id"]): one.at for one in evidence.story.notices if one.kind == "overdue"}
    end = evidence.story.looks[-1].at
    for row in (one for one in evidence.story.owing if one.due_at):
        assert row.due_at
        heard = told.get(row.id)
        if (row.settled_at or end) > row.due_at + SETTLING and (heard is None or heard > row.due_at + SETTLING):
            yield f"nobody was told that {row} is late: {heard}"


def ownerless_debts(evidence: Evidence) -> Iterator[str]:
    """While people are there, what is owed is owed by one of them, or stands in a log."""
    handed, lost = defaultdict[str | None, list[datetime]](list), dict[str, datetime]()
    for line in evidence.story.logs:
        handed[line.commitment_id].append(line.at)
    for look in evidence.story.looks:
        alone = [one.id for one in look.owed if not _is_kept(evidence, look, one)]
        alone = [one for one in alone if not any(at <= look.at for at in handed[one])]
        lost = {one: lost.get(one, look.at) for one in alone}
        for one in [one for one, since in lost.items() if look.at - since > OWNERLESS]:
            yield f"{look.at}: what is owed as {one} is nobody's since {lost.pop(one)}"


def _is_kept(evidence: Evidence, look: Look, debt: Debt) -> bool:
    mine = debt.agent is not None and evidence.rota.is_there(look, debt.agent)
    return mine or not evidence.rota.people(look, debt.team)


def mornings(evidence: Evidence) -> Iterator[str]:
    """Whoever waits when a group begins after a gap stands in the log of that hour."""
    story, made = evidence.story, {(team, at): made for team, at, made in evidence.story.heads}
    for at, group in evidence.rota.gaps():
        if not story.looks[0].at < at < story.looks[-1].at - SETTLING:
            continue
        if (group, at) not in made or made[group, at] > at + SETTLING:
            yield f"{at}: {group} began without a log"
            continue
        [(before, look)] = evidence.around([made[group, at]])
        still = {wait(one) for one in waiting(look)}
        told = {one.conversation_id for one in story.logs if one.team == group and one.at == at}
        for one in waiting(before):
            if one.team == group and wait(one) in still and one.id not in told:
                yield f"{at}: {one} is not in the log"


def unread(evidence: Evidence) -> Iterator[str]:
    """What nobody acknowledges is told to the supervisor."""
    end = evidence.story.looks[-1].at
    for line in evidence.story.logs:
        late = line.live_at is not None and (line.acknowledged_at or end) > line.live_at + READING
        if late and not (line.escalated_at or line.handed_on):
            yield f"nobody was told that {line} is not acknowledged"
