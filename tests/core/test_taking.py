"""Conversations taken over and passed on."""

from dataclasses import replace

from bot.core.model import Holder
from bot.core.taking import taken_over, to_agent, to_group
from bot.core.waits import SAID_ALL
from tests.core.book import DAY, NIGHT
from tests.core.cases import conversation

ANSWERED = replace(conversation(holder=Holder.HUMAN, group="presale"), agent_id="a1", served_by="a1", served_at=NIGHT)


def test_who_claims_a_calm_conversation_makes_nobody_wait() -> None:
    taken = taken_over(conversation(), "a1", DAY)
    assert (taken.holder, taken.agent_id, taken.waiting_since) == (Holder.HUMAN, "a1", None)
    assert taken_over(conversation(), "a1", DAY, unanswered=True).waiting_since == DAY


def test_who_waited_waits_since_then_in_other_hands() -> None:
    waits = replace(ANSWERED, waiting_since=NIGHT)
    assert to_agent(waits, "a2", DAY).waiting_since == NIGHT
    assert taken_over(waits, "a2", DAY).waiting_since == NIGHT


def test_a_buyer_who_had_an_answer_hears_nothing_of_a_transfer() -> None:
    assert to_agent(ANSWERED, "a2", DAY).waiting_since is None
    queued = to_group(ANSWERED, "a1", "aftersale", DAY)
    assert (queued.holder, queued.group, queued.agent_id) == (Holder.QUEUED, "aftersale", None)
    assert (queued.soothed, queued.tried) == (SAID_ALL, ("a1",))


def test_what_goes_to_the_supervisor_is_hot() -> None:
    assert to_group(ANSWERED, "a1", "supervisor", DAY).urgency == 0
