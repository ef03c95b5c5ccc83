"""A human and the bot race to the buyer, over real HTTP on both databases: the bot never speaks after the human."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.race.arena import Options, race
from tests.race.referee import judge
from tests.race.rounds import rounds


def holds_its_tongue(options: Options, folder: Path) -> None:
    verdict = judge(asyncio.run(race(options, rounds(options.seed, options.rounds), folder)))
    sys.stdout.write(f"{json.dumps(verdict.figures, ensure_ascii=False)}\n")
    assert not verdict.faults, "\n".join(verdict.faults)
    assert verdict.close, "no race was close"


def test_a_human_and_the_bot_thirty_times_on_sqlite(tmp_path: Path) -> None:
    holds_its_tongue(Options(31, 30, f"sqlite:///{tmp_path / 'yeban.db'}"), tmp_path)


def test_a_human_and_two_processes_thirty_times_on_postgresql(tmp_path: Path, postgres_server: Postgres) -> None:
    holds_its_tongue(Options(32, 30, postgres_server.fresh(), machines=2), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_human_and_the_bot_a_thousand_times_on_sqlite(tmp_path: Path) -> None:
    holds_its_tongue(Options(33, 1_000, f"sqlite:///{tmp_path / 'yeban.db'}"), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("machines", [1, 2])
def test_a_human_and_the_bot_a_thousand_times_on_postgresql(
    tmp_path: Path, postgres_server: Postgres, machines: int
) -> None:
    holds_its_tongue(Options(34 + machines, 1_000, postgres_server.fresh(), machines=machines), tmp_path)
