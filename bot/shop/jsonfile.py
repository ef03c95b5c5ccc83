"""A JSON file of snapshots, with the line of every value.

In: text. Out: raw snapshots, or faults: broken syntax, a key written twice, a shape that is neither items nor orders.
Never: a key silently overwritten by its second copy.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.errors import Fault
from bot.shop.raw import Kind, Loc, Parsed, Raw, nearest
from bot.shop.snapshots import ItemData, OrderData

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_KNOWN: Mapping[Kind, frozenset[str]] = {
    "items": frozenset(ItemData.model_fields),
    "orders": frozenset(OrderData.model_fields),
}
_TOP = ("items", "orders", "note")


@dataclass(frozen=True, slots=True)
class _Places:
    """The line of every value, and the keys that an object has twice."""

    lines: dict[Loc, int] = field(default_factory=dict)
    twice: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int


def read_json(path: str, text: str) -> Parsed:
    """Read a list of snapshots, or an object with `items`, `orders` or both."""
    try:
        data: object = json.loads(text, parse_constant=_refuse)
        places = _places(text)
    except json.JSONDecodeError as error:
        return Parsed(faults=(Fault(path, error.lineno, "import_json", {"column": error.colno}),))
    except (ValueError, RecursionError):
        return Parsed(faults=(Fault(path, 1, "import_json", {"column": 1}),))
    twice = tuple(Fault(path, line, "import_json_twice", {"field": key}) for key, line in places.twice)
    found = _listed(path, data, places.lines)
    return Parsed(found.raws, twice + found.faults)


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _listed(path: str, data: object, lines: Mapping[Loc, int]) -> Parsed:
    if isinstance(data, list):
        return _mixed(path, data, lines)
    if isinstance(data, dict):
        return _named(path, data, lines)
    return Parsed(faults=(Fault(path, 1, "import_top"),))


def _mixed(path: str, data: list[object], lines: Mapping[Loc, int]) -> Parsed:
    raws: list[Raw] = []
    faults: list[Fault] = []
    for index, one in enumerate(data):
        kind = _kind_of(one)
        if kind is None:
            faults.append(Fault(path, lines[(index,)], "import_kind"))
        else:
            raws.append(Raw(kind, one, lines, (index,)))
    return Parsed(tuple(raws), tuple(faults))


def _kind_of(one: object) -> Kind | None:
    keys = set(one) if isinstance(one, dict) else set()
    score = len(keys & _KNOWN["items"]) - len(keys & _KNOWN["orders"])
    if score == 0:
        return None
    return "items" if score > 0 else "orders"


def _named(path: str, data: dict[str, object], lines: Mapping[Loc, int]) -> Parsed:
    raws: list[Raw] = []
    faults = [
        Fault(path, lines[(key,)], "import_field_unknown", {"field": key, "near": nearest(key, _TOP)})
        for key in data
        if key not in _TOP
    ]
    kinds: tuple[Kind, ...] = ("items", "orders")
    for kind in kinds:
        part = data.get(kind, [])
        if isinstance(part, list):
            raws += [Raw(kind, one, lines, (kind, index)) for index, one in enumerate(part)]
        else:
            faults.append(Fault(path, lines[(kind,)], "import_shape", {"field": kind}))
    return Parsed(tuple(raws), tuple(faults))


def _places(text: str) -> _Places:
    """Walk a text that is known to be JSON."""
    places = _Places()
    tokens = _tokens(text)
    _value(next(tokens), tokens, (), places)
    return places


def _tokens(text: str) -> Iterator[_Token]:
    line, end = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", end, found.start())
        end = found.start()
        yield _Token(found[0], line)


def _value(token: _Token, tokens: Iterator[_Token], loc: Loc, places: _Places) -> None:
    places.lines[loc] = token.line
    if token.text == "{":
        _object(tokens, loc, places)
    elif token.text == "[":
        _array(tokens, loc, places)


def _object(tokens: Iterator[_Token], loc: Loc, places: _Places) -> None:
    seen: set[str] = set()
    for token in tokens:
        if token.text == "}":
            return
        if token.text == ",":
            continue
        key = str(json.loads(token.text))
        if key in seen:
            places.twice.append((key, token.line))
        seen.add(key)
        next(tokens)  # the colon
        _value(next(tokens), tokens, (*loc, key), places)


def _array(tokens: Iterator[_Token], loc: Loc, places: _Places) -> None:
    index = 0
    for token in tokens:
        if token.text == "]":
            return
        if token.text != ",":
            _value(token, tokens, (*loc, index), places)
            index += 1
