"""A size that is remembered is asked about again, and only where it may still be true."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core.buyer import Buyer, Issue, Told
from bot.core.facts import Facts, Focus
from bot.core.model import Item, Order, OrderStatus, Refund, Sku
from bot.core.remembered import Remembered, completed, remembered, told_since
from bot.core.slots import Slots
from tests.core.book import BY_NIGHT, NIGHT, rules
from tests.core.cases import bought, item

RULES = rules()
SHIRT = item()
BODY = {"height": Told("165", NIGHT), "weight": Told("55", NIGHT)}


def known(
    *orders: Order, file: Buyer | None = None, slots: Slots | None = None, ware: Item = SHIRT, stranger: bool = False
) -> Remembered:
    facts = replace(BY_NIGHT, orders=orders, buyer=file or Buyer("b1"))
    return remembered(Focus(item=ware, stranger=stranger), facts, slots or Slots(), RULES, NIGHT)


def test_the_size_of_this_item_that_was_bought_and_kept() -> None:
    assert known(bought()).kept == "M"


@pytest.mark.parametrize(
    "order",
    [
        bought(refund=Refund.REFUNDED), bought(refund=Refund.ASKED), replace(bought(), status=OrderStatus.SHIPPED),
        replace(bought(), status=OrderStatus.CLOSED), replace(bought(), buyer_id="b9"), bought(item_id="i2"),
        bought(sku="gone"), replace(bought(), lines=()),
    ],
)  # fmt: skip
def test_what_was_given_back_never_came_or_is_not_this_is_not_used(order: Order) -> None:
    assert known(order).kept is None


def test_the_newest_order_counts_and_two_sizes_of_one_order_do_not() -> None:
    older = replace(bought("1111111111", "i1-3"), created_at=NIGHT - timedelta(days=90))
    assert known(older, bought()).kept == "M"
    both = replace(bought(), lines=(*bought().lines, *older.lines))
    assert known(older, both).kept is None


def test_an_order_that_people_were_called_for_is_not_used() -> None:
    file = Buyer("b1", issues=(Issue("t1", "c1", "needs_person", NIGHT, "exchange", bought().id),))
    assert known(bought(), file=file).kept is None


def test_the_size_that_is_worn_must_be_among_the_items() -> None:
    assert known(file=Buyer("b1", told={"usual_size": Told("m", NIGHT)})).usual == "M"
    assert known(file=Buyer("b1", told={"usual_size": Told("S", NIGHT)})).usual is None


def test_a_body_of_another_conversation_is_held_against_this_items_chart() -> None:
    found = known(file=Buyer("b1", told=BODY))
    assert found.fits is not None
    assert ([row.size for row in found.fits.rows], found.told) == (
        ["M"],
        Slots(height=Decimal(165), weight=Decimal(55)),
    )


def test_a_size_of_the_chart_that_is_not_sold_is_not_named() -> None:
    only_large = item(skus=(Sku("i1-3", "白色 L", 2),))
    assert known(file=Buyer("b1", told=BODY), ware=only_large).fits is None


def test_half_a_body_and_one_beyond_the_chart_are_nothing() -> None:
    assert known(file=Buyer("b1", told={"height": Told("165", NIGHT)})) == Remembered()
    assert known(file=Buyer("b1", told=BODY | {"weight": Told("150", NIGHT)})) == Remembered()


def test_what_was_told_too_long_ago_is_not_used() -> None:
    old = NIGHT - RULES.buyers.told_holds - timedelta(seconds=1)
    file = Buyer("b1", told={name: Told(one.value, old) for name, one in BODY.items()})
    assert known(file=file) == Remembered()
    half = Slots(weight=Decimal(60))
    assert completed(half, Focus(), Facts(buyer=file), RULES, NIGHT) == half


@pytest.mark.parametrize("slots", [Slots(other=True), Slots(height=Decimal(170)), Slots(usual_size="L")])
def test_what_is_told_now_or_of_somebody_else_comes_before(slots: Slots) -> None:
    file = Buyer("b1", told={**BODY, "usual_size": Told("M", NIGHT)})
    assert known(bought(), file=file, slots=slots) == Remembered()


def test_a_stranger_is_told_nothing_of_the_buyers_sizes() -> None:
    assert known(bought(), file=Buyer("b1", told=BODY), stranger=True) == Remembered()


@pytest.mark.parametrize(
    ("told", "whole"),
    [
        (Slots(weight=Decimal(60)), (165, 60)),
        (Slots(height=Decimal(170)), (170, 55)),
        (Slots(usual_size="M"), (None, None)),
        (Slots(height=Decimal(100)), (100, None)),
        (Slots(weight=Decimal(15)), (None, 15)),
        (Slots(weight=Decimal(60), other=True), (None, 60)),
    ],
)
def test_who_tells_one_half_of_a_body_has_told_the_other(told: Slots, whole: tuple[int | None, int | None]) -> None:
    found = completed(told, Focus(), Facts(buyer=Buyer("b1", told=BODY)), RULES, NIGHT)
    assert (found.height, found.weight) == whole


def test_what_was_told_elsewhere_since_takes_the_place_of_the_older_and_adds_nothing() -> None:
    file, before = Buyer("b1", told=BODY), NIGHT - timedelta(minutes=1)
    assert told_since({"weight": "60", "color": "黑色"}, before, file) == {"weight": "55", "color": "黑色"}
    assert told_since({"weight": "60"}, NIGHT + timedelta(minutes=1), file) == {"weight": "60"}
    assert told_since({"weight": "60", "other": "1"}, before, file) == {"weight": "60", "other": "1"}


def test_a_height_that_nobody_grows_to_is_somebody_elses() -> None:
    file, before = Buyer("b1", told=BODY), NIGHT - timedelta(minutes=1)
    assert told_since({"height": "110", "weight": "20"}, before, file) == {"height": "110", "weight": "20"}
    assert told_since({"height": "163", "weight": "50"}, before, file) == {"height": "165", "weight": "55"}
