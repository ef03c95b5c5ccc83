"""`rules/catalogue.yaml` against the other files and against itself.

In: parsed rules. Out: a fault for each name that nothing knows, and what each failing check expected. Never: a repair.
"""

from collections.abc import Iterator, Set
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from bot.content.rules import RulesFolder
from bot.content.strictyaml import Loc
from bot.content.typed import nearest
from bot.core.book import Workdays
from bot.core.catalogue import findings_of
from bot.core.model import Item, Sku
from bot.core.patrol.cards import kind_of
from bot.core.rules import Rules
from bot.core.rules.catalogue import CatalogueCheck, CatalogueRules
from bot.errors import Fault

_PATH = "rules/catalogue.yaml"
_THEN = datetime.fromtimestamp(0, UTC)
_AT_ONCE = "1小时"


def unknown_attributes(folder: RulesFolder) -> Iterator[Fault]:
    """Attributes that are wanted of a card."""
    rules, doc = folder.rules.catalogue, folder.docs["catalogue"]
    known = {name for one, more in folder.rules.attributes.attributes.items() for name in more.named(one)}
    for loc, name in _attributes(rules):
        if name not in known:
            params: dict[str, object] = {"name": name, "nearest": nearest(name, sorted(known))}
            yield Fault(_PATH, doc.line((*loc, "attribute")), "unknown_attribute", params)


def unknown_intents(folder: RulesFolder, intents: Set[str]) -> Iterator[Fault]:
    """Intents in which questions are looked for."""
    for number, intent in enumerate(folder.rules.catalogue.asked.intents):
        if intent not in intents:
            near: dict[str, object] = {"intent": intent, "nearest": nearest(intent, sorted(intents))}
            line = folder.docs["catalogue"].line(("asked", "intents", number))
            yield Fault(_PATH, line, "unknown_intent", near)


def _attributes(rules: CatalogueRules) -> Iterator[tuple[Loc, str]]:
    for number, needed in enumerate(rules.needed):
        yield ("needed", number), needed.attribute
    for place, kind in enumerate(rules.kinds):
        for number, needed in enumerate(kind.needed):
            yield ("kinds", place, "needed", number), needed.attribute
    for number, clash in enumerate(rules.clashes):
        yield ("clashes", number), clash.attribute


def failing(rules: Rules, _: Workdays) -> Iterator[tuple[str, int, object, object]]:
    """Checks that do not hold: kind, attributes that are missing, everything else that is found."""
    for number, check in enumerate(rules.catalogue.checks):
        kind = kind_of(check.title, rules)
        told = findings_of(_item(check), rules, _THEN)
        misses = {str(one.params["attribute"]) for one in told if one.code == "no_attribute"}
        finds = {one.code for one in told if one.code != "no_attribute"}
        expected = (check.kind, set(check.misses), set(check.finds))
        found = (kind.name if kind else None, misses, finds)
        if found != expected:
            yield "catalogue", number, _show(expected), _show(found)


def _show(told: tuple[str | None, set[str], set[str]]) -> str:
    kind, misses, finds = told
    return f"{kind} {sorted(misses)} {sorted(finds)}"


def _item(check: CatalogueCheck) -> Item:
    """A product on sale that lacks nothing but what the check leaves out."""
    skus = tuple(Sku(name, name, 1) for name in check.skus or ("-",))
    plain = Item("", check.title, Decimal(1), _THEN, skus, check.card, ships_from=_PATH)
    return replace(plain, lead_time=check.lead or _AT_ONCE)
