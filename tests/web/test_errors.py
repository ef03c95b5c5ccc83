"""What callers see when something is wrong, and the headers of every answer."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from bot.ports import StoreDown
from bot.records import Vitals
from bot.web.errors import install_errors
from bot.web.health import Pulse, health_router
from bot.web.limits import SECURITY_HEADERS
from tests.web.fakes import NOW, FakeStore, serving

BROWSER = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def rules() -> list[bool]:
    return [True]


@pytest.fixture
def client(store: FakeStore, rules: list[bool]) -> Iterator[httpx.Client]:
    app = FastAPI()
    app.include_router(health_router(Pulse(store, lambda: NOW), lambda: rules[0]))

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret of the inside")

    @app.get("/unable")
    async def unable() -> None:
        raise StoreDown("a secret of the inside")

    @app.get("/number")
    async def number(value: int) -> int:
        return value

    install_errors(app)
    with serving(app) as address, httpx.Client(base_url=address) as talking:
        yield talking


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/healthz", 405),
        ("GET", "/broken", 500),
        ("GET", "/unable", 503),
        ("GET", "/number?value=x", 422),
    ],
)
def test_a_program_reads_json_and_a_person_a_page(client: httpx.Client, method: str, path: str, status: int) -> None:
    told, shown = client.request(method, path), client.request(method, path, headers=BROWSER)
    assert (told.status_code, shown.status_code) == (status, status)
    assert all(point["msg"] for point in told.json()["detail"])
    assert shown.headers["content-type"].startswith("text/html")
    assert "secret" not in told.text + shown.text
    assert "Traceback" not in told.text + shown.text


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/broken"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "unsafe-inline" not in headers["content-security-policy"]


def test_a_live_process_says_so(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}


def test_a_ready_service_tells_how_long_people_wait(client: httpx.Client, store: FakeStore) -> None:
    store.state = Vitals(unanswered=1.5, paused=True, commands={"waiting": 4, "dead": 2, "expired": 1})
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "store": True,
        "rules": True,
        "oldest_unanswered_seconds": 1.5,
        "undelivered": 3,
        "paused": True,
    }


def test_without_a_store_it_is_not_ready(client: httpx.Client, store: FakeStore) -> None:
    store.failure = StoreDown("a secret of the inside")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "store": False,
        "rules": True,
        "oldest_unanswered_seconds": None,
        "undelivered": None,
        "paused": None,
    }


def test_with_a_broken_change_of_the_rules_it_goes_on_and_says_so(client: httpx.Client, rules: list[bool]) -> None:
    rules[0] = False
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["rules"]) == (200, True, False)


async def _hanging(store: FakeStore) -> tuple[list[Vitals | None], int, Vitals | None]:
    """Two questions while the store hangs, one after it has come back."""
    pulse, store.held = Pulse(store, lambda: NOW, patience=0.01), asyncio.Event()
    impatient = [await pulse.vitals() for _ in range(2)]
    asked = store.asked
    store.held.set()
    return impatient, asked, await pulse.vitals()


def test_a_store_that_hangs_is_asked_once_and_answers_when_it_is_back(store: FakeStore) -> None:
    impatient, asked, answer = asyncio.run(_hanging(store))
    assert (impatient, asked, answer) == ([None, None], 1, Vitals())
