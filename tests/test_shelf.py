"""The book in use follows the operators' files, and never into a broken state."""

import asyncio
import shutil
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from bot.content.load import Folders
from bot.errors import ContentError
from bot.shelf import Shelf
from tests.content.desk import REPOSITORY, spoil

NEW_LINE = "包裹交给谁家来送呀"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    for name in ("replies", "rules"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    return Folders(tmp_path / "replies", tmp_path / "rules")


@pytest.fixture
def shelf(folders: Folders) -> Shelf:
    return Shelf(folders, structlog.get_logger())


def ticked(shelf: Shelf) -> tuple[bool, list[MutableMapping[str, Any]]]:
    """Whether the book changed, and what was said of it."""
    with capture_logs() as lines:
        return asyncio.run(shelf.tick()), lines


def broken(folders: Folders) -> None:
    spoil(folders.rules / "shop.yaml", "defect_window: 48h", "defect_window: bald")


def mended(folders: Folders) -> None:
    spoil(folders.rules / "shop.yaml", "defect_window: bald", "defect_window: 12h")


def test_untouched_files_are_not_read_again(shelf: Shelf) -> None:
    book = shelf.book()
    assert ticked(shelf) == (False, [])
    assert shelf.book() is book
    assert shelf.is_newest()


def test_a_good_change_is_taken_up(shelf: Shelf, folders: Folders) -> None:
    spoil(folders.replies / "shipping" / "carrier.md", "\nasks:\n", f"\nasks:\n  - {NEW_LINE}\n")
    changed, lines = ticked(shelf)
    assert (changed, [line["event"] for line in lines]) == (True, ["book.loaded"])
    assert NEW_LINE in {ask.text for ask in shelf.book().asks}
    assert shelf.is_newest()


def test_a_broken_change_is_refused_and_told_once(shelf: Shelf, folders: Folders) -> None:
    book = shelf.book()
    broken(folders)
    changed, [line] = ticked(shelf)
    assert (changed, line["event"], len(line["faults"])) == (False, "book.refused", 1)
    assert "rules/shop.yaml" in line["faults"][0]
    assert shelf.book() is book
    assert not shelf.is_newest()
    assert ticked(shelf) == (False, [])
    assert not shelf.is_newest()


def test_a_mended_change_is_taken_up(shelf: Shelf, folders: Folders) -> None:
    broken(folders)
    ticked(shelf)
    mended(folders)
    assert ticked(shelf)[0]
    assert shelf.book().rules.shop.returns.defect_window.total_seconds() == 12 * 3600
    assert shelf.is_newest()


def test_a_file_that_is_taken_away_is_a_change(shelf: Shelf, folders: Folders) -> None:
    (folders.replies / "system" / "nudge.md").unlink()
    assert [line["event"] for line in ticked(shelf)[1]] == ["book.refused"]


def test_there_is_no_shelf_without_a_good_book(folders: Folders) -> None:
    broken(folders)
    with pytest.raises(ContentError):
        Shelf(folders, structlog.get_logger())
