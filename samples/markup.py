"""Paragraphs and tables as the editors of portals leave them in HTML: typed by hand, pasted from Word, written in UEditor."""

# ruff: noqa: E501 -- lines of HTML and of Chinese text stay whole
from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from samples.form import Box, Table

NBSP = "\xa0"


@dataclass(frozen=True, slots=True)
class Style:
    """How one editor writes: a paragraph, the opening of a table, a row, a cell, and the inside of a cell.

    `cell` and `inside` are told the box and whether it is a label; `inside` gives the markup between `<td…>` and `</td>`.
    """

    paragraph: Callable[[str], str]
    table: str
    row: str
    cell: Callable[[Box], str]
    inside: Callable[[Box], str]
    close: str = "</tbody></table>"


def rendered(blocks: Iterable[str | Table], style: str) -> str:
    """Return the blocks as HTML in one of the `STYLES`."""
    editor = STYLES[style]
    return "\n".join(editor.paragraph(block) if isinstance(block, str) else _table(block, editor) for block in blocks)


def escaped(text: str) -> str:
    """Return the text for HTML, its no-break spaces as `&nbsp;`."""
    return html.escape(text, quote=False).replace(NBSP, "&nbsp;")


def spans(box: Box) -> str:
    """Return the attributes of a box's spans, "" where it has none."""
    declared = (("colspan", box.colspan), ("rowspan", box.rowspan))
    return "".join(f' {name}="{size}"' for name, size in declared if size > 1)


def _table(table: Table, editor: Style) -> str:
    rows = (
        editor.row + "".join(f"<td{editor.cell(box)}>{editor.inside(box)}</td>" for box in row) + "</tr>"
        for row in table.rows
    )
    return "\n".join([editor.table, *rows, editor.close])


def _paragraph(opening: str) -> Callable[[str], str]:
    return lambda text: f"{opening}{escaped(text)}</p>"


# Word: one label in several spans, an empty sibling span, `o:p` everywhere.
_WORD_P = '<p class="MsoNormal" align="center" style="text-align:center;line-height:12.0pt">'
_WORD_END = '<span lang="EN-US" style="font-size:10.0pt"><o:p></o:p></span></p>'
_WORD_BLANK = f'{_WORD_P}<span lang="EN-US" style="font-size:10.0pt"><o:p>&nbsp;</o:p></span></p>'


def _word_paragraph(text: str) -> str:
    half = min(len(text), 12)
    parts = (text[:half], text[half:])
    body = "".join(f'<span style="font-size:16.0pt;font-family:仿宋_GB2312">{escaped(part)}</span>' for part in parts)
    return f'<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0">{body}{_WORD_END}'


def _word_inside(box: Box) -> str:
    lines = [line for line in box.lines if line] or [NBSP]
    return "".join(_WORD_BLANK if line == NBSP else _word_line(line) for line in lines)


def _word_line(line: str) -> str:
    """Return a line in two spans, a four-character label (结果维持) in two paragraphs, as Word breaks it in a narrow cell."""
    middle = len(line) // 2
    parts = (line[:middle], line[middle:]) if middle else (line,)
    made = [f'<span style="font-size:10.0pt;font-family:宋体">{escaped(part)}</span>' for part in parts]
    if len(line) == 4 and not line.isascii():
        return "".join(f"{_WORD_P}{part}{_WORD_END}" for part in made)
    return _WORD_P + "".join(made) + _WORD_END


def _word_cell(box: Box) -> str:
    width = 46 + 13 * box.colspan
    return (
        f' width="{width}"{spans(box)} valign="center" '
        f'style="width:{width * 0.75:.1f}pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt"'
    )


def _capital_inside(box: Box) -> str:
    lines = "<BR>".join(escaped(line) for line in box.lines) or "&nbsp;"
    return f'<P style="TEXT-JUSTIFY: inter-ideograph; TEXT-ALIGN: center"><SPAN>{lines}</SPAN><SPAN></SPAN></P>'


def _ueditor_inside(box: Box) -> str:
    lines = box.lines if box.text else (NBSP,)
    return "".join(f'<p style="text-indent:0em;text-align:center">{escaped(line)}</p>' for line in lines)


def _hand_inside(box: Box) -> str:
    """Return bare text for values, a paragraph for labels; one character a span for the short ones."""
    if box.key:
        return "<br/>".join(escaped(line) for line in box.lines) or "&nbsp;"
    letters = len(box.text) <= 3 and len(box.lines) == 1
    lines = (
        "".join(f"<span>{escaped(letter)}</span>" for letter in line) if letters else escaped(line)
        for line in box.lines
    )
    return "".join(f'<p align="center">{line}</p>' for line in lines)


STYLES = {
    "hand": Style(
        _paragraph('<p style="text-indent:2em">'),
        '<table border="1" cellspacing="0" cellpadding="0" width="100%"><tbody>',
        "<tr>",
        lambda box: f'{spans(box)} nowrap style="width:{box.colspan * 8}%"',
        _hand_inside,
    ),
    "word": Style(
        _word_paragraph,
        '<div align="center"><table class="MsoNormalTable" border="1" cellspacing="0" cellpadding="0" '
        'style="border-collapse:collapse;mso-yfti-tbllook:1184"><tbody>',
        '<tr class="firstRow" style="height:15.7pt">',
        _word_cell,
        _word_inside,
        "</tbody></table></div>",
    ),
    "capital": Style(
        _paragraph('<P style="TEXT-INDENT: 32pt; LINE-HEIGHT: 28pt">'),
        '<TABLE style="BORDER-COLLAPSE: collapse" cellSpacing=0 cellPadding=0 border=1><tbody>',
        '<TR style="HEIGHT: 16pt">',
        lambda box: (
            f'{spans(box)} style="BORDER-BOTTOM: black 1pt solid; BORDER-LEFT: black 1pt solid" width="{box.colspan * 60}"'
        ),
        _capital_inside,
    ),
    "ueditor": Style(
        _paragraph('<p style="text-indent:2em;line-height:2em">'),
        '<table data-sort="sortDisabled" width="100%"><tbody>',
        "<tr>",
        lambda box: f'{spans(box)} style="padding:5px;border:1px solid #000" valign="middle"',
        _ueditor_inside,
    ),
    "bare": Style(_paragraph("<p>"), "<table><tbody>", "<tr>", spans, lambda box: "<br>".join(map(escaped, box.lines))),
}
