"""A CSV table of snapshots: one row a SKU, or one row an order line; rows with the same id make one snapshot.

In: text. Out: raw snapshots, or faults: a wrong header, a row that does not fit it, rows that contradict each other.
Never: a type guessed from a value; a cell is read as its column says.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.errors import Fault
from bot.shop.raw import Kind, Loc, Parsed, Raw, nearest

_YES_NO = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells by column, blanks left out."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of table. `head` columns tell of the whole snapshot, `part` columns of one entry in its list `parts`."""

    kind: Kind
    parts: str
    head: Mapping[str, Loc]
    part: Mapping[str, str]
    needs: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.head, *self.part)


def _same(*names: str) -> dict[str, Loc]:
    return {name: (name,) for name in names}


_ITEMS = Sheet(
    kind="items",
    parts="skus",
    head=_same("id", "title", "price", "attributes", "ships_from", "lead_time", "on_sale", "updated_at"),
    part={"sku_id": "id", "sku_name": "name", "stock": "stock", "sku_price": "price"},
    needs=frozenset({"id", "title", "price", "on_sale", "updated_at"}),
)
_ORDERS = Sheet(
    kind="orders",
    parts="lines",
    head={
        **_same("id", "buyer_id", "conversation_id", "status", "amount", "postage", "carrier", "tracking_no", "refund"),
        **_same("memo", "flag", "created_at", "paid_at", "shipped_at", "signed_at", "updated_at"),
        "receiver_name": ("receiver", "name"),
        "receiver_phone": ("receiver", "phone"),
        "receiver_address": ("receiver", "address"),
    },
    part={"item_id": "item_id", "sku_id": "sku_id", "title": "title", "quantity": "quantity", "line_price": "price"},
    needs=frozenset(
        {"id", "buyer_id", "status", "amount", "postage", "created_at", "updated_at"}
        | {"item_id", "title", "quantity", "line_price"}
    ),
)


def read_csv(path: str, text: str) -> Parsed:
    """Read a table; its header tells its kind."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(_filled(reader))
    except csv.Error:
        return Parsed(faults=(Fault(path, max(reader.line_num, 1), "import_csv"),))
    if not rows:
        return Parsed()
    line, cells = rows[0]
    header = [cell.strip().casefold() for cell in cells]
    sheet = _sheet_of(header)
    if sheet is None:
        return Parsed(faults=(Fault(path, line, "import_kind"),))
    faults = tuple(_header_faults(path, line, header, sheet))
    return Parsed(faults=faults) if faults else _table(path, header, rows[1:], sheet)


def _filled(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; spreadsheets leave rows of nothing behind."""
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line += 1 + sum(cell.count("\n") for cell in cells)


def _sheet_of(header: list[str]) -> Sheet | None:
    names = set(header)
    score = len(names & set(_ITEMS.columns)) - len(names & set(_ORDERS.columns))
    if score == 0:
        return None
    return _ITEMS if score > 0 else _ORDERS


def _header_faults(path: str, line: int, header: list[str], sheet: Sheet) -> Iterator[Fault]:
    for place, name in enumerate(header, start=1):
        if name not in sheet.columns:
            params: dict[str, object] = {"field": name or str(place), "near": nearest(name, sheet.columns)}
            yield Fault(path, line, "import_column_unknown", params)
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Fault(path, line, "import_column_twice", {"field": name})
    for name in sorted(sheet.needs - set(header)):
        yield Fault(path, line, "import_column_missing", {"field": name})


def _table(path: str, header: list[str], rows: list[tuple[int, list[str]]], sheet: Sheet) -> Parsed:
    faults: list[Fault] = []
    groups: dict[str, list[Row]] = {}
    for line, cells in rows:
        row = Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()})
        if any(cell.strip() for cell in cells[len(header) :]):
            faults.append(Fault(path, line, "import_cells", {"wanted": len(header), "found": len(cells)}))
        if "id" in row.cells:
            groups.setdefault(row.cells["id"], []).append(row)
        else:
            faults.append(Fault(path, line, "import_field_missing", {"field": "id"}))
    for group in groups.values():
        faults += _contradictions(path, group, sheet)
    return Parsed(tuple(_raw(group, sheet) for group in groups.values()), tuple(faults))


def _contradictions(path: str, group: list[Row], sheet: Sheet) -> Iterator[Fault]:
    """Cells that tell of the whole must agree; a blank one agrees with everything."""
    first: dict[str, Row] = {}
    for row in group:
        for name in [name for name in row.cells if name in sheet.head]:
            told = first.setdefault(name, row)
            if told.cells[name] != row.cells[name]:
                yield Fault(path, row.line, "import_contradiction", _clash(name, told, row))


def _clash(name: str, told: Row, row: Row) -> dict[str, object]:
    return {"id": row.cells["id"], "field": name, "value": row.cells[name], "first": told.cells[name], "at": told.line}


def _raw(group: list[Row], sheet: Sheet) -> Raw:
    data: dict[str, object] = {}
    lines: dict[Loc, int] = {(): group[0].line}
    for row in group:
        for name in [name for name in row.cells if name in sheet.head and sheet.head[name] not in lines]:
            _put(data, sheet.head[name], _read(name, row.cells[name]))
            lines[sheet.head[name]] = row.line
    parts = [row for row in group if any(name in row.cells for name in sheet.part)]
    data[sheet.parts] = [_part(row, sheet) for row in parts]
    lines |= {(sheet.parts, index): row.line for index, row in enumerate(parts)}
    if sheet.kind == "items":
        data.setdefault("attributes", {})
    names = {loc: name for name, loc in sheet.head.items()} | {
        (sheet.parts, inner): name for name, inner in sheet.part.items()
    }
    return Raw(sheet.kind, data, lines, names=names)


def _part(row: Row, sheet: Sheet) -> dict[str, object]:
    return {inner: _read(name, row.cells[name]) for name, inner in sheet.part.items() if name in row.cells}


def _put(data: dict[str, object], loc: Loc, value: object) -> None:
    if len(loc) == 1:
        data[str(loc[0])] = value
        return
    inner = data.setdefault(str(loc[0]), {})
    if isinstance(inner, dict):
        inner[loc[1]] = value


def _read(name: str, cell: str) -> object:
    """A cell as its column says; one that cannot be read stays text, which the snapshot's own check refuses."""
    return _READERS.get(name, str)(cell)


def _whole_number(cell: str) -> object:
    return int(cell) if re.fullmatch(r"-?[0-9]{1,12}", cell) else cell


def _yes_no(cell: str) -> object:
    return _YES_NO.get(cell.casefold(), cell)


def _attributes(cell: str) -> object:
    pairs = [pair.partition(":") for pair in re.split("[;；]", cell.replace("：", ":")) if pair.strip()]
    told = {name.strip(): value.strip() for name, _, value in pairs}
    return told if len(told) == len(pairs) and all(name and value for name, value in told.items()) else cell


_READERS: Mapping[str, Callable[[str], object]] = {
    "stock": _whole_number,
    "quantity": _whole_number,
    "on_sale": _yes_no,
    "attributes": _attributes,
}
