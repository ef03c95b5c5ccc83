"""The parent of several workers: patient with those that cannot start while another lives, not for ever with none."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.terminal import REPOSITORY
from tests.e2e.shop import until

MANY = 12  # quick deaths, more than are borne where nobody lives


@contextmanager
def supervised(folder: Path, *, quick: float, sick: int) -> Iterator[subprocess.Popen[str]]:
    """Two workers, so many of them sick."""
    line = [sys.executable, "-m", "tests.cli.supervised", str(folder / "births"), str(MANY), str(quick), str(sick)]
    running = subprocess.Popen(line, cwd=REPOSITORY, text=True, stderr=subprocess.PIPE)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def births(folder: Path, number: int) -> int:
    path = folder / "births"
    return path.read_text(encoding="utf-8").split().count(str(number)) if path.exists() else 0


def test_a_worker_that_cannot_start_is_waited_for_while_another_lives(tmp_path: Path) -> None:
    with supervised(tmp_path, quick=0.2, sick=1) as running:
        until(lambda: births(tmp_path, 0) == MANY + 1, "it starts at last", 60)
        running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=30)
    assert (running.returncode, births(tmp_path, 1)) == (0, 1)
    assert "Traceback" not in told
    assert told.count('"event": "worker.failed"') == MANY


def test_where_none_lives_it_ends(tmp_path: Path) -> None:
    with supervised(tmp_path, quick=0.2, sick=2) as running:
        running.communicate(timeout=60)
    assert running.returncode == 1
    assert births(tmp_path, 0) + births(tmp_path, 1) >= 10
