"""How far a price goes down: never below the floor, never where the platform forbids it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.haggling import bound, offered
from bot.core.model import Order, OrderStatus
from bot.core.rules import Rules
from tests.core.book import rules
from tests.core.cases import order

UNPAID = order(status=OrderStatus.UNPAID)  # 129.00 with 8.00 of postage
MONEY = st.decimals(Decimal("0.01"), Decimal(9999), places=2)


def _shop(platform: str = "taobao", **haggle: object) -> Rules:
    return rules(shop={"platform": platform}, flows={"haggle": haggle})


def _costs(amount: Decimal, postage: Decimal = Decimal(0)) -> Order:
    return replace(UNPAID, amount=amount, postage=postage)


@pytest.mark.parametrize(
    ("platform", "most"),
    [("taobao", "14.05"), ("own", "14.05"), ("tmall", "8.00"), ("jd", "0")],
)
def test_the_platform_says_what_may_change(platform: str, most: str) -> None:
    assert bound(UNPAID, _shop(platform, off_percent=5, off_most="20", postage=True)) == Decimal(most)


def test_the_smaller_of_percentage_and_sum_holds() -> None:
    assert bound(UNPAID, _shop(off_percent=50, off_most="3")) == Decimal(3)
    assert bound(UNPAID, _shop(off_percent=1, off_most="30")) == Decimal("1.21")


def test_without_bounds_nothing_comes_off() -> None:
    assert bound(UNPAID, _shop()) == 0
    assert bound(UNPAID, _shop(postage=False)) == 0


@pytest.mark.parametrize("status", [one for one in OrderStatus if one is not OrderStatus.UNPAID])
def test_only_what_is_not_paid_is_talked_down(status: OrderStatus) -> None:
    assert bound(replace(UNPAID, status=status), _shop(off_percent=5, postage=True)) == 0


@given(MONEY, MONEY, st.integers(1, 100), MONEY, st.integers(1, 5), st.sampled_from(["taobao", "own", "tmall", "jd"]))
def test_offers_go_down_step_by_step_to_the_floor_and_no_further(
    goods: Decimal, postage: Decimal, percent: int, most: Decimal, rounds: int, platform: str
) -> None:
    one = _costs(goods + postage, postage)
    shop = _shop(platform, off_percent=percent, off_most=str(most), postage=True, rounds=rounds)
    offers = [offered(one, shop, turn) for turn in range(1, rounds + 3)]
    floor = one.amount - bound(one, shop)
    assert offers == sorted(offers, reverse=True)
    assert all(floor <= offer <= one.amount and offer == offer.quantize(Decimal("0.01")) for offer in offers)
    assert offers[rounds - 1 :] == [floor] * 3
    assert floor >= 0
