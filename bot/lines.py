"""Which wordings are meant by `FILE:LINE` or `FILE#VARIANT`.

In: what was typed, a set of the operators' files, the sets that were kept. Out: lines of reply files. Never: another
wording than the one that stands there; a remedy that does not say whether the file or the line is unknown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.content.files import REPLIES, FileSet
from bot.content.replies import ReplyFile, read_reply
from bot.core.book import Wording
from bot.errors import ContentError, UsageError, YebanError
from bot.likeness import meant
from bot.words import say

_PLACE = re.compile(r"(?P<path>.+\.md)(?::(?P<number>[0-9]{1,7})|#(?:#\s*)?(?P<variant>[^\s:#]+))")


@dataclass(frozen=True, slots=True)
class Place:
    """What was typed: a line of a file or, without one, a variant of it."""

    path: str
    number: int | None = None
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A wording: `source` is where it stands in the `version` that it was found in, `key` what names it in all.
    `alone`: no other variant of that version says the same, so that the words alone tell which is meant, under
    whatever name the file had."""

    source: str
    topic: str
    variant: str
    text: str
    key: str
    alone: bool
    version: str = ""


class Kept(Protocol):
    """Where sets of the operators' files are kept."""

    async def kept_texts(self, path: str) -> Mapping[str, bytes]:
        """The texts that a file had, each once, by the newest version that has it, newest first."""

    async def kept_paths(self) -> frozenset[str]:
        """The files of all sets."""

    async def release_files(self, version: str) -> FileSet | None:
        """A set byte for byte; None if it was never kept."""


def place_of(text: str) -> Place:
    """`FILE:LINE` or `FILE#VARIANT` as people type it: `replies/` may be left out, and a folder may stand before it.
    Raises `UsageError`."""
    found = _PLACE.fullmatch(text.strip().replace("\\", "/"))
    if found is None:
        raise UsageError("errors.recall_place", text=text)
    below = f"/{found['path']}".rpartition(f"/{REPLIES}")[2].removeprefix("/").removeprefix("./")
    return Place(f"{REPLIES}{below}", int(found["number"]) if found["number"] else None, found["variant"] or "")


async def lines_of(store: Kept, places: Sequence[Place], files: FileSet) -> Sequence[Line]:
    """The lines that are meant, each once: a numbered one as the files have it, a variant's as the files and all kept
    sets have them. Raises `YebanError` where there is none."""
    found = dict[tuple[str, str, str], Line]()
    for place in places:
        for line in await _meant(store, place, files):
            found.setdefault((line.topic, line.variant, line.key), line)
    return [*found.values()]


async def _meant(store: Kept, place: Place, files: FileSet) -> Sequence[Line]:
    here = place.path in {*files.texts, *files.unreadable}
    if not here and (place.number is not None or not await store.kept_texts(place.path)):
        raise await _unknown_file(store, place.path, files)
    return await _variant(store, place, files) if place.number is None else [line_at(files, place.path, place.number)]


async def _unknown_file(store: Kept, path: str, files: FileSet) -> YebanError:
    if kept := await store.kept_texts(path):
        return YebanError("errors.recall_old_file", path=path, version=next(iter(kept)))
    known = sorted({*files.below(REPLIES), *await store.kept_paths()})
    return YebanError("errors.recall_no_file", path=path, nearest=_likely(path, known))


def _likely(typed: str, known: Sequence[str]) -> str:
    name = meant(typed, known)
    return say("errors.recall_nearest", nearest=name) if name else ""


def line_at(files: FileSet, path: str, number: int) -> Line:
    """The wording that a line of a file belongs to. Raises `YebanError` where there is none."""
    reply = read_reply(files, path)
    wordings = list(_wordings(reply))
    for variant, wording in wordings:
        first = _first_line(wording)
        if first <= number <= first + wording.text.count("\n"):
            return _line(reply, variant, wording, files.version, files)
    places = [_first_line(wording) for _, wording in wordings]
    near = min(places, key=lambda place: abs(place - number), default=0)
    known = say("join.list").join(map(str, places))
    raise YebanError("errors.recall_line", path=path, number=number, nearest=near, known=known)


async def _variant(store: Kept, place: Place, files: FileSet) -> Sequence[Line]:
    """Of every text that the file had, today's first."""
    texts = {files.version: files.texts[place.path]} if place.path in files.texts else {}
    found, names = list[Line](), set[str]()
    for version, text in {**texts, **await store.kept_texts(place.path)}.items():
        try:
            reply = read_reply(FileSet({place.path: text}), place.path)
        except ContentError:  # nothing was ever said from it
            continue
        names |= {*reply.topic.variants}
        if place.variant in reply.topic.variants:
            whole = files if version == files.version else await store.release_files(version)
            said = reply.topic.variants[place.variant].wordings
            found += [_line(reply, place.variant, wording, version, whole) for wording in said]
    if not found:
        known = sorted(names or read_reply(files, place.path).topic.variants)
        near, told = _likely(place.variant, known), say("join.list").join(known)
        raise YebanError("errors.recall_variant", path=place.path, variant=place.variant, nearest=near, known=told)
    return found


def _line(reply: ReplyFile, variant: str, wording: Wording, version: str, files: FileSet | None) -> Line:
    """`files`: the whole version; without it nobody knows what else says the same."""
    same = {(name, of) for name, of, key in _keys(files, wording) if key == wording.key} if files else set()
    return Line(wording.source, reply.topic.name, variant, wording.text, wording.key, len(same) == 1, version)


def _first_line(wording: Wording) -> int:
    return int(wording.source.rpartition(":")[2])


def _wordings(reply: ReplyFile) -> Iterator[tuple[str, Wording]]:
    for variant in reply.topic.variants.values():
        yield from ((variant.name, wording) for wording in variant.wordings)


def _keys(files: FileSet, like: Wording) -> Iterator[tuple[str, str, str]]:
    """Topic, variant and key of every wording of the files that hold this one's first line."""
    first = like.text.partition("\n")[0]
    for path in files.below(REPLIES):
        try:
            reply = read_reply(files, path) if first in files.text(path) else None
        except ContentError:
            continue
        yield from ((reply.topic.name, variant, one.key) for variant, one in _wordings(reply)) if reply else ()
