"""What a shop's channel, an attacker or a tired operator may send: a clear refusal each, and the service goes on."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.shop import WIRE, Shop, until

MESSAGE = {
    "id": "m1", "conversation_id": "bad-input", "buyer": {"id": "b1"}, "sender": "buyer", "kind": "text",
    "text": "发什么快递", "sent_at": "2026-11-22T02:13:00+08:00",
}  # fmt: skip


def envelope(**changes: object) -> bytes:
    body = {"type": "message.created", "timestamp": "2026-11-22T02:13:00+08:00", "data": MESSAGE | changes}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        (b"{", 422, "body"),
        (b"\xff\xfe\x00", 422, "body"),
        (b"[" * 50_000, 422, "body"),
        (b'{"type": "message.created", "type": "x"}', 422, "body"),
        (json.dumps({"type": "no.such", "timestamp": "2026-11-22T02:13:00Z", "data": {}}).encode(), 422, "type"),
        (json.dumps({"type": "message.created", "timestamp": "2026-11-22T02:13:00Z", "data": {}}).encode(), 422, "id"),
        (envelope(text="好" * 10_000), 422, "text"),
        (envelope(text="x" * 100_000), 413, "body"),
        (b" " * 1_048_576, 413, "body"),
        (envelope(text="a\x00b"), 422, "text"),
        (envelope(surprise=1), 422, "surprise"),
    ],
    ids=[
        "garbage", "not UTF-8", "deep", "doubled key", "unknown type", "missing field", "long text",
        "100,000 characters", "1 MB", "NUL", "unknown field",
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_with_place_and_reason(night: Shop, body: bytes, status: int, where: str) -> None:
    answer = night.post_raw(body, "evt_bad", now())
    assert answer.status_code == status, answer.text
    detail = answer.json()["detail"]
    assert detail
    assert all(set(point) == {"loc", "msg"} for point in detail)
    assert any(where in [str(part) for part in point["loc"]] for point in detail), detail
    assert "Traceback" not in answer.text


def test_signature_and_age_are_checked(night: Shop) -> None:
    old = night.post_raw(envelope(), "evt_old", now() - timedelta(minutes=6))
    early = night.post_raw(envelope(), "evt_early", now() + timedelta(minutes=6))
    good = night.post_raw(envelope(id="m-signed"), "evt_signed", now())
    signed = {name: value for name, value in good.request.headers.items() if name.startswith("webhook-")}
    headers = signed | {"webhook-signature": "v1,AAAA"}
    forged = WIRE.post(good.request.url, content=envelope(), headers=headers)
    unsigned = WIRE.post(good.request.url, content=envelope())
    assert [one.status_code for one in (old, early, good, forged, unsigned)] == [401, 401, 200, 401, 401]


@pytest.mark.parametrize(
    "text", ["😀😀😀", "\u200b\u200d\ufeff", "\u3000", "\u200b".join("发什么快递"), "。。。？？？"]
)
def test_odd_but_honest_texts_are_taken(night: Shop, text: str) -> None:
    number = sum(map(ord, text))
    answer = night.post_raw(envelope(text=text, id=f"odd-{number}"), f"evt_odd_{number}", now())
    assert answer.status_code == 200, answer.text


def test_after_all_that_the_service_answers(night: Shop) -> None:
    night.says("still-there", "发什么快递")
    until(lambda: night.receiver.messages("still-there"), "an answer")
    assert WIRE.get(f"{night.url}/healthz").json() == {"ok": True}
    assert "Traceback" not in night.log
