"""Two agents and three buyers in real pages: the night's messages, the morning's queue, and back to the bot."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.deskside import Agent, Buyer, DeskShop, seats
from tests.e2e.night_cast import on


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskShop]:
    folder: Path = tmp_path_factory.mktemp("desk")
    opened = DeskShop(folder, {"routing": quick})
    try:
        opened.start()
        for number, name, role in (("a01", "小林", "agent"), ("a02", "小周", "agent"), ("s01", "老王", "supervisor")):
            opened.employs(number, name, role)
        yield opened
    finally:
        opened.end()


def quick(rules: dict[str, Any]) -> None:
    """One thread each is given out; who closes the laptop is missed soon."""
    rules["dispatch"] |= {"absent_after": "20s", "limit": "1", "rest": "30s"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with seats() as opened:
        yield opened


@pytest.fixture(scope="module")
def buyers(shop: DeskShop, browser: Browser) -> list[Buyer]:
    """Who wrote in the night, and was told when people come."""
    found = [Buyer(browser.new_context(locale="zh-CN"), shop.url) for _ in range(3)]
    shop.turn(on("02:13"))
    for number, buyer in enumerate(found):
        buyer.comes()
        buyer.writes(f"转人工，第{number}个问题")
        buyer.reads("09:00")
        shop.passes(60)
    shop.turn(on("09:01"))
    return found


@pytest.fixture(scope="module")
def crew(shop: DeskShop, browser: Browser, buyers: list[Buyer]) -> tuple[Agent, Agent]:
    """Logged in, not clocked in."""
    assert buyers
    agents = [Agent(browser.new_context(locale="zh-CN"), shop.url) for _ in range(2)]
    for agent, number in zip(agents, ("a01", "a02"), strict=True):
        agent.logs_in(number, shop.once[number])
    return agents[0], agents[1]


def test_the_night_stands_in_the_mornings_queue_the_oldest_first(crew: tuple[Agent, Agent]) -> None:
    first, _ = crew
    expect(first.section("waiting")).to_have_count(3)
    expect(first.section("waiting").first).to_contain_text("第0个问题")
    expect(first.page).to_have_title(re.compile(r"^\(3\)"))


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(crew: tuple[Agent, Agent]) -> None:
    """Both look at the same thread; neither has seen the other's click."""
    for agent in crew:
        agent.opens(agent.section("waiting").first)
    for agent in crew:
        agent.page.evaluate("document.querySelector('#head [data-key=c]').form.requestSubmit()")
    first, second = crew
    winner, loser = (first, second) if first.section("mine").count() else (second, first)
    expect(winner.section("mine")).to_have_count(1)
    expect(loser.section("mine")).to_have_count(0)
    expect(loser.page.locator("#error")).to_contain_text("手上")


def test_the_next_buyer_is_one_key_and_the_reply_arrives(
    shop: DeskShop, crew: tuple[Agent, Agent], buyers: list[Buyer]
) -> None:
    pass
