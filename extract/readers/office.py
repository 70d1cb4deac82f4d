"""Old and rare word processing files (.doc .wps .rtf .odt .fodt) → Document, by way of LibreOffice and the DOCX reader.

LibreOffice writes DOCX and not HTML: all spans, lists and outline levels arrive, and one reader reads them. It runs
without a window, in a profile of its own in which macros are off and the network leads nowhere, with a time limit, and
is killed with all its processes.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from extract.document import Document
from extract.errors import UnreadableDocument, require_at_most
from extract.limits import own_folders
from extract.readers import compound
from extract.readers.docx import read_docx
from extract.readers.package import Package
from extract.readers.sheet import read_sheet

SECONDS = 60  # a report takes 2; less than what `limits` allows a document
_MEGABYTES = 4096
_MAX_BYTES = 50 << 20

_DOC = "application/msword"
_RTF = "application/rtf"
ODT = "application/vnd.oasis.opendocument.text"
_ENDING = {_DOC: "doc", _RTF: "rtf", ODT: "odt"}
_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "/opt/libreoffice/program/soffice")

_PROFILE = '<?xml version="1.0"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
_ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
_INTERNET = "/org.openoffice.Inet/Settings"
_SETTINGS = (
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    (_INTERNET, "ooInetProxyType", "2"),  # a proxy where nobody listens: linked pictures are not fetched
    (_INTERNET, "ooInetHTTPProxyName", "127.0.0.1"),
    (_INTERNET, "ooInetHTTPProxyPort", "9"),
    (_INTERNET, "ooInetHTTPSProxyName", "127.0.0.1"),
    (_INTERNET, "ooInetHTTPSProxyPort", "9"),
)


def read_office(payload: bytes) -> Document:
    """Return what a compound file, an RTF or an ODT states; workbooks in a compound file go to the sheet reader.

    Raise UnreadableDocument: encrypted, not_a_document (a presentation, a database), timeout, malformed, and
    converter_missing where LibreOffice is not installed.
    """
    require_at_most(_MAX_BYTES, len(payload), "bytes")
    if payload.startswith(compound.MAGIC):
        return _read_compound(payload)
    if payload.lstrip().startswith(b"{\\rtf"):
        return converted(payload.lstrip(), _RTF)
    package = Package(payload)
    if "content.xml" not in package:
        raise UnreadableDocument("not_a_document", "a zip without content.xml: no ODT")
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise UnreadableDocument("encrypted", "the document opens with a password only")
    package.xml("content.xml")  # bombs end here, not in LibreOffice
    return converted(payload, ODT)


def _read_compound(payload: bytes) -> Document:
    file = compound.Compound(payload)
    if file.names & {"EncryptedPackage", "EncryptionInfo"}:
        raise UnreadableDocument("encrypted", "the document opens with a password only")
    if file.names & {"Workbook", "Book"}:
        return read_sheet(payload)
    if "WordDocument" not in file.names:
        names = ", ".join(sorted(name for name in file.names if name.isprintable())[:5])
        raise UnreadableDocument("not_a_document", f"a compound file without text or workbook, but {names or 'empty'}")
    head = file.read("WordDocument")[:12]
    if len(head) == 12 and head[11] & 0x01:
        raise UnreadableDocument("encrypted", "the Word document opens with a password only")
    return converted(payload, _DOC)


def converted(payload: bytes, media_type: str) -> Document:
    """Return what LibreOffice makes of a document. Raise UnreadableDocument: converter_missing, timeout, malformed."""
    program = shutil.which("soffice") or shutil.which("libreoffice") or next(filter(os.path.exists, _PLACES), None)
    if program is None:
        raise UnreadableDocument(
            "converter_missing", "LibreOffice reads this: apt-get install libreoffice-writer-nogui"
        )
    with tempfile.TemporaryDirectory(prefix=own_folders(), ignore_cleanup_errors=True) as folder:
        source = Path(folder, f"document.{_ENDING[media_type]}")
        source.write_bytes(payload)
        profile = Path(folder, "profile")
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
        settings.write_text(_PROFILE.format(items=items), encoding="utf-8")
        complaint = _run(
            [
                program,
                f"-env:UserInstallation={profile.as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nologo"),
                *("--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source)),
            ],
            folder,
        )
        result = Path(folder, "document.docx")
        if not result.is_file():
            raise UnreadableDocument("malformed", f"LibreOffice cannot open it: {complaint}"[:200])
        document = read_docx(result.read_bytes())
    return replace(document, media_type=media_type, notes=(*document.notes, "read by way of LibreOffice"))


def _run(command: list[str], folder: str) -> str:
    """Run the converter to its end or to its limit; return the last line of its complaints."""
    complaints = Path(folder, "complaints")
    with complaints.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": folder, "LANG": "C.UTF-8", "TMPDIR": folder},
            process_group=0,
            preexec_fn=_limit,
        )
        try:
            process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise UnreadableDocument("timeout", f"LibreOffice did not finish within {SECONDS} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # the program that the `soffice` script started, too
            process.wait()
    lines = complaints.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"


def _limit() -> None:
    """Set limits that also end a converter whose parent was killed. Runs in the child before it is LibreOffice."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    if resource.getrlimit(resource.RLIMIT_AS)[1] == resource.RLIM_INFINITY:
        # The limit of the guard around us is too narrow for LibreOffice.
        resource.setrlimit(resource.RLIMIT_AS, (_MEGABYTES << 20, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 << 20, 512 << 20))
