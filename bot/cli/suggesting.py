"""`yeban suggest`: from what could not be answered, a patch of the reply files that people review.

In: a namespace and settings. Out: lines or JSON on stdout, a patch in the file that was named, an exit code. Never: a
reply file touched.

`--json` is described in `proposal_words.py`.
"""

import argparse
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.span import span_of
from bot.cli.stored import with_store
from bot.cli.trying import book_of
from bot.clock import utc_now
from bot.content.proposed import Patch, patch_of
from bot.core.walltime import local_day
from bot.errors import UsageError, YebanError
from bot.proposal_words import header, plain, report
from bot.proposing import Suggestions, suggestions
from bot.semantic import encoder
from bot.settings import Settings
from bot.words import say

DAYS = 30  # what is open stays worth answering for longer than a week


def run_suggest(args: argparse.Namespace, settings: Settings) -> int:
    """Groups of open questions, each with what might be written."""
    out = _outside(args.out, settings.replies) if args.out else None
    book = book_of(settings)
    zone = ZoneInfo(book.rules.shop.timezone)
    since, until, span = span_of(args, local_day(utc_now(), zone), DAYS, zone)
    encode = encoder() if settings.semantic else None
    told = with_store(settings, lambda store: suggestions(store, book, *span, args.least, encode))
    patch = patch_of([one.proposal for one in told.found], settings.replies)
    if out and patch.text:
        _write(out, header(told, patch, since, until) + patch.text)
    if args.json:
        print(json.dumps(plain(told, patch, since, until), ensure_ascii=False))
    else:
        print("\n".join((*report(told, patch, since, until), *_ending(told, patch, out))))
    return 0


def _outside(name: str, replies: Path) -> Path:
    """Where to write; not among the operators' files, of which every one is read. Raises `UsageError`."""
    out = Path(name)
    if out.resolve().is_relative_to(replies.resolve()):
        raise UsageError("suggest.inside", out=name)
    return out


def _write(out: Path, text: str) -> None:
    try:
        out.write_bytes(text.encode())
    except OSError as error:
        raise YebanError("suggest.unwritable", out=out, problem=error.strerror or "") from error


def _ending(told: Suggestions, patch: Patch, out: Path | None) -> list[str]:
    """What to do next."""
    if not patch.text:
        return [say("suggest.nothing")] if told.found else []
    counts = {"files": patch.files, "lines": patch.lines}
    return [say("suggest.written", out=out, **counts) if out else say("suggest.not_written", **counts)]
