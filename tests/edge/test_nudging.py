"""A nudge whose time has come is judged once more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.approach import settled
from bot.core.book import Book
from bot.core.model import Conversation, Holder, Order, OrderStatus
from bot.records import Command, DueNudges, Nudge, NudgeState, Purpose
from tests.core.book import DAY, TOPICS, book_of, local, rules, small_book
from tests.core.cases import conversation, order

UNPAID = replace(order(status=OrderStatus.UNPAID), created_at=DAY, updated_at=DAY)
DUE = DAY + timedelta(minutes=10)
LEDGER = Nudge(UNPAID.id, "首次催付", DUE, buyer_id=UNPAID.buyer_id)
TALK = conversation()


def settle(
    of: Order = UNPAID,
    *,
    talk: Conversation | None = TALK,
    now: datetime = DUE,
    paused: bool = False,
    book: Book | None = None,
) -> tuple[Nudge, Command | None]:
    due = DueNudges(of.buyer_id, (LEDGER,), {of.id: of}, talk, paused)
    [move] = settled(due, book or small_book(), now)
    [line] = move.shall
    return line, next(iter(move.commands), None)


def cancelled(reason: str) -> tuple[Nudge, None]:
    return replace(LEDGER, state=NudgeState.CANCELLED, reason=reason), None


def test_an_order_still_unpaid_is_reminded_with_its_own_facts() -> None:
    line, command = settle()
    assert command is not None
    assert (line.state, line.command_id) == (NudgeState.SENDING, command.id)
    assert command.data["text"] == "亲，「加绒卫衣」129元还没付款。"
    assert (command.purpose, command.order_id, command.by_bot) == (Purpose.NUDGE, UNPAID.id, True)
    assert command.conversation_id == "c1"


def test_the_same_step_of_the_same_order_is_always_the_same_command() -> None:
    first, later = settle()[1], settle(now=DUE + timedelta(minutes=3))[1]
    assert first is not None
    assert later is not None
    assert first.id == later.id


@pytest.mark.parametrize("status", [status for status in OrderStatus if status is not OrderStatus.UNPAID])
def test_an_order_no_longer_unpaid_is_not_reminded(status: OrderStatus) -> None:
    line, command = settle(replace(UNPAID, status=status))
    assert (line.state, command) == (NudgeState.CANCELLED, None)


@pytest.mark.parametrize("holder", [Holder.HUMAN, Holder.QUEUED])
def test_whom_people_look_after_is_not_reminded(holder: Holder) -> None:
    assert settle(talk=conversation(holder=holder)) == cancelled("handed_over")


def test_while_paused_it_comes_up_again() -> None:
    line, command = settle(paused=True)
    assert (line.state, command) == (NudgeState.PLANNED, None)
    assert line.due_at > DUE


def test_a_nudge_that_comes_up_in_the_quiet_hours_moves_to_their_end() -> None:
    assert settle(now=local("2026-11-23 23:00")) == (replace(LEDGER, due_at=local("2026-11-24 08:30")), None)


def test_a_nudge_past_its_time_is_dropped() -> None:
    assert settle(now=DAY + timedelta(hours=25)) == cancelled("expired")


def test_a_buyer_who_never_wrote_is_reached_where_the_order_says() -> None:
    command = settle(talk=None)[1]
    assert command is not None
    assert (command.conversation_id, command.channel, command.data["buyer_id"]) == ("c1", "webhook", "b1")


def test_without_any_conversation_nobody_can_be_told() -> None:
    assert settle(replace(UNPAID, conversation_id=None), talk=None) == cancelled("no_thread")


def test_an_order_is_never_told_in_another_buyers_conversation() -> None:
    assert settle(talk=replace(TALK, buyer_id="b2")) == cancelled("no_thread")


def test_without_a_text_nothing_is_said() -> None:
    silent = book_of([topic for topic in TOPICS if topic.name != "system/nudge"], rules())
    assert settle(book=silent) == cancelled("no_words")


def test_a_title_that_crosses_a_red_line_is_not_sent() -> None:
    line = replace(UNPAID.lines[0], title="最好的卫衣")
    assert settle(replace(UNPAID, lines=(line,))) == cancelled("no_words")


def test_a_step_that_the_operators_removed_is_dropped() -> None:
    other = [{"name": "别的", "after": "10m", "reply": "system/nudge"}]
    assert settle(book=book_of(TOPICS, rules(nudges={"steps": other}))) == cancelled("step_gone")
