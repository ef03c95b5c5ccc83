"""A revision's files are read from git exactly as the folders would have been read from the disk."""

import os
import subprocess
from functools import partial
from pathlib import Path
from shutil import which

import pytest

from bot.content.files import FileSet, read_files
from bot.content.git import commit_at, files_at
from bot.content.unreadable import Problem
from bot.errors import UsageError
from tests.content.desk import faults_of, told

pytestmark = pytest.mark.skipif(which("git") is None, reason="git is not installed")
CARRIER = "## default\r\n亲，发中通哦~\n"


def git(folder: Path, *arguments: str) -> str:
    named = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "init.defaultBranch=main")
    command = ["git", "-C", str(folder), *named, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which the files are not at the root, with one commit and nothing changed since."""
    root = tmp_path_factory.mktemp("repository")
    shop = root / "店铺"
    for name, text in {
        "replies/物流/carrier.md": CARRIER, "replies/a.md": "", "replies/notes.txt": "x", "rules/shop.yaml": "a: 1\n",
        "rules/.hidden": "x", "rules/deeper/other.yaml": "x", "beside.md": "x",
    }.items():  # fmt: skip
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_bytes(text.encode())
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    return shop


def _at(shop: Path, revision: str) -> FileSet:
    return files_at(shop / "replies", shop / "rules", revision)


def test_a_commit_holds_what_was_on_the_disk_byte_by_byte(shop: Path) -> None:
    found = _at(shop, "HEAD")
    assert found == read_files(shop / "replies", shop / "rules")
    assert found.texts["replies/物流/carrier.md"] == CARRIER.encode()
    assert sorted(found.texts) == ["replies/a.md", "replies/物流/carrier.md", "rules/shop.yaml"]


def test_what_was_changed_and_not_committed_is_in_no_revision(shop: Path) -> None:
    before = _at(shop, "main")
    (shop / "replies" / "a.md").write_text("later")
    try:
        assert _at(shop, "main") == before
        assert read_files(shop / "replies", shop / "rules").version != before.version
    finally:
        (shop / "replies" / "a.md").write_text("")


def test_an_older_revision_is_told_apart_from_a_newer_one(shop: Path) -> None:
    (shop / "replies" / "b.md").write_text("new")
    git(shop, "add", ".")
    git(shop, "commit", "-q", "-m", "two")
    assert set(_at(shop, "HEAD").texts) - set(_at(shop, "HEAD~1").texts) == {"replies/b.md"}
    assert commit_at(shop, "HEAD") == git(shop, "rev-parse", "HEAD")


def test_a_link_is_not_followed_and_told_as_one(shop: Path) -> None:
    (shop / "replies" / "link.md").symlink_to("a.md")
    (shop / "replies" / "folder").symlink_to("物流")
    git(shop, "add", ".")
    git(shop, "commit", "-q", "-m", "three")
    found = _at(shop, "HEAD")
    assert found.unreadable == dict.fromkeys(("replies/folder", "replies/link.md"), Problem.LINK)
    assert found.unreadable == read_files(shop / "replies", shop / "rules").unreadable
    assert told(faults_of(partial(found.text, "replies/link.md"))) == [(1, "file_link")]


def test_a_name_that_is_no_text_is_told_with_escapes(shop: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(shop) + b"/replies/\xb7.md")).write_text("x")
    except OSError:
        pytest.skip("this disk has no such names")
    git(shop, "add", ".")
    git(shop, "commit", "-q", "-m", "four")
    found = _at(shop, "HEAD")
    assert found.unreadable[r"replies/\xb7.md"] == Problem.NAME
    assert len(found.version) == len(FileSet({}).version)


@pytest.mark.parametrize("revision", ["nowhere", "--help", "", "HEAD:replies"])
def test_an_unknown_revision_is_refused(shop: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="仓库里没有"):
        _at(shop, revision)


def test_outside_git_there_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不在 git 仓库里"):
        files_at(tmp_path, tmp_path, "HEAD")
