"""What the service counts, as Prometheus reads it: in one process, or in many that share a folder.

In: what `Meter` is told, and the store's vitals at each scrape. Out: one exposition. Never: a label without bounds, a
number of one process where many serve.

Counters live in the process. Where several serve one port, each writes its own into files of a shared folder, and
whichever is scraped adds them all up; what only the store knows is the same from all. The supervisor calls
`prepare_shared` before it opens the service and forks, and `forget` when a child has ended; a child's counts stay.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import reload
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, values
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from bot import settings
from bot.meter import Meter
from bot.records import Vitals

#: What shops are measured by, in seconds.
FIRST_RESPONSE = (0.5, 1, 2, 3, 5, 8, 15, 30, 60, 180, 600, 3600)
SEND = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
NO_INTENT = "none"


class Metrics(Meter):
    """`shared`: the folder that several processes write to."""

    def __init__(self, shared: Path | None = None) -> None:
        disable_created_metrics()
        self._own = own = CollectorRegistry()
        self._shared = shared
        self._events = Counter("yeban_events", "Accepted events", ["type", "result"], registry=own)
        self._refusals = Counter("yeban_refusals", "Events turned away", ["status"], registry=own)
        self._turns = Counter("yeban_turns", "Turns taken", ["decision", "intent"], registry=own)
        self._first = Histogram(
            "yeban_first_response_seconds", "From a message's receipt to its reply's delivery",
            buckets=FIRST_RESPONSE, registry=own,
        )  # fmt: skip
        self._deliveries = Counter("yeban_deliveries", "Tries to send", ["purpose", "outcome"], registry=own)
        self._send = Histogram("yeban_send_seconds", "One call of the channel", ["outcome"], buckets=SEND, registry=own)
        self._nudges = Counter("yeban_nudges", "Due nudges settled", ["outcome"], registry=own)
        self._defects = Counter("yeban_defects", "Failures of our own", ["part"], registry=own)
        self._store_down = Counter("yeban_store_down", "Calls that the store did not take", ["part"], registry=own)

    def accepted(self, kind: str, *, new: bool) -> None:
        self._events.labels(kind, "new" if new else "duplicate").inc()

    def refused(self, status: int) -> None:
        self._refusals.labels(str(status)).inc()

    def turn(self, decision: str, intent: str | None) -> None:
        self._turns.labels(decision, intent or NO_INTENT).inc()

    def answered(self, seconds: float) -> None:
        self._first.observe(seconds)

    def delivery(self, purpose: str, outcome: str, seconds: float) -> None:
        self._deliveries.labels(purpose, outcome).inc()
        self._send.labels(outcome).observe(seconds)

    def nudge(self, outcome: str) -> None:
        self._nudges.labels(outcome).inc()

    def defect(self, part: str) -> None:
        self._defects.labels(part).inc()

    def store_down(self, part: str) -> None:
        self._store_down.labels(part).inc()

    def expose(self, vitals: Vitals | None, accept: str, newest: Callable[[], bool] | None = None) -> tuple[bytes, str]:
        """The exposition in the form that the scraper wants, and that form's name. `newest`: whether the operators'
        newest files are in use."""
        encode, kind = choose_encoder(accept)
        return encode(_Scrape(self._counted(), vitals, newest() if newest else None)), kind

    def _counted(self) -> Collector:
        if self._shared is None:
            return self._own
        return MultiProcessCollector(None, path=str(self._shared))


class _Scrape(Collector):
    """All that is counted, and how the store stands; None where it does not say."""

    def __init__(self, counted: Collector, vitals: Vitals | None, newest: bool | None) -> None:
        self._counted = counted
        self._newest = newest
        self._vitals = vitals

    def collect(self) -> Iterator[Metric]:
        yield from self._counted.collect()
        yield GaugeMetricFamily("yeban_store_up", "Whether the store answers", value=self._vitals is not None)
        if self._newest is not None:
            told = "Whether the operators' newest files are the ones in use"
            yield GaugeMetricFamily("yeban_rules_newest", told, value=self._newest)
        if self._vitals is not None:
            yield from _gauges(self._vitals)


def _gauges(vitals: Vitals) -> Iterator[Metric]:
    plain = {
        "yeban_oldest_event_seconds": ("Age of the oldest event not worked on", vitals.oldest_event),
        "yeban_oldest_command_seconds": ("Age of the oldest command not sent", vitals.oldest_command),
        "yeban_oldest_unanswered_seconds": ("Since when the longest-waiting buyer waits", vitals.unanswered),
        "yeban_nudges_to_review": ("Nudges that a person must look at", vitals.review),
        "yeban_paused": ("Whether everything automatic is paused", vitals.paused),
    }
    for name, (told, value) in plain.items():
        yield GaugeMetricFamily(name, told, value=float(value))
    yield _by("yeban_outbox_commands", "Commands on their way or not delivered", "state", vitals.commands)
    yield _by("yeban_queued_conversations", "Conversations that wait for people", "group", vitals.queued)


def _by(name: str, told: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def open_metrics() -> Metrics:
    """The counters of this process; in the shared folder where there is one."""
    folder = settings.shared_metrics()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return Metrics(folder)


def prepare_shared(folder: Path) -> None:
    """Let all processes that are forked from now on count into an empty folder. To be called before `open_metrics`."""
    for old in folder.glob("*.db"):
        old.unlink()
    settings.share_metrics(folder)
    reload(values)  # the library chooses its way of counting where this module is loaded


def forget(pid: int) -> None:
    """A process has ended: what it counted stays, what it was goes."""
    folder = settings.shared_metrics()
    if folder is not None:
        mark_process_dead(pid, str(folder))
