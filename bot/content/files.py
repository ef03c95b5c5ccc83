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
from bot.content.unreadable import Problem, fault_of, problem_of, shown_path, undecoded
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
    """`path` as people are told it; `raw` is None where there is none, or where it could not be read. With a `problem`
    it is never said."""

    path: str
    raw: bytes | None
    problem: Problem | None = None

    def text(self) -> str:
        """With plain line ends; `ContentError` where it is missing or cannot be read."""
        if self.problem:
            raise ContentError((fault_of(self.path, self.problem),))
        if self.raw is None:
            raise self._wrong("missing_file")
        if len(self.raw) > LONGEST:
            raise self._wrong("too_long_file", most=LONGEST // 1024)
        try:
            text = self.raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            raise ContentError((undecoded(self.path, self.raw, error),)) from error
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
    that are there and are not to be read, and why; `strays`: what lies beside them and is not read."""

    texts: Mapping[str, bytes]
    unreadable: Mapping[str, Problem] = field(default_factory=dict)
    strays: tuple[Fault, ...] = field(default=(), compare=False)

    @property
    def version(self) -> str:
        """The same files have the same version on every machine: SHA-256 over paths, lengths and bytes. Files that are
        not to be read make it another."""
        told = sha256()
        for path, text in sorted(self.texts.items()):
            told.update(f"{path}\0{len(text)}\0".encode("utf-8", "surrogatepass") + text)
        for path, problem in sorted(self.unreadable.items()):
            told.update(f"{path}\0{problem}\0".encode("utf-8", "surrogatepass"))
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
    texts, unreadable = dict[str, bytes](), dict[str, Problem]()
    for name, path in (*_replies(replies), *_rules(rules)):
        shown = shown_path(name)
        if problem := refused(name, is_link=path.is_symlink()):
            unreadable[shown] = problem
        try:
            if not problem or (path.is_file() and not _is_twice(path, replies)):
                texts[shown] = path.read_bytes()
        except OSError as error:
            unreadable.setdefault(shown, problem_of(error))
    return FileSet(texts, unreadable, tuple(strays(replies)) if replies else ())


def _is_twice(path: Path, folder: Path | None) -> bool:
    """What a link leads to is read to know what it names itself, unless it is found there, too."""
    return path.is_symlink() and folder is not None and path.resolve().is_relative_to(folder.resolve())


def refused(name: str, *, is_link: bool) -> Problem | None:
    """Why a file is not read, whatever it says."""
    if shown_path(name) != name:
        return Problem.NAME
    return Problem.LINK if is_link else None


def belongs(path: str, *, is_link: bool = False) -> bool:
    """Whether a path, as people are told it, is that of one of the operators' files; a link may lead to a folder."""
    folder, *within = path.split("/")
    if not within or is_aside(Path(path)):
        return False
    if f"{folder}/" == REPLIES:
        return (is_link or path.endswith(".md")) and not any(part.startswith(".") for part in within)
    return f"{folder}/" == RULES and len(within) == 1


def _replies(folder: Path | None) -> Iterator[tuple[str, Path]]:
    for path in reply_paths(folder) if folder else ():
        yield f"{REPLIES}{path.relative_to(folder or path).as_posix()}", path


def _rules(folder: Path | None) -> Iterator[tuple[str, Path]]:
    for name in rules_names(folder) if folder else ():
        yield f"{RULES}{name}", (folder or Path()) / name
