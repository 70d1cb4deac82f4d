"""What a file says about itself (PDF metadata, core properties): kept only where it can be the document's own."""

from __future__ import annotations

import re

from extract.document import Fact

# Titles that programs fill in: file names, program names, the name of the empty template.
_FILLED_IN = re.compile(
    r"\.(?:docx?|wps|pdf|xlsx?|ofd|et|rtf|html?|tmp)\s*$|^Microsoft |^(?:文档|幻灯片|无标题|新建)", re.I
)


def title_fact(value: object, source: str) -> tuple[Fact, ...]:
    """Return the title that a file states of itself, as a page does in its `<title>`: what is printed comes first, for
    files are made of older ones. Nothing where it is not Chinese or filled in by a program.

    Dates of creation are never facts: a report written over last year's file keeps that file's date.
    """
    if not isinstance(value, str) or not re.search(r"[\u4e00-\u9fff]", value) or _FILLED_IN.search(value.strip()):
        return ()
    return (Fact("page_title", " ".join(value.split())[:200], source),)
