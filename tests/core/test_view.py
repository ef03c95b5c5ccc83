"""The facts as texts may use them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bot.core.book import View
from bot.core.facts import Facts, Focus
from bot.core.model import OrderStatus, Receiver
from bot.core.order_words import city_of, promised_by
from bot.core.slots import Slots
from bot.core.view import FIELDS, Scene, build_view, choice_view, shift_view
from bot.words import say
from tests.core.book import BY_NIGHT, MORNING, NIGHT, local, rules
from tests.core.cases import item, order, shipped

RULES = rules()


def view(focus: Focus | None = None, slots: Slots | None = None, now: datetime = NIGHT) -> View:
    return build_view(Scene(RULES, Facts(), focus or Focus(), slots or Slots(), now))


def test_without_facts_only_the_shop_speaks() -> None:
    assert set(view()) == {"shop", "promo", "invoice"}


@pytest.mark.parametrize("status", OrderStatus)
def test_every_field_is_a_declared_one_and_has_words(status: OrderStatus) -> None:
    focus = Focus(order(status=status, carrier="中通", tracking_no="ZT1"), item())
    slots = Slots(
        color="黑色", size="M", carrier="顺丰", area="新疆", height=Decimal(165), weight=Decimal(52), quantity=2,
        attributes=("料子", "怎么洗"),
    )  # fmt: skip
    for group, fields in view(focus, slots, local("2026-11-11 10:00")).items():
        assert set(fields) <= FIELDS[group]
        assert all(fields.values())


def test_an_order_without_a_parcel_has_no_parcel_fields() -> None:
    fields = view(Focus(order()))["order"]
    assert not {"carrier", "tracking_no", "shipped_on", "signed_on"} & set(fields)
    assert fields["status"] == say("order_status.paid")


def test_an_unpaid_order_promises_nothing() -> None:
    fields = view(Focus(order(status=OrderStatus.UNPAID)))["order"]
    assert not {"promise", "paid_on"} & set(fields)


def test_a_paid_order_promises_the_shops_lead_time() -> None:
    paid = order(age=timedelta(hours=5))
    assert promised_by(paid, RULES) == NIGHT + timedelta(hours=43)
    assert view(Focus(paid))["order"]["promise"] == f"{say('when.tomorrow')} 21:13"


def test_an_order_tells_until_when_it_is_kept() -> None:
    unpaid = order(status=OrderStatus.UNPAID, age=timedelta(hours=5))
    assert view(Focus(unpaid))["order"]["closes_at"] == f"{say('when.today')} 21:13"


@pytest.mark.parametrize(
    ("address", "area"),
    [("浙江省杭州市某路1号", "浙江"), ("新疆乌鲁木齐市杭州路2号", "新疆"), ("月球背面", None), (None, None)],
)
def test_the_area_is_the_one_that_the_address_names_first(address: str | None, area: str | None) -> None:
    placed = replace(order(), receiver=Receiver("小林", "", address) if address else None)
    assert view(Focus(placed))["order"].get("address_city") == area


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("中国 浙江省杭州市某路1号", "浙江"),
        ("中国香港九龙", "香港"),
        ("香港九龙", "香港"),
        ("杭州下沙1号大街", "浙江"),
        ("某某区新疆路3号", None),
        ("某某镇香港路5号", None),
        ("某某镇香港花园5栋", None),
        ("新疆路3号", None),
        ("香港中路3号", None),
        ("香港街道办", None),
        ("杭州南大街3号", None),
        ("杭州巷2号", None),
        ("新疆村4组", None),
    ],
)
def test_a_street_or_a_village_called_after_an_area_is_not_that_area(address: str, area: str | None) -> None:
    placed = replace(order(), receiver=Receiver("小林", "", address))
    assert view(Focus(placed))["order"].get("address_city") == area


def test_of_names_that_begin_alike_the_longest_is_the_area() -> None:
    areas = [{"name": "海南", "days": "4天"}, {"name": "青海", "also": ["海南州"], "days": "5天"}]
    by = rules(carriers={"areas": areas})
    placed = replace(order(), receiver=Receiver("小林", "", "海南州共和县1号"))
    assert city_of(placed, by) == "青海"


def test_a_parcel_is_named() -> None:
    fields = view(Focus(shipped()))
    assert (fields["order"]["carrier"], fields["order"]["tracking_no"]) == ("中通", "ZT0000000001")
    assert fields["carrier"] == {"name": "中通", "phone": "95311"}


def test_several_pieces_are_named_by_the_first() -> None:
    fields = view(Focus(order(title="卫衣", quantity=3)))["order"]
    assert fields["title"] == say("join.several", title="卫衣", count=3)


def test_rival_orders_are_counted_and_listed() -> None:
    rivals = (order(), order("2222222222", title="长裤", quantity=2))
    listed = "1. 加绒卫衣（待发货）  2. 长裤等2件（待发货）"
    assert view(Focus(rivals=rivals))["order"] == {"count": "2", "list": listed, "total": "258"}


def test_an_item_tells_what_its_card_holds_and_no_more() -> None:
    fields = view(Focus(item=item()))["item"]
    assert fields["material"] == "棉"
    assert fields["skus_in_stock"] == say("join.list").join(["黑色 M", "白色 L"])
    assert fields["colors"] == say("join.list").join(["黑色", "白色"])
    assert not {"fit", "care", "lead_time", "asked_name", "asked_missing"} & set(fields)
    assert fields["overview"] == say("join.row", size="面料", text="棉")


def test_what_is_asked_of_a_card_is_told_with_what_it_does_not_state() -> None:
    fields = view(Focus(item=item()), Slots(attributes=("料子", "怎么洗", "有味")))["item"]
    assert (fields["asked_name"], fields["asked_value"]) == ("面料", "棉")
    assert fields["asked_missing"] == say("join.list").join(["洗涤", "气味"])


def test_rival_items_are_only_listed() -> None:
    rivals = (item("i1"), item("i2", title="牛仔裤"))
    assert view(Focus(item_rivals=rivals))["item"] == {"list": say("join.list").join(["加绒卫衣", "牛仔裤"])}


def test_a_quantity_is_told_back() -> None:
    assert view(slots=Slots(quantity=3))["asked"] == {"quantity": "3"}


def test_an_item_that_is_sold_out_has_no_stock_words() -> None:
    empty = item(skus=tuple(replace(sku, stock=0) for sku in item().skus))
    assert "skus_in_stock" not in view(Focus(item=empty))["item"]


@pytest.mark.parametrize(("between", "named"), [("larger", ("M", "S")), ("smaller", ("S", "M"))])
def test_between_two_sizes_the_shop_says_which_is_named_first(between: str, named: tuple[str, str]) -> None:
    by = rules(sizes={"between": between})
    scene = Scene(by, Facts(), Focus(item=item()), Slots(height=Decimal(160), weight=Decimal(50)), NIGHT)
    fields = build_view(scene)["size"]
    assert (fields["best"], fields["other"]) == named


def test_half_a_body_is_said_as_half() -> None:
    fields = view(Focus(item=item()), Slots(height=Decimal(165)))["size"]
    assert fields == {"body": say("join.height_only", height=165), "lacks": say("slots.weight")}


def test_a_dear_carrier_tells_its_price() -> None:
    assert view(slots=Slots(carrier="顺丰"))["carrier"] == {"name": "顺丰", "extra": "12", "why": "付费升级"}


def test_a_promotion_speaks_only_while_it_runs() -> None:
    assert "name" not in view(now=local("2026-11-12 00:00"))["promo"]
    running = view(now=local("2026-11-11 23:59"))["promo"]
    assert (running["name"], running["until"]) == ("双11", f"{say('when.today')} 24:00")


def test_the_shops_sums_are_plain_words() -> None:
    fields = view()["shop"]
    assert (fields["postage"], fields["free_above"], fields["cutoff"]) == ("8", "59", "16:00")


def test_who_takes_over_is_named_with_the_true_time() -> None:
    scene = Scene(RULES, replace(BY_NIGHT, ahead={"presale": 2}), Focus(), Slots(), NIGHT)
    back = f"{say('when.today')} {MORNING.astimezone(scene.zone):%H:%M}"
    assert shift_view(scene, "presale") == {"group": say("groups.presale"), "back_at": back, "ahead": "2"}
    assert "ahead" not in shift_view(scene, "aftersale")


def test_nobody_known_to_come_back_promises_no_time() -> None:
    scene = Scene(RULES, Facts(back_at={"presale": None}), Focus(), Slots(), NIGHT)
    assert shift_view(scene, "presale") == {"group": say("groups.presale")}


def test_offered_readings_are_numbered() -> None:
    assert "2. 尺码" in choice_view(["库存", "尺码"])["list"]
    assert choice_view([]) == {}


def test_a_single_reading_has_its_name_alone() -> None:
    assert choice_view(["库存"])["only"] == "库存"
    assert "only" not in choice_view(["库存", "尺码"])
