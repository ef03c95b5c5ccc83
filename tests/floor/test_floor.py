"""Shift changes over days and over a month: nobody without an owner, unanswered, or with two; no promise lost."""

import asyncio
import copy
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.core.book import CHINA
from tests.floor.evidence import Evidence
from tests.floor.figures import figures
from tests.floor.judge import Rule, faults
from tests.floor.spoilers import SPOILERS, Spoilt
from tests.floor.story import Story
from tests.floor.world import World


def lived(folder: Path, seed: int, first: str, days: int, conversations: int, grid: int = 30) -> Story:
    """`grid`: seconds between two looks at the least."""
    start = datetime.fromisoformat(first).replace(tzinfo=CHINA)
    return asyncio.run(World(folder, seed, start, days, conversations, grid).run())


def test_over_three_days_of_shifts_nobody_is_left_behind(tmp_path: Path) -> None:
    """A Friday with a shift through the night, a weekend with a split one, a Monday on which crews rotate."""
    story = lived(tmp_path, 0, "2026-11-06", 3, 500, grid=60)
    assert faults(story) == []
    told = figures(story)
    journal = told["journal"]
    assert isinstance(journal, dict)
    assert min(journal[one] for one in ("assigned", "passed", "transferred", "handed_over", "settled")) > 5


@pytest.mark.slow
@pytest.mark.timeout(3 * 3600)
def test_over_a_month_with_ten_thousand_conversations_nobody_is_left_behind(tmp_path: Path) -> None:
    story = lived(tmp_path, 1, "2026-11-02", 29, 10_000)
    print(json.dumps(figures(story), ensure_ascii=False, indent=1))
    assert faults(story) == []


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return lived(tmp_path_factory.mktemp("floor"), 2, "2026-11-12", 1, 110)


def test_the_judge_finds_nothing_wrong_with_a_day(short: Story) -> None:
    assert faults(short) == []


@pytest.mark.parametrize(("spoil", "rule"), SPOILERS, ids=[spoil.__name__.strip("_") for spoil, _ in SPOILERS])
def test_the_judge_sees_what_could_be(short: Story, spoil: Spoilt, rule: Rule) -> None:
    spoilt = copy.copy(short)
    spoilt.looks = list(short.looks)
    spoil(spoilt)
    assert list(rule(Evidence(spoilt)))
