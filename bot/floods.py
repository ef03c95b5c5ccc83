"""How fast one buyer may write: a bucket of messages each, filled again with time.

In: a buyer and the time. Out: seconds to wait, 0 if the message may come in. Never: memory for more buyers than are
writing now; each process has buckets of its own.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

_BUYERS_MAX = 50_000
_HAIR = 1e-6  # seconds; less than the sums of binary fractions can tell


class Floods:
    """`burst` messages at once, then one more `every` so often."""

    def __init__(self, burst: int, every: timedelta) -> None:
        self._burst = burst
        self._every = every.total_seconds()
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, buyer: str, now: datetime) -> float:
        """Let one message in, or say in how many seconds there is room again."""
        moment = now.timestamp()
        self._forget(moment)
        full_at = max(self._full_at.get(buyer, moment), moment) + self._every
        wait = full_at - moment - self._burst * self._every
        if wait > _HAIR:
            return wait
        self._full_at[buyer] = full_at
        self._full_at.move_to_end(buyer)
        return 0.0

    def put_back(self, buyer: str) -> None:
        """What was let in last does not count after all."""
        if buyer in self._full_at:
            self._full_at[buyer] -= self._every

    def _forget(self, moment: float) -> None:
        """Those whose buckets are full again, and past the bound those who wrote the longest ago."""
        while self._full_at:
            buyer, full_at = next(iter(self._full_at.items()))
            if full_at > moment and len(self._full_at) < _BUYERS_MAX:
                return
            del self._full_at[buyer]
