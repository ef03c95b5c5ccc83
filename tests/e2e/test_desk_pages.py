"""Two agents and three buyers in real pages: the night's messages, the morning's queue, and back to the bot."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from bot.core.staff import Role
from tests.e2e.deskside import Agent, Buyer, DeskShop
from tests.e2e.night_cast import on
from tests.e2e.shop import until
from tests.web.axe import faults
from tests.web.browsing import chromium


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskShop]:
    folder: Path = tmp_path_factory.mktemp("desk")
    opened = DeskShop(folder, {"routing": quick, "reception": at_night})
    try:
        opened.start()
        opened.employs({"a01": Role.AGENT, "a02": Role.AGENT, "s01": Role.SUPERVISOR})
        yield opened
    finally:
        opened.end()


def quick(rules: dict[str, Any]) -> None:
    """One thread each is given out; who closes the laptop is missed soon."""
    rules["dispatch"] |= {"absent_after": "20s", "limit": "3", "rest": "30s"}


def at_night(rules: dict[str, Any]) -> None:
    """The bot comes first at every hour; what it checks does not depend on the minute of the test."""
    rules["checks"] = [{"at": "2026-10-28 02:00", "live": [], "mode": "bot_first"}]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
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
        agent.logs_in(number)
    return agents[0], agents[1]


def the_night_stands_in_the_mornings_queue_the_oldest_first(crew: tuple[Agent, Agent]) -> None:
    first, _ = crew
    expect(first.section("waiting")).to_have_count(3)
    expect(first.section("waiting").first).to_contain_text("第0个问题")
    expect(first.page).to_have_title(re.compile(r"^\(3\)"))


def of_two_who_claim_at_once_one_wins_and_the_other_is_told(crew: tuple[Agent, Agent]) -> None:
    """Both look at the same thread; neither has seen the other's click. Who claims is there, and may be given the next
    one before we look."""
    for agent in crew:
        agent.opens(agent.section("waiting").first)
    for agent in crew:
        agent.page.evaluate("document.querySelector('#head [data-key=c]').form.requestSubmit()")
    mine = [agent.section("mine").filter(has_text="第0个问题") for agent in crew]
    until(lambda: sum(rows.count() for rows in mine), "somebody has it")
    lost = 1 if mine[0].count() else 0
    expect(mine[1 - lost]).to_have_count(1)
    expect(mine[lost]).to_have_count(0)
    expect(crew[lost].page.locator("#error")).to_contain_text("手上")


def the_next_buyer_is_one_key_and_a_reply_arrives(
    shop: DeskShop, crew: tuple[Agent, Agent], buyers: list[Buyer]
) -> None:
    """Whoever lost takes the next; both clock in and each has what they took."""
    for agent in crew:
        agent.is_here()
    _, second = crew
    second.page.goto(f"{shop.url}/desk")
    second.strokes = 0
    second.press("n")
    expect(second.page.locator("#head .tag", has_text="我的")).to_be_visible()
    assert second.strokes == 1
    number = _number_of(second)
    second.replies(f"您好，小周来看第{number}位的问题")
    buyers[number].reads(f"小周来看第{number}位的问题")


def what_the_buyer_writes_shows_at_the_desk_without_a_reload(crew: tuple[Agent, Agent], buyers: list[Buyer]) -> None:
    _, second = crew
    second.page.evaluate("window.untouched = true")
    number = _number_of(second)
    buyers[number].writes("发什么快递呀")
    expect(second.lines.last).to_contain_text("发什么快递呀")
    assert second.page.evaluate("window.untouched") is True


def the_suggestion_goes_with_one_key_and_a_quick_phrase_with_its_code_and_enter(
    crew: tuple[Agent, Agent], buyers: list[Buyer]
) -> None:
    _, second = crew
    number = _number_of(second)
    words = second.page.locator("#suggested").inner_text()
    second.strokes = 0
    second.press("Control+Enter")
    expect(second.page.locator("#log .line.agent").last).to_contain_text(words[:12])
    assert second.strokes == 1
    expect(second.page.locator("#log .line.agent").last).to_contain_text("replies/")  # sent as the files say it
    buyers[number].reads(words[:12])
    buyers[number].writes("发什么快递嘛")
    expect(second.page.locator("#suggested")).to_contain_text(words[:12])
    before = second.page.locator("#log .line.agent").count()
    second.press("Escape", "e")
    expect(second.page.locator("#text")).to_have_value(words)
    second.press("Enter")
    expect(second.page.locator("#log .line.agent")).to_have_count(before + 1)
    expect(second.page.locator("#log .line.agent").last).to_contain_text(
        "replies/"
    )  # looked over, and left as it stood
    code = second.page.evaluate(
        "fetch(document.getElementById('thread').dataset.path + '/shorts?p=').then((r) => r.text())"
    )
    short = re.findall(r'data-code="([a-z]{1,3})" data-text="([^"]{4,12})', code)[0]
    second.strokes = 0
    second.press("/", *short[0])
    assert second.strokes <= 4
    expect(second.page.locator("#shorts [aria-selected=true]")).to_contain_text(f"/{short[0]}")
    second.press("Enter")
    expect(second.page.locator("#log .line.agent").last).to_contain_text(short[1][:4])
    expect(second.page.locator("#log .line.agent").last).to_contain_text("replies/")


def haste_loses_nothing_doubles_nothing_and_hits_nothing_else(crew: tuple[Agent, Agent], buyers: list[Buyer]) -> None:
    """Quicker than the service answers; half a sentence in the box; a form open."""
    _, second = crew
    page, number = second.page, _number_of(second)
    for text in ("这句先发", "那句接着发", "加我微信聊"):
        page.locator("#text").fill(text)
        page.keyboard.press("Enter")
    for text in ("这句先发", "那句接着发"):
        expect(page.locator("#log .line.agent", has_text=text)).to_have_count(1)
    expect(page.locator("#error")).to_contain_text("高压线")
    expect(page.locator("#text")).to_have_value("加我微信聊")
    buyers[number].writes("发什么快递哦")
    expect(page.locator("#suggested")).to_contain_text("韵达")
    before = page.locator("#log .line.agent", has_text="韵达").count()
    page.locator("#text").fill("写了一半的话")
    page.keyboard.press("Escape")
    for _ in range(3):
        page.keyboard.press("s")
    buyers[number].writes("好的谢谢")
    expect(second.lines.last).to_contain_text("好的谢谢")
    expect(page.locator("#log .line.agent", has_text="韵达")).to_have_count(before + 1)
    expect(page.locator("#text")).to_have_value("写了一半的话")
    page.locator("#text").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.keyboard.type("xb")
    expect(page.locator(".pop[open] input[name=text]")).to_have_value("xb")
    page.keyboard.press("Escape")
    expect(page.locator("#head")).to_contain_text("人工接待")


def a_transfer_moves_it_with_a_note_and_handed_back_the_bot_answers_again(
    crew: tuple[Agent, Agent], buyers: list[Buyer]
) -> None:
    first, second = crew
    number = _number_of(second)
    second.transfers("a01", "买家急，先回她")
    buyers[number].writes("人在吗")
    first.opens(first.section("mine").filter(has_text="人在吗"))
    expect(first.page.locator("#card")).to_contain_text("买家急，先回她")
    first.page.locator("#head [data-key=b]").click()
    expect(first.page.locator("#head")).to_contain_text("机器人接待")
    buyers[number].writes("发什么快递")
    buyers[number].reads("韵达")
    expect(first.lines.last).to_contain_text("韵达")


def a_closed_laptop_lets_its_threads_move_on(shop: DeskShop, crew: tuple[Agent, Agent], buyers: list[Buyer]) -> None:
    """Whoever is left gets what the other had."""
    first, second = crew
    if not second.section("mine").count():
        first.opens(first.section("mine").first)
        first.transfers("a02", "")
    second.opens(second.section("mine").first)
    number = _number_of(second)
    buyers[number].writes("人呢，还没人吗")
    expect(second.section("mine").filter(has_text="人呢")).to_have_count(1)
    second.context.close()
    for _ in range(8):
        shop.passes(10)
        first.page.reload()
    expect(first.section("mine").filter(has_text="人呢")).to_have_count(1)


def _number_of(agent: Agent) -> int:
    """Which of the buyers the open thread is of: they wrote so."""
    found = re.search(r"第(\d)个问题", agent.page.locator("#log").inner_text())
    assert found
    return int(found[1])


@pytest.mark.timeout(300)
def test_a_night_and_a_morning_at_the_desk(shop: DeskShop, crew: tuple[Agent, Agent], buyers: list[Buyer]) -> None:
    """One story: each step goes on where the one before it ended, so they are one test wherever it runs."""
    the_night_stands_in_the_mornings_queue_the_oldest_first(crew)
    of_two_who_claim_at_once_one_wins_and_the_other_is_told(crew)
    the_next_buyer_is_one_key_and_a_reply_arrives(shop, crew, buyers)
    what_the_buyer_writes_shows_at_the_desk_without_a_reload(crew, buyers)
    the_suggestion_goes_with_one_key_and_a_quick_phrase_with_its_code_and_enter(crew, buyers)
    haste_loses_nothing_doubles_nothing_and_hits_nothing_else(crew, buyers)
    a_transfer_moves_it_with_a_note_and_handed_back_the_bot_answers_again(crew, buyers)
    a_closed_laptop_lets_its_threads_move_on(shop, crew, buyers)


PAGES = ("", "/office", "/office/roster", "/office/handovers", "/office/issues", "/office/record", "/office/letters",
         "/audit", "/password")  # fmt: skip


@pytest.mark.parametrize(("scheme", "size"), [("light", (390, 844)), ("dark", (1440, 900))], ids=["phone", "desktop"])
def test_no_page_shuts_anybody_out(
    shop: DeskShop, browser: Browser, buyers: list[Buyer], scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    """Every page of a supervisor's, one thread among them. The tool is a script that we bring, hence no policy."""
    assert buyers
    view = ViewportSize(width=size[0], height=size[1])
    boss = Agent(browser.new_context(locale="zh-CN", color_scheme=scheme, bypass_csp=True, viewport=view), shop.url)
    boss.logs_in("s01")
    boss.page.goto(f"{shop.url}/desk/search?q=page-")
    thread = boss.page.locator(".row a").first.get_attribute("href")
    assert thread
    for path in (*(f"/desk{one}" for one in PAGES), thread):
        boss.page.goto(f"{shop.url}{path}")
        assert faults(boss.page) == [], path
        assert not boss.page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    assert boss.complaints == []
    boss.context.close()


def test_the_desk_is_light_and_takes_nothing_from_elsewhere(shop: DeskShop, browser: Browser) -> None:
    """All that a browser loads that has never been here, counted on the wire."""
    visitor = Agent(browser.new_context(locale="zh-CN"), shop.url)
    visitor.logs_in("a01")
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes, places = list[float](), set[str]()
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    visitor.page.on("request", lambda asked: places.add(asked.url.split("/")[2]))
    answer = visitor.page.goto(f"{shop.url}/desk", wait_until="load")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    print(f"first load of the desk: {sum(sizes):.0f} bytes")
    assert 5_000 < sum(sizes) <= 60 * 1024
    assert places == {shop.url.split("/")[2]}
    visitor.context.close()


def test_told_to_end_the_service_lets_go_of_open_pages(shop: DeskShop, crew: tuple[Agent, Agent]) -> None:
    first, second = crew
    assert first.complaints == second.complaints == []
    first.page.goto(f"{shop.url}/desk")
    expect(first.page.locator("#queue")).to_be_visible()
    assert shop.stop() == 0
