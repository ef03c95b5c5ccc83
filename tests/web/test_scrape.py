"""`GET /metrics` over a real socket, and what the webhook tells the meter."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.signing import parse_secrets
from bot.metrics import Metrics
from bot.ports import Overloaded, StoreDown
from bot.records import Vitals
from bot.web.errors import install_errors
from bot.web.health import Pulse
from bot.web.hooks import hooks_router
from bot.web.scrape import scrape_router
from tests.edge.watching import Scraped
from tests.web.fakes import NOW, FakeStore, serving
from tests.web.test_hooks import OLD_SECRET, SECRET, event, post, signed

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def client(store: FakeStore) -> Iterator[httpx.Client]:
    app, metrics = FastAPI(), Metrics()
    app.include_router(hooks_router(store, parse_secrets(SECRET), lambda: NOW, timedelta(seconds=1), metrics))
    app.include_router(scrape_router(Pulse(store, lambda: NOW), metrics.expose))
    install_errors(app)
    with serving(app) as address, httpx.Client(base_url=address) as talking:
        yield talking


def scrape(client: httpx.Client) -> Scraped:
    answer = client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    return Scraped(answer.text)


def test_the_stores_state_is_told(client: httpx.Client, store: FakeStore) -> None:
    store.state = Vitals(unanswered=1.5, queued={"presale": 2})
    found = scrape(client)
    assert (found.value("yeban_store_up"), found.value("yeban_oldest_unanswered_seconds")) == (1, 1.5)
    assert found.value("yeban_queued_conversations", group="presale") == 2


def test_refusals_are_counted_by_status_while_the_store_is_down(client: httpx.Client, store: FakeStore) -> None:
    client.post("/hooks/webhook", content=event(), headers=signed(event(), secret=OLD_SECRET))
    post(client, b"{}")
    for failure in (Overloaded(), StoreDown("a secret of the inside")):
        store.failure = failure
        post(client, event())
    found = scrape(client)
    assert [found.value("yeban_refusals_total", status=status) for status in ("401", "422", "429", "503")] == [1] * 4
    assert found.value("yeban_store_up") == 0
    assert "yeban_paused" not in found.names()


def test_a_scraper_that_wants_open_metrics_gets_them(client: httpx.Client) -> None:
    answer = client.get("/metrics", headers={"accept": OPEN_METRICS})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_it_is_no_part_of_the_described_interface(client: httpx.Client) -> None:
    assert "/metrics" not in client.get("/openapi.json").json()["paths"]
