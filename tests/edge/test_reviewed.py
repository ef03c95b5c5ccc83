"""What a pair of fresh eyes broke: cards, closed conversations, echoes, odd answers, unreadable rows."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.bell import LocalBell
from bot.channels.webhook import WebhookChannel
from bot.core.book import Book, Topic, Variant, View, Wording
from bot.core.model import Holder, Order
from bot.nudging import Nudging
from bot.ports import Later
from bot.records import Command, Event, Nudge, Outcome, Work
from bot.worker import bounded
from tests.core.book import DAY, TOPICS, book_of, rules
from tests.core.cases import item
from tests.edge.happenings import told, work, wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.edge.test_outbox import SECRET, receiving
from tests.edge.test_unsaid import in_vain
from tests.fakes import NOON, WEBHOOK, order, reply

DOWN = Later("ConnectError")


async def conversation_of(shop: NightShop, number: int) -> Work:
    """The conversation's state as its next turn would find it."""
    await shop.hears(wrote(number, "在吗"))
    shop.clock.turn(5)
    [claim] = await shop.store.claim(shop.clock(), 10)
    return await shop.store.load(claim)


def test_a_card_is_still_there_when_its_question_is_decided_anew(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[str | None, list[str | None]]:
        await shop.store.import_snapshots([item()], [])
        card = wrote(1, "", kind="item_card")
        await shop.hears(replace(card, body={**card.body, "item_id": item().id}), wrote(2, "发什么快递"))
        await shop.works()
        await in_vain(shop, DOWN)
        found = (await conversation_of(shop, 9)).conversation
        return item().id, [found.item_id if found else None]

    mine, found = in_the_shop(tmp_path, story)
    assert found == [mine]


def test_what_people_closed_meanwhile_is_not_answered_any_more(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[Command]:
        await shop.after(wrote(1, "发什么快递"))
        [one] = await shop.store.claim_commands(shop.clock(), 20, WEBHOOK)
        await shop.store.mark_retry(one, shop.clock(), DOWN)
        await shop.after(told(2, "conversation.closed"))
        shop.clock.turn(11 * 60)
        await shop.sending()
        await shop.works()
        return await shop.sending()

    assert in_the_shop(tmp_path, story) == []


def test_a_reply_that_waits_is_not_sent_into_a_closed_conversation(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[Command]:
        await shop.after(wrote(1, "发什么快递"))
        await shop.after(told(2, "conversation.closed"))
        return await shop.sending()

    assert in_the_shop(tmp_path, story) == []


def test_the_echo_of_a_reply_that_came_late_is_no_human(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> Holder | None:
        await shop.after(wrote(1, "发什么快递"))
        shop.clock.turn(5 * 60)
        [one] = await shop.store.claim_commands(shop.clock(), 20, WEBHOOK)
        await shop.store.mark_sent(one, shop.clock())
        await shop.after(wrote(7, str(one.command.data["text"]), sender="seller"))
        found = (await conversation_of(shop, 9)).conversation
        return found.holder if found else None

    assert in_the_shop(tmp_path, story) is Holder.BOT


@pytest.mark.parametrize("wish", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "9" * 400, "soon", "-1"])
def test_an_odd_wish_of_a_channel_is_no_reason_to_doubt_less(wish: str) -> None:
    async def run() -> object:
        answer = f"500 Oh\r\nretry-after: {wish}"
        async with receiving(answer) as receiver, httpx.AsyncClient(trust_env=False) as client:
            return await WebhookChannel(receiver.url, SECRET, [client]).send(reply("r1"), NOON)

    answer = asyncio.run(run())
    assert isinstance(answer, Later)
    assert answer.unsure


def speaks(view: View) -> str:
    """A wording that fails on some orders."""
    title = str(view["order"]["title"])
    if title.startswith("坏"):
        raise ZeroDivisionError(title)
    return f"亲，「{title}」还没付款。"


def half_broken() -> Book:
    wording = Wording("亲", "replies/a.md:1", frozenset({"order.title"}), speaks)
    nudge = Topic("system/nudge", "催付", "replies/a.md:1", {"unpaid": Variant("unpaid", (wording,))})
    return book_of([*(one for one in TOPICS if one.name != nudge.name), nudge], rules())


def test_a_nudge_that_cannot_be_said_is_for_people_and_stops_no_other(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[list[str | None], int]:
        shop.clock.moment, shop.book[0] = DAY, half_broken()
        titles = [*(f"坏{number}" for number in range(5)), "卫衣"]
        mine = [_of(number, title) for number, title in enumerate(titles)]
        await shop.store.import_snapshots([], [replace(one, created_at=DAY, updated_at=DAY) for one in mine])
        await shop.hears(told(1, "x"))
        [claim] = await shop.store.claim(shop.clock(), 1)
        plan = tuple(Nudge(one.id, "首次催付", DAY, buyer_id=one.buyer_id) for one in mine)
        assert await shop.store.save(claim, Outcome(plan=plan), DAY)
        shop.clock.turn(60)
        with capture_logs():
            await Nudging(shop.store, LocalBell(), lambda: shop.book[0], shop.clock, structlog.get_logger()).tick()
        return [one.order_id for one in await shop.sending()], (await shop.store.vitals(shop.clock())).review

    assert in_the_shop(tmp_path, story) == (["卫衣"], 5)


def _of(number: int, title: str) -> Order:
    """An unpaid order of a buyer of its own."""
    line = replace(order().lines[0], title=title)
    return replace(order(), id=title, buyer_id=f"b{number}", conversation_id=f"c{number}", lines=(line,))


def lengthy(lengths: list[int]) -> tuple[Event, ...]:
    return tuple(wrote(number, "好" * length) for number, length in enumerate(lengths))


@given(st.lists(st.integers(0, 4_000), min_size=1, max_size=30))
def test_a_turn_thinks_about_no_more_than_its_lease_has_time_for(lengths: list[int]) -> None:
    events = lengthy(lengths)
    kept = bounded(work(*events)).events
    assert kept == events[: len(kept)]
    assert len(kept) == 1 or sum(lengths[: len(kept)]) <= 4_000
    assert len(kept) == len(events) or sum(lengths[: len(kept) + 1]) > 4_000
