"""Standard Webhooks: the published vector, two independent peers, and garbage."""

import base64
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from bot.channels.signing import BadSignature, new_secret, parse_secret, parse_secrets, sign, verify
from bot.clock import utc_now
from bot.errors import UsageError

WRITTEN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET = parse_secret(WRITTEN)
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC)
BODY = '{"type":"message.send","data":{"text":"亲，在的😀"}}'.encode()
TESTS = Path(__file__).parent.parent
PEER = """
const { Webhook } = require("standardwebhooks");
const { secret, id, seconds, body, signature } = JSON.parse(require("fs").readFileSync(0));
const hook = new Webhook(secret);
Date.now = () => seconds * 1000;
const headers = { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": signature };
hook.verify(body, headers);
console.log(hook.sign(id, new Date(seconds * 1000), body));
"""


def headers(body: bytes = BODY, moment: datetime = AT, **changed: str) -> dict[str, str]:
    seconds = int(moment.timestamp())
    plain = {"webhook-id": ID, "webhook-timestamp": str(seconds), "webhook-signature": sign(SECRET, ID, seconds, body)}
    return plain | {f"webhook-{name}": value for name, value in changed.items()}


def refused(given: dict[str, str], body: bytes = BODY, moment: datetime = AT) -> str:
    with pytest.raises(BadSignature) as caught:
        verify([SECRET], given, body, moment)
    return caught.value.reason


def test_the_published_vector_comes_out() -> None:
    signature = sign(SECRET, ID, 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_verified_message_gives_its_id_whatever_the_case_of_the_headers() -> None:
    assert verify([SECRET], {name.title(): value for name, value in headers().items()}, BODY, AT) == ID


def test_the_python_peer_accepts_ours_and_we_accept_theirs() -> None:
    now = utc_now()  # the peer reads its own clock
    assert Webhook(WRITTEN).verify(BODY.decode(), headers(moment=now))
    theirs = Webhook(WRITTEN).sign(ID, AT, BODY.decode())
    assert verify([SECRET], headers(signature=theirs), BODY, AT) == ID


def test_the_node_peer_accepts_ours_and_we_accept_theirs() -> None:
    if not (TESTS / "node_modules" / "standardwebhooks").exists():
        missing = "run `npm ci --ignore-scripts` in tests/ to prove signing against the Node peer"
        pytest.fail(missing) if os.getenv("CI") == "true" else pytest.skip(missing)
    ours = headers()["webhook-signature"]
    told = {"secret": WRITTEN, "id": ID, "seconds": int(AT.timestamp()), "body": BODY.decode(), "signature": ours}
    run = subprocess.run(
        ["node", "-e", PEER], cwd=TESTS, input=json.dumps(told), capture_output=True, text=True, check=True
    )
    assert verify([SECRET], headers(signature=run.stdout.strip()), BODY, AT) == ID


def test_one_changed_byte_is_refused() -> None:
    assert refused(headers(), BODY + b" ") == "webhook-signature"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_old_and_future_times_are_refused(seconds: int) -> None:
    assert refused(headers(), moment=AT + timedelta(seconds=seconds)) == "webhook-timestamp"


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_are_tolerated(seconds: int) -> None:
    assert verify([SECRET], headers(), BODY, AT + timedelta(seconds=seconds)) == ID


def test_any_of_several_signatures_may_fit() -> None:
    several = f"v1a,xxxx nonsense v1,AAAA {headers()['webhook-signature']}"
    assert verify([SECRET], headers(signature=several), BODY, AT) == ID


def test_an_old_secret_verifies_while_keys_are_rotated() -> None:
    fresh = new_secret(lambda size: bytes(range(size)))
    assert verify(parse_secrets(f"{fresh}, {WRITTEN}"), headers(), BODY, AT) == ID


def test_the_parts_of_the_signed_text_cannot_change_places() -> None:
    seconds = int(AT.timestamp())
    signature = sign(SECRET, "a", 7, f"{seconds}.b".encode())
    assert signature == sign(SECRET, "a.7", seconds, b"b")
    assert refused(headers(id="a.7", signature=signature), b"b") == "webhook-id"


def test_a_header_left_out_is_refused() -> None:
    for name in headers():
        assert refused({key: value for key, value in headers().items() if key != name}) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_密钥",
        "whsec_MfKQ",
        "whsec_!!!",
        f"{WRITTEN},",
        "whsk_" + "A" * 32,
    ],
)
def test_a_malformed_secret_is_the_operators_mistake(text: str) -> None:
    with pytest.raises(UsageError):
        parse_secrets(text)


def test_a_secret_does_not_show_itself() -> None:
    assert base64.b64encode(SECRET.key).decode() not in repr(SECRET)
    assert "key" not in repr(SECRET)


ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "Webhook-Signature"]), ANY_TEXT), st.binary()
)
def test_garbage_is_refused_and_nothing_else_happens(given: dict[str, str], body: bytes) -> None:
    assert refused(given, body)


@given(ANY_TEXT)
def test_a_garbled_signature_is_refused(signature: str) -> None:
    assert refused(headers(signature=signature)) == "webhook-signature"


@given(ANY_TEXT)
def test_a_garbled_time_is_refused(text: str) -> None:
    assert refused(headers(timestamp=text)) == "webhook-timestamp"
