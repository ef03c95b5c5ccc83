"""Nobody is forgotten where owners go: dead ends of the routing, one by one."""

from dataclasses import replace

from bot.core.floor import Floor
from bot.core.model import AgentState, Holder, Presence
from bot.core.notebooks import Happening
from bot.core.waits import Word
from tests.core.book import DAY
from tests.core.test_dispatch import DISPATCH, HOUR, SINCE, done, floor, held, owner, queued

FULL = {"a1": DISPATCH.limit, "a2": DISPATCH.limit}


def test_who_let_it_pass_gets_it_again_where_nobody_else_is_left() -> None:
    """a1 was too slow, a2 got it and went home: a1 is all that the buyer has."""
    again = done(queued("a2", tried=("a1",)), floor(there="a1"))
    assert (again.conversation.agent_id, again.conversation.tried) == ("a1", ())
    assert owner(queued(tried=("a1",)), floor(there="a1")) == "a1"


def test_whoever_has_not_had_it_yet_comes_first() -> None:
    assert owner(queued(tried=("a1",)), floor({"a2": 3})) == "a2"


def test_a_limit_holds_also_for_those_who_let_it_pass() -> None:
    talk = queued("a2", tried=("a1",))
    assert owner(talk, floor({"a1": DISPATCH.limit}, there="a1")) is None


def test_what_goes_back_to_the_queue_has_a_group_and_is_told_of() -> None:
    """An agent took it over from the bot, so it had no group yet; a conversation without one is in no queue."""
    gone = done(replace(queued("a9"), group=None), floor(FULL))
    assert (gone.conversation.agent_id, gone.conversation.group) == (None, "presale")
    assert [(one.kind, one.agent_id) for one in gone.journal] == [(Happening.LEFT, "a9")]
    assert gone.conversation.reason == "human_left"


def test_by_night_too() -> None:
    gone = done(replace(queued("a9"), group=None), floor(there=""))
    assert (gone.conversation.group, gone.conversation.reason) == ("presale", "human_left")
    assert [(one.kind, one.agent_id) for one in gone.journal] == [(Happening.LEFT, "a9")]


def test_a_reason_why_people_were_called_stays() -> None:
    gone = done(replace(queued("a9"), reason="flag_legal"), floor(there=""))
    assert gone.conversation.reason == "flag_legal"


def test_the_last_one_vanishes_and_the_thread_is_in_a_queue() -> None:
    on = floor({"a1": 1}, there="a1")
    on = replace(on, presence={"a1": replace(on.presence["a1"], passed=1)})
    lost = done(replace(held("a1", waiting_since=DAY - HOUR), group=None), on, DAY)
    assert (lost.conversation.holder, lost.conversation.group) == (Holder.QUEUED, "presale")
    assert lost.conversation.agent_id is None


def test_whoever_is_found_to_be_away_gets_nothing_more_in_the_same_round() -> None:
    on = floor({"a1": 1, "a2": 2})
    after = on.told((replace(on.presence["a1"], state=AgentState.AWAY),))
    assert owner(queued(), after) == "a2"
    assert after.told((Presence("a2", AgentState.AWAY, DAY),)) == Floor(
        {}, {}, presence={**after.presence, "a2": Presence("a2", AgentState.AWAY, DAY)}, loads=on.loads
    )


def test_what_one_round_has_seen_of_an_agent_counts_in_it() -> None:
    on = floor()
    after = on.told((replace(on.presence["a1"], passed=1),))
    assert (after.presence["a1"].passed, after.there) == (1, on.there)


def test_while_it_is_not_its_turn_a_queued_one_is_only_comforted() -> None:
    """Its time to be comforted has come; the place that has just become free is for whoever is first."""
    waits = replace(queued(waiting_since=SINCE - HOUR), soothed=0)
    comforted = done(waits, floor(), in_turn=False)
    assert (comforted.conversation.agent_id, comforted.word) == (None, Word.LATE)


def test_what_was_somebodys_finds_the_next_one_in_any_order() -> None:
    moved = done(held("a9"), floor(), in_turn=False)
    assert moved.conversation.agent_id in {"a1", "a2"}


def test_who_takes_over_beside_the_roster_has_the_time_that_an_answer_takes() -> None:
    """A supervisor on a day off, say: rostered nowhere, online, and not yet a word."""
    helper = Presence("s9", AgentState.ONLINE, DAY - HOUR)
    on = floor().told((helper,))
    taken = held("s9", agent_since=DAY)
    assert owner(replace(taken, soothed=0), on, DAY + DISPATCH.hold_after) == "s9"
    assert owner(taken, on, DAY + DISPATCH.answer_within) == "a1"


def test_what_is_given_from_the_queue_to_somebody_whose_shift_has_ended_moves_on_at_once() -> None:
    over = floor().told((Presence("a9", AgentState.ONLINE, DAY - HOUR),))
    assert owner(queued("a9", agent_since=DAY), over) == "a1"
