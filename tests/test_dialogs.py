"""The dialogs: what a buyer hears from the shipped replies, turn by turn."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.content.load import Folders, load_book
from bot.core.book import Book
from tests.dialogs.play import play
from tests.dialogs.script import Dialog, dialogs

ROOT = Path(__file__).parents[1]
LEAST = 60
LEAST_FLOWS, LEAST_OF_A_FLOW = 13, 5


@cache
def shipped_book() -> Book:
    return load_book(Folders(ROOT / "replies", ROOT / "rules"))


@pytest.mark.parametrize(("file", "dialog"), [pytest.param(*one, id=f"{one[0]}: {one[1].name}") for one in dialogs()])
def test_a_dialog_goes_as_a_shop_would_want(file: str, dialog: Dialog) -> None:
    amiss = play(dialog, shipped_book())
    assert not amiss, f"{file}\n{amiss}"


def test_there_are_dialogs_enough_for_every_group() -> None:
    files = Counter(file for file, _ in dialogs())
    apart = {"system", "packs", "care", "flow"}
    groups = {path.name for path in (ROOT / "replies").iterdir() if path.is_dir()} - apart
    assert sum(files.values()) >= LEAST
    assert groups <= set(files)


def test_every_flow_has_dialogs_enough() -> None:
    """With buyers who answer badly, change their mind, ask something else in between, or go silent."""
    files = Counter(file for file, _ in dialogs())
    flows = shipped_book().rules.flows.flows
    assert len(flows) >= LEAST_FLOWS
    assert [name for name in flows if files[f"flow_{name}"] < LEAST_OF_A_FLOW] == []


def test_no_two_dialogs_have_the_same_name() -> None:
    names = [dialog.name for _, dialog in dialogs()]
    assert len(names) == len(set(names))
