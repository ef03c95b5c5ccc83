"""The store patrol: what it finds of a product, what it leaves alone, and in which order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import findings_of, patrol
from bot.core.model import Item, SizeRow, Sku
from bot.core.patrol.cards import kind_of
from bot.core.patrol.charts import folded_size
from bot.core.patrol.finding import Finding, Severity
from bot.core.patrol.sales import lead_of
from bot.core.rules import Rules
from bot.words import catalogue
from tests.core.book import NIGHT, rules
from tests.core.cases import CHART, item
from tests.shop.test_snapshots import items

RULES = rules()
SKUS = (Sku("1", "黑色 S", 1), Sku("2", "黑色 M", 1), Sku("3", "黑色 L", 1))
CLEAN = replace(
    item(skus=SKUS, attributes={"面料": "棉", "产地": "浙江"}),
    ships_from="杭州",
    lead_time="48小时内",
    updated_at=NIGHT,
)


def row(size: str, height: tuple[int, int] | None, weight: tuple[int, int] | None = None, **measures: str) -> SizeRow:
    kilos = (Decimal(weight[0]), Decimal(weight[1])) if weight else None
    return SizeRow(size, height, kilos, measures)


def codes(one: Item, known: Rules = RULES) -> list[str]:
    return [finding.code for finding in findings_of(one, known, NIGHT)]


def only(one: Item, known: Rules = RULES) -> Finding:
    """The one finding, told in full."""
    [finding] = findings_of(one, known, NIGHT)
    assert finding.what
    assert finding.why
    assert finding.remedy
    return finding


def test_of_a_whole_card_nothing_is_found() -> None:
    assert codes(CLEAN) == []


S, M, L = CHART
SPOILT: Mapping[str, Item] = {
    "title_clash": replace(CLEAN, title="纯棉卫衣", attributes={"面料": "涤纶", "产地": "浙江"}),
    "red_line": replace(CLEAN, title="最好的卫衣"),
    "no_chart": replace(CLEAN, size_chart=()),
    "sizes_not_in_chart": replace(CLEAN, size_chart=(S, M)),
    "chart_not_sold": replace(CLEAN, skus=SKUS[:2]),
    "range_inverted": replace(CLEAN, size_chart=(row("S", (150, 160)), row("M", (170, 160)), row("L", (161, 180)))),
    "chart_same": replace(CLEAN, size_chart=(S, M, replace(M, size="L"))),
    "chart_within": replace(CLEAN, size_chart=(S, row("M", (155, 180), (45, 75)), row("L", (160, 175), (55, 70)))),
    "chart_order": replace(CLEAN, size_chart=(S, replace(L, size="M"), replace(M, size="L"))),
    "chart_hole": replace(CLEAN, size_chart=(S, M, row("L", (173, 180), (60, 75)))),
    "no_skus": replace(CLEAN, skus=(), size_chart=()),
    "sku_twice": replace(CLEAN, skus=(*SKUS, Sku("4", "黑色　Ｌ", 1))),
    "sold_out": replace(CLEAN, skus=tuple(replace(sku, stock=0) for sku in SKUS)),
    "stock_off_sale": replace(CLEAN, on_sale=False),
    "price_apart": replace(CLEAN, skus=tuple(replace(sku, price=Decimal("99.00")) for sku in SKUS)),
    "no_ships_from": replace(CLEAN, ships_from=None),
    "no_lead_time": replace(CLEAN, lead_time=None),
    "lead_longer": replace(CLEAN, lead_time="七天内"),
    "lead_unread": replace(CLEAN, lead_time="看情况"),
    "stale": replace(CLEAN, updated_at=NIGHT - timedelta(days=181)),
    "no_attribute": replace(CLEAN, attributes={"产地": "浙江"}),
}


@pytest.mark.parametrize(("code", "spoilt"), SPOILT.items())
def test_each_fault_of_a_card_is_found_and_nothing_else(code: str, spoilt: Item) -> None:
    assert only(spoilt).code == code


def test_every_code_that_has_words_is_tried_above() -> None:
    told = {key.split(".")[1] for key in catalogue() if key.startswith("patrol.") and key.endswith(".what")}
    assert told == {*SPOILT, "silent"}


def test_a_title_may_claim_what_the_card_confirms() -> None:
    silk = replace(CLEAN, title="真丝卫衣", attributes={"材质": "100桑蚕丝", "产地": "浙江"})
    assert codes(silk) == []
    assert codes(replace(silk, attributes={"材质": "涤纶", "产地": "浙江"})) == ["title_clash"]


def test_a_card_that_is_silent_does_not_contradict_its_title() -> None:
    assert codes(replace(CLEAN, title="纯棉卫衣", attributes={"产地": "浙江"})) == ["no_attribute"]


@pytest.mark.parametrize("name", ["版型", "洗涤"])
def test_a_red_line_is_found_wherever_the_card_has_it(name: str) -> None:
    found = only(replace(CLEAN, attributes={**CLEAN.attributes, name: "最好的料"}))
    assert (found.code, found.params["name"]) == ("red_line", name)


def test_a_size_that_fits_all_needs_no_chart() -> None:
    assert codes(replace(CLEAN, skus=(Sku("1", "黑色 均码", 1),), size_chart=())) == []


def test_goods_of_a_kind_without_charts_need_none() -> None:
    assert codes(replace(CLEAN, title="毛线帽", size_chart=())) == []
    assert codes(replace(CLEAN, title="神秘礼物", size_chart=())) == ["no_chart"]


def test_sizes_are_compared_as_people_read_them() -> None:
    skus = (Sku("1", "黑色 s", 1), Sku("2", "黑色 Ｍ", 1), Sku("3", "黑色 XXL", 1))
    assert codes(replace(CLEAN, skus=skus, size_chart=(S, M, replace(L, size="2xl")))) == []
    assert [folded_size(word) for word in ("XXXL", "xl", "36码", "Ｌ")] == ["3XL", "XL", "36", "L"]


def test_rows_may_share_their_borders_and_a_little_more() -> None:
    chart = (row("S", (150, 162), (40, 52)), row("M", (160, 170), (50, 60)), row("L", (171, 180), (61, 75)))
    assert codes(replace(CLEAN, size_chart=chart)) == []


def test_a_hole_is_told_with_its_ends() -> None:
    chart = (S, M, row("L", (170, 180), (65, 75)))
    found = only(replace(CLEAN, size_chart=chart))
    assert (found.code, found.params["low"], found.params["high"]) == ("chart_hole", Decimal(60), Decimal(65))


def test_a_row_that_bridges_two_others_leaves_no_hole() -> None:
    chart = (row("S", (150, 155)), row("M", (154, 172)), row("L", (171, 180)))
    assert codes(replace(CLEAN, size_chart=chart)) == []


def test_a_printed_measure_may_be_the_wrong_way_round_too() -> None:
    chart = (S, replace(M, measures={"胸围": "104-100"}), L)
    assert only(replace(CLEAN, size_chart=chart)).params["name"] == "胸围"


def test_one_sku_at_the_items_price_is_enough() -> None:
    dearer = tuple(replace(sku, price=Decimal("139.00")) for sku in SKUS[1:])
    assert codes(replace(CLEAN, skus=(SKUS[0], *dearer))) == []


@pytest.mark.parametrize(
    ("text", "hours"),
    [("48小时内", 48), ("次日发出", 48), ("3天内", 72), ("三天内", 72), ("2-15天", 360), ("看情况", None), ("", None)],
)
def test_a_lead_time_is_read_as_its_longest(text: str, hours: int | None) -> None:
    found = lead_of(text, RULES)
    assert (found and found.total_seconds() / 3600) == hours


@pytest.mark.parametrize(
    ("title", "kind"), [("加绒卫衣", "服装"), ("卫衣帽", "配饰"), ("帽子卫衣裙", "服装"), ("礼物", None), ("", None)]
)
def test_the_last_word_of_a_title_says_what_is_sold(title: str, kind: str | None) -> None:
    found = kind_of(title, RULES)
    assert (found.name if found else None) == kind


def test_what_is_off_sale_is_only_asked_for_what_contradicts_itself() -> None:
    bare = replace(item(on_sale=False, attributes={}, size_chart=(), skus=()), title="最好的卫衣")
    assert codes(bare) == ["red_line"]


def test_what_buyers_asked_often_enough_and_the_card_does_not_say_is_told() -> None:
    asked = {("版型",): 2, ("宽松", "怎么洗"): 1, ("料子",): 9}
    [found] = findings_of(CLEAN, RULES, NIGHT, asked)
    assert (found.code, found.params) == ("silent", {"attribute": "版型", "count": 3})
    assert "3" in found.what


def test_the_worst_comes_first_then_the_item() -> None:
    worst, lacking = replace(SPOILT["red_line"], id="i9", lead_time=None), replace(SPOILT["no_lead_time"], id="i1")
    found = [(one.item.id, one.finding.severity) for one in patrol([worst, SPOILT["sold_out"], lacking], RULES, NIGHT)]
    assert found == [
        ("i9", Severity.WRONG),
        ("i1", Severity.MISSING),
        ("i9", Severity.MISSING),
        ("i1", Severity.LOOK),
    ]


@given(items, st.dictionaries(st.lists(st.text(max_size=4), min_size=1, max_size=2).map(tuple), st.integers(1, 5)))
def test_no_card_breaks_the_patrol_and_every_finding_can_be_told(
    one: Item, asked: Mapping[tuple[str, ...], int]
) -> None:
    for finding in findings_of(one, RULES, NIGHT, asked):
        assert finding.what
        assert finding.why
        assert finding.remedy
