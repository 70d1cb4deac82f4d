"""All shapes of all formats, and the stream of samples over them.

A sample is a function of (format, shape, seed, index) alone: the same four give the same bytes on every machine.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from random import Random

from tests.generate.sample import Make, Sample, of_paper, of_report
from tests.generate.truth import Report

# Format: module of this package, in order of cost. The last two take seconds for each: only when named.
MODULES = {
    "text": "text",
    "html": "html",
    "papers": "papers",
    "docx": "docx",
    "sheets": "sheets",
    "ofd": "ofd",
    "converters": "converters",
    "pdf": "pdf",
    "office": "office",
    "pictures": "pictures",
}
BY_DEFAULT = tuple(name for name in MODULES if name not in ("office", "pictures"))


def catalogue(format_name: str) -> dict[str, Make]:
    """Return the shapes of a format by name; the format's libraries are imported only here."""
    module = importlib.import_module(f"tests.generate.{MODULES[format_name]}")
    shapes: dict[str, Make] = module.SHAPES
    return shapes


def generate(format_name: str, shape: str, *, seed: int, index: int) -> Sample:
    """Return one sample."""
    name = f"{format_name}-{shape}-{seed}-{index}"
    what, page = catalogue(format_name)[shape](Random(name))
    return of_report(name, what, page) if isinstance(what, Report) else of_paper(name, what, page)


def plan(count: int, *, formats: tuple[str, ...] = (), shapes: tuple[str, ...] = ()) -> Iterator[tuple[str, str, int]]:
    """Yield `count` of (format, shape, index), every shape in turn."""
    chosen = [
        (format_name, shape)
        for format_name in formats or BY_DEFAULT
        for shape in catalogue(format_name)
        if not shapes or shape in shapes
    ]
    if not chosen:
        raise ValueError(
            f"no shape {', '.join(shapes)} in {', '.join(formats or BY_DEFAULT)}; `write --list` names them"
        )
    for i in range(count):
        yield (*chosen[i % len(chosen)], i // len(chosen))
