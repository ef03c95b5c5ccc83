"""What a process takes from its machine, and where that is going.

In: a node. Out: samples and their slopes. Never: a first impression; the warm-up is left out.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.nodes import Node

WARM_UP = 0.25  # of the samples
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Sample:
    """`taken`: events so far."""

    at: float
    rss_mb: float
    files: int
    threads: int
    taken: int


def sampled(node: Node, taken: int) -> Sample:
    assert node.process
    folder = Path(f"/proc/{node.process.pid}")
    lines = (folder / "status").read_text(encoding="utf-8").splitlines()
    status = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    files = sum(1 for _ in (folder / "fd").iterdir())
    return Sample(time.monotonic(), int(status["VmRSS"][0]) / 1024, files, int(status["Threads"][0]), taken)


def trend(samples: Sequence[Sample]) -> dict[str, object]:
    """After the warm-up: memory along the way, first and last of the rest; growth an hour, and memory by events, which
    should cost none."""
    warm = samples[int(len(samples) * WARM_UP) :]
    hours = [one.at / _HOUR for one in warm]
    first, last = warm[0], warm[-1]
    per_event = slope([float(one.taken) for one in warm], [one.rss_mb for one in warm])
    return {
        "rss_mb": [round(one.rss_mb, 1) for one in (*warm[:: max(1, len(warm) // 6)], last)],
        "files": [first.files, last.files],
        "threads": [first.threads, last.threads],
        "rss_mb_per_hour": round(slope(hours, [one.rss_mb for one in warm]), 2),
        "files_per_hour": round(slope(hours, [float(one.files) for one in warm]), 2),
        "threads_per_hour": round(slope(hours, [float(one.threads) for one in warm]), 2),
        "rss_kb_per_1000_events": round(per_event * 1024 * 1000, 1),
    }


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Of the straight line through the points by least squares; 0 where there is none."""
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0
