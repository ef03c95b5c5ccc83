"""The book in use: read once, read anew when the operators' files change, never replaced by a broken one.

In: the folders. Out: the current book. Never: a book with a fault.
"""

import asyncio
import gc
import os
from collections.abc import Iterator
from contextlib import suppress

import structlog

from bot.content.load import Folders, load_book
from bot.core.book import Book
from bot.core.vectors import Encode
from bot.errors import ContentError

Fingerprint = frozenset[tuple[str, int, int]]


class Shelf:
    """`book()` is the good set of this moment; `tick` looks whether there is a newer one."""

    def __init__(
        self, folders: Folders, log: structlog.typing.FilteringBoundLogger, encode: Encode | None = None
    ) -> None:
        self._folders = folders
        self._encode = encode
        self._log = log
        self._seen = fingerprint(folders)
        self._book = load_book(folders, encode)
        self._is_newest = True
        settle()

    def book(self) -> Book:
        return self._book

    def is_newest(self) -> bool:
        """Whether the files as they are now are the ones in use; false after a broken change."""
        return self._is_newest

    async def tick(self) -> bool:
        """Take up changed files if they are good, and say all faults if they are not; whether the book changed."""
        seen = await asyncio.to_thread(fingerprint, self._folders)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self._book = await asyncio.to_thread(load_book, self._folders, self._encode)
        except ContentError as error:
            self._is_newest = False
            self._log.error("book.refused", faults=[str(fault) for fault in error.faults])
            return False
        self._is_newest = True
        settle()
        self._log.info(
            "book.loaded", topics=len(self._book.topics), asks=len(self._book.asks), commit=self._book.commit
        )
        return True


def settle() -> None:
    """A book is millions of objects that stay: no collection of garbage need look at them again, and processes that
    are forked from this one share them."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def fingerprint(folders: Folders) -> Fingerprint:
    """What tells that a file was changed, added or taken away. Each second's look: no path is made an object."""
    return frozenset(mark for folder in (folders.replies, folders.rules) for mark in _marks(str(folder)))


def _marks(folder: str) -> Iterator[tuple[str, int, int]]:
    """What is taken away while we look is not there; the next look tells."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _marks(entry.path)
            else:
                yield from _mark(entry)


def _mark(entry: os.DirEntry[str]) -> Iterator[tuple[str, int, int]]:
    with suppress(FileNotFoundError):
        state = entry.stat()
        yield entry.path, state.st_mtime_ns, state.st_size
