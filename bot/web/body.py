"""The webhook's raw bytes: checked, and every fault told at once.

In: raw bytes. Out: an `Envelope`, or `BadBodyError` with every fault. Never: a crash, whatever the bytes are.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.channels.payloads import ENVELOPE, TYPES, storable
from bot.errors import YebanError
from bot.words import catalogue, say

_DEPTH_MAX = 24
Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One fault of a body: where, and what in the reader's words."""

    loc: Loc
    msg: str


class BadBodyError(YebanError):
    """The body is not what the contract says; `points` holds every fault found."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = tuple(points)
        super().__init__("web.bad_body", count=len(self.points))


@dataclass(frozen=True, slots=True)
class Envelope:
    """A checked body; `data` is kept as it came, so that nothing the channel said is lost."""

    type: str
    data: Mapping[str, object]


def parse(body: bytes) -> Envelope:
    """Read a webhook's body; raises `BadBodyError`."""
    tree = _decode(body)
    points = [point(path, "text") for path in _unfit(tree, ("body",), _DEPTH_MAX)]
    if points:
        raise BadBodyError(points)
    try:
        known = ENVELOPE.validate_python(tree)
    except ValidationError as error:
        raise BadBodyError([_told(one) for one in error.errors(include_url=False, include_input=False)]) from None
    return Envelope(known.type, tree["data"] if isinstance(tree, dict) else {})


def _decode(body: bytes) -> object:
    try:
        return json.loads(body.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
    except BadBodyError:
        raise
    except (ValueError, RecursionError):
        raise BadBodyError([point(("body",), "json")]) from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Two values under one key leave open which one was meant."""
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadBodyError([point(("body", name), "twice") for name in named if names.count(name) > 1][:20])
    return named


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _unfit(tree: object, path: Loc, depth: int) -> Iterator[Loc]:
    """Places whose text no store can keep, and whatever is nested deeper than any body of the contract."""
    if depth == 0:
        yield path
    elif isinstance(tree, str):
        yield from () if storable(tree) else (path,)
    elif isinstance(tree, dict):
        yield from (path for name in tree if not storable(name))
        for name, part in tree.items():
            yield from _unfit(part, (*path, name), depth - 1)
    elif isinstance(tree, list):
        for index, part in enumerate(tree):
            yield from _unfit(part, (*path, index), depth - 1)


def _told(error: ErrorDetails) -> Point:
    """Pydantic's fault in the catalogue's words."""
    place = error["loc"]
    if place and place[0] in TYPES:  # pydantic names the type where a fault lies; the sender's body has no such place
        place = place[1:]
    if error["type"].startswith("union_tag"):
        place = ("type",)
    return point(("body", *place), error["type"], **error.get("ctx", {}))


def point(loc: Loc, what: str, **facts: object) -> Point:
    """A fault in the catalogue's words, by pydantic's name of it; an unforeseen one is simply invalid. A name that
    cannot be written is told as `?`."""
    loc = tuple("?" if isinstance(part, str) and not storable(part) else part for part in loc)
    key = f"web.faults.{what}"
    return Point(loc, say(key if key in catalogue() else "web.faults.invalid", **facts))
