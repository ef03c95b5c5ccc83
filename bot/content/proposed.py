"""Proposals as changes of an operators' folder.

In: proposals, the folder of replies. Out: one patch, and which proposals it could not take up. Never: a file written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.patching import diff, draft, with_asks
from bot.content.provenance import placed_in
from bot.core.proposals import Kind, Proposal
from bot.words import say

_FOLDER = "replies/"  # how the folder is called in sources, whatever its name


@dataclass(frozen=True, slots=True)
class Patch:
    """`text` is empty where nothing is to be changed. `unplaced`: ids of proposals whose lines a person must put in."""

    text: str
    files: int
    lines: int
    unplaced: tuple[str, ...]


def patch_of(proposals: Sequence[Proposal], folder: Path) -> Patch:
    """Files by their paths; proposals for one file are one change of it."""
    prefix, by_path = placed_in(folder), dict[str, list[Proposal]]()
    for one in proposals:
        if one.lines and one.path:
            by_path.setdefault(one.path.removeprefix(_FOLDER), []).append(one)
    told = [(some, _change(folder, name, prefix, some)) for name, some in sorted(by_path.items())]
    placed = [some for some, text in told if text]
    return Patch(
        "".join(text for _, text in told if text),
        len(placed),
        sum(len(one.lines) for some in placed for one in some),
        tuple(one.id for some, text in told if not text for one in some),
    )


def _change(folder: Path, name: str, prefix: str, some: Sequence[Proposal]) -> str | None:
    path = folder / name
    if some[0].kind is Kind.NEW:
        return None if path.exists() else diff(prefix + name, None, _draft(some[0]))
    old = path.read_bytes().decode()
    new = with_asks(old, list(_lines(some)))
    return diff(prefix + name, old, new) if new else None


def _lines(some: Iterable[Proposal]) -> Iterator[str]:
    for one in some:
        yield from one.lines


def _draft(one: Proposal) -> str:
    head = say("suggest.draft", id=one.id, count=one.group.count).split("\n")
    return draft(head, one.intent or "", one.lines[0], one.lines)
