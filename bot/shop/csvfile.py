"""A CSV table of snapshots: one row a SKU, or one row an order line; rows with the same id make one snapshot.

In: text. Out: raw snapshots, or faults: a wrong header, a row that does not fit it, rows that contradict each other.
Never: a type guessed from a value; a cell is read as its column says.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bot.errors import Fault
from bot.shop.columns import Sheet, folded, sheet_of, words
from bot.shop.raw import Loc, Parsed, Raw, Told, counted, nearest

if TYPE_CHECKING:
    from _csv import Reader


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells by column, blanks left out."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A header that was understood: which column each cell heads, and what the file calls each column."""

    sheet: Sheet
    columns: tuple[str, ...]
    names: Mapping[str, str]
    places: Mapping[Loc, str] = field(default_factory=dict)


def read_csv(path: str, text: str, told: Told) -> Parsed:
    """Read a table; its header tells its kind."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _parsed(path, counted("read", told, _filled(reader)))
    except csv.Error:
        return Parsed(faults=(Fault(path, max(reader.line_num, 1), "import_csv"),))


def _filled(reader: "Reader") -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; spreadsheets leave rows of nothing behind."""
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _parsed(path: str, rows: Iterator[tuple[int, list[str]]]) -> Parsed:
    line, cells = next(rows, (1, []))
    header = [cell.strip() for cell in cells]
    if not header:
        return Parsed()
    sheet = sheet_of(header)
    if sheet is None:
        return Parsed(faults=(Fault(path, line, "import_kind"),))
    faults = tuple(_header_faults(path, line, header, sheet))
    return Parsed(faults=faults) if faults else _table(path, _understood(header, sheet), rows)


def _header_faults(path: str, line: int, header: list[str], sheet: Sheet) -> Iterator[Fault]:
    columns = sheet.columns(header)
    for place, (name, column) in enumerate(zip(header, columns, strict=True), start=1):
        if column is None:
            params: dict[str, object] = {"field": name or str(place), "near": nearest(folded(name), sheet.called)}
            yield Fault(path, line, "import_column_unknown", params)
    for column in sorted({one for one in columns if one and columns.count(one) > 1}):
        yield Fault(path, line, "import_column_twice", {"field": header[columns.index(column)]})
    for column in sorted(sheet.needs - set(columns)):
        yield Fault(path, line, "import_column_missing", {"field": sheet.shown(column, header)})


def _understood(header: Sequence[str], sheet: Sheet) -> Table:
    columns = tuple(filter(None, sheet.columns(header)))
    names = dict(zip(columns, header, strict=True))
    head: dict[Loc, str] = {loc: names[column] for column, loc in sheet.head.items() if column in names}
    part: dict[Loc, str] = {
        (sheet.parts, inner): names[column] for column, inner in sheet.part.items() if column in names
    }
    return Table(sheet, columns, names, {**head, **part})


def _table(path: str, table: Table, rows: Iterator[tuple[int, list[str]]]) -> Parsed:
    faults: list[Fault] = []
    groups: dict[str, list[Row]] = {}
    for line, cells in rows:
        row = Row(line, {name: cell.strip() for name, cell in zip(table.columns, cells, strict=False) if cell.strip()})
        if any(cell.strip() for cell in cells[len(table.columns) :]):
            faults.append(Fault(path, line, "import_cells", {"wanted": len(table.columns), "found": len(cells)}))
        if "id" in row.cells:
            groups.setdefault(row.cells["id"], []).append(row)
        else:
            faults.append(Fault(path, line, "import_field_missing", {"field": table.names["id"]}))
    for group in groups.values():
        faults += _contradictions(path, group, table)
    return Parsed(_raws(groups, table), tuple(faults))


def _raws(groups: dict[str, list[Row]], table: Table) -> Iterator[Raw]:
    """One after another; rows that have become a snapshot are let go."""
    for one in list(groups):
        yield _raw(groups.pop(one), table)


def _contradictions(path: str, group: list[Row], table: Table) -> Iterator[Fault]:
    """Cells that tell of the whole must agree; a blank one agrees with everything."""
    first: dict[str, Row] = {}
    for row in group:
        for name in [name for name in row.cells if name in table.sheet.head]:
            told = first.setdefault(name, row)
            if told.cells[name] != row.cells[name]:
                clash = {"value": row.cells[name], "first": told.cells[name], "at": told.line}
                params = {"id": row.cells["id"], "field": table.names[name], **clash}
                yield Fault(path, row.line, "import_contradiction", params)


def _raw(group: list[Row], table: Table) -> Raw:
    sheet = table.sheet
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
    return Raw(sheet.kind, data, lines, names=table.places)


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
    return {"true": True, "false": False}.get(_word("on_sale", cell), cell)


def _word(column: str, cell: str) -> str:
    """What a word of the shop tool's stands for."""
    return words()[column].get(folded(cell), cell)


def _attributes(cell: str) -> object:
    pairs = [pair.partition(":") for pair in re.split("[;；]", cell.replace("：", ":")) if pair.strip()]
    told = {name.strip(): value.strip() for name, _, value in pairs}
    return told if len(told) == len(pairs) and all(name and value for name, value in told.items()) else cell


_READERS: Mapping[str, Callable[[str], object]] = {
    "stock": _whole_number,
    "quantity": _whole_number,
    "on_sale": _yes_no,
    "status": partial(_word, "status"),
    "refund": partial(_word, "refund"),
    "attributes": _attributes,
}
