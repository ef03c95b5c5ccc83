"""`suggest`: its arguments, a log with nothing in it, and once the whole way with the shipped files."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.acts import Act
from bot.store import open_store
from bot.words import say
from tests.core.asking import issue
from tests.core.book import NIGHT
from tests.core.test_proposals import FAR
from tests.fakes import counting_ids

from .terminal import REPOSITORY, command, inside, refused_in_one_line

DAYS = ("--since", "2026-11-20", "--until", "2026-11-26")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "arguments",
    [["--since", "gestern"], ["--least", "0"], ["--out", "replies/s.patch"]],
)
def test_what_does_not_fit_is_refused_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    if "--out" in arguments:
        (folder / "replies").mkdir()
    assert refused_in_one_line(inside(capsys, "suggest", *arguments), 2)
    assert not list(folder.glob("*.db"))


@pytest.mark.usefixtures("folder")
def test_a_log_with_nothing_open_says_so_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = inside(capsys, "suggest", *DAYS, "--out", "s.patch")
    head = say("suggest.head", since="2026-11-20", until="2026-11-26", issues=0, understood=0)
    assert (done.code, done.lines) == (0, [head, say("suggest.none")])
    assert not (folder / "s.patch").exists()


@pytest.mark.slow
def test_a_patch_of_the_shipped_files_is_applied_and_then_refused_for_want_of_words(folder: Path) -> None:
    async def file() -> None:
        store = open_store("sqlite:///yeban.db", new_id=counting_ids())
        await store.act(Act(issues=tuple(issue(number, text) for number, text in enumerate(FAR * 2))), NIGHT)
        await store.close()

    for name in ("replies", "rules"):
        shutil.copytree(REPOSITORY / name, folder / name)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    asyncio.run(file())
    done = command(folder, "suggest", *DAYS, "--least", "1", "--out", "s.patch", "--json")
    assert done.code == 0, done.err
    assert (folder / "s.patch").read_text("utf-8").endswith(json.loads(done.out)["patch"])
    subprocess.run(["git", "apply", "s.patch"], cwd=folder, check=True)
    refused = command(folder, "check")
    assert refused.code == 1
    assert "replies/new/q_" in refused.out
