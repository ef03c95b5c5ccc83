"""Who gets a waiting buyer, minute by minute."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

import pytest

from bot.core.dispatch import step
from bot.core.floor import Floor
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.notebooks import Happening, NoticeKind
from bot.core.rules.work import Routing
from bot.core.waits import HELD, SAID_ALL, TOLD_WHEN, Step, Word
from tests.core.book import DAY, rules

ROUTING = rules().routing
DISPATCH = ROUTING.dispatch
SINCE = DAY - timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Talk(TypedDict, total=False):
    """What tests change of a conversation."""

    group: str
    waiting_since: datetime | None
    agent_since: datetime
    served_by: str
    served_at: datetime
    tried: tuple[str, ...]
    look_at: datetime


class Beside(TypedDict, total=False):
    """What tests change beside the conversation, the floor and the time."""

    routing: Routing
    known: str
    back_at: datetime
    in_turn: bool


def queued(agent: str | None = None, **more: Unpack[Talk]) -> Conversation:
    plain = Conversation("c1", "webhook", "b1", Holder.QUEUED, group="presale", waiting_since=SINCE, soothed=1)
    return replace(plain, agent_id=agent, **more)


def held(agent: str | None, **more: Unpack[Talk]) -> Conversation:
    """A human's conversation in which the buyer has just written."""
    since = DAY - HOUR if agent else None
    taken = replace(queued(agent), holder=Holder.HUMAN, soothed=0, agent_since=since)
    return replace(taken, **more)


def floor(loads: Mapping[str, int] | None = None, there: str = "a1 a2", staying: str = "") -> Floor:
    """Agents who are online for presale since an hour ago."""
    agents, stay = frozenset(there.split()), frozenset(staying.split())
    online = {agent: Presence(agent, AgentState.ONLINE, DAY - HOUR) for agent in agents}
    return Floor({"presale": agents} if agents else {}, {"presale": DAY - HOUR}, stay, online, loads or {})


def done(talk: Conversation, on: Floor, now: datetime = DAY, **around: Unpack[Beside]) -> Step:
    routing = around.get("routing", ROUTING)
    known, back_at, in_turn = around.get("known"), around.get("back_at"), around.get("in_turn", True)
    found = step(talk, on, routing, now, known=known, back_at=back_at, in_turn=in_turn)
    assert found is not None
    return found


def owner(talk: Conversation, on: Floor, now: datetime = DAY, **around: Unpack[Beside]) -> str | None:
    return done(talk, on, now, **around).conversation.agent_id


def test_a_waiting_buyer_goes_to_whoever_has_the_fewest_open_threads() -> None:
    assert owner(queued(), floor({"a1": 2, "a2": 1})) == "a2"
    assert owner(queued(), floor({"a1": 1, "a2": 1})) == "a1"


def test_whoever_knew_the_buyer_comes_first() -> None:
    assert owner(queued(served_by="a1"), floor({"a1": 3})) == "a1"
    assert owner(queued(), floor({"a1": 3}), known="a1") == "a1"


def test_up_to_each_ones_limit() -> None:
    routing = ROUTING.model_copy(update={"dispatch": DISPATCH.model_copy(update={"limits": {"a1": 1}})})
    assert owner(queued(served_by="a1"), floor({"a1": 1, "a2": 5}), routing=routing) == "a2"
    nobody_free = step(queued(), floor({"a1": 1, "a2": DISPATCH.limit}), routing, DAY)
    assert nobody_free is None or nobody_free.conversation.agent_id is None


def test_who_talks_to_a_human_already_is_not_sent_back_to_the_queue_by_a_limit() -> None:
    full = {"a1": DISPATCH.limit, "a2": DISPATCH.limit}
    assert owner(held("gone"), floor(full)) == "a1"


def test_a_group_without_people_is_served_by_its_fallback() -> None:
    assert owner(queued(group="aftersale"), floor()) == "a1"


def test_without_anybody_it_waits_for_the_next_shift() -> None:
    back = DAY + HOUR
    waits = done(queued("a1", agent_since=DAY - HOUR), floor(there=""), back_at=back)
    assert (waits.conversation.agent_id, waits.conversation.look_at) == (None, back + DISPATCH.late_after)
    assert (waits.word, waits.conversation.soothed) == (Word.NIGHT, HELD | TOLD_WHEN)
    told = done(replace(queued("a1", agent_since=DAY - HOUR), soothed=HELD | TOLD_WHEN), floor(there=""), back_at=back)
    assert told.word is None


@pytest.mark.parametrize("state", [AgentState.AWAY, AgentState.OFFLINE])
def test_a_thread_whose_owner_is_not_there_moves_on(state: AgentState) -> None:
    gone = Presence("a9", state, DAY - timedelta(minutes=1))
    on = floor()
    on = replace(on, presence={**on.presence, "a9": gone})
    moved = done(held("a9", served_by="a9", served_at=DAY - timedelta(minutes=2)), on)
    assert moved.conversation.agent_id == "a1"
    assert [one.kind for one in moved.journal] == [Happening.ASSIGNED]


def test_after_the_shift_an_agent_stays_for_buyers_who_wait() -> None:
    on = floor(there="a1", staying="a9")
    talk = held("a9", look_at=SINCE + DISPATCH.hold_after)
    found = step(talk, on, ROUTING, DAY)
    assert found is None or found.conversation.agent_id == "a9"
    assert owner(queued(), on) == "a1"


def test_no_answer_in_time_and_the_next_agent_gets_it() -> None:
    late = DAY + DISPATCH.answer_within
    passed = done(queued("a1", agent_since=DAY), floor({"a1": 1}), late)
    assert (passed.conversation.agent_id, passed.conversation.tried) == ("a2", ("a1",))
    assert [one.kind for one in passed.journal[:2]] == [Happening.PASSED, Happening.ASSIGNED]
    assert [(one.agent_id, one.passed, one.state) for one in passed.presence] == [("a1", 1, AgentState.ONLINE)]


def test_a_second_before_nothing_moves() -> None:
    early = DAY + DISPATCH.answer_within - timedelta(seconds=1)
    found = step(queued("a1", agent_since=DAY), floor({"a1": 1}), ROUTING, early)
    assert found is None or found.conversation.agent_id == "a1"


def test_who_lets_two_pass_without_a_word_is_taken_to_be_away() -> None:
    on = floor({"a1": 1})
    on = replace(on, presence={**on.presence, "a1": replace(on.presence["a1"], passed=1)})
    now = DAY + DISPATCH.answer_within
    passed = done(queued("a1", agent_since=DAY), on, now)
    assert [(one.agent_id, one.state, one.since) for one in passed.presence] == [("a1", AgentState.AWAY, now)]
    assert [one.kind for one in passed.notices] == [NoticeKind.VANISHED]
    assert Happening.VANISHED in [one.kind for one in passed.journal]


def test_who_speaks_elsewhere_is_busy_not_gone_and_loses_it_only_to_somebody_with_less_to_do() -> None:
    now = DAY + DISPATCH.answer_within
    on = floor({"a1": 2, "a2": 2})
    busy = replace(on.presence["a1"], spoke_at=now - timedelta(seconds=10))
    on = replace(on, presence={**on.presence, "a1": busy})
    talk = queued("a1", agent_since=DAY)
    stays = done(talk, on, now)
    assert (stays.conversation.agent_id, stays.presence) == ("a1", ())
    moves = done(talk, replace(on, loads={"a1": 2, "a2": 1}), now)
    assert moves.conversation.agent_id == "a2"


def test_when_everybody_let_it_pass_the_supervisor_hears_of_it_once() -> None:
    now = DAY + DISPATCH.answer_within
    found = done(queued("a2", agent_since=DAY, tried=("a1",)), floor({"a2": 1}), now)
    assert (found.conversation.agent_id, found.conversation.tried) == ("a2", ())
    again = done(replace(found.conversation, tried=("a1",)), floor({"a2": 1}), now + DISPATCH.answer_within)
    assert [one.kind for one in found.notices] == [NoticeKind.UNSERVED]
    assert found.notices[0].id == again.notices[0].id


def test_the_line_is_held_once_and_an_apology_made_once() -> None:
    talk, on = held("a1", served_by="a1", served_at=DAY - HOUR), floor({"a1": 1, "a2": 1})
    quiet = done(talk, on, SINCE + DISPATCH.hold_after - timedelta(seconds=1))
    assert (quiet.word, quiet.conversation.look_at) == (None, SINCE + DISPATCH.hold_after)
    holding = done(talk, on, SINCE + DISPATCH.hold_after)
    assert holding.word is Word.HOLD
    sorry_at = SINCE + DISPATCH.late_after
    fresh = replace(holding.conversation, agent_since=sorry_at)
    assert step(fresh, on, ROUTING, sorry_at - timedelta(seconds=1)) is None or (
        done(fresh, on, sorry_at - timedelta(seconds=1)).word is None
    )
    sorry = done(fresh, on, sorry_at)
    assert sorry.word is Word.LATE
    later = step(replace(sorry.conversation, agent_since=sorry_at + HOUR), on, ROUTING, sorry_at + HOUR)
    assert later is None or later.word is None


def test_in_assist_mode_the_bot_says_nothing_beside_people() -> None:
    found = step(held("a1"), floor(), ROUTING, SINCE + DISPATCH.hold_after, speaks=False)
    assert found is None or found.word is None


def test_nobody_is_late_before_people_are_there() -> None:
    """Who has waited since midnight hears no apology the moment that the doors open."""
    on = replace(floor({"a1": 6, "a2": 6}), since={"presale": DAY})
    night = queued(waiting_since=DAY - timedelta(hours=9))
    assert done(night, on, DAY).word is None
    assert done(night, on, DAY + DISPATCH.late_after).word is Word.LATE


def test_a_human_who_went_home_leaves_the_thread_to_the_queue_and_the_buyer_is_told() -> None:
    gone = Presence("a9", AgentState.OFFLINE, DAY - timedelta(minutes=1))
    on = replace(floor(there=""), presence={"a9": gone})
    left = done(held("a9", served_by="a9", served_at=DAY - timedelta(minutes=2)), on)
    assert (left.conversation.holder, left.conversation.agent_id) == (Holder.QUEUED, None)
    assert left.conversation.waiting_since == SINCE
    assert (left.word, [one.kind for one in left.journal]) == (Word.GONE, [Happening.LEFT])


def test_where_no_presence_is_told_a_humans_word_stands_for_a_while() -> None:
    nobody = floor(there="")
    spoke = held("a9", served_by="a9", served_at=DAY - timedelta(minutes=1))
    found = step(spoke, nobody, ROUTING, DAY)
    assert found is None or found.conversation.holder is Holder.HUMAN
    long_ago = replace(spoke, served_at=DAY - DISPATCH.gone_after)
    assert done(long_ago, nobody).conversation.holder is Holder.QUEUED


def test_a_nameless_human_has_the_time_that_an_answer_takes() -> None:
    nameless = held(None, served_at=DAY - timedelta(minutes=1))
    found = step(nameless, floor(), ROUTING, SINCE + DISPATCH.answer_within - timedelta(seconds=1))
    assert found is None or found.conversation.agent_id is None
    assert owner(nameless, floor(), now=SINCE + DISPATCH.answer_within) == "a1"


def test_an_answered_thread_counts_for_a_while_and_is_then_nobodys() -> None:
    answered = held("a1", waiting_since=None, served_by="a1", served_at=DAY, look_at=DAY + DISPATCH.rest)
    assert step(answered, floor(), ROUTING, DAY) is None
    rests = done(answered, floor(), DAY + DISPATCH.rest)
    assert (rests.conversation.agent_id, rests.conversation.look_at) == (None, None)
    assert (rests.conversation.holder, rests.conversation.served_by) == (Holder.HUMAN, "a1")


def test_a_buyer_who_comes_back_finds_the_human_who_served_them_though_full() -> None:
    talk = held(None, served_by="a2", served_at=DAY - timedelta(hours=3))
    assert owner(talk, floor({"a2": DISPATCH.limit})) == "a2"


def test_what_stands_well_is_left_alone() -> None:
    talk = done(held("a1", served_by="a1", served_at=DAY), floor({"a1": 1})).conversation
    assert step(talk, floor({"a1": 1}), ROUTING, DAY) is None


def test_who_stays_holds_the_line_and_whom_he_lets_wait_hears_when_people_are_back() -> None:
    """At a quarter past midnight one of the late shift is still clocked in, and says nothing."""
    talk = held("a9", served_by="a9", served_at=DAY - HOUR)
    told = Presence("a9", AgentState.ONLINE, DAY - HOUR, passed=1)
    on = replace(floor(there="", staying="a9"), presence={"a9": told})
    assert done(talk, on, SINCE + DISPATCH.hold_after).word is Word.HOLD
    late = done(replace(talk, soothed=HELD), on, SINCE + DISPATCH.answer_within, back_at=DAY + HOUR)
    assert (late.conversation.holder, late.conversation.agent_id) == (Holder.QUEUED, None)
    assert late.word is Word.GONE
    assert late.conversation.look_at == DAY + HOUR + DISPATCH.late_after


def test_who_was_never_served_is_not_told_that_somebody_went_home() -> None:
    left = done(held("a9"), floor(there=""), DAY + DISPATCH.answer_within)
    assert (left.conversation.holder, left.word) == (Holder.QUEUED, Word.NIGHT)


def test_in_a_silent_wait_nothing_is_said() -> None:
    quiet = replace(held("a1", served_by="a1", served_at=DAY - HOUR), soothed=SAID_ALL)
    for now in (SINCE + DISPATCH.hold_after, SINCE + DISPATCH.late_after):
        found = step(replace(quiet, agent_since=now), floor({"a1": 1}), ROUTING, now)
        assert found is None or found.word is None


def test_what_was_passed_on_does_not_come_straight_back() -> None:
    """The sender knew the buyer, and is the only one with room; yet others are there."""
    sent = queued(served_by="a1", tried=("a1",))
    waits = step(sent, floor({"a2": DISPATCH.limit}), ROUTING, DAY)
    assert waits is None or waits.conversation.agent_id is None
    assert owner(sent, floor()) == "a2"


def test_the_supervisor_hears_of_a_matter_of_his_that_others_take() -> None:
    given = done(queued(group="supervisor"), floor())
    assert [one.kind for one in given.notices] == [NoticeKind.STOOD_IN]
    crews = {"presale": frozenset({"a1"}), "supervisor": frozenset({"s1"})}
    there = replace(floor(), there=crews, since=dict.fromkeys(crews, DAY - HOUR))
    assert done(queued(group="supervisor"), there).notices == ()
