"""What a turn means only after the one before."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.context import (
    OFFERED,
    Before,
    answered,
    before,
    declines,
    follow_up,
    holding,
    kept_told,
    named_order,
    said_as,
    told_for_good,
)
from bot.core.facts import Focus
from bot.core.model import Kind, OrderStatus
from bot.core.pick import Pick
from bot.core.slots import Slots, of_item, read_slots
from bot.core.view import Scene
from tests.core.book import BY_NIGHT, NIGHT, book_of, rules, small_book, topic
from tests.core.cases import conversation, item, message, order, shipped

RULES = rules()
LISTENING = RULES.reception.listening
STOCK = topic("stock/stock", {"sku_in_stock": "亲，{{ asked.sku }}有货。", "no_item": "亲，哪款？"}, "有货吗")
FIT = topic("product/size_fit", {"size_found": "亲，选 {{ size.best }}。", "no_body": "亲，身高体重？"}, "穿多大码")
AREA = topic("shipping/ship_area", {"default": "亲，哪里？", "area_reached": "亲，{{ area.name }}能到。"}, "能送到吗")
CARRIER = topic(
    "shipping/carrier", {"default": "亲，中通。", "carrier_extra": "亲，{{ carrier.name }}要补。"}, "发什么快递"
)
PARCEL = topic(
    "logistics/logistics_query", {"shipped": "亲，{{ order.tracking_no }}。", "no_order": "亲，单号？"}, "快递到哪"
)
GREETING = topic("social/greeting", {"default": "亲，{{ area.name }}在的。"}, "在吗")
LISTED = Before(
    asked=("order:logistics_query", f"{OFFERED}11", f"{OFFERED}22"),
    orders=("11", "22"),
    names={"11": "女款连衣裙\n蓝色m\n待付款", "22": "男款卫衣\n黑色xl\n已发货"},
)


def asked_anew(text: str, *topics: object, card: str | None = None) -> str | None:
    """The topic that a text asks anew, after these were answered about the shirt."""
    past = Before(
        topics=tuple(one for one in (STOCK, FIT, AREA, CARRIER, PARCEL, GREETING) if one in topics), item=item()
    )
    slots = of_item(read_slots(text, RULES), text, past.item, RULES)
    shown = [message(kind=Kind.ITEM_CARD, item_id=card)] if card else []
    found = follow_up([message(text), *shown], text, slots, past, RULES)
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("那黑色的呢", STOCK), ("L码呢", STOCK), ("那M码呢？", STOCK), ("白色", STOCK), ("黑的", STOCK),
        ("黑色 L", STOCK), ("新疆呢", AREA), ("那杭州呢", AREA), ("寄到乌鲁木齐呢", AREA), ("要是香港呢", AREA),
        ("顺丰呢", CARRIER), ("那邮政呢", CARRIER), ("165 52", FIT), ("身高165体重104斤呢", FIT),
        ("那1234567890呢", PARCEL),
    ],
)  # fmt: skip
def test_words_for_a_slot_alone_ask_the_last_topic_anew(text: str, after: object) -> None:
    assert asked_anew(text, after) is not None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("黑色显胖吗", STOCK), ("那黑色的什么时候发", STOCK), ("新疆有门店吗", AREA), ("顺丰弄坏了", CARRIER),
        ("那呢", STOCK), ("为什么", AREA), ("真的吗", AREA), ("可以吗", STOCK), ("还有呢", STOCK), ("", STOCK),
        ("？", AREA), ("我身高165体重104斤想退货", FIT),
    ],
)  # fmt: skip
def test_what_says_more_than_a_slot_or_none_is_no_follow_up(text: str, after: object) -> None:
    assert asked_anew(text, after) is None


@pytest.mark.parametrize(
    ("text", "after"), [("那黑色的呢", CARRIER), ("新疆呢", STOCK), ("顺丰呢", AREA), ("165 52", STOCK)]
)
def test_a_slot_that_the_last_topic_has_no_use_for_asks_nothing(text: str, after: object) -> None:
    assert asked_anew(text, after) is None


def test_of_two_topics_the_one_that_has_a_use_for_the_slot_is_asked_anew() -> None:
    assert asked_anew("L码呢", STOCK, CARRIER) == "stock/stock"
    assert asked_anew("顺丰呢", STOCK, CARRIER) == "shipping/carrier"
    assert asked_anew("顺丰 L码呢", STOCK, CARRIER) is None


def test_a_card_is_a_follow_up_only_with_words_that_point_at_it() -> None:
    assert asked_anew("这个呢", STOCK, card="i2") == "stock/stock"
    assert asked_anew("", STOCK, card="i2") is None
    assert asked_anew("这个呢", CARRIER, card="i2") is None
    assert asked_anew("这个呢", STOCK) is None


def test_a_courtesy_is_never_asked_anew() -> None:
    assert asked_anew("新疆呢", GREETING) is None


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("1", "11"), ("第一个", "11"), ("第二单", "22"), ("２", "22"), ("3", None), ("黑色那单", "22"),
        ("连衣裙", "11"), ("卫衣那单", "22"), ("已发货的", "22"), ("女款", "11"), ("款", None), ("羽绒服那单", None),
        ("那单呢", None), ("", None),
    ],
)  # fmt: skip
def test_an_order_is_picked_from_the_list_by_place_or_word(text: str, chosen: str | None) -> None:
    slots = read_slots(text, RULES)
    assert named_order(text, slots, LISTED, LISTENING) == chosen
    assert (answered([message(text)], text, slots, LISTED, RULES) is not None) is (chosen is not None)


def test_a_word_that_two_orders_have_picks_none() -> None:
    twins = replace(LISTED, names={"11": "黑色卫衣", "22": "黑色裤子"})
    assert named_order("黑色那单", read_slots("黑色那单", RULES), twins, LISTENING) is None


def test_with_no_list_an_order_is_picked_only_where_an_order_is_spoken_of() -> None:
    past = Before(topics=(PARCEL,), names=LISTED.names)
    assert named_order("卫衣那单呢", Slots(), past, LISTENING) == "22"
    assert named_order("卫衣呢", Slots(), past, LISTENING) is None
    assert named_order("2", Slots(), past, LISTENING) is None
    assert follow_up([], "卫衣那单呢", Slots(), past, RULES) is PARCEL
    assert follow_up([], "卫衣那单呢", Slots(), replace(past, topics=(CARRIER,)), RULES) is None


@pytest.mark.parametrize(("text", "is_number"), [("1234567890", True), ("13812345678", False), ("hello", False)])
def test_a_mobile_number_is_no_order_number(text: str, is_number: bool) -> None:
    past = Before(asked=("order:logistics_query",))
    assert (answered([message(text)], text, read_slots(text, RULES), past, RULES) is not None) is is_number


@pytest.mark.parametrize(
    ("text", "said_no"), [("不是", True), ("不是的呢", True), ("都不是！", True), ("是", False), ("不是很贵", False)]
)
def test_a_no_declines_the_readings_that_were_offered(text: str, said_no: bool) -> None:
    assert declines(text, Before(asked=("choice:stock",)), LISTENING) is said_no
    assert not declines(text, Before(asked=("order:stock",)), LISTENING)


TOLD: Mapping[str, str] = {
    "height": "165",
    "usual_size": "M",
    "color": "黑色",
    "size": "L",
    "area": "新疆",
    "carrier": "顺丰",
}


def test_what_was_told_holds_while_a_turn_leans_on_the_last_one() -> None:
    talk = replace(conversation(item_id="i1"), told=TOLD)
    assert holding(talk, BY_NIGHT, [message("L码呢")], leans=True) == TOLD
    assert holding(talk, BY_NIGHT, [message("几天到")], leans=False) == {
        "height": "165",
        "usual_size": "M",
        "area": "新疆",
    }


def test_where_an_order_says_where_the_parcel_goes_an_area_named_before_does_not_hold() -> None:
    talk = replace(conversation(), told=TOLD)
    assert "area" not in holding(talk, replace(BY_NIGHT, orders=(shipped(),)), [message("几天到")], leans=False)
    others = replace(shipped(), buyer_id="b2")
    assert "area" in holding(talk, replace(BY_NIGHT, orders=(others,)), [message("几天到")], leans=False)


def test_another_item_has_other_colours_and_sizes() -> None:
    talk = replace(conversation(item_id="i1"), told=TOLD)
    shown = [message("这个呢"), message(kind=Kind.ITEM_CARD, item_id="i2")]
    assert holding(talk, BY_NIGHT, shown, leans=True).keys() == TOLD.keys() - {"color", "size"}
    assert kept_told(TOLD, "i1", "i2").keys() == TOLD.keys() - {"color", "size"}
    assert kept_told(TOLD, None, "i2") == kept_told(TOLD, "i1", "i1") == TOLD


def test_a_new_round_knows_only_the_buyers_body() -> None:
    assert told_for_good(TOLD) == {"height": "165", "usual_size": "M"}


def test_an_answer_counts_as_said_for_what_it_was_about() -> None:
    def name(variant: str, slots: Slots, focus: Focus | None = None) -> str:
        scene = Scene(RULES, BY_NIGHT, focus or Focus(), slots, NIGHT)
        return said_as(
            Pick(AREA if variant != "sku_in_stock" else STOCK, {**AREA.variants, **STOCK.variants}[variant]), scene
        )

    assert name("default", Slots(area="新疆")) == "shipping/ship_area"
    assert name("area_reached", Slots(area="浙江")) != name("area_reached", Slots(area="北京"))
    assert name("area_reached", Slots(area="浙江", color="黑色")) == name("area_reached", Slots(area="浙江"))
    assert name("sku_in_stock", Slots(color="黑色"), Focus(item=item("i1"))) != name(
        "sku_in_stock", Slots(color="黑色"), Focus(item=item("i2"))
    )


def test_before_knows_open_orders_listed_ones_and_the_item_that_is_shown_now() -> None:
    facts = replace(
        BY_NIGHT,
        orders=(order("11"), order("22", OrderStatus.SIGNED), replace(order("33"), buyer_id="b2")),
        items={"i1": item(), "i2": item("i2")},
    )
    talk = replace(conversation(item_id="i1", asked=(f"{OFFERED}11",)), last_topics=("stock/stock", "gone"))
    past = before([message(kind=Kind.ITEM_CARD, item_id="i2")], talk, facts, small_book())
    assert (past.orders, [*past.names], past.item) == (("11",), ["11"], item("i2"))
    assert [one.name for one in past.topics] == ["stock/stock"]
    assert before([], talk, facts, small_book()).item == item()


@given(st.text(st.sampled_from("那黑色白L码呢新疆的顺丰165 520,？第一个单1234567890"), max_size=12))
def test_no_text_asks_a_topic_anew_that_was_not_answered(text: str) -> None:
    past = Before(asked=LISTED.asked, topics=(STOCK, AREA), orders=LISTED.orders, names=LISTED.names)
    slots = read_slots(text, RULES)
    found = follow_up([message(text)], text, slots, past, RULES)
    assert found is None or found.name in {"stock/stock", "shipping/ship_area"}
    assert answered([message(text)], text, slots, past, RULES) in {None, "order:logistics_query"}


def test_a_topic_without_a_book_entry_is_no_topic() -> None:
    talk = replace(conversation(), last_topics=("stock/stock",))
    assert before([], talk, BY_NIGHT, book_of((CARRIER,), RULES)).topics == ()
