"""The operators' files as one set: what is in it, and what names it."""

import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.files import LONGEST, REPLIES, FileSet, read_files
from bot.content.load import Folders, book_of, load_book
from bot.content.unreadable import Problem, problem_of
from tests.content.desk import REPOSITORY, faults_of, page, told

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
    files = FileSet(read_files(tmp_path, None).texts, {"replies/b.md": Problem.FORBIDDEN})
    assert files.below(REPLIES) == ["replies/a.md", "replies/b.md"]
    for path in files.below(REPLIES):
        (fault,) = faults_of(partial(files.text, path))
        assert (fault.path, fault.code) == (path, "unreadable")


_TEXT = "亲，我们发的是中通快递，明天就能到哦\n"


@pytest.mark.parametrize(
    ("raw", "line", "what", "remedy"),
    [
        (_TEXT.encode("gbk"), 1, "GBK", "用 UTF-8 编码保存"),
        (_TEXT.encode("utf-16"), 1, "UTF-16", "用 UTF-8 编码保存"),
        ("\ufeff亲".encode("utf-16-be"), 1, "UTF-16", "用 UTF-8 编码保存"),
        (f"{_TEXT}亲".encode() + b"\xff\n", 2, "不是文字的字节", "换回完好的文件"),
        (_TEXT.encode() + b"\xbf\xbf", 2, "不是文字的字节", "换回完好的文件"),
    ],
)
def test_bytes_that_are_no_utf_8_are_told_as_what_they_are(raw: bytes, line: int, what: str, remedy: str) -> None:
    (fault,) = faults_of(partial(FileSet({"a": raw}).text, "a"))
    assert (fault.line, fault.code) == (line, "unreadable")
    assert (what in fault.what, remedy in fault.remedy, "Error" in fault.what) == (True, True, False)


@pytest.mark.parametrize(
    ("error", "what", "remedy"),
    [
        (PermissionError(), "权限", "让运行夜班的用户能读"),
        (FileNotFoundError(), "不见了", "再查一次"),
        (OSError(5, "Input/output error"), "系统", "检查磁盘"),
    ],
)
def test_what_the_system_refuses_has_a_remedy_of_its_own(error: OSError, what: str, remedy: str) -> None:
    (fault,) = faults_of(partial(FileSet({}, {"a": problem_of(error)}).text, "a"))
    assert (fault.code, what in fault.what, remedy in fault.remedy) == ("unreadable", True, True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything")
def test_what_may_not_be_read_is_told_file_and_folder(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    for path in (tmp_path / "a.md", tmp_path / "closed" / "b.md"):
        path.write_text("亲", "utf-8")
    for path in (tmp_path / "a.md", tmp_path / "closed"):
        path.chmod(0)
    try:
        found = read_files(tmp_path, None).unreadable
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert found == {"replies/a.md": Problem.FORBIDDEN, "replies/closed": Problem.FORBIDDEN}


@pytest.mark.parametrize("folder", ["", "包/"])
@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"\xb7\xa2\xbb\xf5.md", r"\xb7\xa2\xbb\xf5.md"), (b"a\nb.md", r"a\nb.md"), (b"\x1b[2J.md", r"\x1b[2J.md")],
)
def test_a_name_that_cannot_be_told_is_a_fault_on_one_line(
    tmp_path: Path, name: bytes, shown: str, folder: str
) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    try:
        Path(os.fsdecode(os.fsencode(tmp_path / folder) + b"/" + name)).write_text(page("## default\n亲\n"), "utf-8")
    except OSError:
        pytest.skip("this disk has no such names")
    files = read_files(tmp_path, None)
    (fault,) = faults_of(partial(files.text, f"replies/{folder}{shown}"))
    assert (fault.code, str(fault).count("\n"), str(fault).isprintable()) == ("file_name", 0, True)
    assert len(files.version) == len(FileSet({}).version)
    assert files.version != FileSet(files.texts).version


def test_a_version_is_told_of_any_name() -> None:
    assert FileSet({"replies/\udcb7.md": b""}).version != FileSet({"replies/\udcb8.md": b""}).version


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


def test_a_link_is_no_file_wherever_it_leads(tmp_path: Path) -> None:
    replies, rules, beside = tmp_path / "replies", tmp_path / "rules", tmp_path / "beside"
    for folder in (replies, rules, beside):
        folder.mkdir()
    (beside / "b.md").write_text(page("## default\n亲\n"), "utf-8")
    for link, target in {
        replies / "file.md": beside / "b.md", replies / "nothing.md": Path("nowhere.md"), replies / "folder": beside,
        replies / "back": replies, replies / ".hidden": beside, replies / "README.md": beside / "b.md",
        rules / "shop.yaml": beside / "b.md", rules / "more": beside,
    }.items():  # fmt: skip
        link.symlink_to(target)
    files = read_files(replies, rules)
    shown = ["replies/back", "replies/file.md", "replies/folder", "replies/nothing.md", "rules/more", "rules/shop.yaml"]
    assert [*files.below("")] == shown
    for path in shown:
        assert told(faults_of(partial(files.text, path))) == [(1, "file_link")]
    assert not files.strays
