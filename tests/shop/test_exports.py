"""What shop tools export: encodings, Chinese columns, amounts and times written in every way but ours."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.model import OrderStatus, Refund
from bot.errors import ContentError, Fault
from bot.shop.columns import folded, sheets, words
from bot.shop.decoding import ENCODINGS
from bot.shop.importer import File, read_file
from bot.shop.raw import STEP
from tests.shop.test_importer import ITEMS
from tests.shop.test_snapshots import ITEM, ORDER

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROW: Mapping[str, str] = {
    "订单编号": "8800000000000099",
    "买家会员名": "小林",
    "订单状态": "等待卖家发货",
    "实付金额": "137.00",
    "运费": "8.00",
    "退款状态": "没有退款",
    "宝贝ID": "i1",
    "宝贝标题": "女款卫衣",
    "购买数量": "1",
    "单价": "129.00",
    "收货人姓名": "王*",
    "联系手机": "199****0001",
    "收货地址": "示例区虚构路1号",
    "创建时间": "2026-11-10T09:00:00+08:00",
    "更新时间": "2026-11-10T09:30:00+08:00",
}
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(content: bytes) -> Path:
        path = tmp_path / "export.csv"
        path.write_bytes(content)
        return path

    return put


def table(*rows: Mapping[str, str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([rows[0].keys(), *(row.values() for row in rows)])
    return out.getvalue()


def refused(path: Path, encoding: str = "utf-8") -> list[Fault]:
    with pytest.raises(ContentError) as caught:
        read_file(path, NOW, encoding)
    return list(caught.value.faults)


def places(path: Path, encoding: str = "utf-8") -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in refused(path, encoding)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_shop_tools_export_is_read_in_the_encoding_that_is_named(write: Write, encoding: str) -> None:
    [order] = read_file(write(table(ROW).encode(encoding)), NOW, encoding).snapshots.orders
    assert (order.id, order.buyer_id, order.status, order.refund) == (
        "8800000000000099",
        "小林",
        OrderStatus.PAID,
        Refund.NONE,
    )
    assert order.receiver is not None
    assert (order.receiver.name, order.lines[0].title, str(order.amount)) == ("王*", "女款卫衣", "137.00")


def test_letters_that_only_gb18030_has_are_read(write: Write) -> None:
    text = table({**ROW, "收货人姓名": "䶮😀"}).encode("gb18030")
    assert places(write(text), "gbk") == [(2, "import_not_so_encoded")]
    [order] = read_file(write(text), NOW, "gb18030").snapshots.orders
    assert order.receiver is not None
    assert order.receiver.name == "䶮😀"


def test_nothing_is_guessed_and_the_remedy_names_the_option(write: Write) -> None:
    [fault] = refused(write(table(ROW).encode("gbk")))
    assert (fault.line, fault.code) == (1, "import_encoding")
    assert "--encoding gbk" in fault.remedy


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_utf8_read_as_gbk_would_be_rubbish_and_is_refused(write: Write, bom: bytes) -> None:
    assert places(write(bom + table(ROW).encode()), "gbk") in (
        [(1, "import_utf8_after_all")],
        [(1, "import_not_so_encoded")],
        [(2, "import_not_so_encoded")],
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_told_by_its_mark_or_refused_as_no_text(write: Write, encoding: str) -> None:
    content = table(ROW).encode(encoding)
    expected = "import_utf16" if encoding == "utf-16" else "import_encoding"
    assert [code for _, code in places(write(content))] == [expected]


def test_a_table_of_plain_letters_is_the_same_in_every_encoding(write: Write) -> None:
    plain = "id,title,price,on_sale,updated_at\ni1,socks,9.90,1,2026-11-10T09:30:00+08:00\n"
    read = {encoding: read_file(write(plain.encode()), NOW, encoding).snapshots for encoding in ENCODINGS}
    assert len(read["utf-8"].items) == 1
    assert read["gbk"] == read["gb18030"] == read["utf-8"]


def test_columns_may_be_headed_in_both_languages_at_once(write: Write) -> None:
    text = ITEMS.replace("title", "商品名称").replace("stock", " 库存 数量 ").replace("on_sale", "ON_SALE")
    first, second = read_file(write(text.encode()), NOW).snapshots.items
    assert (first.title, first.skus[0].stock, second.on_sale) == ("卫衣", 3, False)


def test_an_unknown_chinese_column_names_the_nearest(write: Write) -> None:
    text = table(ROW).replace("购买数量", "购买件数").replace("实付金额", "订单号")
    found = [(fault.code, fault.params) for fault in refused(write(text.encode()))]
    assert found == [
        ("import_column_missing", {"field": "订单金额"}),
        ("import_column_missing", {"field": "数量"}),
        ("import_column_twice", {"field": "订单编号"}),
        ("import_column_unknown", {"field": "购买件数", "near": "购买数量"}),
    ]


def test_a_fault_names_the_column_as_the_file_does(write: Write) -> None:
    [fault] = refused(write(table({**ROW, "实付金额": "壹佰元"}).encode()))
    assert (fault.line, fault.code, fault.params) == (2, "import_money", {"field": "实付金额", "value": "壹佰元"})


def test_no_name_heads_two_columns_of_one_kind_of_table() -> None:
    for sheet in sheets().values():
        columns = {*sheet.head, *sheet.part}
        assert set(sheet.called.values()) == columns
        assert all(sheet.called[folded(column)] == column for column in columns)


def test_every_word_stands_for_something_that_a_snapshot_can_say() -> None:
    assert set(words()["status"].values()) == {one.value for one in OrderStatus}
    assert set(words()["refund"].values()) == {one.value for one in Refund}
    assert set(words()["on_sale"].values()) == {"true", "false"}


@pytest.mark.parametrize("column", ["实付金额", "运费", "单价"])
@pytest.mark.parametrize(
    "odd", ["1e9", "-1", "NaN", "inf", "１２９.00", "1,299.00", "¥129", "129元", "1.005", "+5", "."]
)
def test_an_amount_that_is_none_is_a_fault_on_its_line(write: Write, column: str, odd: str) -> None:
    assert places(write(table(ROW, {**ROW, "订单编号": "o2", column: odd}).encode())) == [(3, "import_money")]


@pytest.mark.parametrize("odd", ["0", "-1", "1.5", "１", "一", "1e3", "9" * 13, "1000001"])
def test_a_quantity_that_is_none_is_a_fault_on_its_line(write: Write, odd: str) -> None:
    assert places(write(table(ROW, {**ROW, "订单编号": "o2", "购买数量": odd}).encode())) == [(3, "import_number")]


@pytest.mark.parametrize(
    "odd", ["2026-11-10 09:30:00", "2026/11/10", "昨天", "2026-13-01T00:00:00Z", "1762862400", "2026-02-30T00:00:00Z"]
)
def test_a_time_that_is_none_is_a_fault_on_its_line(write: Write, odd: str) -> None:
    assert places(write(table(ROW, {**ROW, "订单编号": "o2", "创建时间": odd}).encode())) == [(3, "import_time")]


@pytest.mark.parametrize("column", ["订单编号", "买家会员名", "订单状态", "实付金额", "运费", "更新时间"])
def test_what_an_order_lacks_is_a_fault_on_its_line(write: Write, column: str) -> None:
    assert places(write(table(ROW, {**ROW, "订单编号": "o2", column: ""}).encode())) == [(3, "import_field_missing")]


def test_an_order_without_lines_is_a_fault_on_its_line(write: Write, tmp_path: Path) -> None:
    bare = {**ROW, "订单编号": "o2", "宝贝ID": "", "宝贝标题": "", "购买数量": "", "单价": ""}
    assert places(write(table(ROW, bare).encode())) == [(3, "import_no_lines")]
    path = tmp_path / "a.json"
    path.write_text(json.dumps([ORDER, ORDER | {"id": "o2", "lines": []}], indent=1))
    [fault] = refused(path)
    assert (fault.code, path.read_text().splitlines()[fault.line - 1].strip()) == ("import_no_lines", '"lines": [],')


def warned(file: File) -> list[tuple[int, str]]:
    assert all(one.severity == "warning" and str(one).isprintable() for one in file.warnings)
    return [(one.line, one.code) for one in file.warnings]


def test_nobody_pays_more_than_lines_and_postage_and_less_is_a_discount(write: Write) -> None:
    rows = [
        {**ROW, "订单编号": f"o{number}", "实付金额": amount}
        for number, amount in enumerate(["137.00", "137.01", "99"])
    ]
    file = read_file(write(table(*rows).encode()), NOW)
    assert (len(file.snapshots.orders), warned(file)) == (3, [(3, "import_too_much")])
    assert file.warnings[0].params["most"] == "137.00"


def test_two_lines_of_two_pieces_are_added_up(write: Write) -> None:
    more = {
        **dict.fromkeys(ROW, ""),
        "订单编号": ROW["订单编号"],
        "宝贝ID": "i2",
        "宝贝标题": "袜子",
        "购买数量": "2",
        "单价": "10",
    }
    assert warned(read_file(write(table({**ROW, "实付金额": "157.00"}, more).encode()), NOW)) == []
    assert warned(read_file(write(table({**ROW, "实付金额": "157.01"}, more).encode()), NOW)) == [
        (2, "import_too_much")
    ]


def test_a_snapshot_from_the_future_would_hide_those_that_come(write: Write) -> None:
    assert warned(read_file(write(table({**ROW, "更新时间": "2099-01-01T00:00:00Z"}).encode()), NOW)) == [
        (2, "import_ahead")
    ]


def test_who_listens_hears_every_ten_thousand_rows(tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []
    path = tmp_path / "many.json"
    path.write_text(json.dumps([ITEM | {"id": f"i{number}"} for number in range(2 * STEP + 1)]))
    read_file(path, NOW, told=lambda stage, count: heard.append((stage, count)))
    assert heard == [("read", 2 * STEP + 1), ("checked", STEP), ("checked", 2 * STEP)]


def test_parts_nested_without_end_are_refused_without_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text(json.dumps([ITEM])[:-2] + ', "x": ' + '{"a":' * 700 + "1" + "}" * 700 + "}]")
    assert refused(path)


noise = st.binary(max_size=120)
pieces = st.sampled_from(
    [*(word.encode("gbk") for word in ROW), *(word.encode() for word in ROW), b",", b"\n", b'"', b"{"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    parts=st.lists(noise | pieces, max_size=12),
    headed=st.booleans(),
    encoding=st.sampled_from(ENCODINGS),
    suffix=st.sampled_from([".csv", ".json"]),
)
def test_any_bytes_are_read_or_refused(
    tmp_path: Path, parts: Sequence[bytes], headed: bool, encoding: str, suffix: str
) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes((table(ROW).encode(encoding) if headed else b"") + b"".join(parts))
    assert outcome(path, encoding)


def outcome(path: Path, encoding: str) -> bool:
    """Whether something was read, or every fault can be told."""
    try:
        read = read_file(path, NOW, encoding).snapshots
    except ContentError as error:
        return all(str(fault).isprintable() for fault in error.faults)
    return bool(read.items or read.orders)
