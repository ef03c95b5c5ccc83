"""The page in a shop's own page, without a browser: who may frame it, who is who, lines without a stream."""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import httpx
import pytest

from bot.clock import utc_now
from bot.core.model import OrderStatus
from bot.ports import StoreDown
from bot.web.chat import Visitor
from bot.web.stream import AGAIN
from bot.web.tokens import Signer, Token
from bot.web.visits import COOKIE, EMBED_COOKIE, HEADER
from tests.fakes import order
from tests.web.fakes import FakeStore
from tests.web.shopfloor import SECRET, TITLES, buyer_page

JSON = {"accept": "application/json"}
SIGNER = Signer.of([SECRET])


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def address(store: FakeStore) -> Iterator[str]:
    with buyer_page(store, demo=False) as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


def fact(page: httpx.Response, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', page.text)
    assert found is not None
    return unescape(found[1])


def signature(buyer: str) -> str:
    """As the README tells a shop's server to make it."""
    secret = "whsec_" + b64encode(SECRET.key).decode()
    return hmac.new(secret.encode(), buyer.encode(), hashlib.sha256).hexdigest()


def lines(client: httpx.Client, token: str = "", **query: str | int) -> httpx.Response:
    return client.get("/chat/lines", params=query, headers={HEADER: token} if token else {})


def write(client: httpx.Client, text: str, token: str = "") -> httpx.Response:
    headers = JSON | ({HEADER: token} if token else {})
    return client.post("/chat/messages", data={"token": "t" * 32, "text": text}, headers=headers)


def test_only_listed_sites_may_frame_it_and_nothing_else_may_be_framed(browser: httpx.Client) -> None:
    embed, page, script = browser.get("/embed"), browser.get("/"), browser.get("/widget.js")
    ancestors = re.search(r"frame-ancestors ([^;]+)", embed.headers["content-security-policy"])
    assert ancestors is not None
    assert ancestors[1] == "'self' http://localhost:* http://127.0.0.1:*"
    assert "x-frame-options" not in embed.headers
    assert "unsafe" not in embed.headers["content-security-policy"]
    for other in (page, script, browser.get("/nowhere"), browser.get("/static/page.js")):
        assert other.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in other.headers["content-security-policy"]


def test_the_script_may_be_loaded_anywhere_and_has_its_words(browser: httpx.Client) -> None:
    script = browser.get("/widget.js")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "在线客服" in script.text
    assert "__WORDS__" not in script.text
    again = browser.get("/widget.js", headers={"if-none-match": script.headers["etag"]})
    assert again.status_code == 304


def test_pages_have_no_inline_style_script_or_handler(browser: httpx.Client) -> None:
    for path in ("/", "/embed?item=i1"):
        text = browser.get(path).text
        assert re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", text) is None


def test_a_frame_without_cookies_keeps_its_talk_by_the_token(address: str) -> None:
    token = fact(httpx.get(f"{address}/embed"), "data-visitor")
    with httpx.Client(base_url=address) as other:
        write(other, "别人的话")
    with httpx.Client(base_url=address) as first:
        assert write(first, "在吗", token).status_code == 202
    with httpx.Client(base_url=address) as later:
        told = lines(later, token).json()
    assert [(one["seq"], "在吗" in one["html"]) for one in told["lines"]] == [(2, True)]
    assert "visitor" not in told


def test_forged_expired_and_foreign_tokens_are_somebody_new(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        token = fact(client.get("/embed"), "data-visitor")
        write(client, "一个秘密", token)
    key = token.split(".")[1]
    old = SIGNER.written_as(Token(key, utc_now() - timedelta(days=91)))
    forged = [token[:-1] + ("A" if token[-1] != "A" else "B"), old, key, "v1." + key, "v1....", token + "=" * 2_000]
    for one in forged:
        with httpx.Client(base_url=address) as client:
            told = lines(client, one).json()
        assert told["lines"] == []
        assert told["visitor"] not in (token, one)
        for name in (COOKIE, EMBED_COOKIE):
            with httpx.Client(base_url=address, cookies={name: one}) as client:
                assert client.get("/chat/stream").status_code == 204
                assert "秘密" not in client.get("/").text + client.get("/embed").text


def test_a_token_is_renewed_with_its_talk(address: str) -> None:
    token = Token("k" * 32, utc_now() - timedelta(days=80))
    with httpx.Client(base_url=address) as client:
        told = write(client, "在吗", SIGNER.written_as(token)).json()
    fresh = SIGNER.read(told["visitor"], utc_now())
    assert fresh is not None
    assert fresh.key == token.key
    assert not fresh.is_due(utc_now())
    assert told["who"] == Visitor.of(token, demo=False).id


def test_over_https_the_frames_cookie_is_partitioned(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        plain = client.get("/embed").headers["set-cookie"]
    with httpx.Client(base_url=address, headers={"x-forwarded-proto": "https"}) as client:
        safe, page = client.get("/embed").headers["set-cookie"], client.get("/").headers["set-cookie"]
    assert safe.endswith("Path=/; HttpOnly; SameSite=None; Secure; Partitioned")
    assert page.endswith("Path=/; HttpOnly; SameSite=Lax; Secure")
    assert "SameSite=Lax" in plain
    assert "HttpOnly" in plain
    assert "Secure" not in plain


def test_an_old_tab_is_told_whose_talk_the_browser_has_now(browser: httpx.Client) -> None:
    """Two tabs of one browser: the cookie may be another talk's by now. A frame begins anew instead."""
    mine = write(browser, "在吗").json()["who"]
    assert browser.get("/chat/stream", params={"who": "0" * 24}).status_code == 204
    assert lines(browser, who=mine).json()["lines"] != []
    cookie = browser.cookies[COOKIE]
    assert lines(browser, who="0" * 24).json()["who"] == mine
    assert lines(browser, "forged", who="0" * 24).json()["lines"] == []
    assert browser.cookies[COOKIE] == cookie


def test_a_buyer_whom_the_shop_vouches_for_is_known_everywhere(address: str, store: FakeStore) -> None:
    mine, theirs = order(OrderStatus.SHIPPED, "o1", buyer="买家7"), order(one="o2", buyer="b8")
    store.orders = [mine, replace(theirs, lines=(replace(theirs.lines[0], title="别人买的"),))]
    query = {"buyer": "买家7", "signature": signature("买家7")}
    with httpx.Client(base_url=address) as phone, httpx.Client(base_url=address) as desktop:
        page = phone.get("/embed", params=query)
        assert "加绒卫衣" in page.text
        assert "已发货" in page.text
        assert "别人买的" not in page.text
        token = fact(page, "data-visitor")
        assert write(phone, "在吗", token).status_code == 202
        assert "在吗" in desktop.get("/embed", params=query).text
    (event,) = store.events.values()
    assert event.body["buyer"] == {"id": "买家7"}


def test_a_wrong_signature_is_served_as_a_guest(address: str, store: FakeStore) -> None:
    store.orders = [order(OrderStatus.SHIPPED, "o1", buyer="b7")]
    for given in ("", "0" * 64, signature("b8"), "é", "\x00"):
        with httpx.Client(base_url=address) as client:
            page = client.get("/embed", params={"buyer": "b7", "signature": given})
        assert fact(page, "data-believed") == "0"
        assert "加绒卫衣" not in page.text


def test_who_has_logged_out_is_a_guest_again(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        page = client.get("/embed", params={"buyer": "b7", "signature": signature("b7")})
        write(client, "我的秘密", fact(page, "data-visitor"))
        assert "秘密" not in client.get("/embed").text


def test_the_item_that_a_buyer_looks_at_is_offered_and_sent_as_a_card(browser: httpx.Client) -> None:
    page = browser.get("/embed?item=i6")
    assert TITLES[6] in page.text
    assert "咨询这件" in page.text
    assert "咨询这件" not in browser.get("/embed?item=none").text
    assert browser.get("/embed", params={"item": "x\x00" * 200}).status_code == 200
    send = browser.post("/chat/messages", data={"token": "t" * 32, "item_id": "i6"}, headers=JSON)
    assert send.status_code == 202
    assert "¥65.00" in lines(browser).json()["lines"][0]["html"]


def test_an_order_is_sent_as_a_card_by_its_buyer_alone(store: FakeStore) -> None:
    store.orders = [order(OrderStatus.PAID, "o1", buyer="demo-buyer"), order(one="o2", buyer="b8")]
    with buyer_page(store) as address, httpx.Client(base_url=address) as client:
        assert "咨询我的订单" in client.get("/").text
        statuses = [
            client.post("/chat/messages", data={"token": "t" * 32, "order_id": one}, headers=JSON).status_code
            for one in ("o1", "o2", "o3", "x" * 500)
        ]
        html = lines(client).json()["lines"][0]["html"]
    assert statuses == [202, 422, 422, 422]
    assert [text in html for text in ("待发货", "¥129.00", "加绒卫衣")] == [True] * 3


def test_a_card_of_anothers_order_shows_nothing_of_it(browser: httpx.Client, store: FakeStore) -> None:
    """However the line came into the talk."""
    store.orders = [order(OrderStatus.PAID, "o2", buyer="b8")]
    write(browser, "在吗")
    ((place, event),) = store.events.items()
    store.events[place] = replace(event, body={**event.body, "order_id": "o2"})
    line = store.lines[place[0], str(event.body["conversation_id"])].pop()
    store.say(str(event.body["conversation_id"]), "buyer", "o2", "order_card", line.id)
    html = lines(browser).json()["lines"][0]["html"]
    assert "129.00" not in html
    assert "o2" in html


def test_lines_are_told_in_portions_with_how_the_talk_stands(browser: httpx.Client, store: FakeStore) -> None:
    conversation = "page-" + write(browser, "在吗").json()["who"]
    for number in range(150):
        store.say(conversation, "bot", f"第{number}句")
    first = lines(browser).json()
    assert (len(first["lines"]), first["more"], first["typing"], first["people_on"]) == (100, True, False, False)
    store.typists.add(conversation)
    rest = lines(browser, after=first["lines"][-1]["seq"]).json()
    assert (len(rest["lines"]), rest["more"], rest["typing"]) == (AGAIN + 51, False, True)


def test_a_stream_tells_at_once_that_it_gets_through_and_who_writes(browser: httpx.Client, store: FakeStore) -> None:
    conversation = "page-" + write(browser, "在吗").json()["who"]
    with browser.stream("GET", "/chat/stream?after=9999", headers={"accept-encoding": "gzip"}) as answer:
        assert "content-encoding" not in answer.headers
        told = (line for line in answer.iter_lines() if line.startswith(("event: typing", "data: ")))
        assert [next(told), next(told)] == ["event: typing", "data: 0"]
        store.typists.add(conversation)
        assert [next(told), next(told)] == ["event: typing", "data: 1"]


def test_a_store_that_is_down_is_told_as_such(browser: httpx.Client, store: FakeStore) -> None:
    write(browser, "在吗")
    store.failure = StoreDown("a secret of the inside")
    answers = (lines(browser), browser.get("/embed"))
    assert [one.status_code for one in answers] == [503, 503]
    assert "secret" not in "".join(one.text for one in answers)


def test_the_page_speaks_english_when_asked_and_remembers_it(browser: httpx.Client) -> None:
    page = browser.get("/?lang=en")
    assert '<html lang="en">' in page.text
    assert "Which carrier do you ship with?" in page.text
    assert 'value="发什么快递"' in page.text
    assert "Write your question" in browser.get("/").text
    refused = browser.post("/chat/messages", data={"token": "t" * 32, "text": " "}, headers=JSON)
    assert "nothing to send" in refused.json()["detail"][0]["msg"]
    assert "请输入您的问题" in browser.get("/?lang=zh").text


def test_text_of_buyers_is_shown_as_text_and_keeps_to_its_place(browser: httpx.Client) -> None:
    attacks = (
        "<script>alert(1)</script>",
        "{{7*7}}",
        "{% raw %}",
        "\u202e\u2066evil",
        "</bdi></p><img src=x onerror=a>",
    )
    for text in attacks:
        assert write(browser, text).status_code == 202
        write(browser, text)
    html = browser.get("/").text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "{{7*7}}" in html
    assert 'dir="auto">\u202e\u2066evil</p>' in html
