"""The words with which the shop speaks first follow from the facts of the moment."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bot.core.book import Book
from bot.core.first_word import Told, first_word, greeting, hesitation
from bot.core.model import Conversation, Order, OrderStatus, Receiver
from tests.core.book import DAY, TOPICS, book_of, local, rules, topic
from tests.core.cases import conversation, item, order

UNPAID = replace(order(status=OrderStatus.UNPAID), created_at=DAY, updated_at=DAY)
HOME = Receiver("张三丰", "13800138000", "新疆乌鲁木齐示例路1号")
HESITATIONS = [
    {"why": "size", "intents": ["size_fit"]},
    {"why": "carrier", "intents": ["carrier"]},
    {"why": "price", "intents": ["stock"]},
]
SAYS = {
    "promo_ends": "{{ promo.name }}到{{ promo.until }}结束",
    "hesitates_size": "尺码{{ size.best }}",
    "hesitates_carrier": "发{{ shop.carriers }}",
    "unpaid": "{{ order.title }}没付",
    "many_orders": "{{ order.count }}笔共{{ order.total }}：{{ order.list }}",
}
CHECKS = {
    "area_not_reached": "{{ area.name }}送不到",
    "area_remote": "{{ area.name }}慢 {{ order.receiver_name }} {{ order.receiver_phone }}",
    "default": "{{ order.receiver_name }} {{ order.receiver_phone }} {{ order.receiver_address }}",
}


def book() -> Book:
    own = [
        topic("system/nudge", SAYS),
        topic("care/check", CHECKS),
        topic("care/merge", {"default": "{{ postage.count }}单{{ postage.sum }}变{{ postage.merged }}"}),
        topic("care/bad", {"default": "最好的"}),
        topic("care/new_year", {"default": "{{ shop.name }}祝好"}),
    ]
    kept = [one for one in TOPICS if one.name != "system/nudge"]
    return book_of([*kept, *own], rules(nudges={"hesitations": HESITATIONS, "countdown": "24h"}))


def nudged(*orders: Order, talk: Conversation | None = None, now: datetime = DAY) -> str | None:
    said = first_word("system/nudge", Told(orders or (UNPAID,), talk, items={"i1": item()}), book(), now)
    return said.text if said else None


def asked(*topics: str, **told: str) -> Conversation:
    return replace(conversation(), last_topics=topics, told=told)


def test_a_buyer_of_whom_nothing_is_known_reads_the_plain_words() -> None:
    assert nudged() == "加绒卫衣没付"


def test_what_a_buyer_asked_last_is_why_they_hesitate() -> None:
    assert nudged(talk=asked("shipping/carrier")) == "发中通"
    assert hesitation(asked("stock/stock"), book()) == "price"
    assert hesitation(asked(), book()) is None
    assert hesitation(None, book()) is None


def test_of_several_reasons_the_first_in_the_rules_counts() -> None:
    assert hesitation(asked("shipping/carrier", "product/size_fit"), book()) == "size"


def test_a_size_is_named_only_where_the_buyers_body_is_known() -> None:
    known = asked("product/size_fit", height="165", weight="55")
    assert str(nudged(talk=known)).startswith("尺码")
    assert nudged(talk=asked("product/size_fit")) == "加绒卫衣没付"


def test_a_promotion_is_told_of_only_shortly_before_it_ends() -> None:
    assert nudged(now=local("2026-11-11 09:00")) == "双11到今天 24:00结束"
    assert nudged(now=local("2026-11-10 09:00")) == "加绒卫衣没付"


def test_several_orders_are_told_of_together_with_their_sum() -> None:
    other = replace(UNPAID, id="2222222222", amount=Decimal("10.50"))
    assert nudged(UNPAID, other) == "2笔共139.50：1. 加绒卫衣（待付款）  2. 加绒卫衣（待付款）"


def test_of_very_many_orders_only_the_first_few_are_named() -> None:
    many = tuple(replace(UNPAID, id=f"o{number}", amount=Decimal(10)) for number in range(30))
    said = str(nudged(*many))
    assert said.startswith("30笔共300：1. ")
    assert said.count("加绒卫衣") == 5
    assert said.endswith("等")


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("新疆乌鲁木齐示例路1号", "新疆慢 张** 138****8000"),
        ("浙江省杭州市示例路1号", "张** 138****8000 浙江省杭州市示例路1号"),
        ("香港九龙", "香港送不到"),
    ],
)
def test_the_address_is_checked_with_name_and_number_masked(address: str, text: str) -> None:
    paid = replace(order(), receiver=replace(HOME, address=address))
    said = first_word("care/check", Told((paid,), None), book(), DAY)
    assert said is not None
    assert said.text == text
    assert said.source.startswith("replies/care/check.md:")


def test_without_a_receiver_there_is_nothing_to_check() -> None:
    assert first_word("care/check", Told((order(),), None), book(), DAY) is None


def test_merged_postage_is_the_dearest_and_told_with_the_sum() -> None:
    fees = ("8.00", "6.00", "10.00")
    mine = tuple(
        replace(UNPAID, id=f"o{number}", receiver=HOME, postage=Decimal(fee)) for number, fee in enumerate(fees)
    )
    said = first_word("care/merge", Told(mine[:1], None, mine), book(), DAY)
    assert said is not None
    assert said.text == "3单24变10"
    assert first_word("care/merge", Told(mine[:1], None, mine[:1]), book(), DAY) is None


def test_a_text_that_crosses_a_red_line_is_not_said() -> None:
    assert first_word("care/bad", Told((order(),), None), book(), DAY) is None


def test_a_reply_that_is_gone_has_no_words() -> None:
    assert first_word("care/gone", Told((order(),), None), book(), DAY) is None
    assert greeting("care/gone", conversation(), book(), DAY) is None


def test_a_greeting_speaks_of_the_shop_alone() -> None:
    said = greeting("care/new_year", conversation(), book(), DAY + timedelta(days=1))
    assert said is not None
    assert said.text.endswith("祝好")
