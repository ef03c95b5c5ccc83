"""What an operator does to a whole database, while the service goes on.

In: a database URL, paths and times. Out: what was done. Never: a connection left open.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.store import archive, engine
from bot.store import prune as pruning
from bot.store.dump import Dump
from bot.store.load import load

Counts = Mapping[str, int]


def upgrade(url: str) -> tuple[str | None, str]:
    """Bring the schema to its newest version: from which, to which."""
    with _opened(url) as engines:
        return engine.upgrade(engines.write)


def back_up(url: str, path: Path, at: datetime, *, force: bool) -> Counts:
    """Everything, as it was at one moment, in one file; how many rows of each table. The schema is left as it is."""
    engine.must_exist(url)
    with _opened(url) as engines, engine.down_is_told(), engines.read.begin() as connection:
        dump = Dump(connection, at)
        archive.write(path, dump, force=force)
        return dump.counts


def restore(url: str, path: Path) -> Counts:
    """A backup into an empty database of either kind, all of it or nothing."""
    with _opened(url) as engines, engine.down_is_told(), engines.write.begin() as connection:
        return load(connection, archive.read(path))


def prune(url: str, before: datetime, pause: Callable[[float], None]) -> Counts:
    """Forget what was settled before a moment and nothing refers to any more; how many rows of each table."""
    engine.must_exist(url)
    with _opened(url) as engines:
        engine.upgrade(engines.write)
        return pruning.prune(engines, before, pause)


def prunable(url: str, before: datetime) -> Counts:
    """What `prune` would forget now."""
    engine.must_exist(url)
    with _opened(url) as engines:
        engine.upgrade(engines.write)
        return pruning.count(engines, before)


@contextmanager
def _opened(url: str) -> Iterator[engine.Engines]:
    engines = engine.as_it_is(url)
    try:
        yield engines
    finally:
        engines.dispose()
