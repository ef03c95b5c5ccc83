"""Standard Webhooks: who sent these bytes, and when.

In: secrets, headers, raw bytes. Out: a signature, or the message id of verified bytes. Never: a look inside the bytes.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import UsageError, YebanError

TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
# A dot would let the parts of the signed text change places.
_ID = re.compile(r"[!-\-/-~]{1,256}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class BadSignature(YebanError):
    """The bytes are not from whom they claim, or not from now. `reason` is a stable word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("errors.bad_signature", reason=reason)


@dataclass(frozen=True, slots=True)
class Secret:
    """A shared key; it does not show itself in logs."""

    key: bytes = field(repr=False)


def parse_secret(text: str) -> Secret:
    """Read `whsec_` and base64 of 24 to 64 bytes."""
    plain = text.strip()
    try:
        key = base64.b64decode(plain.removeprefix(_PREFIX).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise UsageError("errors.secret") from error
    if not plain.startswith(_PREFIX) or len(key) not in _KEY_BYTES:
        raise UsageError("errors.secret")
    return Secret(key)


def parse_secrets(text: str) -> tuple[Secret, ...]:
    """Read a comma-separated list: the first signs, all verify."""
    return tuple(parse_secret(one) for one in text.split(","))


def new_secret(random_bytes: Callable[[int], bytes]) -> str:
    """A fresh secret in its written form."""
    return _PREFIX + base64.b64encode(random_bytes(32)).decode("ascii")


def sign(secret: Secret, msg_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature` for one secret."""
    signed = f"{msg_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret.key, signed, "sha256")).decode("ascii")


def verify(
    secrets: Sequence[Secret], headers: Mapping[str, str], body: bytes, now: datetime, tolerance: timedelta = TOLERANCE
) -> str:
    """The verified message id. Any of the secrets and any of the signatures may fit: that is how keys are rotated."""
    found = {name.lower(): value for name, value in headers.items()}
    msg_id, seconds = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    if _ID.fullmatch(msg_id) is None:
        raise BadSignature("webhook-id")
    _check_time(seconds, now, tolerance)
    given = [one.encode("utf-8", "replace") for one in found.get("webhook-signature", "").split()]
    right = [sign(secret, msg_id, int(seconds), body).encode() for secret in secrets]
    if not any(hmac.compare_digest(one, other) for one in given for other in right):
        raise BadSignature("webhook-signature")
    return msg_id


def _check_time(seconds: str, now: datetime, tolerance: timedelta) -> None:
    """Neither a replay of old bytes nor a clock far ahead."""
    if _SECONDS.fullmatch(seconds) is None or str(int(seconds)) != seconds:
        raise BadSignature("webhook-timestamp")
    if abs(now.timestamp() - int(seconds)) > tolerance.total_seconds():
        raise BadSignature("webhook-timestamp")
