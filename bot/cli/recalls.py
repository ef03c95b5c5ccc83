"""`yeban recall`: which buyers were told lines of the reply files, and one word more to them.

In: a namespace and settings. Out: lines or JSON on stdout, an exit code. Never: a word that was not shown before; a
buyer's words or numbers unmasked.

`--json`: `{"line": {"source", "topic", "variant", "text", "version"}, "lines": [all that are meant, of which "line" is
the first], "messages": [{"id", "conversation_id", "buyer_id", "at", "source", "version", "commit", "text"}], "unsure":
how many, "damaged": how many, "follow_up": null or {"topic", "queued": how many, or null in a dry run, "messages":
[{"id", "conversation_id", "buyer_id", "text"}], "held", "told", "lost", "wordless": ids of conversations}}`.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cli.parser import SHOP_ZONE, moment
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.files import REPLIES, FileSet, read_files
from bot.content.git import files_at
from bot.content.load import book_of
from bot.content.provenance import commit_of
from bot.core.masking import mask_text
from bot.errors import UsageError, YebanError
from bot.lines import Line, lines_of, place_of
from bot.ports import Store
from bot.proving import Prover
from bot.recalling import FollowUp, Found, Got, follow_up, send, who_got
from bot.settings import Settings
from bot.words import say

BY = "cli"
_DATE = len("2026-11-22")
_SHOWN = 60  # characters
_LINE = ("source", "topic", "variant", "text", "version")


@dataclass(frozen=True, slots=True)
class Recall:
    """What came of it; `queued`: None in a dry run."""

    lines: Sequence[Line]
    found: Found
    more: FollowUp | None = None
    queued: int | None = None


def run_recall(args: argparse.Namespace, settings: Settings) -> int:
    """Who got the line; with `--say` what would be said to them, with `--send` it is."""
    if args.send and not args.say:
        raise UsageError("errors.recall_send")
    if args.version and args.commit:
        raise UsageError("errors.recall_one")
    recall = with_store(settings, lambda store: _recall(store, args, settings))
    print(_as_json(recall) if args.json else "\n".join(_lines(recall, args.limit)))
    return 0


async def _recall(store: Store, args: argparse.Namespace, settings: Settings) -> Recall:
    places, period = [place_of(one) for one in args.line], _period(args)
    lines = await lines_of(store, places, await _files(store, args, settings))
    found = await who_got(store, lines, *period)
    if not args.say:
        return Recall(lines, found)
    topic, now = args.say.removeprefix(REPLIES).removesuffix(".md"), utc_now()
    today = read_files(settings.replies, settings.rules)
    book = book_of(today, commit_of(settings.replies, settings.rules))
    more = await follow_up(store, found, lines, topic, book, now)
    queued = await send(store, more, book, today, BY, now) if args.send else None
    return Recall(lines, found, more, queued)


async def _files(store: Store, args: argparse.Namespace, settings: Settings) -> FileSet:
    """The set that the lines are meant in. Raises `YebanError` where it is not to be had."""
    folders = settings.replies, settings.rules
    if args.commit:
        return files_at(*folders, args.commit)
    if not args.version:
        return read_files(*folders)
    files = await Prover(store, *folders).files(args.version, None)
    if files is None:
        raise YebanError("errors.recall_version", version=args.version)
    return files


def _period(args: argparse.Namespace) -> tuple[datetime | None, datetime | None]:
    """A bare date as the end is meant with its day. Raises `UsageError`."""
    since = moment(args.since) if args.since else None
    until = moment(args.until) if args.until else None
    if until and len(args.until) == _DATE:
        until += timedelta(days=1)
    if since and until and since >= until:
        raise UsageError("errors.days_reversed", since=args.since, until=args.until)
    return since, until


def _as_json(recall: Recall) -> str:
    more, lines = recall.more, [{name: getattr(line, name) for name in _LINE} for line in recall.lines]
    told = {
        "line": lines[0],
        "lines": lines,
        "messages": [_told(got) for got in recall.found.got],
        "unsure": recall.found.unsure,
        "damaged": recall.found.damaged,
        "follow_up": more and {
            "topic": more.topic, "queued": recall.queued, "messages": _shown(more),
            "held": more.held, "told": more.told, "lost": more.lost, "wordless": more.wordless,
        },
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def _told(got: Got) -> dict[str, object]:
    one = got.message
    return {
        "id": one.id, "conversation_id": one.conversation_id, "buyer_id": one.buyer_id, "at": one.at.isoformat(),
        "source": got.source, "version": got.version, "commit": got.commit, "text": mask_text(one.text),
    }  # fmt: skip


def _shown(more: FollowUp) -> Sequence[Mapping[str, object]]:
    """The commands as people look at them."""
    names = ("id", "conversation_id", "buyer_id", "text")
    return [{name: one.data[name] for name in names} for one in more.commands]


def _lines(recall: Recall, limit: int) -> Iterator[str]:
    got = recall.found.got
    for line in recall.lines:
        told = {name: getattr(line, name) for name in _LINE}
        yield say("recall.line", **{**told, "text": _short(line.text)})
    yield from (_line(one) for one in got[:limit])
    if got[limit:]:
        yield say("recall.cut", count=len(got) - limit)
    buyers = {one.message.buyer_id for one in got}
    talks = {(one.message.channel, one.message.conversation_id) for one in got}
    yield say("recall.sum", messages=len(got), talks=len(talks), buyers=len(buyers))
    if recall.found.unsure:
        yield say("recall.unsure", count=recall.found.unsure)
    if recall.found.damaged:
        yield say("recall.damaged", count=recall.found.damaged)
    if recall.more:
        yield from _more(recall, recall.more, limit)


def _line(got: Got) -> str:
    one = got.message
    return say(
        "recall.message",
        at=one.at.astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M"),
        talk=one.conversation_id,
        buyer=one.buyer_id,
        source=got.source,
        version=got.commit or got.version,
        text=_short(mask_text(one.text)),
    )


def _more(recall: Recall, more: FollowUp, limit: int) -> Iterator[str]:
    sent, count = recall.queued is not None, len(more.commands) if recall.queued is None else recall.queued
    yield say("recall.sent" if sent else "recall.would", topic=more.topic, count=count)
    for one in _shown(more)[:limit]:
        yield say("recall.to", talk=one["conversation_id"], buyer=one["buyer_id"], text=one["text"])
    for name, talks in (("held", more.held), ("told", more.told), ("lost", more.lost), ("wordless", more.wordless)):
        if talks:
            yield say(f"recall.{name}", count=len(talks), talks=say("join.list").join(talks[:limit]))
    if not sent and more.commands:
        yield say("recall.dry")


def _short(text: str) -> str:
    """One line that leaves the terminal as it is."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
