"""`yeban buyer`: a buyer's file shown, tagged, given out and erased.

In: a namespace and settings. Out: text or JSON on stdout, an exit code. Never: an erasure that was not asked for twice,
a buyer's words in the log.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from bot import log
from bot.cli.parser import SHOP_ZONE
from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.rules import read_rules
from bot.core.buyer import RULE, Buyer
from bot.core.buyerline import told_word
from bot.core.model import Order
from bot.core.order_words import order_title
from bot.errors import YebanError
from bot.ports import Store
from bot.settings import Settings
from bot.words import say

BY = "cli"
_DAY = "%Y-%m-%d"


def run_show(args: argparse.Namespace, settings: Settings) -> int:
    """The file and the latest orders; what was said is in `export`."""
    file, orders = with_store(settings, lambda store: _known(store, args.id))
    if file is None and not orders:
        raise YebanError("errors.no_buyer", id=args.id)
    known = file or Buyer(args.id)
    print(_as_json(known, orders) if args.json else "\n".join((*_lines(known), *map(_order, orders))))
    return 0


async def _known(store: Store, one: str) -> tuple[Buyer | None, Sequence[Order]]:
    return await store.buyer(one), await store.orders_of(one)


def run_tag(args: argparse.Namespace, settings: Settings) -> int:
    """Set, as a person: no rule takes it off."""
    return _tag(args, settings, on=True)


def run_untag(args: argparse.Namespace, settings: Settings) -> int:
    """Taken off, as a person: no rule sets it again."""
    return _tag(args, settings, on=False)


def run_export(args: argparse.Namespace, settings: Settings) -> int:
    """Everything that is stored about the buyer."""
    told = with_store(settings, lambda store: store.export_buyer(args.id))
    if told is None:
        raise YebanError("errors.no_buyer", id=args.id)
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def run_erase(args: argparse.Namespace, settings: Settings) -> int:
    """What would be emptied, or with `--yes` what was."""
    if not args.yes:
        found = with_store(settings, lambda store: store.traces_of(args.id))
        if not any(found.values()):
            raise YebanError("errors.no_buyer", id=args.id)
        print(say("buyer.would_erase", id=args.id, counts=_counted(found)))
        return 1
    counts = with_store(settings, lambda store: store.erase_buyer(args.id, utc_now()))
    log.set_up(settings.log_format)
    log.get().info("buyer.erased", **counts)
    print(say("buyer.erased", id=args.id, counts=_counted(counts)))
    return 0


def _tag(args: argparse.Namespace, settings: Settings, *, on: bool) -> int:
    rules = read_rules(settings.rules).rules.buyers
    if not rules.allows(args.tag):
        raise YebanError("errors.unlisted_tag", tag=args.tag, known=say("join.list").join(rules.listed))
    with_store(settings, lambda store: store.tag_buyer(args.id, args.tag, on, BY, utc_now()))
    print(say("buyer.tagged" if on else "buyer.untagged", id=args.id, tag=args.tag))
    return 0


def _as_json(file: Buyer, orders: Sequence[Order]) -> str:
    """Of orders only what they are about; where they went is in `export`."""
    told = [
        {"id": one.id, "title": order_title(one), "status": one.status, "refund": one.refund, "at": one.created_at}
        for one in orders
    ]
    return json.dumps(asdict(file) | {"orders": told}, ensure_ascii=False, default=datetime.isoformat)


def _order(one: Order) -> str:
    status = say(f"order_status.{one.status}")
    return say("buyer.order", id=one.id, day=_day(one.created_at), title=order_title(one) or "-", status=status)


def _counted(counts: Mapping[str, int]) -> str:
    return say("join.list").join(say(f"buyer.rows.{name}", count=count) for name, count in counts.items() if count)


def _lines(file: Buyer) -> Iterator[str]:
    yield say("buyer.head", id=file.id, name=file.name.value if file.name else "-")
    for tag in file.tags:
        by = say("buyer.by_rule") if tag.by == RULE else tag.by
        yield say("buyer.tag_on" if tag.on else "buyer.tag_off", tag=tag.name, by=by, day=_day(tag.at))
    for name, told in file.told.items():
        yield say("buyer.told_on", text=told_word(name, told.value), day=_day(told.at))
    for name, told in file.preferences.items():
        yield say("buyer.told_on", text=say(f"buyer.wish.{name}", text=told.value), day=_day(told.at))
    if file.consent:
        yield say(f"buyer.consent.{file.consent.state}", day=_day(file.consent.at))
    for issue in file.issues:
        state = say("buyer.issue_done") if issue.done_at else say("buyer.issue_open")
        yield say("buyer.issue", day=_day(issue.at), state=state, text=issue.line, order=issue.order_id or "-")


def _day(moment: datetime) -> str:
    return moment.astimezone(SHOP_ZONE).strftime(_DAY)
