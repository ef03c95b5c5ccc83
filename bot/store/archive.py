"""A backup's file: there whole or not at all, and only for its owner's eyes.

In: a path and lines. Out: a gzip file of them on disk, or its lines. Never: a file that ends half-way under its name.
"""

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from bot.errors import YebanError


def write(path: Path, told: Iterable[str], *, force: bool) -> None:
    """Beside its place first (mode 0600: it has buyers' words), then on disk, then under its name."""
    with _files_are_told(path):
        _refuse(path, force=force)
        handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                _pack(file, told)
            _refuse(path, force=force)
            beside.replace(path)
            _persist(path.parent)
        finally:
            beside.unlink(missing_ok=True)


def read(path: Path) -> Iterator[str]:
    """Its lines; a `ValueError` where the packing is broken."""
    with (
        _files_are_told(path),
        path.open("rb") as file,
        gzip.open(file, "rt", encoding="ascii", newline="\n") as packed,
    ):
        try:
            yield from packed
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(path) from error


def _refuse(path: Path, *, force: bool) -> None:
    if path.exists() and not (force and path.is_file()):
        raise YebanError("errors.file_exists", path=path)


def _pack(file: BinaryIO, told: Iterable[str]) -> None:
    with gzip.open(file, "wt", encoding="ascii", newline="\n") as packed:
        packed.writelines(f"{line}\n" for line in told)
    file.flush()
    os.fsync(file.fileno())


def _persist(folder: Path) -> None:
    """The new name too is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _files_are_told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise YebanError("errors.no_file", path=path, problem=type(error).__name__) from error
