"""Whether an archive still holds what was put into it, and if not, which record is bad.

Checked for each file: its SHA-256 beside it; that it is WARC records from end to end (gzip checksums, versions,
lengths, the fields that every record must have, ids used once); WARC-Block-Digest and both payload digests; that each
revisit's capture is in the folder and has the digest that the revisit states; and that the index beside it, line by
line, is the one that its records give.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha1
from pathlib import Path

from archive import merged
from archive.digests import agrees, digest_of_pieces, sha1_number
from archive.errors import ArchiveError, DamagedArchive, TruncatedArchive, UnresolvedRevisit
from archive.files import OPEN, beside, is_ours, sealed_name, some_warc_files, warc_files
from archive.http_message import Answer, dechunk, is_chunked
from archive.indexing import (
    HELD,
    PAYLOAD_DIGEST,
    answer_of,
    body_pieces,
    entity_pieces,
    is_capture,
    lengths_of,
    line_of,
    readable,
)
from archive.reader import resolve
from archive.records import Record
from archive.scanning import block_pieces, mapped

_REQUIRED = ("WARC-Type", "WARC-Record-ID", "WARC-Date")
_KINDS = frozenset({"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"})

_PIECE = 1 << 20
_MOST_PROBLEMS = 1000
_Data = Callable[[], Iterable[bytes | memoryview]]
Progress = Callable[[int, int], None]  # bytes verified so far, bytes in all


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing amiss. `offset` and `id` name the record where it is one, else they are None and ""."""

    file: str
    offset: int | None
    id: str
    what: str

    def __str__(self) -> str:
        place = "" if self.offset is None else f" offset {self.offset}"
        return f"{self.file}{place}{self.id and ' ' + self.id}: {self.what}"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify` saw. `notices` are no faults: files still open, foreign files without index or digest."""

    folder: str
    files: int
    records: int
    captures: int
    bytes: int
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]
    revisits: int = 0
    unresolved: int = 0  # revisits whose capture is not here; each is a problem as well

    @property
    def ok(self) -> bool:
        """Whether nothing is amiss."""
        return not self.problems

    def text(self) -> str:
        """Return the report as lines for people: problems, notices, and the sum last."""
        verdict = "all whole" if self.ok else f"{len(self.problems)} problem{'s' * (len(self.problems) > 1)}"
        counts = f"{self.files} files, {self.records} records, {self.captures} captures, {self.bytes} bytes"
        return "\n".join([*map(str, self.problems), *self.notices, f"{self.folder}: {counts}: {verdict}"])

    def json(self) -> str:
        """Return the report as a JSON object; `ok` tells the outcome."""
        return json.dumps({"ok": self.ok, **asdict(self)}, ensure_ascii=False, indent=2)


def verify(folder: str | Path, *, progress: Progress | None = None) -> VerifyReport:
    """Read every byte of an archive and return what is amiss. Raise ArchiveNotFound where there is none."""
    orphans = tuple(_orphans(Path(folder), warc_files(folder)))
    paths = warc_files(folder) if orphans else some_warc_files(folder)
    total = sum(path.stat().st_size for path in paths)
    checks = []
    done = 0
    for path in paths:
        check = _FileCheck(path, done, total, progress or silent)
        done += check.run()
        checks.append(check)
    problems = [problem for check in checks for problem in check.problems]
    return VerifyReport(
        folder=str(folder),
        files=len(paths),
        records=sum(check.records for check in checks),
        captures=sum(check.captures for check in checks),
        bytes=done,
        problems=(*problems, *orphans, *_merged_index(Path(folder))),
        notices=tuple(notice for check in checks for notice in check.notices),
        revisits=sum(check.revisits for check in checks),
        unresolved=sum(check.unresolved for check in checks),
    )


class Problems(list[Problem]):
    """What is amiss with one file, as far as anybody reads it: who made it may have wanted a million."""

    def append(self, problem: Problem) -> None:
        """Add a problem; behind the last that is told a sentence that there are more."""
        if len(self) < _MOST_PROBLEMS:
            super().append(problem)
        elif len(self) == _MOST_PROBLEMS:
            super().append(Problem(problem.file, None, "", f"more than {_MOST_PROBLEMS} problems; these are the first"))


class _FileCheck:
    """The verification of one file: what was counted and what is amiss."""

    def __init__(self, path: Path, done: int, total: int, progress: Progress) -> None:
        self.path = path
        self.problems = Problems()
        self.notices: list[str] = []
        self.records = 0
        self.captures = 0
        self.revisits = 0
        self.unresolved = 0
        self._lines: list[bytes] = []  # of its index; bytes are no burden to the garbage collector
        self._ids: set[str] = set()
        self._lengths = lengths_of(path)
        self._is_open = path.name.endswith(OPEN)
        self._done, self._total, self._progress = done, total, progress
        self._file_digest, self._digested = hashlib.sha256(), 0  # of so many of its bytes

    def run(self) -> int:
        """Check the file; return how many bytes it has."""
        with mapped(self.path) as view:
            for record in readable(self.path, self._met, limit=HELD, lengths=self._lengths):
                self._check_record(record)
                if record.direct and (checked := record.offset + record.length) - self._digested >= _PIECE:
                    self._digest(view, checked)
                    self._progress(self._done + checked, self._total)
            self._digest(view, len(view))
        if self._is_open:
            self.notices.append(f"{self.path.name}: still being written, or left open by a crawl that was killed")
        else:
            self._check_file_digest()
            self._check_index()
        self.captures = len(self._lines)
        self._lines.clear()  # checks of all files are kept, their lines need not be
        self._progress(self._done + self._digested, self._total)
        return self._digested

    def _report(self, what: str, record: Record | None = None) -> None:
        offset, record_id = (None, "") if record is None else (record.offset, record.id)
        self.problems.append(Problem(sealed_name(self.path), offset, record_id, what))

    def _met(self, fault: DamagedArchive) -> None:
        if not (self._is_open and isinstance(fault, TruncatedArchive)):
            self.problems.append(Problem(sealed_name(self.path), fault.offset, "", fault.what))

    def _digest(self, view: memoryview, upto: int) -> None:
        """Take the bytes so far into the file's digest: behind the check of its records they are still at hand."""
        for start in range(self._digested, upto, _PIECE):
            self._file_digest.update(view[start : min(start + _PIECE, upto)])
        self._digested = max(self._digested, upto)

    def _check_file_digest(self) -> None:
        try:
            stated = beside(self.path, ".sha256").read_bytes()
        except FileNotFoundError:
            if is_ours(self.path):
                self._report("no .sha256 beside it")
            else:
                self.notices.append(f"{self.path.name}: no .sha256 beside this foreign file; its own checksums must do")
            return
        found = self._file_digest.hexdigest()
        if stated != f"{found}  {self.path.name}\n".encode():
            self._report(f"its SHA-256 is {found}, not what stands in {beside(self.path, '.sha256').name}")

    def _check_record(self, record: Record) -> None:
        self.records += 1
        if record.flaw:
            self._report(record.flaw, record)
        if not record.is_usual:
            for name in _REQUIRED:
                if not record.get(name):
                    self._report(f"no field {name}", record)
        if record.kind not in _KINDS:
            self._report(f"a record of unknown type {record.kind!r}", record)
        record_id = record.id
        if record_id in self._ids:
            self._report("a second record with this id", record)
        self._ids.add(record_id)
        self._check_block(record)
        if is_capture(record):
            self._check_capture(record)

    def _check_block(self, record: Record) -> None:
        stated = None if record.too_large else sha1_number(record.get("WARC-Block-Digest"))
        block = memoryview(record.text)[record.body : record.end]
        if stated is None or stated != int.from_bytes(sha1(block, usedforsecurity=False).digest(), "big"):
            # wget 1.21 states of every revisit the digest of no bytes at all: it digests the block behind its end
            nothing = (lambda: [b""],) if record.kind == "revisit" else ()
            self._check_digest(record, "WARC-Block-Digest", lambda: block_pieces(record, self.path), *nothing)

    def _check_capture(self, record: Record) -> None:
        answer = answer_of(record)
        try:
            self._lines.append(f"{line_of(record, self.path, answer)}\n".encode())
            if record.kind == "revisit":
                self.revisits += 1
                self._check_revisit(record)
                return
        except UnresolvedRevisit as error:
            self.unresolved += 1
            self._report(str(error), record)
            return
        except ArchiveError as error:
            self._report(str(error), record)
            return
        body, entity = _bodies(record, self.path, answer)
        self._check_digest(record, "WARC-Payload-Digest", *((entity, body) if is_chunked(answer) else (body,)))
        self._check_digest(record, PAYLOAD_DIGEST, entity)

    def _check_revisit(self, revisit: Record) -> None:
        """Raise ArchiveError where the capture that it refers to is not there."""
        original, path = resolve(revisit, self.path.parent)
        stated = revisit.get("WARC-Payload-Digest")
        bodies = _bodies(original, path, answer_of(original))
        if stated and not any(agrees(stated, body()) for body in bodies):
            self._report(f"refers to {original.id}, whose payload is not of the stated digest {stated}", revisit)

    def _check_digest(self, record: Record, name: str, *meant: _Data) -> None:
        """Report a digest that agrees with none of the things that writers mean by it."""
        stated = record.get(name)
        if not stated:
            return
        for data in meant:
            if agrees(stated, data()):
                return
        self._report(f"{name} is {stated}, the bytes give {digest_of_pieces(meant[0]())}", record)

    def _check_index(self) -> None:
        index_path = beside(self.path, ".cdxj")
        try:
            stated = index_path.read_bytes()
        except FileNotFoundError:
            if is_ours(self.path):
                self._report(f"no index {index_path.name}; run `nianbao archive index`")
            else:
                self.notices.append(f"{self.path.name}: a foreign file without index; `nianbao archive index` makes it")
            return
        expected = b"".join(sorted(self._lines))
        if stated != expected:
            found, wanted = set(stated.splitlines(keepends=True)), set(expected.splitlines(keepends=True))
            what = ["not the index that the records give; delete it and run `nianbao archive index`"]
            what += [f"no capture gives the line {line[:200]!r}" for line in sorted(found - wanted)]
            what += [f"lacks the line {line[:200]!r}" for line in sorted(wanted - found)]
            for each in what:
                self.problems.append(Problem(index_path.name, None, "", each))


def _orphans(folder: Path, paths: list[Path]) -> list[Problem]:
    """Return the index and digest files whose WARC is gone."""
    expected = {beside(path, suffix).name for path in paths for suffix in (".cdxj", ".sha256")}
    expected |= {merged.LINES, merged.MANIFEST}
    found = sorted(path.name for path in folder.iterdir() if path.suffix in {".cdxj", ".sha256"})
    return [Problem(name, None, "", "the WARC that it belongs to is gone") for name in found if name not in expected]


def _merged_index(folder: Path) -> list[Problem]:
    """Return what is amiss with the merged index: itself, or an index that changed after it went in."""
    parts = [folder / name for name in (merged.LINES, merged.KEYS, merged.MANIFEST)]
    if not any(path.exists() for path in parts):
        return []
    manifest = merged.read_manifest(folder)
    if manifest is None or not {merged.LINES, merged.KEYS} <= manifest.digests.keys():
        return [Problem(merged.MANIFEST, None, "", "is missing or no list of digests; run `nianbao archive index`")]
    problems = []
    for name, stated in manifest.digests.items():
        path = folder / name
        if not path.exists():
            what = f"is gone, but went into {merged.LINES}; run `nianbao archive index`"
        elif (found := merged.sha256_of(path)) != stated:
            what = f"its SHA-256 is {found}, not what stands in {merged.MANIFEST}; run `nianbao archive index`"
        else:
            continue
        problems.append(Problem(name, None, "", what))
    return problems


def _bodies(record: Record, path: Path, answer: Answer) -> tuple[_Data, _Data]:
    """Return what gives the body of a capture as transferred, and what gives it without its chunks."""
    if record.too_large:
        return (lambda: body_pieces(record, path, answer)), (lambda: entity_pieces(record, path, answer))
    body = memoryview(record.text)[answer.body : record.end]
    if not is_chunked(answer):
        return (lambda: (body,)), (lambda: (body,))
    entity = dechunk(bytes(body))
    return (lambda: (body,)), (lambda: (entity,))


def silent(done: int, total: int) -> None:
    """Show no progress."""
