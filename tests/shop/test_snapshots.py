"""What a snapshot accepts, what it refuses, and that nothing is lost on the way there and back."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.model import Item, Order, OrderLine, OrderStatus, Receiver, Refund, SizeRow, Sku
from bot.shop.snapshots import ItemData, OrderData, item_from, item_to, order_from, order_to

ITEM: dict[str, object] = {
    "id": "i1",
    "title": "女款卫衣",
    "price": "129.00",
    "skus": [{"id": "s1", "name": "黑色 M", "stock": 3}, {"id": "s2", "name": "黑色 L", "stock": 0, "price": "139.00"}],
    "attributes": {"面料": "棉"},
    "size_chart": [{"size": "M", "height": [158, 165], "weight": ["47", "53.5"], "measures": {"胸围": "96"}}],
    "ships_from": "浙江杭州",
    "on_sale": True,
    "updated_at": "2026-11-10T09:30:00+08:00",
}
ORDER: dict[str, object] = {
    "id": "o1",
    "buyer_id": "b1",
    "status": "paid",
    "amount": "137.00",
    "postage": "8.00",
    "lines": [{"item_id": "i1", "title": "女款卫衣", "quantity": 1, "price": "129.00"}],
    "created_at": "2026-11-10T09:00:00+08:00",
    "updated_at": "2026-11-10T01:30:00Z",
}

money = st.decimals(0, 999_999_999, places=2).map(lambda value: value.copy_abs())
weights = st.decimals(0, 999, places=1).map(lambda value: value.copy_abs())
letters = st.characters(exclude_categories=("Cs", "Cc"))
words = st.text(letters, min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
times = st.timedeltas(timedelta(0), timedelta(days=36_000)).map(lambda past: datetime(2001, 1, 1, tzinfo=UTC) + past)
facts = st.dictionaries(words, words, max_size=3)
skus = st.builds(Sku, words, words, st.integers(0, 10_000_000), st.none() | money)
heights = st.tuples(st.integers(1, 300), st.integers(1, 300)).map(lambda pair: (min(pair), max(pair)))
spans = st.tuples(weights, weights).map(lambda pair: (min(pair), max(pair)))
size_rows = st.builds(SizeRow, words, st.none() | heights, st.none() | spans, facts)
items = st.builds(
    Item,
    id=words,
    title=words,
    price=money,
    updated_at=times,
    skus=st.lists(skus, max_size=3).map(tuple),
    attributes=facts,
    size_chart=st.lists(size_rows, max_size=3).map(tuple),
    ships_from=st.none() | words,
    lead_time=st.none() | words,
    on_sale=st.booleans(),
)
order_lines = st.builds(OrderLine, words, words, st.integers(1, 1_000_000), money, st.none() | words)
orders = st.builds(
    Order,
    id=words,
    buyer_id=words,
    status=st.sampled_from(OrderStatus),
    amount=money,
    postage=money,
    lines=st.lists(order_lines, min_size=1, max_size=3).map(tuple),
    created_at=times,
    updated_at=times,
    conversation_id=st.none() | words,
    receiver=st.none() | st.builds(Receiver, words, words, words),
    carrier=st.none() | words,
    tracking_no=st.none() | words,
    refund=st.sampled_from(Refund),
    memo=st.none() | words,
    flag=st.none() | words,
    paid_at=st.none() | times,
    shipped_at=st.none() | times,
    signed_at=st.none() | times,
)


@given(items)
def test_an_item_survives_json_there_and_back(item: Item) -> None:
    assert item_from(json.loads(json.dumps(item_to(item)))) == item


@given(orders)
def test_an_order_survives_json_there_and_back(order: Order) -> None:
    assert order_from(json.loads(json.dumps(order_to(order)))) == order


@given(money)
def test_the_digits_of_a_price_are_kept_as_written(price: Decimal) -> None:
    assert item_to(item_from(ITEM | {"price": f"{price:f}"}))["price"] == f"{price:f}"


def test_an_item_is_read_whole() -> None:
    assert item_from(ITEM) == Item(
        id="i1",
        title="女款卫衣",
        price=Decimal("129.00"),
        updated_at=datetime(2026, 11, 10, 1, 30, tzinfo=UTC),
        skus=(Sku("s1", "黑色 M", 3), Sku("s2", "黑色 L", 0, Decimal("139.00"))),
        attributes={"面料": "棉"},
        size_chart=(SizeRow("M", (158, 165), (Decimal(47), Decimal("53.5")), {"胸围": "96"}),),
        ships_from="浙江杭州",
        on_sale=True,
    )


def test_times_become_utc() -> None:
    read = order_from(ORDER)
    assert read.created_at == datetime(2026, 11, 10, 9, tzinfo=timezone(timedelta(hours=8)))
    assert read.created_at.tzinfo is UTC


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_optional_text_is_no_fact(blank: str | None) -> None:
    read = order_from(ORDER | {"carrier": blank, "tracking_no": blank, "memo": blank, "refund": None})
    assert (read.carrier, read.tracking_no, read.memo, read.refund) == (None, None, None, Refund.NONE)


def test_an_address_may_have_several_lines() -> None:
    receiver = {"name": "王*", "phone": "199****0001", "address": "虚构路1号\n2幢"}
    assert order_from(ORDER | {"receiver": receiver}).receiver == Receiver("王*", "199****0001", "虚构路1号\n2幢")


@pytest.mark.parametrize("price", [129, 129.0, "129.001", "-1", "1e3", "", " 129", "１２９", None, "1234567890", True])
def test_money_is_a_plain_string_or_refused(price: object) -> None:
    assert _refused(ITEM | {"price": price}) == [(("price",), "money")]


@pytest.mark.parametrize("time", ["2026-11-10T09:30:00", "2026-11-10", 1762738200, "1762738200", None, "下午三点"])
def test_a_time_without_a_zone_is_refused(time: object) -> None:
    assert _refused(ITEM | {"updated_at": time}) == [(("updated_at",), "time")]


@pytest.mark.parametrize("time", ["2026-13-10T09:30:00Z", "2026-11-10T25:00:00Z", "2026-11-10T09:30:00+99:00"])
def test_a_time_that_no_calendar_knows_is_refused(time: str) -> None:
    assert [loc for loc, _ in _refused(ITEM | {"updated_at": time})] == [("updated_at",)]


@pytest.mark.parametrize("own", ["", " ", "x" * 129, "a\nb", "a\x00", "\ud800", 7, None])
def test_an_id_is_short_printable_text(own: object) -> None:
    assert [loc for loc, _ in _refused(ITEM | {"id": own})] == [("id",)]


@pytest.mark.parametrize("stock", [-1, 10_000_001, 1.0, "3", True, None])
def test_stock_is_a_bounded_whole_number(stock: object) -> None:
    assert [loc for loc, _ in _refused(ITEM | {"skus": [{"id": "s", "name": "黑色", "stock": stock}]})] == [
        ("skus", 0, "stock")
    ]


@pytest.mark.parametrize("row", [{"size": "M", "height": [165, 158]}, {"size": "M", "weight": ["54", "47"]}])
def test_a_range_that_runs_backwards_is_refused(row: object) -> None:
    assert _refused(ITEM | {"size_chart": [row]}) == [(("size_chart", 0), "range")]


@pytest.mark.parametrize("weight", [[47, 53], [47.5, 53.5], ["47"], ["47", "53", "60"]])
def test_weights_are_two_strings(weight: object) -> None:
    assert _refused(ITEM | {"size_chart": [{"size": "M", "weight": weight}]})


def test_unknown_keys_and_missing_ones_are_all_named() -> None:
    told = {name: value for name, value in ITEM.items() if name != "title"} | {"colour": "黑"}
    assert _refused(told) == [(("title",), "missing"), (("colour",), "extra_forbidden")]


def test_a_line_sells_at_least_one_piece() -> None:
    line = {"item_id": "i1", "title": "女款卫衣", "quantity": 0, "price": "1"}
    with pytest.raises(ValidationError):
        order_from(ORDER | {"lines": [line]})


def test_the_schemas_forbid_unknown_keys_and_type_money_as_text() -> None:
    item, order = ItemData.model_json_schema(), OrderData.model_json_schema()
    assert item["additionalProperties"] is order["additionalProperties"] is False
    assert item["properties"]["price"]["type"] == order["properties"]["amount"]["type"] == "string"


def _refused(data: object) -> list[tuple[tuple[int | str, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        item_from(data)
    return [(detail["loc"], detail["type"]) for detail in caught.value.errors()]
