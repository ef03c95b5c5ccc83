"""An operator's desk for tests: reply files and rules folders, right at first and then spoilt on purpose.

In: texts. Out: files and what became of them. Never: a change to the shipped folders.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.content.files import read_files
from bot.content.replies import ReplyFile, read_reply
from bot.errors import ContentError, Fault

REPOSITORY = Path(__file__).parents[2]

HEAD = "intent: carrier\ntitle: 快递\n"


def page(body: str, head: str = HEAD) -> str:
    """A reply file of a head and a body."""
    return f"---\n{head}---\n{body}"


def read(folder: Path, text: str | bytes, name: str = "g/topic") -> ReplyFile:
    """Write one reply file and read it back."""
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_reply(read_files(folder, None), f"replies/{name}.md")


def faults_of(work: Callable[[], object]) -> Sequence[Fault]:
    """What is wrong with the files that `work` reads."""
    with pytest.raises(ContentError) as refused:
        work()
    return refused.value.faults


def told(faults: Sequence[Fault]) -> list[tuple[int, str]]:
    """Line and code of each fault; every one must also have its words."""
    assert all(fault.what and fault.remedy for fault in faults)
    return [(fault.line, fault.code) for fault in faults]


def rules_copy(folder: Path) -> Path:
    """The shipped rules, to be spoilt."""
    copy = folder / "rules"
    shutil.copytree(REPOSITORY / "rules", copy)
    return copy


def spoil(file: Path, old: str, new: str) -> int:
    """Replace the one place of a text in a file; the line it stands on."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1
