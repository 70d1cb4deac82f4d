"""Zip packages with fixed dates: DOCX, XLSX and OFD come out the same on every day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

DATE = (2022, 1, 28, 9, 30, 0)


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    """Return a zip of the entries in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def sealed(package: bytes, changes: Mapping[str, bytes] | None = None) -> bytes:
    """Return the package with fixed dates, some entries replaced."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    return zipped(entries | dict(changes or {}))
