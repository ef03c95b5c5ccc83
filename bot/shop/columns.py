"""The columns of the two kinds of table, by the names that files give them in either language.

In: a table's header. Out: which kind it is, and which column each of its cells heads. Never: a column guessed from its
cells; a name that `columns.toml` does not know is none.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bot.shop.raw import Kind, Loc

_TABLE = Path(__file__).with_name("columns.toml")
_KINDS: tuple[Kind, Kind] = ("items", "orders")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of table. `head` columns tell of the whole snapshot, `part` columns of one entry in its list `parts`;
    `called` has every name of a column, folded."""

    kind: Kind
    parts: Literal["skus", "lines"]
    head: Mapping[str, Loc]
    part: Mapping[str, str]
    needs: frozenset[str]
    called: Mapping[str, str] = field(default_factory=dict)

    def columns(self, header: Sequence[str]) -> list[str | None]:
        """The column of each cell of a header; None where no column is called so."""
        return [self.called.get(folded(cell)) for cell in header]

    def shown(self, column: str, header: Sequence[str]) -> str:
        """What to call a column that the header lacks: in Chinese where the header is."""
        chinese = any(not cell.isascii() for cell in header)
        own = [name for name, known in self.called.items() if known == column and not name.isascii()]
        return own[0] if chinese and own else column


def folded(cell: str) -> str:
    """How names are compared: width, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", cell).casefold().split())


@cache
def sheets() -> Mapping[Kind, Sheet]:
    """Both kinds with their names."""
    told = _told()
    return {kind: _with_names(_PLAIN[kind], told[kind]) for kind in _KINDS}


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """By column: the words that a cell may say, folded, and what each stands for."""
    return {
        column: {folded(word): one for one, also in meanings.items() for word in (one, *also)}
        for column, meanings in _told()["words"].items()
    }


def sheet_of(header: Sequence[str]) -> Sheet | None:
    """The kind that knows more of a header's names; None where both know as many."""
    items, orders = (_known(sheets()[kind], header) for kind in _KINDS)
    if items == orders:
        return None
    return sheets()["items" if items > orders else "orders"]


def _known(sheet: Sheet, header: Sequence[str]) -> int:
    return len(set(sheet.columns(header)) - {None})


@cache
def _told() -> Mapping[str, Mapping[str, Any]]:
    with _TABLE.open("rb") as file:
        return tomllib.load(file)


def _with_names(sheet: Sheet, names: Mapping[str, Sequence[str]]) -> Sheet:
    called = {folded(column): column for column in (*sheet.head, *sheet.part)}
    for column, also in names.items():
        called |= {folded(name): column for name in also}
    return Sheet(sheet.kind, sheet.parts, sheet.head, sheet.part, sheet.needs, called)


def _same(*names: str) -> dict[str, Loc]:
    return {name: (name,) for name in names}


_PLAIN: Mapping[Kind, Sheet] = {
    "items": Sheet(
        kind="items",
        parts="skus",
        head=_same("id", "title", "price", "attributes", "ships_from", "lead_time", "on_sale", "updated_at"),
        part={"sku_id": "id", "sku_name": "name", "stock": "stock", "sku_price": "price"},
        needs=frozenset({"id", "title", "price", "on_sale", "updated_at"}),
    ),
    "orders": Sheet(
        kind="orders",
        parts="lines",
        head={
            **_same("id", "buyer_id", "conversation_id", "status", "amount", "postage", "carrier", "tracking_no"),
            **_same("refund", "memo", "flag", "created_at", "paid_at", "shipped_at", "signed_at", "updated_at"),
            "receiver_name": ("receiver", "name"),
            "receiver_phone": ("receiver", "phone"),
            "receiver_address": ("receiver", "address"),
        },
        part={
            "item_id": "item_id",
            "sku_id": "sku_id",
            "title": "title",
            "quantity": "quantity",
            "line_price": "price",
        },
        needs=frozenset(
            {"id", "buyer_id", "status", "amount", "postage", "created_at", "updated_at"}
            | {"item_id", "title", "quantity", "line_price"}
        ),
    ),
}
