"""From argv to an exit code; the last place where an error becomes one line.

In: argv. Out: an exit code. Never: a traceback shown to a user.
"""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module

from bot.cli.folders import refuse_half, tell_assumed
from bot.cli.parser import parse
from bot.content.unreadable import shown_path
from bot.errors import ContentError, UsageError, YebanError
from bot.garbage import ungathered
from bot.settings import Settings, read_settings
from bot.words import say

Command = Callable[[argparse.Namespace, Settings], int]

#: Command -> module and function; a command loads only what it needs.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("bot.cli.serving", "run_serve"),
    "check": ("bot.cli.checking", "run_check"),
    "new": ("bot.cli.drafting", "run_new"),
    "init": ("bot.cli.founding", "run_init"),
    "try": ("bot.cli.trying", "run_try"),
    "eval": ("bot.cli.scoring", "run_eval"),
    "chat": ("bot.cli.trying", "run_chat"),
    "roster": ("bot.cli.rostering", "run_roster"),
    "schema": ("bot.cli.schema", "run_schema"),
    "import": ("bot.cli.importing", "run_import"),
    "catalogue": ("bot.cli.patrolling", "run_catalogue"),
    "pause": ("bot.cli.admin", "run_pause"),
    "resume": ("bot.cli.admin", "run_resume"),
    "explain": ("bot.cli.explaining", "run_explain"),
    "recall": ("bot.cli.recalls", "run_recall"),
    "releases": ("bot.cli.releasing", "run_releases"),
    "rollback": ("bot.cli.releasing", "run_rollback"),
    "replay": ("bot.cli.replay", "run_replay"),
    "handover": ("bot.cli.handovers", "run_handover"),
    "nudges": ("bot.cli.uplifted", "run_nudges"),
    "stats": ("bot.cli.stats", "run_stats"),
    "issues": ("bot.cli.issues", "run_issues"),
    "issues feedback": ("bot.cli.issues", "run_feedback"),
    "issues settle": ("bot.cli.issues", "run_settle"),
    "suggest": ("bot.cli.suggesting", "run_suggest"),
    "coverage": ("bot.cli.coverage", "run_coverage"),
    "outbox": ("bot.cli.letters", "run_outbox"),
    "outbox retry": ("bot.cli.letters", "run_retry"),
    "outbox drop": ("bot.cli.letters", "run_drop"),
    "buyer show": ("bot.cli.buyers", "run_show"),
    "buyer tag": ("bot.cli.buyers", "run_tag"),
    "buyer untag": ("bot.cli.buyers", "run_untag"),
    "buyer export": ("bot.cli.buyers", "run_export"),
    "buyer erase": ("bot.cli.buyers", "run_erase"),
    "agent add": ("bot.cli.agents", "run_add"),
    "agent passwd": ("bot.cli.agents", "run_passwd"),
    "agent role": ("bot.cli.agents", "run_role"),
    "agent disable": ("bot.cli.agents", "run_disable"),
    "agent enable": ("bot.cli.agents", "run_enable"),
    "agent list": ("bot.cli.agents", "run_list"),
    "db upgrade": ("bot.cli.database", "run_upgrade"),
    "db backup": ("bot.cli.database", "run_backup"),
    "db restore": ("bot.cli.database", "run_restore"),
    "db prune": ("bot.cli.database", "run_prune"),
}

_BEFORE = 60  # signs that are shown before what is no text
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def run(argv: Sequence[str]) -> int:
    """Run one command. Exit 2 for misuse, 1 for an expected failure."""
    try:
        return _done(_parsed(argv), read_settings())
    except ContentError as error:
        return _fail("\n".join(str(fault) for fault in error.faults), 1)
    except YebanError as error:
        return _fail(str(error), 2 if isinstance(error, UsageError) else 1)
    except UnicodeEncodeError as error:
        return _not_text(error, argv)
    except OSError as error:
        return _unwritten(error)


def _done(args: argparse.Namespace, settings: Settings) -> int:
    refuse_half(args, settings)
    code = _command(args.command)(args, settings)
    _written()
    tell_assumed(args, settings)
    return code


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    """Whoever asks for help gets it here, and nothing further is done."""
    try:
        return parse(argv)
    finally:
        _written()


def _written() -> None:
    """What can't be written shows now and not when Python ends."""
    print(end="", flush=True)


def _not_text(error: UnicodeEncodeError, argv: Sequence[str]) -> int:
    """Most often somebody typed it; else it is the name of a file or of a setting."""
    if any("\ud800" <= sign <= "\udfff" for argument in argv for sign in argument):
        return _fail(say("errors.not_text"), 2)
    near = error.object[max(error.start - _BEFORE, 0) : error.end]
    return _fail(say("errors.not_utf_8", text=shown_path(near)), 1)


def _unwritten(error: OSError) -> int:
    """Whoever reads no further has read enough; any other error that is not known here is a defect."""
    if isinstance(error, BrokenPipeError):
        return _cut_off(0)
    if error.errno in _FULL:
        return _cut_off(_fail(say("errors.full"), 1))
    raise error


def _cut_off(code: int) -> int:
    """What was printed and can't be written goes nowhere; when Python ends, it would try once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _command(name: str) -> Command:
    module, function = COMMANDS[name]
    with ungathered():
        found: Command = getattr(import_module(module), function)
    return found


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
