"""The law is executable: layers, purity, style, types, and where words may not come from."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.content.load import Folders, load_book

REPOSITORY = Path(__file__).parents[1]
DATA = REPOSITORY.parent / "shared" / "data"
CHECKED = ("bot", "tests")
LONG = 8  # a shorter line is a common phrase that anybody writes


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def _passes(*module: str) -> None:
    done = _run(sys.executable, "-m", *module)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-2000:]}"


def test_imports_keep_the_contracts() -> None:
    done = _run(sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_code_is_clean() -> None:
    _passes("ruff", "check", *CHECKED)


def test_the_code_is_formatted() -> None:
    _passes("ruff", "format", "--check", *CHECKED)


def test_every_type_is_known() -> None:
    _passes("mypy", *CHECKED)


def _modules() -> list[Path]:
    return [
        path for folder in CHECKED for path in (REPOSITORY / folder).rglob("*.py") if "node_modules" not in path.parts
    ]


def test_no_check_is_switched_off_in_the_code() -> None:
    switches = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma)|\bTODO\b|\bFIXME\b")
    found = [path.name for path in _modules() if path != Path(__file__) and switches.search(path.read_text("utf-8"))]
    assert set(found) <= {"test_words.py"}


def test_every_module_states_its_law() -> None:
    """What goes in, what comes out, what never happens; a package's door may be a single line."""
    modules = [path for path in (REPOSITORY / "bot").rglob("*.py") if "migrations" not in path.parts]
    silent = [
        str(path.relative_to(REPOSITORY))
        for path in modules
        if path.name not in {"__init__.py", "__main__.py"}
        and not all(word in path.read_text("utf-8")[:1500] for word in ("In:", "Out:", "Never:"))
    ]
    assert silent == []


@cache
def _real() -> frozenset[str]:
    labelled = (DATA / "dev.jsonl").read_text("utf-8").split("\n")
    texts = [str(json.loads(line)["text"]) for line in labelled if line.strip()]
    return frozenset(text.strip() for text in (*texts, *(DATA / "messages.txt").read_text("utf-8").split("\n")))


def _written() -> Iterator[tuple[str, str]]:
    book = load_book(Folders(REPOSITORY / "replies", REPOSITORY / "rules"))
    yield from ((ask.text.strip(), ask.source) for ask in book.asks)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"real buyers' messages are not beside the repository ({DATA.name})")
def test_no_ask_is_copied_from_a_real_buyer() -> None:
    assert [found for found in _written() if len(found[0]) >= LONG and found[0] in _real()] == []
