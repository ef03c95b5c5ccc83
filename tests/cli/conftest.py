"""Every command of these tests runs in an empty folder with nothing set."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.settings import PREFIX


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working folder; what a command has said of logging ends with the test."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    structlog.reset_defaults()
