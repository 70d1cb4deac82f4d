"""DOC, RTF, ODT and text as LibreOffice writes them from generated Word files: needs `soffice`, takes seconds, bytes
may differ by day.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from tests.generate import docx, structures
from tests.generate.sample import Make, Page
from tests.generate.truth import Report, Wish, invent, signed

LIMIT = 120  # seconds for one conversion


def convert(document: bytes, target: str) -> bytes:
    """Return the Word file as LibreOffice saves it in another format; raise FileNotFoundError where it is not
    installed.
    """
    soffice = shutil.which("soffice")
    if not soffice:
        raise FileNotFoundError("soffice is not installed: the Debian package libreoffice-writer-nogui has it")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "report.docx")
        source.write_bytes(document)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", target, "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=LIMIT)
        return Path(folder, f"report.{target.split(':')[0]}").read_bytes()


def _make(target: str, extension: str, look: docx.Look, rng: Random) -> tuple[Report, Page]:
    report = signed(rng, invent(rng, look.wish))
    page = docx.render(rng, report, look)
    return report, replace(page, payload=convert(page.payload, target), extension=extension)


TEXT = "txt:Text (encoded):UTF8"
FLAT = Wish(empties=False)

SHAPES: dict[str, Make] = {
    "doc": partial(_make, "doc", ".doc", docx.Look()),
    "doc-repeated-labels": partial(_make, "doc", ".wps", docx.Look(tables=structures.torn_labels)),
    "doc-zeros-blank": partial(_make, "doc", ".doc", docx.Look(wish=Wish(blanks="zeros"))),
    "rtf": partial(_make, "rtf", ".rtf", docx.Look()),
    "odt": partial(_make, "odt", ".odt", docx.Look()),
    "text": partial(_make, TEXT, ".txt", docx.Look(tables=structures.whole, wish=FLAT)),
}
