"""The buyer page in a real browser, on a phone and on a desktop."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.errors import YebanError
from bot.ports import Overloaded, StoreDown
from tests.web.browsing import DESKTOP, PHONE, browsing, chromium
from tests.web.fakes import FakeStore
from tests.web.shopfloor import TITLES, buyer_page

ATTACK = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def address(store: FakeStore) -> Iterator[str]:
    with buyer_page(store) as address:
        yield address


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, address: str, browser: Browser) -> Iterator[Page]:
    with browsing(browser, request.param) as page:
        page.goto(address)
        yield page


def write(page: Page, text: str) -> None:
    page.get_by_label("输入消息").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def conversation(store: FakeStore) -> str:
    return str(next(iter(store.events.values())).body["conversation_id"])


def assert_fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, "the page can be pushed sideways"


def test_a_message_and_a_line_pushed_later_appear_without_a_reload(page: Page, store: FakeStore) -> None:
    page.evaluate("window.untouched = true")
    write(page, "发什么快递")
    expect(page.locator(".line.buyer:not(.pending) .bubble")).to_have_text("发什么快递")
    expect(page.locator(".pending")).to_have_count(0)
    store.say(conversation(store), "bot", "亲，默认发中通。")
    expect(page.locator(".line.bot .bubble")).to_have_text("亲，默认发中通。")
    expect(page.locator(".line")).to_have_count(2)
    expect(page.get_by_label("输入消息")).to_have_value("")
    assert page.evaluate("window.untouched") is True
    assert_fits(page)


def test_markup_of_a_buyer_and_of_an_agent_is_shown_as_text(page: Page, store: FakeStore) -> None:
    write(page, ATTACK)
    expect(page.locator(".line.buyer:not(.pending) .bubble")).to_have_text(ATTACK)
    store.say(conversation(store), "a01", ATTACK)
    expect(page.locator(".line.agent .bubble")).to_have_text(ATTACK)
    page.reload()
    expect(page.locator(".line.agent .bubble")).to_have_text(ATTACK)
    assert "hit" not in page.title()
    assert_fits(page)


def test_a_question_and_a_product_are_one_click_each(page: Page, store: FakeStore) -> None:
    page.get_by_role("button", name="可以开发票吗").click()
    page.get_by_role("button", name=TITLES[1]).click()
    expect(page.locator(".line.buyer:not(.pending) .bubble")).to_have_text(["可以开发票吗", f"商品 {TITLES[1]} ¥60.00"])
    assert [event.body["kind"] for event in store.events.values()] == ["text", "item_card"]


def test_the_keyboard_is_enough(page: Page, store: FakeStore) -> None:
    box = page.get_by_label("输入消息")
    box.focus()
    page.keyboard.type("first")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    expect(page.locator(".line.buyer:not(.pending) .bubble")).to_have_text("first\nsecond")
    assert [event.body["text"] for event in store.events.values()] == ["first\nsecond"]


def test_a_double_click_sends_once(page: Page, store: FakeStore) -> None:
    page.get_by_label("输入消息").fill("在吗")
    page.get_by_role("button", name="发送").dblclick()
    expect(page.locator(".line.buyer:not(.pending)")).to_have_count(1)
    expect(page.locator("#error")).to_be_hidden()
    assert len(store.events) == 1


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_scripts_it_can_be_read_and_written(store: FakeStore, size: tuple[int, int], browser: Browser) -> None:
    store.answers["发什么快递"] = "亲，默认发中通。"
    with buyer_page(store) as address, browsing(browser, size, scripts=False) as page:
        page.goto(address)
        write(page, "发什么快递")
        expect(page.locator(".bubble")).to_have_text(["发什么快递", "亲，默认发中通。"])
        page.get_by_role("button", name="转人工").click()
        expect(page.locator(".bubble").last).to_have_text("转人工")


@pytest.mark.parametrize(("text", "failure"), [("  ", None), ("啊" * 4_001, None), ("在吗", Overloaded())])
def test_what_cannot_be_sent_is_told_and_stays_in_the_box(
    store: FakeStore, text: str, failure: YebanError | None, browser: Browser
) -> None:
    with buyer_page(store) as address, browsing(browser, PHONE, complaints_expected=True) as page:
        page.goto(address)
        store.failure = failure
        write(page, text)
        expect(page.locator("#error")).to_be_visible()
        expect(page.get_by_label("输入消息")).to_have_value(text)
        assert not store.events


def test_after_a_break_the_missed_lines_come(store: FakeStore, browser: Browser) -> None:
    with buyer_page(store) as address, browsing(browser, PHONE, complaints_expected=True) as page:
        page.goto(address)
        write(page, "在吗")
        expect(page.locator(".line.buyer:not(.pending)")).to_have_count(1)
        store.failure = StoreDown("a secret of the inside")
        expect(page.locator("#offline")).to_be_visible()
        store.say(conversation(store), "bot", "亲，在的")
        store.failure = None
        expect(page.locator(".line.bot .bubble")).to_have_text("亲，在的")
        expect(page.locator("#offline")).to_be_hidden()
        expect(page.locator(".line")).to_have_count(2)


def test_the_transcript_is_a_log_that_is_read_aloud(page: Page) -> None:
    expect(page.get_by_role("log", name="聊天记录")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("heading", level=1)).to_have_text("夜班示例服饰店")
