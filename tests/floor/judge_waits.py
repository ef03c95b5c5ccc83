"""What was wrong with how buyers waited for people.

In: evidence. Out: faults as texts. Never: a function of the code that is judged.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from tests.floor.evidence import GROUPS, Evidence, heat, owner, queues, wait
from tests.floor.rota import MINUTE, waiting
from tests.floor.shop import DEFAULT, LIMIT, LIMITS, REST
from tests.floor.story import Look, Talk

SETTLING, PATIENCE = 5 * MINUTE, 45 * MINUTE
Since = dict[str, datetime]


def forgotten(evidence: Evidence) -> Iterator[str]:
    """Five minutes into a live shift no buyer waits without an owner who is there, in two looks in a row, unless all
    have enough to do; a thread that humans had goes on beyond that."""
    live, lost = Since(), Since()
    for look in evidence.story.looks:
        live = {one: live.get(one, look.at) for one in GROUPS if evidence.rota.people(look, one)}
        room = {one: evidence.rota.has_room(look, one) for one in live if look.at - live[one] >= SETTLING}
        alone = {one.id: one for one in waiting(look) if not _is_owned(evidence, look, one)}
        lost = {one: lost.get(one, look.at) for one, talk in alone.items() if _could_be_owned(talk, room)}
        for one in [one for one, since in lost.items() if since < look.at]:
            yield f"{look.at}: {alone[one]} is nobody's since {lost.pop(one)}"


def _is_owned(evidence: Evidence, look: Look, talk: Talk) -> bool:
    if talk.agent is None:
        return False
    spoke = [one.at for one in evidence.changes[talk.id] if one.owner == talk.agent and one.at <= look.at]
    lately = bool(spoke) and look.at - spoke[-1] < REST and look.presence.get(talk.agent) == "online"
    return evidence.rota.is_there(look, talk.agent) or lately


def _could_be_owned(talk: Talk, room: Mapping[str, bool]) -> bool:
    group = talk.team or DEFAULT
    return group in room and (room[group] or talk.holder == "human")


def left_waiting(evidence: Evidence) -> Iterator[str]:
    """Nobody waits long while somebody who is there has it, or has room for it."""
    since = dict[tuple[str, datetime], datetime]()
    for look in evidence.story.looks:
        room = {one: evidence.rota.has_room(look, one) for one in GROUPS}
        held = {
            wait(one): one for one in waiting(look)
            if room[one.team or DEFAULT] or (one.agent and evidence.rota.is_there(look, one.agent))
        }  # fmt: skip
        since = {key: since.get(key, look.at) for key in held}
        for key in [key for key, at in since.items() if look.at - at > PATIENCE]:
            yield f"{look.at}: {held[key]} has waited among people since {since.pop(key)}"


def misplaced(evidence: Evidence) -> Iterator[str]:
    """The place in the queue is the true one; buyers of several groups stand in one where one crew serves them, and who
    is somebody's stands in none."""
    for look in evidence.story.looks:
        mine = look.talks.get(look.place[0]) if look.place else None
        if look.place and mine and mine.holder == "queued":
            crew = evidence.rota.people(look, mine.team)
            teams = {one for one in GROUPS if crew and evidence.rota.people(look, one) == crew} | {mine.team}
            others = [one for one in look.talks.values() if one.holder == "queued" and one.team in teams]
            ahead = 0 if mine.agent else len([one for one in others if heat(one) < heat(mine)])
            if ahead != look.place[1]:
                yield f"{look.at}: {ahead} are before {mine}, and it is told {look.place[1]}"


def out_of_turn(evidence: Evidence) -> Iterator[str]:
    """Of those given out between two looks none was cooler, or as hot and newer, than one of its group left over."""
    place, given = 0, evidence.given
    for before, look in pairwise(evidence.story.looks):
        now = list[Talk]()
        while place < len(given) and given[place].at <= look.at:
            talk = before.talks.get(given[place].conversation_id or "")
            fair = talk and queues(talk) and not evidence.touched(talk.id, before, look, given[place].agent)
            now += [look.talks.get(talk.id, talk)] if talk and fair and given[place].at > before.at else []
            place += 1
        left = [one for one in before.talks.values() if queues(one) and look.talks.get(one.id) == one] if now else []
        for one in now:
            for other in left:
                if other.team == one.team and heat(other) < heat(one):
                    yield f"{look.at}: {one} was served before {other}"


def crowded(evidence: Evidence) -> Iterator[str]:
    """Nobody gets more out of the queue than they may have."""
    looks = evidence.around([one.at for one in evidence.given])
    for line, (before, look) in zip(evidence.given, looks, strict=True):
        one = line.conversation_id or ""
        straight = one in before.talks and queues(before.talks[one]) and owner(look, one) == line.agent
        if not straight or evidence.touched(one, before, look, line.agent):
            continue
        kept = [each for each in look.talks if owner(look, each) == line.agent == owner(before, each)]
        new = [each.id for each in before.talks.values() if queues(each) and owner(look, each.id) == line.agent]
        if len(kept) + len(new) > LIMITS.get(line.agent or "", LIMIT):
            yield f"{line.at}: {line.agent} got {one} and has {kept} and {new}"
