"""Machines are killed, a database crashes, a channel misbehaves: nothing is lost, doubled or disordered."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.report import report
from tests.chaos.storm import Options, storm
from tests.postgres import Postgres, postgres


@pytest.fixture(scope="module")
def own_server() -> Iterator[Postgres]:
    """A server that no other test is in when it crashes."""
    with postgres() as server:
        yield server


def survives(store: str, options: Options, folder: Path) -> None:
    told = report(store, options, asyncio.run(storm(options, folder)))
    assert told.is_good, told.figures
    assert told.figures["kills"] == options.rounds
    assert told.figures["acted_on"], "nothing was ever sent"


def sqlite(folder: Path, messages: int, rounds: int, *, held: bool) -> Options:
    return Options(11, messages, rounds, f"sqlite:///{folder / 'yeban.db'}", held=held)


def three_machines(server: Postgres, messages: int, rounds: int, crashes: int, *, held: bool) -> Options:
    url = server.fresh()
    return Options(12, messages, rounds, url, machines=3, crash=server.restart, crashes=crashes, held=held)


@pytest.mark.timeout(300)
def test_one_machine_killed_now_and_then(tmp_path: Path) -> None:
    survives("sqlite", sqlite(tmp_path, 300, 4, held=False), tmp_path)


@pytest.mark.timeout(300)
def test_three_machines_killed_while_the_database_crashes(tmp_path: Path, own_server: Postgres) -> None:
    survives("postgres", three_machines(own_server, 300, 4, 1, held=False), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_replies_that_come_too_late_are_decided_anew_or_seen_to(tmp_path: Path, own_server: Postgres) -> None:
    options = replace(three_machines(own_server, 500, 5, 1, held=False), deadline="6s")
    survives("postgres", options, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_one_machine_killed_a_hundred_times(tmp_path: Path) -> None:
    survives("sqlite", sqlite(tmp_path, 20_000, 100, held=True), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_three_machines_killed_a_hundred_times(tmp_path: Path, own_server: Postgres) -> None:
    survives("postgres", three_machines(own_server, 20_000, 100, 10, held=True), tmp_path)
