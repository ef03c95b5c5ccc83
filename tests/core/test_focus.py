"""Which order and which item a turn is about."""

from dataclasses import replace
from datetime import timedelta

from bot.core.facts import Facts, Focus, find_focus
from bot.core.model import Kind, Order, OrderStatus
from bot.core.slots import Slots
from tests.core.cases import conversation, item, message, order

FIRST = order("1111111111", age=timedelta(days=2))
SECOND = order("2222222222")
NUMBERS = ("1111111111", "2222222222")
AGES = (timedelta(days=9), timedelta(days=1))
CARD = message(kind=Kind.ORDER_CARD, order_id="1111111111")


def focus(*orders: Order, numbers: tuple[str, ...] = (), talked_about: str | None = None, card: bool = False) -> Focus:
    messages = [CARD] if card else [message("到哪了")]
    talk = conversation(order_id=talked_about)
    return find_focus(messages, talk, Slots(order_ids=numbers), Facts(orders=orders))


def test_a_card_counts_before_a_number() -> None:
    assert focus(FIRST, SECOND, numbers=("2222222222",), card=True).order == FIRST


def test_a_number_counts_before_what_was_talked_about() -> None:
    assert focus(FIRST, SECOND, numbers=("2222222222",), talked_about="1111111111").order == SECOND


def test_what_was_talked_about_goes_on() -> None:
    assert focus(FIRST, SECOND, talked_about="1111111111").order == FIRST


def test_the_only_open_order_needs_no_naming() -> None:
    signed = order("3333333333", OrderStatus.SIGNED)
    assert focus(signed, SECOND).order == SECOND


def test_among_several_open_orders_the_buyer_must_choose() -> None:
    assert focus(FIRST, SECOND) == Focus(rivals=(FIRST, SECOND))


def test_with_nothing_open_the_newest_order_is_meant() -> None:
    old, new = (
        order("1111111111", OrderStatus.SIGNED, age=timedelta(days=9)),
        order("2222222222", OrderStatus.FINISHED),
    )
    assert focus(new, old).order == new


def test_only_a_named_order_is_pinned() -> None:
    parcel = replace(SECOND, tracking_no="ZT0000000001")
    by_parcel = find_focus([message("到哪了")], conversation(), Slots(tracking_nos=("zt0000000001",)), Facts((parcel,)))
    named = [focus(FIRST, SECOND, card=True), focus(FIRST, SECOND, numbers=("2222222222",)), by_parcel]
    assert [(found.order, found.named) for found in named] == [(FIRST, True), (SECOND, True), (parcel, True)]
    assert not focus(SECOND).named
    assert not focus(FIRST, SECOND, talked_about="1111111111").named


def test_a_pinned_order_that_is_finished_gives_way_to_the_only_open_one() -> None:
    done = order("1111111111", OrderStatus.FINISHED)
    assert focus(done, SECOND, talked_about=done.id).order == SECOND


def test_a_pinned_order_that_is_finished_stays_where_nothing_is_open() -> None:
    old, new = (order(one, OrderStatus.FINISHED, age=age) for one, age in zip(NUMBERS, AGES, strict=True))
    assert focus(old, new, talked_about=old.id).order == old


def test_to_somebody_else_no_order_is_found_but_the_item_is() -> None:
    other = replace(CARD, buyer_id="b2", item_id="i1")
    found = find_focus([other], conversation(), Slots(order_ids=(FIRST.id,)), Facts((FIRST,), {"i1": item()}))
    assert found == Focus(item=item(), stranger=True)


def test_without_orders_there_is_no_focus() -> None:
    assert focus() == Focus()


def test_another_buyers_order_is_never_found_by_any_way() -> None:
    foreign = order("1111111111", buyer="b2")
    assert focus(foreign) == Focus()
    assert focus(foreign, card=True) == Focus()
    assert focus(foreign, numbers=("1111111111",)) == Focus()
    assert focus(foreign, talked_about="1111111111") == Focus()


def test_a_number_that_is_not_known_is_not_taken_for_another_order() -> None:
    assert focus(SECOND, numbers=("9999999999",)) == Focus()


def test_numbers_with_letters_are_found_in_any_case() -> None:
    lettered = order("O20261123")
    assert focus(FIRST, lettered, numbers=("o20261123",)).order == lettered


def test_the_last_shown_item_counts_before_the_one_talked_about() -> None:
    items = {one: item(one) for one in ("i1", "i2", "i3")}
    shown = [message(kind=Kind.ITEM_CARD, item_id=one) for one in ("i1", "i2")]
    talk = conversation(item_id="i3")
    assert find_focus(shown, talk, Slots(), Facts(items=items)).item == items["i2"]
    assert find_focus([message("有货吗")], talk, Slots(), Facts(items=items)).item == items["i3"]


def test_a_shown_item_that_is_not_known_is_not_taken_for_another() -> None:
    shown = [message(kind=Kind.ITEM_CARD, item_id="i9")]
    assert find_focus(shown, conversation(item_id="i1"), Slots(), Facts(items={"i1": item()})).item is None
