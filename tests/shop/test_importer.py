"""Files of items and orders: read whole, or refused with every fault and its line."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.model import OrderLine, OrderStatus, Receiver, Sku
from bot.errors import ContentError, Fault
from bot.shop.importer import read_file
from bot.shop.snapshots import Snapshots
from tests.shop.test_snapshots import ITEM, ORDER

ITEMS_HEADER = "id,title,price,sku_id,sku_name,stock,sku_price,attributes,ships_from,lead_time,on_sale,updated_at"
ITEMS = f"""{ITEMS_HEADER}
i1,卫衣,129.00,s1,黑色 M,3,,面料:棉;产地:浙江,浙江杭州,48小时内,是,2026-11-10T09:30:00+08:00
i1,,,s2,黑色 L,0,139.00,,,,,
i2,袜子,29.90,,,,,,,,否,2026-11-10T09:30:00+08:00
"""
ORDERS = """id,buyer_id,status,amount,postage,item_id,sku_id,title,quantity,line_price,carrier,tracking_no,created_at,\
updated_at,receiver_name,receiver_phone,receiver_address
o1,b1,shipped,166.90,8.00,i1,s1,卫衣,1,129.00,中通,75300000000001,2026-11-10T09:00:00+08:00,\
2026-11-10T09:30:00+08:00,王*,199****0001,"示例区,虚构路1号"
o1,,,,,i2,,袜子,1,29.90,,,,,,,
"""
TIME = "2026-11-10T09:30:00+08:00"

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read_snapshots(path: Path, encoding: str = "utf-8") -> Snapshots:
    return read_file(path, NOW, encoding).snapshots


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(ContentError) as caught:
        read_snapshots(path)
    assert all(str(fault) for fault in caught.value.faults)
    return list(caught.value.faults)


def places(path: Path) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in faults_of(path)]


def test_rows_with_one_id_make_one_item(write: Write) -> None:
    read = read_snapshots(write("items.csv", ITEMS))
    assert [item.id for item in read.items] == ["i1", "i2"]
    assert read.items[0].skus == (Sku("s1", "黑色 M", 3), Sku("s2", "黑色 L", 0, Decimal("139.00")))
    assert read.items[0].attributes == {"面料": "棉", "产地": "浙江"}
    assert (read.items[1].skus, read.items[1].on_sale, read.orders) == ((), False, ())


def test_rows_with_one_id_make_one_order(write: Write) -> None:
    (order,) = read_snapshots(write("orders.csv", ORDERS)).orders
    assert order.status is OrderStatus.SHIPPED
    assert order.receiver == Receiver("王*", "199****0001", "示例区,虚构路1号")
    assert order.lines == (
        OrderLine("i1", "卫衣", 1, Decimal("129.00"), "s1"),
        OrderLine("i2", "袜子", 1, Decimal("29.90")),
    )


@pytest.mark.parametrize("name", ["items.csv", "ITEMS.CSV"])
def test_a_spreadsheets_byte_order_mark_line_ends_and_empty_rows_do_no_harm(write: Write, name: str) -> None:
    text = ITEMS.replace("\n", "\r\n") + ",,,,,,,,,,,\r\n\r\n"
    assert len(read_snapshots(write(name, b"\xef\xbb\xbf" + text.encode())).items) == 2


def test_a_json_list_may_mix_items_and_orders(write: Write) -> None:
    read = read_snapshots(write("all.json", b"\xef\xbb\xbf" + json.dumps([ORDER, ITEM]).encode()))
    assert (len(read.items), len(read.orders)) == (1, 1)


def test_a_json_object_names_its_parts(write: Write) -> None:
    read = read_snapshots(write("all.json", json.dumps({"note": "x", "items": [ITEM], "orders": [ORDER]})))
    assert (len(read.items), len(read.orders)) == (1, 1)


def test_all_faults_come_at_once_and_nothing_is_imported(write: Write) -> None:
    rows = [
        ITEMS_HEADER,
        f"i1,卫衣,¥129,s1,黑色 M,3.5,,面料棉,,,是,{TIME}",
        f"i1,毛衣,,s1,黑色 M,3,,,,,,{TIME}",
        "i2,袜子,29.90,,,,,,,,也许,2026-11-10 09:30",
        f",帽子,1,,,,,,,,是,{TIME}",
        f"i3,,1,,,,,,,,是,{TIME},多余",
        f"i4,围巾,69.00,,,,,,,,是,{TIME}",
    ]
    assert places(write("items.csv", "\n".join(rows))) == [
        (2, "import_attributes"),
        (2, "import_money"),
        (2, "import_number"),
        (3, "import_contradiction"),
        (3, "import_duplicate"),
        (4, "import_time"),
        (4, "import_yes_no"),
        (5, "import_field_missing"),
        (6, "import_cells"),
        (6, "import_field_missing"),
    ]


def test_a_contradiction_names_both_lines_and_both_values(write: Write) -> None:
    text = ORDERS.replace("o1,,,,,i2", "o1,b2,,,,i2")
    (fault,) = faults_of(write("orders.csv", text))
    assert (fault.code, fault.line) == ("import_contradiction", 3)
    assert fault.params == {"id": "o1", "field": "buyer_id", "value": "b2", "first": "b1", "at": 2}


def test_a_fault_after_a_cell_of_two_lines_has_the_right_line(write: Write) -> None:
    text = f'{ITEMS_HEADER}\ni1,"卫\n衣",129.00,,,,,,,,是,{TIME}\ni2,袜子,贵,,,,,,,,是,{TIME}\n'
    assert places(write("items.csv", text)) == [(4, "import_money")]


def test_a_column_fault_speaks_of_the_column(write: Write) -> None:
    text = ITEMS.replace("139.00", "139元")
    (fault,) = faults_of(write("items.csv", text))
    assert (fault.line, fault.code, fault.params) == (3, "import_money", {"field": "sku_price", "value": "139元"})


def test_an_unknown_column_names_the_nearest_known(write: Write) -> None:
    found = faults_of(write("items.csv", ITEMS.replace("lead_time", "leadtime").replace("on_sale", "id")))
    assert [(fault.code, fault.params) for fault in found] == [
        ("import_column_missing", {"field": "on_sale"}),
        ("import_column_twice", {"field": "id"}),
        ("import_column_unknown", {"field": "leadtime", "near": "lead_time"}),
    ]


def test_an_unknown_json_key_names_the_nearest_known(write: Write) -> None:
    text = json.dumps({"items": [ITEM | {"shipsfrom": "杭州"}], "order": []}, indent=1)
    found = {(fault.params["field"], fault.params["near"]) for fault in faults_of(write("a.json", text))}
    assert found == {("shipsfrom", "ships_from"), ("order", "orders")}


def test_json_faults_carry_the_line_of_the_value(write: Write) -> None:
    text = json.dumps([ITEM, ORDER | {"status": "sold", "lines": [{"item_id": "i1"}]}], indent=1, ensure_ascii=False)
    lines = text.splitlines()
    found = faults_of(write("a.json", text))
    assert [(fault.params["field"], lines[fault.line - 1].strip()) for fault in found] == [
        ("status", '"status": "sold",'),
        ("lines[0].title", "{"),
        ("lines[0].quantity", "{"),
        ("lines[0].price", "{"),
    ]
    assert str(found[0].params["known"]).startswith("unpaid、deposit_paid")


def test_a_key_written_twice_is_a_fault(write: Write) -> None:
    text = json.dumps([ITEM], indent=1).replace('"id": "i1"', '"id": "i0",\n"id": "i1"')
    assert places(write("a.json", text)) == [(4, "import_json_twice")]


def test_an_id_used_twice_is_a_fault_even_on_one_line(write: Write) -> None:
    assert places(write("a.json", json.dumps([ITEM, ITEM, ORDER]))) == [(1, "import_duplicate")]


def test_a_sku_written_twice_is_a_fault(write: Write) -> None:
    skus = [{"id": "s1", "name": "黑色 M", "stock": 3}, {"id": "s1", "name": "白色 M", "stock": 3}]
    (fault,) = faults_of(write("a.json", json.dumps([ITEM | {"skus": skus}])))
    assert (fault.code, fault.params["id"]) == ("import_duplicate", "s1")


def test_a_gift_line_of_the_same_sku_is_no_duplicate(write: Write) -> None:
    line = {"item_id": "i1", "title": "卫衣", "quantity": 1, "price": "129.00"}
    read = read_snapshots(write("a.json", json.dumps([ORDER | {"lines": [line, line | {"price": "0.00"}]}])))
    assert len(read.orders[0].lines) == 2


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.csv", "", (1, "import_empty")),
        ("a.csv", "\n,,\n", (1, "import_empty")),
        ("a.csv", '""', (1, "import_empty")),
        ("a.csv", ITEMS_HEADER, (1, "import_empty")),
        ("a.json", "\ufeff ", (1, "import_empty")),
        ("a.json", "[]", (1, "import_empty")),
        ("a.json", '{"items": []}', (1, "import_empty")),
        ("a.json", "[\n{},\n]", (3, "import_json")),
        ("a.json", "[NaN]", (1, "import_json")),
        ("a.json", "[" * 100_000, (1, "import_json")),
        ("a.json", "[" * 50 + "]" * 50, (1, "import_kind")),
        ("a.json", '"items"', (1, "import_top")),
        ("a.json", '{"items": {}}', (1, "import_shape")),
        ("a.json", "[\n{}]", (2, "import_kind")),
        ("a.json", '{"items": [\n3]}', (2, "import_shape")),
        ("a.csv", "序号,说明\n1,卫衣\n", (1, "import_kind")),
        ("a.csv", f'{ITEMS_HEADER}\ni1,"卫衣', (2, "import_csv")),
        ("a.xlsx", "PK", (1, "import_suffix")),
        ("a.csv", ITEMS.encode("gbk"), (2, "import_encoding")),
        ("a.json", "[]".encode("utf-16"), (1, "import_utf16")),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    write: Write, name: str, content: str | bytes, fault: tuple[int, str]
) -> None:
    assert places(write(name, content)) == [fault]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert places(tmp_path / "none.csv") == [(1, "import_unreadable")]


@pytest.mark.parametrize("odd", ["\ud800", "a\x1b[31mb", "{x}", "a\u2028b"])
def test_a_fault_stays_one_printable_line_whatever_the_file_holds(write: Write, odd: str) -> None:
    for fault in faults_of(write("a.json", json.dumps([ITEM | {"price": odd, odd: odd}]))):
        assert str(fault).isprintable()
        str(fault).encode()


cells = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    ["i1", "1", "是", "a:b", TIME, '"', "{", "["]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(table=st.lists(st.lists(cells, min_size=1, max_size=14), max_size=4), header=st.booleans())
def test_any_table_is_read_or_refused(write: Write, table: list[list[str]], header: bool) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([ITEMS_HEADER.split(","), *table] if header else table)
    _read_or_refused(write("any.csv", out.getvalue()))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ITEM, *ORDER, "items", "orders", "x"]), inner, max_size=6)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values)
def test_any_json_is_read_or_refused(write: Write, value: object) -> None:
    _read_or_refused(write("any.json", json.dumps(value)))


def _read_or_refused(path: Path) -> None:
    try:
        read = read_snapshots(path)
    except ContentError as error:
        told = [str(fault) for fault in error.faults]
    else:
        told = ["read"] if read.items or read.orders else []
    assert told
    assert all(line.isprintable() for line in told)
