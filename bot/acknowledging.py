"""A line of a hand-over log acknowledged, by a person or by what happened.

In: a store, a line, who. Out: whether it was open until now. Never: a line acknowledged twice.
"""

from dataclasses import replace
from datetime import datetime

from bot.acts import Act, LineMark
from bot.core.notebooks import CommitmentState, Entry, Handover, HandoverLine, Happening
from bot.errors import YebanError
from bot.ids import derived
from bot.ports import Store


async def acknowledge(store: Store, handover_id: str, number: int, by: str, now: datetime) -> bool:
    """As an agent, who takes over what the line says is owed. False: somebody has acknowledged it before. Raises
    `YebanError` where there is no such line."""
    log = await store.handover(handover_id)
    line = next((one for one in log.lines if one.number == number), None) if log else None
    if log is None or line is None:
        raise YebanError("errors.no_handover_line", id=handover_id, number=number)
    owed = await store.commitment(line.commitment_id) if line.commitment_id else None
    mine = (replace(owed, agent_id=by),) if owed and owed.state is CommitmentState.OPEN else ()
    return await store.act(replace(acknowledged(log, line, by, now), commitments=mine), now)


def acknowledged(log: Handover, line: HandoverLine, by: str, now: datetime) -> Act:
    """The mark and what the journal says of it."""
    entry = Entry(
        derived("acknowledged", log.id, str(line.number)), now, Happening.ACKNOWLEDGED, line.channel,
        line.conversation_id, line.buyer_id, by, log.group, {"id": log.id, "line": line.number},
    )  # fmt: skip
    return Act(journal=(entry,), lines=(LineMark(log.id, line.number, now, by),))
