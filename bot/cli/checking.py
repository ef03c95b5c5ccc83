"""`yeban check`: every fault of the operators' files, and on demand the asks that are worth a look.

In: a namespace and settings. Out: lines on stdout, an exit code. Never: a file changed.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from bot.cli.annotations import gitee, github
from bot.cli.folders import as_json, chosen, looked_at, shown
from bot.clock import utc_now
from bot.content.examine import WARNINGS, Examined, examine
from bot.content.files import Folders
from bot.content.lint_dates import long_over
from bot.content.typed import nearest
from bot.content.unknown import soundly
from bot.errors import Fault, UsageError
from bot.garbage import ungathered
from bot.settings import Settings
from bot.words import say

SHOWN = 20  # warnings on a screen; what is told in hundreds is read by nobody
#: Warnings of which the judge must learn all asks first: seconds, where everything else takes one.
OF_ASKS = ("weak_intent", "few_asks", "shadowed_ask", "near_tie", "flagged_ask", "human_ask", "duplicate_ask")


@dataclass(frozen=True, slots=True)
class Found:
    """`told` is what is wrong and what is worth a look, in this order; `clean`: the files themselves have no fault."""

    told: tuple[Fault, ...]
    counts: dict[str, int]
    clean: bool
    judged: bool

    @property
    def faults(self) -> list[Fault]:
        return [one for one in self.told if one.severity == "fault"]

    @property
    def warnings(self) -> list[Fault]:
        return [one for one in self.told if one.severity == "warning"]


def run_check(args: argparse.Namespace, settings: Settings) -> int:
    """Faults fail the check; warnings that are named with `--error`, or all with `--strict`, are faults."""
    form = _form(args)
    errors = _errors(args)
    folders = chosen(args, settings)
    found = _look(folders, errors, asks=bool(args.warnings or args.all or errors & {*OF_ASKS}))
    print(_shown(found, form, folders, looked_at(args, settings, folders), everything=args.all))
    return 1 if found.faults else 0


def _form(args: argparse.Namespace) -> str:
    if args.json and args.format not in {None, "json"}:
        raise UsageError("errors.check_form", form=args.format)
    return "json" if as_json(args) else args.format or "text"


def _errors(args: argparse.Namespace) -> frozenset[str]:
    """The codes of warnings that fail the check."""
    known = [*WARNINGS, *OF_ASKS]
    named = [code.strip() for given in args.error or () for code in given.split(",")]
    for code in named:
        if code not in known:
            raise UsageError("errors.check_code", code=code, nearest=nearest(code, known), known=", ".join(known))
    return frozenset(known if args.strict else named)


def _look(folders: Folders, errors: frozenset[str], *, asks: bool) -> Found:
    """Asks are judged only where the files are good: a broken set teaches nothing."""
    with ungathered():
        examined = examine(folders)
    judged = asks and not examined.faults
    over = soundly(lambda: long_over(examined.replies, examined.rules, utc_now()))
    warnings = [*examined.warnings, *over, *(_of_asks(examined) if judged else ())]
    raised = [replace(one, severity="fault") for one in warnings if one.code in errors]
    told = (*examined.faults, *raised, *(one for one in warnings if one.code not in errors))
    return Found(told, _counts(examined), not examined.faults, judged)


def _of_asks(examined: Examined) -> list[Fault]:
    """Its module is loaded only then: it takes as long to load as everything else together."""
    found: list[Fault] = import_module("bot.cli.judging").judged(examined)
    return found


def _counts(examined: Examined) -> dict[str, int]:
    topics = [reply.topic for reply in examined.replies]
    return {"topics": len(topics), "asks": sum(len(topic.asks) + len(topic.not_asks) for topic in topics)}


def _shown(found: Found, form: str, folders: Folders, where: str, *, everything: bool) -> str:
    placed = [(one, _below(one.path, folders)) for one in found.told]
    if form == "json":
        return "\n".join([*map(_as_json, found.told), *([_summary(found, folders)] if found.clean else [])])
    if form == "github":
        return "\n".join([*(github(*one) for one in placed), where, _head(found)])
    if form == "gitee":
        return gitee(placed, say("check.at", head=_head(found), where=where))
    some = found.warnings if everything else _most_telling(found.warnings)
    lines = [*map(str, found.faults), *(_warned(one) for one in some)]
    return "\n".join([where, *lines, *_rest(found.warnings, some), _head(found)])


def _below(path: str, folders: Folders) -> str:
    """Where a file lies below the working folder, as a code host knows it; elsewhere, as people are told of it."""
    top, _, rest = path.partition("/")
    file = {"replies": folders.replies, "rules": folders.rules}[top] / rest
    here, there = Path.cwd(), file.parent.resolve() / file.name  # the place of a link, and not where it leads
    return there.relative_to(here).as_posix() if there.is_relative_to(here) else path


def _warned(fault: Fault) -> str:
    return f"{fault.path}:{fault.line}  {say('check.mark')}{fault.what}  {fault.remedy}"


def _head(found: Found) -> str:
    """In one line what came of it, and what was not looked at."""
    if found.faults:
        told = say("check.faults", count=len(found.faults), files=len({one.path for one in found.faults}))
    else:
        told = say("check.clean", faults=0, **found.counts)
    return told if found.judged else f"{told}{say('check.unjudged' if found.clean else 'check.again')}"


def _summary(found: Found, folders: Folders) -> str:
    told = {
        **found.counts, "faults": len(found.faults), "warnings": len(found.warnings), "asks_judged": found.judged,
        "replies": shown(folders.replies), "rules": shown(folders.rules),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def _most_telling(found: Sequence[Fault]) -> list[Fault]:
    """As many of each kind as fit, so that no kind hides another; in the order given."""
    place = Counter[str]()
    ranked: list[tuple[int, int]] = []
    for number, fault in enumerate(found):
        ranked.append((place[fault.code], number))
        place[fault.code] += 1
    return [found[number] for number in sorted(number for _, number in sorted(ranked)[:SHOWN])]


def _rest(found: Sequence[Fault], shown: Sequence[Fault]) -> Iterable[str]:
    """How many of each kind, and how to see those that are not shown."""
    if not found:
        return
    kinds = Counter(fault.code for fault in found)
    told = say("join.list").join(say("check.kind", name=say(f"check.{code}"), count=kinds[code]) for code in kinds)
    if len(shown) < len(found):
        yield say("check.more", count=len(found) - len(shown))
    yield say("check.warnings", count=len(found), kinds=told)


def _as_json(fault: Fault) -> str:
    told = {
        "path": fault.path, "line": fault.line, "code": fault.code, "what": fault.what, "remedy": fault.remedy,
        "severity": fault.severity,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)
