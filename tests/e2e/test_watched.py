"""A real service under the eyes of Prometheus and of a collector of traces."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.e2e.collector import Collector, told
from tests.e2e.shop import NIGHT, WIRE, Receiver, until
from tests.e2e.small import SmallShop
from tests.edge.watching import Scraped

TEXT = "你好，请问发什么快递"


class WatchedShop(SmallShop):
    """A shop whose environment says more."""

    more: Mapping[str, str] = {}

    def environment(self) -> dict[str, str]:
        return {**super().environment(), **self.more}

    def scrape(self) -> Scraped:
        answer = WIRE.get(f"{self.url}/metrics", timeout=10)
        assert answer.status_code == 200, answer.text
        return Scraped(answer.text)

    def readiness(self) -> httpx.Response:
        return WIRE.get(f"{self.url}/readyz", timeout=10)

    def answers(self, conversation: str) -> None:
        """A buyer asks, the channel gets the answer, and the service knows that it did."""
        before = self.scrape().value("yeban_first_response_seconds_count") or 0
        self.says(conversation, TEXT)
        until(
            lambda: self.scrape().value("yeban_first_response_seconds_count") == before + 1, "the answer is delivered"
        )


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[WatchedShop]:
    made = WatchedShop(tmp_path, NIGHT, Receiver().start())
    yield made
    made.end()


def test_one_message_is_counted_and_traced_from_end_to_end(shop: WatchedShop) -> None:
    with Collector() as collector:
        shop.more = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        shop.start().answers("t1")
        presence = {"agent_id": "p1", "state": "away"}
        assert [shop.post("agent.presence", presence, "twice").json()["duplicate"] for _ in range(2)] == [False, True]
        assert shop.post("agent.presence", {}).status_code == 422
        _counts_are_right(shop.scrape())
        assert shop.readiness().json()["undelivered"] == 0
        assert shop.stop() == 0
    _spans_are_one_trace(collector)


def _counts_are_right(found: Scraped) -> None:
    assert found.value("yeban_events_total", type="message.created", result="new") == 1
    assert found.value("yeban_events_total", type="agent.presence", result="new") == 1
    assert found.value("yeban_events_total", type="agent.presence", result="duplicate") == 1
    assert found.value("yeban_refusals_total", status="422") == 1
    assert found.value("yeban_turns_total", decision="answer", intent="carrier") == 1
    assert found.value("yeban_deliveries_total", purpose="reply", outcome="delivered") == 1
    assert found.value("yeban_send_seconds_count", outcome="delivered") == 1
    assert (found.value("yeban_first_response_seconds_sum") or 0) >= 1  # the buyer's quiet is waited for
    assert (found.value("yeban_store_up"), found.value("yeban_paused")) == (1, 0)
    assert found.value("yeban_outbox_commands", state="waiting") == 0
    assert not {label for label in found.labels() if "t1" in label or "msg_" in label or "快递" in label}


def _spans_are_one_trace(collector: Collector) -> None:
    """All that was held is given out by the time the service has ended."""
    assert collector.services == {"yeban"}
    [accept] = collector.about("webhook.accept", conversation_id="t1")
    [turn] = collector.about("turn", conversation_id="t1")
    [send] = collector.about("command.send", conversation_id="t1")
    assert accept.trace_id == turn.trace_id == send.trace_id
    assert (accept.parent_span_id, turn.parent_span_id, send.parent_span_id) == (b"", accept.span_id, turn.span_id)
    assert (told(turn)["decision"], told(send)["outcome"]) == ("answer", "delivered")
    assert not [raw for raw in collector.raw if "快递".encode() in raw]


def test_what_is_asked_for_but_missing_stops_nobody(shop: WatchedShop, tmp_path: Path) -> None:
    """Traces without the extra; then, while it runs, the store goes away under it."""
    without = tmp_path / "without"
    without.mkdir()
    (without / "sitecustomize.py").write_text("import sys; sys.modules['opentelemetry.sdk'] = None", encoding="utf-8")
    path = f"{without}:{shop.environment()['PYTHONPATH']}"
    shop.more = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "PYTHONPATH": path}
    shop.start().answers("t2")
    assert shop.log.count("yeban[otel]") == 1
    with sqlite3.connect(tmp_path / "yeban.db") as database:
        database.execute("DROP TABLE switch")
    found = shop.scrape()
    assert found.value("yeban_store_up") == 0
    assert found.value("yeban_first_response_seconds_count") == 1
    assert "yeban_outbox_commands" not in found.names()
    assert (shop.readiness().status_code, shop.readiness().json()["undelivered"]) == (503, None)
    until(lambda: shop.scrape().value("yeban_store_down_total", part="outbox"), "the outbox misses its store")
    assert shop.stop() == 0


def test_workers_of_one_port_are_counted_as_one_whichever_is_asked_and_whichever_died(shop: WatchedShop) -> None:
    shop.options = ("--workers", "2")
    shop.start().answers("t3")
    os.kill(_workers(shop)[0], signal.SIGKILL)
    until(lambda: len(_workers(shop)) == 3, "a worker follows the one that died")
    shop.answers("t4")
    for _ in range(4):  # each time another may answer
        found = shop.scrape()
        assert found.value("yeban_events_total", type="message.created", result="new") == 2
        assert found.value("yeban_turns_total", decision="answer", intent="carrier") == 2
        assert found.value("yeban_outbox_commands", state="waiting") == 0
    assert shop.stop() == 0


def _workers(shop: WatchedShop) -> list[int]:
    """The process ids of all that were ever started."""
    lines = [json.loads(line) for line in shop.log.splitlines() if line.startswith("{")]
    return [line["pid"] for line in lines if line["event"] == "worker.started"]
