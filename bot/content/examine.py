"""The operators' folders looked through: everything wrong with them at once, whatever else is wrong.

In: the folders of replies and rules. Out: what could be read, all faults, and what is worth a look. Never: a check left
out because another file is broken, unless it rests on just that file; a fault that only follows from another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content.calendar import works_of
from bot.content.check import faults_across
from bot.content.folder import reply_paths, strays
from bot.content.packs import faults_of_packs
from bot.content.replies import ReplyFile, read_reply_partly
from bot.content.rules import RulesFolder, read_rules_partly
from bot.content.unknown import Unjudged
from bot.core.book import Workdays
from bot.core.rules import Rules
from bot.errors import Fault

#: Codes of what is worth a look and no fault.
WARNINGS = ("lint", "long_over", "stray_file")
#: Faults that may only be there because a file of another name could not be read.
_OF_INTENTS = frozenset({"unknown_intent", "unknown_under"})
#: The same of a topic's variants; the parameter that names the topic.
_OF_VARIANTS = {"flow_no_variant": "topic", "nothing_to_tell": "name", "nothing_of_several": "name"}


@dataclass(frozen=True, slots=True)
class Folders:
    replies: Path
    rules: Path


@dataclass(frozen=True, slots=True)
class Examined:
    """`replies` and `rules` are whole where there are no `faults`; `warnings` keep nothing from being loaded."""

    replies: tuple[ReplyFile, ...]
    rules: RulesFolder
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def examine(folders: Folders) -> Examined:
    """Read and check everything."""
    read = [
        read_reply_partly(path, folders.replies, f"replies/{path.relative_to(folders.replies).as_posix()}")
        for path in reply_paths(folders.replies)
    ]
    replies = tuple(reply for reply, _ in read)
    rules, wrong = read_rules_partly(folders.rules)
    found = [fault for _, faults in read for fault in faults] + list(wrong)
    if replies:
        found += [fault for fault in _across(replies, rules) if not _follows(fault, replies)]
    else:
        found.append(Fault("replies", 1, "no_replies", {"folder": str(folders.replies)}))
    found += strays(folders.replies)
    return Examined(replies, rules, _of(found, "fault"), _of(found, "warning"))


def _across(replies: Sequence[ReplyFile], rules: RulesFolder) -> Iterable[Fault]:
    return (*faults_across(replies, rules, _works(rules.rules)), *faults_of_packs(replies, rules))


def _of(found: Iterable[Fault], severity: str) -> tuple[Fault, ...]:
    """In the order of files and lines, each once."""
    told = {(str(fault), fault.code): fault for fault in found if fault.severity == severity}
    return tuple(sorted(told.values()))


def _works(rules: Rules) -> Workdays:
    """The shop's calendar; where its file has a fault, no day is known."""
    try:
        return works_of(rules)
    except Unjudged:
        return _unknown_day


def _unknown_day(_: date) -> bool:
    raise Unjudged


def _follows(fault: Fault, replies: Sequence[ReplyFile]) -> bool:
    """Whether a fault is none once another file is put right."""
    if fault.code in _OF_INTENTS:
        return any(reply.is_nameless for reply in replies)
    named = fault.params.get(_OF_VARIANTS.get(fault.code, ""))
    return any(reply.topic.name == named and reply.doubts for reply in replies)
