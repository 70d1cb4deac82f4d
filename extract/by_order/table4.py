"""Table 4 by order: reviews and litigation."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from extract.by_order.siblings import Found, Siblings, adds_up_with_blanks, kinds_of
from extract.by_order.values import (
    AMONG,
    BY_FORM,
    HEAD_LOST,
    TOTAL_LOST,
    OrderReading,
    RowReading,
    alternatives,
    filled_up,
    next_line,
    stand_turned,
    take,
)
from extract.by_position import are_in_order, place
from extract.form import GROUPS, OUTCOMES, TABLE4_FURNITURE, TABLE4_GROUPS, TABLE4_KEYS, TABLE4_LABELS, TABLE4_OUTCOMES
from extract.labels import Match, could_be, known_label
from extract.reading import ReadCell
from extract.stream import Run, Token

_OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_TABLE4_LABEL = re.compile(alternatives([*TABLE4_GROUPS, *TABLE4_OUTCOMES, *TABLE4_FURNITURE]))
_BEFORE_FIGURES4 = frozenset(["数量", "件数", "案件数", "案件数量", "数据"])  # what may label the row of figures
_HEADS4 = [[key for key, name in TABLE4_OUTCOMES.items() if name == outcome] for outcome in OUTCOMES * len(GROUPS)]
_COLUMNS4 = _OUTCOME_LABELS * len(GROUPS)
_CHARACTERS = frozenset("".join(TABLE4_KEYS))
_OF_TABLE4 = re.compile("[诉维纠]|复议|结果|尚未|审结")
_TABLE4_HEADER = re.compile(rf"(?:{_TABLE4_LABEL.pattern})+$")


class _Heads4(NamedTuple):
    """What the heads of table 4 above some figures name; the line on which they begin, what is doubtful in them, and the
    labels of the outcomes where each group below them has a row of its own.
    """

    groups: list[str]
    outcomes: list[str]
    line: int
    problem: str | None
    above_rows: list[str]


def read_table4(runs: Sequence[Run], *, pitch: int = 0) -> OrderReading | None:
    """Return table 4 of the stream: one run of 15 values, or several that each name their groups, or a row for each
    group below the outcomes, or for each outcome below the groups; 12 values and 4 where there is no 总计.
    """
    reading = OrderReading()
    pending: tuple[Token, ...] = ()
    problem: str | None = None
    above: list[str] = []  # the outcomes, where each group below them has a row of its own
    may_move: list[str] = []  # groups whose row ends in a blank with which a converter may have filled it up
    shared: list[str] = []  # groups whose figures stand in one row with those of others
    for index, printed in enumerate(runs):
        run = _below_heads(printed)
        texts = (*pending, *run.texts)
        heads = _heads4(texts, run, above, [*reading.rows])
        if not reading.rows and (whole := _set_out(texts, run) or _turned(heads, runs[index : index + len(OUTCOMES)])):
            reading.rows.update(whole)
            reading.cover(*whole[GROUPS[0]].lines)
            return reading
        has_figures = "value" in kinds_of(run)
        if not heads.outcomes or not (has_figures or _is_blank_row4(run)):
            pending = () if has_figures else texts
            continue
        pending = ()
        named = heads.groups or [group for group in GROUPS if group not in reading.rows]
        if reading.rows.keys() & set(named):
            break  # the table is printed a second time
        found = Found(Match("", "exact", 0), texts, run, next_line(runs, index))
        lines = heads.line, run.rows[-1][-1].line
        width = len(OUTCOMES) if "total" in heads.outcomes else len(OUTCOMES) - 1
        taken, count_problem = take(
            found, Siblings([found], len(named) * width), pitch=pitch or _pitch_of_lines(texts, run)
        )
        problem = heads.problem or problem or count_problem
        if fault := _fault_of_order(named, heads.outcomes, width, texts) or _fault_of_width(taken or (), width, texts):
            taken, problem = None, problem if problem and taken is None else fault
        for position, group in enumerate(named):
            part = taken and filled_up(taken[position * width : (position + 1) * width], len(OUTCOMES))
            reading.rows[group] = RowReading(part, problem, lines)
        reading.cover(*lines)
        may_move += named if _is_open(run) else []
        above = heads.above_rows
        shared += named if len(named) > 1 else []
        if len(reading.rows) == len(GROUPS):
            break
    if len(reading.rows) < len(GROUPS):
        reading.refuse("a group of the table was not found, whose figures these may be", shared)
    if not reading.rows:
        return None
    reading.refuse(TOTAL_LOST, _moved_up(reading.rows, may_move))
    return reading


def _set_out(texts: Sequence[Token], run: Run) -> dict[str, RowReading]:
    """Return the groups of a table 4 whose figures, fewer than it has columns, stand below the heads of all of them in a
    text set out by blanks; none where they do not, or a total is not the sum of its group.
    """
    named = [token for token in texts if token.columns and token.key in TABLE4_GROUPS]
    across = sorted(named, key=lambda token: token.columns or ())
    if len(run.rows) != 1 or [TABLE4_GROUPS[token.key] for token in across] != list(GROUPS):
        return {}
    width = len(OUTCOMES)
    if len(run.rows[0]) >= len(_HEADS4):
        return {}
    first = min(token.line for token in named)
    placed = place({"": run.rows[0]}, [token for token in texts if token.line >= first], _HEADS4, labels=())
    cells = placed.rows.get("", ())
    groups = [cells[at : at + width] for at in range(0, len(cells), width)]
    if not (placed.are_below or all(map(adds_up_with_blanks, groups))):
        return {}
    lines = first, run.rows[0][-1].line
    return {name: RowReading(group, None, lines) for name, group in zip(GROUPS, groups, strict=False)}


def _turned(heads: _Heads4, rows: Sequence[Run]) -> dict[str, RowReading]:
    """Return the groups of a table 4 that stand side by side above a row for each outcome; none of another table.

    A row that ends in a blank without a place of its own may have lost another cell, and been filled up.
    """
    if heads.groups != list(GROUPS) or heads.outcomes != [OUTCOMES[0]]:
        return {}
    labels = [*heads.outcomes, *(TABLE4_OUTCOMES.get("".join(_header4(row.texts)[0])) for row in rows[1:])]
    if labels != list(OUTCOMES):
        return {}
    found = [Found(Match("", "exact", 0), row.texts, row) for row in rows]
    taken = [take(row, Siblings(found, len(GROUPS)))[0] for row in found]
    lines = heads.line, rows[-1].rows[-1][-1].line
    if any(cells is None or (cells[-1].kind == "blank" and not cells[-1].place) for cells in taken):
        return {name: RowReading(None, AMONG, lines) for name in GROUPS}
    groups = zip(*filter(None, taken), strict=True)
    return {name: RowReading(cells, None, lines) for name, cells in zip(GROUPS, groups, strict=True)}


def _pitch_of_lines(texts: Sequence[Token], run: Run) -> int:
    """Return how many lines the heads of table 4 stand apart where each has a line of its own and there are as many
    lines for its cells, the last of them filled or whole groups behind the figures blank; 0 otherwise: then no empty
    line is a blank cell.
    """
    count = len(GROUPS) * len(OUTCOMES)
    heads = texts[-count:]
    gaps = {below.line - above.line for above, below in pairwise(heads)}
    pitch = gaps.pop() if len(gaps) == 1 and len(heads) == count else 0
    filled = {count, len(run.values) // len(OUTCOMES) * len(OUTCOMES)}
    return pitch if run.rows[-1][-1].line - heads[-1].line in {pitch * cells for cells in filled} else 0


def _is_blank_row4(run: Run) -> bool:
    """Tell whether the blanks behind heads may be a row of table 4: as many as groups have, not at the end of a line of
    heads.
    """
    behind_heads = bool(run.texts) and all(token.line == run.texts[-1].line for token in run.values)
    return len(run.values) % len(OUTCOMES) == 0 and not behind_heads


def _below_heads(run: Run) -> Run:
    """Return a run without the blanks behind its last text where figures follow: table 4 has no label beside its figures,
    so the blanks end a line of heads.
    """
    if len(run.rows) < 2 or not run.texts or any(token.kind == "value" for token in run.rows[0]):
        return run
    return run._replace(rows=run.rows[1:]) if run.rows[0][0].line == run.texts[-1].line else run


def _heads4(texts: Sequence[Token], run: Run, above: Sequence[str], read: Sequence[str]) -> _Heads4:
    """Return what the heads of table 4 that end the texts name; `above` are the outcomes above rows of groups, `read` the
    groups met before.
    """
    labels, line = _header4(texts)
    problem = None
    if above and "结果维持" not in labels and labels and TABLE4_GROUPS.get(labels[-1]) not in (None, *read):
        labels = [*above, labels[-1]]
    elif whole := _whole_heads(labels, texts, run):
        labels, line = whole, texts[-1].line - 3
        problem = (
            None if are_in_order(texts, _HEADS4) else f"the heads of the columns are not all the form's, {BY_FORM}"
        )
    if "结果维持" not in labels:
        return _Heads4([], [], line, None, [])
    outcomes = [label for label in labels if label in TABLE4_OUTCOMES]
    above_rows = outcomes if labels[-1] in TABLE4_GROUPS else []
    return _Heads4(_groups_named(labels), [TABLE4_OUTCOMES[label] for label in outcomes], line, problem, above_rows)


def _groups_named(labels: Sequence[str]) -> list[str]:
    """Return the groups among labels of table 4, in their order."""
    return list(dict.fromkeys(TABLE4_GROUPS[label] for label in labels if label in TABLE4_GROUPS))


def _fault_of_order(named: Sequence[str], outcomes: Sequence[str], width: int, texts: Sequence[Token]) -> str | None:
    """Return why the heads of table 4 do not stand in the form's order; None where they do."""
    if list(named) != [group for group in GROUPS if group in named] or stand_turned(texts, "行政复议", "行政诉讼"):
        return f"the groups stand in another order: {' '.join(named)}"
    parts = {tuple(outcomes[at : at + width]) for at in range(0, len(outcomes), width)}
    return (
        None
        if parts == {OUTCOMES[:width]}
        else f"the heads of the columns stand in another order: {' '.join(outcomes)}"
    )


def _fault_of_width(cells: Sequence[ReadCell], width: int, texts: Sequence[Token]) -> str | None:
    """Return why figures below heads without 总计 may be totals all the same: a converter lost heads and blank cells."""
    if width == len(OUTCOMES):
        return None
    groups = [cells[at : at + width] for at in range(0, len(cells), width)]
    adds_up = bool(groups) and all(group[-1].value and adds_up_with_blanks(group) for group in groups)
    return HEAD_LOST if adds_up or any("总计" in token.key for token in texts) else None


def _is_open(run: Run) -> bool:
    """Tell whether figures end in a blank without a place of its own: it may fill up a row that lost a cell."""
    last = run.values[-1]
    return last.kind == "blank" and not (last.cell and last.cell.place)


def _moved_up(rows: Mapping[str, RowReading], may_move: Collection[str]) -> Collection[str]:
    """Return the groups whose figures may have moved up by a blank cell that a converter dropped: those that state figures
    and no total, where others state theirs; all where several are such, or the others' totals are no sums.
    """
    cells = {name: row.cells or () for name, row in rows.items()}
    stated = {name for name, group in cells.items() if any(cell.value is not None for cell in group)}
    lacking = {name for name in stated if cells[name][-1].kind == "blank"}
    totals = [cells[name] for name in stated - lacking]
    if not lacking.intersection(may_move) or not totals:
        return ()
    return lacking if len(lacking) == 1 and all(map(adds_up_with_blanks, totals)) else rows.keys()


def _whole_heads(labels: Sequence[str], texts: Sequence[Token], run: Run) -> list[str]:
    """Return all labels of table 4, or the outcomes and the group of a row, where the heads above as many figures lost
    characters, or were lost, and nothing says that they stand otherwise than in the form; none where they are told.

    What is left of each head could be the form's in its place (结果 结果 其他 尚未 总计), or some are lost.
    """
    named = _groups_named(labels)
    figures = [token for token in run.values if token.kind == "value"]
    first = [token for token in run.rows[0] if token.kind == "value"] if run.rows else []
    counts = {len(figures), len(first)}.intersection([len(_COLUMNS4), len(OUTCOMES)])
    is_told = sum(label in TABLE4_OUTCOMES for label in labels) == len(_COLUMNS4) and named == list(GROUPS)
    if is_told or not counts or named != [group for group in GROUPS if group in named]:
        return []
    heads = [*takewhile(_is_of_heads, (token.key for token in reversed(texts)))][::-1]
    signs = [sign for key in heads for sign in _signs(key)]
    if len(_COLUMNS4) in counts and _are_in_order(heads, signs):
        return [*TABLE4_LABELS.values(), *_COLUMNS4]
    last = signs[-len(OUTCOMES) :]
    in_turn = len(last) == len(OUTCOMES) and all(map(frozenset.__contains__, last, OUTCOMES))
    return [*_OUTCOME_LABELS, heads[-1]] if in_turn and heads[-1] in TABLE4_GROUPS else []


def _are_in_order(heads: Sequence[str], signs: Sequence[frozenset[str]]) -> bool:
    """Tell whether heads of table 4, some of them lost, stand in the form's order; those that lines take apart (结果 结果
    其他 …, 维持 纠正 …) stand in none.
    """
    form = iter(OUTCOMES * len(GROUPS))
    are_apart = len(signs) > len(_COLUMNS4) or not all(map(_is_left_of_head, heads))
    in_order = are_apart or all(any(one in sign for one in form) for sign in signs)
    return _OF_TABLE4.search("".join(heads)) is not None and in_order


@lru_cache(maxsize=1 << 10)
def _is_of_heads(key: str) -> bool:
    """Tell whether a text may be what is left of heads of table 4, of one or of a line of them."""
    return bool(key) and (_CHARACTERS.issuperset(key) or any(could_be(key, label) for label in TABLE4_KEYS))


def _is_left_of_head(key: str) -> bool:
    """Tell whether a text holds a head of table 4, or is what is left of one."""
    return _TABLE4_LABEL.search(key) is not None or any(could_be(key, label) for label in TABLE4_KEYS)


@lru_cache(maxsize=1 << 10)
def _signs(key: str) -> tuple[frozenset[str], ...]:
    """Return of which outcomes each head in a text may be: those that it names, or the ones that it is left of."""
    if told := _TABLE4_LABEL.findall(key):
        return tuple(frozenset([TABLE4_OUTCOMES[label]]) for label in told if label in TABLE4_OUTCOMES)
    sign = frozenset(outcome for label, outcome in TABLE4_OUTCOMES.items() if could_be(key, label))
    return (sign,) if sign else ()


def _header4(texts: Sequence[Token]) -> tuple[list[str], int]:
    """Return the labels of table 4 that end the texts, and the line on which they begin."""
    printed = [token.key for token in texts]
    corrected = [known_label(key, TABLE4_KEYS) for key in printed]
    readings = [_ending4(texts, keys) for keys in ([printed] if printed == corrected else [printed, corrected])]
    return max(readings, key=lambda reading: len(reading[0]))


def _ending4(texts: Sequence[Token], keys: list[str]) -> tuple[list[str], int]:
    if keys and keys[-1] in _BEFORE_FIGURES4:
        keys.pop()
    match = _TABLE4_HEADER.search("".join(keys))
    if match is None:
        return [], -1
    at, line = 0, texts[-1].line
    for token, key in zip(texts, keys, strict=False):
        if at >= match.start():
            line = token.line
            break
        at += len(key)
    return [label[0] for label in _TABLE4_LABEL.finditer(match[0])], line
