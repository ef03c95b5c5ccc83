"""The webhook over a real socket: who may send, what may be sent, what is answered."""

import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from standardwebhooks import Webhook

from bot.bell import LocalBell
from bot.channels.signing import parse_secrets
from bot.errors import YebanError
from bot.floods import Floods
from bot.inbox import Inbox
from bot.ports import Overloaded, StoreDown
from bot.web.errors import install_errors
from bot.web.hooks import Accepting, hooks_router
from tests.web.fakes import NOW, FakeStore, serving

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
OLD_SECRET = "whsec_" + "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xk"
MESSAGE = {
    "id": "m1",
    "conversation_id": "c1",
    "buyer": {"id": "b1"},
    "sender": "buyer",
    "kind": "text",
    "text": "发什么快递",
    "sent_at": "2026-11-11T20:00:00+08:00",
}


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def client(store: FakeStore) -> Iterator[httpx.Client]:
    with taking(store) as talking:
        yield talking


@contextmanager
def taking(inbox: Accepting, room: int = 100) -> Iterator[httpx.Client]:
    app = FastAPI()
    secrets = parse_secrets(f"{SECRET},{OLD_SECRET}")
    app.include_router(hooks_router(inbox, secrets, lambda: NOW, timedelta(seconds=1), room=room))
    install_errors(app)
    with serving(app) as address, httpx.Client(base_url=address, trust_env=False) as talking:
        yield talking


def event(topic: str = "message.created", **changes: object) -> bytes:
    envelope = {"type": topic, "timestamp": "2026-11-11T12:00:00Z", "data": {**MESSAGE, **changes}}
    return json.dumps(envelope).encode()


def signed(body: bytes, event_id: str = "e1", secret: str = SECRET, at: datetime = NOW) -> Mapping[str, str]:
    signature = Webhook(secret).sign(event_id, at.astimezone(UTC), body.decode())
    return {"webhook-id": event_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def post(client: httpx.Client, body: bytes, event_id: str = "e1") -> httpx.Response:
    return client.post("/hooks/webhook", content=body, headers=signed(body, event_id))


def assert_refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert set(answer.json()) == {"detail"}
    assert all(set(point) == {"loc", "msg"} and point["msg"] for point in answer.json()["detail"])
    assert "Traceback" not in answer.text


def test_a_signed_event_is_kept_and_its_repetition_told(client: httpx.Client, store: FakeStore) -> None:
    first, second = post(client, event()), post(client, event())
    assert (first.status_code, first.json()) == (200, {"accepted": True, "duplicate": False})
    assert (second.status_code, second.json()) == (200, {"accepted": True, "duplicate": True})
    kept = store.events["webhook", "e1"]
    assert (kept.type, kept.body, kept.received_at) == ("message.created", MESSAGE, NOW)
    assert kept.lane == "c:webhook:c1"


def test_during_a_rotation_both_secrets_are_good(client: httpx.Client) -> None:
    body = event()
    assert client.post("/hooks/webhook", content=body, headers=signed(body, secret=OLD_SECRET)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(b"other bytes"),
        signed(event(), secret="whsec_" + "d3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3I="),
        signed(event(), at=NOW - timedelta(minutes=5, seconds=2)),
        signed(event(), at=NOW + timedelta(minutes=5, seconds=2)),
        {**signed(event()), "webhook-id": "e2"},
        {**signed(event()), "webhook-timestamp": "soon"},
        {**signed(event()), "webhook-timestamp": "9" * 400},
        {**signed(event()), "webhook-signature": "v1,%%% v2 v1"},
    ],
)
def test_whoever_cannot_sign_is_turned_away(client: httpx.Client, store: FakeStore, headers: dict[str, str]) -> None:
    assert_refused(client.post("/hooks/webhook", content=event(), headers=headers), 401)
    assert not store.events


@pytest.mark.parametrize(
    "body",
    [
        b"garbage",
        b"[" * 30_000,
        b"",
        event("message.painted"),
        event(text="a\x00b"),
        event(text="\ud800"),
        event(text="啊" * 4_001),
        event(sent_at="2026-11-11T20:00:00"),
        event(buyer={}),
        event(surprise=1),
        json.dumps({"type": "message.created", "timestamp": "2026-11-11T12:00:00Z"}).encode(),
        event()[:-1] + b', "type": "message.created"}',
    ],
)
def test_a_body_that_is_not_as_agreed_is_refused(client: httpx.Client, store: FakeStore, body: bytes) -> None:
    assert_refused(post(client, body), 422)
    assert not store.events


ORDER: Mapping[str, object] = {
    "id": "o1",
    "buyer_id": "nobody-knows-this-buyer",
    "status": "unpaid",
    "amount": "137.00",
    "postage": "8.00",
    "lines": [{"item_id": "i1", "title": "卫衣", "quantity": 1, "price": "129.00"}],
    "created_at": "2026-11-10T09:00:00+08:00",
    "updated_at": "2026-11-10T09:30:00+08:00",
}
ITEM: Mapping[str, object] = {
    "id": "i1",
    "title": "卫衣",
    "price": "129.00",
    "skus": [{"id": "s1", "name": "黑色 M", "stock": 3}],
    "attributes": {},
    "on_sale": True,
    "updated_at": "2026-11-10T09:30:00+08:00",
}


def snapshot(topic: str, data: Mapping[str, object], **changes: object) -> bytes:
    changed = {name: value for name, value in {**data, **changes}.items() if value is not None}
    return json.dumps({"type": topic, "timestamp": "2026-11-11T12:00:00Z", "data": changed}).encode()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        *(({"amount": odd}, ["amount"]) for odd in ("1e9", "-1.00", "NaN", "１２９", 129.0, 129, "", None)),
        *(({"postage": odd}, ["postage"]) for odd in ("-0.01", "8.001")),
        ({"lines": []}, ["lines"]),
        ({"lines": {}}, ["lines"]),
        ({"lines": None}, ["lines"]),
        ({"lines": [{"item_id": "i1", "title": "卫衣", "quantity": 0, "price": "1"}]}, ["lines", 0, "quantity"]),
        ({"lines": [{"item_id": "i1", "title": "卫衣", "quantity": 1, "price": "1e9"}]}, ["lines", 0, "price"]),
        *(({"updated_at": odd}, ["updated_at"]) for odd in ("2026-11-10 09:30", "2026-13-01T00:00:00Z", 1, None)),
        ({"status": "sold"}, ["status"]),
        ({"refund": "maybe"}, ["refund"]),
    ],
)
def test_an_orders_bad_values_are_refused_with_place_and_reason(
    client: httpx.Client, store: FakeStore, changes: Mapping[str, object], place: list[str | int]
) -> None:
    answer = post(client, snapshot("order.updated", ORDER, **changes))
    assert_refused(answer, 422)
    assert [point["loc"] for point in answer.json()["detail"]] == [["body", "data", *place]]
    assert not store.events


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        *(({"price": odd}, ["price"]) for odd in ("1e9", "-1", "NaN", 129.0, None)),
        ({"skus": [{"id": "s1", "name": "黑色 M", "stock": -1}]}, ["skus", 0, "stock"]),
        ({"skus": [{"id": "s1", "name": "黑色 M", "stock": "3"}]}, ["skus", 0, "stock"]),
        ({"size_chart": [{"size": "M", "height": [165, 158]}]}, ["size_chart", 0]),
        ({"on_sale": "yes"}, ["on_sale"]),
        ({"updated_at": "gestern"}, ["updated_at"]),
    ],
)
def test_an_items_bad_values_are_refused_with_place_and_reason(
    client: httpx.Client, store: FakeStore, changes: Mapping[str, object], place: list[str | int]
) -> None:
    answer = post(client, snapshot("item.updated", ITEM, **changes))
    assert_refused(answer, 422)
    assert [point["loc"] for point in answer.json()["detail"]] == [["body", "data", *place]]
    assert not store.events


def test_an_order_of_a_buyer_nobody_knows_is_taken(client: httpx.Client, store: FakeStore) -> None:
    assert post(client, snapshot("order.updated", ORDER)).json() == {"accepted": True, "duplicate": False}
    assert store.events["webhook", "e1"].lane == "o:o1"


def test_a_fault_is_told_with_its_place(client: httpx.Client) -> None:
    detail = post(client, event(sent_at="x", surprise=1)).json()["detail"]
    assert [point["loc"] for point in detail] == [["body", "data", "sent_at"], ["body", "data", "surprise"]]


@pytest.mark.parametrize("text", ["😀😀😀", "\u200b\u200b", "<b>亲</b>", "'; DROP TABLE inbox; --", "啊" * 4_000])
def test_odd_texts_are_taken_whole(client: httpx.Client, store: FakeStore, text: str) -> None:
    assert post(client, event(text=text)).status_code == 200
    assert store.events["webhook", "e1"].body["text"] == text


@pytest.mark.parametrize("size", [64 * 1024 + 1, 300_000, 1_000_000])
def test_a_body_over_the_limit_is_refused_before_anything_else(client: httpx.Client, size: int) -> None:
    assert_refused(client.post("/hooks/webhook", content=b"x" * size), 413)


def test_a_body_that_hides_its_size_is_refused_too(client: httpx.Client) -> None:
    assert_refused(client.post("/hooks/webhook", content=(b"x" * 10_000 for _ in range(100))), 413)


def test_a_text_of_a_hundred_thousand_characters_is_too_large(client: httpx.Client) -> None:
    assert_refused(post(client, event(text="啊" * 100_000)), 413)


def test_an_id_that_is_too_long_is_refused(client: httpx.Client) -> None:
    assert_refused(post(client, event(), "e" * 129), 422)
    assert post(client, event(), "e" * 128).status_code == 200


@pytest.mark.parametrize(("failure", "status"), [(Overloaded(), 429), (StoreDown("a secret of the inside"), 503)])
def test_a_store_that_cannot_keep_it_asks_for_another_try(
    client: httpx.Client, store: FakeStore, failure: YebanError, status: int
) -> None:
    store.failure = failure
    answer = post(client, event())
    assert_refused(answer, status)
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in answer.text
    store.failure = None
    assert post(client, event()).json() == {"accepted": True, "duplicate": False}


def test_when_there_is_no_room_for_another_body_the_sender_is_asked_to_come_back(store: FakeStore) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slowly() -> Iterator[bytes]:
        yield event()[:10]
        entered.set()
        leave.wait(20)
        yield event()[10:]

    with taking(store, room=1) as client, ThreadPoolExecutor(1) as other:
        slow = other.submit(client.post, "/hooks/webhook", content=slowly(), headers=signed(event()))
        assert entered.wait(20)
        refused = post_until(client, 429)
        leave.set()
        assert slow.result(20).status_code == 200
        assert_refused(refused, 429)
        assert int(refused.headers["retry-after"]) > 0
        assert post(client, event(), "e2").status_code == 200


def post_until(client: httpx.Client, status: int) -> httpx.Response:
    """The slow one's first bytes may still be on their way."""
    for number in range(1000):
        if (answer := post(client, event(), f"t{number}")).status_code == status:
            return answer
    raise AssertionError(f"never {status}")


def test_a_buyer_who_writes_faster_than_anybody_can_is_asked_to_wait_and_the_others_are_not(store: FakeStore) -> None:
    inbox = Inbox(store, LocalBell(), Floods(2, timedelta(seconds=30)))
    with taking(inbox) as client:
        mine = [post(client, event(), f"e{number}") for number in range(4)]
        other = post(client, event(buyer={"id": "b2"}), "e9")
        agent = post(client, event(sender="seller"), "e10")
    assert [answer.status_code for answer in (*mine, other, agent)] == [200, 200, 429, 429, 200, 200]
    assert mine[2].headers["retry-after"] == "30"


def test_the_interface_description_knows_types_headers_and_answers(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"]["/hooks/webhook"]["post"]
    kinds = described["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert {one["properties"]["type"]["const"] for one in kinds} == {
        "message.created",
        "message.recalled",
        "order.updated",
        "item.updated",
        "agent.presence",
        "conversation.handed_back",
        "conversation.closed",
        "buyer.tagged",
    }
    assert {one["name"] for one in described["parameters"]} == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert set(described["responses"]) == {"200", "401", "408", "413", "422", "429", "503"}
    assert "$defs" not in json.dumps(described)


def test_a_callers_trace_goes_on_with_the_event(client: httpx.Client, store: FakeStore) -> None:
    caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    client.post("/hooks/webhook", content=event(), headers={**signed(event()), "traceparent": caller})
    post(client, event(), "e2")
    assert [one.trace for one in store.events.values()] == [caller, None]
