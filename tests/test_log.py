"""The log says what happened and to which of our own things, and nothing that belongs to a buyer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import derived
from bot.log import mask, mask_fields


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("13812345678", "12345"),
        ("我的电话13812345678，打给我", "12345"),
        ("+8613812345678", "138123"),
        ("a13812345678b", "12345"),
        ("6222021234567890123", "0212345"),
        ("110101199003077777", "1011990"),
    ],
)
def test_a_phone_a_card_and_an_identity_number_lose_their_middle(text: str, hidden: str) -> None:
    masked = mask(text)
    assert hidden not in masked
    assert "****" in masked


def test_what_stands_around_a_number_stays() -> None:
    assert mask("收件人13812345678在家").startswith("收件人138****")
    assert mask("收件人13812345678在家").endswith("78在家")


@pytest.mark.parametrize("text", ["", "165 52公斤", "129.00", "2026-11-22", "12345678", "第3行"])
def test_short_figures_stay(text: str) -> None:
    assert mask(text) == text


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text("电话：,. +-a\n"))
def test_no_mobile_number_survives(phone: str, around: str) -> None:
    assert phone not in mask(f"{around}{phone}{around}")


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def test_every_text_field_of_a_line_is_masked() -> None:
    line = mask_fields(None, "info", {"event": "sent", "error": "no such receiver 13812345678", "tries": 3})
    assert line == {"event": "sent", "error": "no such receiver 138****78", "tries": 3}


def test_the_ids_of_our_own_things_stay_whole() -> None:
    ids: dict[str, object] = {
        "command": derived("message", "webhook", "c1", "m1"),
        "turn": "yb_1234567890123456",
        "conversation": "8800000000000001",
        "order": "8800000000000001",
        "lane": "c:webhook:8800000000000001",
        "timestamp": "2026-11-22T02:13:00.123456789Z",
    }
    assert mask_fields(None, "info", dict(ids)) == ids
