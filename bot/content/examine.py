"""The operators' folders looked through: everything wrong with them at once, whatever else is wrong.

In: the files of one moment. Out: what could be read, all faults, and what is worth a look. Never: a check left
out because another file is broken, unless it rests on just that file; a fault that only follows from another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.content.calendar import works_of
from bot.content.check import faults_across
from bot.content.files import REPLIES, FileSet, Folders, read_files
from bot.content.kept import of_a_set
from bot.content.packs import faults_of_packs
from bot.content.replies import ReplyFile, read_reply_partly
from bot.content.rules import RulesFolder, rules_partly
from bot.content.unknown import Unjudged
from bot.core.book import Workdays
from bot.errors import Fault

#: Codes of what is worth a look and no fault.
WARNINGS = ("lint", "long_over", "stray_file")
#: Faults that may only be there because a topic's file has another; the parameter that names the topic.
_OF_TOPICS = {"flow_no_variant": "topic", "nothing_to_tell": "name", "nothing_of_several": "name"}


@dataclass(frozen=True, slots=True)
class Examined:
    """`replies` and `rules` are whole where there are no `faults`; `warnings` keep nothing from being loaded."""

    replies: tuple[ReplyFile, ...]
    rules: RulesFolder
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def examine(folders: Folders) -> Examined:
    """Read and check everything."""
    return examine_files(read_files(folders.replies, folders.rules))


def examine_files(files: FileSet) -> Examined:
    """Check everything."""
    read = [read_reply_partly(files, path) for path in files.below(REPLIES)]
    replies = tuple(reply for reply, _ in read)
    rules, wrong = rules_partly(files)
    found = [fault for _, faults in read for fault in faults] + list(wrong)
    if replies:
        found += [fault for fault in _across(replies, rules) if not _follows(fault, replies)]
    else:
        found.append(Fault("replies", 1, "no_replies", {"folder": REPLIES}))
    found += files.strays
    return Examined(replies, rules, _of(found, "fault"), _of(found, "warning"))


def _across(replies: Sequence[ReplyFile], rules: RulesFolder) -> Iterable[Fault]:
    return (*faults_across(replies, rules, _works(rules)), *faults_of_packs(replies, rules))


def _of(found: Iterable[Fault], severity: str) -> tuple[Fault, ...]:
    """In the order of files and lines, each once."""
    told = {(str(fault), fault.code): fault for fault in found if fault.severity == severity}
    return tuple(sorted(told.values()))


@of_a_set
def _works(rules: RulesFolder) -> Workdays:
    """The shop's calendar; where its file has a fault, no day is known."""
    try:
        return works_of(rules.rules)
    except Unjudged:
        return _unknown_day


def _unknown_day(_: date) -> bool:
    raise Unjudged


def _follows(fault: Fault, replies: Sequence[ReplyFile]) -> bool:
    """Whether a fault is none once another file is put right."""
    named = fault.params.get(_OF_TOPICS.get(fault.code, ""))
    return any(reply.topic.name == named and reply.doubts for reply in replies)
