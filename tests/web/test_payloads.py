"""What the webhook's body may say, and that nothing else gets in or breaks the reader."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.payloads import message_of
from bot.core.model import Kind, Sender
from bot.web.body import BadBodyError, parse

MESSAGE: Mapping[str, object] = {
    "id": "m1",
    "conversation_id": "c1",
    "buyer": {"id": "b1", "name": "小王"},
    "sender": "buyer",
    "kind": "text",
    "text": "发什么快递",
    "sent_at": "2026-11-11T20:00:00+08:00",
}
ITEM: Mapping[str, object] = {
    "id": "i1",
    "title": "纯棉短袖",
    "price": "59.00",
    "skus": [{"id": "s1", "name": "黑色 M", "stock": 3}],
    "attributes": {"面料": "棉"},
    "on_sale": True,
    "updated_at": "2026-11-11T20:00:00+08:00",
}


def body(topic: str = "message.created", data: Mapping[str, object] = MESSAGE, **changes: object) -> bytes:
    envelope = {"type": topic, "timestamp": "2026-11-11T12:00:00Z", "data": {**data, **changes}}
    return json.dumps(envelope).encode()


def faults(raw: bytes) -> list[tuple[str | int, ...]]:
    with pytest.raises(BadBodyError) as caught:
        parse(raw)
    assert all(point.msg for point in caught.value.points)
    return [point.loc for point in caught.value.points]


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("message.created", MESSAGE),
        ("message.recalled", {"id": "m1", "conversation_id": "c1"}),
        ("item.updated", ITEM),
        ("agent.presence", {"agent_id": "a01", "state": "away"}),
        ("buyer.tagged", {"buyer_id": "b1", "tag": "老客", "on": False, "agent_id": "a01"}),
    ],
)
def test_every_type_is_read_and_its_data_kept_as_it_came(topic: str, data: Mapping[str, object]) -> None:
    envelope = parse(body(topic, data))
    assert (envelope.type, envelope.data) == (topic, data)


def test_a_message_becomes_a_value_in_utc() -> None:
    message = message_of(MESSAGE)
    assert (message.id, message.buyer_id, message.buyer_name, message.text) == ("m1", "b1", "小王", "发什么快递")
    assert (message.sender, message.kind) == (Sender.BUYER, Kind.TEXT)
    assert message.sent_at == datetime(2026, 11, 11, 12, tzinfo=UTC)
    assert message.sent_at.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", "\u200b\u200d", "啊" * 4_000, "<script>alert(1)</script>", "a\tb\nc"]
)
def test_odd_but_honest_texts_are_kept_whole(text: str) -> None:
    assert parse(body(text=text)).data["text"] == text


@pytest.mark.parametrize("text", ["啊" * 4_001, "a\x00b", "\ud800", 5, None])
def test_texts_that_cannot_be_kept_are_refused_at_their_place(text: object) -> None:
    assert faults(body(text=text))[0][:2] == ("body", "data")


@pytest.mark.parametrize("odd", ["", " ", "a\nb", "x" * 129, "\x7f", 7, None])
def test_ids_are_short_and_printable(odd: object) -> None:
    assert faults(body(id=odd)) == [("body", "data", "id")]


@pytest.mark.parametrize(
    "when", ["2026-11-11T20:00:00", "gestern", 1_762_862_400, "1762862400", "0001-01-01T00:00:00+08:00"]
)
def test_times_name_their_zone(when: object) -> None:
    assert faults(body(sent_at=when)) == [("body", "data", "sent_at")]


def test_a_card_names_what_it_shows() -> None:
    assert faults(body(kind="item_card")) == [("body", "data")]
    assert parse(body(kind="item_card", item_id="i1")).data["item_id"] == "i1"


def test_a_link_of_a_picture_is_a_web_address() -> None:
    assert faults(body(kind="image", media_url="javascript:alert(1)")) == [("body", "data", "media_url")]


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("tag", ""), ("tag", "  "), ("tag", "老\n客"), ("tag", "长" * 33), ("tag", 7), ("on", "true"),
        ("on", 1), ("on", None), ("buyer_id", ""), ("agent_id", None),
    ],
)  # fmt: skip
def test_a_tag_is_short_and_set_or_not_by_somebody(name: str, odd: object) -> None:
    good: Mapping[str, object] = {"buyer_id": "b1", "tag": "老客", "on": True, "agent_id": "a01"}
    assert faults(body("buyer.tagged", {**good, name: odd})) == [("body", "data", name)]


def test_unknown_keys_types_and_missing_fields_are_named() -> None:
    assert faults(body(extra=1)) == [("body", "data", "extra")]
    assert faults(body("message.painted")) == [("body", "type")]
    assert faults(body("message.recalled", {"id": "m1"})) == [("body", "data", "conversation_id")]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"type": NaN}',
        b'{"type": 1e999}',
        b'{"n": ' + b"9" * 60_000 + b"}",
        b'{"type": "message.created", "type": "message.recalled"}',
        b'{"\\ud800": 1}',
        body(buyer=json.loads('{"a":' * 30 + "1" + "}" * 30)),
    ],
)
def test_bytes_that_are_no_body_are_refused_without_a_crash(raw: bytes) -> None:
    assert faults(raw)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    assert faults(raw)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.sampled_from(["message.created", "order.updated", "item.updated", "agent.presence", "buyer.tagged", "x"]), _JSON
)
def test_no_data_breaks_the_reader(topic: str, data: object) -> None:
    assert faults(json.dumps({"type": topic, "timestamp": "2026-11-11T12:00:00Z", "data": data}).encode())
