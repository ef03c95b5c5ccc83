"""`yeban pause`, `resume`: a running shop's switches, through its store.

In: a namespace and settings. Out: text on stdout, an exit code. Never: a second way into the tables.
"""

import argparse

from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.settings import Settings
from bot.words import say

BY = "cli"


def run_pause(_: argparse.Namespace, settings: Settings) -> int:
    """Stop every automatic message, timers too; it holds over restarts."""
    with_store(settings, lambda store: store.set_paused(paused=True, now=utc_now(), by=BY))
    print(say("admin.paused"))
    return 0


def run_resume(_: argparse.Namespace, settings: Settings) -> int:
    """Let automatic messages go again."""
    with_store(settings, lambda store: store.set_paused(paused=False, now=utc_now(), by=BY))
    print(say("admin.resumed"))
    return 0
