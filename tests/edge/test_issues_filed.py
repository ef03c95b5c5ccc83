"""What turns leave in the issue log by themselves, taken as the service takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

import pytest

from bot.core.book import Book
from bot.core.model import Conversation, Holder, Order, OrderStatus, Presence
from bot.core.notebooks import Issue, IssueKind
from bot.records import UNSAID, Event, Outcome, Unsaid, Work
from bot.turns import outcome_of
from tests.core.book import DAY, NIGHT, TOPICS, book_of, rules, small_book, topic
from tests.core.cases import conversation, item, order
from tests.core.test_flows import DROPPED, FLOWS, LOST, NOTED, SAYS, SEEKS, TELLS
from tests.edge.happenings import ON_DUTY, happened, told, work, wrote

ITEM = item()
SIGNED = order("1234567890", OrderStatus.SIGNED, age=timedelta(days=2))
GRUMBLE = topic("complaint/complaint", {"default": "亲，抱歉。"}, "我要投诉", "服务太差了", then={"*": "hand_off"})


def with_why() -> Book:
    """The shop of the flows' tests, whose matters tell why something comes back."""
    known = dict(FLOWS["flows"]) if isinstance(FLOWS["flows"], Mapping) else {}
    flows = {**known, "swap": {**known["swap"], "why": "why"}, "tell": {**known["tell"], "why": "story"}}
    return book_of((*TOPICS, SAYS, TELLS, SEEKS, LOST, DROPPED, NOTED, GRUMBLE), rules(flows={**FLOWS, "flows": flows}))


class World(TypedDict, total=False):
    """What tests change of a turn's surroundings."""

    presence: Sequence[Presence]
    paused: bool


class Chat:
    """A buyer's turns one after the other, a minute apart."""

    def __init__(
        self, book: Book | None = None, orders: Sequence[Order] = (), talk: Conversation | None = None,
        now: datetime = NIGHT,
    ) -> None:  # fmt: skip
        self.book, self.orders, self.now = book or small_book(), orders, now
        self.talk = talk or conversation(item_id="i1")
        self.number = 0
        self.filed: list[Issue] = []

    def works(self, *events: Event, **more: Unpack[World]) -> Outcome:
        todo = replace(work(*events, talk=self.talk, orders=self.orders, **more), items={"i1": ITEM})
        return self.takes(todo)

    def takes(self, todo: Work) -> Outcome:
        made, _ = outcome_of(todo, self.book, self.now)
        assert made.conversation is not None
        self.talk = replace(made.conversation, version=made.conversation.version + 1)
        self.now += timedelta(minutes=1)
        self.filed += made.issues
        return made

    def says(self, *texts: str, **more: Unpack[World]) -> list[Issue]:
        """All texts are one turn; what it left."""
        events = []
        for text in texts:
            self.number += 1
            events.append(wrote(self.number, text))
        return list(self.works(*events, **more).issues)


def only(issues: Sequence[Issue]) -> Issue:
    [one] = issues
    return one


def kinds(issues: Sequence[Issue]) -> list[tuple[str, str | None]]:
    return [(one.kind.value, one.reason) for one in issues]


def test_what_nobody_understands_is_filed_with_whose_and_what_it_was() -> None:
    chat = Chat(orders=[order()])
    made = chat.works(wrote(1, "蓝天白云飘啊飘"))
    one = only(made.issues)
    assert made.turn is not None
    assert (one.kind, one.reason, one.text) == (IssueKind.UNANSWERED, "not_understood", "蓝天白云飘啊飘")
    assert (one.channel, one.conversation_id, one.buyer_id, one.turn_id) == ("webhook", "c1", "b1", made.turn.id)
    assert (one.item_id, one.order_id, one.at) == ("i1", "1234567890", NIGHT)


def test_answers_courtesies_and_calls_for_people_leave_nothing() -> None:
    for text in ("发什么快递", "在吗", "谢谢", "转人工", "我要换货", "！！！"):
        assert Chat().says(text) == [], text


@pytest.mark.parametrize("kind", ["image", "voice", "sticker"])
def test_pictures_and_voice_are_no_missing_words(kind: str) -> None:
    assert Chat().works(wrote(1, "", kind=kind)).issues == ()


def test_whoever_people_answer_first_is_not_unanswered() -> None:
    assert Chat().says("蓝天白云飘啊飘", paused=True) == []
    assert Chat(talk=conversation(holder=Holder.HUMAN)).says("蓝天白云飘啊飘") == []


def test_a_fact_that_the_shop_does_not_have_is_filed_with_its_intent_and_reply() -> None:
    one = only(Chat(orders=[order()]).says("我的快递到哪了"))
    assert (one.reason, one.intent, one.topic) == ("fact_missing", "logistics_query", "logistics/logistics_query")
    assert one.source is None


def test_an_answer_that_does_not_help_on_leaves_the_question_that_came_before() -> None:
    chat = Chat()
    assert chat.says("我的快递到哪了") == []
    one = only(chat.says("6666666666"))
    assert (one.reason, one.text, one.intent) == ("still_missing", "我的快递到哪了", "logistics_query")


def test_of_several_questions_each_that_is_left_over_is_filed() -> None:
    one = only(Chat().says("发什么快递？拉链有没有质保？"))
    assert (one.kind, one.reason, one.text) == (IssueKind.UNANSWERED, "partly", "拉链有没有质保")


def test_who_declines_every_reading_still_asks_what_was_asked() -> None:
    chat = Chat()
    chat.says("还有没有货")
    assert chat.talk.asked[0].startswith("choice:")
    one = only(chat.says("不是"))
    assert (one.reason, one.text) == ("declined", "还有没有货")


def test_the_same_line_once_more_missed_and_beyond_the_limit_is_unanswered() -> None:
    chat = Chat()
    assert chat.says("有货吗") == []
    wrong = only(chat.says("还有现货吗"))
    assert (wrong.kind, wrong.reason) == (IssueKind.WRONG_ANSWER, "asked_again")
    assert (wrong.text, wrong.topic, wrong.source) == ("有货吗", "stock/stock", "replies/stock/stock.md:0")
    assert kinds(chat.says("有货吗")) == [("unanswered", "repeated")]


def test_another_question_is_not_the_same_once_more() -> None:
    chat = Chat()
    assert [chat.says(text) for text in ("发什么快递", "有货吗", "发什么快递")] == [[], [], []]


@pytest.mark.parametrize("text", ["不是问这个", "答非所问！", "不对"])
def test_who_says_that_the_answer_missed_has_the_line_filed_and_nothing_else(text: str) -> None:
    chat = Chat()
    chat.says("发什么快递")
    one = only(chat.says(text))
    assert (one.kind, one.reason, one.text) == (IssueKind.WRONG_ANSWER, "missed", "发什么快递")
    assert (one.intent, one.topic, one.source) == ("carrier", "shipping/carrier", "replies/shipping/carrier.md:0")


def test_what_is_asked_beside_the_miss_is_filed_too() -> None:
    chat = Chat()
    chat.says("发什么快递")
    assert kinds(chat.says("不是问这个，蓝天白云飘啊飘")) == [
        ("wrong_answer", "missed"),
        ("unanswered", "not_understood"),
    ]


def test_a_courtesy_in_between_does_not_cover_the_answer_up() -> None:
    chat = Chat()
    for text in ("发什么快递", "在吗"):
        assert chat.says(text) == []
    assert kinds(chat.says("不是问这个")) == [("wrong_answer", "missed")]


def test_who_wants_people_right_after_an_answer_was_not_served_by_it() -> None:
    chat = Chat()
    chat.says("发什么快递")
    one = only(chat.says("转人工"))
    assert (one.kind, one.reason, one.topic) == (IssueKind.WRONG_ANSWER, "asked_for_human", "shipping/carrier")


def test_an_answer_long_ago_or_a_persons_is_not_held_against_the_bot() -> None:
    late, passed = Chat(), Chat()
    late.says("发什么快递")
    late.now += timedelta(minutes=30)
    assert kinds(late.says("不是问这个")) == [("unanswered", "not_understood")]
    passed.says("发什么快递")
    passed.works(wrote(50, "亲，我来看看", "seller"), told(51, "conversation.handed_back"))
    assert "wrong_answer" not in [kind for kind, _ in kinds(passed.says("不是问这个"))]


def test_no_to_a_question_of_the_bots_own_is_no_miss() -> None:
    chat = Chat()
    chat.says("发什么快递")
    chat.says("还有没有货")
    assert kinds(chat.says("不对")) != [("wrong_answer", "missed")]


def test_red_flags_and_complaints_are_filed_whoever_holds_the_conversation() -> None:
    chat = Chat(with_why(), [SIGNED])
    flagged, complains = only(chat.says("黑店")), only(chat.says("我要投诉"))
    assert (flagged.kind, flagged.reason, flagged.text) == (IssueKind.COMPLAINT, "flag_abuse", "黑店")
    assert (complains.kind, complains.intent, complains.item_id) == (IssueKind.COMPLAINT, "complaint", "i1")
    human = Chat(with_why(), talk=conversation(holder=Holder.HUMAN))
    assert kinds(human.says("服务太差了")) == [("complaint", "human_holds")]


def test_of_an_order_with_one_item_the_item_is_known() -> None:
    chat = Chat(with_why(), [SIGNED], talk=conversation())
    assert only(chat.says("黑店")).item_id == "i1"


def test_whoever_else_writes_in_the_conversation_leaves_nothing() -> None:
    assert Chat().works(wrote(1, "黑店 蓝天白云飘啊飘", buyer="b9")).issues == ()


def test_a_matter_that_people_get_tells_why_goods_come_back_once() -> None:
    chat = Chat(with_why(), [SIGNED])
    for text in ("我要换货", "太大了", "白色 L"):
        assert chat.says(text) == []
    one = only(chat.says("都在"))
    assert (one.kind, one.reason, one.text) == (IssueKind.RETURN_REASON, "大小", "大小")
    assert (one.item_id, one.order_id, one.intent) == ("i1", "1234567890", "exchange")
    assert [issue for issue in chat.says("发什么快递") if issue.kind is IssueKind.RETURN_REASON] == []


def test_a_matter_that_led_into_another_is_one_and_tells_the_buyers_words() -> None:
    chat = Chat(with_why(), [SIGNED])
    for text in ("我要换货", "别的", "白色 L"):
        assert chat.says(text) == []
    begun = chat.talk.flow
    chat.says("都在")
    assert chat.talk.flow is not None
    assert begun is not None
    assert (chat.talk.flow.name, [one.ended for one in chat.talk.past_flows]) == ("tell", ["led"])
    one = only(chat.says("因为送人的，收件人：张小三"))
    assert (one.reason, one.text, one.intent) == ("说说看", "因为送人的,收件人:张**", "order_cancel")


def test_a_matter_that_is_given_up_sends_nothing_back() -> None:
    chat = Chat(with_why(), [SIGNED])
    assert [chat.says(text) for text in ("我要换货", "太大了", "算了")] == [[], [], []]


def test_people_called_for_something_else_get_the_reason_too() -> None:
    chat = Chat(with_why(), [SIGNED], now=DAY)
    chat.says("我要换货", presence=ON_DUTY)
    chat.says("太大了", presence=ON_DUTY)
    assert kinds(chat.says("黑店", presence=ON_DUTY)) == [("complaint", "flag_abuse"), ("return_reason", "大小")]


def test_an_answer_that_a_matter_does_not_understand_belongs_to_its_replies() -> None:
    chat = Chat(with_why(), [SIGNED])
    for text in ("我要换货", "蓝天白云"):
        assert chat.says(text) == []
    one = only(chat.says("月亮弯弯"))
    assert (one.reason, one.topic, one.order_id) == ("flow_unclear", "flow/swap", "1234567890")


def test_who_waits_for_people_and_asks_on_is_heard_and_who_only_adds_is_not() -> None:
    chat = Chat()
    chat.says("转人工")
    assert chat.says("名字诸葛小铁") == []
    assert kinds(chat.says("拉链是什么牌子的")) == [("unanswered", "noted")]


@pytest.mark.parametrize("text", ["蓝天白云飘啊飘", "黑店"])
def test_a_turn_taken_twice_files_the_same(text: str) -> None:
    first, second = Chat(), Chat()
    second.now += timedelta(seconds=30)
    assert only(first.says(text)).id == only(second.says(text)).id


def test_a_question_decided_anew_with_more_messages_is_not_filed_twice() -> None:
    """Its reply was never sent; meanwhile the buyer has written on."""
    first = Chat()
    before = only(first.says("蓝天白云飘啊飘"))
    anew = Chat()
    asked = work(wrote(1, "蓝天白云飘啊飘")).events[0]
    lost = happened(9, UNSAID, {"conversation_id": "c1", "messages": ["m1"]})
    message = replace(outcome_of(work(asked), small_book(), NIGHT)[0].messages[0])
    todo = replace(work(lost, wrote(2, "飘啊飘"), talk=first.talk), unsaid=(Unsaid((message,), anew.talk),))
    assert only(anew.takes(todo).issues).id == before.id


def test_a_matter_that_began_and_ended_in_one_turn_has_one_id_however_often_it_is_taken() -> None:
    chats = [Chat(with_why(), [SIGNED]), Chat(with_why(), [SIGNED])]
    chats[1].now += timedelta(minutes=5)
    found = [only(chat.says("我要换货，太大了，换成白色L，吊牌都在")) for chat in chats]
    assert found[0].id == found[1].id
    assert found[0].kind is IssueKind.RETURN_REASON


def test_words_are_masked_and_cut() -> None:
    chat = Chat()
    text = "蓝天白云13900001111飘啊飘浙江省宁波市虚构路八十八号"
    said = only(chat.says(text)).text
    assert not any(part in said for part in ("13900001111", "虚构路"))
    assert said.startswith("蓝天白云***")
    assert len(only(Chat().says("黑店" + "蓝天白云飘啊飘" * 100)).text) <= 200
    remembered = chat.talk.replied
    assert remembered is not None
    assert "13900001111" not in remembered.question
