"""Spoils a report as converters and portals do, without changing a figure that it still prints.

A mutation drops, doubles or moves lines, cells, rows and tags, misprints characters of labels, or puts in what pages
put in (page numbers, blank lines). It never makes one number out of another. So the truth of the document stays the
measure: a cell read must state what the whole document stated, be blank, or stand in a table with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

Mutation = Callable[[list[str], Random], None]

_FIGURE = re.compile(r"[\d０-９零〇一二三四五六七八九十百千两.,．，+\-−－＋/／—*无增减%]")
_HEADS = re.compile(
    r"制作|公开数|公开总|制发|废止|有效件|有效数|项目数|增.?减|决定|总金额|自然人|企业|机构|组织|结果|审结"
    r"|起诉|复议|诉讼"
)
_WORDS = "本年新收政府信息公开申请数量上结转度办理予以部分不属于国家秘密其他法律行处罚许可强制规章维持纠正总计"
_SPACES = ("", " ", "\u3000", "\n", "\t")
_STRAYS = ("- 3 -", "3", "第 3 页", "— 12 —", "7", "", "\u3000", "（续表）", "单位：件")


def spoil_text(text: str, rng: Random, count: int = 1) -> tuple[str, list[str]]:
    """Return a plain text with `count` mutations, and their names."""
    lines = text.replace("\r\n", "\n").split("\n")
    done = _apply(lines, rng, count, TEXT_MUTATIONS)
    return "\n".join(lines), done


def spoil_html(page: str, rng: Random, count: int = 1) -> tuple[str, list[str]]:
    """Return a page with `count` mutations, and their names."""
    pieces = re.split(r"(<[^>]*>)", page)
    done = _apply(pieces, rng, count, HTML_MUTATIONS)
    return "".join(pieces), done


def _apply(pieces: list[str], rng: Random, count: int, mutations: dict[str, Mutation]) -> list[str]:
    done = []
    for _ in range(count):
        name = rng.choice(tuple(mutations))
        before = list(pieces)
        mutations[name](pieces, rng)
        if pieces != before:
            done.append(name)
    return done


def _is_cell(line: str) -> bool:
    """Tell whether a line may be a figure, or a blank cell: two such lines swapped state something else."""
    return not line.strip(" |\t\u3000\u00a0") or (bool(_FIGURE.search(line)) and len(line.strip()) < 24)


# ---------------------------------------------------------------- lines of a text
def _drop_line(lines: list[str], rng: Random) -> None:
    if lines:
        del lines[rng.randrange(len(lines))]


def _drop_lines(lines: list[str], rng: Random) -> None:
    start = rng.randrange(len(lines) + 1)
    del lines[start : start + rng.choice((2, 3, 7, 8, 16, 40))]


def _double_line(lines: list[str], rng: Random) -> None:
    at = rng.randrange(len(lines))
    lines.insert(at, lines[at])


def _double_lines(lines: list[str], rng: Random) -> None:
    start = rng.randrange(len(lines))
    end = start + rng.choice((2, 3, 8, 24))
    lines[end:end] = lines[start:end]


def _swap_lines(lines: list[str], rng: Random) -> None:
    at = rng.randrange(max(1, len(lines) - 1))
    one, other = lines[at : at + 2] if at + 2 <= len(lines) else ("", "")
    if not (_is_cell(one) and _is_cell(other)) and not (_HEADS.search(one) and _HEADS.search(other)):
        lines[at : at + 2] = [other, one]


def _join_lines(lines: list[str], rng: Random) -> None:
    at = rng.randrange(max(1, len(lines) - 1))
    pair = lines[at : at + 2]
    glue = rng.choice((" ", "\t", ""))
    if len(pair) == 2 and (glue or not _FIGURE.match(pair[0][-1:]) or not _FIGURE.match(pair[1][:1])):
        lines[at : at + 2] = [glue.join(pair)]


def _split_line(lines: list[str], rng: Random) -> None:
    at = rng.randrange(len(lines))
    cuts = [
        i for i in range(1, len(lines[at])) if not (_FIGURE.match(lines[at][i - 1]) and _FIGURE.match(lines[at][i]))
    ]
    if cuts:
        cut = rng.choice(cuts)
        lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]


def _stray_line(lines: list[str], rng: Random) -> None:
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(_STRAYS))


def _drop_word(lines: list[str], rng: Random) -> None:
    at = rng.randrange(len(lines))
    words = re.split(r"([ \t|]+)", lines[at])
    if len(words) >= 3:
        del words[rng.randrange(len(words))]
        if not any(_FIGURE.match(a[-1:]) and _FIGURE.match(b[:1]) for a, b in pairwise(words)):
            lines[at] = "".join(words)


def _double_word(lines: list[str], rng: Random) -> None:
    at = rng.randrange(len(lines))
    words = re.split(r"([ \t|]+)", lines[at])
    if len(words) >= 3:
        start = rng.randrange(0, len(words) - 1)
        words[start:start] = words[start : start + 2]
        lines[at] = "".join(words)


def _misprint(lines: list[str], rng: Random) -> None:
    """Drop, double or change a character that belongs to no figure."""
    at = rng.randrange(len(lines))
    places = [i for i, character in enumerate(lines[at]) if not _FIGURE.match(character) and not character.isspace()]
    if places and len(lines[at]) < 200:
        place = rng.choice(places)
        character = lines[at][place]
        new = rng.choice(("", "", character * 2, rng.choice(_WORDS), character + rng.choice(_SPACES)))
        lines[at] = lines[at][:place] + new + lines[at][place + 1 :]


def _cut_end(lines: list[str], rng: Random) -> None:
    del lines[rng.randrange(len(lines) // 2, len(lines)) :]


TEXT_MUTATIONS: dict[str, Mutation] = {
    "drop a line": _drop_line,
    "drop lines": _drop_lines,
    "double a line": _double_line,
    "double lines": _double_lines,
    "swap lines": _swap_lines,
    "join lines": _join_lines,
    "split a line": _split_line,
    "stray line": _stray_line,
    "drop a word": _drop_word,
    "double a word": _double_word,
    "misprint": _misprint,
    "cut the end": _cut_end,
}


# ---------------------------------------------------------------- tags and texts of a page
def _elements(pieces: list[str], tag: str) -> list[tuple[int, int]]:
    """Return (first piece, end) of every element of this name that holds none of its own kind."""
    found, start = [], None
    for at, piece in enumerate(pieces):
        if re.match(rf"<{tag}\b", piece, re.I):
            start = at
        elif start is not None and re.match(rf"</{tag}\b", piece, re.I):
            found.append((start, at + 1))
            start = None
    return found


def _on_element(tag: str, change: Callable[[list[str], int, int, Random], None]) -> Mutation:
    def mutation(pieces: list[str], rng: Random) -> None:
        if found := _elements(pieces, tag):
            change(pieces, *rng.choice(found), rng)

    return mutation


def _drop(pieces: list[str], start: int, end: int, _: Random) -> None:
    del pieces[start:end]


def _double(pieces: list[str], start: int, end: int, _: Random) -> None:
    pieces[end:end] = pieces[start:end]


def _empty(pieces: list[str], start: int, end: int, rng: Random) -> None:
    pieces[start + 1 : end - 1] = [rng.choice(("", "&nbsp;", "<p>&nbsp;</p>", "/", "—"))]


def _drop_rows(pieces: list[str], rng: Random) -> None:
    rows = _elements(pieces, "tr")
    if len(rows) > 3:
        first = rng.randrange(len(rows))
        last = min(len(rows) - 1, first + rng.choice((1, 2, 8)))
        del pieces[rows[first][0] : rows[last][1]]


def _swap_rows(pieces: list[str], rng: Random) -> None:
    rows = _elements(pieces, "tr")
    if len(rows) > 1:
        at = rng.randrange(len(rows) - 1)
        (a, b), (c, d) = rows[at], rows[at + 1]
        if not _HEADS.search("".join(pieces[a:b])) and not _HEADS.search("".join(pieces[c:d])):
            pieces[a:d] = [*pieces[c:d], *pieces[b:c], *pieces[a:b]]


def _change_span(pieces: list[str], rng: Random) -> None:
    cells = [at for at, piece in enumerate(pieces) if re.match(r"<t[dh]\b", piece, re.I)]
    if cells:
        at, name = rng.choice(cells), rng.choice(("colspan", "rowspan"))
        bare = re.sub(rf'\s{name}\s*=\s*"?\d+"?', "", pieces[at], flags=re.I)
        pieces[at] = bare[:3] + f' {name}="{rng.choice((0, 1, 2, 3, 5, 22))}"' + bare[3:]


def _stray_cell(pieces: list[str], start: int, _: int, rng: Random) -> None:
    pieces[start:start] = ["<td>", rng.choice(("", "&nbsp;", "3", "/", "其他")), "</td>"]


def _stray_row(pieces: list[str], start: int, _: int, rng: Random) -> None:
    pieces[start:start] = ["<tr>", "<td>", rng.choice((*_STRAYS, "8")), "</td>", "</tr>"]


def _tear_table(pieces: list[str], start: int, _: int, rng: Random) -> None:
    pieces[start:start] = ["</table>", rng.choice(("", "<p>", "- 3 -")), "<table>"]


def _split_row(pieces: list[str], _: int, end: int, __: Random) -> None:
    pieces[end:end] = ["</tr>", "<tr>"]


def _join_rows(pieces: list[str], _: int, end: int, __: Random) -> None:
    following = next((at for at in range(end, len(pieces)) if re.match(r"<tr\b", pieces[at], re.I)), None)
    if following is not None and "</table>" not in "".join(pieces[end:following]):
        del pieces[end - 1 : following + 1]


def _drop_tag(pieces: list[str], rng: Random) -> None:
    tags = [at for at, piece in enumerate(pieces) if re.match(r"</?(?:t|p|div|span|b)", piece, re.I)]
    if tags:
        at = rng.choice(tags)
        around = "".join(pieces[max(0, at - 1) : at]), "".join(pieces[at + 1 : at + 2])
        if not (_FIGURE.match(around[0][-1:]) and _FIGURE.match(around[1][:1])):
            del pieces[at]


def _misprint_text(pieces: list[str], rng: Random) -> None:
    texts = [at for at, piece in enumerate(pieces) if at % 2 == 0 and 1 < len(piece.strip()) < 60 and "&" not in piece]
    if texts:
        at = rng.choice(texts)
        line = [pieces[at]]
        _misprint(line, rng)
        pieces[at] = line[0]


HTML_MUTATIONS: dict[str, Mutation] = {
    "drop a cell": _on_element("td", _drop),
    "double a cell": _on_element("td", _double),
    "empty a cell": _on_element("td", _empty),
    "drop a row": _on_element("tr", _drop),
    "double a row": _on_element("tr", _double),
    "drop rows": _drop_rows,
    "swap rows": _swap_rows,
    "change a span": _change_span,
    "stray cell": _on_element("td", _stray_cell),
    "stray row": _on_element("tr", _stray_row),
    "tear a table": _on_element("tr", _tear_table),
    "split a row": _on_element("td", _split_row),
    "join rows": _on_element("tr", _join_rows),
    "drop a tag": _drop_tag,
    "misprint": _misprint_text,
}
