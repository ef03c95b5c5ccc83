"""All processes serve one version of the operators' files, never a broken one, and people can take one back."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import delete
from structlog.testing import capture_logs

from bot.agreeing import Agreement
from bot.content.files import FileSet
from bot.content.load import Folders, book_of
from bot.core.book import Book
from bot.errors import ContentError
from bot.releases import Why
from bot.shelf import Shelf, Unserved
from bot.store import SqlStore
from bot.store.engine import as_it_is
from bot.store.schema import serving
from tests.chaos.premises import furnish
from tests.content.desk import spoil
from tests.fakes import HandClock
from tests.store.conftest import KINDS, maker

pytestmark = pytest.mark.anyio

GOOD, BROKEN, BETTER = "defect_window: 48h", "defect_window: bald", "defect_window: 12h"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """To be copied."""
    premises = furnish(tmp_path_factory.mktemp("shop"))
    return Folders(premises.replies, premises.rules)


@pytest.fixture
def folders(shop: Folders, tmp_path: Path) -> Folders:
    return copy(shop, tmp_path)


def copy(shop: Folders, to: Path) -> Folders:
    for one in (shop.replies, shop.rules):
        shutil.copytree(one, to / one.name)
    return Folders(to / "replies", to / "rules")


class Bindery:
    """Makes each book once for all tests; what is broken is broken each time, and one set breaks the maker."""

    def __init__(self) -> None:
        self._made = dict[str, Book]()

    def __call__(self, files: FileSet, commit: str | None) -> Book:
        if "rules/odd.yaml" in files.texts:
            raise ZeroDivisionError
        if files.version not in self._made:
            self._made[files.version] = book_of(files)
        return replace(self._made[files.version], commit=commit)


BINDERY = Bindery()


@dataclass
class Process:
    """One of those that share a store."""

    folders: Folders
    store: SqlStore
    clock: HandClock
    name: str = "one"

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.folders, BINDERY)
        self.agreement = Agreement(self.store, self.shelf, self.clock, structlog.get_logger(), self.name)

    async def ticks(self, count: int = 2) -> list[MutableMapping[str, Any]]:
        """A change is judged once it was still from one look to the next."""
        with capture_logs() as lines:
            for _ in range(count):
                await self.agreement.tick()
        return lines

    @property
    def window(self) -> float:
        return self.shelf.book().rules.shop.returns.defect_window.total_seconds() / 3600

    def stands(self) -> list[tuple[str, Unserved]]:
        return [(where, one.why) for where, one in self.shelf.standstills.items()]

    async def served(self) -> list[tuple[str, Why]]:
        return [(one.by, one.why) for one in await self.store.releases(99)]


def change(folders: Folders, old: str = GOOD, new: str = BETTER) -> None:
    spoil(folders.rules / "shop.yaml", old, new)


def put_what_nobody_reads(replies: Path) -> None:
    Path(os.fsdecode(os.fsencode(replies) + b"/\xb7\xa2.md")).write_text("亲", "utf-8")
    (replies / "back").symlink_to(replies)
    (replies / "self.md").symlink_to("self.md")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, where a test does not say else: what stores differ in is their own tests' matter."""
    return maker(request, tmp_path, getattr(request, "param", "sqlite"))()


on_both = pytest.mark.parametrize("database_url", KINDS, indirect=True)


@pytest.fixture
async def one(folders: Folders, store: SqlStore) -> Process:
    """A process that serves its folders."""
    found = Process(folders, store, HandClock())
    await found.ticks(1)
    return found


async def another(one: Process, folders: Folders | None = None) -> Process:
    return Process(folders or one.folders, one.store, one.clock, "other")


async def test_the_first_set_is_kept_and_served(one: Process) -> None:
    book = one.shelf.book()
    kept = await one.store.release_files(book.version)
    assert (await one.served(), kept and kept.version) == ([("one", Why.FILES)], book.version)
    assert await one.ticks() == []
    assert one.shelf.book() is book


async def test_a_good_change_is_served_once_it_is_still(one: Process) -> None:
    change(one.folders)
    assert (await one.ticks(1), one.window) == ([], 48)
    assert [line["event"] for line in await one.ticks(1)] == ["book.loaded"]
    assert (one.window, await one.served()) == (12, [("one", Why.FILES), ("one", Why.FILES)])


@pytest.mark.skipif(sys.platform != "linux", reason="this disk may have no such names")
async def test_a_name_that_is_no_text_and_links_are_refused_like_any_fault(one: Process) -> None:
    put_what_nobody_reads(one.folders.replies)
    [line] = await one.ticks(3)
    assert (line["event"], len(line["faults"])) == ("book.refused", 3)
    assert one.stands() == [("folder", Unserved.FAULTS)]


async def test_a_broken_change_is_refused_and_told_once(one: Process) -> None:
    book = one.shelf.book()
    change(one.folders, GOOD, BROKEN)
    [line] = await one.ticks(3)
    assert (line["event"], len(line["faults"])) == ("book.refused", 1)
    assert "rules/shop.yaml" in line["faults"][0]
    assert (one.shelf.book() is book, one.shelf.is_newest()) == (True, False)
    assert one.stands() == [("folder", Unserved.FAULTS)]
    assert len(await one.served()) == 1


async def test_a_mended_change_is_served_and_nothing_stands_still_any_more(one: Process) -> None:
    change(one.folders, GOOD, BROKEN)
    await one.ticks()
    change(one.folders, BROKEN, BETTER)
    await one.ticks()
    assert (one.window, one.stands(), one.shelf.is_newest()) == (12, [], True)


async def test_a_broken_change_that_is_undone_is_forgotten(one: Process) -> None:
    change(one.folders, GOOD, BROKEN)
    await one.ticks()
    change(one.folders, BROKEN, GOOD)
    await one.ticks()
    assert (one.stands(), one.shelf.is_newest(), len(await one.served())) == ([], True, 1)


async def test_files_that_change_from_look_to_look_are_let_alone(one: Process) -> None:
    for old, new in ((GOOD, BETTER), (BETTER, "defect_window: 13h"), ("defect_window: 13h", "defect_window: 14h")):
        change(one.folders, old, new)
        assert await one.ticks(1) == []
    await one.ticks(1)
    assert (one.window, len(await one.served())) == (14, 2)


async def test_a_file_that_is_taken_away_is_a_change(one: Process) -> None:
    (one.folders.replies / "system" / "nudge.md").unlink()
    assert [line["event"] for line in await one.ticks()] == ["book.refused"]


@on_both
async def test_others_follow(one: Process, shop: Folders, tmp_path: Path) -> None:
    other = await another(one, copy(shop, tmp_path / "elsewhere"))
    await other.ticks()
    change(one.folders)
    await one.ticks()
    await other.ticks(1)
    assert other.window == 12
    assert await one.served() == [("one", Why.FILES)] * 2
    assert other.shelf.book().version == one.shelf.book().version


@on_both
async def test_of_processes_that_share_folders_one_serves_what_changed(one: Process) -> None:
    other = await another(one)
    await other.ticks()
    change(one.folders)
    await asyncio.gather(one.ticks(), other.ticks())
    await asyncio.gather(one.ticks(), other.ticks())
    assert (one.window, other.window, len(await one.served())) == (12, 12, 2)
    assert (one.stands(), other.stands()) == ([], [])


async def test_a_turn_that_knows_of_a_later_version_waits_for_it(one: Process, shop: Folders, tmp_path: Path) -> None:
    other = await another(one, copy(shop, tmp_path / "elsewhere"))
    await other.ticks()
    change(one.folders)
    await one.ticks()
    assert not other.agreement.is_behind()
    with capture_logs():
        await asyncio.gather(*(other.agreement.reach(2) for _ in range(5)))
    assert (other.window, other.agreement.is_behind()) == (12, False)


async def roll_back(one: Process) -> str:
    """To the set before the one that is served."""
    now, then = await one.store.releases(2)
    assert await one.store.serve(then.version, one.clock(), "s01", Why.ROLLBACK, now.seq)
    return now.version


async def test_a_rollback_holds_until_the_folders_change(one: Process) -> None:
    change(one.folders)
    await one.ticks()
    await roll_back(one)
    await one.ticks(3)
    assert (one.window, (await one.served())[0]) == (48, ("s01", Why.ROLLBACK))
    change(one.folders, BETTER, "defect_window: 24h")
    await one.ticks()
    assert (one.window, (await one.served())[0], one.stands()) == (24, ("one", Why.FILES), [])


async def test_what_was_rolled_back_from_is_not_served_again_by_itself(one: Process) -> None:
    change(one.folders)
    await one.ticks()
    back = await roll_back(one)
    await one.ticks()
    change(one.folders, BETTER, BROKEN)
    await one.ticks()
    change(one.folders, BROKEN, BETTER)
    await one.ticks()
    assert (one.window, one.stands()) == (48, [("folder", Unserved.TAKEN_BACK)])
    assert one.shelf.standstills["folder"].version == back


async def test_a_process_that_starts_follows_a_rollback(one: Process) -> None:
    change(one.folders)
    await one.ticks()
    await roll_back(one)
    new = await another(one)
    await new.ticks(1)
    assert (new.window, new.stands()) == (48, [("folder", Unserved.TAKEN_BACK)])


async def test_a_process_that_starts_with_old_folders_follows_the_store(
    one: Process, shop: Folders, tmp_path: Path
) -> None:
    change(one.folders)
    await one.ticks()
    new = await another(one, copy(shop, tmp_path / "elsewhere"))
    lines = await new.ticks(1)
    assert (new.window, new.stands()) == (12, [("folder", Unserved.OLD)])
    assert [line["event"] for line in lines] == ["book.loaded", "book.refused"]


async def test_a_process_that_starts_with_new_folders_serves_them(one: Process, shop: Folders, tmp_path: Path) -> None:
    folders = copy(shop, tmp_path / "elsewhere")
    change(folders)
    new = await another(one, folders)
    await new.ticks(1)
    await one.ticks(1)
    assert (one.window, (await one.served())[0]) == (12, ("other", Why.FILES))


async def test_what_does_not_check_clean_here_is_not_served_here(one: Process) -> None:
    """As an older program finds a newer one's files."""
    files = one.shelf.find()
    assert files
    odd = FileSet({**files.files.texts, "rules/later.yaml": b"later: true\n"})
    await one.store.keep_release(odd, None, one.clock())
    await one.store.serve(odd.version, one.clock(), "newer", Why.FILES, 1)
    await one.ticks()
    assert (one.window, one.stands(), one.agreement.is_behind()) == (48, [("store", Unserved.UNFIT)], False)
    change(one.folders)
    await one.ticks()
    assert (one.window, one.stands()) == (12, [])


async def test_what_nobody_has_kept_is_not_served(one: Process) -> None:
    await one.store.serve("0" * 16, one.clock(), "somebody", Why.ROLLBACK, 1)
    await one.ticks()
    assert (one.window, one.stands()) == (48, [("store", Unserved.UNFIT)])


async def test_a_restored_backup_of_earlier_is_followed(one: Process, database_url: str) -> None:
    """Its lines are fewer than those that were seen."""
    change(one.folders)
    await one.ticks()
    engines = as_it_is(database_url)
    with engines.write.begin() as connection:
        connection.execute(delete(serving).where(serving.c.seq > 1))
    engines.dispose()
    await one.agreement.reach(1)
    assert one.window == 12
    await one.ticks(1)
    assert (one.window, one.agreement.is_behind()) == (48, False)


async def test_what_cannot_even_be_judged_here_is_not_served_here(one: Process) -> None:
    odd = FileSet({"rules/odd.yaml": b"odd"})
    await one.store.keep_release(odd, None, one.clock())
    await one.store.serve(odd.version, one.clock(), "newer", Why.FILES, 1)
    lines = await one.ticks(1)
    assert [line["event"] for line in lines] == ["agreement.defect", "book.refused"]
    assert (one.window, one.stands(), one.agreement.is_behind()) == (48, [("store", Unserved.UNFIT)], False)
    assert not one.shelf.is_newest()


async def test_it_is_told_since_when_files_are_broken(one: Process) -> None:
    change(one.folders, GOOD, BROKEN)
    await one.ticks()
    since, odd = one.clock(), "defect_window: odd"
    one.clock.turn(600)
    change(one.folders, BROKEN, odd)
    await one.ticks()
    assert one.shelf.standstills["folder"].since == since


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


async def test_git_at_work_is_waited_for_and_a_commit_is_learned(
    folders: Folders, tmp_path: Path, store: SqlStore
) -> None:
    git(tmp_path, "init")
    git(tmp_path, "add", "replies", "rules")
    git(tmp_path, "commit", "-m", "first")
    one = Process(folders, store, HandClock())
    await one.ticks(1)
    first = one.shelf.book().commit
    assert first
    (tmp_path / ".git" / "index.lock").touch()
    change(folders)
    await one.ticks(3)
    assert one.window == 48
    (tmp_path / ".git" / "index.lock").unlink()
    await one.ticks(1)
    assert (one.window, one.shelf.book().commit) == (12, None)
    git(tmp_path, "commit", "-am", "second")
    await one.ticks()
    [now, then] = await store.releases(9)
    assert one.shelf.book().commit == now.commit
    assert (then.commit, now.commit is not None, now.commit != first) == (first, True, True)


async def test_a_lock_that_a_dead_git_left_is_waited_for_a_minute(
    folders: Folders, tmp_path: Path, store: SqlStore
) -> None:
    git(tmp_path, "init")
    one = Process(folders, store, HandClock())
    await one.ticks(1)
    (tmp_path / ".git" / "index.lock").touch()
    change(folders)
    await one.ticks(60)
    assert one.window == 48
    await one.ticks(2)
    assert one.window == 12


def test_there_is_no_shelf_without_a_good_book(folders: Folders) -> None:
    change(folders, GOOD, BROKEN)
    with pytest.raises(ContentError):
        Shelf(folders)
