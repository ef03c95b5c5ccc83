"""The operators' files as one set: what is in it, and what names it."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.files import LONGEST, REPLIES, FileSet, read_files
from bot.content.load import Folders, book_of, load_book
from tests.content.desk import REPOSITORY, faults_of, told

_SETS = st.dictionaries(st.text(max_size=9), st.binary(max_size=9), max_size=4)


@given(_SETS, _SETS)
def test_other_files_have_another_version_and_the_same_files_the_same(
    one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    same = FileSet(dict(reversed(one.items())))
    assert same.version == FileSet(one).version
    assert (FileSet(one).version == FileSet(other).version) == (one == other)


def test_a_text_does_not_run_over_into_its_neighbours_path() -> None:
    assert FileSet({"a": b"b", "c": b""}).version != FileSet({"a": b"", "bc": b""}).version


def test_a_set_that_was_kept_makes_the_book_that_the_folders_make() -> None:
    replies, rules = REPOSITORY / "replies", REPOSITORY / "rules"
    kept = book_of(FileSet(dict(read_files(replies, rules).texts)))
    read = load_book(Folders(replies, rules))
    assert (kept.version, kept.asks, kept.rules) == (read.version, read.asks, read.rules)
    assert {name: topic.source for name, topic in kept.topics.items()} == {n: t.source for n, t in read.topics.items()}


def test_what_cannot_be_read_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe")
    files = FileSet(read_files(tmp_path, None).texts, {"replies/b.md": "PermissionError"})
    assert files.below(REPLIES) == ["replies/a.md", "replies/b.md"]
    for path in files.below(REPLIES):
        (fault,) = faults_of(partial(files.text, path))
        assert (fault.path, fault.code) == (path, "unreadable")


def test_lines_end_alike_on_every_machine(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read_files(tmp_path, None).text("replies/a.md") == "one\ntwo\nthree\n"


def test_what_no_buyer_can_read_or_nobody_wrote_by_hand_is_refused_with_its_line() -> None:
    files = FileSet({"replies/a.md": b"one\ntwo\0", "replies/b.md": b"x" * (LONGEST + 1), "replies/c.md": b"a\tb\n"})
    for path, line, code in (("replies/a.md", 2, "control_sign"), ("replies/b.md", 1, "too_long_file")):
        (fault,) = faults_of(partial(files.text, path))
        assert (fault.line, fault.code) == (line, code)
    assert files.text("replies/c.md") == "a\tb\n"


_UNMERGED = "<<<<<<< HEAD\n亲，发中通\n||||||| 1a2b3c\n发圆通\n=======\n亲，发韵达\n>>>>>>> 改快递\n"


@pytest.mark.parametrize("path", ["replies/a.md", "rules/shop.yaml"])
def test_a_merge_that_nobody_finished_is_told_once_where_it_begins(path: str) -> None:
    text = f"---\ntitle: 快递\n{_UNMERGED}---\n## default\n{_UNMERGED}".replace("\n", "\r\n")
    faults = faults_of(partial(FileSet({path: text.encode()}).text, path))
    assert told(faults) == [(3, "merge_marker"), (12, "merge_marker")]


@pytest.mark.parametrize("left", ["=======", ">>>>>>> theirs", "||||||| base", ">>>>>>>", "<<<<<<<"])
def test_a_mark_that_was_left_over_is_told_too(left: str) -> None:
    assert told(faults_of(partial(FileSet({"a": f"亲\n{left}\n好".encode()}).text, "a"))) == [(2, "merge_marker")]


@pytest.mark.parametrize("line", ["a ======= b", "========", " =======", "======", "<<<<<<<<", "<<<<<<<好", ">>>"])
def test_a_line_of_signs_that_no_merge_writes_is_text(line: str) -> None:
    assert FileSet({"a": line.encode()}).text("a") == line


def test_a_link_to_nothing_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("nowhere.md")
    (fault,) = faults_of(partial(read_files(tmp_path, None).text, "replies/a.md"))
    assert fault.code == "unreadable"
