"""The WARC files that a crawl writes: what they hold, how they grow, how they survive.

**A file** is `warcinfo`, then exchanges. Each record is one gzip member (archive.records). An exchange is, in this
order and appended by one write:

| record | block | fields beside those that all have |
|---|---|---|
| request | the bytes sent | WARC-Concurrent-To (the response), and the connection's |
| response, or revisit | the bytes received | WARC-Concurrent-To (the request), the connection's, and see below |
| metadata | `name: value` lines, UTF-8 | WARC-Refers-To and WARC-Concurrent-To (the response) |

All have WARC-Type, WARC-Record-ID, WARC-Date (when the request was sent), WARC-Target-URI, WARC-Block-Digest,
Content-Type and Content-Length. Ids are UUIDs: of a writer the first is random, the others count up from it. The
connection's fields, where it is known: WARC-IP-Address, WARC-Protocol (`http/1.1`,
`tls/1.3`; one each), WARC-Cipher-Suite (by its IANA name).

- **Blocks equal the wire.** Nothing is parsed and written anew. That holds for 1xx answers before the final one, too: a
  block of type application/http may hold several messages (RFC 9112, 10.2), and warcprox and Heritrix keep them so. Our
  readers pass them by; others see the status of the first.
- **No answer, no response record**: WARC has no empty HTTP response. The request and its metadata are kept; readers get
  a `Note`.
- **WARC-Payload-Digest** is the SHA-1 of the body. The standard digests a chunked body after removing the chunks,
  `warcio check` before: for chunked answers, and for heads in which readers disagree about where the body begins, the
  field is left out and `Nianbao-Payload-Digest` states the digest of the de-chunked body instead. The index has the
  latter for every capture.
- **revisit** of profile identical-payload-digest where the bytes of the body, as transferred, were kept before: in this
  run, or, for a conditional request, as an earlier capture of the address. Its block is the head alone, so head and
  referred body are again the wire. Profile server-not-modified for a 304 whose address has an earlier capture; its
  block is the whole answer. Both name the capture that holds the body (WARC-Refers-To, -Target-URI, -Date), never
  another revisit. Bodies under 256 bytes are kept as they are.
- **WARC-Truncated** says why an answer ends early: `length` (the crawl's limit), `time`, `disconnect`.
- **Large answers** are handed over as a file, and pass through in pieces: writer and readers hold a MiB of them.
- **metadata** values lose line breaks and control characters, each run becoming one space. `note` writes one alone.

**Survival.** A file is `.open` until sealed. An exchange is handed to the kernel, in one write unless it is large,
before `write` returns, so a killed process loses none; every 5 seconds, and at sealing, the disk is made to have it
too. Sealing writes index and digest, each by way of a synced neighbour, then takes `.open` away. A writer that starts
on a folder cuts what a dead one left open after its last whole exchange and seals it; a live one's files it leaves
alone. If the disk refuses a write, the file is cut back to the last whole exchange and ArchiveWriteFailed is raised;
the writer stays usable.
"""

import io
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self
from urllib.parse import quote
from uuid import UUID, uuid4

from archive import cdxj
from archive.cdxj import Kept
from archive.digests import digest_of, digest_of_pieces
from archive.errors import ArchiveError, ArchiveWriteFailed
from archive.files import OPEN, folder_locked
from archive.http_message import MAX_HEAD, Answer, dechunked, is_chunked, is_coded, media_type, parse_answer
from archive.indexing import PAYLOAD_DIGEST, answer_of, body_pieces, find_sealed
from archive.reader import capture_at, resolve
from archive.records import build_record, format_date, pack_record
from archive.warc_file import WarcFile, recover

_REVISIT_FROM = 256  # bytes; below, a revisit record is larger than the body that it saves
_REMEMBERED = 200_000  # bodies, and addresses, of this run; about 60 MB each
_WHOLE = 1 << 20  # bytes of an answer that are handled as one piece
_PACKED = (b"PK\x03\x04", b"\x1f\x8b\x08", b"Rar!", b"\xff\xd8\xff", b"\x89PNG")  # how files begin that gain nothing
_CONDITIONAL = re.compile(rb"\nif-(?:none-match|modified-since)[ \t]*:", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_PLAIN_HEAD = re.compile(  # one whose end all readers find: some stop at a line without colon, some need CRLF
    rb"[^\n]*\r\n(?:[^\n:]*:[^\n]*\r\n)*\r\n"
)
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~|{}^`\\\"<>"  # kept as the crawler wrote them
_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_HTTP_REQUEST = "Content-Type: application/http;msgtype=request\r\n"
_HTTP_RESPONSE = "Content-Type: application/http;msgtype=response\r\n"
_FIELDS = "Content-Type: application/warc-fields\r\n"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, as the crawler saw it on its socket."""

    url: str  # as requested: absolute, ASCII
    sent: bytes  # the request as written to the socket
    received: bytes | BinaryIO  # all bytes of the answer after TLS, possibly cut off, possibly b""; or a file of them
    ip: str | None  # the peer's address
    started: datetime  # aware
    metadata: tuple[tuple[str, str], ...]  # names and values of the metadata record, order kept
    protocols: tuple[str, ...] = ()  # as WARC-Protocol names them: "http/1.1", "tls/1.3"
    cipher: str = ""  # the cipher suite, by its IANA name
    truncated: str = ""  # why `received` ends early: "length", "time", "disconnect", "unspecified"; "": it does not
    head: Answer | None = None  # what `parse_answer` gives for `received`, where that was asked before


@dataclass(frozen=True, slots=True)
class Written:
    """Where an exchange lies: its response or revisit record; of one without an answer, its metadata record."""

    capture_id: str | None  # "urn:uuid:…"; None: there was no answer
    warc: str  # the name that the file has when sealed
    offset: int
    length: int


class ArchiveWriter:
    """Writes exchanges to a folder, which is made where it is not there; a context manager.

    `description` adds fields to warcinfo (`isPartOf`, `robots`, `configuration` …). A file is sealed and the next begun
    when it would grow over `max_bytes`. `recovered` tells which files of dead writers were sealed at the start.
    Raise ArchiveWriteFailed where the folder cannot be written to, DamagedArchive where a file left open is broken
    before its end.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        prefix: str = "nianbao",
        operator: str = "",
        description: Mapping[str, str] | None = None,
        max_bytes: int = 1 << 30,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        if not _NAME.fullmatch(prefix):
            raise ArchiveError(f"prefix {prefix!r}: use letters, digits, '_', '.' and '-' only")
        self._folder = Path(folder)
        self._prefix = prefix
        self._info = _warcinfo(operator, description or {})
        self._max_bytes = max_bytes
        self._now = now
        stem, _, first = new_id().urn.rpartition("-")
        self._ids = map(f"<{stem}-%012x>".__mod__, count(int(first, 16) >> 1))  # ten times as quick as random ones
        self._serial = 0
        self._file: WarcFile | None = None
        self._bodies: OrderedDict[str, _Holder] = OrderedDict()  # by digest of the body as transferred
        self._latest: OrderedDict[str, _Holder] = OrderedDict()  # by address
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise ArchiveWriteFailed(f"{self._folder}: is a file; name a folder for the archive") from error
        except OSError as error:
            raise ArchiveWriteFailed(f"{self._folder}: cannot be made: {error.strerror}") from error
        with folder_locked(self._folder):
            self.recovered = recover(self._folder)

    def write(self, exchange: Exchange) -> Written:
        """Append an exchange; once this returns, a killed process no longer loses it. Raise ArchiveWriteFailed."""
        at, url = _date(exchange.started), _address(exchange.url)
        request_id, answer_id, metadata_id = next(self._ids), next(self._ids), next(self._ids)
        connection = _connection(exchange.ip, exchange.protocols, exchange.cipher)
        request = f"{_fields('request', request_id, at, url)}{connection}{_HTTP_REQUEST}"
        received = _received(exchange)
        if not received:
            members = [
                build_record(request, exchange.sent),
                _metadata_member(metadata_id, at, url, exchange.metadata, request_id),
            ]
            file = self._file_for(sum(map(len, members)))
            offset = file.append(b"".join(members), exchanges=1)
            return Written(None, file.name, offset + len(members[0]), len(members[1]))
        answer = _take_apart(received, exchange.head)
        holder = self._holder(exchange, url, answer)
        kind, stated = _answer_fields(answer, holder, exchange.truncated)
        fields = f"{_fields(kind, answer_id, at, url)}{connection}WARC-Concurrent-To: {request_id}\r\n{stated}"
        before = build_record(f"{request}WARC-Concurrent-To: {answer_id}\r\n", exchange.sent)
        after = _metadata_member(metadata_id, at, url, exchange.metadata, answer_id)
        with_body = holder is None or answer.parts.status == 304
        file, offset, length = self._append(before, fields, answer, after, with_body=with_body)
        mime = cdxj.REVISIT if kind == "revisit" else media_type(answer.parts)
        capture_id = answer_id[1:-1]
        file.kept.append(Kept(url, at, mime, answer.parts.status, answer.digest, length, offset, capture_id))
        if not exchange.truncated:
            self._remember(answer, holder or _Holder(answer_id, url, at), url)
        return Written(capture_id, file.name, offset, length)

    def note(self, url: str, metadata: Iterable[tuple[str, str]], *, at: datetime) -> None:
        """Append a metadata record alone: an address that ended without an exchange (robots_denied, dns_failed, …)."""
        member = _metadata_member(next(self._ids), _date(at), _address(url), metadata, None)
        self._file_for(len(member)).append(member, exchanges=1)

    def close(self) -> None:
        """Seal the file being written: index and digest beside it, `.open` gone. Without exchanges nothing is left."""
        file, self._file = self._file, None
        if file is not None:
            file.seal()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _append(
        self, before: bytes, fields: str, answer: "_Answer", after: bytes, *, with_body: bool
    ) -> tuple[WarcFile, int, int]:
        """Append the record of an answer between two members; return its file, and its offset and length there."""
        if isinstance(answer.body, memoryview):
            block = (answer.head, answer.body) if with_body else (answer.head,)
            packed = is_coded(answer.parts) or bytes(answer.body[:4]).startswith(_PACKED)
            member = build_record(fields, *block, packed=packed)
            file = self._file_for(len(before) + len(member) + len(after))
            start = file.append(b"".join((before, member, after)), exchanges=1)
            return file, start + len(before), len(member)
        file = self._file_for(answer.body.size)
        pieces = pack_record(fields, answer.block if with_body else lambda: (answer.head,))
        _, offset, end, _ = file.append_pieces([[before], pieces, [after]], exchanges=1)
        return file, offset, end - offset

    def _file_for(self, size: int) -> WarcFile:
        """Return the file that so many bytes go to; seal the present one where they would grow it over the limit."""
        if self._file and self._file.exchanges and self._file.size + size > self._max_bytes:
            self.close()
        if self._file is None:
            self._file = self._next_file()
        return self._file

    def _next_file(self) -> WarcFile:
        at = self._now().astimezone(UTC)
        with folder_locked(self._folder):
            while True:
                name = f"{self._prefix}-{at:%Y%m%d%H%M%S}-{self._serial:05}-{os.getpid()}.warc.gz"
                path = self._folder / (name + OPEN)
                self._serial += 1
                if not path.exists() and not (self._folder / name).exists():
                    break
            file = WarcFile.create(path)
        fields = (
            f"WARC-Type: warcinfo\r\nWARC-Record-ID: {next(self._ids)}\r\nWARC-Date: {format_date(at)}\r\n"
            f"WARC-Filename: {name}\r\n{_FIELDS}"
        )
        try:
            file.append(build_record(fields, self._info))
        except ArchiveWriteFailed:
            file.seal()
            raise
        return file

    def _holder(self, exchange: Exchange, url: str, answer: "_Answer") -> "_Holder | None":
        """Return the capture that holds what this answer repeats: the same body, or for a 304 what has not changed."""
        if answer.parts.status == 304:
            return self._latest.get(url) or _archived_holder(self._folder, url, "")
        if len(answer.body) < _REVISIT_FROM or answer.parts.status is None or exchange.truncated:
            return None
        kept = self._bodies.get(answer.body_digest)
        if kept is None and _CONDITIONAL.search(exchange.sent):
            kept = _archived_holder(self._folder, url, answer.body_digest)
        return kept

    def _remember(self, answer: "_Answer", holder: "_Holder", url: str) -> None:
        if answer.parts.status == 200:
            _put(self._latest, url, holder)
        if len(answer.body) >= _REVISIT_FROM:
            _put(self._bodies, answer.body_digest, holder)


class _Holder(NamedTuple):
    """A capture whose body a revisit can stand for."""

    id: str  # with <>
    url: str
    date: str  # WARC-Date


@dataclass(frozen=True, slots=True)
class _Spooled:
    """The rest of a file from `start` on, `size` bytes, to be read more than once and never whole."""

    file: BinaryIO
    start: int
    size: int

    def __len__(self) -> int:
        return self.size

    def pieces(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        return iter(lambda: self.file.read(_WHOLE), b"")


class _Answer(NamedTuple):
    """The received bytes, taken apart without changing any."""

    parts: Answer
    head: bytes  # 1xx answers before it included
    body: memoryview | _Spooled
    digest: str  # of the body without chunks
    body_digest: str  # of the body as transferred

    def block(self) -> Iterator[bytes | memoryview]:
        """Yield what the record of the answer holds."""
        yield self.head
        yield from _pieces(self.body)


def _received(exchange: Exchange) -> bytes | _Spooled:
    """Return the answer's bytes, or the file of them where there are many."""
    if isinstance(exchange.received, bytes):
        return exchange.received
    size = exchange.received.seek(0, io.SEEK_END)
    spooled = _Spooled(exchange.received, 0, size)
    return spooled if size > _WHOLE else b"".join(spooled.pieces())


def _take_apart(received: bytes | _Spooled, head: Answer | None) -> _Answer:
    """Parse an answer; of a large one, as its readers will, the beginning."""
    body: memoryview | _Spooled
    if isinstance(received, bytes):
        parts = head or parse_answer(received)
        start, body = received, memoryview(received)[parts.body :]
    else:
        received.file.seek(0)
        start = received.file.read(MAX_HEAD)
        parts = head or parse_answer(start)
        body = _Spooled(received.file, parts.body, received.size - parts.body)
    body_digest = digest_of(body) if isinstance(body, memoryview) else digest_of_pieces(body.pieces())
    digest = digest_of_pieces(dechunked(map(bytes, _pieces(body)))) if is_chunked(parts) else body_digest
    return _Answer(parts, start[: parts.body], body, digest, body_digest)


def _pieces(body: memoryview | _Spooled) -> Iterable[bytes | memoryview]:
    return (body,) if isinstance(body, memoryview) else body.pieces()


def _answer_fields(answer: _Answer, holder: _Holder | None, truncated: str) -> tuple[str, str]:
    """Return the type and the fields of its own of the record that keeps an answer."""
    stated = _HTTP_RESPONSE
    if holder is None:
        if truncated:
            stated += f"WARC-Truncated: {truncated}\r\n"
        agreed = not is_chunked(answer.parts) and _PLAIN_HEAD.fullmatch(answer.head)
        return "response", f"{stated}{'WARC-Payload-Digest' if agreed else PAYLOAD_DIGEST}: {answer.digest}\r\n"
    stated += (
        f"WARC-Refers-To: {holder.id}\r\nWARC-Refers-To-Target-URI: {holder.url}\r\n"
        f"WARC-Refers-To-Date: {holder.date}\r\n"
    )
    if answer.parts.status == 304:
        return "revisit", f"{stated}WARC-Profile: {_NOT_MODIFIED}\r\n{PAYLOAD_DIGEST}: {answer.digest}\r\n"
    stated += f"WARC-Profile: {_IDENTICAL}\r\nWARC-Truncated: length\r\nWARC-Payload-Digest: {answer.digest}\r\n"
    return "revisit", stated


def _archived_holder(folder: Path, url: str, body_digest: str) -> _Holder | None:
    """Return the holder of an address's latest capture in sealed files; None without one, or with another body."""
    try:
        lines = [line for line in find_sealed(folder, url) if line.url == url and line.status in {200, 304}]
        if not lines:
            return None
        path = folder / lines[-1].filename
        record = capture_at(path, lines[-1].offset, lines[-1].length)
        if record.kind == "revisit":
            record, path = resolve(record, folder, look_up=find_sealed)
    except ArchiveError:
        return None  # an older file that is damaged or gone must not keep today's answer from being written
    if body_digest and digest_of_pieces(body_pieces(record, path, answer_of(record))) != body_digest:
        return None
    return _Holder(f"<{record.id}>", record.url, record.get("WARC-Date"))


def _put(memory: OrderedDict[str, _Holder], key: str, holder: _Holder) -> None:
    memory[key] = holder
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def _fields(kind: str, record_id: str, at: str, url: str) -> str:
    return f"WARC-Type: {kind}\r\nWARC-Record-ID: {record_id}\r\nWARC-Date: {at}\r\nWARC-Target-URI: {url}\r\n"


@lru_cache(maxsize=1024)
def _connection(ip: str | None, protocols: tuple[str, ...], cipher: str) -> str:
    """Return the fields that say with whom an exchange was, and how."""
    stated = [("IP-Address", ip), *[("Protocol", protocol) for protocol in protocols], ("Cipher-Suite", cipher)]
    return "".join([f"WARC-{name}: {_one_line(value)}\r\n" for name, value in stated if value])


def _metadata_member(
    record_id: str, at: str, url: str, metadata: Iterable[tuple[str, str]], described: str | None
) -> bytes:
    refers = "" if described is None else f"WARC-Refers-To: {described}\r\nWARC-Concurrent-To: {described}\r\n"
    return build_record(f"{_fields('metadata', record_id, at, url)}{refers}{_FIELDS}", _field_lines(metadata))


def _field_lines(pairs: Iterable[tuple[str, str]]) -> bytes:
    stated = [(_checked_name(name), value.strip()) for name, value in pairs]
    if not "".join([value for _, value in stated]).isprintable():
        stated = [(name, _one_line(value)) for name, value in stated]
    return "".join([f"{name}: {value}\r\n" for name, value in stated]).encode("utf-8", "replace")


@lru_cache
def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ArchiveError(f"metadata name {name!r}: use letters, digits, '_', '.' and '-' only")
    return name


def software() -> str:
    """Return what made a file, as its manifest states it: `nianbao/VERSION`."""
    from importlib.metadata import PackageNotFoundError, version  # here, since only who writes needs it

    try:
        return f"nianbao/{version('nianbao')}"
    except PackageNotFoundError:  # run from a tree that is not installed
        return "nianbao/unreleased"


def _warcinfo(operator: str, description: Mapping[str, str]) -> bytes:
    return _field_lines(
        {
            "software": software(),
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            **({"operator": operator} if operator else {}),
            "robots": "obey",
            **description,
        }.items()
    )


def _one_line(value: str) -> str:
    return _UNPRINTED.sub(" ", value).strip()


def _address(url: str) -> str:
    """Return an address that fits a header line: anything but printable ASCII percent-encoded."""
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    return quote(url.strip(), safe=_URL_SAFE, errors="replace")


def _date(at: datetime) -> str:
    if at.tzinfo is None:
        raise ArchiveError(f"{at}: give times with their zone")
    return format_date(at)
