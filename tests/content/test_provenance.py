"""Which commit a book is of: exactly the one that holds its files, or none."""

import subprocess
from pathlib import Path
from shutil import which

import pytest

from bot.content.provenance import commit_of

pytestmark = pytest.mark.skipif(which("git") is None, reason="git is not installed")


def _git(folder: Path, *arguments: str) -> str:
    named = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "init.defaultBranch=main")
    command = ["git", "-C", str(folder), *named, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with both folders, committed."""
    root = tmp_path / "shop"
    for name in ("replies/a.md", "rules/shop.yaml"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("one\n")
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-q", "-m", "one")
    return root


def _commit(root: Path) -> str | None:
    return commit_of(root / "replies", root / "rules")


def test_clean_folders_are_at_their_commit(shop: Path) -> None:
    found = _commit(shop)
    assert found == _git(shop, "rev-parse", "--short=12", "HEAD")


def test_a_file_beside_the_folders_changes_nothing(shop: Path) -> None:
    (shop / "notes.txt").write_text("two\n")
    assert _commit(shop) is not None


@pytest.mark.parametrize("name", ["replies/a.md", "rules/shop.yaml", "replies/new/b.md"])
def test_a_change_that_is_not_committed_has_no_commit(shop: Path, name: str) -> None:
    (shop / name).parent.mkdir(exist_ok=True)
    (shop / name).write_text("two\n")
    assert _commit(shop) is None


def test_files_that_git_was_told_to_ignore_have_no_commit(shop: Path) -> None:
    """As of an installed package in a virtual environment inside somebody's repository."""
    (shop / ".gitignore").write_text(".venv/\n")
    inside = shop / ".venv" / "replies"
    inside.mkdir(parents=True)
    (inside / "a.md").write_text("one\n")
    assert commit_of(inside) is None


def test_folders_of_two_repositories_have_no_common_commit(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "shop.yaml").write_text("x\n")
    _git(other, "init", "-q")
    _git(other, "add", ".")
    _git(other, "commit", "-q", "-m", "two")
    assert commit_of(shop / "replies", other) is None


def test_a_repository_without_a_commit_has_none(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    assert commit_of(tmp_path) is None


def test_outside_git_there_is_no_commit(tmp_path: Path) -> None:
    assert commit_of(tmp_path) is None


def test_a_folder_that_does_not_exist_has_no_commit(tmp_path: Path) -> None:
    assert commit_of(tmp_path / "none") is None
