"""Rows of cells in columns, as a screen shows them.

In: rows of as many cells each. Out: lines. Never: a Chinese character counted for one place; it takes two.
"""

import unicodedata
from collections.abc import Sequence

_WIDE = ("W", "F")


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Each column as wide as its widest cell."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    padded = (
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
    return [line.rstrip() for line in padded]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 1 for letter in text)
