"""Table 3 by order: requests received and handled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain, pairwise, takewhile

from extract.by_order.applicants import APPLICANT_HEADS, HEADS, arrange_by_heads, heads_of, lacks_totals
from extract.by_order.siblings import Found, Siblings, adds_up_with_blanks, cells_in, kinds_of
from extract.by_order.values import (
    ENOUGH,
    LABELS_MOVED,
    LED,
    PRINTED_AGAIN,
    OrderReading,
    RowReading,
    by_place,
    figures_of,
    filled_up,
    keys_behind,
    leads,
    next_line,
    parts_of,
    take,
    with_empty_lines,
    without,
    without_last,
)
from extract.by_position import place
from extract.form import (
    APPLICANTS,
    ROWS_2019_ONLY,
    ROWS_2021_ONLY,
    TABLE3_HEADERS,
    TABLE3_ROWS,
)
from extract.labels import Match, Trail, is_furniture, match_label
from extract.reading import ReadCell
from extract.stream import Line, Run, Token

_ORDER = [row.name for row in TABLE3_ROWS]
_BESIDE = 12  # lines that a refused row may stand before or behind the others
_FAR = 4  # cells, of which several are blank: too far for what parts two
_FIRST_ROW, _LAST_ROW = TABLE3_ROWS[0].name, TABLE3_ROWS[-1].name
_NUMBERED = re.compile(r"\s*(?:[（(]?(?:[一二三四五六七八九十]|\d{1,2})[)）、.．]|[㈠-㈩])")
_SEVERAL_ROWS = 4
_SHORTEST_LABEL = 4  # characters: 重复申请
_Taken = tuple[Found, tuple[ReadCell, ...] | None, str | None]


def read_table3(runs: Sequence[Run], lines: Sequence[Line]) -> list[OrderReading]:
    """Return every table 3 of the stream, in order (a page may print it twice)."""
    tables: list[list[Found]] = []
    headers: list[tuple[Token, ...]] = []
    strays: list[list[Run]] = []
    pending: tuple[Token, ...] = ()
    read: list[str] = []
    tail = 0
    led: list[bool] = []  # of each table, whether figures stand between its heads and its first label
    leading = False
    for index, run in enumerate(runs):
        texts = without((*pending, *run.texts), tail)
        trail = Trail.of(texts)
        match = match_label(trail, keys_behind(runs, index), TABLE3_ROWS, read=read) or _in_column(
            texts, runs[index : index + 2], read
        )
        has_values = any(token.kind == "value" for token in run.values)
        if not has_values and not (match and match.how == "exact" and _is_blank_row(run)):
            pending, tail = texts, 0
            continue
        pending, tail = (), 0
        if match and read[-1:] == [_LAST_ROW] and match.row in read and match.row != _FIRST_ROW:
            continue  # behind the table: prose that quotes a row
        if match is None:
            leading = leads(run, texts, TABLE3_HEADERS, len(APPLICANTS))
            if tables and has_values and run.values:
                strays[-1].append(run)
            continue
        if not tables or (match.row == _FIRST_ROW and (_FIRST_ROW in read or _LAST_ROW in read)):
            tables.append([])
            strays.append([])
            headers.append(texts)
            led.append(leading and match.row == _FIRST_ROW)
            read = []
        column = len(lines[run.rows[0][0].line].tokens) - len(run.rows[0])
        tables[-1].append(Found(match, texts, run, next_line(runs, index), False, column))
        read.append(match.row)
        tail = match.tail
    readings = [
        _table3(found, header, lost, lines) for found, header, lost in zip(tables, headers, strays, strict=True)
    ]
    for reading, shifted in zip(readings, led, strict=True):
        if reading is not None and shifted:
            reading.refuse(LED, reading.rows)
    return [reading for reading in readings if reading is not None]


def _is_blank_row(run: Run) -> bool:
    """Tell whether the blanks behind a label may be a row: on its line, or a line for each cell."""
    return bool(run.rows) and (len(run.rows[0]) > 1 or len(run.values) >= len(APPLICANTS))


def _in_column(texts: Sequence[Token], runs: Sequence[Run], read: Sequence[str]) -> Match | None:
    """Return the row whose label begins where the last text on the line of a run's figures does, in a text set out by
    blanks: what stands beside it are pieces of the labels of groups.
    """
    run, *behind = runs
    if not run.rows or not texts or texts[-1].columns is None or texts[-1].line != run.rows[0][0].line:
        return None
    for metric, start in enumerate(texts[-1].columns):
        above, below = (
            [token for token in tokens if token.columns is not None and token.columns[metric] == start]
            for tokens in (texts, behind[0].texts if behind else ())
        )
        first = max((at for at, token in enumerate(above) if _NUMBERED.match(token.text)), default=0)
        label = *above[first:], *takewhile(lambda token: not _NUMBERED.match(token.text), below)
        whole = Trail("".join(token.key for token in label), frozenset([0]))
        if match := match_label(whole, (), TABLE3_ROWS, read=read):
            return match
    return None


def _table3(
    found: Sequence[Found], header: Sequence[Token], strays: Sequence[Run], lines: Sequence[Line]
) -> OrderReading | None:
    reading = OrderReading()
    *above, lowest = _without_last_column(found)
    rows = _paged([*above, lowest._replace(is_last=True)], lines)
    heads = heads_of(header, lines)
    width = len(heads.columns) if lacks_totals(heads, rows) else len(APPLICANTS)
    reading.pitch = _pitch(rows) if len(rows) >= 8 else 0
    cut = [
        _with_one_more(one)[-1].kind for row, one in zip(rows, found, strict=True) if row.run.values != one.run.values
    ]
    taken = _taken(rows, width, pitch=reading.pitch, has_further=2 * cut.count("value") > len(cut))
    if no_totals := _without_totals(taken):
        reading.problems.append("no row states a total: the cell that each lacks is taken for it")
        if all(not cells or cells[-1].kind == "blank" for _, cells, _ in no_totals):
            heads = heads.with_totals_last()  # wherever theirs stands, the other columns stand in the form's order
    if not _fill(reading, no_totals or taken):
        return None
    left = _fill_gaps(reading, taken, strays)
    arrange_by_heads(reading, heads, width, cell_a_line=all(len(row.run.rows) > 1 for row in rows))
    for run in left:
        if reading.first_line is not None and reading.first_line <= run.rows[0][0].line <= (reading.last_line or 0):
            figures = " ".join(token.text for token in run.values)[:40]
            reading.problems.append(f"values behind no label of the form: {_label_of(run)!r} {figures}")
    for token in rows[0].texts:
        if HEADS.search(token.key) or "勾稽关系" in token.key or "申请人情况" in token.key:
            reading.cover(token.line)
    return reading


def _taken(found: Sequence[Found], width: int, *, pitch: int, has_further: bool) -> list[_Taken]:
    """Return the rows of a table with their cells, or None and why these cannot be told. `has_further`: a further column
    was left out, so a row may have lost a cell that does not keep its total.
    """
    siblings = Siblings(found[:ENOUGH], width)
    told = ((row, *take(row, siblings, pitch=pitch)) for row in found)
    taken = [(row, cells and filled_up(cells, len(APPLICANTS)), problem) for row, cells, problem in told]
    if has_further or _has_further_columns(found, width):
        return [
            (row, cells, problem)
            if has_further and cells and adds_up_with_blanks(cells)
            else (row, None, problem or "the table has more columns than the form")
            for row, cells, problem in taken
        ]
    return _set_out(taken) if width == len(APPLICANTS) and any(cells is None for _, cells, _ in taken) else taken


def _without_totals(taken: Sequence[_Taken]) -> list[_Taken]:
    """Return the rows of a table whose totals are left blank, with the figures of those that print all the others; none
    of another table. A converter that drops blank cells does not tell which one each row lacks, but the figures do:
    hardly a row that states more than nothing ends in as much as its others come to.
    """
    short = {at: parts for at, (row, _, _) in enumerate(taken) if (parts := _parts(row))}
    placed = sum(cells is not None and cells[-1].kind == "blank" for at in short for cells in [taken[at][1]])
    told = [stated for parts in short.values() if any(stated := [cell.value or 0 for cell in parts])]
    may_be_totals = sum(2 * stated[-1] >= sum(stated) for stated in told)
    if len(short) * 5 < len(taken) * 4 or (
        placed * 2 < len(taken) and (len(told) < 2 or may_be_totals * 4 > len(told))
    ):
        return []
    return _given(taken, {at: filled_up(parts, len(APPLICANTS)) for at, parts in short.items()})


def _given(taken: Sequence[_Taken], found: Mapping[int, tuple[ReadCell, ...]]) -> list[_Taken]:
    """Return the rows of a table, those that could not be told with the cells that were found otherwise."""
    return [
        (row, found[at], None) if cells is None and at in found else (row, cells, problem)
        for at, (row, cells, problem) in enumerate(taken)
    ]


def _parts(row: Found) -> tuple[ReadCell, ...]:
    """Return the figures of a row that prints one less than the form has columns, side by side; none of another."""
    kinds = kinds_of(row.run)
    first = kinds.index("value") if kinds.count("value") == len(APPLICANTS) - 1 else len(kinds)
    figures = row.run.values[first : first + len(APPLICANTS) - 1]
    return cells_in(figures) if all(token.kind == "value" for token in figures) else ()


def _fill(reading: OrderReading, taken: Sequence[_Taken]) -> bool:
    """Put rows into a reading; tell whether they are a table's, and no numbers behind words of the form in prose."""
    strong = [row for row, cells, _ in taken if cells is not None and row.match.how != "misprint"]
    if len(strong) < 3 and len(taken) < 8:
        return False
    sure = strong or [row for row, *_ in taken]
    first, end = sure[0].run.rows[0][0].line - _BESIDE, sure[-1].run.rows[-1][-1].line + _BESIDE
    last = -1
    for row, cells, problem in taken:
        line = row.run.rows[0][0].line
        if cells is None and not first <= line <= end:
            continue
        at = _ORDER.index(row.match.row)
        if at < last:
            problem = problem or "the row stands out of order"
        span = (min((token.line for token in row.texts), default=line), row.run.rows[-1][-1].line)
        if reading.put(row.match.row, RowReading(cells, problem, span, row.match.how != "misprint")):
            last = max(last, at)
            reading.cover(line, span[1])
    return True


def _paged(found: Sequence[Found], lines: Sequence[Line]) -> Sequence[Found]:
    """Return the rows of a table with the page of each: another grid, or an empty line that does not stand between all of
    them, begins one.
    """
    first = [row.run.rows[0][0] for row in found]
    apart = [
        (below.block != above.block and below.in_grid)
        or not all(line.tokens for line in lines[above.line : below.line])
        for above, below in pairwise(first)
    ]
    if 2 * sum(apart) > len(apart):
        return found
    return [row._replace(page=page) for row, page in zip(found, accumulate([0, *apart]), strict=True)]


def _without_last_column(found: Sequence[Found]) -> Sequence[Found]:
    """Return the rows of a table without a column behind the form's (备注, 占比, 较上年增减), where the figures before it
    are totals: the sums of their rows, but for some that may be misprinted. Where a blank leads a row and its last figure
    is the sum, or one of few in that column, that is its total, and the blank its label's. A number where hardly another
    row has one is no remark but one too many, unless those before it add up.
    """
    wide = [fields for row in found if (fields := _with_one_more(row))]
    led = [cells_in(values[1:]) for values in wide if values[0].kind == "blank"]
    if any(cells[-1].value and adds_up_with_blanks(cells) for cells in led):
        return found
    totals = [row for values in wide if (row := cells_in(values[: len(APPLICANTS)]))[-1].value]
    kept = sum(map(adds_up_with_blanks, totals))
    figures = sum(values[-1].kind != "blank" for values in wide)
    if not figures or kept < _SEVERAL_ROWS or kept * 5 < len(totals) * 4:
        return found
    cut = [values for values in wide if figures >= _SEVERAL_ROWS or values[0].kind != "blank"]
    numbers = [values for values in cut if cells_in(values)[-1].value is not None]
    if len(numbers) < _SEVERAL_ROWS:
        cut = [values for values in cut if values not in numbers or adds_up_with_blanks(cells_in(values[:-1]))]
    return [without_last(row, len(APPLICANTS)) if _with_one_more(row) in cut else row for row in found]


def _with_one_more(row: Found) -> tuple[Token, ...]:
    """Return the fields of a row that are one more than the form has columns: all, or those from figure to figure."""
    fields, kinds, count = row.run.values, kinds_of(row.run), len(APPLICANTS) + 1
    if kinds.count("value") == count:
        first = kinds.index("value")
        fields = fields[first:] if set(kinds[first + count :]) - {"blank"} else fields[first : first + count]
    return fields if len(fields) == count else ()


def _has_further_columns(found: Sequence[Found], width: int) -> bool:
    """Tell whether a table has more columns than the form, and no row alone a figure too many: several rows fill more,
    or one fills as many cells as nearly all rows have.
    """
    on_lines = [kinds_of(row.run) for row in found if len(row.run.rows) == 1]
    filled = [kinds.count("value") for kinds in on_lines]
    cells = [*map(len, on_lines)] or [0]
    usual = max(set(cells), key=cells.count)
    regular = usual > width and cells.count(usual) * 5 >= len(cells) * 4
    return sum(count > width for count in filled) >= _SEVERAL_ROWS or (regular and usual in filled)


def _set_out(taken: Sequence[_Taken]) -> list[_Taken]:
    """Return the rows of table 3 with those read by position that print fewer figures than the table has columns.

    Positions are believed where no row says otherwise: rows with all their figures read the same by order, and with
    blanks as zeros the totals add up, where not every figure stands below its head.
    """
    rows = {str(at): row.run.rows[0] for at, (row, _, _) in enumerate(taken) if len(row.run.rows) == 1}
    labels = [token for row, _, _ in taken for token in row.texts if token.line == row.run.rows[0][0].line]
    placed = place(rows, taken[0][0].texts, APPLICANT_HEADS, labels=labels)
    agreed = all(
        cells is None or str(at) not in placed.rows or figures_of(placed.rows[str(at)]) == figures_of(cells)
        for at, (_, cells, _) in enumerate(taken)
    )
    short = {
        at: cells for at, (_, whole, _) in enumerate(taken) if whole is None and (cells := placed.rows.get(str(at)))
    }
    may_stand = agreed and (placed.are_below or all(map(adds_up_with_blanks, short.values())))
    return _given(taken, short if may_stand else {})


def _pitch(found: Sequence[Found]) -> int:
    """Return the lines from cell to cell where every row adds up with its empty lines as blank cells, and some row needs
    them to; 0 otherwise.
    """
    if all(kinds_of(row.run).count("value") >= len(APPLICANTS) for row in found):
        return 0
    steps = {below[0].line - above[0].line for row in found for above, below in pairwise(row.run.rows)}
    first = min((row.run.rows[0][0].line - row.texts[-1].line for row in found if row.texts), default=0)
    pitch = min(steps, default=0)  # some cells without a blank one between
    pitch = first if pitch >= _FAR * first else pitch  # only the first cells and the last are filled
    return pitch if pitch and all(with_empty_lines(row, len(APPLICANTS), pitch) for row in found) else 0


def _fill_gaps(reading: OrderReading, taken: Sequence[_Taken], strays: Sequence[Run]) -> list[Run]:
    """Give rows whose label is illegible, or lost, their place between two known rows; return what has no place."""
    if not strays and all(row.cells for row in reading.rows.values()):
        return []
    known = [(row.match.row, row.run) for row, *_ in taken if row.match.row in reading.rows]
    printed = sorted([*known, *(("", run) for run in strays)], key=lambda one: one[1].rows[0][0].line)
    starts = [at for at, (name, _) in enumerate(printed) if name]
    left = [run for _, run in printed[: starts[0]]]
    for first, following in pairwise([*starts, len(printed)]):
        (name, own), *behind = printed[first:following]
        after = printed[following][0] if following < len(printed) else name
        runs = [run for _, run in behind]
        if (runs or not reading.rows[name].cells) and not _place_between(reading, name, after, [own, *runs]):
            left.extend(runs)
            if not runs and reading.rows[name].problem != PRINTED_AGAIN and len(parts_of(own, len(APPLICANTS))) > 1:
                _refuse_moved(reading, name)
            elif _ORDER[max(0, _ORDER.index(name) - 1)] not in reading.rows and any(
                _is_nameless(run) and figures_of(cells_in(run.values)) != figures_of(reading.rows[name].cells)
                for run in runs
            ):
                reading.refuse(LABELS_MOVED, [name])
    return left


def _is_nameless(run: Run) -> bool:
    """Tell whether figures are those of a whole row, beside no more than the rest of a group's label."""
    label = "".join(token.key for token in run.texts)
    return kinds_of(run) == ("value",) * len(APPLICANTS) and len(label) < _SHORTEST_LABEL and is_furniture(label)


def _refuse_moved(reading: OrderReading, name: str) -> None:
    """Take back the rows between one behind which figures without a label stand and the nearest that are not found: a
    recogniser may have set their labels a line too high or too low.
    """
    absent = ROWS_2019_ONLY if ROWS_2021_ONLY & reading.rows.keys() else ROWS_2021_ONLY
    form = [one for one in _ORDER if one not in absent]
    at = form.index(name)
    lost = [place for place, one in enumerate(form) if one not in reading.rows]
    before = max((place for place in lost if place < at), default=at)
    behind = min((place for place in lost if place > at), default=at + 1)
    reading.refuse(LABELS_MOVED, form[before + 1 : behind])


def _place_between(reading: OrderReading, name: str, after: str, runs: Sequence[Run]) -> bool:
    """Put into a reading the rows whose figures stand behind a known row and before the next one, as many as the form has
    there; those of lost labels, and of the row before them, only if they keep their totals. Tell whether it was done.
    """
    own = reading.rows[name]
    parted = [[runs[0]] if own.cells else parts_of(runs[0], len(APPLICANTS))]
    parted += [parts_of(run, len(APPLICANTS)) for run in runs[1:]]
    between = _ORDER[_ORDER.index(name) : _ORDER.index(after)]
    forms = [[one for one in between if one not in absent] for absent in (ROWS_2019_ONLY, ROWS_2021_ONLY)]
    if ROWS_2021_ONLY & reading.rows.keys():
        del forms[1]
    names = next((form for form in forms if form[:1] == [name] and len(form) == sum(map(len, parted))), None)
    if names is None or not (own.cells or parted[0][1:]):
        return False
    placed: list[RowReading] = []
    for part in chain.from_iterable(parted):
        row = Found(Match("", "place", 0), part.texts, part)
        cells = take(row, Siblings([row], len(APPLICANTS)))[0]
        if cells is None or not (part in runs or (cells[-1].value is not None and adds_up_with_blanks(cells))):
            return False
        lines = part.rows[0][0].line, part.rows[-1][-1].line
        placed.append(RowReading(cells, by_place(_label_of(part)), lines))
    reading.rows.update(zip(names[1:], placed[1:], strict=True))
    if not own.cells:
        reading.rows[name] = own._replace(
            cells=placed[0].cells, problem="figures of a row without a label stand behind it"
        )
    return True


def _label_of(run: Run) -> str:
    return "".join(token.text for token in run.texts)[-30:]
