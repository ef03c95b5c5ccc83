"""`yeban outbox`: what did not arrive, and what people do about it.

In: a namespace and settings. Out: lines on stdout, an exit code. Never: a word of a message in the log.
"""

import argparse
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from bot import log
from bot.cli.parser import SHOP_ZONE
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.errors import YebanError
from bot.ports import Store
from bot.records import Letter
from bot.settings import Settings
from bot.words import say

_SHOWN = 40  # characters


def run_outbox(args: argparse.Namespace, settings: Settings) -> int:
    """Newest first; with `--json` an object a line."""
    found = with_store(settings, lambda store: store.letters(args.limit + 1))
    shown = found[: args.limit]
    for letter in shown:
        print(_as_json(letter) if args.json else _line(letter))
    if not args.json and found != shown:
        print(say("letters.more", count=args.limit))
    if not args.json and not found:
        print(say("letters.none"))
    return 0


def run_retry(args: argparse.Namespace, settings: Settings) -> int:
    """Once more, under the same id."""
    return _settle(args, settings, lambda store: store.retry_letter(args.id, utc_now()), "letters.retried")


def run_drop(args: argparse.Namespace, settings: Settings) -> int:
    """Never more."""
    return _settle(args, settings, lambda store: store.drop_letter(args.id, utc_now()), "letters.dropped")


def _settle(args: argparse.Namespace, settings: Settings, act: Callable[[Store], Awaitable[bool]], told: str) -> int:
    if not with_store(settings, act):
        raise YebanError("errors.no_letter", id=args.id)
    log.set_up(settings.log_format)
    log.get().info(told, command=args.id)
    print(say(told, id=args.id))
    return 0


def _as_json(letter: Letter) -> str:
    told = {**asdict(letter), "created_at": letter.created_at.isoformat()}
    return json.dumps(told, ensure_ascii=False)


def _line(letter: Letter) -> str:
    return say(
        "letters.line",
        at=letter.created_at.astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M"),
        id=letter.id,
        state=say(f"letters.states.{letter.state}"),
        purpose=say(f"letters.purposes.{letter.purpose.value}"),
        conversation=letter.conversation_id,
        tries=letter.tries,
        error=_short(letter.error or "-"),
        text=_short(letter.text),
    )


def _short(text: str) -> str:
    """One line that leaves the terminal as it is."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(plain.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
