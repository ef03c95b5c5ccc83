"""The draft of a new reply file: complete but for what only an operator knows, how buyers ask.

In: a name, the folder of replies and the shipped one. Out: where the file belongs and what it says. Never: a file
written, or a sentence that promises something.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.folder import is_aside
from bot.content.replies import UNASKED
from bot.content.typed import nearest
from bot.core.book import OOS
from bot.errors import UsageError
from bot.words import say

_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")  # names that Windows keeps for itself
_KEY = re.compile(r"^(intent|under|title):[ \t]*(\S.*?)[ \t]*$")


@dataclass(frozen=True, slots=True)
class Head:
    """What a reply file says of itself in its first lines, read even where the rest of it has faults; `line` is that of
    its intent."""

    group: str
    path: str
    intent: str
    title: str
    under: str
    line: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; what is None is to be found out."""

    intent: str
    title: str | None = None
    group: str | None = None
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that is not there yet; `path` is below the folder of replies."""

    path: str
    text: str


def draft(wish: Wish, folder: Path, shipped: Path) -> Draft:
    """The draft of a wish. `UsageError` says what of it won't do, and the remedy."""
    have, known = list(heads(folder)), {head.intent: head for head in heads(shipped)}
    model = known.get(wish.intent)
    _refuse_name(wish.intent)
    _refuse_taken(wish.intent, have)
    under = _under(wish.under or (model.under if model else ""), have)
    title = _title(wish, model)
    group = _group(wish.group or (model.group if model else None), {head.group for head in (*have, *known.values())})
    path = f"{group}/{wish.intent}.md"
    if (folder / path).exists():
        raise UsageError("new.file_taken", path=f"replies/{path}")
    return Draft(path, say("new.draft", intent=wish.intent, title=title, under=f"under: {under}\n" if under else ""))


def heads(folder: Path) -> Iterator[Head]:
    """Of every file that answers a question."""
    for path in sorted(folder.rglob("*.md")):
        group, found = path.parent.relative_to(folder).as_posix(), dict[str, tuple[str, int]]()
        for number, line in enumerate(_front(path), 2):
            if key := _KEY.match(line):
                found[key[1]] = (key[2].strip("\"'"), number)
        if "intent" in found and not f"{group}/".startswith(UNASKED):
            intent, line_number = found["intent"]
            title, under = (found.get(key, ("", 0))[0] for key in ("title", "under"))
            yield Head(group, path.relative_to(folder).as_posix(), intent, title, under, line_number)


def _front(path: Path) -> list[str]:
    lines = path.read_text("utf-8-sig", errors="replace").split("\n")
    return lines[1 : lines.index("---", 1)] if lines[0].strip() == "---" and "---" in lines[1:] else []


def _refuse_name(intent: str) -> None:
    if _NAME.fullmatch(intent) is None:
        raise UsageError("new.bad_name", intent=intent)
    if intent == OOS:
        raise UsageError("new.out_of_scope", intent=intent)
    if is_aside(Path(f"{intent}.md")) or _DEVICE.fullmatch(intent):
        raise UsageError("new.no_file_name", intent=intent)


def _refuse_taken(intent: str, have: Sequence[Head]) -> None:
    for head in have:
        if head.intent == intent:
            raise UsageError("new.intent_taken", intent=intent, place=f"replies/{head.path}:{head.line}")


def _under(under: str, have: Sequence[Head]) -> str:
    known = [head.intent for head in have if not head.under]
    if under and under not in known:
        raise UsageError("new.unknown_under", under=under, nearest=nearest(under, known))
    return under


def _title(wish: Wish, model: Head | None) -> str:
    """As YAML reads a plain text; what it would read otherwise is refused, not quoted."""
    title = wish.title or (model.title if model else "")
    if not title:
        raise UsageError("new.no_title", intent=wish.intent)
    if not title.isprintable() or re.fullmatch(r"[^\W_][^:#'\"]*", title) is None:
        raise UsageError("new.bad_title", title=title)
    return title.strip()


def _group(group: str | None, known: set[str]) -> str:
    told = say("join.list").join(sorted(known))
    if group is None:
        raise UsageError("new.no_group", known=told)
    if group not in known:
        raise UsageError("new.unknown_group", group=group, nearest=nearest(group, sorted(known)), known=told)
    return group
