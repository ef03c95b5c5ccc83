"""What was sent, made again from the files that it was made from, and compared byte for byte.

In: of what a message was made, the words that were sent, the operators' files of that version. Out: a `Proof`. Never: a
difference passed over, files of another version than the one that was kept.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from bot.content.files import FileSet, read_files
from bot.content.git import files_at
from bot.content.replies import ReplyFile, read_reply
from bot.core.book import Variant, Wording
from bot.core.compose import Part, Reply, part_of
from bot.core.made import is_made
from bot.errors import ContentError, UsageError

Told = Mapping[str, Any]


class Gap(StrEnum):
    """Why a message is not proven: nothing was kept of what it was made of (`unrecorded`); its files are nowhere to be
    found; they have no such words at that line; a field was not kept; other words come out."""

    UNRECORDED = "unrecorded"
    NO_FILES = "no_files"
    NO_LINE = "no_line"
    NO_FIELD = "no_field"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Proof:
    """`text` is what the files say now, None where they cannot be asked; `place` the line that a `gap` is about."""

    version: str | None
    commit: str | None
    equal: bool
    text: str | None = None
    gap: Gap | None = None
    place: str | None = None

    @property
    def failed(self) -> bool:
        """Something is wrong; a message from before such things were kept is only old."""
        return self.gap not in {None, Gap.UNRECORDED}


class Releases(Protocol):
    """Where sets of the operators' files are kept."""

    async def release_files(self, version: str) -> FileSet | None:
        """A set byte for byte; None if it was never kept."""


class Prover:
    """Reads each set and each reply file once. `replies` and `rules` are the folders at hand: a set that the store does
    not have may be theirs, now or at its commit."""

    def __init__(self, store: Releases, replies: Path, rules: Path) -> None:
        self._store = store
        self._folders = (replies, rules)
        self._sets = dict[str, FileSet | None]()

    async def prove(self, made: Told | None, sent: str) -> Proof:
        """Whether the same words come out."""
        if made is None:
            return Proof(None, None, equal=False, gap=Gap.UNRECORDED)
        if not is_made(made):
            return Proof(None, None, equal=False, gap=Gap.NO_FIELD, place="made")
        version, commit = str(made["version"]), made.get("commit")
        files = await self.files(version, commit)
        if files is None:
            return Proof(version, commit, equal=False, gap=Gap.NO_FILES)
        try:
            text = Reply(tuple(self._again(part, files) for part in made["parts"])).text
        except _MissingError as missing:
            return Proof(version, commit, equal=False, gap=missing.gap, place=missing.place)
        gap = None if text == sent else Gap.DIFFERENT
        return Proof(version, commit, equal=gap is None, text=text, gap=gap)

    async def files(self, version: str, commit: str | None) -> FileSet | None:
        """The very set: from the store, else from the folders, else from their repository."""
        if version not in self._sets:
            self._sets[version] = await self._found(version, commit)
        return self._sets[version]

    async def _found(self, version: str, commit: str | None) -> FileSet | None:
        kept = await self._store.release_files(version)
        if kept and kept.version == version:
            return kept
        return await asyncio.to_thread(self._at_hand, version, commit)

    def _at_hand(self, version: str, commit: str | None) -> FileSet | None:
        now = read_files(*self._folders)
        if now.version == version:
            return now
        try:
            then = files_at(*self._folders, commit) if commit else None
        except UsageError:
            return None
        return then if then and then.version == version else None

    def _again(self, part: Told, files: FileSet) -> Part:
        """One text as the same code makes it of the same line and fields. Raises `_MissingError`."""
        source, given = str(part["source"]), part["given"]
        reply = self._reply(files, source)
        variant = reply.topic.variants.get(str(part["variant"]))
        wording = _written_at(variant, source)
        if variant is None or wording is None or wording.key != part["wording"] or reply.topic.name != part["topic"]:
            raise _MissingError(Gap.NO_LINE, source)
        if lacking := sorted((wording.needs & wording.fields) - set(given)):
            raise _MissingError(Gap.NO_FIELD, f"{source} {lacking[0]}")
        return part_of(reply.topic, variant, wording, _view(given))

    def _reply(self, files: FileSet, source: str) -> ReplyFile:
        try:
            return read_reply(files, source.rpartition(":")[0])
        except ContentError as error:
            raise _MissingError(Gap.NO_LINE, source) from error


class _MissingError(Exception):
    """What a message was made of is not to be had any more."""

    def __init__(self, gap: Gap, place: str) -> None:
        self.gap, self.place = gap, place
        super().__init__(place)


def _written_at(variant: Variant | None, source: str) -> Wording | None:
    wordings: Sequence[Wording] = variant.wordings if variant else ()
    return next((one for one in wordings if one.source == source), None)


def _view(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """`order.carrier` as texts ask for it."""
    view = dict[str, dict[str, str]]()
    for field, word in given.items():
        group, _, name = field.partition(".")
        view.setdefault(group, {})[name] = word
    return view
