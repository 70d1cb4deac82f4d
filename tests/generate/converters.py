"""Plain text as real converters flatten generated pages and PDF: trafilatura, Resiliparse, lxml, pdfium, pdfplumber.

What a converter loses cannot be read: a table whose figures did not all come through, or that has an empty cell, is
ambiguous.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from random import Random
from unicodedata import numeric

import lxml.html
import pdfplumber
import pypdfium2
import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from tests.generate import html, pdf, structures
from tests.generate.sample import Make, Page
from tests.generate.truth import Report, Stated, Wish, invent, signed, squeeze

Convert = Callable[[bytes], str]
WISH = Wish(spaces=False, titled=True)
UNSEEN = r"(?:\s|&nbsp;|[\u00ad\u200b-\u200f\u2060\ufeff])*"
LONE_FIGURE = re.compile(rf">{UNSEEN}([\d零]){UNSEEN}<")


def trafilatura_text(page: bytes) -> str:
    """Return what trafilatura gives as plain text."""
    return trafilatura.extract(page, include_tables=True, favor_recall=True) or ""


def trafilatura_markdown(page: bytes) -> str:
    """Return what trafilatura gives as Markdown."""
    return trafilatura.extract(page, include_tables=True, output_format="markdown") or ""


def resiliparse_text(page: bytes) -> str:
    """Return what Resiliparse takes for the main content.

    It loses pieces of text that are three bytes long and not ASCII: lone characters of labels, and lone figures with a
    no-break space beside them or of full width; these are kept here.
    """
    kept = LONE_FIGURE.sub(lambda found: f">{numeric(found[1]):.0f}<", page.decode())
    return extract_plain_text(kept, main_content=True)


def element_text(page: bytes) -> str:
    """Return every text node of the body on a line of its own, empty ones dropped, as `get_text` with a line break
    does.
    """
    root = lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))
    pieces = (str(piece).strip() for body in root.iter("body") for piece in body.itertext() if str(piece).strip())
    return "\n".join(pieces)


def pdfium_text(document: bytes) -> str:
    """Return the text that PDFium copies out."""
    pdfium = pypdfium2.PdfDocument(document)
    return "\n".join(pdfium[i].get_textpage().get_text_range() for i in range(len(pdfium)))


def plumber_text(document: bytes, *, layout: bool) -> str:
    """Return the text of pdfplumber, lines only or laid out by blanks."""
    with pdfplumber.open(io.BytesIO(document)) as opened:
        return "\n\f".join(page.extract_text(layout=layout) for page in opened.pages)


def _from_html(convert: Convert, rng: Random) -> tuple[Report, Page]:
    report = invent(rng, WISH)
    look = html.Look(chrome=0.2, decoy=0.1, tables=structures.whole)
    page = html.render(rng, report, look)
    return report, _converted(report, page, convert(page.payload))


def _from_pdf(convert: Convert, rng: Random) -> tuple[Report, Page]:
    report = signed(rng, invent(rng, WISH))
    page = pdf.render(rng, report, pdf.Look())
    return report, _converted(report, page, convert(page.payload))


def _converted(report: Report, page: Page, text: str) -> Page:
    """Return the page as text; what did not come through is not asked for."""
    squeezed = squeeze(text)
    heard = [*report.preface, *(line for part in report.parts for line in (part.heading, *part.before, *part.after))]
    whole = all(squeeze(line) in squeezed for line in heard)
    accept = dict(page.accept)
    if squeeze(report.title) not in squeezed:  # what only the title says is lost with it
        text = f"{report.title}\n{text}"
    if report.published and not report.dated and report.published not in text:
        accept["published"] = (*accept.get("published", ()), None)
    return replace(
        page,
        payload=text.encode(),
        extension=".txt",
        charset=None,
        url="",
        prose=whole,
        accept=accept,
        ambiguous=tuple(_uncertain(report, text)),
    )


def _uncertain(report: Report, text: str) -> Iterator[str]:
    """Yield the tables that have an empty cell, or of which a row's figures do not follow each other in the text."""
    words = " ".join(text.replace("|", " ").split())
    rows: dict[str, list[tuple[Stated, ...]]] = {
        "table2": [tuple(cells.values()) for cells in report.table2.values()],
        "table3": list(report.table3.values()),
        "table4": [tuple(cell for cells in report.table4.values() for cell in cells)],
    }
    for table, cells in rows.items():
        printed = [[cell.printed.replace("−", "－") for cell in row] for row in cells]
        if not all(all(row) and " ".join(row) in words for row in printed):
            yield table


SHAPES: dict[str, Make] = {
    "trafilatura": partial(_from_html, trafilatura_text),
    "trafilatura-markdown": partial(_from_html, trafilatura_markdown),
    "resiliparse": partial(_from_html, resiliparse_text),
    "element-text": partial(_from_html, element_text),
    "pdfium": partial(_from_pdf, pdfium_text),
    "pdfplumber": partial(_from_pdf, partial(plumber_text, layout=False)),
    "pdfplumber-layout": partial(_from_pdf, partial(plumber_text, layout=True)),
}
