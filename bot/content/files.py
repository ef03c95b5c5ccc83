"""The operators' files as they were at one moment, read before anything is made of them.

In: the folders, or texts that were kept. Out: a `FileSet` with its version. Never: two moments mixed after it was read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from bot.content.folder import is_aside, reply_paths, rules_names, strays
from bot.content.merging import unmerged
from bot.errors import ContentError, Fault

REPLIES, RULES = "replies/", "rules/"
_DIGITS = 16  # of a version: 64 bits
LONGEST = 1024 * 1024  # bytes of a file; the longest that is shipped has a twentieth of it
#: Signs that no buyer can read and not every database can keep.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Folders:
    replies: Path
    rules: Path


@dataclass(frozen=True, slots=True)
class File:
    """`path` as people are told it; `raw` is None where there is none, or where it could not be read for a
    `problem`."""

    path: str
    raw: bytes | None
    problem: str | None = None

    def text(self) -> str:
        """With plain line ends; `ContentError` where it is missing or cannot be read."""
        if self.problem:
            raise self._wrong("unreadable", problem=self.problem)
        if self.raw is None:
            raise self._wrong("missing_file")
        if len(self.raw) > LONGEST:
            raise self._wrong("too_long_file", most=LONGEST // 1024)
        try:
            text = self.raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            raise self._wrong("unreadable", problem=type(error).__name__) from error
        if begun := tuple(unmerged(text)):
            raise self._wrong("merge_marker", *begun)
        if found := CONTROL.search(text):
            raise self._wrong("control_sign", 1 + text.count("\n", 0, found.start()))
        return text

    def _wrong(self, code: str, *lines: int, **params: object) -> ContentError:
        return ContentError(tuple(Fault(self.path, line, code, params) for line in lines or (1,)))


@dataclass(frozen=True, slots=True)
class FileSet:
    """Bytes by the path that people are told (`replies/shipping/carrier.md`, `rules/shop.yaml`). `unreadable`: files
    that are there and could not be read, and why; `strays`: what lies beside them and is not read."""

    texts: Mapping[str, bytes]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    strays: tuple[Fault, ...] = field(default=(), compare=False)

    @property
    def version(self) -> str:
        """The same files have the same version on every machine: SHA-256 over paths, lengths and bytes."""
        told = sha256()
        for path, text in sorted(self.texts.items()):
            told.update(f"{path}\0{len(text)}\0".encode() + text)
        return told.hexdigest()[:_DIGITS]

    def below(self, folder: str) -> list[str]:
        """The paths of a folder, in order."""
        return sorted(path for path in {*self.texts, *self.unreadable} if path.startswith(folder))

    def file(self, path: str) -> File:
        """One of them, there or not."""
        return File(path, self.texts.get(path), self.unreadable.get(path))

    def text(self, path: str) -> str:
        """One file's text; `ContentError` where it is missing or cannot be read."""
        return self.file(path).text()


def read_files(replies: Path | None, rules: Path | None) -> FileSet:
    """Everything that an operator's change may touch; a folder that is not asked for is left out."""
    texts, unreadable = dict[str, bytes](), dict[str, str]()
    for shown, path in (*_replies(replies), *_rules(rules)):
        try:
            texts[shown] = path.read_bytes()
        except OSError as error:
            unreadable[shown] = type(error).__name__
    return FileSet(texts, unreadable, tuple(strays(replies)) if replies else ())


def belongs(path: str) -> bool:
    """Whether a path, as people are told it, is that of one of the operators' files."""
    folder, *within = path.split("/")
    if not within or is_aside(Path(path)):
        return False
    if f"{folder}/" == REPLIES:
        return path.endswith(".md") and not any(part.startswith(".") for part in within)
    return f"{folder}/" == RULES and len(within) == 1


def _replies(folder: Path | None) -> Iterator[tuple[str, Path]]:
    for path in reply_paths(folder) if folder else ():
        yield f"{REPLIES}{path.relative_to(folder or path).as_posix()}", path


def _rules(folder: Path | None) -> Iterator[tuple[str, Path]]:
    for name in rules_names(folder) if folder else ():
        yield f"{RULES}{name}", (folder or Path()) / name
