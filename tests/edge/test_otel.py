"""The spans of one message find each other, whoever made them and when."""

import asyncio
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs

from bot.bell import LocalBell
from bot.inbox import Inbox
from bot.otel import OtelTracer
from bot.outbox import Outbox
from bot.records import Event
from bot.settings import traces_wanted
from bot.tracer import UNSEEN
from bot.tracing import open_tracer
from bot.worker import Worker
from tests.edge.happenings import snapshot, wrote
from tests.edge.nightshop import NightShop, in_the_shop
from tests.edge.watching import Tally
from tests.fakes import FREELY, FakeChannel, order

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNSAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


class Process:
    """A process of its own: a tracer that knows nothing of the others."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracer = OtelTracer(self.exporter)

    def ended(self) -> list[ReadableSpan]:
        self.tracer.close()
        return sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)


async def accepts(shop: NightShop, *events: Event, caller: str | None = None) -> list[ReadableSpan]:
    process = Process()
    inbox = Inbox(shop.store, LocalBell(), FREELY, tracer=process.tracer)
    for event in events:
        now = shop.clock()
        await inbox.accept(Event(event.channel, event.id, event.type, event.lane, event.body, now, now, trace=caller))
    return process.ended()


async def works(shop: NightShop) -> list[ReadableSpan]:
    process, bells = Process(), (LocalBell(), LocalBell())
    log = structlog.get_logger()
    shop.worker = Worker(shop.store, bells, lambda: shop.book[0], shop.clock, log, tracer=process.tracer)
    await shop.works()
    return process.ended()


async def sends(shop: NightShop) -> list[ReadableSpan]:
    process, tally, stop, bell = Process(), Tally(), asyncio.Event(), LocalBell()
    outbox = Outbox(
        shop.store, {"webhook": FakeChannel()}, shop.clock, lambda: 0.0, structlog.get_logger().debug, bell=bell,
        meter=tally, tracer=process.tracer,
    )  # fmt: skip
    running = asyncio.create_task(outbox.run(stop))
    await tally.heard(2)  # the delivery and the answer
    stop.set()
    bell.ring()
    await running
    return process.ended()


def parent(span: ReadableSpan) -> tuple[int, int] | None:
    return (span.parent.trace_id, span.parent.span_id) if span.parent else None


def place(span: ReadableSpan) -> tuple[int, int]:
    return span.context.trace_id, span.context.span_id


def facts(span: ReadableSpan) -> dict[str, object]:
    return {name.removeprefix("yeban."): value for name, value in (span.attributes or {}).items()}


def test_accept_turn_and_send_are_one_trace_over_three_processes(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[ReadableSpan]:
        accepted = await accepts(shop, wrote(1, "发什么快递"))
        return [*accepted, *await works(shop), *await sends(shop)]

    accept, turn, send = in_the_shop(tmp_path, story)
    assert [accept.name, turn.name, send.name] == ["webhook.accept", "turn", "command.send"]
    assert (parent(accept), parent(turn), parent(send)) == (None, place(accept), place(turn))
    assert facts(accept) == {
        "event_id": "e1", "type": "message.created", "conversation_id": "c1", "duplicate": False,
    }  # fmt: skip
    assert {**facts(turn), "turn_id": ""} == {
        "conversation_id": "c1", "events": 1, "turn_id": "", "decision": "answer", "reason": "sure",
    }  # fmt: skip
    assert {**facts(send), "command_id": ""} == {
        "command_id": "", "conversation_id": "c1", "type": "message.send", "purpose": "reply", "tries": 1,
        "outcome": "delivered",
    }  # fmt: skip
    assert "快递" not in str([facts(span) for span in (accept, turn, send)])


def test_a_turn_stands_under_its_first_event_and_is_linked_to_the_others(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[ReadableSpan]:
        return [*await accepts(shop, wrote(1, "在吗"), wrote(2, "发什么快递")), *await works(shop)]

    first, second, turn = in_the_shop(tmp_path, story)
    assert parent(turn) == place(first)
    assert [(link.context.trace_id, link.context.span_id) for link in turn.links] == [place(second)]


@pytest.mark.parametrize(("caller", "parents"), [(CALLER, [True]), ("nonsense", [False]), (None, [False])])
def test_a_callers_own_trace_goes_on(tmp_path: Path, caller: str | None, parents: list[bool]) -> None:
    async def story(shop: NightShop) -> list[ReadableSpan]:
        return await accepts(shop, wrote(1, "发什么快递"), caller=caller)

    spans = in_the_shop(tmp_path, story)
    assert [parent(span) == (0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7) for span in spans] == parents


def test_what_a_caller_does_not_sample_is_not_sampled_anywhere(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[ReadableSpan]:
        accepted = await accepts(shop, wrote(1, "发什么快递"), caller=UNSAMPLED)
        return [*accepted, *await works(shop), *await sends(shop)]

    assert in_the_shop(tmp_path, story) == []


def test_a_snapshot_is_no_turn(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[ReadableSpan]:
        return [*await accepts(shop, snapshot(1, order())), *await works(shop)]

    accept, work = in_the_shop(tmp_path, story)
    assert (work.name, parent(work), facts(work)) == ("snapshot", place(accept), {"events": 1})


def test_of_an_error_its_kind_is_told_and_not_its_message(tmp_path: Path) -> None:
    async def story(shop: NightShop) -> list[ReadableSpan]:
        shop.store.down = True
        await shop.hears(wrote(1, "发什么快递"))
        with capture_logs():
            return await works(shop)

    [turn] = in_the_shop(tmp_path, story)
    assert (turn.status.status_code, turn.status.description, turn.events) == (StatusCode.ERROR, "StoreDown", ())


def test_the_environment_names_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    def name() -> object:
        process = Process()
        with process.tracer.span("turn"):
            pass
        [span] = process.ended()
        return span.resource.attributes["service.name"]

    assert name() == "yeban"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "night")
    assert name() == "night"


class Hanging(SpanExporter):
    """A collector that never answers."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        del spans
        self.released.wait(60)
        return SpanExportResult.FAILURE


def test_a_collector_that_hangs_holds_nobody_up() -> None:
    exporter = Hanging()
    tracer = OtelTracer(exporter, patience=0.01)
    with tracer.span("turn"):
        pass
    tracer.close()
    assert not exporter.released.is_set()
    exporter.released.set()


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "True"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "false"}, True),
    ],
)
def test_traces_are_made_if_the_environment_asks_for_them(environment: dict[str, str], wanted: bool) -> None:
    assert traces_wanted(environment) is wanted


def test_unasked_nothing_is_loaded_and_nothing_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.otel", None)
    with capture_logs() as lines:
        assert open_tracer(wanted=False) is UNSEEN
    assert lines == []
    with UNSEEN.span("turn", [CALLER], events=1) as span:
        span.note(decision="stay")
        assert span.trace is None
    UNSEEN.close()


def test_without_the_extra_one_line_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.otel", None)
    with capture_logs() as lines:
        assert open_tracer(wanted=True) is UNSEEN
    [line] = lines
    assert (line["event"], line["log_level"]) == ("tracing.off", "warning")
    assert "pip install 'yeban[otel]'" in line["remedy"]


def test_with_the_extra_it_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    found = open_tracer(wanted=True)
    assert isinstance(found, OtelTracer)
    found.close()
