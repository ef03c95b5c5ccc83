"""What is owed goes to somebody who is there."""

from collections.abc import Mapping

from bot.core.notebooks import Commitment, CommitmentKind, Owed
from bot.core.owing import owners

from .book import local, rules

ROUTING = rules().routing
MADE = local("2026-11-22 15:00")


def owed(one: str, agent: str | None = None, talk_agent: str | None = None, group: str = "presale") -> Owed:
    plain = Commitment(one, "webhook", "c1", "b1", CommitmentKind.PROMISE, "补发", "a01", MADE, group, agent_id=agent)
    return Owed(plain, talk_agent)


def moved(*some: Owed, keeping: str = "", **present: str) -> Mapping[str, str | None]:
    there = {group: frozenset(agents.split()) for group, agents in present.items()}
    keepers = {*keeping.split(), *(agent for agents in there.values() for agent in agents)}
    return {one.id: one.agent_id for one in owners(some, there, keepers, ROUTING)}


def test_who_is_there_keeps_what_is_owed() -> None:
    assert moved(owed("p1", "a01"), owed("p2", "a01", "a02"), presale="a01 a02") == {}


def test_who_is_away_for_a_moment_or_stays_keeps_it_too() -> None:
    assert moved(owed("p1", "a01"), presale="a02", keeping="a01") == {}


def test_it_follows_the_conversation() -> None:
    assert moved(owed("p1", "a01", "a03"), presale="a02 a03") == {"p1": "a03"}
    assert moved(owed("p1", None, "a11"), presale="a02", aftersale="a11") == {"p1": "a11"}


def test_else_it_goes_to_whoever_has_the_fewest() -> None:
    some = [owed("p1", "a02"), owed("p2", "gone"), owed("p3"), owed("p4", "gone", "gone")]
    assert moved(*some, presale="a02 a03") == {"p2": "a03", "p3": "a02", "p4": "a03"}


def test_where_nobody_of_the_group_is_there_those_who_stand_in_get_it() -> None:
    assert moved(owed("p1", "a11", group="aftersale"), presale="a02") == {"p1": "a02"}
    assert moved(owed("p1", "a01"), aftersale="a11") == {}


def test_where_nobody_is_there_at_all_it_stays() -> None:
    assert moved(owed("p1", "a01"), owed("p2")) == {}


def test_after_one_round_nothing_moves_any_more() -> None:
    some = [owed(f"p{number}", "gone" if number % 2 else None) for number in range(9)]
    given = moved(*some, presale="a01 a02 a03")
    assert sorted(given) == sorted(one.commitment.id for one in some)
    assert moved(*(owed(one, agent) for one, agent in given.items()), presale="a01 a02 a03") == {}
