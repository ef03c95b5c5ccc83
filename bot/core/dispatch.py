"""Who gets a waiting buyer: one conversation's next step, from who is there at this moment.

In: a conversation, the floor, the rules, now. Out: a `Step` (the conversation as it shall be, what the journal and the
supervisor are told, what the buyer is told), or None where nothing is to be done. Never: a word, a save, a clock.

The order of thought: whose is it, and is that person there? Late with an answer? Then the next one. Nobody there? Then
it waits for the next shift, and a human's thread is the bot's to keep until then. Last: does the buyer need a word?
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.floor import NOBODY, Floor
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.notebooks import Entry, Happening, Notice, NoticeKind
from bot.core.rules.dispatch import Dispatch
from bot.core.rules.work import Routing
from bot.core.states import Happened, after
from bot.core.waits import COMFORT, GONE_HOME, HELD, SORRY, SUPERVISOR, TOLD_WHEN, Step, Waiting, Word
from bot.ids import derived


def step(
    talk: Conversation,
    floor: Floor,
    routing: Routing,
    now: datetime,
    *,
    known: str | None = None,
    back_at: datetime | None = None,
    speaks: bool = True,
    in_turn: bool = True,
) -> Step | None:
    """The next step of a conversation, None where it stands as it should."""
    if talk.waiting_since is None or talk.holder not in {Holder.QUEUED, Holder.HUMAN}:
        calm = at_rest(talk, routing.dispatch, now)
        return None if calm == talk else Step(calm)
    waiting = Waiting(talk, talk.waiting_since, floor, routing, now, known, back_at, speaks, in_turn)
    found = _with_its_owner(waiting) if _owner_is_there(waiting) else _for_others(waiting)
    return None if found.conversation == talk and not (found.journal or found.notices) else found


def at_rest(talk: Conversation, rules: Dispatch, now: datetime) -> Conversation:
    """A conversation whose buyer has had an answer: it counts as its agent's for a while, then it is nobody's until the
    buyer writes again; who served it is remembered."""
    if talk.agent_id is None:
        return replace(talk, look_at=None)
    until = max(one for one in (talk.served_at, talk.agent_since, talk.last_at, now - rules.rest) if one) + rules.rest
    return replace(talk, look_at=until) if now < until else replace(talk, agent_id=None, agent_since=None, look_at=None)


def _owner_is_there(one: Waiting) -> bool:
    """Rostered, or staying for it, or having just taken it over or spoken here. Where no presence is told of somebody,
    or an older one, words are all there is to go by."""
    talk, floor, agent = one.talk, one.floor, one.talk.agent_id
    if agent is None:
        nameless = talk.holder is Holder.HUMAN and talk.served_by is None
        return nameless and one.now < one.since + one.rules.answer_within
    if agent in floor.working | floor.staying or (floor.is_online(agent) and _has_just_come(one)):
        return True
    told, spoke = floor.presence.get(agent), talk.served_at if talk.served_by == agent else None
    if spoke is None or (told and told.state is not AgentState.ONLINE and told.since > spoke):
        return False
    return one.now < spoke + (one.rules.rest if floor.is_online(agent) else one.rules.gone_after)


def _has_just_come(one: Waiting) -> bool:
    """Whoever helps out beside the roster has the time that an answer takes."""
    since = one.talk.agent_since if one.talk.holder is Holder.HUMAN else None
    return since is not None and one.now < since + one.rules.answer_within


def _with_its_owner(one: Waiting) -> Step:
    """Whoever lets it pass loses it to the next one who has the time; else the buyer is comforted."""
    if one.talk.agent_id and one.now >= _answer_due(one):
        return _passed(one, one.talk.agent_id)
    return _comforted(one)


def _answer_due(one: Waiting) -> datetime:
    return max(one.since, one.talk.agent_since or one.since) + one.rules.answer_within


def _for_others(one: Waiting) -> Step:
    """Nobody has it, or nobody who is there. Where all who are there have let it pass before, they are asked again."""
    queues = one.talk.holder is Holder.QUEUED and one.talk.agent_id is None
    asked = replace(one, talk=replace(one.talk, tried=())) if one.people <= {*one.talk.tried} else one
    chosen = _choice(asked) if one.in_turn or not queues else None
    if chosen:
        return _assigned(asked, chosen)
    if not one.people:
        return _night(one)
    found = _comforted(_given_up(one))
    return replace(found, journal=(*_leaving(one), *found.journal))


def _leaving(one: Waiting) -> tuple[Entry, ...]:
    """It was somebody's, and is nobody's now."""
    return (one.entry(Happening.LEFT),) if one.talk.agent_id else ()


def _choice(one: Waiting, fewer_than: int | None = None) -> str | None:
    """Who knew the buyer first, else who has the fewest open threads, up to each one's limit. A thread that a human
    had already goes on beyond it: nobody is sent back into a queue from the middle of a talk."""
    taken = one.talk.holder is Holder.HUMAN
    free = [
        agent
        for agent in one.people - {*one.talk.tried, one.talk.agent_id}
        if (taken or one.floor.has_room(agent, one.rules))
        and (fewer_than is None or one.floor.loads.get(agent, 0) < fewer_than)
    ]
    for knower in (one.talk.served_by, one.known):
        if knower in free:
            return knower
    return min(free, key=lambda agent: (one.floor.loads.get(agent, 0), agent), default=None)


def _assigned(one: Waiting, agent: str) -> Step:
    given = replace(one, talk=replace(one.talk, agent_id=agent, agent_since=one.now))
    told = one.entry(Happening.ASSIGNED, agent=agent, by="routing", since=one.since.isoformat())
    found = _comforted(given)
    stands_in = one.group == SUPERVISOR and agent not in one.floor.there.get(SUPERVISOR, NOBODY)
    notices = (_stood_in(one, agent),) if stands_in else ()
    return replace(found, journal=(told, *found.journal), notices=notices)


def _stood_in(one: Waiting, agent: str) -> Notice:
    """What only the supervisor may settle is in other hands for now."""
    key = (one.talk.channel, one.talk.id, one.since.isoformat())
    return Notice(
        derived("stood_in", *key), one.now, NoticeKind.STOOD_IN, SUPERVISOR,
        {"channel": one.talk.channel, "conversation_id": one.talk.id, "agent_id": agent},
    )  # fmt: skip


def _given_up(one: Waiting) -> Waiting:
    """Its owner is gone and nobody has room: it stands in the queue again, where it stood by its age. What an agent
    took over from the bot has had no group so far."""
    talk, reason = one.talk, one.talk.reason or GONE_HOME
    holder = after(talk.holder, Happened.LEFT) if talk.holder is Holder.HUMAN else talk.holder
    talk = replace(talk, holder=holder, group=one.group, reason=reason, agent_id=None, agent_since=None)
    return replace(one, talk=talk)


def _night(one: Waiting) -> Step:
    """Nobody is there for it: it waits for the next shift, and the buyer is told when that is, unless that was told in
    this wait before. A human's thread falls to the bot meanwhile, once that human is surely gone."""
    nameless = one.talk.holder is Holder.HUMAN and one.talk.served_by is None and one.talk.agent_id is None
    gone_at = (one.talk.served_at or one.since) + one.rules.gone_after if nameless else one.now
    if one.now < gone_at:
        return Step(replace(one.talk, look_at=gone_at))
    told = (one.entry(Happening.LEFT),) if one.talk.agent_id or one.talk.holder is Holder.HUMAN else ()
    announced = one.talk.announced and one.talk.holder is Holder.QUEUED
    talk = replace(_given_up(one).talk, look_at=_next_shift(one), announced=announced, tried=())
    if talk.soothed & TOLD_WHEN or not one.speaks:
        return Step(talk, told)
    word = Word.GONE if one.talk.holder is Holder.HUMAN and one.talk.served_at else Word.NIGHT
    return Step(replace(talk, soothed=talk.soothed | COMFORT[word]), told, word=word)


def _next_shift(one: Waiting) -> datetime | None:
    return one.back_at + one.rules.late_after if one.back_at else None


def _passed(one: Waiting, agent: str) -> Step:
    """No answer in time: the next one gets it. One who says a word here and there is only busy, and loses it to
    somebody with less to do; one who says none may not be there at all."""
    told = one.floor.presence.get(agent)
    busy = told is not None and told.spoke_at is not None and one.now < told.spoke_at + one.rules.answer_within
    chosen = _choice(one, fewer_than=one.floor.loads.get(agent, 0) if busy else None)
    silent = None if busy or told is None else replace(told, passed=told.passed + 1)
    vanished = silent is not None and silent.passed >= one.rules.vanished_after
    if silent and vanished:
        silent = replace(silent, state=AgentState.AWAY, since=one.now)
    found = _moved_on(one, agent, chosen, silent if vanished else None)
    entries, notices = _vanishing(one, agent) if vanished else ((), ())
    return replace(
        found,
        journal=(*found.journal, *entries),
        notices=(*found.notices, *notices),
        presence=(silent,) if silent else (),
    )


def _moved_on(one: Waiting, agent: str, chosen: str | None, vanished: Presence | None) -> Step:
    passed = one.entry(Happening.PASSED, since=one.since.isoformat())
    if chosen:
        found = _assigned(replace(one, talk=replace(one.talk, tried=(*one.talk.tried, agent))), chosen)
        return replace(found, journal=(passed, *found.journal))
    found = _round_again(replace(one, talk=replace(one.talk, tried=(), agent_since=one.now)), vanished)
    return replace(found, journal=(passed, *found.journal), notices=(*found.notices, _unserved(one)))


def _round_again(one: Waiting, vanished: Presence | None) -> Step:
    """Everybody has had it: the round begins anew. Where its owner has vanished nobody has it, and perhaps nobody is
    left."""
    if vanished is None:
        return _comforted(one)
    left = replace(one, floor=one.floor.told((vanished,)))
    return _comforted(_given_up(left)) if left.people else _night(left)


def _unserved(one: Waiting) -> Notice:
    key = (one.talk.channel, one.talk.id, one.since.isoformat())
    return Notice(
        derived("unserved", *key), one.now, NoticeKind.UNSERVED, SUPERVISOR,
        {"channel": one.talk.channel, "conversation_id": one.talk.id, "since": one.since.isoformat()},
    )  # fmt: skip


def _vanishing(one: Waiting, agent: str) -> tuple[tuple[Entry, ...], tuple[Notice, ...]]:
    entry = Entry(derived("vanished", agent, one.now.isoformat()), one.now, Happening.VANISHED, agent_id=agent)
    told = derived("vanishing", agent, one.now.isoformat())
    return (entry,), (Notice(told, one.now, NoticeKind.VANISHED, SUPERVISOR, {"agent_id": agent}),)


def _comforted(one: Waiting) -> Step:
    """The line is held once, an apology made once, in one wait; and when to look again."""
    talk, word = one.talk, _word(one)
    if word:
        talk = replace(talk, soothed=talk.soothed | COMFORT[word])
    one = replace(one, talk=talk)
    talk = replace(talk, look_at=min((moment for moment in _ahead(one) if moment > one.now), default=None))
    told = (one.entry(Happening.SOOTHED, level=2 if word is Word.LATE else 1),) if word else ()
    return Step(talk, told, word=word)


def _word(one: Waiting) -> Word | None:
    if not one.speaks or not (one.people or (one.talk.agent_id and _owner_is_there(one))):
        return None
    if not one.talk.soothed & SORRY and one.now >= _late_at(one):
        return Word.LATE
    return Word.HOLD if not one.talk.soothed & HELD and one.now >= one.since + one.rules.hold_after else None


def _late_at(one: Waiting) -> datetime:
    """Nobody is late before they are there."""
    open_since = [one.floor.since[group] for group in one.floor.there if one.floor.there[group] & one.people]
    return max(one.since, min(open_since, default=one.since)) + one.rules.late_after


def _ahead(one: Waiting) -> Iterator[datetime]:
    """When something may be due."""
    if one.talk.agent_id:
        yield _answer_due(one)
    elif one.talk.holder is Holder.HUMAN:
        yield one.since + one.rules.answer_within
    if one.speaks and not one.talk.soothed & HELD:
        yield one.since + one.rules.hold_after
    if one.speaks and not one.talk.soothed & SORRY:
        yield _late_at(one)
