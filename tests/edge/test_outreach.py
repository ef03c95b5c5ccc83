"""What buyers and people do between a nudge's planning and its sending, through the worker and the scheduler."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import select

from bot.bell import LocalBell
from bot.core.book import Book
from bot.core.model import Order, OrderStatus
from bot.greeting import Greetings
from bot.nudging import Nudging
from bot.store.engine import as_it_is, read
from bot.store.schema import nudge
from tests.core.book import DAY, TOPICS, book_of, local, rules
from tests.core.cases import order
from tests.edge.happenings import snapshot, told, wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.edge.test_greeting import MORNING, agrees, greeting_book

STEPS = [
    {"name": "一", "after": "10m", "reply": "system/nudge"},
    {"name": "二", "after": "2h", "reply": "system/nudge"},
]


def nudging_book(**limits: str) -> Book:
    free = {"after_talk": "0s", "apart": "0s", "most": "9", **limits}
    return book_of(TOPICS, rules(nudges={"steps": STEPS, "quiet": [], "limits": free}))


def unpaid(one: str = "1111111111", buyer: str = "b1", talk: str = "c1", at: datetime = DAY) -> Order:
    plain = replace(order(one, status=OrderStatus.UNPAID), buyer_id=buyer, conversation_id=talk)
    return replace(plain, created_at=at, updated_at=at)


async def ticks(shop: NightShop, at: datetime) -> int:
    shop.clock.moment = at
    return await Nudging(shop.store, LocalBell(), lambda: shop.book[0], shop.clock, structlog.get_logger()).tick()


def ledger(path: Path) -> Sequence[tuple[str, str, str | None]]:
    engines = as_it_is(f"sqlite:///{path / 'n.db'}")
    rows = read(engines.read, lambda connection: connection.execute(select(nudge).order_by(nudge.c.step)).all())
    engines.dispose()
    return [(row.step, row.state, row.reason) for row in rows]


def test_a_refusal_that_an_agent_answers_at_once_is_heard(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        shop.book[0], shop.clock.moment = nudging_book(), DAY
        await shop.after(snapshot(1, unpaid()), wrote(2, "你好"))
        await shop.works()
        await shop.after(wrote(3, "我不要了"), wrote(4, "好的亲", sender="seller"))
        await shop.after(told(5, "conversation.handed_back"))
        await shop.sending()
        return await ticks(shop, DAY + timedelta(minutes=11))

    assert in_the_shop(tmp_path, story) == 0
    assert {reason for _, _, reason in ledger(tmp_path)} == {"refused"}


def test_an_answer_that_an_agent_takes_ends_the_chain(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        shop.book[0], shop.clock.moment = nudging_book(), DAY
        await shop.after(snapshot(1, unpaid()))
        assert await ticks(shop, DAY + timedelta(minutes=11)) == 1
        for claimed in await shop.store.claim_commands(shop.clock(), 9, frozenset({"webhook"})):
            await shop.store.mark_sent(claimed, shop.clock())
        await shop.after(wrote(3, "等我问下老公"), wrote(4, "好的亲", sender="seller"))
        await shop.after(told(5, "conversation.handed_back"))
        return await ticks(shop, DAY + timedelta(hours=3))

    assert in_the_shop(tmp_path, story) == 0
    assert ledger(tmp_path)[1] == ("二", "cancelled", "answered")


def test_who_wants_to_hear_of_nothing_is_not_nudged_for_later_orders_either(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        shop.book[0], shop.clock.moment = nudging_book(), DAY
        await shop.after(wrote(1, "退订"))
        shop.clock.moment = DAY + timedelta(hours=1)
        await shop.after(snapshot(2, unpaid(at=shop.clock())))
        await shop.sending()
        return await ticks(shop, DAY + timedelta(hours=1, minutes=11))

    assert in_the_shop(tmp_path, story) == 0
    assert ledger(tmp_path)[0] == ("一", "cancelled", "not_agreed")


def test_the_days_limit_holds_within_one_tick(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        shop.book[0], shop.clock.moment = nudging_book(day="3"), DAY
        for number in range(8):
            await shop.hears(snapshot(number, unpaid(f"o{number}", f"b{number}", f"c{number}")))
        await shop.works()
        return await ticks(shop, DAY + timedelta(minutes=11))

    assert in_the_shop(tmp_path, story) == 3


def test_a_nudge_under_way_stays_behind_when_the_buyer_calls_for_people(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> Mapping[str, int]:
        shop.book[0], shop.clock.moment = nudging_book(), DAY
        await shop.after(snapshot(1, unpaid()), wrote(2, "你好"))
        await shop.works()
        await shop.sending()
        assert await ticks(shop, DAY + timedelta(minutes=11)) == 1
        await shop.after(wrote(3, "转人工 你们是黑店"))
        return Counter(str(one.purpose) for one in await shop.sending())

    assert "nudge" not in in_the_shop(tmp_path, story)


def test_all_orders_placed_before_a_refusal_are_left_alone_however_many(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> int:
        shop.book[0], shop.clock.moment = nudging_book(), DAY
        for number in range(25):
            await shop.hears(snapshot(number, unpaid(f"o{number:02}", at=DAY + timedelta(seconds=number))))
        for _ in range(4):
            await shop.works()
        await shop.after(wrote(99, "我都不要了"))
        return await ticks(shop, DAY + timedelta(minutes=15))

    assert in_the_shop(tmp_path, story) == 0


def test_a_buyer_is_greeted_once_in_whichever_conversation(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[int, int]:
        shop.book[0], shop.clock.moment = greeting_book(), local("2026-12-01 10:00")
        await agrees(shop, 1, "b1")
        shop.clock.moment = MORNING
        first = await greets(shop)
        await shop.after(wrote(2, "你好", conversation="other", buyer="b1"))
        return first, await greets(shop)

    assert in_the_shop(tmp_path, story) == (1, 0)


def test_a_greeting_under_way_stays_behind_when_the_buyer_takes_the_agreement_back(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[str]:
        shop.book[0], shop.clock.moment = greeting_book(), local("2026-12-01 10:00")
        await agrees(shop, 1, "b1")
        await shop.sending()
        shop.clock.moment = MORNING
        assert await greets(shop) == 1
        await shop.after(wrote(2, "退订", conversation="c-b1", buyer="b1"))
        return [str(one.purpose) for one in await shop.sending() if one.purpose == "care"]

    assert in_the_shop(tmp_path, story) == []


async def greets(shop: NightShop) -> int:
    """By a process that has just started."""
    return await Greetings(shop.store, LocalBell(), lambda: shop.book[0], shop.clock, structlog.get_logger()).tick()
