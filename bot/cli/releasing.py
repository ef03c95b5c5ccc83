"""`yeban releases` and `yeban rollback`: which version of the operators' files is served, and the way back.

In: a namespace and settings. Out: lines on stdout, an exit code. Never: a file read or changed; the store tells all
processes, which follow within seconds.

`--json` of `releases`: an object a line, newest first: `{"seq", "version", "commit" or null, "at", "by", "why":
"files|rollback", "serving": whether it is served now}`. Of `rollback`: `{"from", "to", "commit" of the latter or
null}`.
"""

import argparse
import json

from bot.cli.parser import SHOP_ZONE
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.core.staff import Audited
from bot.ports import Store
from bot.releases import Serving
from bot.rollback import roll_back
from bot.settings import Settings
from bot.words import say

BY = "cli"


def run_releases(args: argparse.Namespace, settings: Settings) -> int:
    """What is served and was, newest first."""
    found = with_store(settings, lambda store: store.releases(args.limit + 1))
    for one in found[: args.limit]:
        print(_as_json(one, found[0].seq) if args.json else _line(one, found[0].seq))
    if not args.json and len(found) > args.limit:
        print(say("releases.more", count=args.limit))
    if not args.json and not found:
        print(say("releases.none"))
    return 0


def run_rollback(args: argparse.Namespace, settings: Settings) -> int:
    """To a version, or to the one before."""

    async def back(store: Store) -> tuple[Serving, Serving]:
        now = utc_now()
        left, to = await roll_back(store, args.version, BY, now)
        await store.note(Audited(now, BY, "office.rollback", data={"version": to.version, "instead_of": left.version}))
        return left, to

    left, to = with_store(settings, back)
    if args.json:
        print(json.dumps({"from": left.version, "to": to.version, "commit": to.commit}))
    else:
        print(say("releases.rolled_back", left=_called(left), to=_called(to)))
    return 0


def _as_json(one: Serving, now: int) -> str:
    told = {"seq": one.seq, "version": one.version, "commit": one.commit, "at": one.at.isoformat(), "by": one.by}
    return json.dumps({**told, "why": one.why.value, "serving": one.seq == now}, ensure_ascii=False)


def _line(one: Serving, now: int) -> str:
    at = one.at.astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    why = say(f"releases.why.{one.why.value}", by=one.by)
    return say("releases.now" if one.seq == now else "releases.line", at=at, called=_called(one), why=why)


def _called(one: Serving) -> str:
    return say("releases.called", version=one.version, commit=one.commit) if one.commit else one.version
