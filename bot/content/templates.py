"""Reply texts as templates: `{{ a.b }}` and one `{% if a.b %}`, failing where a field is missing.

In: a text and its place. Out: its needs and a `Render`. Never: a filter that formats, a loop, a call, an assignment.
"""

import re
from functools import cache, lru_cache, partial
from importlib import import_module
from types import ModuleType

from bot.content import pieces
from bot.content.typed import nearest
from bot.core.book import Render
from bot.core.view import FIELDS
from bot.errors import Fault

_BRACE = re.compile(r"[{}｛｝]")
_KEPT = 4096  # texts; when one file changes, those of all others need not be read anew


@lru_cache(_KEPT)
def compiled(text: str) -> Render:
    """A function that fills the fields in; `MissingFieldError` where one is missing."""
    if (read := pieces.read(text)) is not None:
        return partial(pieces.filled, read)
    found: Render = _engine().compiled(text)
    return found


@lru_cache(_KEPT)
def needs(text: str) -> frozenset[str]:
    """The fields that a text can't do without; what `{% if %}` asks for and says is optional."""
    read = pieces.read(text)
    return frozenset(_engine().needs(text) if read is None else map(".".join, pieces.needed(read)))


def optional(text: str) -> frozenset[str]:
    """The fields that a text names and can do without."""
    return fields(text) - needs(text)


@lru_cache(_KEPT)
def fields(text: str) -> frozenset[str]:
    """The fields that a text names, needed or not."""
    read = pieces.read(text)
    return frozenset(_engine().fields(text) if read is None else map(".".join, pieces.named(read)))


def named(text: str, group: str) -> frozenset[str]:
    """The fields of a group that a text names, needed or not."""
    return frozenset(name for head, _, name in (field.partition(".") for field in fields(text)) if head == group)


def faults(text: str, path: str, line: int) -> list[Fault]:
    """Everything wrong with one wording."""
    found: list[Fault] = [] if pieces.read(text) is not None else _engine().faults(text, path, line)
    return found


@cache
def _engine() -> ModuleType:
    """What reads any text, for those that are not of the usual shape."""
    return import_module("bot.content.engine")


def braces(text: str) -> list[tuple[int, str]]:
    """Every line of a plain text that would show a buyer a brace, counted from 0, with the brace."""
    found = ((number, _BRACE.search(part)) for number, part in enumerate(text.split("\n")))
    return [(number, brace[0]) for number, brace in found if brace]


def unknown_field(field: str, path: str, line: int) -> Fault:
    """The fault of a field that nobody fills, with the nearest and all of its group."""
    group = field.partition(".")[0]
    known = [f"{name}.{part}" for name, parts in FIELDS.items() for part in sorted(parts)]
    beside = [name for name in known if name.startswith(f"{group}.")]
    shown = "、".join(beside or FIELDS)
    return Fault(
        path, line, "unknown_field", {"field": field, "nearest": nearest(field, beside or known), "known": shown}
    )
