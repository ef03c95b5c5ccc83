"""Texts as a sparse table: one row a text, one column a known feature.

In: rows of names with values and the columns' numbers. Out: a table in row order. Never: a name that has no column.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, repeat

import numpy as np
from scipy import sparse


def table_of(rows: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> sparse.csr_array:
    """Columns ascend in each row, so that no sum depends on the order of a set."""
    # Iterators and arrays: for ten thousands of rows, loops of our own would take three times as long.
    places = np.fromiter(map(columns.get, chain.from_iterable(rows), repeat(-1)), np.int32)
    values = np.fromiter(chain.from_iterable(row.values() for row in rows), np.float32)
    row_of = np.arange(len(rows), dtype=np.int32).repeat([len(row) for row in rows])
    known = places >= 0
    ends = np.bincount(row_of[known], minlength=len(rows)).cumsum()
    parts = (values[known], places[known], np.concatenate(([0], ends)).astype(np.int32))
    table = sparse.csr_array(parts, shape=(len(rows), len(columns)))
    table.sort_indices()
    return table


def of_length_one(table: sparse.csr_array) -> sparse.csr_array:
    """The same rows, scaled; an empty row stays empty."""
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    spread = np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(table.indptr)).astype(np.float32)
    return sparse.csr_array((table.data / spread, table.indices, table.indptr), shape=table.shape)
