"""Who sees to what is owed: no commitment stays with somebody who is gone.

In: open commitments, who is there. Out: the commitments that get another owner. Never: one taken from somebody who is
there, one given to somebody who is not.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.core.notebooks import Commitment, Owed
from bot.core.routing import staffed
from bot.core.rules.work import Routing


def owners(
    owed: Sequence[Owed], present: Mapping[str, frozenset[str]], keeping: Collection[str], routing: Routing
) -> tuple[Commitment, ...]:
    """The commitments that change their owner, as they shall be: to the agent whose the conversation is, if that one is
    there, else to the one with the fewest of the group (of those who stand in for it, where nobody of it is there).

    `present` as `floor.Floor.there`, `keeping` as in `attendance.py`. Where nobody is there at all, everything stays as
    it is.
    """
    return tuple(_moved(owed, present, keeping, routing))


def _moved(
    owed: Sequence[Owed], present: Mapping[str, frozenset[str]], keeping: Collection[str], routing: Routing
) -> Iterator[Commitment]:
    load = Counter(one.commitment.agent_id for one in owed)
    anybody = frozenset[str]().union(*present.values())
    for one in owed:
        mine = one.commitment
        if mine.agent_id is not None and mine.agent_id in keeping:
            continue
        group = present.get(staffed(mine.group, frozenset(present), routing), frozenset())
        able = {one.talk_agent} if one.talk_agent in anybody else group
        if able:
            owner = min((each for each in able if each), key=lambda each: (load[each], each))
            load[owner] += 1
            yield replace(mine, agent_id=owner)
