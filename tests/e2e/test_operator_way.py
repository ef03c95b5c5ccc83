"""An operator's day in a real git repository: edit, check, replay, commit; the server pulls and buyers read the new
words; a wrong merge is taken back, and who read it is known.

In: the real commands, a real service, real clones. Out: what each step says. Never: a file changed behind git's back.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shop import NIGHT, Receiver, until
from tests.e2e.small import SmallShop

CARRIER = "replies/shipping/carrier.md"
ASKED = "发什么快递"
BRANCH = "main"


class Clones:
    """The shop's repository: where operators push to, and their own clone."""

    def __init__(self, folder: Path) -> None:
        self.origin, self.desk, self.server = (folder / name for name in ("origin.git", "desk", "server"))

    def found(self, files: Path) -> None:
        """The first commit is what the shop has; the server runs a clone."""
        git(files, "init", "-q", "-b", BRANCH)
        git(files, "add", "replies", "rules")
        git(files, "commit", "-q", "-m", "first")
        for to, *options in ((self.origin, "--bare"), (self.desk,), (self.server,)):
            git(files, "clone", "-q", *options, str(self.origin if to != self.origin else files), str(to))

    def edits(self, old: str, new: str) -> int:
        """One wording in the operator's clone; the line that it begins on."""
        path = self.desk / CARRIER
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def merges(self, told: str) -> str:
        """Commit, push, and the server pulls; the commit."""
        git(self.desk, "commit", "-q", "-a", "-m", told)
        git(self.desk, "push", "-q", "origin", BRANCH)
        git(self.server, "pull", "-q", "--ff-only")
        return git(self.server, "rev-parse", "--short=12", "HEAD")


class GitShop(SmallShop):
    """The service reads its words from a clone."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        super().__init__(folder, NIGHT, receiver)
        self.clones = Clones(folder)
        _one_wording(folder / "small" / CARRIER)
        self.clones.found(folder / "small")
        self.replies, self.rules = self.clones.server / "replies", self.clones.server / "rules"

    def operates(self, *arguments: str, code: int = 0) -> str:
        """A command in the operator's clone, against the shop's records."""
        desk = self.clones.desk
        folders = {"YEBAN_REPLIES_DIR": str(desk / "replies"), "YEBAN_RULES_DIR": str(desk / "rules")}
        done = self.yeban(*arguments, **folders)
        assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def served(self) -> str | None:
        """The commit that is served."""
        newest = json.loads(self.operates("releases", "--json").splitlines()[0])
        found: str | None = newest["commit"]
        return found

    def hears(self, conversation: str) -> str:
        """What a buyer is told who asks about the carrier."""
        self.says(conversation, ASKED)
        until(lambda: len(self.receiver.messages(conversation)) == 1, f"{conversation} is answered")
        (told,) = self.receiver.messages(conversation)
        return str(told["text"])


def git(folder: Path, *arguments: str) -> str:
    """As somebody with a name."""
    named = ("-c", "user.name=op", "-c", "user.email=op@example.com")
    done = subprocess.run(["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[GitShop]:
    opened = GitShop(tmp_path, Receiver().start())
    try:
        yield opened.start()
    finally:
        opened.end()


def test_from_an_edit_to_a_buyer_and_back_again(shop: GitShop) -> None:
    """One story: each step stands on the one before."""
    clones = shop.clones
    assert shop.hears("c1").startswith("亲，店里发")
    clones.edits("亲，店里发", "亲，夜班小叶回您，店里发")
    assert shop.operates("check", "--json")
    (changed,) = differences(shop)
    good = clones.merges("夜班自报家门")
    until(lambda: shop.served() == good, "the server serves what was pulled")
    assert "夜班小叶回您" in shop.hears("c2")
    assert differences(shop) == []
    assert differences(shop, "--from", "recorded") == [changed], "what was said before is all that differs"

    line = clones.edits("夜班小叶回您", "夜班小叶瞎说")
    bad = clones.merges("写错了一个词")
    until(lambda: shop.served() == bad, "a wrong word is no fault that a check could see")
    assert "夜班小叶瞎说" in shop.hears("c3")
    shop.operates("rollback", code=0)
    until(lambda: shop.served() == good, "the version before is served again")
    assert "夜班小叶回您" in shop.hears("c4")
    told = json.loads(shop.operates("recall", "--line", f"{CARRIER}:{line}", "--json"))
    assert [one["conversation_id"] for one in told["messages"]] == ["c3"]


def differences(shop: GitShop, *options: str) -> list[str]:
    """The conversations, by masked names, that the files in the operator's clone would have answered otherwise."""
    told: list[dict[str, Any]] = [json.loads(one) for one in shop.operates("replay", "--json", *options).splitlines()]
    return [str(one["conversation"]) for one in told if "conversation" in one]


def _one_wording(path: Path) -> None:
    """The default says the same to everybody."""
    head, body = path.read_text(encoding="utf-8").split("## default\n", 1)
    default, more = body.split("\n## ", 1)
    path.write_text(f"{head}## default\n{default.split(chr(10) + '~' + chr(10))[0]}\n\n## {more}", encoding="utf-8")
