"""The demo shop holds what a demonstration needs, and nothing that a shop must not say."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import bot.demo
from bot.core.model import OrderStatus, Refund
from bot.demo import load_demo
from bot.shop.snapshots import item_from, item_to, order_from, order_to

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
DEMO = load_demo(NOW)
ITEMS = {item.id: item for item in DEMO.items}
OPEN = {OrderStatus.UNPAID, OrderStatus.DEPOSIT_PAID, OrderStatus.PAID, OrderStatus.SHIPPED}
FORBIDDEN = re.compile(r"最|第一|国家级|全网|独家|顶级|绝对|100%|永久|万能|唯一|极致|首选|一定|保证|微信|QQ")


def test_forty_items_and_two_dozen_orders_with_ids_of_their_own() -> None:
    assert (len(ITEMS), len(DEMO.items)) == (42, 42)
    assert len({order.id for order in DEMO.orders}) == len(DEMO.orders) == 24
    skus = [sku.id for item in DEMO.items for sku in item.skus]
    assert len(skus) == len(set(skus))


def test_every_status_and_every_refund_state_occurs() -> None:
    assert {order.status for order in DEMO.orders} == set(OrderStatus)
    assert {order.refund for order in DEMO.orders} == set(Refund)


def test_the_demo_pages_buyer_has_one_shipped_order() -> None:
    (order,) = [order for order in DEMO.orders if order.buyer_id == "demo-buyer" and order.status in OPEN]
    assert (order.status, order.carrier, order.refund) == (OrderStatus.SHIPPED, "中通", Refund.NONE)


def test_one_paid_order_has_waited_too_long() -> None:
    late = [
        o for o in DEMO.orders if o.status is OrderStatus.PAID and o.paid_at and NOW - o.paid_at > timedelta(days=3)
    ]
    assert len(late) == 1


def test_sums_are_right_and_postage_follows_the_shops_rule() -> None:
    for order in DEMO.orders:
        goods = sum((line.price * line.quantity for line in order.lines), Decimal(0))
        usual = Decimal(0) if goods > 59 else Decimal(8)
        assert order.amount == goods + order.postage
        assert order.postage == (Decimal(12) if order.carrier == "顺丰" else usual)


def test_an_orders_lines_are_items_of_the_catalogue() -> None:
    for line in (line for order in DEMO.orders for line in order.lines):
        item = ITEMS[line.item_id]
        (sku,) = [sku for sku in item.skus if sku.id == line.sku_id]
        assert (line.title, line.price) == (item.title, sku.price or item.price)


def test_an_orders_times_are_past_and_in_order() -> None:
    for order in DEMO.orders:
        told = [order.created_at, order.paid_at, order.shipped_at, order.signed_at, order.updated_at]
        times = [time for time in told if time]
        assert times == sorted(times)
        assert order.updated_at <= NOW


def test_what_an_order_has_fits_its_status() -> None:
    gone = {OrderStatus.SHIPPED, OrderStatus.SIGNED, OrderStatus.FINISHED}
    for order in (order for order in DEMO.orders if order.status is not OrderStatus.CLOSED):
        parcel = [order.carrier is not None, order.tracking_no is not None, order.shipped_at is not None]
        assert parcel == [order.status in gone] * 3
        assert (order.paid_at is not None) == (order.status in gone | {OrderStatus.PAID})


def test_stock_runs_from_sold_out_to_everything_there() -> None:
    sold_out = [item.id for item in DEMO.items if not any(sku.stock for sku in item.skus)]
    some = [item for item in DEMO.items if 0 < sum(sku.stock == 0 for sku in item.skus) < len(item.skus)]
    full = [item for item in DEMO.items if all(sku.stock for sku in item.skus)]
    assert (len(sold_out), [item.on_sale for item in DEMO.items].count(False)) == (2, 1)
    assert some
    assert full


def test_some_items_lack_a_fact_or_a_size_chart() -> None:
    clothes = [item for item in DEMO.items if item.id < "i2"]
    assert [item.id for item in clothes if "面料" not in item.attributes] == ["i1009", "i1021", "i1028"]
    assert [item.id for item in clothes if not item.size_chart] == ["i1026", "i1027", "i1028"]


def test_other_trades_have_a_few_items_each() -> None:
    trades = Counter(item.id[:2] for item in DEMO.items if item.id >= "i2")
    assert trades == {"i2": 3, "i3": 3, "i4": 3, "i5": 3}


def test_a_size_chart_lists_the_sizes_that_are_sold() -> None:
    for item in (item for item in DEMO.items if item.size_chart):
        assert {row.size for row in item.size_chart} == {sku.name.split()[-1] for sku in item.skus}


def test_the_demo_shop_is_moved_with_the_clock() -> None:
    later = load_demo(NOW + timedelta(days=1))
    assert later.orders[0].created_at - DEMO.orders[0].created_at == timedelta(days=1)


def test_the_demo_shop_survives_there_and_back() -> None:
    assert tuple(item_from(item_to(item)) for item in DEMO.items) == DEMO.items
    assert tuple(order_from(order_to(order)) for order in DEMO.orders) == DEMO.orders


def test_the_files_are_marked_as_invented_and_break_no_advertising_law() -> None:
    for file in Path(bot.demo.__file__).parent.glob("*.json"):
        text = file.read_text("utf-8")
        assert "发明的数据，与任何真实店铺" in text
        assert FORBIDDEN.search(text) is None
        assert all(re.fullmatch(r"199\*{4}\d{4}", phone) for phone in re.findall(r'"phone": "(.*?)"', text))
