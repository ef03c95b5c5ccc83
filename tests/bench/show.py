"""Figures for people and for programs.

In: rows of named values. Out: a table or JSON on stdout. Never: a figure reckoned.
"""

import json
from collections.abc import Mapping, Sequence

Row = Mapping[str, object]
Tables = Mapping[str, Sequence[Row]]


def show(tables: Tables, as_json: bool, *, lines: bool = False) -> None:
    """All tables, each under its name; as JSON one object, or one a row."""
    if as_json and lines:
        print("\n".join(json.dumps(row, ensure_ascii=False) for rows in tables.values() for row in rows))
        return
    if as_json:
        print(json.dumps(tables, ensure_ascii=False))
        return
    for name, rows in tables.items():
        print(f"\n{name}\n{table(rows)}")


def table(rows: Sequence[Row]) -> str:
    """A Markdown table with a column for every name that a row has."""
    if not rows:
        return "(nothing)"
    heads = list(dict.fromkeys(head for row in rows for head in row))
    lines = [heads, ["---"] * len(heads), *([cell(row.get(head)) for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: object) -> str:
    """What is not known is a dash."""
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) and abs(value) < 10 else str(value)


def rounded(value: float | None, digits: int = 3) -> float | None:
    """For JSON that people read too."""
    return None if value is None else round(value, digits)
