"""Matters of several turns: asked, answered, interrupted, corrected, dropped, handed over. A made-up shop and flow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from bot.core.book import Book
from bot.core.facts import Facts
from bot.core.model import Conversation, DecisionKind, FlowState, Holder, Kind, Message, OrderStatus, Refund
from bot.core.turn import Turn, take_turn
from tests.core.book import BY_DAY, BY_NIGHT, NIGHT, TOPICS, book_of, rules, topic
from tests.core.cases import conversation, item, message, order

FLOWS: Mapping[str, object] = {
    "patience": "24h", "keep": "3d", "tries": 2,
    "drop_words": ["算了", "不换了"], "correct_words": ["不对"],
    "request_words": ["我要", "帮我"], "asking_words": ["我要怎么"],
    "flows": {
        "swap": {
            "title": "换一件", "starts": ["exchange"], "when": {"facts": ["signed"], "never": ["refund_asked"]},
            "orders": ["signed"], "reply": "flow/swap", "opens": [{"say": "start"}],
            "slots": [
                {"name": "why", "title": "原因", "kind": "choice",
                 "options": {"大小": ["太大", "太小"], "坏了": ["破", "坏"], "别的": []}},
                {"name": "photos", "title": "照片", "kind": "photos", "if": {"slots": {"why": ["坏了"]}},
                 "skip": ["拍不了"]},
                {"name": "want", "title": "换成", "kind": "sku", "if": {"others": {"why": ["坏了"]}}},
                {"name": "intact", "title": "完好", "kind": "yes_no", "yes": ["都在"], "no": ["洗了", "不在"]},
            ],
            "ends": [
                {"if": {"slots": {"intact": ["no"]}}, "say": "ask_people", "then": "hand_off", "urgency": 1},
                {"if": {"slots": {"why": ["别的"]}}, "go": "tell"},
                {"say": "ready", "then": "hand_off"},
            ],
        },
        "tell": {
            "title": "说说看", "starts": ["order_cancel"], "reply": "flow/tell",
            "slots": [{"name": "story", "title": "情况", "kind": "text", "words": ["因为"]}],
            "ends": [{"say": "thanks", "then": "done"}],
        },
        "seek": {
            "title": "找包裹", "starts": ["lost"], "orders": ["signed"], "questions": "always", "reply": "flow/seek",
            "when": {"facts": ["signed", "many_orders"]},
            "slots": [
                {"name": "order", "title": "订单", "kind": "order", "skip": ["不知道"]},
                {"name": "asked", "title": "问过", "kind": "yes_no", "yes": ["问过"], "no": ["没问"]},
            ],
            "ends": [
                {"if": {"slots": {"asked": ["no"]}}, "say": "look", "wait": "asked"},
                {"say": "search", "then": "hand_off"},
            ],
        },
    },
}  # fmt: skip
SAYS = topic(
    "flow/swap",
    {
        "start": "亲，来换「{{ order.title }}」。", "why": "什么原因？{{ flow.choices }}",
        "why_again": "亲，选一个：{{ flow.choices }}",
        "photos": "请拍照。", "want": "换成什么？", "want_out": "亲，没货，还有{{ item.skus_in_stock }}。",
        "want_unknown": "亲，没有这个。", "want_same": "亲，和原来一样。", "intact": "吊牌都在吗？",
        "ready": "亲，记好了{% if flow.want %}，换{{ flow.want }}{% endif %}。", "ask_people": "亲，要同事看。",
    },
)  # fmt: skip
TELLS = topic("flow/tell", {"story": "亲，是什么情况？", "thanks": "亲，知道了：{{ flow.story }}"})
SEEKS = topic("flow/seek", {"order": "哪一单？", "asked": "问过门卫吗？", "look": "先问问。", "search": "去查。"})
LOST = topic("received/lost", {"default": "亲，去查。"}, "包裹丢了怎么办", "包裹丢了", intent="lost")
DROPPED = topic("system/flow_dropped", {"default": "亲，那先不办。"})
NOTED = topic("system/flow_noted", {"default": "亲，另外问的记下了。"})
SIGNED = order("1234567890", OrderStatus.SIGNED, age=timedelta(days=2))
ITEM = item()  # 黑色 M (3), 白色 M (0), 白色 L (2)


FACTS = replace(BY_NIGHT, orders=(SIGNED,), items={"i1": ITEM})
BEGUN = conversation(item_id="i1")


@cache
def flow_book() -> Book:
    return book_of((*TOPICS, SAYS, TELLS, SEEKS, LOST, DROPPED, NOTED), rules(flows=FLOWS))


@dataclass
class Chat:
    """A buyer who goes on writing to the same conversation, a minute at a time."""

    facts: Facts = FACTS
    talk: Conversation = BEGUN
    minutes: int = 0

    def says(self, *texts: str, sends: Kind | None = None, after: timedelta = timedelta(minutes=1)) -> Turn:
        self.minutes += int(after.total_seconds()) // 60
        at = NIGHT + timedelta(minutes=self.minutes)
        said: list[Message] = [message(text, one=f"m{self.minutes}-{number}") for number, text in enumerate(texts)]
        said += (
            [replace(message(kind=sends, one=f"p{self.minutes}"), media_url=f"https://x/{self.minutes}")]
            if sends
            else []
        )
        turn = take_turn(said, self.talk, self.facts, flow_book(), at)
        self.talk = turn.conversation
        return turn


def texts(turn: Turn) -> list[str]:
    """The variants said, without the reply file's folder."""
    return [f"{part.topic.rpartition('/')[2]} {part.variant}" for part in turn.reply.parts] if turn.reply else []


def words(turn: Turn) -> str:
    return turn.reply.text if turn.reply else ""


def state(turn: Turn) -> FlowState:
    assert turn.conversation.flow
    return turn.conversation.flow


def test_what_is_missing_is_asked_one_by_one_and_people_get_all_of_it() -> None:
    chat = Chat()
    first = chat.says("我要换货")
    assert (first.decision.kind, first.decision.reason) == (DecisionKind.ASK, "flow_asks")
    assert texts(first) == ["swap start", "swap why"]
    assert (state(first).name, state(first).asking, state(first).order_id) == ("swap", "why", SIGNED.id)
    assert texts(chat.says("太大了")) == ["swap want"]
    assert texts(chat.says("白色L码")) == ["swap intact"]
    last = chat.says("都在")
    assert (last.decision.kind, last.decision.reason) == (DecisionKind.HAND_OFF, "flow_handed")
    assert texts(last) == ["swap ready", "handoff night"]
    assert "换白色 L" in words(last)
    assert "订单：1234567890 已签收 加绒卫衣\n" in last.summary
    assert "售后事项：换一件\n已收集：原因：大小；换成：白色 L；完好：是\n" in last.summary
    assert (last.conversation.flow, [one.ended for one in last.conversation.past_flows]) == (None, ["handed"])


def test_what_the_first_message_tells_is_not_asked() -> None:
    assert texts(Chat().says("我要换货，太小了，换白色L码，吊牌都在")) == ["swap start", "swap ready", "handoff night"]


def test_a_question_about_it_is_answered_as_ever_and_begins_nothing() -> None:
    turn = Chat().says("我要换货吗？我要怎么换货？")
    assert turn.conversation.flow is None


def test_facts_decide_whether_it_begins() -> None:
    for facts in ((), (order(),), (replace(SIGNED, refund=Refund.ASKED),)):
        assert Chat(replace(BY_NIGHT, orders=facts)).says("我要换货").conversation.flow is None


def test_the_order_that_fits_is_meant_and_not_the_one_just_placed() -> None:
    unpaid = order("2222222222", OrderStatus.UNPAID, title="别的")
    turn = Chat(replace(BY_NIGHT, orders=(unpaid, SIGNED), items={"i1": ITEM})).says("我要换货")
    assert state(turn).order_id == SIGNED.id


def test_another_buyers_order_is_never_meant() -> None:
    other = order("3333333333", OrderStatus.SIGNED, buyer="b2")
    assert Chat(replace(BY_NIGHT, orders=(other,))).says("我要换货").conversation.flow is None


def test_a_question_in_the_middle_is_answered_and_the_open_one_put_again() -> None:
    chat = Chat()
    chat.says("我要换货")
    turn = chat.says("发什么快递？")
    assert (turn.decision.kind, texts(turn)) == (DecisionKind.ASK, ["carrier default", "swap why"])
    assert state(turn).tries == 0


def test_an_answer_and_a_question_in_one_message_are_both_taken() -> None:
    chat = Chat()
    chat.says("我要换货")
    turn = chat.says("太大了，发什么快递？")
    assert texts(turn) == ["carrier default", "swap want"]
    assert state(turn).filled["why"] == "大小"


def test_an_answer_is_corrected_in_place() -> None:
    chat = Chat()
    for said in ("我要换货", "太大了", "白色L码"):
        chat.says(said)
    turn = chat.says("不对，黑色M码")
    assert (texts(turn), state(turn).filled["want"]) == (["swap intact"], "黑色 M")


def test_what_is_sold_out_or_unknown_is_told_and_asked_again() -> None:
    chat = Chat()
    for said in ("我要换货", "太大了"):
        chat.says(said)
    turn = chat.says("白色M码")
    assert (turn.decision.reason, texts(turn)) == ("flow_again", ["swap want_out"])
    assert "黑色 M、白色 L" in words(turn)
    tired = chat.says("黑色L码")
    assert (tired.decision.reason, texts(tired)) == ("flow_unclear", ["swap want_unknown", "handoff night"])


def test_bad_answers_are_asked_once_more_and_then_are_peoples() -> None:
    chat = Chat()
    chat.says("我要换货")
    again = chat.says("蓝天白云飘啊飘")
    assert (again.decision.reason, texts(again)) == ("flow_again", ["swap why_again"])
    tired = chat.says("月亮弯弯照九州")
    assert (tired.decision.kind, tired.decision.reason) == (DecisionKind.HAND_OFF, "flow_unclear")
    assert "还缺：原因" in tired.summary


def test_who_changes_the_mind_hears_a_short_word_and_no_question() -> None:
    chat = Chat()
    chat.says("我要换货")
    turn = chat.says("算了")
    assert (turn.decision.kind, turn.decision.reason) == (DecisionKind.ANSWER, "flow_dropped")
    assert (texts(turn), turn.conversation.flow) == (["flow_dropped default"], None)
    assert "（买家说不办了）" in chat.says("转人工").summary


def test_pictures_that_were_asked_for_are_taken_and_go_to_people() -> None:
    chat = Chat()
    chat.says("我要换货，衣服破了")
    turn = chat.says(sends=Kind.IMAGE)
    assert (texts(turn), state(turn).proofs) == (["swap intact"], ("https://x/2",))
    assert "凭证：https://x/2" in chat.says("都在").summary


def test_who_can_not_take_pictures_is_not_asked_on() -> None:
    chat = Chat()
    chat.says("我要换货，衣服破了")
    assert texts(chat.says("手机拍不了")) == ["swap intact"]


def test_pictures_after_the_hand_over_are_put_to_it() -> None:
    chat = Chat()
    for said in ("我要换货，衣服破了", "拍不了", "都在"):
        chat.says(said)
    turn = chat.says(sends=Kind.IMAGE)
    assert texts(turn) == ["still_waiting default"]
    assert turn.conversation.summary.endswith("凭证：https://x/4")
    assert (turn.conversation.holder, turn.conversation.group) == (Holder.QUEUED, "aftersale")


def test_another_matter_puts_the_first_away_with_what_is_known() -> None:
    chat = Chat()
    chat.says("我要换货")
    chat.says("太大了")
    turn = chat.says("取消订单")
    assert (state(turn).name, texts(turn)) == ("tell", ["tell story"])
    assert [(one.name, one.ended) for one in turn.conversation.past_flows] == [("swap", "left")]
    assert "换一件（买家改说别的事）\n已收集：原因：大小" in chat.says("转人工").summary


def test_a_flow_may_lead_into_another() -> None:
    chat = Chat()
    for said in ("我要换货", "别的", "白色L码"):
        chat.says(said)
    turn = chat.says("都在")
    assert (state(turn).name, texts(turn)) == ("tell", ["tell story"])
    done = chat.says("因为想要别的颜色")
    assert (done.decision.kind, done.decision.reason) == (DecisionKind.ANSWER, "flow_done")
    assert done.conversation.flow is None


def test_the_first_end_that_holds_is_taken_with_its_urgency() -> None:
    turn = Chat().says("我要换货，太大了，要白色L码，洗了一次")
    assert (texts(turn)[1], turn.decision.urgency) == ("swap ask_people", 1)


def test_silence_beyond_patience_ends_it_and_the_next_message_is_a_fresh_start() -> None:
    chat = Chat()
    chat.says("我要换货")
    turn = chat.says("太大了", after=timedelta(hours=25))
    assert turn.conversation.flow is None
    assert turn.decision.reason == "not_understood"
    assert [one.ended for one in turn.conversation.past_flows] == ["silent"]


def test_within_patience_it_goes_on_even_the_next_day() -> None:
    chat = Chat()
    chat.says("我要换货")
    assert texts(chat.says("太大了", after=timedelta(hours=23))) == ["swap want"]


def test_what_is_long_past_is_told_to_nobody() -> None:
    chat = Chat()
    chat.says("我要换货")
    chat.says("算了")
    assert "换一件" not in chat.says("转人工", after=timedelta(days=4)).summary


def test_red_flags_and_calls_for_a_person_come_first_and_take_the_facts_along() -> None:
    for said, reason in (("我打12315", "flag_legal"), ("转人工", "asked_for_human")):
        chat = Chat()
        chat.says("我要换货，太大了")
        turn = chat.says(said)
        assert (turn.decision.reason, turn.conversation.flow) == (reason, None)
        assert "原因：大小" in turn.summary
        assert "还缺：换成、完好" in turn.summary


def test_a_human_who_holds_the_conversation_is_not_disturbed() -> None:
    chat = Chat()
    chat.says("我要换货")
    chat.talk = replace(chat.talk, holder=Holder.HUMAN)
    turn = chat.says("太大了")
    assert (turn.decision.kind, turn.reply) == (DecisionKind.STAY, None)


def test_a_question_that_nobody_understands_is_kept_for_people() -> None:
    chat = Chat()
    chat.says("我要换货")
    assert texts(chat.says("太大了，拉链是什么牌子的？")) == ["flow_noted default", "swap want"]
    chat.says("白色L码")
    assert "途中未答的问题：拉链是什么牌子的" in chat.says("都在").summary


def test_who_drops_a_matter_still_gets_an_answer_to_what_was_asked_beside() -> None:
    chat = Chat()
    chat.says("我要换货")
    chat.says("太大了，拉链是什么牌子的？")
    turn = chat.says("算了")
    assert (turn.decision.kind, texts(turn)) == (DecisionKind.HAND_OFF, ["flow_dropped default", "rest night"])
    assert "途中未答的问题：拉链是什么牌子的" in turn.summary


def test_by_day_people_take_a_question_of_theirs_and_the_matter_with_it() -> None:
    chat = Chat(replace(BY_DAY, orders=(SIGNED,), items={"i1": ITEM}))
    chat.says("我要换货")
    turn = chat.says("帮我接个活人")
    assert (turn.decision.kind, turn.conversation.flow) == (DecisionKind.HAND_OFF, None)


def test_what_people_have_already_is_not_begun_again() -> None:
    chat = Chat()
    chat.says("我要换货，太小了，换白色L码，吊牌都在")
    turn = chat.says("我要换货")
    assert (turn.conversation.flow, texts(turn)) == (None, ["still_waiting default"])


def test_a_flow_that_the_rules_no_longer_know_is_over() -> None:
    chat = Chat()
    chat.talk = replace(chat.talk, flow=FlowState("gone", NIGHT, {"a": "b"}), last_at=NIGHT)
    turn = chat.says("发什么快递")
    assert (texts(turn), turn.conversation.flow) == (["carrier default"], None)


def test_which_order_is_asked_with_a_list_and_answered_by_its_place_or_title() -> None:
    other = replace(SIGNED, id="2222222222", lines=(replace(SIGNED.lines[0], title="牛仔裤"),))
    for answer in ("第2个", "牛仔裤", "2222222222"):
        chat = Chat(replace(FACTS, orders=(SIGNED, other)))
        first = chat.says("包裹丢了怎么办")
        assert texts(first) == ["seek order", "which_order default"]
        assert "1. 加绒卫衣（已签收）" in words(first)
        turn = chat.says(answer)
        assert (texts(turn), state(turn).order_id) == (["seek asked"], other.id)


def test_an_order_that_it_can_not_be_about_is_answered_for_as_ever() -> None:
    unpaid = order("2222222222", OrderStatus.UNPAID)
    chat = Chat(replace(FACTS, orders=(SIGNED, unpaid)))
    chat.says("包裹丢了")
    turn = chat.says("2222222222")
    assert (turn.conversation.flow, [one.ended for one in turn.conversation.past_flows]) == (None, ["left"])


def test_who_can_not_tell_the_order_goes_on_without() -> None:
    chat = Chat(replace(FACTS, orders=(SIGNED, replace(SIGNED, id="2222222222"))))
    chat.says("包裹丢了")
    assert texts(chat.says("不知道啊")) == ["seek asked"]


def test_who_goes_to_look_comes_back_to_the_same_question() -> None:
    chat = Chat()
    chat.says("包裹丢了")
    waits = chat.says("还没问")
    assert (waits.decision.kind, waits.decision.reason, texts(waits)) == (DecisionKind.ASK, "flow_waits", ["seek look"])
    assert "asked" not in state(waits).filled
    assert texts(chat.says("问过了", after=timedelta(hours=2))) == ["seek search", "handoff night"]


def test_a_picture_that_nobody_asked_for_is_kept_and_the_question_put_again() -> None:
    chat = Chat()
    chat.says("包裹丢了")
    turn = chat.says(sends=Kind.IMAGE)
    assert (turn.decision.kind, texts(turn)) == (DecisionKind.ASK, ["media_image default", "seek asked"])
    assert texts(chat.says(sends=Kind.IMAGE)) == ["seek asked"]
    assert "凭证：https://x/2、https://x/3" in chat.says("问过").summary


def test_a_voice_that_nobody_can_hear_calls_people_and_at_night_goes_on() -> None:
    chat = Chat()
    chat.says("包裹丢了")
    turn = chat.says(sends=Kind.VOICE)
    assert (turn.decision.kind, turn.decision.reason) == (DecisionKind.HAND_OFF, "media")
    assert texts(turn) == ["media_voice default", "seek asked", "handoff night"]
    assert state(turn).asking == "asked"
    by_day = Chat(replace(BY_DAY, orders=(SIGNED,), items={"i1": ITEM}))
    by_day.says("包裹丢了")
    assert by_day.says(sends=Kind.VOICE).conversation.flow is None


def test_courtesies_do_not_count_as_bad_answers() -> None:
    chat = Chat()
    chat.says("我要换货，衣服破了")
    thanks = chat.says("谢谢")
    assert (thanks.decision.reason, texts(thanks)) == ("small_talk", ["thanks default"])
    assert texts(chat.says("在吗")) == ["greeting default", "swap photos"]
    assert state(chat.says("谢谢")).tries == 0


WORDS = st.sampled_from(
    ["我要换货", "太大了", "破了", "白色L码", "都在", "不在", "算了", "不对", "发什么快递？", "取消订单", "在吗",
     "包裹丢了", "还没问", "问过",
     "谢谢", "？", "2", "转人工", "蓝天白云", "因为不想要", "拍不了", ""]
)  # fmt: skip


@given(st.lists(st.tuples(WORDS, st.sampled_from([None, Kind.IMAGE, Kind.VOICE])), max_size=12))
def test_whatever_is_said_it_never_asks_what_it_knows_and_never_runs_on_for_ever(
    said: list[tuple[str, Kind | None]],
) -> None:
    chat, bad = Chat(), 0
    for text, sends in said:
        waits = chat.talk.holder
        turn = chat.says(text, sends=sends)
        flow = turn.conversation.flow
        if turn.decision.reason.startswith("flow_") and waits is not Holder.QUEUED:
            assert turn.reply
        if flow:
            assert flow.asking not in flow.filled
            assert flow.tries < 2
        bad = bad + 1 if turn.decision.reason == "flow_again" else 0
        assert bad < 2
