"""The words of the command line.

In: argv. Out: a namespace. Never: a command's work.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.cli.arguments import Parser, Version
from bot.core.notebooks import IssueKind
from bot.core.rules.kinds import parse_duration
from bot.core.staff import Role
from bot.core.weeks import Week, read_week
from bot.errors import UsageError
from bot.shop.decoding import ENCODINGS
from bot.words import say

SHOP_ZONE = ZoneInfo("Asia/Shanghai")
_YEARS = range(1970, 2200)  # beyond these, reckoning in zones and offsets leaves what the calendar can hold
_SOME = range(1, 100_001)
_OLDEST = timedelta(days=36500)
_MINUTE = timedelta(minutes=1)
_LOOK_AHEAD = range(1, 367)
_PORTS = range(65_536)
_TAG_MAX = 32
_T = TypeVar("_T")
#: The sides from which the service record can be looked at.
SIDES = ("agent", "shift", "intent")


def age(text: str) -> timedelta:
    """A span like `90d`. Raises `UsageError`."""
    found = _read(parse_duration, text, "errors.bad_span")
    if found > _OLDEST:
        raise UsageError("errors.bad_span", text=text)
    return found


def some(text: str) -> int:
    """How many at most. Raises `UsageError`."""
    return _number(text, _SOME)


def days(text: str) -> int:
    """A number of days to look ahead. Raises `UsageError`."""
    return _number(text, _LOOK_AHEAD)


def port(text: str) -> int:
    """A TCP port; 0 is any free one. Raises `UsageError`."""
    return _number(text, _PORTS)


def whole(text: str) -> int:
    """An integer; the command knows its bounds. Raises `UsageError`."""
    return _read(int, text, "errors.bad_whole")


def day(text: str) -> date:
    """A date like `2026-11-22`. Raises `UsageError`."""
    found = _read(date.fromisoformat, text, "errors.bad_day")
    if found.year not in _YEARS:
        raise UsageError("errors.bad_day", text=text)
    return found


def week(text: str) -> Week:
    """A week like `2026-W48`. Raises `UsageError`."""
    return _read(read_week, text, "errors.bad_week")


def lasting(text: str) -> timedelta:
    """A span of a minute or more. Raises `UsageError`."""
    found = age(text)
    if found < _MINUTE:
        raise UsageError("errors.bad_lasting", text=text)
    return found


def tag(text: str) -> str:
    """A tag as it is kept. Raises `UsageError`."""
    found = " ".join(text.split())
    if not found or len(found) > _TAG_MAX or not found.isprintable():
        raise UsageError("errors.bad_tag", most=_TAG_MAX)
    return found


def revision(text: str) -> str:
    """A version, by whatever name; an empty one is a variable that somebody forgot to set, not the newest. Raises
    `UsageError`."""
    if not text.strip():
        raise UsageError("errors.empty_revision")
    return text.strip()


def _number(text: str, fit: range) -> int:
    found = _read(int, text, "errors.bad_number", least=fit[0], most=fit[-1])
    if found not in fit:
        raise UsageError("errors.bad_number", text=text, least=fit[0], most=fit[-1])
    return found


def _read(read: Callable[[str], _T], text: str, key: str, **facts: object) -> _T:
    """argparse would name the function that reads it, in English."""
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(key, text=text, **facts) from error


#: Command -> its arguments, as (names, options of `add_argument`). A command of two words is an action of the first.
_JSON = (("--json",), {"action": "store_true", "help": "JSON"})
_CSV = (("--csv",), {"action": "store_true", "help": say("cli.csv")})
_WEEK = (("--week",), {"metavar": "WEEK", "type": week, "help": say("cli.issues_week")})
_AT = (("--at",), {"metavar": "ISO"})
_ENCODING = (("--encoding",), {"choices": ENCODINGS, "default": ENCODINGS[0], "help": say("cli.import_encoding")})
_BUYER, _TAG = (("id",), {"metavar": "ID"}), (("tag",), {"metavar": "TAG", "type": tag})
_NUMBER = (("number",), {"metavar": "NUMBER"})
_ROLES = [role.value for role in Role]
_STDIN = (("--password-stdin",), {"action": "store_true", "help": say("cli.agent_stdin")})
ARGUMENTS: dict[str, list[tuple[tuple[str, ...], dict[str, Any]]]] = {
    "serve": [
        (("--demo",), {"action": "store_true"}),
        (("--host",), {"default": "127.0.0.1"}),
        (("--port",), {"type": port, "default": 8000}),
        (("--workers",), {"type": whole, "default": 1}),
    ],
    "check": [
        (("--replies",), {"metavar": "D"}),
        (("--rules",), {"metavar": "D"}),
        (("--strict",), {"action": "store_true", "help": say("cli.check_strict")}),
        (("--error",), {"metavar": "CODE", "action": "append", "help": say("cli.check_error")}),
        (("--warnings",), {"action": "store_true", "help": say("cli.check_warnings")}),
        (("--all",), {"action": "store_true", "help": say("cli.check_all")}),
        (("--format",), {"choices": ("text", "json", "github", "gitee"), "help": say("cli.check_format")}),
        _JSON,
    ],
    "new": [
        (("intent",), {"metavar": "INTENT"}),
        (("--title",), {"metavar": "T", "help": say("cli.new_title")}),
        (("--group",), {"metavar": "G", "help": say("cli.new_group")}),
        (("--under",), {"metavar": "INTENT", "help": say("cli.new_under")}),
        (("--replies",), {"metavar": "D"}),
    ],
    "init": [(("folder",), {"metavar": "DIR"})],
    "try": [
        (("text",), {"nargs": "?", "metavar": "TEXT"}),
        (("--jsonl",), {"metavar": "FILE"}),
        (("--item",), {"metavar": "ID"}),
        (("--order",), {"metavar": "ID"}),
        _AT,
        _JSON,
    ],
    "eval": [(("file",), {"metavar": "FILE"}), _JSON],
    "chat": [_AT],
    "roster": [(("--days",), {"type": days, "default": 30, "help": say("cli.roster_days")}), _AT, _JSON],
    "handover": [
        _AT,
        (("--open",), {"action": "store_true", "help": say("cli.handover_open")}),
        _JSON,
    ],
    "nudges": [
        (("--since",), {"metavar": "DATE", "type": day, "help": say("cli.nudges_since")}),
        (("--until",), {"metavar": "DATE", "type": day, "help": say("cli.nudges_until")}),
        (("--window",), {"metavar": "SPAN", "type": lasting, "help": say("cli.nudges_window")}),
        _JSON,
    ],
    "stats": [
        (("--day",), {"metavar": "DATE", "type": day, "help": say("cli.stats_day")}),
        (("--by",), {"choices": SIDES, "help": say("cli.stats_by")}),
        (("--csv",), {"action": "store_true", "help": say("cli.stats_csv")}),
        _JSON,
    ],
    "import": [
        (("file",), {"metavar": "FILE"}),
        _ENCODING,
        (("--progress",), {"action": "store_true", "help": say("cli.import_progress")}),
    ],
    "catalogue": [
        (("id",), {"nargs": "?", "metavar": "ID"}),
        (("--file",), {"metavar": "FILE", "help": say("cli.catalogue_file")}),
        _ENCODING,
        _JSON,
    ],
    "pause": [],
    "resume": [],
    "explain": [(("id",), {"metavar": "ID"}), _JSON],
    "recall": [
        (("--line",), {"metavar": "PLACE", "action": "append", "required": True, "help": say("cli.recall_line")}),
        (("--since",), {"metavar": "ISO", "help": say("cli.recall_since")}),
        (("--until",), {"metavar": "ISO", "help": say("cli.recall_until")}),
        (("--version",), {"type": revision, "metavar": "VERSION", "help": say("cli.recall_version")}),
        (("--commit",), {"type": revision, "metavar": "REV", "help": say("cli.recall_commit")}),
        (("--say",), {"metavar": "TOPIC", "help": say("cli.recall_say")}),
        (("--send",), {"action": "store_true", "help": say("cli.recall_send")}),
        (("--limit",), {"type": some, "metavar": "N", "default": 50, "help": say("cli.recall_limit")}),
        _JSON,
    ],
    "schema": [
        (("name",), {"metavar": "NAME", "nargs": "?"}),
        (("--dir",), {"metavar": "D", "help": say("cli.schema_dir")}),
    ],
    "releases": [
        (("--limit",), {"type": some, "metavar": "N", "default": 20, "help": say("cli.releases_limit")}),
        _JSON,
    ],
    "rollback": [
        (("version",), {"type": revision, "nargs": "?", "metavar": "VERSION", "help": say("cli.rollback_version")}),
        _JSON,
    ],
    "replay": [
        (("--since",), {"metavar": "T", "default": "1d", "help": say("cli.replay_since")}),
        (("--until",), {"metavar": "T", "help": say("cli.replay_until")}),
        (("--from",), {"type": revision, "dest": "from_", "metavar": "REV", "help": say("cli.replay_from")}),
        (("--to",), {"type": revision, "metavar": "REV", "default": "worktree", "help": say("cli.replay_to")}),
        (("--fail-on",), {"metavar": "KINDS", "help": say("cli.replay_fail_on")}),
        (("--md",), {"metavar": "FILE", "help": say("cli.replay_md")}),
        (("--limit",), {"type": some, "metavar": "N", "default": 20, "help": say("cli.replay_limit")}),
        _JSON,
    ],
    "issues": [
        _WEEK,
        (("--kind",), {"choices": [kind.value for kind in IssueKind], "help": say("cli.issues_kind")}),
        (("--limit",), {"type": some, "metavar": "N", "default": 50, "help": say("cli.issues_limit")}),
        _CSV,
        _JSON,
    ],
    "issues feedback": [
        _WEEK,
        (("--since",), {"metavar": "DATE", "type": day, "help": say("cli.issues_since")}),
        (("--until",), {"metavar": "DATE", "type": day, "help": say("cli.issues_until")}),
        _CSV,
        _JSON,
    ],
    "issues settle": [
        (("ids",), {"nargs": "+", "metavar": "ID"}),
        (("--remedy",), {"metavar": "TEXT", "required": True, "help": say("cli.issues_remedy")}),
    ],
    "suggest": [
        (("--since",), {"metavar": "DATE", "type": day, "help": say("suggest.since")}),
        (("--until",), {"metavar": "DATE", "type": day, "help": say("suggest.until")}),
        (("--least",), {"metavar": "N", "type": some, "default": 3, "help": say("suggest.least")}),
        (("--out",), {"metavar": "FILE", "help": say("suggest.out")}),
        _JSON,
    ],
    "coverage": [
        (("--since",), {"metavar": "DATE", "type": day, "help": say("coverage.since")}),
        (("--until",), {"metavar": "DATE", "type": day, "help": say("coverage.until")}),
        (("--all",), {"action": "store_true", "help": say("coverage.all")}),
        (("--md",), {"action": "store_true", "help": say("coverage.md")}),
        _JSON,
    ],
    "outbox": [(("--limit",), {"type": some, "metavar": "N", "default": 50}), _JSON],
    "outbox retry": [(("id",), {"metavar": "ID"})],
    "outbox drop": [(("id",), {"metavar": "ID"})],
    "buyer show": [_BUYER, _JSON],
    "buyer tag": [_BUYER, _TAG],
    "buyer untag": [_BUYER, _TAG],
    "buyer export": [_BUYER],
    "buyer erase": [_BUYER, (("--yes",), {"action": "store_true", "help": say("cli.buyer_erase_yes")})],
    "agent add": [
        _NUMBER,
        (("--name",), {"metavar": "N", "required": True, "help": say("cli.agent_add_name")}),
        (("--role",), {"choices": _ROLES, "required": True, "help": say("cli.agent_add_role")}),
        (("--lang",), {"choices": ("zh", "en"), "help": say("cli.agent_add_lang")}),
        _STDIN,
    ],
    "agent passwd": [_NUMBER, _STDIN],
    "agent role": [_NUMBER, (("role",), {"choices": _ROLES, "help": say("cli.agent_add_role")})],
    "agent disable": [_NUMBER],
    "agent enable": [_NUMBER],
    "agent list": [_JSON],
    "db upgrade": [],
    "db backup": [
        (("file",), {"metavar": "FILE"}),
        (("--force",), {"action": "store_true", "help": say("cli.db_backup_force")}),
    ],
    "db restore": [(("file",), {"metavar": "FILE"})],
    "db prune": [
        (("--older-than",), {"metavar": "AGE", "type": age, "default": "90d", "help": say("cli.db_prune_age")}),
        (("--dry-run",), {"action": "store_true", "help": say("cli.db_prune_dry")}),
    ],
}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The namespace of one call; `command` names the command. One that is no command by itself needs its action."""
    parser = Parser(prog="yeban", description=say("cli.about"))
    parser.below(("--version",)).add_argument("--version", action=Version, nargs=0, help=say("args.version_help"))
    commands = parser.add_subparsers(title=say("args.commands"), required=True, metavar="COMMAND", parser_class=Parser)
    for word in dict.fromkeys(name.partition(" ")[0] for name in ARGUMENTS):
        command = _added(commands, word, word)
        if names := [name for name in ARGUMENTS if name.startswith(f"{word} ")]:
            told, needed = say("args.actions"), word not in ARGUMENTS
            actions = command.add_subparsers(title=told, required=needed, metavar="ACTION", parser_class=Parser)
            for name in names:
                _added(actions, name.removeprefix(f"{word} "), name)
    found, extras = parser.parse_known_args(argv)
    return found if not extras else found.reader.refuse(extras)


def help_key(name: str) -> str:
    """Where the catalogue has a command's help."""
    return f"cli.{name.replace(' ', '_')}"


def _added(commands: "argparse._SubParsersAction[Parser]", word: str, name: str) -> Parser:
    told = say(help_key(name))
    command = commands.add_parser(word, help=told, description=told)
    command.set_defaults(command=name, reader=command)
    for names, options in ARGUMENTS.get(name, ()):
        command.below(names).add_argument(*names, **options)
    return command


def moment(text: str) -> datetime:
    """An ISO time; without a zone it is the shop's. Raises `UsageError`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("errors.bad_moment", text=text) from error
    if found.year not in _YEARS:
        raise UsageError("errors.bad_moment", text=text)
    return found if found.tzinfo else found.replace(tzinfo=SHOP_ZONE)
