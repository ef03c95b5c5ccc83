"""The buyer page without a browser: what works when no script runs, and who may see what."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import pytest

from bot.ports import Overloaded
from bot.records import Event
from bot.web.visits import COOKIE
from tests.web.fakes import FakeStore
from tests.web.shopfloor import TITLES, buyer_page

JSON = {"accept": "application/json"}


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def address(store: FakeStore) -> Iterator[str]:
    with buyer_page(store) as address:
        yield address


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        yield client


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(client: httpx.Client, headers: Mapping[str, str] | None = None, **fields: str) -> httpx.Response:
    token = fields.pop("token", None) or token_of(client.get("/").text)
    return client.post("/chat/messages", data={"token": token, **fields}, headers=headers)


def only_event(store: FakeStore) -> Event:
    (event,) = store.events.values()
    return event


@contextmanager
def streaming(
    client: httpx.Client, headers: Mapping[str, str] | None = None, after: int = 0
) -> Iterator[Iterator[str]]:
    with client.stream("GET", f"/chat/stream?after={after}", headers=headers, timeout=5) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer.iter_lines()


def next_number(lines: Iterator[str]) -> int:
    return next(int(line.removeprefix("id: ")) for line in lines if line.startswith("id: "))


def test_a_first_visitor_sees_the_shop_its_hours_and_questions(visitor: httpx.Client) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    assert all(text in page.text for text in ("夜班示例服饰店", "每天 09:00-24:00", "发什么快递", *TITLES[:6]))
    assert TITLES[6] not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_the_cookie_is_the_browsers_alone(visitor: httpx.Client) -> None:
    cookie = visitor.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "set-cookie" not in visitor.get("/").headers


def test_a_message_sent_without_scripts_is_accepted_and_shown_with_its_answer(
    visitor: httpx.Client, store: FakeStore
) -> None:
    store.answers["发什么快递"] = "亲，默认发中通。"
    page = send(visitor, text="发什么快递")
    assert (page.status_code, page.url.path, page.url.query) == (200, "/", b"")
    assert page.text.index(">发什么快递</p>") < page.text.index("亲，默认发中通。")
    event = only_event(store)
    assert (event.channel, event.type, event.body["text"]) == ("page", "message.created", "发什么快递")
    assert event.body["buyer"] == {"id": "demo-buyer"}
    assert event.body["id"] == event.id


def test_without_an_answer_yet_the_page_says_how_to_see_it(visitor: httpx.Client) -> None:
    page = send(visitor, text="在吗")
    assert page.url.query == b"sent=1"
    assert "消息已经收到" in page.text


def test_the_key_of_a_visitor_never_leaves_the_browser(visitor: httpx.Client, store: FakeStore) -> None:
    send(visitor, text="在吗")
    assert visitor.cookies[COOKIE] not in str(only_event(store))


def test_outside_of_the_demo_every_visitor_is_a_buyer_of_their_own(store: FakeStore) -> None:
    with buyer_page(store, demo=False) as address:
        for text in ("一", "二"):
            with httpx.Client(base_url=address) as client:
                send(client, text=text)
    buyers = {str(event.body["buyer"]) for event in store.events.values()}
    assert len(buyers) == 2
    assert "demo-buyer" not in str(buyers)


def test_a_double_click_sends_once(visitor: httpx.Client, store: FakeStore) -> None:
    token = token_of(visitor.get("/").text)
    first, second = (send(visitor, JSON, token=token, text="在吗").json() for _ in range(2))
    assert (first["duplicate"], second["duplicate"], first["id"]) == (False, True, second["id"])
    assert len(store.events) == 1


def test_another_text_from_an_old_page_is_another_message(visitor: httpx.Client, store: FakeStore) -> None:
    token = token_of(visitor.get("/").text)
    for text in ("在吗", "有人吗"):
        send(visitor, JSON, token=token, text=text)
    assert len(store.events) == 2


def test_two_visitors_with_one_token_do_not_meet(address: str, store: FakeStore) -> None:
    for _ in range(2):
        with httpx.Client(base_url=address) as client:
            client.get("/")
            send(client, JSON, token="t" * 32, text="在吗")
    assert len(store.events) == 2


def test_a_visitor_never_sees_another_ones_lines(address: str) -> None:
    with httpx.Client(base_url=address) as one, httpx.Client(base_url=address) as other:
        send(one, JSON, text="我的电话是一个秘密")
        assert "秘密" in one.get("/").text
        assert "秘密" not in other.get("/").text


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("", 422, "还没有写内容"),
        (" \r\n ", 422, "还没有写内容"),
        ("啊" * 4_001, 422, "4001"),
        ("a\x00b", 422, "无法保存"),
    ],
)
def test_a_text_that_cannot_be_sent_stays_in_the_page(
    visitor: httpx.Client, store: FakeStore, text: str, status: int, says: str
) -> None:
    page, told = send(visitor, text=text), send(visitor, JSON, text=text)
    assert (page.status_code, told.status_code) == (status, status)
    assert says in page.text
    assert says in told.json()["detail"][0]["msg"]
    assert text.strip()[:100] in page.text
    assert not store.events


def test_a_busy_shop_loses_no_text(visitor: httpx.Client, store: FakeStore) -> None:
    token = token_of(visitor.get("/").text)
    store.failure = Overloaded()
    page = send(visitor, token=token, text="很长的问题")
    assert page.status_code == 429
    assert "很长的问题</textarea>" in page.text
    assert visitor.get("/").status_code == 503
    store.failure = None
    assert send(visitor, token=token, text="很长的问题").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_another_site_cannot_speak_for_a_buyer(
    visitor: httpx.Client, store: FakeStore, headers: dict[str, str]
) -> None:
    assert send(visitor, {**JSON, **headers}, text="在吗").status_code == 403
    assert not store.events


def test_our_own_page_may_speak(visitor: httpx.Client, address: str) -> None:
    assert send(visitor, {**JSON, "origin": address}, text="一").status_code == 202
    assert send(visitor, {**JSON, "sec-fetch-site": "same-origin"}, text="二").status_code == 202


def test_a_click_on_a_product_sends_its_card(visitor: httpx.Client, store: FakeStore) -> None:
    page = send(visitor, item_id="i2")
    assert {key: only_event(store).body[key] for key in ("kind", "item_id", "text")} == {
        "kind": "item_card",
        "item_id": "i2",
        "text": TITLES[2],
    }
    assert TITLES[2] in page.text
    assert send(visitor, JSON, item_id="i99").status_code == 422


@pytest.mark.parametrize("body", [b"\xff\xfe", b"token=%ff", b"a=1&" * 200, b"", b"token=short&text=x"])
def test_a_form_that_no_page_of_ours_sends_is_refused(visitor: httpx.Client, body: bytes) -> None:
    assert visitor.post("/chat/messages", content=body, headers=JSON).status_code == 422


def test_a_form_beyond_all_bounds_is_refused(visitor: httpx.Client) -> None:
    assert visitor.post("/chat/messages", content=b"text=" + b"x" * 300_000, headers=JSON).status_code == 413


def test_markup_of_a_buyer_is_text(visitor: httpx.Client) -> None:
    attack = "<img src=x onerror=alert(1)></textarea><script>alert(1)</script>"
    assert "&lt;img src=x" in send(visitor, text=attack).text
    assert "<script>alert" not in visitor.get("/").text
    refused = send(visitor, text=attack + "啊" * 4_000)
    assert "<script>alert" not in refused.text


def test_the_stream_brings_new_lines_and_what_was_missed(visitor: httpx.Client, store: FakeStore) -> None:
    send(visitor, JSON, text="一")
    conversation = str(only_event(store).body["conversation_id"])
    with streaming(visitor) as lines:
        assert next_number(lines) == 1
        store.say(conversation, "bot", "亲，在的")
        assert next_number(lines) == 2
    store.say(conversation, "a01", "我是客服")
    with streaming(visitor, {"last-event-id": "2"}) as lines:
        assert [next_number(lines) for _ in range(3)] == [1, 2, 3]  # the page knows by their ids which it has
    with streaming(visitor, after=1) as lines:
        assert [next_number(lines) for _ in range(2)] == [1, 2]


def test_a_stranger_has_no_stream(address: str) -> None:
    assert httpx.get(f"{address}/chat/stream").status_code == 204


def test_the_stream_ends_when_the_service_does(store: FakeStore) -> None:
    with httpx.Client() as client:
        with buyer_page(store) as address:
            client.get(address)
            answer = client.send(client.build_request("GET", f"{address}/chat/stream"), stream=True)
        assert answer.read().startswith(b"retry: ")


def test_a_person_is_told_apart_from_the_robot_by_the_work_number(visitor: httpx.Client, store: FakeStore) -> None:
    send(visitor, JSON, text="转人工")
    store.say(str(only_event(store).body["conversation_id"]), "a0777", "您好，我来帮您")
    store.say(str(only_event(store).body["conversation_id"]), "王小明 13900001111", "我也在")
    page = visitor.get("/").text
    assert "您好，我来帮您" in page
    assert "人工客服 工号 a0777<" in page
    assert "13900001111" not in page


@pytest.mark.parametrize("name", ["page.css", "page.js", "mark.svg"])
def test_the_pages_own_files_are_small_and_served(visitor: httpx.Client, name: str) -> None:
    answer = visitor.get(f"/static/{name}")
    assert answer.status_code == 200
    assert len(answer.content) < 15_000
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
