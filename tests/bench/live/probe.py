"""What a process learns of itself: how long it takes, by how much it grows, when the first of many things was done.

In: moments to begin, note and end. Out: seconds, MiB. Never: a figure of another process.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic

_OWN = Path("/proc/self")
_PEAK = "5"  # written to clear_refs: the peak begins anew


def resident_anew() -> int:
    """KiB now, from where on the peak is kept."""
    (_OWN / "clear_refs").write_text(_PEAK, "ascii")
    return _kib("VmRSS")


def _kib(name: str) -> int:
    lines = (_OWN / "status").read_text("ascii", "replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


@dataclass(frozen=True, slots=True)
class Woken:
    """A process that opened stored work and looked for what is due. `ready_s`: until the first was done, or, where
    nothing was due, until that was known. `mib`: peak less what it had before. `each_s`: a thing done; 0 of none."""

    ready_s: float
    mib: float
    each_s: float
    done: int


@dataclass(slots=True)
class Probe:
    """Begins when it is made."""

    begun: float = field(default_factory=monotonic)
    first: float | None = None
    last: float | None = None
    count: int = 0
    _base_kib: int = field(default_factory=resident_anew)
    _lock: Lock = field(default_factory=Lock)

    def note(self) -> None:
        """One more was done; from any thread."""
        with self._lock:
            self.count += 1
            self.first = self.first or monotonic()

    def end(self) -> None:
        """No more is waited for."""
        self.last = monotonic()

    def woken(self, since: float) -> Woken:
        """`since`: from when on the things that were done are reckoned."""
        last = self.last or monotonic()
        each = (last - since) / self.count if self.count else 0.0
        return Woken((self.first or last) - self.begun, (_kib("VmHWM") - self._base_kib) / 2**10, each, self.count)


#: Of this process; a job that another process has stored finds it here by name.
PROBES: list[Probe] = []


def fire(order_id: str, step: str) -> None:
    """All that a job does."""
    del order_id, step
    PROBES[-1].note()
