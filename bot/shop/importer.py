"""`yeban import`: a file of items or orders, read wholly or not at all.

In: a path to CSV or JSON. Out: `Snapshots`, or `ContentError` with every fault of the file.
Never: a part of a file that has faults; a write anywhere.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from bot.core.model import Item, Order
from bot.errors import ContentError, Fault
from bot.shop.csvfile import read_csv
from bot.shop.decoding import decoded
from bot.shop.doubts import doubts_of
from bot.shop.jsonfile import read_json
from bot.shop.raw import Loc, Parsed, Raw, Told, counted, unheard
from bot.shop.refusals import refusals
from bot.shop.snapshots import Snapshots, item_from, order_from

_READERS: Mapping[str, Callable[[str, str, Told], Parsed]] = {".json": read_json, ".csv": read_csv}
_SKU_KEY = ("id",)
# Two lines may sell the same SKU, one of them as a gift; only a line that is the same throughout is a copy.
_LINE_KEY = ("item_id", "sku_id", "title", "quantity", "price")


@dataclass(frozen=True, slots=True)
class File:
    """A whole file's snapshots, and what in them is worth a look."""

    snapshots: Snapshots
    warnings: tuple[Fault, ...] = ()


def read_file(path: Path, now: datetime, encoding: str = "utf-8", told: Told = unheard) -> File:
    """Read a catalogue's or orders' file; raises `ContentError`. `told` hears how far it is."""
    parsed = _parsed(path, encoding, told)
    sieve = _Sieve(str(path), now)
    for raw in counted("checked", told, parsed.raws):
        sieve.check(raw)
    faults = (*parsed.faults, *sieve.faults)
    if not faults and not sieve.values:
        faults = (Fault(str(path), 1, "import_empty"),)
    if faults:
        raise ContentError(tuple(_printable(fault) for fault in faults))
    items = tuple(value for value in sieve.values if isinstance(value, Item))
    orders = tuple(value for value in sieve.values if isinstance(value, Order))
    return File(Snapshots(items, orders), tuple(sorted(_printable(one) for one in sieve.warnings)))


def _parsed(path: Path, encoding: str, told: Told) -> Parsed:
    name = str(path)
    read = _READERS.get(path.suffix.lower())
    if read is None:
        return Parsed(faults=(Fault(name, 1, "import_suffix", {"suffix": path.suffix}),))
    try:
        text = decoded(path, path.read_bytes(), encoding)
    except OSError:
        return Parsed(faults=(Fault(name, 1, "import_unreadable"),))
    if isinstance(text, Fault):
        return Parsed(faults=(text,))
    return read(name, text, told) if text.strip(" \t\r\n,") else Parsed()


@dataclass(slots=True)
class _Sieve:
    """Snapshots one after another: those that are good, and what is wrong with the others."""

    path: str
    now: datetime
    values: list[Item | Order] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    seen: dict[tuple[str, str], Loc] = field(default_factory=dict)

    def check(self, raw: Raw) -> None:
        self.faults += self._repeated(raw)
        try:
            value = item_from(raw.data) if raw.kind == "items" else order_from(raw.data)
        except ValidationError as error:
            self.faults += refusals(self.path, raw, error)
        else:
            self.values.append(value)
            self.warnings += doubts_of(self.path, raw, value, self.now)

    def _repeated(self, raw: Raw) -> Iterator[Fault]:
        """Ids used twice in the file, and SKUs or order lines written twice in one snapshot."""
        own = raw.data.get("id") if isinstance(raw.data, dict) else None
        first = self.seen.setdefault((raw.kind, str(own)), raw.base) if own is not None else raw.base
        if first != raw.base:
            at = replace(raw, base=first).line()
            yield Fault(self.path, raw.line(), "import_duplicate", {"id": str(own), "at": at})
        yield from _repeated_parts(self.path, raw)


def _printable(fault: Fault) -> Fault:
    """A fault is one line on a terminal, whatever the file holds."""
    clean = {name: _clean(value) if isinstance(value, str) else value for name, value in fault.params.items()}
    return replace(fault, params=clean)


def _clean(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _repeated_parts(path: str, raw: Raw) -> Iterator[Fault]:
    name, told = ("skus", _SKU_KEY) if raw.kind == "items" else ("lines", _LINE_KEY)
    parts = raw.data.get(name) if isinstance(raw.data, dict) else None
    seen: dict[str, int] = {}
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        key = " ".join(str(part[one]) for one in told if one in part) if isinstance(part, dict) else ""
        if key and seen.setdefault(key, index) != index:
            params: dict[str, object] = {"id": key, "at": raw.line((name, seen[key]))}
            yield Fault(path, raw.line((name, index)), "import_duplicate", params)
