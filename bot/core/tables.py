"""Texts as a sparse table: one row a text, one column a known feature.

In: rows of names with values and the columns' numbers. Out: a table in row order. Never: a name that has no column.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy import sparse


def table_of(rows: Iterable[Mapping[str, float]], columns: Mapping[str, int]) -> sparse.csr_array:
    """Columns ascend in each row, so that no sum depends on the order of a set."""
    places: list[int] = []
    values: list[float] = []
    ends = [0]
    for row in rows:
        for name, value in row.items():
            if (place := columns.get(name)) is not None:
                places.append(place)
                values.append(value)
        ends.append(len(places))
    parts = (np.array(values, np.float32), np.array(places, np.int32), np.array(ends, np.int32))
    table = sparse.csr_array(parts, shape=(len(ends) - 1, len(columns)))
    table.sort_indices()
    return table


def of_length_one(table: sparse.csr_array) -> sparse.csr_array:
    """The same rows, scaled; an empty row stays empty."""
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    spread = np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(table.indptr)).astype(np.float32)
    return sparse.csr_array((table.data / spread, table.indices, table.indptr), shape=table.shape)
