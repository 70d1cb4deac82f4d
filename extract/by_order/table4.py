"""Table 4 by order: reviews and litigation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extract.by_order.siblings import Found, Siblings, adds_up_with_blanks, kinds_of
from extract.by_order.values import (
    BY_FORM,
    OrderReading,
    RowReading,
    alternatives,
    filled_up,
    next_line,
    stand_turned,
    take,
)
from extract.by_position import are_in_order, place
from extract.form import (
    GROUPS,
    OUTCOMES,
    TABLE4_FURNITURE,
    TABLE4_GROUPS,
    TABLE4_KEYS,
    TABLE4_LABELS,
    TABLE4_OUTCOMES,
)
from extract.labels import Match, Trail, known_label
from extract.reading import ReadCell
from extract.stream import Run, Token

_OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_TABLE4_LABEL = re.compile(alternatives([*TABLE4_GROUPS, *TABLE4_OUTCOMES, *TABLE4_FURNITURE]))
_LONGEST_HEADS4 = 100  # characters of the heads of table 4
_BEFORE_FIGURES4 = frozenset(["数量", "件数", "案件数", "案件数量", "数据"])  # what may label the row of figures
_TABLE4_OUTCOME = re.compile(alternatives(TABLE4_OUTCOMES))
_HEADS4 = [[key for key, name in TABLE4_OUTCOMES.items() if name == outcome] for outcome in OUTCOMES * len(GROUPS)]
# What tells the head of one outcome from those of the others when it has lost characters (结正, 审结, 其果), how many heads
# may have lost that, and how long a head is.
_SIGNS = {
    outcome: frozenset(signs)
    for outcome, signs in zip(OUTCOMES, ("维持", "纠正", "其他它", "尚未审", "总合计"), strict=True)
}
_LOST, _LONGEST_HEAD = 3, 6
_OF_GROUP = re.compile("诉|复议|行政")
_TABLE4_HEADER = re.compile(rf"(?:{_TABLE4_LABEL.pattern})+$")


def read_table4(runs: Sequence[Run], *, pitch: int = 0) -> OrderReading | None:
    """Return table 4 of the stream: one run of 15 values, or several that each name their groups, or a row for each
    group below the outcomes; 12 values and 4 where there is no 总计.
    """
    reading = OrderReading()
    cells: list[ReadCell] = []
    groups: list[str] = []
    pending: tuple[Token, ...] = ()
    problem: str | None = None
    above: list[str] = []  # the outcomes, where each group below them has a row of its own
    shared: list[str] = []  # groups whose figures stand in one row with those of others
    for index, printed in enumerate(runs):
        run = _below_heads(printed)
        texts = (*pending, *run.texts)
        if not groups and (placed := _set_out(texts, run)):
            reading.rows.update(placed)
            reading.cover(*placed[GROUPS[0]].lines)
            return reading
        labels, first = _header4(texts)
        if above and "结果维持" not in labels and labels and TABLE4_GROUPS.get(labels[-1]) not in (None, *groups):
            labels = [*above, labels[-1]]
        if _states_whole4(run) and (fault := _fault_of_heads(labels, texts)):
            labels = [*TABLE4_LABELS.values(), *_OUTCOME_LABELS * len(GROUPS)]
            first = texts[-1].line - 3
            problem = None if are_in_order(texts, _HEADS4) else f"{fault}, {BY_FORM}"
        if "结果维持" not in labels:
            pending = texts if not any(token.kind == "value" for token in run.values) else ()
            continue
        if "value" not in kinds_of(run) and (len(run.values) % len(OUTCOMES) or _end_a_line(run)):
            pending = texts
            continue
        pending = ()
        named = _groups_named(labels) or [group for group in GROUPS if group not in groups]
        outcomes = [TABLE4_OUTCOMES[label] for label in labels if label in TABLE4_OUTCOMES]
        width = len(OUTCOMES) if "total" in outcomes else len(OUTCOMES) - 1
        above = [label for label in labels if label in TABLE4_OUTCOMES] if labels[-1] in TABLE4_GROUPS else []
        found = Found(Match("", "exact", 0), Trail.of(texts), texts, run, next_line(runs, index))
        taken, count_problem = take(
            found, Siblings([found], len(named) * width), pitch=pitch or _pitch_of_lines(texts, run)
        )
        problem = problem or count_problem
        if groups and set(named) & set(groups):
            break  # the table is printed a second time
        reading.cover(first, run.rows[-1][-1].line)
        groups.extend(named)
        shared += named if len(named) > 1 else []
        if named != [group for group in GROUPS if group in named] or stand_turned(texts, "行政复议", "行政诉讼"):
            taken, problem = None, f"the groups stand in another order: {' '.join(named)}"
        elif taken is None or any(
            tuple(outcomes[at : at + width]) != OUTCOMES[:width] for at in range(0, len(outcomes), width)
        ):
            problem = problem or f"the heads of the columns stand in another order: {' '.join(outcomes)}"
            taken = None
        for position, group in enumerate(named):
            part = taken and filled_up(taken[position * width : (position + 1) * width], len(OUTCOMES))
            reading.rows[group] = RowReading(part, problem, (first, run.rows[-1][-1].line))
        cells.extend(taken or ())
        if set(groups) == set(GROUPS):
            break
    if set(groups) != set(GROUPS):
        reading.refuse("a group of the table was not found, whose figures these may be", shared)
    return reading if reading.rows else None


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


def _states_whole4(run: Run) -> bool:
    """Tell whether the first line of a run, or all of it, states as many figures as table 4 has columns."""
    first = sum(token.kind == "value" for token in run.rows[0]) if run.rows else 0
    return len(GROUPS) * len(OUTCOMES) in (first, kinds_of(run).count("value"))


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


def _end_a_line(run: Run) -> bool:
    """Tell whether all blanks of a run stand behind its last text, on the same line."""
    return bool(run.texts) and all(token.line == run.texts[-1].line for token in run.values)


def _below_heads(run: Run) -> Run:
    """Return a run without the blanks behind its last text where figures follow: table 4 has no label beside its figures,
    so the blanks end a line of heads.
    """
    if len(run.rows) < 2 or not run.texts or any(token.kind == "value" for token in run.rows[0]):
        return run
    return run._replace(rows=run.rows[1:]) if run.rows[0][0].line == run.texts[-1].line else run


def _groups_named(labels: Sequence[str]) -> list[str]:
    """Return the groups among labels of table 4, in their order."""
    return list(dict.fromkeys(TABLE4_GROUPS[label] for label in labels if label in TABLE4_GROUPS))


def _fault_of_heads(labels: Sequence[str], texts: Sequence[Token]) -> str | None:
    """Return why the heads of table 4 are not all among its labels, though all its columns are there in the form's
    order: heads are misprinted or lost characters, or they are taken apart by lines (结果 结果 其他 …, 维持 纠正 …). None
    where they are not.
    """
    outcomes = [TABLE4_OUTCOMES[label] for label in labels if label in TABLE4_OUTCOMES]
    columns = OUTCOMES * len(GROUPS)
    named = _groups_named(labels)
    if len(named) == len(GROUPS) and (named != list(GROUPS) or len(outcomes) == len(columns)):
        return None
    near = ""
    for token in reversed(texts):
        if len(near) + len(token.key) > _LONGEST_HEADS4:
            break
        near = token.key + near
    if tuple(TABLE4_OUTCOMES[label[0]] for label in _TABLE4_OUTCOME.finditer(near)) == columns:
        return "a head of the columns is not the form's"
    heads = [token.key for token in texts if not _OF_GROUP.search(token.key)][-len(columns) :]
    signs = [{outcome for outcome in OUTCOMES if not _SIGNS[outcome].isdisjoint(head)} for head in heads]
    by_place = (
        all(sign <= {column} for sign, column in zip(signs, columns, strict=False)) and signs.count(set()) <= _LOST
    )
    if len(heads) == len(columns) and by_place and max(map(len, heads)) <= _LONGEST_HEAD:
        return "a head of the columns is not the form's"
    form = iter(columns)
    in_order = all(outcome in form for outcome in outcomes)
    wrapped = all(near.count(sign) >= len(GROUPS) for sign in "维纠尚审") and near.count("诉") >= 2
    return "the heads of the columns are wrapped" if wrapped and in_order else None


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
