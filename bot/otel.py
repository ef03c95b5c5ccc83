"""Traces over OTLP/HTTP, by the extra `yeban[otel]`: what became of one message, over processes and time.

In: spans with ids, counts and words of closed sets; the standard `OTEL_*` variables, which the SDK reads itself. Out:
spans to a collector. Never: a text; an error's message, which may hold one: its kind is told.

How the spans of one message find each other: accept, turn and send run at different times, after a crash in different
processes. So a span's place (`traceparent`) is stored with what it caused: the event's row holds the place of
`webhook.accept`, the command's row that of `turn`. Each goes on under the place it finds: one trace, whose parents are
real spans. A turn that answers several events stands under the first and is linked to the others. Ids derived from
event ids would need no column, but could not stand under a caller's own trace, nor carry its wish not to be sampled,
and a turn taken twice would be one id for two spans. A caller's `traceparent` header is simply the first cause.
"""

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from opentelemetry import trace as spans
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.tracer import Fact, Span, Tracer

NAME = "yeban"
_W3C = TraceContextTextMapPropagator()
_HEADER = "traceparent"
_PATIENCE_SECONDS = 5.0


class OtelSpan:
    """A span of the SDK, under our port."""

    def __init__(self, span: spans.Span) -> None:
        self._span = span

    @property
    def trace(self) -> str | None:
        carrier: dict[str, str] = {}
        _W3C.inject(carrier, spans.set_span_in_context(self._span, Context()))
        return carrier.get(_HEADER)

    def note(self, **facts: Fact) -> None:
        self._span.set_attributes(_attributes(facts))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._span.set_status(Status(StatusCode.ERROR, kind.__name__))
        self._span.end()


class OtelTracer:
    """Spans leave in batches, from a thread of their own; a collector that is away costs spans, nothing else."""

    def __init__(self, exporter: SpanExporter, patience: float = _PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(NAME)

    def span(self, name: str, causes: Sequence[str | None] = (), /, **facts: Fact) -> AbstractContextManager[Span]:
        places = [place for place in map(_place, causes) if place.is_valid]
        under = spans.set_span_in_context(NonRecordingSpan(places[0]), Context()) if places else Context()
        links = [Link(place) for place in places[1:]]
        return OtelSpan(self._tracer.start_span(name, under, links=links, attributes=_attributes(facts)))

    def close(self) -> None:
        """A collector that hangs is not waited for: the thread ends with the process."""
        last = threading.Thread(target=self._provider.shutdown, name="otel-last", daemon=True)
        last.start()
        last.join(self._patience)


def tracer() -> Tracer:
    """A tracer that sends where the environment says."""
    return OtelTracer(OTLPSpanExporter())


def _place(cause: str | None) -> SpanContext:
    """Where a cause stands; what is no `traceparent` stands nowhere."""
    context = _W3C.extract({_HEADER: cause} if cause else {}, Context())
    return spans.get_current_span(context).get_span_context()


def _attributes(facts: dict[str, Fact]) -> dict[str, str | int | bool]:
    return {f"{NAME}.{name}": value for name, value in facts.items() if value is not None}


def _resource() -> Resource:
    """The environment's `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` come before our own name."""
    return Resource.create({"service.name": NAME, **OTELResourceDetector().detect().attributes})
