"""A JSON file of snapshots, with the line of every value.

In: text. Out: raw snapshots, or faults: broken syntax, a key written twice, a shape that is neither items nor orders.
Never: a key silently overwritten by its second copy.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.errors import Fault
from bot.shop.raw import STEP, Kind, Loc, Parsed, Raw, Told, nearest
from bot.shop.snapshots import ItemData, OrderData

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_KNOWN: Mapping[Kind, frozenset[str]] = {
    "items": frozenset(ItemData.model_fields),
    "orders": frozenset(OrderData.model_fields),
}
_ENDS = ("}", "]")
_DEEPEST = 12  # no snapshot has parts within parts like that
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


@dataclass(slots=True)
class _Part:
    """An object or a list that the walk is in: at which key or index, and the keys so far if it is an object."""

    step: str | int | None
    keys: set[str] | None


class _Lines(Mapping[Loc, int]):
    """The line of every value, looked up only once somebody asks: a file without faults is never walked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: _Places | None = None
        self.has_twice = False

    def noting_twice(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        """An object as `json` builds it."""
        built = dict(pairs)
        self.has_twice = self.has_twice or len(built) < len(pairs)
        return built

    def places(self) -> _Places:
        if self._places is None:
            self._places = _places(self._text)
        return self._places

    def __getitem__(self, loc: Loc) -> int:
        return self.places().lines[loc]

    def __iter__(self) -> Iterator[Loc]:
        return iter(self.places().lines)

    def __len__(self) -> int:
        return len(self.places().lines)


def read_json(path: str, text: str, told: Told) -> Parsed:
    """Read a list of snapshots, or an object with `items`, `orders` or both."""
    lines = _Lines(text)
    try:
        data: object = json.loads(text, parse_constant=_refuse, object_pairs_hook=lines.noting_twice)
        twice = lines.places().twice if lines.has_twice else ()
    except json.JSONDecodeError as error:
        return Parsed(faults=(Fault(path, error.lineno, "import_json", {"column": error.colno}),))
    except (ValueError, RecursionError):
        return Parsed(faults=(Fault(path, 1, "import_json", {"column": 1}),))
    written = tuple(Fault(path, line, "import_json_twice", {"field": key}) for key, line in twice)
    found = _listed(path, data, lines)
    raws = tuple(found.raws)
    if len(raws) >= STEP:
        told("read", len(raws))
    return Parsed(raws, written + found.faults)


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
    """Walk a text that is known to be JSON, however deep it is."""
    places, inside = _Places(), list[_Part]()
    for token in _tokens(text):
        part = inside[-1] if inside else None
        if token.text in _ENDS:
            inside.pop()
        elif token.text == ",":
            _go_on(part)
        elif part and part.keys is not None and part.step is None:
            _note_key(part, token, places)
        elif token.text != ":":
            if len(inside) <= _DEEPEST:
                places.lines[tuple(one.step for one in inside if one.step is not None)] = token.line
            _enter(token, inside)
    return places


def _go_on(part: _Part | None) -> None:
    if part is not None:
        part.step = part.step + 1 if isinstance(part.step, int) else None


def _note_key(part: _Part, token: _Token, places: _Places) -> None:
    part.step = str(json.loads(token.text))
    if part.keys is not None:
        if part.step in part.keys:
            places.twice.append((part.step, token.line))
        part.keys.add(part.step)


def _enter(token: _Token, inside: list[_Part]) -> None:
    if token.text == "{":
        inside.append(_Part(None, set()))
    elif token.text == "[":
        inside.append(_Part(0, None))


def _tokens(text: str) -> Iterator[_Token]:
    line, end = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", end, found.start())
        end = found.start()
        yield _Token(found[0], line)
