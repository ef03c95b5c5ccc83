"""A buyer's card, and what agents write down, over a real store."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.acting import Place
from bot.annotating import Annotating
from bot.bell import LocalBell
from bot.buyer_card import BuyerCards, CardTalk
from bot.core.buyer import Agreed
from bot.core.model import Holder, OrderStatus, Refund
from bot.refusals import KeyTakenError, UnfitError, UnknownError
from tests.core.book import TOPICS, book_of, rules
from tests.edge.desks import C1, QUESTION, Floor, on_the_floor
from tests.edge.happenings import snapshot, wrote
from tests.fakes import WEBHOOK, order


def cards(floor: Floor) -> BuyerCards:
    return BuyerCards(floor.shop.store, lambda: floor.shop.book[0], floor.shop.clock)


def annotating(floor: Floor) -> Annotating:
    return Annotating(floor.shop.store, LocalBell(), lambda: floor.shop.book[0], floor.shop.clock)


async def notes(floor: Floor) -> list[tuple[object, object, object]]:
    claimed = await floor.shop.store.claim_commands(floor.shop.clock(), 20, WEBHOOK)
    for one in claimed:
        await floor.shop.store.mark_sent(one, floor.shop.clock())
    told = [one.command.data for one in claimed if one.command.type == "order.note"]
    return [(one["order_id"], one["memo"], one["flag"]) for one in told]


def test_a_card_tells_who_the_buyer_is_and_hides_the_name(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        sent = replace(
            order(OrderStatus.SHIPPED), carrier="中通", tracking_no="ZT1", memo="老客", flag="red", refund=Refund.ASKED
        )
        await floor.shop.after(snapshot(5, sent))
        await floor.desk.hand_back(C1, "a01")
        await floor.shop.after(wrote(2, "身高165 体重50kg 穿多大码"))
        await floor.shop.after(wrote(3, QUESTION, conversation="c2"))
        await floor.sends()
        told = await cards(floor).card(C1)
        assert (told.buyer_id, told.name) == ("b1", "小*")
        assert {one.name for one in told.told} >= {"height", "weight"}
        assert all(one.holds for one in told.told)
        [bought] = told.orders
        assert (bought.id, bought.titles, bought.refund) == ("o1", ("加绒卫衣",), Refund.ASKED)
        assert (bought.carrier, bought.tracking_no, bought.memo, bought.flag) == ("中通", "ZT1", "老客", "red")
        assert (told.orders_count, told.hand_offs) == (1, 1)
        [past] = told.past
        assert (past.id, past.holder) == ("c2", Holder.BOT)
        assert (await cards(floor).card(Place("webhook", "c2"))).past[0].reasons == ("买家要求人工",)

    on_the_floor(tmp_path, story)


def test_what_was_agreed_and_promised_stands_on_the_card(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        await floor.shop.after(wrote(2, "退订"))
        due = floor.shop.clock().replace(hour=23)
        await floor.desk.owe(C1, "a01", "promise", "今天补发", due)
        told = await cards(floor).card(C1)
        assert [(one.text, one.due_at, one.agent_id) for one in told.owed] == [("今天补发", due, "a01")]
        assert told.consent
        assert told.consent.state is Agreed.WITHDRAWN

    on_the_floor(tmp_path, story)


def test_the_last_line_of_a_past_conversation_shows_no_number(tmp_path: Path) -> None:
    async def story(floor: Floor) -> CardTalk:
        await floor.shop.after(wrote(2, "电话13900001111", conversation="c2"))
        return (await cards(floor).card(C1)).past[0]

    told = on_the_floor(tmp_path, story)
    assert (told.last, told.last_author) == ("电话***", "buyer")


def test_tags_say_who_set_them_and_one_taken_off_is_gone(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        await annotating(floor).tag(C1, "a01", " 送礼 ", on=True)
        floor.shop.clock.turn(1)
        kept = await annotating(floor).tag(C1, "a01", "VIP", on=True)
        assert [one.name for one in kept] == ["送礼", "VIP"]
        assert [(one.name, one.by) for one in (await cards(floor).card(C1)).tags] == [("VIP", "a01"), ("送礼", "a01")]
        assert [one.name for one in await annotating(floor).tag(C1, "a01", "VIP", on=False)] == ["送礼"]

    on_the_floor(tmp_path, story)


@pytest.mark.parametrize("name", ["黑名单", "", "长" * 40])
def test_a_tag_that_the_rules_do_not_list_is_refused_with_those_that_they_do(tmp_path: Path, name: str) -> None:
    async def story(floor: Floor) -> None:
        known = rules().buyers.model_copy(update={"agent_tags": ("送礼", "VIP"), "free_tags": False})
        floor.shop.book[0] = book_of(TOPICS, replace(rules(), buyers=known))
        with pytest.raises(UnfitError, match="送礼、VIP"):
            await annotating(floor).tag(C1, "a01", name, on=True)
        with pytest.raises(UnknownError):
            await annotating(floor).tag(C1, "a99", "送礼", on=True)
        assert (await cards(floor).card(C1)).tags == ()

    on_the_floor(tmp_path, story)


def test_a_note_is_added_to_what_the_order_says_once_for_each_key(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[tuple[object, object, object]]:
        await floor.shop.after(snapshot(5, replace(order(OrderStatus.PAID), memo="老客", flag="green")))
        for _ in range(2):
            told = await annotating(floor).order_note(C1, "a01", "o1", " 发票 抬头已核 ", None, "k1")
            assert (told.order_id, told.memo) == ("o1", "发票 抬头已核")
        with pytest.raises(KeyTakenError):
            await annotating(floor).order_note(C1, "a01", "o1", "别的", None, "k1")
        return await notes(floor)

    assert on_the_floor(tmp_path, story) == [("o1", "老客\n发票 抬头已核", "green")]


def test_a_flag_that_is_asked_for_stands_over_those_of_ours(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[tuple[object, object, object]]:
        await floor.shop.after(snapshot(5, replace(order(OrderStatus.PAID), flag="yellow")))
        await annotating(floor).order_note(C1, "a01", "o1", "我的单", "red", "k1")
        return await notes(floor)

    assert on_the_floor(tmp_path, story) == [("o1", "我的单", "red")]


def test_notes_on_another_buyers_order_with_odd_flags_or_empty_are_refused(tmp_path: Path) -> None:
    async def story(floor: Floor) -> list[tuple[object, object, object]]:
        note = annotating(floor).order_note
        await floor.shop.after(snapshot(5, order()), snapshot(6, order(one="o2", buyer="b2")))
        await floor.shop.after(wrote(2, QUESTION))
        for order_id in ("o2", "o9"):
            with pytest.raises(UnknownError, match=order_id):
                await note(C1, "a01", order_id, "备注", None, "k")
        with pytest.raises(UnfitError, match="yellow、red、blue"):
            await note(C1, "a01", "o1", "备注", "彩旗", "k")
        for memo in (" ", "长" * 201):
            with pytest.raises(UnfitError, match="200"):
                await note(C1, "a01", "o1", memo, None, "k")
        with pytest.raises(UnknownError):
            await note(C1, "a99", "o1", "备注", None, "k")
        return await notes(floor)

    assert on_the_floor(tmp_path, story) == []
