"""`yeban check`: every fault of the operators' files, and, where there is none, the asks that are worth a look.

In: a namespace and settings. Out: lines on stdout, an exit code. Never: a file changed.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.clock import utc_now
from bot.content.check_asks import warnings_of
from bot.content.lint_dates import warnings_of_lint
from bot.content.load import Folders, load_book
from bot.content.replies import ReplyFile, read_reply
from bot.content.rules import RulesFolder, read_rules
from bot.core.book import Book
from bot.errors import ContentError, Fault
from bot.settings import Settings
from bot.words import say

SHOWN = 20  # warnings on a screen; what is told in hundreds is read by nobody


def run_check(args: argparse.Namespace, settings: Settings) -> int:
    """Faults fail the check; warnings only with `--strict`."""
    folders = Folders(Path(args.replies or settings.replies), Path(args.rules or settings.rules))
    try:
        book = load_book(folders)
    except ContentError as error:
        for fault in error.faults:
            print(_as_json(fault) if args.json else fault)
        return 1
    found = [*warnings_of_lint(*_read(folders), utc_now()), *warnings_of(book)]
    _tell(found, book, args)
    return 1 if found and args.strict else 0


def _read(folders: Folders) -> tuple[list[ReplyFile], RulesFolder]:
    """The files themselves, known to be right."""
    paths = sorted(folders.replies.rglob("*.md"))
    shown = [(path, f"replies/{path.relative_to(folders.replies).as_posix()}") for path in paths]
    return [read_reply(path, folders.replies, name) for path, name in shown], read_rules(folders.rules)


def _tell(found: Sequence[Fault], book: Book, args: argparse.Namespace) -> None:
    """The warnings, then what there is in all; JSON always has all of them."""
    clean = {"topics": len(book.topics), "asks": len(book.asks), "faults": 0}
    if args.json:
        print("\n".join([*map(_as_json, found), json.dumps({**clean, "warnings": len(found)})]))
        return
    shown = found if args.all else _most_telling(found)
    print("\n".join([*map(str, shown), *_rest(found, shown), say("check.clean", **clean)]))


def _most_telling(found: Sequence[Fault]) -> list[Fault]:
    """As many of each kind as fit, so that no kind hides another; in the order given."""
    place = Counter[str]()
    ranked: list[tuple[int, int]] = []
    for number, fault in enumerate(found):
        ranked.append((place[fault.code], number))
        place[fault.code] += 1
    return [found[number] for number in sorted(number for _, number in sorted(ranked)[:SHOWN])]


def _rest(found: Sequence[Fault], shown: Sequence[Fault]) -> list[str]:
    """How many of each kind, and how to see those that are not shown."""
    if not found:
        return []
    kinds = Counter(fault.code for fault in found)
    told = say("join.list").join(say("check.kind", name=say(f"check.{code}"), count=kinds[code]) for code in kinds)
    more = [say("check.more", count=len(found) - len(shown))] if len(shown) < len(found) else []
    return [*more, say("check.warnings", count=len(found), kinds=told)]


def _as_json(fault: Fault) -> str:
    told = {
        "path": fault.path, "line": fault.line, "code": fault.code, "what": fault.what, "remedy": fault.remedy,
        "severity": fault.severity,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)
