"""The office shows which version of the replies is served and what is wrong with the newest; operators roll back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.content.files import FileSet
from bot.core.staff import Role
from bot.errors import Fault
from bot.releases import Why
from bot.shelf import Standstill, Unserved
from tests.web.desk_room import desk_room
from tests.web.gates import OpenGate
from tests.web.office_room import NOW, OfficeRoom, office_room, words

pytestmark = pytest.mark.anyio

SETS = [FileSet({"rules/a.yaml": text}) for text in (b"one", b"two")]
OLD, NEW = (one.version for one in SETS)
FAULTS = tuple(Fault("rules/shop.yaml", line, "missing_file") for line in (3, 9))
BROKEN = Standstill(Unserved.FAULTS, "f" * 16, NOW, FAULTS)
LAID_ASIDE = Standstill(Unserved.OLD, "0" * 16, NOW)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[OfficeRoom]:
    async with office_room(tmp_path, Role.OPERATOR) as opened:
        yield opened


async def serve(room: OfficeRoom) -> None:
    """The old, then the new."""
    for number, files in enumerate(SETS):
        await room.store.keep_release(files, f"c0ffee{number}", NOW)
        assert await room.store.serve(files.version, NOW, "host:7", Why.FILES, number)


async def test_before_the_first_the_page_says_so(office: OfficeRoom) -> None:
    assert "还没有用过任何版本" in words(await office.page("/versions"))


async def test_what_is_served_and_was_stands_there_with_the_way_back_to_the_older(office: OfficeRoom) -> None:
    await serve(office)
    page = await office.page("/versions")
    assert f"{NEW} 正在使用 15:00 · 文件改动，由 host:7 换上 · 提交 c0ffee1" in words(page)
    assert (page.count("退回到这一版"), page.count(f'name="version" value="{OLD}"')) == (1, 1)


async def test_an_operator_rolls_back_in_two_steps(office: OfficeRoom) -> None:
    await serve(office)
    unsure = await office.does("/versions/rollback", version=OLD, seen="2")
    assert unsure.headers["location"].endswith("told=unsure_version")
    assert [one.version for one in await office.store.releases(9)] == [NEW, OLD]
    done = await office.does("/versions/rollback", version=OLD, seen="2", sure="yes")
    assert done.headers["location"].endswith("told=rolled_back")
    now = await office.store.serving()
    assert now
    assert (now.version, now.by, now.why) == (OLD, "s01", Why.ROLLBACK)
    assert office.gate.notes[-1][1:] == ("office.rollback", None, {"version": OLD, "instead_of": NEW})
    assert "由 s01 退回" in words(await office.page("/versions"))


async def test_a_rollback_from_a_page_that_is_out_of_date_does_nothing(office: OfficeRoom) -> None:
    await serve(office)
    late = await office.does("/versions/rollback", version=OLD, seen="1", sure="yes")
    assert (late.status_code, "刚刚有人换上了另一版" in late.text) == (422, True)
    assert len(await office.store.releases(9)) == 2


async def test_what_was_never_served_is_refused(office: OfficeRoom) -> None:
    await serve(office)
    for version in ("", "ffff0000"):
        refused = await office.does("/versions/rollback", version=version, seen="2", sure="yes")
        assert refused.status_code == 422


async def test_a_supervisor_looks_and_rolls_nothing_back(tmp_path: Path) -> None:
    async with office_room(tmp_path, Role.SUPERVISOR) as office:
        await serve(office)
        page = await office.page("/versions")
        assert (NEW in page, "退回到这一版" in page) == (True, False)
        assert (await office.does("/versions/rollback", version=OLD, seen="2", sure="yes")).status_code == 403


async def test_files_with_faults_stand_above_every_page_of_the_office(tmp_path: Path) -> None:
    async with office_room(tmp_path, Role.OPERATOR, standstills=[BROKEN, LAID_ASIDE]) as office:
        told = words(await office.page(""))
        assert "最新的话术文件有错" in told
        assert "rules/shop.yaml:3" in told
        assert "还有 1 处" in told
        assert "文件夹里是旧版本" not in told
        told = words(await office.page("/versions"))
        assert all(part in told for part in ("rules/shop.yaml:9", "文件夹里是旧版本", "自 15:00"))


@pytest.mark.parametrize(("role", "sees"), [(Role.SUPERVISOR, True), (Role.OPERATOR, True), (Role.AGENT, False)])
async def test_who_oversees_is_told_at_the_desk(role: Role, sees: bool, tmp_path: Path) -> None:
    async with desk_room(tmp_path, OpenGate(role=role), standstills=[BROKEN]) as room:
        told = (await room.page()).text
        assert ("rules/shop.yaml:3" in told) is sees
