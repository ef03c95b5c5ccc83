"""One lane's events become one outcome."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.model import AgentState, Conversation, FlowState, Holder, OrderStatus
from bot.core.states import Happened
from bot.core.taking import moved
from bot.records import Event, Nudge, Outcome, Purpose, Work
from bot.turns import outcome_of
from tests.core.book import DAY, NIGHT, small_book
from tests.core.cases import conversation, order
from tests.edge.happenings import ON_DUTY, happened, recalled, snapshot, told, work, wrote

UNPAID = order(status=OrderStatus.UNPAID)
WAITING = conversation(
    holder=Holder.QUEUED, group="aftersale", said={"shipping/carrier": 1}, asked=("order:stock",), misses=1
)


def outcome(todo: Work, now: datetime = NIGHT) -> Outcome:
    return outcome_of(todo, small_book(), now)[0]


def after(todo: Work, now: datetime = NIGHT) -> Conversation:
    kept = outcome(todo, now).conversation
    assert kept is not None
    return kept


def types(made: Outcome) -> list[str]:
    return [command.type for command in made.commands]


def text_of(made: Outcome) -> object:
    return made.commands[0].data["text"]


def test_the_first_message_opens_a_conversation_and_is_answered() -> None:
    made = outcome(work(wrote(1, "发什么快递")))
    assert made.conversation is not None
    assert (made.conversation.id, made.conversation.channel, made.conversation.buyer_id) == ("c1", "webhook", "b1")
    assert (made.conversation.buyer_name, made.conversation.holder) == ("小林", Holder.BOT)
    assert (types(made), text_of(made)) == (["message.send"], "亲，默认发中通。")
    assert made.done == (1,)


def test_a_reply_names_what_it_answers_and_where_it_is_written() -> None:
    command = outcome(work(wrote(1, "在吗"), wrote(2, "发什么快递"))).commands[0]
    assert command.data["in_reply_to"] == ["m1", "m2"]
    assert command.data["source"] == "replies/shipping/carrier.md:0"
    assert (command.data["commit"], command.data["author"]) == ("c0ffee", {"kind": "bot", "id": "yeban"})
    assert (command.purpose, command.by_bot, command.lane) == (Purpose.REPLY, True, "c:webhook:c1")
    assert command.deadline == NIGHT + timedelta(minutes=10)


def test_a_turn_is_recorded_with_its_commands_and_its_story() -> None:
    made = outcome(work(wrote(1, "发什么快递")))
    assert made.turn is not None
    assert (made.turn.decision, made.turn.reason) == ("answer", "sure")
    assert made.turn.command_ids == tuple(command.id for command in made.commands)
    assert made.turn.story["messages"] == [{"id": "m1", "kind": "text", "text": "发什么快递"}]


def test_a_turn_taken_twice_makes_the_same_commands() -> None:
    todo = work(wrote(1, "我要换货"), presence=ON_DUTY)
    first, second = outcome(todo, DAY), outcome(todo, DAY + timedelta(seconds=30))
    assert first.turn is not None
    assert second.turn is not None
    assert first.turn.id == second.turn.id
    assert first.commands[0].id == second.commands[0].id
    assert outcome(todo, DAY) == first


def test_another_message_makes_another_command() -> None:
    ids = {outcome(work(wrote(number, "发什么快递"))).commands[0].id for number in (1, 2)}
    assert len(ids) == 2


def test_our_own_words_coming_back_are_no_human() -> None:
    echo = work(wrote(7, "亲，默认发中通。", "seller"), talk=conversation(), ours=frozenset({"m7"}))
    made = outcome(echo)
    assert (made.conversation, made.messages, made.commands) == (conversation(), (), ())


def test_a_sellers_word_takes_over_and_the_bot_is_silent() -> None:
    made = outcome(work(wrote(1, "发什么快递"), wrote(2, "亲，我来看看", "seller")))
    assert made.conversation is not None
    assert (made.conversation.holder, made.commands) == (Holder.HUMAN, ())
    assert [message.id for message in made.messages] == ["m1", "m2"]


def test_a_sellers_word_alone_takes_over_without_a_turn() -> None:
    made = outcome(work(wrote(1, "亲，在的", "seller"), talk=WAITING))
    assert made.conversation is not None
    assert (made.conversation.holder, made.conversation.waiting_since, made.turn) == (Holder.HUMAN, None, None)


def test_what_a_buyer_writes_to_a_human_is_kept_and_not_answered() -> None:
    made = outcome(work(wrote(1, "发什么快递"), talk=conversation(holder=Holder.HUMAN)))
    assert ([message.id for message in made.messages], made.commands) == (["m1"], ())
    assert made.turn is not None
    assert made.turn.reason == "human_holds"


def test_a_message_that_the_transcript_has_already_is_not_answered_again() -> None:
    made = outcome(work(wrote(1, "发什么快递"), talk=conversation(), known=frozenset({"m1"})))
    assert (made.messages, made.commands, made.conversation) == ((), (), conversation())


def test_a_sellers_line_told_again_is_no_new_take_over() -> None:
    again = work(wrote(1, "亲，在的", "seller"), talk=conversation(), known=frozenset({"m1"}))
    assert after(again).holder is Holder.BOT


@pytest.mark.parametrize(
    "ending",
    [(wrote(2, "亲，我来看看", "seller"), told(3, "conversation.handed_back")), (told(2, "conversation.closed"),)],
)
def test_what_people_answered_or_closed_meanwhile_is_kept_and_not_answered(ending: tuple[Event, ...]) -> None:
    made = outcome(work(wrote(1, "发什么快递"), *ending))
    assert (made.messages[0].id, made.commands, made.turn) == ("m1", (), None)
    later = outcome(work(wrote(1, "发什么快递"), *ending, wrote(4, "什么时候发货")))
    assert [command.data["in_reply_to"] for command in later.commands] == [["m4"]]


def test_a_hand_back_alone_settles_nothing() -> None:
    held = conversation(holder=Holder.HUMAN)
    made = outcome(work(wrote(1, "发什么快递"), told(2, "conversation.handed_back"), talk=held))
    assert types(made) == ["message.send"]


def test_a_recalled_message_is_not_answered_but_the_recall_is_kept() -> None:
    made = outcome(work(wrote(1, "发什么快递"), recalled(2, 1)))
    assert (made.commands, made.recalled, made.turn) == ((), ("m1",), None)


def test_what_was_not_recalled_is_answered() -> None:
    made = outcome(work(wrote(1, "我要换货"), wrote(2, "发什么快递"), recalled(3, 1)))
    assert text_of(made) == "亲，默认发中通。"


def test_the_platforms_own_lines_are_nobodys_words() -> None:
    made = outcome(work(wrote(1, "订单已付款", "system"), talk=conversation()))
    assert (made.messages, made.commands, made.conversation) == ((), (), conversation())


def test_a_recall_in_an_unknown_conversation_changes_nothing() -> None:
    made = outcome(work(recalled(1, 9)))
    assert (made.conversation, made.recalled, made.done) == (None, ("m9",), (1,))


@pytest.mark.parametrize(
    ("kind", "holder"), [("conversation.handed_back", Holder.BOT), ("conversation.closed", Holder.CLOSED)]
)
@pytest.mark.parametrize("before", [WAITING, replace(WAITING, holder=Holder.HUMAN)])
def test_people_who_are_done_leave_a_clean_slate(kind: str, holder: Holder, before: Conversation) -> None:
    assert after(work(told(1, kind), talk=before)) == conversation(holder=holder)


def test_a_message_after_a_hand_back_is_the_bots_again() -> None:
    held = conversation(holder=Holder.HUMAN)
    made = outcome(work(told(1, "conversation.handed_back"), wrote(2, "发什么快递"), talk=held))
    assert types(made) == ["message.send"]


def test_a_human_who_speaks_after_a_hand_back_holds_it() -> None:
    events = (told(1, "conversation.handed_back"), wrote(2, "亲", "seller"))
    assert after(work(*events, talk=conversation(holder=Holder.HUMAN))).holder is Holder.HUMAN


def test_by_day_a_hand_over_is_told_to_the_channel_with_the_reply() -> None:
    made = outcome(work(wrote(1, "我要换货"), presence=ON_DUTY), DAY)
    assert types(made) == ["message.send", "conversation.hand_off"]
    data = made.commands[1].data
    assert (data["group"], data["reason"], data["waiting_since"]) == ("aftersale", "needs_person", DAY.isoformat())
    assert (made.commands[0].purpose, made.commands[1].by_bot) == (Purpose.HANDOFF, False)


def test_at_night_the_hand_over_waits_for_the_morning() -> None:
    made = outcome(work(wrote(1, "我要换货")))
    assert types(made) == ["message.send"]
    assert made.conversation is not None
    assert (made.conversation.holder, made.conversation.announced) == (Holder.QUEUED, False)


def test_being_rostered_is_not_being_there() -> None:
    away = tuple(replace(agent, state=AgentState.AWAY) for agent in ON_DUTY)
    made = outcome(work(wrote(1, "我要换货"), presence=away), DAY)
    assert types(made) == ["message.send"]
    assert str(text_of(made)).endswith("不在座位上。")


def test_being_clocked_in_at_night_is_not_being_rostered() -> None:
    assert types(outcome(work(wrote(1, "我要换货"), presence=ON_DUTY))) == ["message.send"]


def test_a_wait_is_announced_once_for_its_group() -> None:
    first = after(work(wrote(1, "我要换货"), presence=ON_DUTY), DAY)
    again = outcome(work(wrote(2, "我要换货"), talk=first, presence=ON_DUTY), DAY)
    assert "conversation.hand_off" not in types(again)


def test_while_paused_the_buyer_hears_nothing_and_people_are_called() -> None:
    made = outcome(work(wrote(1, "发什么快递"), presence=ON_DUTY, paused=True), DAY)
    assert types(made) == ["conversation.hand_off"]


def test_an_unpaid_order_plans_its_nudge() -> None:
    placed = replace(UNPAID, created_at=DAY, updated_at=DAY)
    made = outcome(work(snapshot(1, placed)), DAY)
    assert made.plan == (Nudge(placed.id, "首次催付", DAY + timedelta(minutes=10), buyer_id=placed.buyer_id),)
    assert (made.orders, made.cancel_nudges, made.conversation) == ((placed,), {}, None)


@pytest.mark.parametrize("status", [status for status in OrderStatus if status is not OrderStatus.UNPAID])
def test_an_order_that_is_no_longer_unpaid_plans_no_nudge(status: OrderStatus) -> None:
    made = outcome(work(snapshot(1, order(status=status))))
    assert (made.plan, [one.status for one in made.orders]) == ((), [status])


@pytest.mark.parametrize("text", ["不要了", "取消订单", "我不要了哈", "不 要 了"])
def test_a_buyer_who_does_not_want_it_is_not_reminded(text: str) -> None:
    made = outcome(work(wrote(1, text), orders=[UNPAID, order("2222222222")]))
    assert made.cancel_nudges == {UNPAID.id: "refused"}


def test_a_refusal_told_to_a_human_counts_too() -> None:
    made = outcome(work(wrote(1, "不要了"), talk=conversation(holder=Holder.HUMAN), orders=[UNPAID]))
    assert made.cancel_nudges == {UNPAID.id: "refused"}


def test_an_agents_state_is_kept_with_its_time() -> None:
    body = {"agent_id": "a01", "state": "online"}
    assert outcome(work(happened(1, "agent.presence", body, "a:a01"))).presence == (ON_DUTY[0],)


def test_a_lane_without_events_changes_nothing() -> None:
    assert outcome(work()) == Outcome()


def test_a_matter_under_way_ends_where_people_take_over_or_close() -> None:
    talk = conversation(holder=Holder.BOT)
    talk = replace(talk, flow=FlowState("swap", NIGHT), past_flows=(FlowState("tell", NIGHT, ended="left"),))
    for happened_now in (Happened.HUMAN_SPOKE, Happened.CLOSED, Happened.HANDED_BACK):
        assert (moved(talk, happened_now).flow, moved(talk, happened_now).past_flows) == (None, ())
