"""The judge of races sees every fault that it is there for."""

from dataclasses import replace

import pytest

from tests.race.referee import Evidence, Played, Try, judge
from tests.race.rounds import DESK, SHOP, rounds

SHOPS = Played("c1", SHOP, "我来", asked=10.0, spoken=10.9, accepted=11.0)
DESKS = Played("c2", DESK, "我来", asked=10.0, spoken=10.9, accepted=11.0)
BACK = replace(SHOPS, back=30.0)


def bot(at: float, talk: str = "c1", command: str = "b1", *, taken: bool = True) -> Try:
    return Try(at, command, talk, by_bot=True, text="中通", taken=taken)


HUMAN = Try(11.2, "h1", "c2", by_bot=False, text="我来", taken=True)


def evidence(*tries: Try, begun: float = 10.8, held: str = "human", left: int = 0) -> Evidence:
    starts = {one.command: [begun] for one in tries if one.by_bot}
    return Evidence([SHOPS, DESKS], [*tries], starts, {"c1": held, "c2": "human"}, left={"commands": left})


def test_a_bot_that_was_first_or_on_the_wire_is_no_fault() -> None:
    told = judge(evidence(bot(10.9), bot(11.3, command="b2"), bot(10.9, "c2"), HUMAN))
    assert told.faults == []
    assert isinstance(crossed := told.figures[SHOP], dict)
    assert crossed["crossed"] == 1
    assert crossed["crossed, longest ms"] == 300.0


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (evidence(bot(11.3), HUMAN, begun=11.1), "c1: a send began"),
        (evidence(bot(21.1), HUMAN), "c1: arrived too late"),
        (evidence(bot(11.3, "c2"), HUMAN), "c2: the bot spoke"),
        (evidence(bot(11.3, "c2", taken=False), HUMAN), "c2: the bot spoke"),
        (evidence(), "c2: the human's word arrived 0 times"),
        (evidence(HUMAN, replace(HUMAN, command="h2")), "c2: the human's word arrived 2 times"),
        (evidence(replace(HUMAN, text="别的话")), "c2: the human's word arrived 1 times"),
        (evidence(bot(10.9), bot(10.95), HUMAN), "c1: b1 taken twice"),
        (evidence(HUMAN, held="bot"), "c1: held by bot"),
        (evidence(HUMAN, left=1), "left waiting"),
    ],
)
def test_every_fault_is_seen(seen: Evidence, fault: str) -> None:
    assert any(one.startswith(fault) for one in judge(seen).faults)


def test_what_is_given_back_is_the_bots_again_and_silence_there_is_a_fault() -> None:
    told = replace(evidence(bot(31.0), HUMAN, begun=30.9), played=[BACK, DESKS])
    assert judge(told).faults == []
    assert judge(replace(told, tries=[HUMAN])).faults == ["c1: given back, and the bot is still silent"]


def test_half_of_the_humans_speak_by_our_desk_and_all_is_the_same_for_the_same_seed() -> None:
    drawn = rounds(7, 200)
    assert drawn == rounds(7, 200) != rounds(8, 200)
    assert sum(one.by == DESK for one in drawn) == 100
    assert 100 < sum(one.around is not None for one in drawn) < 180
