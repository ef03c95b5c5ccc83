"""Signed visitor ids: only ours, only fresh, and a buyer's id only by the shop's word."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.signing import Secret, new_secret, parse_secret
from bot.web.tokens import LIFE, Signer, Token
from tests.web.fakes import NOW

OLD, NEW, OTHER = (Secret(bytes([number]) * 32) for number in range(3))
SIGNER = Signer.of([NEW])
TOKEN = Token("k" * 32, NOW)
HOUR = timedelta(hours=1)


def test_a_token_comes_back_as_it_was() -> None:
    for token in (TOKEN, replace(TOKEN, buyer="买家 007")):
        assert SIGNER.read(SIGNER.written_as(token), NOW) == token


@given(st.text() | st.from_regex(r"v1\.[a-z]{16}\.[0-9]{1,11}\.[A-Za-z0-9_-]{0,9}\.[A-Za-z0-9_-]{43}", fullmatch=True))
def test_nothing_that_we_have_not_signed_is_read(text: str) -> None:
    assert SIGNER.read(text, NOW) is None


@given(st.integers(0, 200), st.sampled_from("Ab0_-.=é\x00"))
def test_a_token_with_another_character_is_none(at: int, other: str) -> None:
    text = SIGNER.written_as(replace(TOKEN, buyer="b1"))
    place = at % len(text)
    changed = text[:place] + other + text[place + 1 :]
    assert changed == text or SIGNER.read(changed, NOW) is None


def test_a_token_ends_after_its_time_and_does_not_begin_before() -> None:
    text = SIGNER.written_as(TOKEN)
    moments = (NOW - HOUR, NOW, NOW + LIFE - HOUR, NOW + LIFE)
    assert [SIGNER.read(text, moment) is not None for moment in moments] == [False, True, True, False]


def test_a_token_is_renewed_once_a_day() -> None:
    assert [TOKEN.is_due(NOW + hours * HOUR) for hours in (1, 24, 25)] == [False, False, True]


def test_a_rotated_secret_reads_old_tokens_and_writes_new_ones() -> None:
    before, between, after = Signer.of([OLD]), Signer.of([NEW, OLD]), Signer.of([NEW])
    text = before.written_as(TOKEN)
    assert between.read(text, NOW) == TOKEN
    assert after.read(text, NOW) is None
    assert after.read(between.written_as(TOKEN), NOW) == TOKEN


def test_a_signature_of_the_channels_is_no_token() -> None:
    """The channel's key signs anything that its owner writes."""
    signed = SIGNER.written_as(TOKEN).rpartition(".")[0]
    mac = urlsafe_b64encode(hmac.digest(NEW.key, signed.encode(), "sha256")).decode().rstrip("=")
    assert SIGNER.read(f"{signed}.{mac}", NOW) is None


def test_a_token_does_not_show_itself() -> None:
    assert TOKEN.key not in repr(TOKEN)
    assert "keys" not in repr(SIGNER)


def test_the_shops_server_vouches_with_the_secret_as_it_is_written() -> None:
    secret = new_secret(lambda count: bytes(range(count)))
    signature = hmac.new(secret.encode(), "买家7".encode(), hashlib.sha256).hexdigest()
    signer = Signer.of([OTHER, parse_secret(secret)])
    assert signer.vouched("买家7", signature)
    assert signer.vouched("买家7", signature.upper())
    assert not signer.vouched("买家8", signature)
    assert not Signer.of([OTHER]).vouched("买家7", signature)


@pytest.mark.parametrize("buyer", ["", " ", "a\x00b", "a\nb", "x" * 129, "\ud800"])
def test_an_id_that_no_store_can_keep_is_nobodys(buyer: str) -> None:
    signature = hmac.new(SIGNER.written[0], buyer.encode("utf-8", "replace"), "sha256").hexdigest()
    assert not SIGNER.vouched(buyer, signature)


@given(st.text(), st.text())
def test_no_garbage_vouches(buyer: str, signature: str) -> None:
    assert not SIGNER.vouched(buyer, signature)


def test_a_vouched_buyer_has_one_talk_whatever_the_secret() -> None:
    first, second = (
        Signer.of([OLD]).for_buyer("b1", NOW),
        Signer.of([NEW]).for_buyer("b1", datetime(2027, 1, 1, tzinfo=UTC)),
    )
    assert first.key == second.key
    assert first.key != SIGNER.for_buyer("b2", NOW).key
