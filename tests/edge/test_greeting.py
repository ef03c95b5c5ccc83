"""Greetings on their day, to buyers who agreed, once each."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
import structlog

from bot.bell import LocalBell
from bot.core.book import Book
from bot.greeting import Greetings
from bot.records import Command
from tests.core.book import TOPICS, book_of, local, rules, topic
from tests.edge.happenings import wrote
from tests.edge.nightshop import NightShop, in_the_shop

NEW_YEAR = {"name": "元旦", "day": "2027-01-01", "at": "10:00", "reply": "care/new_year"}
QUIET = [{"from": "21:30", "to": "09:00"}]
MORNING = local("2027-01-01 10:00")


def greeting_book(**more: object) -> Book:
    care = {"greetings": [{**NEW_YEAR, **more}], "quiet": QUIET}
    said = topic("care/new_year", {"default": "亲，{{ shop.name }}祝您新年快乐。"})
    return book_of([*TOPICS, said], rules(care=care))


async def agrees(shop: NightShop, number: int, buyer: str, text: str = "有活动通知我") -> None:
    await shop.after(wrote(number, text, conversation=f"c-{buyer}", buyer=buyer))


def _greetings(shop: NightShop) -> Greetings:
    return Greetings(shop.store, LocalBell(), lambda: shop.book[0], shop.clock, structlog.get_logger())


async def greeted(shop: NightShop, now: datetime) -> list[Command]:
    """What goes out at a moment."""
    shop.clock.moment = now
    await _greetings(shop).tick()
    return [one for one in await shop.sending() if one.purpose == "care"]


def told(tmp_path: Path, now: datetime, *texts: str, **more: object) -> list[str]:
    """Who is greeted, of buyers who said these things."""

    async def story(shop: NightShop) -> list[str]:
        shop.book[0] = greeting_book(**more)
        for number, text in enumerate(texts):
            await agrees(shop, number, f"b{number}", text)
        await shop.sending()
        return [str(one.data["buyer_id"]) for one in await greeted(shop, now)]

    return in_the_shop(tmp_path, story)


def test_only_who_agreed_and_did_not_take_it_back_is_greeted(tmp_path: Path) -> None:
    assert told(tmp_path, MORNING, "有活动通知我", "你好", "有活动通知我 算了别再发了") == ["b0"]


@pytest.mark.parametrize("now", ["2027-01-01 09:59", "2026-12-31 10:00", "2027-01-01 21:30", "2027-01-02 00:00"])
def test_nobody_is_greeted_before_its_time_after_its_day_or_in_the_quiet_hours(tmp_path: Path, now: str) -> None:
    assert told(tmp_path, local(now), "有活动通知我") == []


def test_a_greeting_that_is_switched_off_greets_nobody(tmp_path: Path) -> None:
    assert told(tmp_path, MORNING, "有活动通知我", enabled=False) == []


def test_whom_people_look_after_is_not_greeted(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[Command]:
        shop.book[0] = greeting_book()
        await agrees(shop, 1, "b1")
        await shop.after(wrote(2, "我来帮您", conversation="c-b1", buyer="b1", sender="seller"))
        await shop.sending()
        return await greeted(shop, MORNING)

    assert in_the_shop(tmp_path, story) == []


def test_two_processes_and_a_restart_greet_each_buyer_once(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> tuple[int, list[str]]:
        shop.book[0], shop.clock.moment = greeting_book(), local("2026-12-01 10:00")
        for number in range(3):
            await agrees(shop, number, f"b{number}")
        shop.clock.moment = MORNING
        ticks = [_greetings(shop) for _ in range(2)]
        queued = await asyncio.gather(*(one.tick() for one in (*ticks, *ticks)))
        anew = await _greetings(shop).tick()
        sent = [one for one in await shop.sending() if one.purpose == "care"]
        return sum(queued) + anew, sorted(str(one.data["buyer_id"]) for one in sent)

    assert in_the_shop(tmp_path, story) == (3, ["b0", "b1", "b2"])
