"""The book in use, and the operators' folders it may follow: read whole, judged whole, never replaced by a broken one.

In: the folders, or files that the store has kept. Out: the current book; what of the folders is not served, and why.
Never: a book with a fault; which version is to be served (see `agreeing`).
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.content.files import FileSet, read_files
from bot.content.load import Folders, book_of
from bot.content.provenance import commit_of, is_git_busy, reflog_of
from bot.core.book import Book
from bot.errors import Fault

Mark = tuple[str, int, int]
Fingerprint = frozenset[Mark]
#: Files and their commit made a book, or a `ContentError`.
Make = Callable[[FileSet, str | None], Book]
_YIELDS_SECONDS = 0.001
_AT_HAND = 2  # each takes some 100 MB


@dataclass(frozen=True, slots=True)
class Found:
    """The folders at one moment."""

    files: FileSet
    commit: str | None
    seen: Fingerprint


class Unserved(StrEnum):
    """`FAULTS`: the files do not check clean. `TAKEN_BACK`: a person rolled back from them. `OLD`: others were served
    after them already, when the process began. `UNFIT`: what is served does not check clean in this process."""

    FAULTS = "faults"
    TAKEN_BACK = "taken_back"
    OLD = "old"
    UNFIT = "unfit"


#: What people must see to; the others they have chosen themselves.
TROUBLES = frozenset({Unserved.FAULTS, Unserved.UNFIT})


@dataclass(frozen=True, slots=True)
class Standstill:
    """Files of a version are not in use here, since when and why."""

    why: Unserved
    version: str
    since: datetime
    faults: tuple[Fault, ...] = ()


class Shelf:
    """`book()` is the set of this moment. The first is of `files`, or read from the folders; `ContentError` holds its
    faults.
    `standstills`: what is not in use here, by where it was found."""

    def __init__(
        self, folders: Folders, make: Make = book_of, files: FileSet | None = None, commit: str | None = None
    ) -> None:
        self._places = (folders.replies, folders.rules)
        self._make = make
        self._reflogs = [path for folder in self._places if (path := reflog_of(folder))]
        self._book = make(files, commit) if files else make(read_files(*self._places), commit_of(*self._places))
        self._at_hand: tuple[Book, ...] = (self._book,)
        self.standstills: dict[str, Standstill] = {}
        settle()

    def book(self) -> Book:
        return self._book

    def stands(self) -> Sequence[Standstill]:
        """What is not in use here, and why."""
        return list(self.standstills.values())

    def is_newest(self) -> bool:
        """False while there are newer files that do not check clean."""
        return not any(one.why in TROUBLES for one in self.standstills.values())

    def look(self) -> Fingerprint:
        """What tells that a file was changed, added or taken away, or that files were committed. Each second's look: no
        path is made an object."""
        found = {mark for folder in self._places for mark in _marks(str(folder))}
        return frozenset(found.union(*(_mark(str(path), path.stat) for path in self._reflogs)))

    def find(self, *, patient: bool = True) -> Found | None:
        """The folders; None where they were written to meanwhile, or for the patient, where git is at work there."""
        seen, commit, files = self.look(), commit_of(*self._places), read_files(*self._places)
        if patient and any(map(is_git_busy, self._places)):
            return None
        is_still = (self.look(), commit_of(*self._places)) == (seen, commit)
        return Found(files, commit, seen) if is_still else None

    def made(self, files: FileSet, commit: str | None) -> Book:
        """Their book, made in a way that lets other threads pass; `ContentError` holds all faults. What was served
        just now is still at hand."""
        for one in self._at_hand:
            if one.version == files.version:
                return one if one.commit or not commit else replace(one, commit=commit)
        with _lets_pass():
            made = self._make(files, commit)
        self._at_hand = (made, *self._at_hand[: _AT_HAND - 1])
        return made

    def put(self, book: Book) -> None:
        """From now on this one, for whatever begins; what has begun goes on with the one that it took."""
        self._book = book
        self._at_hand = (book, *[one for one in self._at_hand if one.version != book.version][: _AT_HAND - 1])
        settle()


@contextmanager
def _lets_pass() -> Iterator[None]:
    """To make a book keeps the interpreter busy for a second or more; whoever answers buyers meanwhile waits for no
    more than a moment at a time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_YIELDS_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def settle() -> None:
    """A book is millions of objects that stay: no collection of garbage need look at them again, and processes that
    are forked from this one share them."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _marks(folder: str) -> Iterator[Mark]:
    """What is taken away while we look is not there; the next look tells. What may not be read, the check tells."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)  # a link is refused, and may lead back here
            yield from _marks(entry.path) if is_folder else _mark(entry.path, entry.stat)


def _mark(path: str, ask: Callable[[], os.stat_result]) -> Iterator[Mark]:
    with suppress(OSError):
        state = ask()
        yield path, state.st_mtime_ns, state.st_size
