"""A process dies at any step of accepting, thinking, sending or nudging; the next one ends in the right state."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.records import Event
from bot.store.engine import open_engines
from tests.chaos.books import Books
from tests.chaos.evidence import Evidence
from tests.chaos.judge import judge
from tests.chaos.lives import PLOTS
from tests.chaos.log import Log
from tests.chaos.nursery import Nursery, nursery
from tests.chaos.records import Told
from tests.postgres import Postgres

KILLED = -9


def commit(name: str) -> list[str]:
    return [f"{name} uncommitted", f"{name} committed"]


THINKING = ["sql_inbox.claim committed", "load done", "sql_save.save", *commit("sql_save.save")]
SENDING = ["sql_outbox.claim committed", "send", "send done", "sql_outbox.mark_sent", *commit("sql_outbox.mark_sent")]
#: Plot -> stage from which the point counts -> points. `load done` is before deciding, `sql_save.save` after it;
#: `send done` is after the channel has acted and before its answer is read, `sql_outbox.mark_sent` after that.
POINTS = {
    ("reply", ""): [*commit("sql_inbox.accept"), *THINKING, *SENDING],
    ("straight", ""): [*commit("sql_save.save"), *SENDING[1:]],
    ("again", ""): commit("sql_outbox.mark_retry"),
    ("nudge", ""): commit("sql_save.save"),
    ("nudge", "due"): ["due_nudges done", *commit("sql_nudges.settle"), *SENDING],
    ("call", "people"): [*commit("sql_save.announce"), *SENDING],
    ("unsaid", "late"): [*commit("sql_outbox.claim"), *THINKING, *SENDING[1:]],
}
CASES = [(plot, stage, point) for (plot, stage), points in POINTS.items() for point in points]
#: What the channel must have acted on at the end: kind and purpose of each command.
HEARD = {
    "reply": [("message.send", "reply")],
    "straight": [("message.send", "reply")],
    "again": [("message.send", "reply")],
    "nudge": [("message.send", "nudge")],
    "call": [("message.send", "handoff"), ("conversation.hand_off", "")],
    "unsaid": [("message.send", "reply")],
}


@pytest.fixture(scope="module")
def births(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("nursery") / "log") as found:
        yield found


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose schema is up to date, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "yeban.db"
    open_engines(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(empty_file, tmp_path)}"
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.fresh()


@pytest.mark.parametrize(("plot", "stage", "point"), CASES, ids=[" ".join(filter(None, one)) for one in CASES])
def test_the_next_life_finishes(births: Nursery, url: str, tmp_path: Path, plot: str, stage: str, point: str) -> None:
    record = tmp_path / "record"
    assert births.bear(url, record, plot, 0, point, stage) == KILLED, "the point was never reached"
    assert births.bear(url, record, plot, 1) == 0
    evidence = evidence_of(url, record, plot)
    assert judge(evidence) == []
    assert [(one.kind, one.purpose) for one in evidence.first.values()] == HEARD[plot]


@pytest.mark.parametrize("plot", PLOTS)
def test_a_life_without_a_death_and_another_do_nothing_twice(
    births: Nursery, url: str, tmp_path: Path, plot: str
) -> None:
    record = tmp_path / "record"
    assert [births.bear(url, record, plot, number) for number in range(2)] == [0, 0]
    evidence = evidence_of(url, record, plot)
    assert judge(evidence) == []
    processed = [one.command for one in evidence.arrivals if one.processed]
    assert len(processed) == len(evidence.first) + (plot == "again")
    assert [(one.kind, one.purpose) for one in evidence.first.values()] == HEARD[plot]


def evidence_of(url: str, record: Path, plot: str) -> Evidence:
    books = Books(url)
    told = [_told(event) for event in PLOTS[plot].told]
    found = Evidence(told, Log(record).arrivals(), books.kept())
    books.close()
    return found


def _told(event: Event) -> Told:
    return Told(event.id, event.type, str(event.body.get("conversation_id")), event.body, 0)
