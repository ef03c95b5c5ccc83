"""Those who watch, as tests need them: a meter that keeps what it is told, a scrape read back into numbers.

In: what the service tells. Out: plain values. Never: a mock.
"""

import asyncio
from collections.abc import Iterable, Mapping

from prometheus_client.parser import text_string_to_metric_families

from bot.meter import Meter

Labels = Mapping[str, str]


class Tally(Meter):
    """Every call in its order; `heard` waits until there were so many."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self._more = asyncio.Event()

    async def heard(self, many: int) -> None:
        async with asyncio.timeout(20):
            while len(self.told) < many:
                self._more.clear()
                await self._more.wait()

    def _tell(self, *call: object) -> None:
        self.told.append(call)
        self._more.set()

    def accepted(self, kind: str, *, new: bool) -> None:
        self._tell("accepted", kind, new)

    def refused(self, status: int) -> None:
        self._tell("refused", status)

    def turn(self, decision: str, intent: str | None) -> None:
        self._tell("turn", decision, intent)

    def answered(self, seconds: float) -> None:
        self._tell("answered", seconds)

    def delivery(self, purpose: str, outcome: str, seconds: float) -> None:
        self._tell("delivery", purpose, outcome, seconds)

    def nudge(self, outcome: str) -> None:
        self._tell("nudge", outcome)

    def defect(self, part: str) -> None:
        self._tell("defect", part)

    def store_down(self, part: str) -> None:
        self._tell("store_down", part)


class Scraped:
    """An exposition read by Prometheus's own parser."""

    def __init__(self, text: str) -> None:
        self.samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample of a name that has these labels; None if there is none."""
        found = [sample.value for sample in self.samples if sample.name == name and _has(sample.labels, labels)]
        assert len(found) <= 1, (name, labels, found)
        return found[0] if found else None

    def names(self) -> set[str]:
        return {sample.name for sample in self.samples}

    def labels(self) -> set[str]:
        """All values of all labels."""
        return {value for sample in self.samples for value in _values(sample.labels)}


def _has(labels: Labels, wanted: Labels) -> bool:
    return wanted.items() <= labels.items()


def _values(labels: Labels) -> Iterable[str]:
    return labels.values()
