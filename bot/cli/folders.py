"""Which of the operators' folders a command looks at, said where somebody might take them for others.

In: a namespace and settings. Out: the folders, a line on stderr. Never: the files that are installed with the software
taken for the shop's without a word.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.content.files import Folders
from bot.errors import UsageError
from bot.settings import Settings
from bot.words import say

_VARIABLES = {"replies": "YEBAN_REPLIES_DIR", "rules": "YEBAN_RULES_DIR"}
#: Commands by which operators judge files or ask them. A check says on its screen which ones it looked at.
_JUDGING = frozenset({"check", "replay", "recall", "suggest", "coverage", "try", "eval", "chat", "catalogue", "roster"})
#: Commands that look at neither folder: the kill switch, the way back, erasure and the locks must obey whatever became
#: of the files.
_LOOK_AT_NEITHER = frozenset(
    {
        "init", "schema", "pause", "resume", "releases", "rollback", "outbox", "outbox retry", "outbox drop",
        "db upgrade", "db backup", "db restore", "db prune", "buyer show", "buyer export", "buyer erase",
        "agent passwd", "agent role", "agent disable", "agent enable", "agent list",
    }
)  # fmt: skip
#: Forms of a check that people do not watch.
_CI = frozenset({"github", "gitee"})


def refuse_half(args: argparse.Namespace, settings: Settings) -> None:
    """`UsageError` where one of the shop's folders is here and the other is neither here nor named: the software's own
    beside the shop's would be a shop that nobody has."""
    if args.command in _LOOK_AT_NEITHER:
        return
    here, missing = Path.cwd(), assumed(args, settings)
    there = [name for name in _VARIABLES if (here / name).is_dir()]
    if there and missing:
        raise UsageError("folders.half", here=here, there=there[0], missing=missing[0], variable=_VARIABLES[missing[0]])


def chosen(args: argparse.Namespace, settings: Settings) -> Folders:
    """The folders of a command that lets them be named. `UsageError` where one that was named is not there, and
    where a shop's checks would pass for files that are not its own."""
    names = assumed(args, settings)
    if args.format in _CI and len(names) == len(_VARIABLES):
        raise UsageError("folders.proves_nothing", here=Path.cwd(), names=_named(names))
    return Folders(
        _there(args.replies, settings.replies, "replies"),
        _there(args.rules, settings.rules, "rules"),
    )


def _there(given: str | None, usual: Path, name: str) -> Path:
    folder = usual if given is None else Path(given)
    if given == "" or not folder.is_dir():
        raise UsageError(
            "folders.missing", folder=given if given == "" else folder, name=name, variable=_VARIABLES[name]
        )
    return folder


def assumed(args: argparse.Namespace, settings: Settings) -> Sequence[str]:
    """The folders (`replies`, `rules`) of the software's that are looked at because the shop's are not here."""
    return [name for name in settings.assumed if getattr(args, name, None) is None]


def tell_assumed(args: argparse.Namespace, settings: Settings) -> None:
    """One line beside what a command prints: an answer about other files than one's own must not look like one."""
    on_screen = args.command == "check" and not as_json(args)
    if args.command in _JUDGING and not on_screen and (names := assumed(args, settings)):
        sys.stderr.write(f"{say('folders.assumed', names=_named(names), here=Path.cwd())}\n")


def _named(names: Sequence[str]) -> str:
    return say("join.list").join(f"{name}/" for name in names)


def as_json(args: argparse.Namespace) -> bool:
    """Whether a check speaks to a program."""
    return bool(args.json or args.format == "json")


def looked_at(args: argparse.Namespace, settings: Settings, folders: Folders) -> str:
    """Both folders in one line, as from here."""
    names = assumed(args, settings)
    told = [
        say("folders.shipped" if name in names else "folders.own", folder=shown(folder))
        for name, folder in (("replies", folders.replies), ("rules", folders.rules))
    ]
    return say("folders.looked_at", folders=say("join.list").join(told))


def shown(folder: Path) -> str:
    """A folder below the working one by its way from here."""
    here, there = Path.cwd().resolve(), folder.resolve()
    return there.relative_to(here).as_posix() if there.is_relative_to(here) else str(there)
