"""The script in a shop's own page, in a real browser, under the strictest policy that a shop may have."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, FilePayload, FrameLocator, Page, Request, expect

from tests.core.test_pictures import png
from tests.web.axe import faults
from tests.web.browsing import DESKTOP, PHONE, browsing, chromium
from tests.web.fakes import FakeStore
from tests.web.hostpage import host_page
from tests.web.shopfloor import TITLES, buyer_page

FIRST_LOAD_MAX = 20 * 1024


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


@pytest.fixture
def shop(address: str) -> Iterator[str]:
    with host_page(address, 'data-item="i1"') as shop:
        yield shop


def opened(page: Page) -> FrameLocator:
    page.get_by_role("button", name="在线客服").click()
    chat = page.frame_locator("iframe")
    expect(chat.get_by_label("输入消息")).to_be_focused()
    return chat


def write(chat: Page | FrameLocator, text: str) -> None:
    chat.get_by_label("输入消息").fill(text)
    chat.get_by_role("button", name="发送", exact=True).click()
    expect(chat.locator(".line.buyer:not(.pending) .bubble").last).to_have_text(text)


def file(data: bytes) -> FilePayload:
    return FilePayload(name="a.png", mimeType="image/png", buffer=data)


def conversation(store: FakeStore) -> str:
    return str(next(iter(store.events.values())).body["conversation_id"])


def test_the_keyboard_opens_writes_and_closes(shop: str, store: FakeStore, browser: Browser) -> None:
    with browsing(browser, DESKTOP) as page:
        page.goto(shop)
        button = page.get_by_role("button", name="在线客服")
        expect(button).to_have_attribute("aria-expanded", "false")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="在线客服")).to_be_visible()
        chat = page.frame_locator("iframe")
        expect(chat.get_by_label("输入消息")).to_be_focused()
        page.keyboard.type("在吗")
        page.keyboard.press("Enter")
        expect(chat.locator(".line.buyer:not(.pending) .bubble")).to_have_text("在吗")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(button).to_be_focused()
    assert [event.body["text"] for event in store.events.values()] == ["在吗"]


def test_what_is_said_meanwhile_is_counted_on_the_button_on_every_page(
    shop: str, store: FakeStore, browser: Browser
) -> None:
    with browsing(browser, DESKTOP) as page:
        page.goto(shop)
        write(opened(page), "在吗")
        page.get_by_role("button", name="关闭聊天").click()
        store.say(conversation(store), "bot", "亲，在的")
        expect(page.get_by_role("button", name="在线客服 (1 条未读)")).to_be_visible()
        page.goto(f"{shop}/other")
        with page.expect_response("**/chat/stream**"):
            expect(page.locator("iframe")).to_be_attached()
        store.say(conversation(store), "a07", "我是客服")
        page.get_by_role("button", name="在线客服 (1 条未读)").click()
        expect(page.frame_locator("iframe").locator(".line.agent .who")).to_have_text("人工客服 工号 a07")
        page.get_by_role("button", name="关闭聊天").click()
        expect(page.get_by_role("button", name="在线客服", exact=True)).to_be_visible()


def test_the_item_of_the_page_is_one_click(shop: str, store: FakeStore, browser: Browser) -> None:
    with browsing(browser, PHONE) as page:
        page.goto(shop)
        chat = opened(page)
        panel = page.get_by_role("dialog").bounding_box()
        assert panel == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
        chat.get_by_role("button", name="咨询这件").click()
        expect(chat.locator(".line.buyer:not(.pending) .card")).to_have_text(f"商品 {TITLES[1]} ¥60.00")
        expect(chat.get_by_role("button", name="咨询这件")).to_be_hidden()
    assert [event.body["item_id"] for event in store.events.values()] == ["i1"]


def test_a_frame_whose_cookies_are_kept_out_still_has_its_talk_and_its_pictures(
    shop: str, store: FakeStore, browser: Browser
) -> None:
    """Over plain http a frame of another site has no cookies: those that it may have need https."""
    with browsing(browser, DESKTOP, complaints_expected=True) as page:
        page.goto(shop)
        write(opened(page), "在吗")
        page.reload()
        chat = opened(page)
        expect(chat.locator(".line.buyer .bubble")).to_have_text("在吗")
        chat.locator("#picture").set_input_files(file(png()))
        expect(chat.locator(".picture img")).to_have_attribute("src", re.compile("^blob:"))
        assert page.context.cookies() == []
    assert len({str(event.body["conversation_id"]) for event in store.events.values()}) == 1


def test_lines_come_by_asking_where_streams_are_blocked(address: str, store: FakeStore, browser: Browser) -> None:
    with browsing(browser, PHONE, complaints_expected=True) as page:
        page.route("**/chat/stream**", lambda route: route.abort())
        page.goto(address)
        write(page, "在吗")
        expect(page.locator(".line")).to_have_count(1)
        store.say(conversation(store), "bot", "亲，在的")
        expect(page.locator(".line.bot .bubble")).to_have_text("亲，在的")
        expect(page.locator("#offline")).to_be_hidden()


def test_lines_come_by_asking_where_a_proxy_holds_the_stream_back(
    address: str, store: FakeStore, browser: Browser
) -> None:
    with browsing(browser, PHONE) as page:
        page.route("**/chat/stream**", lambda _: None)  # never answered
        page.goto(address)
        write(page, "在吗")
        store.say(conversation(store), "bot", "亲，在的")
        expect(page.locator(".line.bot .bubble")).to_have_text("亲，在的")
        expect(page.locator(".line")).to_have_count(2)


def test_a_person_who_writes_is_seen_writing(address: str, store: FakeStore, browser: Browser) -> None:
    with browsing(browser, PHONE) as page:
        page.goto(address)
        write(page, "在吗")
        store.say(conversation(store), "bot", "亲，在的")
        expect(page.locator("#typing")).to_be_hidden()
        store.typists.add(conversation(store))
        expect(page.get_by_text("对方正在输入")).to_be_visible()
        store.typists.clear()
        expect(page.locator("#typing")).to_be_hidden()


def test_a_picture_is_picked_sent_and_shown(address: str, store: FakeStore, browser: Browser) -> None:
    with browsing(browser, PHONE, complaints_expected=True) as page:
        page.goto(address)
        page.locator("#picture").set_input_files(file(png()))
        expect(page.locator(".line.buyer:not(.pending) img")).to_have_js_property("naturalWidth", 1)
        page.locator("#picture").set_input_files(file(png() + bytes(2 * 1024 * 1024)))
        expect(page.locator("#error")).to_have_text("图片太大了，最多 2 MB。")
        page.locator("#picture").set_input_files(file(bytes(99)))
        expect(page.locator("#error")).to_contain_text("这不是")
    assert [one.data for one in store.pictures.values()] == [png()]


def test_names_without_end_and_turned_writing_stay_in_their_place(
    address: str, store: FakeStore, browser: Browser
) -> None:
    item = store.items["i1"] = replace(store.items["i1"], title="\u202e长" * 5_000)
    with browsing(browser, PHONE) as page:
        page.goto(f"{address}/embed?item=i1")
        page.goto(address)
        write(page, "\u202eabc")
        who = page.locator(".line.buyer .who")
        assert (
            page.evaluate("e => getComputedStyle(e).unicodeBidi", page.locator(".bubble").element_handle()) == "isolate"
        )
        expect(who).to_have_text("我")
        store.say(conversation(store), "bot", item.title)
        expect(page.locator(".line.bot")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_it(shop: str, address: str, store: FakeStore, dark: bool, browser: Browser) -> None:
    store.answers["在吗"] = "亲，在的"
    with browsing(browser, PHONE, policy=False, dark=dark) as page:
        page.goto(shop)
        write(opened(page), "在吗")
        assert faults(page) == []
        assert faults(page.frames[1]) == []
        page.goto(address)
        write(page, "在吗")
        mine = str(list(store.events.values())[-1].body["conversation_id"])
        store.say(mine, "bot", "已为您转接人工客服", purpose="handoff")
        expect(page.locator(".note")).to_be_visible()
        assert faults(page) == []


def test_all_that_loads_first_is_light(shop: str, browser: Browser) -> None:
    """As it goes over the wire: heads and bodies of everything up to a talk that can be written in."""
    with browsing(browser, DESKTOP) as page:
        loaded: list[Request] = []

        def note(request: Request) -> None:
            loaded.append(request)

        page.on("requestfinished", note)
        page.goto(shop)
        opened(page)
        sizes = {request.url: _transferred(request) for request in loaded if "/chat/" not in request.url}
    ours = {url: size for url, size in sizes.items() if "localhost" in url}
    assert {url.partition("?")[0].rpartition("/")[2] for url in ours} >= {"widget.js", "embed", "page.css", "page.js"}
    assert sum(ours.values()) <= FIRST_LOAD_MAX, ours


def _transferred(request: Request) -> float:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
