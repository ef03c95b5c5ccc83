"""What can be bought of an item, in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.core.model import Sku
from bot.core.slots import Slots
from bot.core.wares import colors, enough, fitting, prices, sizes, ware_words
from bot.words import say
from tests.core.cases import item

SHIRT = item(
    skus=(
        Sku("1", "黑色 M", 30),
        Sku("2", "黑色 L", 4, Decimal("139.00")),
        Sku("3", "白色 M", 0),
        Sku("4", "白色 L", 0, Decimal("139.00")),
    )
)
POTS = item(skus=tuple(Sku(str(width), f"{width}cm", 1, Decimal(width)) for width in (32, 28, 30)))
BLACK, BLACK_L = Slots(color="黑色"), Slots(color="黑色", size="L")


def test_colours_and_sizes_come_in_the_order_of_the_skus() -> None:
    assert (colors(SHIRT), sizes(SHIRT)) == (("黑色", "白色"), ("M", "L"))
    assert (colors(POTS), sizes(POTS)) == (("32cm", "28cm", "30cm"), ())


@pytest.mark.parametrize(
    ("slots", "found"), [(Slots(), "1234"), (BLACK, "12"), (BLACK_L, "2"), (Slots(color="紫色"), "")]
)
def test_the_skus_in_question_have_all_words_that_are_asked_for(slots: Slots, found: str) -> None:
    assert "".join(sku.id for sku in fitting(SHIRT, slots)) == found


def test_a_quantity_must_be_there_of_one_sku() -> None:
    assert [sku.id for sku in enough(SHIRT, replace(BLACK, quantity=5))] == ["1"]
    assert enough(SHIRT, Slots(quantity=31)) == ()


def test_prices_are_listed_from_the_lowest() -> None:
    assert list(prices(POTS, POTS.skus)) == [Decimal(28), Decimal(30), Decimal(32)]
    assert prices(SHIRT, SHIRT.skus) == {
        Decimal("129.00"): ["黑色 M", "白色 M"],
        Decimal("139.00"): ["黑色 L", "白色 L"],
    }


def test_one_price_is_told_as_such() -> None:
    words = ware_words(SHIRT, BLACK_L)
    assert (words["price"], words["sku"], words["price_range"], words["prices"]) == ("139", "黑色 L", "", "")


def test_prices_that_differ_are_told_as_a_range_with_what_each_is_for() -> None:
    words = ware_words(SHIRT, BLACK)
    parts = [say("join.priced", names="黑色 M", price="129"), say("join.priced", names="黑色 L", price="139")]
    assert (words["price"], words["price_range"]) == ("", say("join.range", low="129", high="139"))
    assert words["prices"] == say("join.rows").join(parts)


def test_too_many_prices_are_only_told_as_a_range() -> None:
    many = item(skus=tuple(Sku(str(price), f"{price}号", 1, Decimal(price)) for price in range(1, 9)))
    words = ware_words(many, Slots())
    assert (words["price_range"], words["prices"]) == (say("join.range", low="1", high="8"), "")


def test_of_a_sku_that_is_not_sold_the_prices_of_the_others_are_told() -> None:
    words = ware_words(SHIRT, Slots(color="紫色"))
    assert (words["sku"], words["price_range"]) == ("", say("join.range", low="129", high="139"))


def test_an_item_without_skus_has_its_own_price() -> None:
    words = ware_words(item(skus=()), Slots())
    assert (words["price"], words["colors"], words["skus_in_stock"]) == ("129", "", "")


def test_a_colour_that_is_sold_out_is_marked() -> None:
    assert ware_words(SHIRT, Slots())["colors_stock"] == say("join.list").join(
        ["黑色", say("join.sold_out", name="白色")]
    )


@pytest.mark.parametrize(("count", "more"), [(8, ""), (9, "等")])
def test_a_list_that_is_cut_says_so(count: int, more: str) -> None:
    many = item(skus=tuple(Sku(str(number), f"{number}号", 1) for number in range(count)))
    listed = say("join.list").join(f"{number}号" for number in range(8))
    assert ware_words(many, Slots())["skus_in_stock"] == listed + more


def test_what_a_quantity_is_there_of_is_told_only_where_one_is_asked_for() -> None:
    assert ware_words(SHIRT, Slots())["skus_enough"] == ""
    assert ware_words(SHIRT, Slots(quantity=4))["skus_enough"] == say("join.list").join(["黑色 M", "黑色 L"])
