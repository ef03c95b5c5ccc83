"""Pictures from our page: taken by their bytes, shown to their sender and to the shop's people alone."""

from collections.abc import Iterator

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from bot.channels.payloads import message_of
from bot.ports import Overloaded
from bot.web.uploads import picture_for_staff
from bot.web.visits import HEADER
from tests.core.test_pictures import PLACE, chunk, png
from tests.web.fakes import FakeStore
from tests.web.shopfloor import buyer_page

PICTURE = png(chunk(b"tEXt", PLACE))


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def address(store: FakeStore) -> Iterator[str]:
    with buyer_page(store, demo=False) as address:
        yield address


@pytest.fixture
def buyer(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        client.get("/")
        yield client


def send(client: httpx.Client, data: bytes = PICTURE, token: str = "t" * 32, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/chat/pictures", params={"token": token}, content=data, headers=named)


def test_a_picture_is_a_message_and_is_shown_to_its_sender(buyer: httpx.Client, store: FakeStore, address: str) -> None:
    told = send(buyer, content_type="text/html")
    assert told.status_code == 202
    (event,) = store.events.values()
    one = told.json()["id"]
    assert (event.id, event.body["kind"], event.body["media_url"]) == (one, "image", f"{address}/chat/pictures/{one}")
    assert f'<img src="/chat/pictures/{one}"' in buyer.get("/").text
    shown = buyer.get(f"/chat/pictures/{one}")
    assert shown.content == png()
    headers = {name: shown.headers[name] for name in ("content-type", "x-content-type-options", "x-frame-options")}
    assert headers == {"content-type": "image/png", "x-content-type-options": "nosniff", "x-frame-options": "DENY"}
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "private" in shown.headers["cache-control"]


def test_nobody_else_sees_it_but_staff(buyer: httpx.Client, store: FakeStore, address: str) -> None:
    one = send(buyer).json()["id"]
    with httpx.Client(base_url=address) as other:
        other.get("/")
        assert [other.get(f"/chat/pictures/{name}").status_code for name in (one, "page-" + "0" * 32, "x")] == [404] * 3
    assert httpx.get(f"{address}/chat/pictures/{one}").status_code == 404
    assert anyio.run(picture_for_staff, store, one).body == png()
    with pytest.raises(HTTPException):
        anyio.run(picture_for_staff, store, "../" + one)


def test_a_second_try_is_the_same_picture(buyer: httpx.Client, store: FakeStore) -> None:
    first, second = send(buyer).json(), send(buyer).json()
    assert (first["id"], first["duplicate"], second["duplicate"]) == (second["id"], False, True)
    assert len(store.pictures) == 1


@pytest.mark.parametrize("data", [b"", b"<script>alert(1)</script>" * 9, b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_picture_is_refused(buyer: httpx.Client, store: FakeStore, data: bytes) -> None:
    told = send(buyer, data, content_type="image/png")
    assert told.status_code == 415
    assert "JPEG" in told.json()["detail"][0]["msg"]
    assert not store.events
    assert not store.pictures


def test_too_large_a_picture_is_refused_and_other_bodies_have_their_own_bound(buyer: httpx.Client) -> None:
    large = PICTURE + bytes(2 * 1024 * 1024)
    assert send(buyer, large).status_code == 413
    assert send(buyer, PICTURE + bytes(1024 * 1024)).status_code == 202
    assert buyer.post("/chat/messages", content=large).status_code == 413


def test_a_visitor_may_send_only_so_many(buyer: httpx.Client, address: str) -> None:
    statuses = [send(buyer, PICTURE + bytes([number])).status_code for number in range(8)]
    assert statuses == [202] * 6 + [429] * 2
    with httpx.Client(base_url=address) as other:
        other.get("/")
        assert send(other).status_code == 202


def test_strangers_and_other_sites_send_none(buyer: httpx.Client, store: FakeStore, address: str) -> None:
    with httpx.Client(base_url=address) as stranger:
        assert send(stranger).status_code == 403
    assert send(buyer, sec_fetch_site="cross-site").status_code == 403
    assert send(buyer, PICTURE, "t").status_code == 422
    assert not store.pictures


def test_a_busy_shop_says_so(buyer: httpx.Client, store: FakeStore) -> None:
    store.failure = Overloaded()
    assert send(buyer).status_code == 429


@pytest.mark.parametrize("host", ["a b", "a\tb", "", "x" * 3_000])
def test_a_host_that_is_no_host_makes_no_bad_address(buyer: httpx.Client, store: FakeStore, host: str) -> None:
    """The worker refuses a message whose address is none."""
    told = send(buyer, host=host)
    assert told.status_code in {202, 400, 422}
    assert all(message_of(event.body).media_url for event in store.events.values())


@given(
    data=st.binary(max_size=300),
    token=st.text(max_size=80),
    visitor=st.text(alphabet=st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=99),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_garbage_is_a_failure_of_ours(buyer: httpx.Client, data: bytes, token: str, visitor: str) -> None:
    headers = {HEADER.encode(): visitor.strip().encode("latin-1")}
    told = buyer.post("/chat/pictures", params={"token": token}, content=data, headers=headers)
    shown = buyer.get("/chat/pictures/x", params={"who": token}, headers=headers)
    assert max(told.status_code, shown.status_code) < 500
