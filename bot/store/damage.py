"""Kept JSON, read so that damage is told and not raised.

In: a table, a row. Out: a selection of it, values by column, the names of what is damaged. Never: a guess at what stood
there.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Dialect, LargeBinary, Select, Table, Text, cast, select
from sqlalchemy.types import TypeDecorator, TypeEngine

#: Stands for bytes that are no text. No JSON: it is damaged wherever it is read.
NO_TEXT = "\ufffd"


class KeptText(TypeDecorator[str]):
    """JSON as it is kept. SQLite keeps any bytes in any column, and its driver would raise at those that are no
    text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(LargeBinary() if dialect.name == "sqlite" else Text())

    def process_result_value(self, value: str | bytes | None, dialect: Dialect) -> str | None:
        del dialect
        try:
            return value.decode() if isinstance(value, bytes) else value
        except UnicodeDecodeError:
            return NO_TEXT


def legible(table: Table, without: str = "") -> Select[Any]:
    """A table's columns under their names, JSON as the text that is kept. `without`: one that stays in the store, since
    whoever asks does not look at it; a turn's story is most of its row, and half of the work of reading a page."""
    columns = [one for one in table.c if one.name != without]
    return select(*(cast(one, KeptText).label(one.name) if isinstance(one.type, JSON) else one for one in columns))


@dataclass(slots=True)
class Damage:
    """What could not be read, as `table.column`."""

    places: list[str] = field(default_factory=list)

    def mapping(self, place: str, text: str | None) -> dict[str, object] | None:
        """An object; None where nothing is kept or what is kept is none."""
        found = self._read(place, text)
        if isinstance(found, dict):
            return found
        self._lost(place, found)
        return None

    def strings(self, place: str, text: str | None) -> list[str]:
        """A list of texts; empty where it is none."""
        found = self._read(place, text)
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return found
        self._lost(place, found)
        return []

    def _read(self, place: str, text: str | None) -> object:
        try:
            return json.loads(text) if text is not None else None
        except ValueError:
            self._lost(place, text)
            return None

    def _lost(self, place: str, found: object) -> None:
        if found is not None and place not in self.places:
            self.places.append(place)
