"""`yeban import`: a file of items or orders, read wholly or not at all.

In: a path to CSV or JSON. Out: `Snapshots`, or `ContentError` with every fault of the file.
Never: a part of a file that has faults; a write anywhere.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from bot.core.model import Item, Order
from bot.errors import ContentError, Fault
from bot.shop.csvfile import read_csv
from bot.shop.jsonfile import read_json
from bot.shop.raw import Parsed, Raw
from bot.shop.refusals import refusals
from bot.shop.snapshots import Snapshots, item_from, order_from

_READERS: Mapping[str, Callable[[str, str], Parsed]] = {".json": read_json, ".csv": read_csv}
_SKU_KEY = ("id",)
# Two lines may sell the same SKU, one of them as a gift; only a line that is the same throughout is a copy.
_LINE_KEY = ("item_id", "sku_id", "title", "quantity", "price")


def read_snapshots(path: Path) -> Snapshots:
    """Read a catalogue's or orders' file; raises `ContentError`."""
    parsed = _parsed(path)
    values, faults = _checked(str(path), parsed)
    if faults:
        raise ContentError(tuple(_printable(fault) for fault in faults))
    if not values:
        raise ContentError((Fault(str(path), 1, "import_empty"),))
    items = tuple(value for value in values if isinstance(value, Item))
    return Snapshots(items, tuple(value for value in values if isinstance(value, Order)))


def _parsed(path: Path) -> Parsed:
    name = str(path)
    read = _READERS.get(path.suffix.lower())
    if read is None:
        return Parsed(faults=(Fault(name, 1, "import_suffix", {"suffix": path.suffix}),))
    try:
        raw = path.read_bytes()
    except OSError:
        return Parsed(faults=(Fault(name, 1, "import_unreadable"),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Parsed(faults=(Fault(name, raw.count(b"\n", 0, error.start) + 1, "import_encoding"),))
    return read(name, text) if text.strip(" \t\r\n,") else Parsed()


def _checked(path: str, parsed: Parsed) -> tuple[list[Item | Order], tuple[Fault, ...]]:
    values: list[Item | Order] = []
    faults = [*parsed.faults, *_repeated(path, parsed.raws)]
    for raw in parsed.raws:
        try:
            values.append(item_from(raw.data) if raw.kind == "items" else order_from(raw.data))
        except ValidationError as error:
            faults += refusals(path, raw, error)
    return values, tuple(faults)


def _printable(fault: Fault) -> Fault:
    """A fault is one line on a terminal, whatever the file holds."""
    clean = {name: _clean(value) if isinstance(value, str) else value for name, value in fault.params.items()}
    return Fault(fault.path, fault.line, fault.code, clean)


def _clean(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _repeated(path: str, raws: tuple[Raw, ...]) -> Iterator[Fault]:
    """Ids used twice in the file, and SKUs or order lines written twice in one snapshot."""
    seen: dict[tuple[str, str], Raw] = {}
    for raw in raws:
        own = raw.data.get("id") if isinstance(raw.data, dict) else None
        first = seen.setdefault((raw.kind, str(own)), raw)
        if own is not None and first is not raw:
            yield Fault(path, raw.line(), "import_duplicate", {"id": str(own), "at": first.line()})
        yield from _repeated_parts(path, raw)


def _repeated_parts(path: str, raw: Raw) -> Iterator[Fault]:
    name, told = ("skus", _SKU_KEY) if raw.kind == "items" else ("lines", _LINE_KEY)
    parts = raw.data.get(name) if isinstance(raw.data, dict) else None
    seen: dict[str, int] = {}
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        key = " ".join(str(part[one]) for one in told if one in part) if isinstance(part, dict) else ""
        if key and seen.setdefault(key, index) != index:
            params: dict[str, object] = {"id": key, "at": raw.line((name, seen[key]))}
            yield Fault(path, raw.line((name, index)), "import_duplicate", params)
