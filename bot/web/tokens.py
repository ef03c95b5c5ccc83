"""Signed visitor ids: who a browser says it is, and whether we said so first.

In: the channel's secrets, a token's text, a shop's word for a buyer. Out: tokens; whether a signature is right. Never:
a token of another service, a comparison that tells by its time how near a guess was.
"""

import hmac
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Self

from bot.channels.payloads import storable
from bot.channels.signing import Secret

LIFE = timedelta(days=90)
RENEWED_AFTER = timedelta(days=1)
BUYER_MAX = 128
_VERSION, _PURPOSE = "v1", b"yeban visitor token v1"
_TEXT_MAX = 1_024
_SKEW = timedelta(minutes=5)  # between the clocks of two processes
_SHAPE = re.compile(
    r"v1\.(?P<key>[0-9A-Za-z_-]{16,64})\.(?P<seconds>[0-9]{1,11})\.(?P<buyer>[0-9A-Za-z_-]{0,700})\.(?P<mac>[0-9A-Za-z_-]{43})"
)


@dataclass(frozen=True, slots=True)
class Token:
    """`key` is the visitor's secret; `buyer` the shop's own id of the buyer, where the shop has vouched for it."""

    key: str = field(repr=False)
    issued_at: datetime
    buyer: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether it is worth renewing."""
        return now - self.issued_at > RENEWED_AFTER


@dataclass(frozen=True, slots=True)
class Signer:
    """The first key signs, any verifies: that is how a secret is rotated."""

    keys: tuple[bytes, ...] = field(repr=False)
    written: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, secrets: Sequence[Secret]) -> Self:
        """Tokens get a key of their own, so that no signature of the channel's is one of theirs. A shop's server signs
        with the secret as it is written (`whsec_...`), which the channel never does."""
        keys = tuple(hmac.digest(one.key, _PURPOSE, "sha256") for one in secrets)
        return cls(keys, tuple(b"whsec_" + b64encode(one.key) for one in secrets))

    def written_as(self, token: Token) -> str:
        """What a browser keeps."""
        signed = _signed(token)
        return f"{signed}.{_coded(hmac.digest(self.keys[0], signed.encode(), 'sha256'))}"

    def read(self, text: str | None, now: datetime) -> Token | None:
        """The token, if it is ours and its time is not over."""
        found = _SHAPE.fullmatch(text) if text and len(text) <= _TEXT_MAX and text.isascii() else None
        if found is None or text is None:
            return None
        signed, _, mac = text.rpartition(".")
        right = [_coded(hmac.digest(key, signed.encode(), "sha256")) for key in self.keys]
        if not any(hmac.compare_digest(mac, one) for one in right):
            return None
        issued_at = datetime.fromtimestamp(int(found["seconds"]), UTC)
        fresh = now - LIFE < issued_at <= now + _SKEW
        return Token(found["key"], issued_at, _decoded(found["buyer"])) if fresh else None

    def for_buyer(self, buyer: str, now: datetime) -> Token:
        """A buyer of the shop has one talk, whatever the browser and whichever secret is the first."""
        return Token(_coded(sha256(b"buyer\n" + buyer.encode()).digest()), now, buyer)

    def vouched(self, buyer: str, signature: str) -> bool:
        """Whether the shop's server has signed this buyer's id: hex of HMAC-SHA256 over it."""
        if not buyer.strip() or len(buyer) > BUYER_MAX or not buyer.isprintable() or not storable(buyer):
            return False
        given = signature.lower().encode("utf-8", "replace")
        right = [hmac.new(one, buyer.encode(), "sha256").hexdigest().encode() for one in self.written]
        return any(hmac.compare_digest(given, one) for one in right)


def _signed(token: Token) -> str:
    seconds = int(token.issued_at.timestamp())
    return f"{_VERSION}.{token.key}.{seconds}.{_coded(token.buyer.encode())}"


def _coded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _decoded(text: str) -> str:
    """Only of what we have signed."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
