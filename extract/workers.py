"""Spans of an archive become what they hold, read: in this process, or in several at once.

Each worker is a process that takes spans over a pipe and answers each with what it holds; it ends when the pipe does, so
none outlives the run. It is a fork, with all modules loaded, or a new interpreter where this process has threads. It
reads pages itself. Where one hangs or kills it, another worker reads that span under `limits.guarded`, as are documents
of other kinds anyway and all where one process reads alone: in a child. What hangs or kills that child is refused.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, islice, takewhile
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from archive import (
    MAX_PAYLOAD,
    ArchiveError,
    Capture,
    Note,
    PayloadTooLarge,
    Span,
    Unread,
    UnresolvedRevisit,
    read_span,
)
from archive.http_message import is_whole_part
from extract import limits
from extract.database import CaptureRow
from extract.errors import ExtractError, UnreadableDocument
from extract.prefilter import is_worth_reading, media_type_of
from extract.readings import KeptReadings, Packed, Read, key_of, read_packed, refused


class Visit(NamedTuple):
    """An address and how it ended; `capture` is None where it ended without an exchange, or its record is damaged."""

    url: str
    at: int  # microseconds since 1970; 0: not known
    outcome: str
    metadata: Mapping[str, str]
    capture: CaptureRow | None = None
    media_type: str | None = None  # of what was read
    key: bytes | None = None  # of its reading; None: not worth reading
    packed: Packed | None = None  # the reading; None with a key: it was kept


@dataclass(frozen=True, slots=True)
class Job:
    """How spans are read, the same for all of a run; picklable."""

    read: Read | None  # None: `extract.read`
    kept: Path  # the readings that lie there
    everything: bool  # read what is kept, too
    seconds: float  # for one document


class Answers(Protocol):
    """Spans with what they hold, in any order. `close` ends whatever was started to read them."""

    def __iter__(self) -> Iterator[tuple[Span, list[Visit]]]: ...

    def close(self) -> None: ...


Engine = Callable[[Iterable[Span], Job], Answers]  # what `read_spans` is with its options bound


def read_spans(spans: Iterable[Span], job: Job, *, workers: int) -> Answers:
    """Return the spans with what they hold; several workers begin at once. Raises ExtractError where one dies twice on
    one span.

    With one worker the spans are read in this process, and given in parts.
    """
    work = iter(spans)
    first = list(islice(work, 2))
    all_spans = chain(first, work)
    return _Pool(job, workers, all_spans) if workers > 1 and len(first) > 1 else _read_here(all_spans, job)


def _read_here(spans: Iterable[Span], job: Job) -> Answers:
    with closing(KeptReadings(job.kept)) as kept, closing(SpanReader(job, kept)) as reader:
        for span in spans:
            yield from _in_parts(span, reader.read(span))


def _in_parts(span: Span, visits: Iterable[Visit]) -> Iterator[tuple[Span, list[Visit]]]:
    """Yield a span, which may be a file of any size, part by part."""
    start, part = span.start, list[Visit]()
    for visit in visits:
        if len(part) >= _LARGEST_PART and visit.capture is not None:
            end = min(max(start, visit.capture.offset), span.end)
            yield Span(span.path, start, end), part
            start, part = end, []
        part.append(visit)
    yield Span(span.path, start, span.end), part


_LARGEST_PART = 500  # visits
FAILURES = (ArchiveError, OSError, sqlite3.Error)  # of reading a span: they end the run

_Order = tuple[Callable[[bytes], Packed], bytes]  # what reads a document, and its payload
_PAGES = frozenset(["text/html", "text/plain", "application/json"])  # read with no other program
_Met = tuple[Visit, _Order | None]


class SpanReader:
    """Reads spans; `kept` has the keys of what is read already."""

    def __init__(self, job: Job, kept: Container[bytes]) -> None:
        self._read = reader_of(job)
        self._kept = kept
        self._job = job

    def close(self) -> None:
        """Let go of the child under whose guard documents are read."""
        limits.close()

    def read(self, span: Span, *, guarded: bool = True) -> Iterator[Visit]:
        """Yield what a span holds. While a document is read in its child, what lies behind it is unpacked here.

        Not `guarded`, pages are read in this process, and may end it.
        """
        ahead = _Ahead(self._met(span))
        for visit, order in ahead:
            if order is None:
                yield visit
            elif guarded or visit.media_type not in _PAGES:
                yield visit._replace(packed=self._packed(order, partial(limits.guarded, meanwhile=ahead.fetch)))
            else:
                yield visit._replace(packed=self._packed(order, limits.unguarded))

    def _met(self, span: Span) -> Iterator[_Met]:
        for item in read_span(span):
            match item:
                case Capture():
                    yield self._capture(item)
                case Note() if "declared_total" in item.metadata:
                    pass  # the sum of a list, whose address has an ending of its own
                case Note():
                    metadata = {name: value for name, value in item.metadata.items() if name != "error"}
                    yield Visit(item.url, _microseconds(item.at), _outcome(item.metadata, None), metadata), None
                case Unread():
                    fault, told = _FAULTS.get(type(item.error), ("damaged", ""))
                    at = _microseconds(item.at) if item.at else 0
                    yield Visit(item.url, at, fault, {**item.metadata, "error": f"{item.error}{told}"}), None

    def _capture(self, capture: Capture) -> _Met:
        row = CaptureRow(
            id=capture.id or f"{capture.warc}:{capture.offset}",
            url=capture.url,
            fetched_at=f"{capture.fetched_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z",
            status=capture.status,
            mime=capture.mime or None,
            digest=capture.digest,
            warc=capture.warc,
            offset=capture.offset,
            length=capture.length,
        )
        metadata = dict(capture.metadata)
        if capture.truncated:
            metadata["truncated"] = capture.truncated
        outcome = _outcome(metadata, capture.status, capture.headers)
        visit = Visit(capture.url, _microseconds(capture.fetched_at), outcome, metadata, row)
        if outcome != "ok":
            return visit, None
        media_type = media_type_of(capture.payload, capture.mime)
        if not is_worth_reading(capture.payload, media_type=media_type, mime=capture.mime, metadata=metadata):
            return visit, None
        key = key_of(digest=capture.digest, url=capture.url, charset=capture.charset, metadata=metadata)
        visit = visit._replace(media_type=media_type, key=key)
        if not self._job.everything and key in self._kept:
            return visit, None
        function = partial(read_packed, read=self._read, charset=capture.charset, url=capture.url, metadata=metadata)
        return visit, (function, capture.payload)

    def _packed(self, order: _Order, limited: Callable[..., Packed]) -> Packed:
        try:
            return limited(*order, seconds=self._job.seconds)
        except UnreadableDocument as error:
            return refused(error.reason, error.detail)


class _Ahead(Iterator[_Met]):
    """What a span holds; the next document to be read, and what lies before it, can be fetched ahead of time."""

    def __init__(self, met: Iterator[_Met]) -> None:
        self._met = met
        self._held: deque[_Met] = deque()
        self._error: Exception | None = None  # of fetching

    def fetch(self) -> None:
        """Fetch up to the next document that must be read. What goes wrong is raised when its turn has come."""
        try:
            while len(self._held) < _MOST_HELD and not (self._held and self._held[-1][1]):
                self._held.append(next(self._met))
        except StopIteration:
            pass
        except FAILURES as error:
            self._error = error

    def __next__(self) -> _Met:
        if self._held:
            return self._held.popleft()
        if self._error is not None:
            raise self._error
        return next(self._met)


_MOST_HELD = 200


class _Pool:
    """Several workers, each with at most two spans in hand: the one it reads and, before the last ones, the next."""

    def __init__(self, job: Job, count: int, spans: Iterable[Span]) -> None:
        """Begin with the workers."""
        self._job = job
        self._count = count
        self._more = iter(spans)
        self._waiting: deque[Span] = deque()
        self._hands: dict[Connection[Any, Any], tuple[BaseProcess, deque[Span]]] = {}
        self._ending: list[BaseProcess] = []
        self._died: set[Span] = set()  # spans over which a worker died once
        try:
            self._hand_out()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[tuple[Span, list[Visit]]]:
        while self._hands:
            for pipe in wait(list(self._hands)):
                assert isinstance(pipe, Connection)
                yield from self._answer(pipe)
            self._hand_out()

    def close(self) -> None:
        """End the workers, those at once that still read."""
        for pipe, (process, _) in self._hands.items():
            pipe.close()
            process.terminate()
        for process in self._ending:
            process.join(_PARTING)  # it ends by itself, and its child with it
            process.terminate()
        for process in (*self._ending, *(process for process, _ in self._hands.values())):
            process.join()

    def _hand_out(self) -> None:
        """Give each worker what it may have in hand; let those end for whom nothing is left."""
        in_hand = self._in_hand()
        for _ in range(min(len(self._waiting), self._count - len(self._hands))):
            self._begin()
        for pipe, (process, spans) in list(self._hands.items()):
            while self._waiting and len(spans) < in_hand:
                spans.append(self._waiting.popleft())
                with suppress(OSError):  # it died: its pipe ends, and the spans come back
                    pipe.send((spans[-1], spans[-1] in self._died))
                in_hand = self._in_hand()
            if not spans:
                pipe.close()
                self._ending.append(process)
                del self._hands[pipe]

    def _in_hand(self) -> int:
        """Return how many spans each worker may have: one of the last ones, so that all end at about the same time."""
        self._waiting.extend(islice(self._more, max(0, self._count + 1 - len(self._waiting))))
        return _IN_HAND if len(self._waiting) > self._count else 1

    def _answer(self, pipe: Connection[Any, Any]) -> Iterator[tuple[Span, list[Visit]]]:
        process, spans = self._hands[pipe]
        try:
            answer = pipe.recv()
        except (EOFError, OSError):
            del self._hands[pipe]
            pipe.close()
            process.terminate()
            process.join()
            self._waiting.extendleft(reversed(spans))
            if spans[0] in self._died:
                place = f"{spans[0].path.name}, bytes {spans[0].start} to {spans[0].end}"
                raise ExtractError(
                    f"a worker died at {place} (exit code {process.exitcode}); try again with fewer --workers"
                ) from None
            self._died.add(spans[0])
            return
        if isinstance(answer, str):
            raise ExtractError(answer)
        yield spans.popleft(), answer

    def _begin(self) -> None:
        ours, theirs = multiprocessing.Pipe()
        context: ForkContext | SpawnContext = multiprocessing.get_context("spawn")
        inherited: tuple[Connection[Any, Any], ...] = ()
        if threading.active_count() == 1:
            reader_of(self._job)  # loaded once, for all
            context, inherited = multiprocessing.get_context("fork"), (ours, *self._hands)
        process = context.Process(target=_work, args=(theirs, self._job, inherited), daemon=True)
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # until the worker answers them in its way
        process.start()
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        theirs.close()
        self._hands[ours] = (process, deque())


_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_IN_HAND = 2
_PARTING = 5  # seconds that an idle worker has to end


def reader_of(job: Job) -> Read:
    """Return what reads documents."""
    if job.read is not None:
        return job.read
    from extract import read  # the readers and all that they need: only for those who read

    return read


def _work(pipe: Connection[Any, Any], job: Job, inherited: Sequence[Connection[Any, Any]]) -> None:
    """Answer each span that comes over the pipe with its visits, or with what went wrong; end with the pipe, and before
    the next document where the parent was killed.

    `inherited` are the parent's ends that a fork holds, too: while one is open, the worker at the other does not end.
    """
    parent = os.getppid()
    for other in inherited:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer; it ends us with SIGTERM
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a guarded child is ended on the way out
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    limits.settle()
    with (
        closing(KeptReadings(job.kept)) as kept,
        closing(SpanReader(job, kept)) as reader,
        suppress(EOFError, BrokenPipeError),
    ):
        while True:
            span, guarded = pipe.recv()
            try:
                visits = reader.read(span, guarded=guarded)
                answer: list[Visit] | str = list(takewhile(lambda _: os.getppid() == parent, visits))
            except FAILURES as error:
                answer = str(error)
            pipe.send(answer)


_FAULTS: Mapping[type[ArchiveError], tuple[str, str]] = {  # the outcome, and what there is to add
    PayloadTooLarge: (
        "too_large",
        f": not read, since it is over {MAX_PAYLOAD >> 20} MiB; `nianbao archive show --raw` gives it",
    ),
    UnresolvedRevisit: ("unresolved", ""),
}


def _is_whole(headers: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a part that was sent is all there is: browsers ask for PDFs so."""
    return is_whole_part(next((value for name, value in headers if name.lower() == "content-range"), ""))


def _outcome(metadata: Mapping[str, str], status: int | None, headers: Sequence[tuple[str, str]] = ()) -> str:
    """Return the outcome that the crawl noted; for an archive of others the one that its answer speaks for."""
    if stated := metadata.get("outcome"):
        return stated
    match status:
        case 206 if _is_whole(headers):
            return "ok"
        case None:
            return "unknown"
        case 200 | 203:
            return "ok"
        case 304:
            return "not_modified"
        case 404 | 410:
            return "not_found"
        case _ if 300 <= status < 400:
            return "redirect"
        case _:
            return f"http_{status}"


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
