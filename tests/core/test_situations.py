"""Which situations the facts establish."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.buyer import Buyer, Told
from bot.core.facts import Focus
from bot.core.model import Order, OrderStatus, Refund, SizeRow, Sku
from bot.core.situations import MOMENTS, PRECEDENCE, establish
from bot.core.slots import Slots
from bot.core.view import Scene
from tests.core.book import BY_DAY, BY_NIGHT, NIGHT, local, rules
from tests.core.cases import bought, item, order, shipped

RULES = rules()
BY_FOOT = rules(sizes={"measures": {"脚长": {"cm": [9, 32], "fits": True}}})
SOLD_OUT = item(skus=tuple(replace(sku, stock=0) for sku in item().skus))
FULL = item(skus=tuple(replace(sku, stock=1) for sku in item().skus))
SHIRT = Focus(item=item())
DEAR = item(skus=(*item().skus, Sku("i1-4", "白色 XL", 0, Decimal("139.00"))))
SHOE = Focus(item=item(size_chart=(SizeRow("39", measures={"脚长": "24.5"}),)))
PRESALE = frozenset({"presale"})


def body(height: int, weight: int) -> Slots:
    return Slots(height=Decimal(height), weight=Decimal(weight))


def holding(focus: Focus | None = None, slots: Slots | None = None, now: datetime = NIGHT) -> tuple[str, ...]:
    return establish(Scene(RULES, BY_NIGHT, focus or Focus(), slots or Slots(), now), "presale")


def remembering(buyer: Buyer, *orders: Order) -> tuple[str, ...]:
    return establish(Scene(RULES, replace(BY_NIGHT, buyer=buyer, orders=orders), SHIRT, Slots(), NIGHT), "presale")


REACHED: dict[str, tuple[str, ...]] = {
    "refund_asked": holding(Focus(order(refund=Refund.ASKED))),
    "refunded": holding(Focus(order(status=OrderStatus.CLOSED, refund=Refund.REFUNDED))),
    "closed": holding(Focus(order(status=OrderStatus.CLOSED))),
    "unpaid": holding(Focus(order(status=OrderStatus.UNPAID))),
    "deposit_paid": holding(Focus(order(status=OrderStatus.DEPOSIT_PAID))),
    "overdue": holding(Focus(order(age=timedelta(hours=49)))),
    "not_shipped": holding(Focus(order(age=timedelta(hours=47)))),
    "shipped": holding(Focus(shipped())),
    "signed": holding(Focus(order(status=OrderStatus.FINISHED))),
    "many_orders": holding(Focus(rivals=(order(), order("2222222222")))),
    "no_order": holding(),
    "off_sale": holding(Focus(item=item(on_sale=False))),
    "sku_unknown": holding(SHIRT, Slots(color="紫色")),
    "sku_out_of_stock": holding(SHIRT, Slots(color="白色", size="M")),
    "quantity_short": holding(SHIRT, Slots(color="黑色", quantity=4)),
    "quantity_some": holding(SHIRT, Slots(quantity=3)),
    "quantity_enough": holding(SHIRT, Slots(color="黑色", quantity=3)),
    "sku_in_stock": holding(SHIRT, Slots(color="黑色", size="M")),
    "out_of_stock": holding(Focus(item=SOLD_OUT)),
    "some_in_stock": holding(SHIRT),
    "all_in_stock": holding(Focus(item=FULL)),
    "prices_differ": holding(Focus(item=DEAR)),
    "attribute_known": holding(SHIRT, Slots(attributes=("料子",))),
    "attribute_partly": holding(SHIRT, Slots(attributes=("料子", "怎么洗"))),
    "attribute_unknown": holding(SHIRT, Slots(attributes=("怎么洗",))),
    "card_overview": holding(SHIRT, Slots(attributes=("参数",))),
    "many_items": holding(Focus(item_rivals=(item("i1"), item("i2")))),
    "no_item": holding(),
    "size_bought": remembering(Buyer("b1"), bought()),
    "size_told": remembering(Buyer("b1", told={"height": Told("165", NIGHT), "weight": Told("55", NIGHT)})),
    "size_worn": remembering(Buyer("b1", told={"usual_size": Told("M", NIGHT)})),
    "size_between": holding(SHIRT, body(160, 50)),
    "size_found": holding(SHIRT, body(165, 55)),
    "size_beyond": holding(SHIRT, body(200, 120)),
    "size_usual": holding(SHIRT, Slots(usual_size="M")),
    "size_asked": holding(SHIRT, Slots(size="M")),
    "no_chart": holding(Focus(item=item(size_chart=(SizeRow("均码"),)))),
    "half_body": holding(SHIRT, Slots(height=Decimal(165))),
    "no_measure": establish(
        Scene(
            BY_FOOT, BY_NIGHT, Focus(item=item(size_chart=(SizeRow("39", measures={"脚长": "24.5"}),))), Slots(), NIGHT
        ),
        "presale",
    ),
    "no_body": holding(SHIRT),
    "carrier_not_ours": holding(slots=Slots(carrier="邮政")),
    "carrier_extra": holding(slots=Slots(carrier="顺丰")),
    "carrier_ours": holding(slots=Slots(carrier="中通")),
    "area_not_reached": holding(slots=Slots(area="香港")),
    "area_remote": holding(slots=Slots(area="新疆")),
    "area_reached": holding(slots=Slots(area="浙江")),
    "promo_unknown": holding(slots=Slots(promotion="双12")),
    "promo_over": holding(slots=Slots(promotion="双11")),
    "promo_ahead": holding(slots=Slots(promotion="双11"), now=local("2026-11-01 10:00")),
    "promo_on": holding(now=local("2026-11-11 10:00")),
    "promo_none": holding(),
    "live": establish(Scene(RULES, BY_DAY, Focus(), Slots(), NIGHT), "presale"),
    "unstaffed": establish(Scene(RULES, replace(BY_NIGHT, rostered=PRESALE), Focus(), Slots(), NIGHT), "presale"),
    "night": holding(),
}


def test_every_situation_has_a_case_here() -> None:
    assert set(REACHED) == set(PRECEDENCE) - set(MOMENTS)


@pytest.mark.parametrize("name", REACHED)
def test_the_situation_is_reached(name: str) -> None:
    assert name in REACHED[name]


@given(st.lists(st.sampled_from(PRECEDENCE)), st.sampled_from([Focus(), SHIRT, Focus(item_rivals=(item("i1"),))]))
def test_whoever_asks_for_some_is_told_all_that_hold_of_those(among: list[str], focus: Focus) -> None:
    scene = Scene(RULES, BY_NIGHT, focus, Slots(carrier="中通", area="浙江"), NIGHT)
    told = establish(scene, "presale", among)
    assert {*told} & {*among} == {*holding(focus, Slots(carrier="中通", area="浙江"))} & {*among}
    assert [*told] == sorted(told, key=PRECEDENCE.index)


def test_nothing_is_worked_out_that_nobody_asks_for() -> None:
    scene = Scene(RULES, BY_NIGHT, SHIRT, Slots(), NIGHT)
    assert establish(scene, "presale", ("live", "night")) == ("night",)


@pytest.mark.parametrize("name", REACHED)
def test_situations_come_in_their_order_of_precedence(name: str) -> None:
    places = [PRECEDENCE.index(each) for each in REACHED[name]]
    assert places == sorted(places)


def test_a_refund_is_said_before_the_state_of_the_order() -> None:
    assert holding(Focus(order(refund=Refund.ASKED)))[:2] == ("refund_asked", "not_shipped")


def test_an_order_is_in_time_until_its_last_moment() -> None:
    assert "not_shipped" in holding(Focus(order(age=timedelta(hours=48))))


def test_a_colour_and_a_size_that_were_never_paired_are_out_of_stock() -> None:
    assert "sku_out_of_stock" in holding(SHIRT, Slots(color="黑色", size="L"))


def test_one_piece_is_no_question_of_quantity() -> None:
    assert not {name for name in holding(SHIRT, Slots(quantity=1)) if name.startswith("quantity")}


def test_what_is_sold_out_is_not_counted() -> None:
    assert not {
        name for name in holding(SHIRT, Slots(color="白色", size="M", quantity=9)) if name.startswith("quantity")
    }


def test_the_price_of_the_sku_in_question_is_one() -> None:
    assert "prices_differ" not in holding(Focus(item=DEAR), Slots(color="黑色"))


def test_rival_items_are_told_before_none() -> None:
    assert holding(Focus(item_rivals=(item("i1"), item("i2"))))[1:3] == ("many_items", "no_item")


def test_a_card_that_states_nothing_has_no_overview() -> None:
    assert "card_overview" not in holding(Focus(item=item(attributes={})), Slots(attributes=("参数",)))


def test_without_an_item_nothing_is_said_of_sizes() -> None:
    assert not {name for name in holding(slots=body(165, 55)) if name.startswith("size") or name == "no_body"}


def test_another_groups_people_do_not_make_it_live() -> None:
    there = replace(BY_NIGHT, live=PRESALE, rostered=PRESALE)
    assert "night" in establish(Scene(RULES, there, Focus(), Slots(), NIGHT), "aftersale")


def test_whoever_is_rostered_and_there_is_not_missing() -> None:
    there = replace(BY_NIGHT, live=PRESALE, rostered=PRESALE)
    assert not {"unstaffed", "night"} & set(establish(Scene(RULES, there, Focus(), Slots(), NIGHT), "presale"))
