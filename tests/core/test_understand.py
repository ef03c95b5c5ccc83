"""What the buyer means."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.context import Before
from bot.core.meaning import Meaning
from bot.core.model import Kind
from bot.core.understand import understand
from tests.core.book import NIGHT, TOPICS, book_of, rules, small_book, topic
from tests.core.cases import message


def read(*texts: str, asked: tuple[str, ...] = ()) -> Meaning:
    return understand([message(text) for text in texts], Before(asked=asked), small_book(), NIGHT)


def intents(*texts: str, asked: tuple[str, ...] = ()) -> list[str]:
    return [claim.intent for claim in read(*texts, asked=asked).claims]


def test_a_written_line_is_claimed_with_its_source() -> None:
    claim = read("什么时候发货？").claims[0]
    assert (claim.intent, claim.score) == ("ship_time", 100.0)
    assert claim.ask is not None
    assert claim.ask.source == "replies/shipping/ship_time.md:5"


def test_a_greeting_beside_a_question_is_not_what_it_is_about() -> None:
    assert intents("在吗", "什么时候发货") == ["ship_time"]
    assert intents("你好！有货吗？") == ["stock"]


def test_a_greeting_alone_is_a_greeting() -> None:
    assert intents("在吗？") == ["greeting"]


def test_two_sentences_are_two_questions() -> None:
    assert set(intents("我的快递到哪了？我要换货")) == {"logistics_query", "exchange"}


def test_the_same_question_twice_is_one() -> None:
    assert intents("有货吗？还有现货吗？") == ["stock"]


def test_no_more_questions_are_answered_than_the_shop_says() -> None:
    by = rules(
        reception={"limits": {"repeats": 2, "misses": 2, "choices": 3, "intents": 2, "courtesies": 1, "round": "12h"}}
    )
    meant = understand([message("有货吗？我要换货！穿多大码？")], Before(), book_of(TOPICS, by), NIGHT)
    assert len(meant.claims) == 2


def test_what_belongs_to_no_topic_is_not_claimed_nor_offered() -> None:
    meant = read("我在上海")
    assert (meant.claims, meant.choices) == ((), ())
    assert meant.candidates[0].intent == "oos"


def test_what_is_nearly_sure_is_offered() -> None:
    meant = read("快递什么时候到")
    assert meant.claims == ()
    assert 1 <= len(meant.choices) <= 3
    assert all(claim.score >= 30 for claim in meant.choices)


def test_a_written_line_needs_no_lead_over_the_next() -> None:
    twin = topic("a/restock", {"default": "亲。"}, "亲，有货吗？")
    meant = understand([message("有货吗")], Before(), book_of((*TOPICS, twin), rules()), NIGHT)
    assert [claim.intent for claim in meant.claims] == ["stock"]


@pytest.mark.parametrize("word", ["2", "二", "第二个", "选2", "2。", "２", "第2个吧", "选第二个"])
def test_a_number_answers_an_offered_choice(word: str) -> None:
    meant = read(word, asked=("choice:stock", "choice:exchange"))
    assert [claim.intent for claim in meant.claims] == ["exchange"]
    assert meant.answers == "choice:exchange"


@pytest.mark.parametrize(
    ("word", "asked"), [("3", ("choice:stock", "choice:exchange")), ("1", ()), ("1", ("order:stock",))]
)
def test_a_number_that_was_not_offered_answers_nothing(word: str, asked: tuple[str, ...]) -> None:
    assert read(word, asked=asked).answers is None


@pytest.mark.parametrize("word", ["是", "是的呢", "对", "嗯嗯", "1"])
def test_a_yes_answers_the_only_choice(word: str) -> None:
    meant = read(word, asked=("choice:stock",))
    assert (meant.answers, meant.claims[0].intent) == ("choice:stock", "stock")


def test_a_yes_does_not_choose_between_two() -> None:
    assert read("是的", asked=("choice:stock", "choice:exchange")).answers is None


def test_a_hello_is_no_order_number() -> None:
    assert read("hello", asked=("order:logistics_query",)).answers is None


@pytest.mark.parametrize("text", ["1234567890", "订单号1234567890", "订单号是：1234567890", "o12345"])
def test_an_order_number_answers_the_question_for_it(text: str) -> None:
    meant = read(text, asked=("order:logistics_query",))
    assert (meant.answers, meant.claims[0].intent) == ("order:logistics_query", "logistics_query")


def test_a_question_with_a_number_in_it_is_a_new_question() -> None:
    assert intents("什么时候发货", "订单1234567890", asked=("order:logistics_query",)) != ["logistics_query"]


def test_cards_answer_the_questions_for_them() -> None:
    order = replace(message(kind=Kind.ORDER_CARD), order_id="1")
    shown = replace(message(kind=Kind.ITEM_CARD), item_id="i1")
    which_order, which_item = Before(asked=("order:logistics_query",)), Before(asked=("item:stock",))
    assert understand([order], which_order, small_book(), NIGHT).answers == "order:logistics_query"
    assert understand([shown], which_item, small_book(), NIGHT).answers == "item:stock"
    assert understand([shown], which_order, small_book(), NIGHT).answers is None


def test_body_data_answer_the_question_for_them() -> None:
    meant = read("165 52", asked=("body:size_fit",))
    assert (meant.answers, meant.claims[0].intent) == ("body:size_fit", "size_fit")


def test_another_question_beside_body_data_is_answered_too() -> None:
    assert intents("165 52", "发什么快递", asked=("body:size_fit",)) == ["size_fit", "carrier"]


def test_a_courtesy_need_not_lead_another() -> None:
    twin = topic("social/closing", {"default": "亲，再见。"}, "多谢")
    bold = rules(reception={"confidence": {"sure": 45, "nearly": 30}})
    meant = understand([message("谢谢谢谢多谢")], Before(), book_of((*TOPICS, twin), bold), NIGHT)
    assert {claim.intent for claim in meant.candidates[:2]} == {"thanks", "closing"}
    assert [claim.intent for claim in meant.claims] == [meant.candidates[0].intent]


def test_nobody_is_asked_whether_it_was_a_courtesy() -> None:
    doubting = rules(reception={"confidence": {"sure": 100, "nearly": 1}})
    meant = understand([message("谢谢你们呀")], Before(), book_of(TOPICS, doubting), NIGHT)
    assert meant.candidates[0].intent == "thanks"
    assert meant.claims == ()
    assert "thanks" not in {claim.intent for claim in meant.choices}


def test_the_hottest_flag_counts() -> None:
    flag = read("黑店！我打 12315 了").flag
    assert flag is not None
    assert flag.name == "legal"


def test_a_flag_is_seen_through_decoration() -> None:
    flag = read("我要找 律~师").flag
    assert flag is not None
    assert flag.name == "legal"


@pytest.mark.parametrize("text", ["什么时候发货", "26123158870001", "订单26123158870001到哪了"])
def test_calm_words_and_long_numbers_raise_no_flag(text: str) -> None:
    assert read(text).flag is None


@pytest.mark.parametrize("texts", [("1234567890 12315见",), ("1234567890", "12315"), ("１２３１５",), ("12-315",)])
def test_a_number_that_stands_alone_raises_its_flag_whatever_is_beside_it(texts: tuple[str, ...]) -> None:
    flag = read(*texts).flag
    assert flag is not None
    assert flag.name == "legal"


@pytest.mark.parametrize(
    "text",
    ["人工", "人工！！", "转人工", "我要人工客服", "在吗 人工", "说了半天都没说到点子上，麻烦马上给我转人工处理一下"],
)
def test_a_call_for_a_person_is_heard_wherever_it_stands(text: str) -> None:
    assert read(text).wants_human


@pytest.mark.parametrize("text", ["这个刺绣是人工缝的吗", "人工费怎么算", "真人秀同款", "有货吗"])
def test_a_word_that_calls_only_when_alone_is_no_call_beside_others(text: str) -> None:
    assert not read(text).wants_human


@pytest.mark.parametrize("text", ["不要人工", "不用转人工", "不需要人工客服", "别转人工"])
def test_who_does_not_want_a_person_is_not_given_one(text: str) -> None:
    assert not read(text).wants_human


def test_media_are_named_and_their_text_is_not_read() -> None:
    meant = understand([message("图片里的字", Kind.IMAGE), message("有货吗")], Before(), small_book(), NIGHT)
    assert (meant.media, meant.text) == (frozenset({Kind.IMAGE}), "有货吗")


@pytest.mark.parametrize(
    ("text", "silent"), [("？", False), ("…", True), ("", True), ("😀", True), ("嗯", False), ("1", False)]
)
def test_silence_has_neither_letters_nor_figures_nor_a_question(text: str, silent: bool) -> None:
    assert read(text).silent is silent


@pytest.mark.parametrize(("kind", "silent"), [(Kind.IMAGE, False), (Kind.ITEM_CARD, False), (Kind.STICKER, True)])
def test_a_picture_is_not_silence_but_a_sticker_is(kind: Kind, silent: bool) -> None:
    assert understand([message(kind=kind)], Before(), small_book(), NIGHT).silent is silent


@given(st.lists(st.text(st.characters() | st.sampled_from("发货吗人工1第二个快递？\n165 斤")), max_size=3))
def test_any_turn_is_read_the_same_twice(texts: list[str]) -> None:
    asked = ("choice:stock", "order:logistics_query", "body:size_fit")
    meant = read(*texts, asked=asked)
    assert meant == read(*texts, asked=asked)
    assert not (meant.claims and meant.choices)


def test_a_follow_up_is_the_last_topic_asked_anew() -> None:
    past = Before(topics=(small_book().topics["shipping/carrier"],))
    meant = understand([message("那顺丰呢")], past, small_book(), NIGHT)
    assert (meant.follows, [claim.intent for claim in meant.claims]) == (False, [])
    asking = topic("shipping/carrier", {"carrier_ours": "亲，发{{ carrier.name }}。"}, "发什么快递")
    again = understand([message("那顺丰呢")], Before(topics=(asking,)), small_book(), NIGHT)
    assert (again.follows, [claim.intent for claim in again.claims], again.slots.carrier) == (True, ["carrier"], "顺丰")


def test_a_word_that_ties_a_question_to_the_last_answer_does_not_hide_it() -> None:
    stock = small_book().topics["stock/stock"]
    tied = understand([message("那发什么快递")], Before(topics=(stock,)), small_book(), NIGHT)
    assert [claim.intent for claim in tied.claims] == ["carrier"]


def test_a_number_beside_a_question_does_not_blur_it() -> None:
    assert intents("订单1234567890什么时候发货") == intents("订单什么时候发货")


def test_a_number_alone_says_what_it_is_a_number_of() -> None:
    assert intents("SF1234567890123 到哪了") == ["logistics_query"]
    assert intents("1234567890123456789") == []


def test_a_no_to_an_offered_reading_is_heard() -> None:
    assert read("不是", asked=("choice:stock",)).declines
    assert not read("不是", asked=("order:stock",)).declines


def test_what_one_of_two_questions_leaves_open_is_kept() -> None:
    meant = read("发什么快递？拉链铜的吗？")
    assert [claim.intent for claim in meant.claims] == ["carrier"]
    assert [rest.text for rest in meant.rest] == ["拉链铜的吗"]


def test_questions_are_kept_in_the_buyers_order() -> None:
    assert read("有货吗？发什么快递？").order[:2] == ("stock", "carrier")
