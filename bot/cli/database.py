"""`yeban db …`: the database's schema, its copies and its age, while the service goes on.

In: a namespace and settings. Out: what was done, on stdout; an exit code. Never: a second way into the tables.
"""

import argparse
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import sleep

from bot import log
from bot.clock import utc_now
from bot.errors import UsageError
from bot.settings import Settings
from bot.store import care
from bot.words import say

_YOUNGEST = timedelta(days=7)  # as long as a channel may tell an event again: forgotten, it would be new


def run_upgrade(_: argparse.Namespace, settings: Settings) -> int:
    """To the newest schema."""
    before, after = care.upgrade(settings.database_url)
    _note(settings, "db.upgraded", before=before, after=after)
    told = "db.newest" if before == after else "db.upgraded" if before else "db.created"
    print(say(told, before=before, after=after))
    return 0


def run_backup(args: argparse.Namespace, settings: Settings) -> int:
    """Everything into one file."""
    counts = care.back_up(settings.database_url, Path(args.file), utc_now(), force=args.force)
    _note(settings, "db.backed_up", rows=sum(counts.values()))
    print(say("db.backed_up", path=args.file, **_told(counts)))
    return 0


def run_restore(args: argparse.Namespace, settings: Settings) -> int:
    """A backup into an empty database."""
    counts = care.restore(settings.database_url, Path(args.file))
    _note(settings, "db.restored", rows=sum(counts.values()))
    print(say("db.restored", path=args.file, **_told(counts)))
    return 0


def run_prune(args: argparse.Namespace, settings: Settings) -> int:
    """Old, settled history is forgotten; with `--dry-run` only counted."""
    if args.older_than < _YOUNGEST:
        raise UsageError("errors.too_young", least=_YOUNGEST.days)
    before = utc_now() - args.older_than
    if args.dry_run:
        print(say("db.would_prune", days=args.older_than.days, **_told(care.prunable(settings.database_url, before))))
        return 0
    counts = care.prune(settings.database_url, before, sleep)
    _note(settings, "db.pruned", rows=sum(counts.values()), days=args.older_than.days)
    print(say("db.pruned", days=args.older_than.days, **_told(counts)))
    return 0


def _told(counts: Mapping[str, int]) -> dict[str, object]:
    named = [say("db.count", table=say(f"tables.{name}"), count=count) for name, count in counts.items() if count]
    return {"total": sum(counts.values()), "counts": say("join.list").join(named) or say("db.nothing")}


def _note(settings: Settings, event: str, **fields: object) -> None:
    """One line on what an operator did."""
    log.set_up(settings.log_format)
    log.get().info(event, **fields)
