"""`yeban pause`, `resume`, `explain`: a running shop's switches and stories, through its store.

In: a namespace and settings. Out: text on stdout, an exit code. Never: a second way into the tables.
"""

import argparse
import json

from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.errors import YebanError
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


def run_explain(args: argparse.Namespace, settings: Settings) -> int:
    """The whole story behind a sent command or a received message."""
    story = with_store(settings, lambda store: store.explain(args.id))
    if story is None:
        raise YebanError("errors.unknown_id", id=args.id)
    print(json.dumps(story, ensure_ascii=False, indent=None if args.json else 2, default=str))
    return 0
