"""Rows of an answer that its page's script would draw later only, on a further page of its own: they are like those
that it has drawn, and lead where these lead by the same fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from crawler.document import Document, Link
from crawler.labels import squeeze

Row = dict[str, str]  # the texts and numbers of an object, those of objects in it by "outer.inner"
LEAST_DRAWN = 2  # rows that have to be drawn alike
MOST_ROWS = 5000


def undrawn_links(page: Document, drawn: Iterable[Link]) -> Iterator[Link]:
    """Yield the links of all rows of an answer in JSON among which those of `drawn` are."""
    by_label = {link.label: link for link in drawn if link.form is None}
    for rows in _tables(page.data):
        examples = [
            (row, name, by_label[value])
            for row in rows
            for name, value in row.items()
            if value in by_label and len({value, *row.values()}) > 1
        ]
        if len(examples) < LEAST_DRAWN:
            continue
        title = examples[0][1]
        for template in _templates(page, examples[-1][0], examples[-1][2].url):
            if all(_filled(page, template, row) == link.url for row, _, link in examples):
                addresses = ((_filled(page, template, row), row.get(title, "")) for row in rows)
                yield from (link for url, text in addresses if url and (link := page.link(url, text=text)))
                break


def _tables(data: Any) -> Iterator[list[Row]]:
    """Yield the lists of objects that stand in data, each object as a row."""
    if isinstance(data, dict):
        for value in data.values():
            yield from _tables(value)
    elif isinstance(data, list):
        rows = [_row_of(item) for item in data[:MOST_ROWS] if isinstance(item, dict)]
        if len(rows) >= LEAST_DRAWN:
            yield rows
        for item in data[:MOST_ROWS]:
            yield from _tables(item)


def _row_of(item: dict[str, Any]) -> Row:
    row: Row = {}
    for name, value in item.items():
        if isinstance(value, dict):
            row |= {f"{name}.{inner}": text for inner, text in _row_of(value).items()}
        elif isinstance(value, str | int) and not isinstance(value, bool) and (text := squeeze(str(value))):
            row[name] = text
    return row


def _templates(page: Document, row: Row, url: str) -> Iterator[list[str]]:
    """Yield how an address may be made of a row's fields: literals and, at the odd places, names of fields."""
    yield from (["", name, ""] for name in row)
    start = len(page.origin)
    whole = [url[start:]]
    for name in sorted(row, key=lambda name: -len(row[name])):
        value, pieces = quote(row[name], safe="/:;,.?=&%"), whole
        whole = [
            part
            for place in range(0, len(pieces), 2)
            for part in (*_parted(pieces[place], value, name), *pieces[place + 1 : place + 2])
        ]
    yield [url[:start] + whole[0], *whole[1:]]
    for name, value in row.items():
        if (place := url.rfind(value)) > start:
            yield [url[:place], name, url[place + len(value) :]]


def _parted(literal: str, value: str, name: str) -> list[str]:
    """Return a literal with a field's name in place of the field's value."""
    pieces = literal.split(value)
    return [piece for other in pieces[:-1] for piece in (other, name)] + pieces[-1:]


def _filled(page: Document, template: list[str], row: Row) -> str:
    """Return the address that a template makes of a row; "" where a field is missing."""
    names = set(template[1::2])
    if not names <= row.keys():
        return ""
    link = page.link("".join(row[part] if place % 2 else part for place, part in enumerate(template)))
    return link.url if link else ""
