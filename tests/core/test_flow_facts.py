"""What a flow's conditions see of an order: windows, prices, lateness; which order it is about."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core.facts import Focus
from bot.core.flow_case import about, bought
from bot.core.flow_facts import ALL_SITUATIONS, COMPUTED, holding, meets, place, see
from bot.core.model import FlowState, Order, OrderStatus, Refund
from bot.core.rules.flows import Flow, When
from bot.core.view import FIELDS
from tests.core.book import BY_NIGHT, NIGHT, book_of, rules
from tests.core.cases import case, item, meaning, order

FLOW = Flow.model_validate(
    {"title": "题", "starts": ["exchange"], "orders": ["signed"], "reply": "flow/x", "ends": [{"then": "done"}]}
)
STATE = FlowState("x", NIGHT)
BOOK = book_of((), rules(promotions={"price_protect": "15d"}))


def _signed(days: float) -> Order:
    """An order that was signed for so many days ago."""
    plain = order(status=OrderStatus.SIGNED, age=timedelta(days=days + 3))
    return replace(plain, signed_at=NIGHT - timedelta(days=days))


def _held(one: Order, *, on_sale: bool = True) -> frozenset[str]:
    facts = replace(BY_NIGHT, orders=(one,), items={"i1": item(on_sale=on_sale)})
    return holding(about(case(meaning(), facts, focus=Focus(one), book=BOOK), FLOW, STATE), FLOW, STATE)


@pytest.mark.parametrize(
    ("days", "holds"),
    [(0, "in_return"), (6.9, "in_return"), (7.05, "in_return"), (8.1, "past_return"), (30, "past_return")],
)
def test_the_last_day_of_returning_counts_whole(days: float, holds: str) -> None:
    """It is 02:13 at night: what was signed 7.05 days ago was signed on the evening of the eighth day before."""
    assert {holds} == _held(_signed(days)) & {"in_return", "past_return"}


@pytest.mark.parametrize(("hours", "holds"), [(47, "in_defect"), (48, "in_defect"), (49, "past_defect")])
def test_a_defect_is_told_in_time_or_late(hours: int, holds: str) -> None:
    assert {holds} == _held(_signed(hours / 24)) & {"in_defect", "past_defect"}


def test_price_protection_runs_from_the_payment() -> None:
    assert "in_protect" in _held(_signed(11))
    assert "past_protect" in _held(_signed(13))


def test_a_price_is_compared_where_card_and_order_tell_it() -> None:
    cheap = replace(_signed(1), lines=(replace(_signed(1).lines[0], price=Decimal("139.00")),))
    assert "cheaper_now" in _held(cheap)
    assert "not_cheaper" in _held(_signed(1))
    assert not {"cheaper_now", "not_cheaper"} & _held(cheap, on_sale=False)


@pytest.mark.parametrize(("refund", "days", "late"), [
    (Refund.ASKED, 2, False), (Refund.ASKED, 4, True), (Refund.REFUNDED, 4, True), (Refund.NONE, 40, False),
])  # fmt: skip
def test_a_refund_is_late_beyond_the_shops_longest_count_of_days(refund: Refund, days: int, late: bool) -> None:
    one = replace(_signed(9), refund=refund, updated_at=NIGHT - timedelta(days=days))
    assert ("refund_late" in _held(one)) is late


def test_working_days_are_counted_where_the_shop_counts_them() -> None:
    """Monday night: since Thursday only Friday was a day of work."""
    shop = book_of((), rules(shop={"refund_days": "1-3个工作日"}))
    one = replace(_signed(9), refund=Refund.ASKED, updated_at=NIGHT - timedelta(days=4))
    seen = case(meaning(), replace(BY_NIGHT, orders=(one,)), focus=Focus(one), book=shop)
    assert "refund_late" not in holding(seen, FLOW, STATE)


def test_it_is_about_the_one_order_that_fits_and_asks_where_there_are_two() -> None:
    unpaid, signed, other = order("1", OrderStatus.UNPAID), _signed(1), replace(_signed(2), id="2222222222")
    facts = replace(BY_NIGHT, orders=(unpaid, signed))
    assert about(case(meaning(), facts, focus=Focus(unpaid)), FLOW, None).scene.focus.order == signed
    facts = replace(BY_NIGHT, orders=(unpaid, signed, other))
    seen = about(case(meaning(), facts, focus=Focus(unpaid)), FLOW, None).scene.focus
    assert (seen.order, seen.rivals) == (None, (signed, other))
    kept = replace(STATE, order_id=other.id)
    assert about(case(meaning(), facts, focus=Focus(unpaid)), FLOW, kept).scene.focus.order == other
    named = about(case(meaning(), facts, focus=Focus(signed, named=True)), FLOW, kept)
    assert named.scene.focus.order == signed


def test_the_variant_bought_is_known_by_its_line() -> None:
    one = replace(_signed(1), lines=(replace(_signed(1).lines[0], sku_id="i1-3"),))
    facts = replace(BY_NIGHT, orders=(one,), items={"i1": item()})
    seen = see(place(case(meaning(), facts, focus=Focus(one), book=BOOK), FLOW, STATE), FLOW, STATE)
    assert bought(seen) == "白色 L"
    assert seen.view["flow"]["bought"] == "白色 L"
    assert (seen.view["flow"]["price_then"], seen.view["flow"]["return_until"]) == ("129", "11月29日")


def test_all_of_a_condition_must_hold() -> None:
    held, filled = frozenset({"signed", "night"}), {"a": "1", "b": "-"}
    assert meets(When(), held, {})
    assert meets(
        When(facts=("signed", "shipped"), never=("live",), slots={"a": ("1",)}, others={"b": ("2",)}), held, filled
    )
    assert not meets(When(facts=("shipped",)), held, filled)
    assert not meets(When(never=("night",)), held, filled)
    assert not meets(When(slots={"a": ("2",)}), held, filled)
    assert not meets(When(others={"c": ("2",)}), held, filled)
    assert meets(When(slots={"b": ("any",)}), held, filled)


def test_computed_fields_and_situations_are_declared() -> None:
    assert FIELDS["flow"] == COMPUTED
    assert {"signed", "again", "in_return"} <= ALL_SITUATIONS
