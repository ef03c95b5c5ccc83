"""The river: from messages to words and to what is remembered."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.facts import Facts
from bot.core.model import Conversation, DecisionKind, Holder, Kind, Message
from bot.core.summary import reason_text
from bot.core.turn import Turn, take_turn
from bot.words import say
from tests.core.book import BY_DAY, BY_NIGHT, DAY, NIGHT, rules, small_book
from tests.core.cases import conversation, item, message, order, shipped

NONSENSE = "蓝天白云飘啊飘"


def turn(*texts: str, talk: Conversation | None = None, facts: Facts = BY_NIGHT, now: datetime = NIGHT) -> Turn:
    return taken([message(text, one=f"m{number}") for number, text in enumerate(texts)], talk, facts, now)


def taken(
    messages: list[Message], talk: Conversation | None = None, facts: Facts = BY_NIGHT, now: datetime = NIGHT
) -> Turn:
    return take_turn(messages, talk or conversation(), facts, small_book(), now)


def words(taken_turn: Turn) -> str:
    return taken_turn.reply.text if taken_turn.reply else ""


def test_a_question_with_its_fact_is_answered_and_remembered() -> None:
    done = turn("我的快递到哪了", facts=replace(BY_NIGHT, orders=(shipped(),)))
    after = done.conversation
    assert "ZT0000000001" in words(done)
    assert (after.holder, after.last_topic, after.last_at) == (Holder.BOT, "logistics/logistics_query", NIGHT)
    assert after.said == {"logistics/logistics_query": 1}


def test_an_order_is_remembered_only_when_the_buyer_named_it() -> None:
    facts = replace(BY_NIGHT, orders=(shipped(),))
    assert turn("我的快递到哪了", facts=facts).conversation.order_id is None
    assert turn("1234567890到哪了", facts=facts).conversation.order_id == "1234567890"


def test_after_a_long_silence_courtesies_and_counts_begin_anew() -> None:
    talk = conversation(said={"social/greeting": 1}, asked=("choice:stock",), misses=1, last_topic="return/exchange")
    before = replace(talk, last_at=NIGHT - timedelta(hours=12), told={"height": "165"}, order_id="1")
    assert words(turn("在吗", talk=before)) == ""
    again = turn("在吗", talk=replace(before, last_at=NIGHT - timedelta(hours=12, seconds=1)))
    after = again.conversation
    assert words(again)
    assert (after.said, after.asked, after.misses) == ({"social/greeting": 1}, (), 0)
    assert (after.told, after.order_id) == ({"height": "165"}, "1")


def test_who_waits_since_yesterday_still_waits() -> None:
    talk = conversation(holder=Holder.QUEUED, group="presale")
    later = turn("在吗", talk=replace(talk, last_at=NIGHT - timedelta(days=1), waiting_since=NIGHT))
    assert (later.conversation.holder, later.conversation.waiting_since) == (Holder.QUEUED, NIGHT)


def test_somebody_else_is_told_no_parcel_and_goes_to_people() -> None:
    other = replace(message("我的快递到哪了"), buyer_id="b2")
    done = taken([other], facts=replace(BY_NIGHT, orders=(shipped(),)))
    assert (done.decision.reason, done.conversation.holder) == ("stranger", Holder.QUEUED)
    assert "ZT0000000001" not in words(done) + done.summary


def test_a_picture_at_night_waits_for_people_and_the_next_one_is_only_noted() -> None:
    first = taken([message(kind=Kind.IMAGE)])
    assert (first.decision.reason, first.conversation.holder) == ("media", Holder.QUEUED)
    second = taken([message(kind=Kind.IMAGE, one="m2")], first.conversation)
    assert (second.decision.reason, second.reply) == ("media_noted", None)


def test_a_yes_takes_up_the_reading_that_was_asked_back() -> None:
    asked = conversation(asked=("choice:carrier",))
    assert turn("嗯", talk=asked).meaning.claims[0].intent == "carrier"


def test_messages_written_in_a_row_are_answered_once() -> None:
    done = turn("在吗", "什么时候发货", "发什么快递")
    assert done.reply is not None
    assert {part.topic for part in done.reply.parts} == {"shipping/ship_time", "shipping/carrier"}
    assert words(done).count("亲") == 1


def test_a_question_that_waits_for_a_number_is_answered_when_it_comes() -> None:
    facts = replace(BY_NIGHT, orders=(shipped("1111111111"), shipped("2222222222")))
    first = turn("我的快递到哪了", facts=facts)
    assert first.conversation.asked == ("order:logistics_query", "offered:1111111111", "offered:2222222222")
    second = turn("2222222222", talk=first.conversation, facts=facts)
    assert "ZT0000000001" in words(second)
    assert (second.conversation.asked, second.conversation.order_id) == ((), "2222222222")


def test_a_choice_that_was_offered_is_taken_up() -> None:
    offered = turn("快递什么时候到")
    assert offered.decision.reason == "nearly_sure"
    chosen = turn("1", talk=offered.conversation)
    assert chosen.meaning.claims[0].intent == offered.conversation.asked[0].split(":")[1]
    assert not any(entry.startswith("choice:") for entry in chosen.conversation.asked)


def test_silence_keeps_an_open_question_open() -> None:
    talk = conversation(asked=("order:logistics_query",), misses=1)
    done = turn("😀", talk=talk)
    assert (done.conversation.asked, done.conversation.misses) == (talk.asked, 1)


def test_misses_count_in_a_row_and_an_answer_ends_the_row() -> None:
    first = turn(NONSENSE)
    assert first.conversation.misses == 1
    assert turn("发什么快递", talk=first.conversation).conversation.misses == 0
    second = turn(NONSENSE, talk=first.conversation)
    assert (second.decision.kind, second.conversation.holder) == (DecisionKind.HAND_OFF, Holder.QUEUED)


def test_who_is_handed_over_waits_with_all_that_people_need() -> None:
    done = turn("我要换货", facts=replace(BY_NIGHT, orders=(order(),)))
    waiting = done.conversation
    assert (waiting.holder, waiting.group, waiting.waiting_since) == (Holder.QUEUED, "aftersale", NIGHT)
    assert (waiting.reason, waiting.urgency, waiting.announced) == ("needs_person", 5, False)
    assert waiting.summary == done.summary


def test_by_day_the_hand_over_is_announced_at_once() -> None:
    assert turn("我要换货", facts=BY_DAY, now=DAY).conversation.announced


def test_who_waits_keeps_the_place_and_the_hottest_urgency() -> None:
    first = turn("再不处理我打12315了").conversation
    later = turn("我要换货", talk=first, now=NIGHT + timedelta(minutes=5)).conversation
    assert (later.waiting_since, later.urgency) == (NIGHT, 0)


def test_a_calmer_matter_leaves_a_threat_with_the_people_who_deal_with_it() -> None:
    first = turn("再不处理我打12315了")
    later = turn("我要换货", talk=first.conversation)
    waiting = later.conversation
    assert (waiting.group, waiting.reason) == ("supervisor", "flag_legal")
    assert waiting.summary == f"{first.summary}\n{later.summary}"


def test_a_wait_that_grows_hotter_becomes_hotter() -> None:
    first = turn("我要换货").conversation
    assert turn("律师函见", talk=first).conversation.urgency == 0


def test_a_matter_that_becomes_another_groups_is_no_longer_its_agents() -> None:
    talk = replace(turn("转人工", facts=BY_DAY, now=DAY).conversation, agent_id="a01", agent_since=DAY)
    assert turn("我要转人工", talk=talk, facts=BY_DAY, now=DAY).conversation.agent_id == "a01"
    hot = turn("我打12315了", talk=talk, facts=BY_DAY, now=DAY).conversation
    assert (hot.group, hot.agent_id) == ("supervisor", None)


def test_an_announced_wait_stays_announced_for_its_group() -> None:
    first = turn("我要换货", facts=BY_DAY, now=DAY).conversation
    assert turn("我要换货", talk=first, now=DAY).conversation.announced


def test_a_closed_conversation_starts_again_with_the_bot() -> None:
    assert turn("发什么快递", talk=conversation(holder=Holder.CLOSED)).conversation.holder is Holder.BOT


def test_a_human_is_not_disturbed_but_the_words_are_read() -> None:
    talk = conversation(holder=Holder.HUMAN, said={"a": 1}, asked=("x",), misses=1)
    done = turn("什么时候发货", talk=talk)
    waits = replace(talk, last_at=NIGHT, waiting_since=NIGHT, look_at=NIGHT + rules().routing.dispatch.hold_after)
    assert (done.reply, done.conversation) == (None, waits)
    assert done.meaning.claims[0].intent == "ship_time"


def test_a_red_line_in_a_fact_calls_a_person_and_is_not_said() -> None:
    proud = replace(BY_NIGHT, items={"i1": item(title="最好的卫衣")})
    done = turn("有货吗", talk=conversation(item_id="i1"), facts=proud)
    assert (done.decision.reason, done.decision.urgency) == ("red_line", 1)
    assert "最好" not in words(done)
    assert words(done)
    assert done.conversation.holder is Holder.QUEUED


def test_an_item_that_was_shown_is_remembered() -> None:
    facts = replace(BY_NIGHT, items={"i1": item()})
    shown = taken([replace(message(kind=Kind.ITEM_CARD), item_id="i1")], facts=facts)
    assert shown.conversation.item_id == "i1"
    assert "加绒卫衣" in words(turn("有货吗", talk=shown.conversation, facts=facts))


def test_another_buyers_parcel_is_never_told() -> None:
    facts = replace(BY_NIGHT, orders=(replace(shipped(), buyer_id="b2"),))
    assert "ZT0000000001" not in words(turn("我的快递到哪了", "1234567890", facts=facts))


def test_a_summary_tells_reason_words_reading_order_and_slots() -> None:
    facts = replace(BY_NIGHT, orders=(order(),), items={"i1": item()})
    summary = turn("我要换货", "黑色 XL", talk=conversation(item_id="i1"), facts=facts).summary
    assert summary.splitlines()[0] == say("summary.reason", text=reason_text("needs_person"))
    for told in ("我要换货", "1234567890", say("order_status.paid"), "加绒卫衣", "黑色", "XL", "换货的事同事来处理"):
        assert told in summary


def test_a_summary_has_no_line_for_what_is_not_known() -> None:
    summary = turn("人工").summary
    assert say("summary.order", text="") not in summary
    assert say("summary.item", text="") not in summary


def test_a_long_outpour_is_cut_in_the_summary() -> None:
    assert len(turn("律师" + "很长的话" * 500).summary) < 700


def test_an_answer_has_no_summary() -> None:
    assert turn("发什么快递").summary == ""


@given(
    st.lists(st.sampled_from(["在吗", "什么时候发货", "165 52", "我要换货", "1", NONSENSE, "12315", "？"]), max_size=4),
    st.sampled_from([BY_DAY, BY_NIGHT, replace(BY_NIGHT, orders=(shipped(),), items={"i1": item()})]),
    st.sampled_from(Holder),
)
def test_the_same_input_always_gives_the_same_turn(texts: list[str], facts: Facts, holder: Holder) -> None:
    talk = conversation(holder=holder, item_id="i1", asked=("choice:stock", "body:size_fit"))
    done = turn(*texts, talk=talk, facts=facts)
    assert done == turn(*texts, talk=talk, facts=facts)
    if done.decision.kind is DecisionKind.HAND_OFF:
        assert done.conversation.holder is Holder.QUEUED
        assert done.summary
    if holder is Holder.HUMAN:
        assert (done.reply, done.conversation.holder) == (None, Holder.HUMAN)


def test_body_data_told_before_serve_the_next_item_shown() -> None:
    facts = replace(BY_NIGHT, items={"i1": item()})
    first = turn("穿多大码", "165cm 55kg")
    shown = taken([message(kind=Kind.ITEM_CARD, item_id="i1")], first.conversation, facts)
    assert (first.decision.kind, first.conversation.asked) == (DecisionKind.ASK, ("item:size_fit",))
    assert words(shown).endswith("建议选 M。")


def test_a_colour_told_before_is_not_taken_for_a_later_question() -> None:
    facts = replace(BY_NIGHT, items={"i1": item()})
    first = turn("黑的", talk=conversation(item_id="i1"), facts=facts)
    assert turn("有货吗", talk=first.conversation, facts=facts).meaning.slots.color is None


def test_whoever_waits_for_others_now_is_told_to_whom() -> None:
    first = turn("转人工").conversation
    assert first.group == "presale"
    assert f"{say('groups.aftersale')}" in words(turn("我要换货", talk=first))


def test_an_order_is_picked_from_the_list_by_its_number() -> None:
    facts = replace(BY_NIGHT, orders=(shipped("1111111111"), replace(shipped("2222222222"), tracking_no="ZT2")))
    first = turn("我的快递到哪了", facts=facts)
    assert "1. 加绒卫衣" in words(first)
    second = turn("第二单", talk=first.conversation, facts=facts)
    assert "ZT2" in words(second)
    assert (second.conversation.order_id, second.conversation.asked) == ("2222222222", ())


def test_what_was_answered_last_is_remembered_through_courtesies() -> None:
    first = turn("发什么快递").conversation
    assert first.last_topics == ("shipping/carrier",)
    assert turn("谢谢", talk=first).conversation.last_topics == ("shipping/carrier",)
    assert turn("有货吗", "什么时候发货", talk=first).conversation.last_topics == ("stock/stock", "shipping/ship_time")


def test_after_a_long_silence_nothing_is_a_follow_up() -> None:
    talk = replace(conversation(), last_topics=("stock/stock",), last_at=NIGHT - timedelta(hours=13))
    later = turn("那黑色呢", talk=replace(talk, told={"area": "新疆", "height": "165"}))
    assert not later.meaning.follows
    assert later.conversation.told.keys() == {"height", "color"}


def test_another_item_forgets_the_colour_that_was_told() -> None:
    facts = replace(BY_NIGHT, items={"i1": item(), "i2": item("i2")})
    first = turn("黑色有货吗", talk=conversation(item_id="i1"), facts=facts).conversation
    assert first.told == {"color": "黑色"}
    shown = taken([message(kind=Kind.ITEM_CARD, item_id="i2")], first, facts)
    assert shown.conversation.told == {}


def test_a_question_that_is_left_over_stands_in_the_summary() -> None:
    done = turn("发什么快递？拉链铜的吗？")
    assert (done.decision.reason, done.conversation.holder) == ("partly", Holder.QUEUED)
    assert say("summary.rest", text="拉链铜的吗") in done.summary
    assert "中通" in words(done)
    assert words(done).endswith("今天 09:00回复您。")
