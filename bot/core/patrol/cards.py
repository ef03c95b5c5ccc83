"""An item's title and attributes: what buyers ask and the card is silent about, what it says against itself, and what
may not be said at all.

In: an item, its kind, what was asked of it, the rules. Out: findings. Never: an attribute made up.
"""

from collections.abc import Iterator, Mapping

from bot.core.card import asked_facts
from bot.core.model import Item
from bot.core.once import once
from bot.core.patrol.finding import Finding, missing, wrong
from bot.core.redlines import hits
from bot.core.rules import Rules
from bot.core.rules.catalogue import Clash, Kind
from bot.core.text import plain
from bot.words import say

#: The words for attributes that were asked of an item, and by how many buyers.
Questions = Mapping[tuple[str, ...], int]


def kind_of(title: str, rules: Rules) -> Kind | None:
    """What is sold: the word for it that stands last in the title, of several that end there the longest."""
    said = plain(title)
    found = [
        (place + len(word), len(word), -number) for word, number in _words(rules) if (place := said.rfind(word)) >= 0
    ]
    return rules.catalogue.kinds[-max(found)[2]] if found else None


@once
def _words(rules: Rules) -> tuple[tuple[str, int], ...]:
    """Each word in normal form with the number of its kind."""
    kinds = enumerate(rules.catalogue.kinds)
    return tuple((plain(word), number) for number, kind in kinds for word in kind.words)


def attribute_findings(item: Item, kind: Kind | None, rules: Rules) -> Iterator[Finding]:
    """What every product and its kind must tell."""
    for one in (*rules.catalogue.needed, *(kind.needed if kind else ())):
        if _told(item, one.attribute, rules) is None:
            yield missing("no_attribute", attribute=one.attribute, why=one.why)


def question_findings(item: Item, asked: Questions, rules: Rules) -> Iterator[Finding]:
    """What buyers asked of just this item, as often as the rules care, and the card is still silent about."""
    silent: dict[str, int] = {}
    for words, buyers in asked.items():
        for fact in asked_facts(words, item, rules.attributes):
            if fact.value is None:
                silent[fact.name] = silent.get(fact.name, 0) + buyers
    for name, count in sorted(silent.items(), key=lambda one: (-one[1], one[0])):
        if count >= rules.catalogue.asked.least:
            yield missing("silent", attribute=name, count=count)


def clash_findings(item: Item, rules: Rules) -> Iterator[Finding]:
    """The title against the attributes."""
    title = plain(item.title)
    for clash in rules.catalogue.clashes:
        word = next((word for word in clash.title if plain(word) in title), None)
        value = _told(item, clash.attribute, rules) if word else None
        if value is not None and _contradicts(plain(value), clash):
            yield wrong("title_clash", word=word, attribute=clash.attribute, value=value, why=clash.why)


def red_line_findings(item: Item, rules: Rules) -> Iterator[Finding]:
    """What a reply that quotes the card could not say; such a reply is never sent, and the buyer waits for people."""
    parts = [(say("patrol.title"), item.title), *item.attributes.items()]
    parts += [(say("patrol.sku"), sku.name) for sku in item.skus]
    whole = "\n".join(text for _, text in parts)
    if not hits(whole, rules.redlines):
        return
    whys = {line.name: line.why for line in rules.redlines.lines}
    for name, text in parts:
        for crossed in hits(text, rules.redlines):
            yield wrong("red_line", name=name, value=text, why=whys[crossed])


def _told(item: Item, attribute: str, rules: Rules) -> str | None:
    return asked_facts((attribute,), item, rules.attributes)[0].value


def _contradicts(value: str, clash: Clash) -> bool:
    if clash.lacks:
        return not _has(value, clash.lacks)
    return _has(value, clash.has) and not _has(value, clash.unless)


def _has(value: str, words: tuple[str, ...]) -> bool:
    return any(plain(word) in value for word in words)
