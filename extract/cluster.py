"""Spans read by dask.distributed, on the workers of a cluster or on processes of this machine: the rows are the same.

A task is a span; its documents are read under `limits.guarded`, in a child of the dask worker. Workers need this very
code and these libraries, and the archive (or NIANBAO_CACHE, for one elsewhere) under the path that it has here. The
readings that are kept lie with the client, which tells the workers their keys. Needs the extra `dask`.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from signal import SIG_BLOCK, SIG_UNBLOCK, SIGINT, pthread_sigmask
from tempfile import TemporaryDirectory

from archive import Span
from extract import limits
from extract.errors import ExtractError
from extract.readings import KeptReadings, stamp
from extract.workers import FAILURES, Answers, Job, SpanReader, Visit

try:
    from distributed import Client, Future, KilledWorker, LocalCluster, Worker, WorkerPlugin, get_worker, wait
except ImportError as error:
    raise ExtractError(f"--engine dask needs the extra `dask` ({error}): pip install 'nianbao[dask]'") from error

_REACHED = 5  # seconds that a scheduler has to answer, and then that its first worker has to be there
_STARTED = 60  # the same for one of our own, on a machine that has much to do
_UNATTENDED = 30  # seconds without a result after which to see whether there are workers at all
_IN_HAND = 2  # tasks for each thread of the workers: the one that it runs and the next
_SILENT = logging.CRITICAL + 1  # what matters of the library's log is raised

_Answer = list[Visit] | str  # what a span holds, or what went wrong


def read_spans(spans: Iterable[Span], job: Job, *, workers: int = 1, scheduler: str | None = None) -> Answers:
    """Yield each span with what it holds, in any order, as `workers.read_spans` does.

    Without the address of a scheduler a cluster of `workers` processes on this machine is started, and ended. Raises
    ExtractError where the scheduler cannot be reached, has no workers or goes away, a worker has other code, or workers
    die over one span again and again.
    """
    with _client(workers, scheduler) as client:
        try:
            yield from _read(client, spans, job)
        except (CancelledError, OSError) as error:
            raise ExtractError(f"{scheduler}: the scheduler is gone; run again when it is back") from error


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Client]:
    """Connect to a scheduler that has workers; without an address to one of our own."""
    with _silenced(), ExitStack() as ending:
        address, patience = (
            (scheduler, _REACHED) if scheduler else (ending.enter_context(_own_cluster(workers)), _STARTED)
        )
        try:
            client = ending.enter_context(Client(address, timeout=patience))
        except Exception as error:  # of any kind: what an HTTP server says is taken for a length beyond memory
            raise ExtractError(
                f"{address}: no scheduler can be reached ({_line(error)}); see to --scheduler"
            ) from error
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError as error:
            raise ExtractError(f"{address}: has no workers; start some: dask worker {address} --nthreads 1") from error
        if scheduler is None:
            client.register_plugin(_Ending())
        yield client


@contextmanager
def _silenced() -> Iterator[None]:
    levels = {log: log.level for log in map(logging.getLogger, ("distributed", "distributed.client"))}
    for log in levels:
        log.setLevel(_SILENT)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")
            yield
    finally:
        for log, level in levels.items():
            log.setLevel(level)


@contextmanager
def _own_cluster(workers: int) -> Iterator[str]:
    """Start a cluster and end it. Ctrl-C waits until it stands: dask cannot end one that is half begun."""
    pthread_sigmask(SIG_BLOCK, {SIGINT})
    try:
        with (
            TemporaryDirectory(prefix="nianbao-") as folder,
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                memory_limit=None,  # each document has its own
                local_directory=folder,
                silence_logs=_SILENT,
            ) as cluster,
        ):
            pthread_sigmask(SIG_UNBLOCK, {SIGINT})
            yield cluster.scheduler_address
    finally:
        pthread_sigmask(SIG_UNBLOCK, {SIGINT})


class _Ending(WorkerPlugin):
    """Ends what a worker reads when the worker ends."""

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - as distributed calls it
        limits.abandon()


def _read(client: Client, spans: Iterable[Span], job: Job) -> Answers:
    waiting, in_hand = deque(spans), dict[Future[_Answer], Span]()
    kept: Future[frozenset[bytes]] | None = None
    answered = 0
    while waiting or in_hand:
        most = _IN_HAND * max(sum(client.nthreads().values()), 1)
        while waiting and len(in_hand) < most:
            kept = kept or _kept(client, job)
            span = waiting.popleft()
            placed = replace(span, path=span.path.resolve())
            in_hand[client.submit(_visits, placed, job, kept, stamp(), pure=False)] = span
        try:
            future = wait(list(in_hand), timeout=_UNATTENDED, return_when="FIRST_COMPLETED").done.pop()
            answer = _result(future, in_hand[future])
        except TimeoutError:  # where a worker ended with what it had read, another reads it
            if not client.nthreads():
                raise ExtractError("--scheduler: all workers are gone; start some, and run again") from None
        else:
            yield in_hand.pop(future), answer
            answered += 1
            if answered.bit_count() == 1:  # 1, 2, 4 …: all that is kept is told each time, and may be much
                kept = None  # what these brought is kept now: a revisit of it need not be read again


def _kept(client: Client, job: Job) -> Future[frozenset[bytes]]:
    """Return, where the workers find them, the keys of what need not be read."""
    with closing(KeptReadings(job.kept)) as readings:
        return client.submit(frozenset, frozenset() if job.everything else frozenset(readings), pure=False)


def _result(future: Future[_Answer], span: Span) -> list[Visit]:
    """Return what a task came to. Raises ExtractError where it failed, TimeoutError where its worker ended with it."""
    place = f"{span.path.name}, bytes {span.start} to {span.end}"
    try:
        answer = future.result(timeout=_UNATTENDED)
    except (CancelledError, OSError):
        raise
    except KilledWorker as error:
        raise ExtractError(f"a worker died at {place}, again and again; see to its memory") from error
    except Exception as error:
        reason = f"{type(error).__name__}: {_line(error)}"
        raise ExtractError(f"a worker failed at {place} ({reason}); scheduler and workers need this nianbao") from error
    if isinstance(answer, str):
        raise ExtractError(answer)
    return answer


def _line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


class _Cancelled(Exception):
    """Raised in a worker whose client has gone."""


def _visits(span: Span, job: Job, kept: frozenset[bytes], expected: str) -> _Answer:
    """Return what a span holds, or what went wrong. Runs in a thread of a dask worker."""
    worker = get_worker()
    if difference := _difference(stamp(), expected):
        return f"{worker.address}: this worker has {difference}; set it up from the same checkout"
    task = worker.state.tasks[worker.get_current_task()]
    visits = []
    try:
        for visit in SpanReader(job, kept).read(span):
            if task.state != "executing":
                raise _Cancelled
            visits.append(visit)
    except FAILURES as error:
        return f"{worker.address}: {error}"
    return visits


def _difference(own: str, expected: str) -> str:
    """Return how a worker's stamp differs from the client's; "" where it does not."""
    if own == expected:
        return ""
    (code, python, libraries), (_code, _python, _libraries) = json.loads(own), json.loads(expected)
    here, there = dict(libraries), dict(_libraries)
    pairs = [("nianbao", code, _code), ("Python", python, _python)]
    pairs += [(name, here.get(name), there.get(name)) for name in sorted({*here, *there})]
    return ", ".join(f"{name} {has} instead of {wanted}" for name, has, wanted in pairs if has != wanted)
