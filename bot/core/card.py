"""An item's card, read for what a buyer asks of it.

In: the words of a question, a card, the shop's attributes. Out: facts, each in the card's own words. Never: a value
that the card does not state; where it is silent, the fact says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import Self

from bot.core.model import Item
from bot.core.once import once
from bot.core.rules.goods import Attributes
from bot.core.text import plain
from bot.core.wordlist import WordList
from bot.words import say

OVERVIEW = 4  # attributes that tell the most of an item; a longer list is not read
_LEAST = 2  # letters of a card's own name for something; one letter is part of too many words
_TAKEN = "\0"
_BREAK = re.compile(r"[\W_]+")
_RUN = re.compile(r"[a-z]{2}|[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is asked of a card: its name there, and the card's words; None where the card is silent. `how`: the words
    tell how something is done."""

    name: str
    value: str | None
    how: bool = False


def asked_words(text: str, rules: Attributes, item: Item | None = None) -> tuple[str, ...]:
    """The words for attributes that a text has, as they follow in it; a longer word hides those within it. The names
    on an item's own card are such words too."""
    said, found = plain(text), dict[int, str]()
    words = _known_words(said, rules, item)
    if not words:
        return ()
    breaks = _breaks(text)
    for word in words:
        for place in _places(word, said, breaks):
            found[place] = word
            said = said[:place] + _TAKEN * len(word) + said[place + len(word) :]
    told = dict.fromkeys(word for place, word in sorted(found.items()) if not _belongs(place, found, breaks, rules))
    return tuple(word for word in told if rules.index.get(word, (word,)) or word in rules.general_words)


def asked_facts(words: Iterable[str], item: Item, rules: Attributes, size: str | None = None) -> tuple[Fact, ...]:
    """What the card says to each word, one fact an attribute; of a size chart's measures those of `size`."""
    found = (_fact(word, item, rules, size) for word in words if word not in rules.general_words)
    return tuple({fact.name: fact for fact in found}.values())


def asks_for_all(words: Sequence[str], rules: Attributes) -> bool:
    """Whether all of the card is asked for and nothing of it in particular."""
    return bool(words) and rules.general_words.issuperset(words)


def overview(item: Item) -> tuple[Fact, ...]:
    """The first things that a card states, in its order."""
    stated = [Fact(name, value) for name, value in item.attributes.items() if plain(value)]
    return tuple(stated[:OVERVIEW])


def card_words(item: Item, facts: Sequence[Fact]) -> dict[str, str]:
    """The fields that tell what is asked for, and a little of all; empty where there is nothing to tell."""
    stated = [(fact.name, fact.value, fact.how) for fact in facts if fact.value]
    values = say("join.rows").join(value for _, value, _ in stated)
    return {
        "asked_name": say("join.list").join(name for name, _, _ in stated),
        "asked_value": values,
        "asked_how": values if all(how for _, _, how in stated) else "",
        "asked_missing": say("join.list").join(fact.name for fact in facts if not fact.value),
        "overview": say("join.rows").join(say("join.row", size=fact.name, text=fact.value) for fact in overview(item)),
    }


def fields_of(item: Item, rules: Attributes) -> dict[str, str]:
    """The reply fields that a card fills; of several attributes for one field the first that is stated."""
    found, card = dict[str, str](), _Card.of(item)
    for field, names in _fields(rules):
        fact = next(card.stated(names, None), None)
        if fact and fact.value:
            found.setdefault(field, fact.value)
    return found


@once
def _fields(rules: Attributes) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The attributes that fill a field, with their names in normal form."""
    told = ((one.field, tuple(map(plain, one.named(name)))) for name, one in rules.attributes.items())
    return tuple((field, names) for field, names in told if field)


def _known_words(said: str, rules: Attributes, item: Item | None) -> Sequence[str]:
    """Those that a text has at all, longest first; of the shop's that are as long in the order of the rules."""
    own = {plain(name) for name in _names(item)} - rules.index.keys() if item else set[str]()
    shop = [(-len(word), rank, word) for rank, word in set(_shop_words(rules).inside(said))]
    more = [(-len(name), len(rules.index), name) for name in own if len(name) >= _LEAST and name in said]
    return [word for _, _, word in sorted((*shop, *more))]


@once
def _shop_words(rules: Attributes) -> WordList[tuple[int, str]]:
    """Each word with its rank."""
    return WordList((word, (rank, word)) for rank, word in enumerate(rules.index))


def _places(word: str, said: str, breaks: Set[int]) -> list[int]:
    """Where a word stands on its own: "3c" is no part of "3cm", nor "304" of "1304"."""
    starts = [one.start() for one in re.finditer(re.escape(word), said)]
    return [at for at in starts if not any(_runs_on(said, edge, breaks) for edge in (at, at + len(word)))]


def _runs_on(said: str, edge: int, breaks: Set[int]) -> bool:
    """Whether Latin letters or digits stand on both sides of an edge, with nothing between them."""
    return edge > 0 and edge not in breaks and _RUN.match(said, edge - 1) is not None


def _breaks(text: str) -> Set[int]:
    """Where the normal form of a text leaves out a space or a sign."""
    return frozenset(accumulate(len(plain(part)) for part in _BREAK.split(text)))


def _belongs(place: int, found: Mapping[int, str], breaks: Set[int], rules: Attributes) -> bool:
    """Whether a word of amount only asks how much there is of what stands right before it ("吸力多大")."""
    ends = {start + len(word) for start, word in found.items()}
    before = next((end for end in (place, place - 1) if end in ends), None)
    return found[place] in rules.amount_words and before is not None and not {before, place}.intersection(breaks)


def _names(item: Item) -> Iterator[str]:
    yield from item.attributes
    for row in item.size_chart:
        yield from row.measures


def _fact(word: str, item: Item, rules: Attributes, size: str | None) -> Fact:
    """The card's own name for it first, then what the shop knows the word to mean."""
    meant = rules.index.get(word, ())
    names = [name for known in meant for name in rules.attributes[known].named(known)]
    inside = (fact for known in meant for fact in _inside(known, item, rules))
    found = next(chain(_stated([word, *names], item, size), inside), Fact((*meant, word)[0], None))
    return replace(found, how=any(rules.attributes[known].how for known in rules.index.get(plain(found.name), ())))


def _inside(name: str, item: Item, rules: Attributes) -> Iterator[Fact]:
    """What the card says of an attribute beside another one, where it calls it by one of its names or words."""
    attribute = rules.attributes[name]
    words = [*map(plain, (*attribute.named(name), *attribute.words))]
    for other in attribute.within:
        for fact in _stated(rules.attributes[other].named(other), item, None):
            if fact.value and any(word in plain(fact.value) for word in words):
                yield fact


def _stated(names: Iterable[str], item: Item, size: str | None) -> Iterator[Fact]:
    return _Card.of(item).stated(map(plain, names), size)


@dataclass(frozen=True, slots=True)
class _Card:
    """An item's card by names in normal form: what is `printed`, and which measures the size chart has."""

    item: Item
    printed: Mapping[str, Fact]
    charted: Set[str]

    @classmethod
    def of(cls, item: Item) -> Self:
        printed = {plain(name): Fact(name, value) for name, value in item.attributes.items() if plain(value)}
        return cls(item, printed, {plain(own) for row in item.size_chart for own in row.measures})

    def stated(self, names: Iterable[str], size: str | None) -> Iterator[Fact]:
        for name in names:
            if name in self.printed:
                yield self.printed[name]
            elif name in self.charted and (measured := _measured(name, self.item, size)):
                yield measured


def _measured(name: str, item: Item, size: str | None) -> Fact | None:
    """A measure that the size chart prints: of one size, or of all."""
    rows = {row.size: (own, row.measures[own]) for row in item.size_chart for own in row.measures if plain(own) == name}
    chosen = {size: rows[size]} if size in rows else rows
    words = [say("join.row", size=of, text=_in_cm(value)) for of, (_, value) in chosen.items()]
    return Fact(next(own for own, _ in rows.values()), say("join.rows").join(words)) if words else None


def _in_cm(value: str) -> str:
    """Charts measure in cm; who prints the unit is not told it twice."""
    return say("join.cm", value=value) if value.replace(".", "", 1).isdigit() else value
