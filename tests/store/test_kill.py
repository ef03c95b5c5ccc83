"""A process that dies without warning loses nothing that it has promised, and disorders nothing."""

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from tests.store.laborer import CONVERSATIONS

ROOT = Path(__file__).parents[2]
IN_FLIGHT = 3
TOLD_AGAIN = 2  # a channel that got no answer tells an event again


def live(folder: Path, url: str, life: int, todo: range, lines: int | None) -> list[str]:
    """One life: until it says `done`, or until it has said so many lines and is killed."""
    arguments = [url, str(folder / "sent"), str(life), str(todo.start), str(todo.stop)]
    command = [sys.executable, "-m", "tests.store.laborer", *arguments]
    said: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.strip())
            if len(said) == lines:
                process.kill()
                break
    return said


def live_again(folder: Path, url: str, total: int, kills: list[int]) -> tuple[int, list[str]]:
    """Lives one after the other until one ends by itself; how many were killed, and all that was promised."""
    promised: list[str] = []
    for life in count():
        known = max((int(line.split()[1]) for line in promised if line.startswith("accepted")), default=0)
        todo = range(max(0, known - TOLD_AGAIN), total)
        said = live(folder, url, life, todo, kills[life] if life < len(kills) else None)
        promised += said
        if said[-1:] == ["done"]:
            return life, promised
    raise AssertionError("unreachable")


def survives(folder: Path, url: str, total: int, kills: list[int]) -> None:
    killed, promised = live_again(folder, url, total, kills)
    assert killed == len(kills)
    sent = [line.split() for line in (folder / "sent").read_text().splitlines()]
    accepted = {line.split()[1] for line in promised if line.startswith("accepted")}
    assert {f"re{number}" for number in accepted} == {one for _, one in sent}
    for name in (f"c{number}" for number in range(CONVERSATIONS)):
        first_times = list(dict.fromkeys(one for conversation, one in sent if conversation == name))
        assert first_times == sorted(first_times, key=lambda one: int(one.removeprefix("re")))
    assert len(sent) - len({one for _, one in sent}) <= killed * IN_FLIGHT


def test_a_killed_process_loses_and_disorders_nothing(tmp_path: Path, database_url: str) -> None:
    survives(tmp_path, database_url, total=100, kills=[3, 17, 41, 29, 64])


@pytest.mark.slow
def test_a_hundred_kills_lose_and_disorder_nothing(tmp_path: Path, database_url: str) -> None:
    survives(tmp_path, database_url, total=1500, kills=[2 + (7 * number) % 61 for number in range(100)])
