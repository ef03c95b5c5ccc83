"""A short soak: real messages go through a real process, every one has its outcome, nothing is left over."""

import asyncio
from pathlib import Path

import pytest

from tests.bench.data import BenchError
from tests.chaos.soak import Plan, figures, lines_of, soak
from tests.chaos.vitals import Sample, slope, trend


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_seconds_leave_nothing_over(tmp_path: Path) -> None:
    try:
        lines = lines_of(None)
    except BenchError as missing:
        pytest.skip(str(missing))
    plan = Plan(1, 20, 4, lines, f"sqlite:///{tmp_path / 'yeban.db'}", every=2)
    told = figures(plan, asyncio.run(soak(plan, tmp_path)))
    assert (told["faults"], told["complaints"]) == ({}, []), told
    assert told["samples"]


def test_growth_is_a_slope_after_the_warm_up() -> None:
    cold = Sample(0, 50, 9, 9, 0)
    warm = [Sample(3600 * hour, 100 + hour, 20, 8, 1000 * hour) for hour in range(1, 4)]
    told = trend([cold, *warm])
    assert (told["rss_mb"], told["rss_mb_per_hour"], told["files_per_hour"]) == ([101, 102, 103, 103], 1, 0)
    assert told["rss_kb_per_1000_events"] == 1024
    assert slope([1, 1], [1, 2]) == 0
