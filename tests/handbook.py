"""The operators' handbook, played: its commands are run one after the other in a small shop's repository.

In: the handbook's text, an empty folder. Out: what each command really prints, beside what the handbook says. Never: a
command left out. `python -m tests.handbook` writes the outputs anew, for a person to read before they are committed.

A block that begins with three backticks and `console` holds commands (`$ …`) with their outputs; a line `……` stands for
any lines. Between blocks a comment `<!-- night -->` means: the service took up the files as they are, buyers wrote for
a night and were answered. Ids, versions and moments differ from run to run and count as alike.
"""

import asyncio
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, select

from bot.cli.main import run
from bot.clock import new_id
from bot.content.files import Folders, read_files
from bot.content.load import book_of
from bot.content.provenance import commit_of
from bot.releases import Why
from bot.store import open_store
from bot.store.schema import outbox
from tests.chaos.premises import furnish
from tests.content.test_git import git
from tests.nights import BEGINS, tell_night

HANDBOOK = Path(__file__).parents[1] / "replies" / "README.md"
ASKED = (
    "发什么快递", "运费多少", "人工", "可以刻字吗", "能开发票吗", "可以刻字么", "几天能到", "默认发什么快递",
    "你们走哪家物流", "可以刻字不",
)  # fmt: skip
NIGHT = "<!-- night -->"
ANY = "……"
_FENCE = re.compile(r"^```console\n(.*?)^```$|^<!-- night -->$", re.MULTILINE | re.DOTALL)
_MESSAGE = re.compile(r"\byb_[0-9a-f]{32}\b")
_LINE = re.compile(r"\b(replies/[\w/]+\.md):\d+")
_DIFFERS = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?"), "<moment>"),
    (re.compile(r"\b(yb_)?[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\.md:\d+"), ".md:<line>"),
    (re.compile(r"\b\d+\.\d%"), "<share>"),
    (re.compile(r"\b[0-9a-f]{12,16}\b"), "<version>"),
    (re.compile(r"\b(s|q)[-_][0-9a-f]{8}\b"), "<group>"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A command with what the handbook says of it, or a night where there is none."""

    command: str = ""
    told: tuple[str, ...] = ()


@dataclass
class Shop:
    """The repository in which the handbook is played, and its records."""

    folder: Path
    nights: int = 0

    @property
    def root(self) -> Path:
        return self.folder / "shop"

    def environment(self) -> Mapping[str, str]:
        return {
            "YEBAN_DATABASE_URL": f"sqlite:///{self.folder / 'yeban.db'}", "GIT_AUTHOR_NAME": "小周",
            "GIT_AUTHOR_EMAIL": "op@example.com", "GIT_COMMITTER_NAME": "小周", "GIT_COMMITTER_EMAIL": "op@example.com",
        }  # fmt: skip

    def found(self) -> None:
        """With one commit."""
        furnish(self.root)
        git(self.root, "init", "-q")
        git(self.root, "add", ".")
        git(self.root, "commit", "-q", "-m", "one")

    async def night(self) -> None:
        """The service takes up the files; buyers write and are answered."""
        folders = Folders(self.root / "replies", self.root / "rules")
        files, commit = read_files(folders.replies, folders.rules), commit_of(folders.replies, folders.rules)
        store, begins = open_store(self.environment()["YEBAN_DATABASE_URL"], new_id=new_id), BEGINS + self._later()
        await store.keep_release(files, commit, begins)
        served = await store.serving()
        assert await store.serve(files.version, begins, "夜班", Why.FILES, served.seq if served else 0)
        await tell_night(store, book_of(files, commit), ASKED, len(ASKED), begins, f"n{self.nights}")
        now = begins + timedelta(seconds=30)
        while found := await store.claim_commands(now, 100, frozenset({"webhook"})):
            for one in found:
                await store.mark_sent(one, now)
        await store.close()
        self.nights += 1

    def _message(self, _: re.Match[str]) -> str:
        """The bot's first one of the last night."""
        engine = create_engine(self.environment()["YEBAN_DATABASE_URL"])
        with engine.connect() as connection:
            ours = outbox.c.conversation_id == f"n{self.nights - 1}-0"
            found = connection.scalars(select(outbox.c.id).where(ours, outbox.c.type == "message.send")).first()
        engine.dispose()
        return str(found)

    def _line(self, named: re.Match[str]) -> str:
        """On which the default's first wording stands now."""
        lines = (self.root / named[1]).read_text(encoding="utf-8").splitlines()
        return f"{named[1]}:{lines.index('## default') + 2}"

    def _later(self) -> timedelta:
        return timedelta(days=self.nights)

    def says(self, command: str) -> list[str]:
        """What a command prints."""
        command = _MESSAGE.sub(self._message, command)
        command = _LINE.sub(self._line, command)
        with chdir(self.root):
            if command.startswith("yeban "):
                return _in_here(shlex.split(command)[1:])
            told = ["bash", "-c", command]
            done = subprocess.run(told, capture_output=True, text=True, check=False, env={**os.environ})
        return (done.stdout + done.stderr).splitlines()


def _in_here(arguments: Sequence[str]) -> list[str]:
    told = io.StringIO()
    with redirect_stdout(told), redirect_stderr(told):
        run(list(arguments))
    return told.getvalue().splitlines()


def steps(text: str) -> Iterator[Step]:
    """In the handbook's order."""
    for found in _FENCE.finditer(text):
        yield from _commands(found[1]) if found[1] is not None else [Step()]


def _commands(block: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *told = part.rstrip("\n").split("\n")
        yield Step(command, tuple(told))


def play(shop: Shop, text: str) -> Iterator[tuple[Step, list[str]]]:
    """Each command with what it prints now."""
    shop.found()
    for step in steps(text):
        if step.command:
            yield step, shop.says(step.command)
        else:
            asyncio.run(shop.night())


def alike(told: Sequence[str], real: Sequence[str]) -> bool:
    """Whether the handbook says what is really printed."""
    here, there = [_plain(one) for one in told], [_plain(one) for one in real]
    pattern = "\n".join("(?:.*\n?)*?" if one == ANY else re.escape(one) for one in here).replace("*?\n", "*?")
    return re.fullmatch(pattern, "\n".join(there)) is not None


def _plain(line: str) -> str:
    for what, name in _DIFFERS:
        line = what.sub(name, line)
    return line


def _written(text: str, played: Sequence[tuple[Step, list[str]]]) -> str:
    """The handbook with what is printed now, where that is something else."""
    done = ""
    for step, real in played:
        old = "\n".join([f"$ {step.command}", *step.told])
        before, _, text = text.partition(old)
        done += before + (old if alike(step.told, real) else "\n".join([f"$ {step.command}", *real]))
    return done + text


def main() -> int:
    """Writes the handbook anew."""
    text = HANDBOOK.read_text(encoding="utf-8")
    with TemporaryDirectory() as name:
        shop = Shop(Path(name))
        os.environ.update(shop.environment())
        played = list(play(shop, text))
    HANDBOOK.write_text(_written(text, played), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
