"""Who holds a conversation after what."""

import itertools

import pytest

from bot.core.model import Holder
from bot.core.states import MOVES, Happened, after

ALL = tuple(itertools.product(Holder, Happened))


@pytest.mark.parametrize(("holder", "happened"), ALL)
def test_a_move_is_in_the_table_or_refused(holder: Holder, happened: Happened) -> None:
    if (holder, happened) in MOVES:
        assert after(holder, happened) is MOVES[holder, happened]
    else:
        with pytest.raises(KeyError):
            after(holder, happened)


def test_only_five_moves_are_unlawful() -> None:
    refused = {pair for pair in ALL if pair not in MOVES}
    only_a_human_leaves = {(holder, Happened.LEFT) for holder in Holder if holder is not Holder.HUMAN}
    assert refused == {
        (Holder.HUMAN, Happened.HANDED_OFF), (Holder.CLOSED, Happened.HANDED_OFF), *only_a_human_leaves
    }  # fmt: skip


def test_whom_a_human_has_left_still_waits_for_people() -> None:
    assert after(Holder.HUMAN, Happened.LEFT) is Holder.QUEUED


@pytest.mark.parametrize("holder", Holder)
def test_a_humans_word_takes_over_from_anywhere(holder: Holder) -> None:
    assert after(holder, Happened.HUMAN_SPOKE) is Holder.HUMAN


@pytest.mark.parametrize("holder", Holder)
def test_what_is_handed_back_is_the_bots(holder: Holder) -> None:
    assert after(holder, Happened.HANDED_BACK) is Holder.BOT


@pytest.mark.parametrize("holder", [Holder.HUMAN, Holder.QUEUED])
def test_a_buyers_word_takes_nothing_from_people(holder: Holder) -> None:
    assert after(holder, Happened.BUYER_WROTE) is holder


def test_a_closed_conversation_reopens_with_the_bot() -> None:
    assert after(Holder.CLOSED, Happened.BUYER_WROTE) is Holder.BOT
