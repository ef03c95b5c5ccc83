"""What the service counts, as a hole in the wall: whoever works tells it and need not know who listens.

In: nothing. Out: the port `Meter`, which as it stands here counts nothing. Never: an id, a text, anything of a buyer;
all words told are of small, closed sets.
"""


class Meter:
    """Is told what happened; never fails and never waits. What counts overrides it: `metrics.Metrics`."""

    def accepted(self, kind: str, *, new: bool) -> None:
        """An event of a type is kept, or was known."""

    def refused(self, status: int) -> None:
        """An event was turned away with an HTTP status."""

    def turn(self, decision: str, intent: str | None) -> None:
        """A turn was saved; `intent` is its first claim."""

    def answered(self, seconds: float) -> None:
        """A reply reached the channel so long after the first message that it answers was received."""

    def delivery(self, purpose: str, outcome: str, seconds: float) -> None:
        """One try to send a command, and how long the channel took."""

    def nudge(self, outcome: str) -> None:
        """A due nudge was queued, moved or cancelled."""

    def defect(self, part: str) -> None:
        """A part of the service failed for a reason of its own."""

    def store_down(self, part: str) -> None:
        """A part could not reach the store."""


SILENT = Meter()
