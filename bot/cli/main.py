"""From argv to an exit code; the last place where an error becomes one line.

In: argv. Out: an exit code. Never: a traceback shown to a user.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from bot.cli.folders import refuse_half, tell_assumed
from bot.cli.parser import parse
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


def run(argv: Sequence[str]) -> int:
    """Run one command. Exit 2 for misuse, 1 for an expected failure."""
    try:
        return _done(parse(argv), read_settings())
    except UsageError as error:
        return _fail(str(error), 2)
    except ContentError as error:
        return _fail("\n".join(str(fault) for fault in error.faults), 1)
    except YebanError as error:
        return _fail(str(error), 1)
    except UnicodeEncodeError:
        return _fail(say("errors.not_text"), 2)
    except BrokenPipeError:
        return 0


def _done(args: argparse.Namespace, settings: Settings) -> int:
    refuse_half(args, settings)
    code = _command(args.command)(args, settings)
    tell_assumed(args, settings)
    return code


def _command(name: str) -> Command:
    module, function = COMMANDS[name]
    with ungathered():
        found: Command = getattr(import_module(module), function)
    return found


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
