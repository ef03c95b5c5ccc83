"""What the operators wrote, as frozen values that the core reads.

In: built by `content`. Out: topics, variants, wordings, the whole `Book`. Never: parsing,
a path opened, a template engine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

from bot.core.once import once
from bot.core.rules import Rules

if TYPE_CHECKING:  # numpy and scipy: who only looks the files through does not wait for them
    from bot.core.match import Matcher
    from bot.core.parts import Parts

OOS = "oos"
DEFAULT = "default"
HAND_OFF = "hand_off"
CODE_LONGEST = 20  # characters of what an agent types to call a reply
_KEPT = 4096  # wordings; a shop has hundreds

View = Mapping[str, Mapping[str, str]]
Workdays = Callable[[date], bool]


class Render(Protocol):
    """Fill a wording's fields from a view; raises `LookupError` where a field is missing."""

    def __call__(self, view: View) -> str: ...


@dataclass(frozen=True, slots=True)
class Ask:
    """One line an operator gave as a way of asking. `source` is `replies/…md:line`."""

    text: str
    intent: str
    source: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a variant. `needs` are the fields it cannot do without, as `order.carrier`; `fields` all it names."""

    text: str
    source: str
    needs: frozenset[str]
    render: Render
    fields: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Names the text in every version of the files and on whichever line it stands."""
        return _key(self.text)

    def said(self, view: View) -> str:
        """As the buyer reads it. `LookupError` where a field is missing."""
        return self.render(view).strip()

    def given(self, view: View) -> Mapping[str, str]:
        """The fields that it names, as far as they are known: all that it is filled in with."""
        if not self.fields:
            return {}
        named = ((field, field.partition(".")) for field in self.fields)
        known = ((field, view.get(group, {}).get(name)) for field, (group, _, name) in named)
        return {field: word for field, word in sorted(known) if word is not None}


@lru_cache(_KEPT)
def _key(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Variant:
    """The texts for one situation. Without slots, for `once`."""

    name: str
    wordings: tuple[Wording, ...]

    @property
    @once
    def needs(self) -> frozenset[str]:
        return frozenset().union(*(wording.needs for wording in self.wordings))


@dataclass(frozen=True, slots=True)
class Validity:
    """A dated answer: true in [from_, until); outside it the variant `then` speaks, or a person (`hand_off`)."""

    from_: datetime
    until: datetime
    then: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One reply file. `name` is its path below `replies/` without `.md`; system files have no intent.

    `part`: the file's own name where it answers only a part of what `intent` covers (a trade pack's question).
    """

    name: str
    title: str
    source: str
    variants: Mapping[str, Variant]
    intent: str | None = None
    owner: str | None = None
    asks: tuple[Ask, ...] = ()
    not_asks: tuple[Ask, ...] = ()
    short: str | None = None
    then: Mapping[str, str] = field(default_factory=dict)
    valid: Validity | None = None
    part: str | None = None


@dataclass(frozen=True)
class Book:
    """Replies and rules of one commit; every decision is made with exactly one book. Without slots, for `once`.

    `version` names the set of files, whatever git knows of it. `asks` are in the order the matcher knows them by.
    `parts` tell which file speaks for an intent that trade packs refine.
    """

    topics: Mapping[str, Topic]
    by_intent: Mapping[str, Topic]
    rules: Rules
    asks: tuple[Ask, ...]
    matcher: "Matcher"
    works: Workdays
    commit: str | None = None
    version: str = ""
    parts: Mapping[str, "Parts"] = field(default_factory=dict)

    def speaker(self, topic: Topic, text: str) -> Topic:
        """Of an intent's own file the part that a text is about, if a chosen pack has one; else the file itself."""
        parts = self.parts.get(topic.intent or "") if not topic.part else None
        part = parts.of(text) if parts else None
        return self.topics[part] if part else topic
