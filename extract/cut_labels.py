"""Labels of the form that printed cells cut off: a row of exact height shows the first line of `1.属于国家秘密`.

What begins only one label of the form, in a table whose other labels are the form's, is that label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from extract.document import Cell, Grid
from extract.form import TABLE3_GROUPS, TABLE3_HEADER_KEYS, TABLE3_ROWS, label_key

PRINTED = frozenset(["application/pdf", "application/ofd", "image/png", "image/jpeg", "image/tiff"])  # media types
_LEAST_LABELS = 10  # of table 3 among the labels of a grid, whole or cut off
_SHARED = 3  # characters of the rest of a label that are met elsewhere, where it is not cut off
_LEAST_LETTERS = 2  # of a label that are left

_ORDER_TAKEN = "table4: the heads of the columns are cut off, the form's order is taken"
_OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_ORDINALS = "0123456789一二三四五六七八九十"
_LABELS: Mapping[str, str] = {  # key → label as the form prints it
    **{label_key(row.label): row.label for row in TABLE3_ROWS},
    **{label_key(row.label).lstrip(_ORDINALS): row.label for row in TABLE3_ROWS},
    **{group: group for group in TABLE3_GROUPS},
    **{head: head for head in ("自然人", "法人或其他组织", "商业企业", "科研机构", "社会公益组织", "法律服务机构")},
}
_KNOWN = frozenset((*TABLE3_ROWS.keys, *TABLE3_GROUPS, *TABLE3_HEADER_KEYS))


def with_whole_labels(grid: Grid, doubts: list[str]) -> Grid:
    """Return a grid whose cut labels are whole; the grid itself where none is cut. `doubts` gets what only the form's
    order tells.
    """
    rows = [_with_whole_outcomes(row, doubts) for row in grid.rows]
    keys = [label_key(cell.text) for row in rows for cell in row]
    printed = frozenset(keys)
    unknown = printed - _KNOWN
    whole = {key: _LABELS[label] for key in unknown if (label := _only_label_begun_by(key, printed))}
    others = unknown - whole.keys()
    if any(_share(label_key(label)[len(key) :], other) for key, label in whole.items() for other in others):
        whole = {}  # labels go on in rows of their own
    if whole and sum(key in _KNOWN or key in whole for key in keys) >= _LEAST_LABELS:
        rows = [tuple(cell._replace(text=whole.get(label_key(cell.text), cell.text)) for cell in row) for row in rows]
    return replace(grid, rows=tuple(rows)) if rows != list(grid.rows) else grid


def _only_label_begun_by(key: str, printed: Set[str]) -> str | None:
    """Return the one label that a key begins and that is not printed itself."""
    if len(key.lstrip(_ORDINALS)) < _LEAST_LETTERS:
        return None
    begun = [label for label in _LABELS if label.startswith(key) and label not in printed]
    return begun[0] if len(begun) == 1 else None


def _share(rest: str, text: str) -> bool:
    """Whether a text holds some characters in a row of the rest of a label."""
    return any(rest[at : at + _SHARED] in text for at in range(len(rest) - _SHARED + 1))


def _with_whole_outcomes(row: Sequence[Cell], doubts: list[str]) -> tuple[Cell, ...]:
    """Return a row with the heads of table 4 in full, wherever five cells begin with what the five say."""
    cells = list(row)
    for at in range(len(cells) - len(_OUTCOME_LABELS) + 1):
        five = cells[at : at + len(_OUTCOME_LABELS)]
        keys = [label_key(cell.text) for cell in five]
        if all(key and head.startswith(key) for key, head in zip(keys, _OUTCOME_LABELS, strict=True)):
            cells[at : at + len(five)] = [
                cell._replace(text=head) for cell, head in zip(five, _OUTCOME_LABELS, strict=True)
            ]
            if len(set(keys)) < len(keys) and _ORDER_TAKEN not in doubts:
                doubts.append(_ORDER_TAKEN)
    return tuple(cells)
