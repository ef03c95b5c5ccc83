"""Only what changed is read and judged anew, and what is then told is what a first look would tell."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.examine import _works as works_of_folder
from bot.content.examine import examine_files
from bot.content.files import FileSet, read_files
from bot.content.load import book_of
from tests.chaos.premises import Premises, furnish

CARRIER = "replies/shipping/carrier.md"
REDLINES = "rules/redlines.yaml"
Edit = Callable[[str], str]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    return furnish(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def files(shop: Premises) -> FileSet:
    return read_files(shop.replies, shop.rules)


def _edited(files: FileSet, path: str, edit: Edit) -> FileSet:
    return FileSet({**files.texts, path: edit(files.text(path)).encode()})


def _told(files: FileSet) -> set[tuple[str, int, str]]:
    found = examine_files(files)
    return {(fault.path, fault.line, fault.code) for fault in (*found.faults, *found.warnings)}


def _said(word: str) -> Edit:
    return lambda text: f"{text.rstrip()}{word}\n"


def test_one_changed_file_is_the_only_one_read_anew(files: FileSet) -> None:
    before, after = examine_files(files), examine_files(_edited(files, CARRIER, _said("~")))
    anew = [new.topic.source for old, new in zip(before.replies, after.replies, strict=True) if old is not new]
    assert anew == [CARRIER]
    assert after.rules is before.rules


def test_a_change_of_words_teaches_nothing_anew(files: FileSet) -> None:
    before, after = book_of(files), book_of(_edited(files, CARRIER, _said("~")))
    assert after.version != before.version
    assert after.matcher is before.matcher
    assert after.topics["shipping/carrier"] is not before.topics["shipping/carrier"]


def test_what_is_made_of_files_is_told_apart_by_identity_and_comes_with_one_calendar(files: FileSet) -> None:
    """What makes it safe to remember what is asked about a reply, its rules and their calendar."""
    before, other = examine_files(files), examine_files(_edited(files, REDLINES, _said("\n# ~")))
    again = examine_files(_edited(files, CARRIER, _said("~")))
    values = (*before.replies, before.rules)
    assert {type(one).__eq__ for one in values} == {object.__eq__}
    assert other.rules is not before.rules
    assert [old is new for old, new in zip(before.replies, other.replies, strict=True)] == [True] * len(before.replies)
    assert again.rules is before.rules
    assert works_of_folder(again.rules) is works_of_folder(before.rules)
    assert works_of_folder(other.rules) is not works_of_folder(before.rules)


def test_a_change_of_rules_judges_the_unchanged_files_anew(files: FileSet) -> None:
    assert _told(files) == set()
    stricter = _edited(files, REDLINES, lambda text: text.replace("words: [微信, ", "words: [微信, 快递, "))
    assert (CARRIER, "red_line") in {(path, code) for path, _, code in _told(stricter)}
    assert _told(files) == set()


EDITS = {
    "words": (CARRIER, _said("全网第一")),
    "asks": (CARRIER, lambda text: text.replace("asks:\n", "asks:\n  - ！！\n", 1)),
    "red line": (REDLINES, lambda text: text.replace("words: [微信, ", "words: [微信, 快递, ")),
    "no days known": ("rules/shifts.yaml", lambda text: text.replace("timezone:", "timezome:", 1)),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_is_told_is_what_a_first_look_tells(files: FileSet, name: str, tmp_path: Path) -> None:
    """A process that has never read anything looks at the same files."""
    _told(files)
    edited = _edited(files, *EDITS[name])
    for path, text in edited.texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text)
    told = _told(edited)
    assert told
    assert told == _of_a_first_look(tmp_path)


def _of_a_first_look(folder: Path) -> set[tuple[str, int, str]]:
    check = [sys.executable, "-m", "bot", "check", "--json", "--replies", "replies", "--rules", "rules"]
    path = {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(check, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **path})
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {(one["path"], one["line"], one["code"]) for one in lines if "code" in one}
