"""`yeban catalogue`: what is wrong with the products' cards, before a buyer finds out.

In: a namespace and settings. Out: one line a finding on stdout, an exit code. Never: a card changed.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.cli.stored import with_store
from bot.clock import utc_now
from bot.content.rules import read_rules
from bot.core.catalogue import Found, patrol
from bot.core.model import Item
from bot.core.patrol.cards import Questions
from bot.core.rules import Rules
from bot.errors import ContentError, YebanError
from bot.ports import Store
from bot.settings import Settings
from bot.shop.importer import read_file
from bot.words import say

_AT_ONCE = 20_000  # products that are looked at while an import is waited for: some ten seconds


@dataclass(frozen=True, slots=True)
class Shelf:
    """The products that are looked at, and what buyers asked of them."""

    items: Sequence[Item]
    asked: Mapping[str, Questions]


def run_catalogue(args: argparse.Namespace, settings: Settings) -> int:
    """Those of the store, or of a file before it is imported; all or the one."""
    rules, now = read_rules(settings.rules).rules, utc_now()
    shelf = _of_file(args, now) if args.file else _of_store(args.id, rules, settings, now)
    if args.id and not shelf.items:
        raise YebanError("errors.unknown_item", id=args.id)
    found = patrol(shelf.items, rules, now, shelf.asked)
    lines = [_as_json(one) for one in found] if args.json else [_as_line(one) for one in found]
    print("\n".join([*lines, _sum(shelf.items, found, as_json=args.json)]))
    return 1 if found else 0


def hint(items: Sequence[Item], settings: Settings, now: datetime) -> str | None:
    """What the importer says of the products that it has just kept; None where all is well."""
    if not items:
        return None
    if len(items) > _AT_ONCE:
        return say("patrol.import_many")
    try:
        rules = read_rules(settings.rules).rules
    except ContentError:
        return say("patrol.rules_broken")
    count = _items_with(patrol(items, rules, now))
    return say("patrol.import_hint", count=count) if count else None


def _of_file(args: argparse.Namespace, now: datetime) -> Shelf:
    items = read_file(Path(args.file), now, args.encoding).snapshots.items
    return Shelf([item for item in items if args.id in {None, item.id}], {})


def _of_store(item_id: str | None, rules: Rules, settings: Settings, now: datetime) -> Shelf:
    asked = rules.catalogue.asked

    async def look(store: Store) -> Shelf:
        return Shelf(
            await store.catalogue(item_id), await store.asked(now - asked.within, frozenset(asked.intents), item_id)
        )

    return with_store(settings, look)


def _as_line(one: Found) -> str:
    finding = one.finding
    severity = say(f"patrol.severity.{finding.severity.name.lower()}")
    told = {"what": finding.what, "why": finding.why, "remedy": finding.remedy}
    return _printable(say("patrol.line", id=one.item.id, title=one.item.title, severity=severity, **told))


def _as_json(one: Found) -> str:
    finding = one.finding
    told = {"item": one.item.id, "title": one.item.title, "severity": finding.severity.name.lower()}
    words = {"code": finding.code, "what": finding.what, "why": finding.why, "remedy": finding.remedy}
    return json.dumps({**told, **words}, ensure_ascii=False)


def _sum(items: Sequence[Item], found: Sequence[Found], *, as_json: bool) -> str:
    counts = Counter(one.finding.severity.name.lower() for one in found)
    totals = {"items": len(items), "with_findings": _items_with(found), "findings": len(found)}
    if as_json:
        return json.dumps({**totals, **counts})
    kinds = (say("check.kind", name=say(f"patrol.severity.{name}"), count=count) for name, count in counts.items())
    told = {"items": len(items), "count": totals["with_findings"], "findings": len(found)}
    return say("patrol.done" if found else "patrol.clean", kinds=say("join.list").join(kinds), **told)


def _items_with(found: Iterable[Found]) -> int:
    return len({one.item.id for one in found})


def _printable(text: str) -> str:
    """A finding is one line on a terminal, whatever a card holds."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
