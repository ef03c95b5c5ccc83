"""`yeban replay`: what changed files would have changed in nights that were.

In: a namespace and settings. Out: lines, JSON or a Markdown file, an exit code. Never: anything written but that file.

A version is `worktree` (the folders as they are), a git revision of the shop's repository, the beginning of a version
that was served (kept in the store), or `recorded`: what buyers were really told. `--json` is told in `replay_words`.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.cli.parser import moment
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.changed import Known, difference, joined, remembering
from bot.content.files import FileSet, read_files
from bot.content.git import commit_at, files_at
from bot.content.load import book_of
from bot.core.agreeing import Verdict
from bot.core.book import Book
from bot.core.outcomes import UNSEEN, Change
from bot.core.replays import Report, Side
from bot.core.rules.kinds import parse_duration
from bot.errors import ContentError, UsageError
from bot.ports import Store
from bot.replay_words import markdown, objects, on_screen
from bot.replaying import Versions, replay
from bot.semantic import encoder
from bot.settings import Settings
from bot.shelf import settle
from bot.store.engine import must_exist
from bot.words import say

WORKTREE, RECORDED = "worktree", "recorded"
#: What `--fail-on` may name.
FAILS = ("any", Verdict.WRONG.value, *(change.value for change in Change if change not in UNSEEN))
_LEAST = 6  # digits of a version


def run_replay(args: argparse.Namespace, settings: Settings) -> int:
    """Exit 1 where something happened that `--fail-on` names."""
    now = utc_now()
    since, until = _bound(args.since, now), _bound(args.until, now) if args.until else now
    if since >= until:
        raise UsageError("errors.days_reversed", since=args.since, until=args.until or say("replay.till_now"))
    wanted = _wanted(args.fail_on)
    must_exist(settings.database_url)

    async def work(store: Store) -> Report:
        return await replay(store, since, until, await _versions(args, settings, store))

    report = with_store(settings, work)
    _tell(report, args)
    if wanted and not report.turns:  # nothing was proven
        sys.stderr.write(f"{say('replay.proves_nothing')}\n")
        return 1
    return 1 if wanted & _happened(report) else 0


def _bound(text: str, now: datetime) -> datetime:
    """A moment, or a span before now such as `7d`."""
    try:
        return now - parse_duration(text.removeprefix("-"))
    except (ValueError, OverflowError):
        return moment(text)


def _wanted(text: str | None) -> set[str]:
    named = {one.strip() for one in text.split(",")} if text else set[str]()
    if unknown := sorted(named - set(FAILS)):
        raise UsageError("errors.fail_on", name=unknown[0], known=say("join.list").join(FAILS))
    return named


def _happened(report: Report) -> set[str]:
    told: Mapping[str, int] = {**report.counts(), Verdict.WRONG.value: report.verdicts()[Verdict.WRONG.value]}
    return {name for name, count in told.items() if count} | ({"any"} if report.seen else set())


async def _versions(args: argparse.Namespace, settings: Settings, store: Store) -> Versions:
    after = await _files(args.to, settings, store)
    if after is None:
        raise UsageError("errors.replay_to")
    named = args.from_ or _usual(settings)
    before = await _files(named, settings, store)
    new = _book(args.to, after, settings)
    old = _book(named, before, settings) if before else None
    sides = Side(named, before.version if before else ""), Side(args.to, after.version)
    found = versions_of(sides, (before, old) if before and old else None, (after, new))
    settle()
    return found


def versions_of(sides: tuple[Side, Side], before: Known | None, after: Known) -> Versions:
    """Without a version before, what was said."""
    if before is None:
        return Versions(*sides, None, remembering(after[1]))
    return Versions(*sides, *joined(before, after), difference(before, after))


def _usual(settings: Settings) -> str:
    """What is committed; without git, what was said."""
    try:
        return "HEAD" if commit_at(settings.replies, "HEAD") and commit_at(settings.rules, "HEAD") else RECORDED
    except UsageError:
        return RECORDED


async def _files(name: str, settings: Settings, store: Store) -> FileSet | None:
    """None for what is recorded. A revision of git's comes before a version of the store's."""
    if name == RECORDED:
        return None
    if name == WORKTREE:
        return read_files(settings.replies, settings.rules)
    try:
        return files_at(settings.replies, settings.rules, name)
    except UsageError:
        kept = await store.kept_set(name) if len(name) >= _LEAST else None
        if kept is None:
            raise
        return kept


def _book(name: str, files: FileSet, settings: Settings) -> Book:
    try:
        return book_of(files, encode=encoder() if settings.semantic else None)
    except ContentError:
        sys.stderr.write(say("replay.faulty", name=name) + "\n")
        raise


def _tell(report: Report, args: argparse.Namespace) -> None:
    if args.md:
        _write(args.md, "\n".join(markdown(report, args.limit)) + "\n")
    if args.json:
        print("\n".join(json.dumps(one, ensure_ascii=False) for one in objects(report)))
    else:
        print("\n".join(on_screen(report, args.limit)))


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError("errors.no_file", path=path, problem=type(error).__name__) from error
