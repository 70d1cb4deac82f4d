"""The reading of the tables by order: labels as they come, and behind each the values that belong to it.

It needs no geometry, so it reads whatever a converter has left of a table, and it is the second opinion on tables
that have columns. A row is read only when the values behind its label are as many as the form has columns there; a
row with one value too few or too many is refused, since nobody can tell which cell is missing.
"""

from extract.by_order.table2 import read_table2
from extract.by_order.table3 import read_table3
from extract.by_order.table4 import read_table4
from extract.by_order.values import (
    AMONG,
    COLUMN_LOST,
    HEAD_LOST,
    LABELS_MOVED,
    PRINTED_AGAIN,
    TOTAL_LOST,
    OrderReading,
    RowReading,
)

__all__ = [
    "AMONG",
    "COLUMN_LOST",
    "HEAD_LOST",
    "LABELS_MOVED",
    "PRINTED_AGAIN",
    "TOTAL_LOST",
    "OrderReading",
    "RowReading",
    "read_table2",
    "read_table3",
    "read_table4",
]
