"""How editors mark up paragraphs, headings and cells: hand-made, old and new Word pastes, UEditor, spreadsheets, div
grids.

A `Markup` belongs to one page: what a page does once it does all over, and its `pieces` say how it breaks texts up.
"""

from __future__ import annotations

import html
from random import Random

from tests.generate.layout import Box, Sheet
from tests.generate.truth import squeeze

# How the text of a cell can be broken up (portals.md §8.5, 2 and 3).
PIECES = ("br", "paragraphs", "nbsp", "characters", "numbers", "newlines", "entities", "invisible", "comments")
# Quirks that change what a careless reader takes for the number; only shapes ask for them.
INVISIBLE = ("\u200b", "\ufeff", "\u00ad", "\u2060")
BLANKS = (
    "<p>&nbsp;</p>",
    "&nbsp;",
    "",
    "<span><o:p> </o:p></span>",
    "<br/>",
    "　",
    "<p></p>",
    "<p><br/></p>",
    "&#160;",
)


class Markup:
    """Bare cells and paragraphs; the base of all the others."""

    def __init__(self, rng: Random, pieces: frozenset[str]) -> None:
        self.rng = rng
        self.pieces = pieces
        self.blanks = rng.sample(BLANKS, 2)
        self.quote = rng.choice(('"', '"', "'", ""))

    def table(self, sheet: Sheet) -> str:
        """Return the sheet as an element."""
        rows = "".join(
            f"{self.open_row(i)}{''.join(map(self.cell, row))}</tr>{self.gap()}" for i, row in enumerate(sheet)
        )
        body = f"<tbody>{rows}</tbody>" if self.rng.random() < 0.6 else rows
        return f"{self.open_table()}{body}</table>"

    def open_table(self) -> str:
        return '<table border="1" cellspacing="0" cellpadding="0">'

    def open_row(self, index: int) -> str:
        return '<tr class="firstRow">' if index == 0 and self.rng.random() < 0.2 else "<tr>"

    def gap(self) -> str:
        return self.rng.choice(("", "\n"))

    def cell(self, box: Box) -> str:
        return f"<td{self.spans(box)}{self.cell_attributes()}>{self.inside(box)}</td>{self.gap()}"

    def cell_attributes(self) -> str:
        return ""

    def spans(self, box: Box) -> str:
        q = self.quote
        spans = f" colspan={q}{box.colspan}{q}" if box.colspan != 1 else ""
        spans += f" rowspan={q}{box.rowspan}{q}" if box.rowspan != 1 else ""
        if not spans and self.rng.random() < 0.05:
            return ' colspan="1" rowspan="1"'
        return spans

    def inside(self, box: Box) -> str:
        """Return the cell's content; some cells are bare where their neighbours are wrapped."""
        if not box.text:
            return self.rng.choice(self.blanks)
        text = self.broken(box.text, value=box.role == "value")
        if box.role == "value":
            text = self.trapped(box.text, text)
        return text if self.rng.random() < 0.06 else self.wrapped(text)

    def trapped(self, text: str, drawn: str) -> str:
        """Return the cell's number with what a page may put beside it."""
        rng = self.rng
        if "inputs" in self.pieces:
            return f'<input type="text" class="inp" value="{escape(text)}" readonly="readonly"/>'
        if "footnotes" in self.pieces and rng.random() < 0.04:
            return drawn + rng.choice(("<sup>1</sup>", "<sup>[2]</sup>", '<sup><a href="#n1">3</a></sup>'))
        if "struck" in self.pieces and rng.random() < 0.04:
            tag = rng.choice(("s", "del", "strike"))
            return f"<{tag}>{rng.randrange(1, 90)}</{tag}>{drawn}"
        if "hidden-cells" in self.pieces and rng.random() < 0.1:
            return f'{drawn}<span style="display:none">{rng.randrange(1, 90)}</span>'
        return drawn

    def wrapped(self, text: str) -> str:
        return text

    def broken(self, text: str, *, value: bool) -> str:
        """Return the text escaped and broken up in the ways of this page; a number gets no blank that matters."""
        rng = self.rng
        if "comments" in self.pieces and rng.random() < 0.1:
            return f"<!-- {rng.randrange(100)} -->{escape(text)}<!--EndFragment-->"
        if "entities" in self.pieces and rng.random() < 0.4:
            return "".join(f"&#{ord(char)};" if rng.random() < 0.5 else escape(char) for char in text)
        if "invisible" in self.pieces and rng.random() < 0.2:
            cut = rng.randrange(len(text) + 1)
            return escape(text[:cut]) + rng.choice(INVISIBLE) + escape(text[cut:])
        if value:
            if "numbers" in self.pieces and len(text) > 1 and rng.random() < 0.5:
                cut = rng.randrange(1, len(text))
                return f"<span>{escape(text[:cut])}</span><span>{escape(text[cut:])}</span>"
            return escape(text) + ("&nbsp;" if "nbsp" in self.pieces and rng.random() < 0.2 else "")
        if "characters" in self.pieces and rng.random() < 0.7:
            return "".join(f"<span>{escape(char)}</span>" for char in text)
        if len(text) > 3 and rng.random() < 0.5:
            cut = rng.randrange(2, len(text) - 1)
            joints = {
                "br": "<br/>",
                "nbsp": "&nbsp;" * rng.choice((1, 3)),
                "newlines": "\n   ",
                "paragraphs": "</p><p>",
            }
            chosen = [joint for name, joint in joints.items() if name in self.pieces]
            if chosen:
                joint = rng.choice(chosen)
                broken = escape(text[:cut]) + joint + escape(text[cut:])
                return f"<p>{broken}</p>" if joint == "</p><p>" else broken
        return escape(text)

    def paragraph(self, text: str) -> str:
        return f"<p>{self.indent()}{self.runs(text)}</p>"

    def indent(self) -> str:
        return self.rng.choice(("", "　　", "&nbsp;&nbsp;&nbsp; ", "&emsp;&emsp;"))

    def runs(self, text: str) -> str:
        return escape(text)

    def heading(self, text: str) -> str:
        kind = self.rng.choice(("strong", "span", "plain", "font", "split", "h"))
        if kind == "split" and len(text) > 4:
            return self.paragraph_around(f"<span>{escape(text[:2])}</span><font face=黑体>{escape(text[2:])}</font>")
        if kind == "h":
            return f"<h3>{escape(text)}</h3>"
        marks = {"strong": ("<strong>", "</strong>"), "span": ('<span style="font-family:黑体">', "</span>")}
        before, after = marks.get(kind, ("", ""))
        return self.paragraph_around(before + escape(text) + after)

    def paragraph_around(self, inner: str) -> str:
        return f"<p>{inner}</p>"

    def centred(self, text: str) -> str:
        return f'<p align="center">{escape(text)}</p>'


def escape(text: str) -> str:
    """Return the text as HTML; quotation marks stay."""
    return html.escape(text, quote=False)


class HandMade(Markup):
    """`<td nowrap style="width:…"><p align="center">12</p></td>`."""

    def cell_attributes(self) -> str:
        return f' nowrap style="width:{self.rng.randrange(30, 200)}px"'

    def wrapped(self, text: str) -> str:
        return text if text.startswith("<p>") else f'<p align="center">{text}</p>'


class WordCapitals(Markup):
    """An old Word paste: capital tags and style properties."""

    def open_table(self) -> str:
        return (
            '<TABLE style="BORDER-COLLAPSE: collapse" cellSpacing=0 cellPadding=0 border=0>'
            if self.rng.random() < 0.5
            else '<table style="BORDER-COLLAPSE: collapse; WIDTH: 100%" border="0">'
        )

    def cell_attributes(self) -> str:
        return (
            ' style="BORDER-BOTTOM: windowtext 1pt solid; BORDER-LEFT: #f0f0f0; PADDING-LEFT: 5.4pt; mso-border-alt:'
            f' solid windowtext .5pt" width="{self.rng.randrange(30, 300)}"'
        )

    def wrapped(self, text: str) -> str:
        if text.startswith("<p>"):
            return text
        style = "TEXT-JUSTIFY: inter-ideograph; TEXT-ALIGN: center"
        return f'<p style="{style}"><span style="FONT-SIZE: 10.5pt">{text}</span></p>'

    def paragraph(self, text: str) -> str:
        run = f'<SPAN style="FONT-FAMILY: 仿宋_GB2312">{escape(text)}</SPAN>'
        return f'<P style="TEXT-INDENT: 32pt; LINE-HEIGHT: 28pt">{run}</P>\n'


class MsoNormal(Markup):
    """A Word paste: MsoNormal, runs cut into spans, an empty sibling span, `<o:p>`."""

    def open_table(self) -> str:
        style = "border-collapse:collapse;mso-yfti-tbllook:1184"
        return f'<table class="MsoNormalTable" border="1" cellspacing="0" style="{style}">'

    def cell_attributes(self) -> str:
        width = self.rng.randrange(30, 300)
        return (
            f' width={width} valign=top style="width:{width * 0.75:.1f}pt;border:solid windowtext 1.0pt;'
            'mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt"'
        )

    def wrapped(self, text: str) -> str:
        if text.startswith("<p>"):
            return text
        tail = self.rng.choice(
            ("<o:p></o:p>", "<span lang=EN-US></span>", "<span lang=EN-US><o:p>&nbsp;</o:p></span>", "")
        )
        return (
            '<p class="MsoNormal" align="center" style="text-align:center;mso-pagination:widow-orphan">'
            '<span lang="EN-US" style=\'font-size:10.5pt;font-family:"Times New Roman",serif;'
            f"mso-bidi-font-size:11.0pt'>{text}</span>{tail}</p>"
        )

    def paragraph(self, text: str) -> str:
        return f'<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0">{self.runs(text)}</p>\n'

    def runs(self, text: str) -> str:
        out, at = "", 0
        while at < len(text):
            step = self.rng.randrange(5, 60)
            out += f'<span style="font-family:仿宋_GB2312">{escape(text[at : at + step])}</span>'
            at += step
        return out + self.rng.choice(("<o:p></o:p>", ""))

    def paragraph_around(self, inner: str) -> str:
        return f"<p class=MsoNormal>{inner}<o:p></o:p></p>\n"


class UEditor(Markup):
    """UEditor: inline styles, `firstRow`."""

    def open_table(self) -> str:
        return '<table interlaced="disabled" align="center" width="680"><colgroup><col/><col/></colgroup>'

    def cell_attributes(self) -> str:
        return ' valign="middle" style="border-width: 1px; border-style: solid; padding: 5px; word-break: break-all;"'

    def wrapped(self, text: str) -> str:
        return text if text.startswith("<p>") else f'<p style="text-indent:0em;text-align:center;">{text}</p>'

    def paragraph(self, text: str) -> str:
        return f'<p style="text-indent:2em;line-height:2em;"><span style="font-size:16px">{escape(text)}</span></p>'


class Spreadsheet(Markup):
    """WPS or Excel paste: et and xl classes, fonts, x:num, a hidden last row that holds the widths."""

    def table(self, sheet: Sheet) -> str:
        drawn = super().table(sheet)
        if self.rng.random() < 0.5:
            return drawn
        cells = "".join(f'<td width="{self.rng.randrange(30, 90)}" style="width:54pt"></td>' for _ in range(10))
        hidden = f"<![if supportMisalignedColumns]><tr height=0 style='display:none'>{cells}</tr><![endif]>"
        return drawn.replace("</table>", f"{hidden}</table>")

    def open_table(self) -> str:
        columns = '<col width="72"/><col width="90"/>'
        return f'<table x:str border="0" cellpadding="0" style="border-collapse:collapse;width:820pt">{columns}'

    def open_row(self, index: int) -> str:
        height = self.rng.randrange(18, 60) + 20 * (index == 0)
        return f'<tr height="{height}" style="height:{height * 0.75}pt">'

    def cell_attributes(self) -> str:
        kind = self.rng.choice(("et", "xl6", "oa"))
        return f' class="{kind}{self.rng.randrange(2, 9)}" style="color:#000000;font-size:11.0pt"'

    def spans(self, box: Box) -> str:
        number = squeeze(box.text)
        return super().spans(box) + (' x:num=""' if number.isascii() and number.isdigit() else "")

    def wrapped(self, text: str) -> str:
        return text if self.rng.random() < 0.6 else f'<font class="font{self.rng.randrange(5, 9)}">{text}</font>'


class TableRows(Markup):
    """Every row a table of its own, as page builders draw grids."""

    def table(self, sheet: Sheet) -> str:
        rows = (f"{self.open_table()}<tr>{''.join(map(self.cell, row))}</tr></table>" for row in sheet)
        return f'<div class="form">{"".join(rows)}</div>'

    def spans(self, box: Box) -> str:
        return f' colspan="{box.colspan}"' if box.colspan > 1 else ""  # a row span would reach into no row

    def open_table(self) -> str:
        return '<table border="1" width="680">'


class HeadCells(Markup):
    """Labels in <th>, the header rows in <thead>, a caption."""

    def table(self, sheet: Sheet) -> str:
        heads = 0
        while heads < len(sheet) and not any(box.role == "value" for box in sheet[heads]):
            heads += 1
        rows = [f"<tr>{''.join(map(self.cell, row))}</tr>" for row in sheet]
        return f"<table><thead>{''.join(rows[:heads])}</thead><tbody>{''.join(rows[heads:])}</tbody></table>"

    def cell(self, box: Box) -> str:
        tag = "td" if box.role == "value" else "th"
        return f"<{tag}{self.spans(box)}>{self.inside(box)}</{tag}>"


class DivGrid(Markup):
    """No table at all: rows and cells are divs (or list items) placed by style; spans do not exist."""

    def __init__(self, rng: Random, pieces: frozenset[str]) -> None:
        super().__init__(rng, pieces - {"paragraphs"})
        self.names = rng.choice(
            (
                ("div", "row", "div", "cell"),
                ("ul", "tr-list", "li", "td-item"),
                ("div", "el-row", "div", "el-col el-col-3"),
            )
        )

    def table(self, sheet: Sheet) -> str:
        outer, row_class, inner, cell_class = self.names
        rows = []
        for row in sheet:
            cells = "".join(
                f'<{inner} class="{cell_class}" style="display:table-cell">{self.inside(box) or "&nbsp;"}</{inner}>\n'
                for box in row
            )
            rows.append(f'<{outer} class="{row_class}" style="display:table-row">{cells}</{outer}>\n')
        return f'<div class="grid" style="display:table">{"".join(rows)}</div>'

    def wrapped(self, text: str) -> str:
        return f"<span>{text}</span>" if self.rng.random() < 0.5 else text


MARKUPS: dict[str, type[Markup]] = {
    "bare": Markup,
    "hand-made": HandMade,
    "word-capitals": WordCapitals,
    "mso": MsoNormal,
    "ueditor": UEditor,
    "spreadsheet": Spreadsheet,
    "head-cells": HeadCells,
}
