"""Reading under limits: a document that hangs, grows without end or kills its reader costs that document only.

The document is read in a child process that is kept for the next one, so the guard costs a message there and back, not
a process. Past its deadline the child is killed with all that it started; its address space is limited by the kernel.
The next document gets a new child: a fork, with all modules loaded, or a new interpreter where this one has threads.
A process that may itself be lost needs no child: `unguarded`.
"""

from __future__ import annotations

import contextlib
import copyreg
import gc
import io
import math
import os
import pickle
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import fields
from multiprocessing.connection import Connection, Pipe
from operator import attrgetter
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from extract.document import Document, Grid
from extract.errors import UnreadableDocument
from extract.reading import Reading, Section

SECONDS = 120.0  # a scan of ten pages is read in 60
_MEGABYTES = 2048  # by which the address space may grow; a scanned page takes 600

_MAX_ANSWER = 512 << 20
_FOLDERS = "nianbao-{pid}-"
_ORPHANED = 5  # seconds beyond the limit after which a child ends by itself
_STARTING = 60.0  # seconds that a child may take until it takes orders

Result = TypeVar("Result")


def guarded(
    function: Callable[[bytes], Result],
    payload: bytes,
    *,
    seconds: float = SECONDS,
    megabytes: int = _MEGABYTES,
    meanwhile: Callable[[], None] | None = None,
) -> Result:
    """Return `function(payload)`, worked out in a child process of this process.

    `function` and its result must be picklable: a function of a module, or `functools.partial` of one. Raise what the
    function refuses as UnreadableDocument, and UnreadableDocument itself: `timeout` after `seconds`, `too_large` where
    more than `megabytes` are needed, `too_deep` where the recursion ends, `crashed` where the child dies or the
    function fails. `meanwhile` is called in this process while the child works. Safe after a fork, in daemons and in
    threads; the threads of a process wait for each other. Within a guarded function it is a plain call.
    """
    if _inside:
        return function(payload)
    with _lock:
        guard = _guards.get(os.getpid())
        if guard is None:
            _guards.clear()  # the child of the process that this one was forked from is not ours
            guard = _guards[os.getpid()] = Guard()
        return guard.run(function, payload, seconds=seconds, megabytes=megabytes, meanwhile=meanwhile)


def unguarded(
    function: Callable[[bytes], Result], payload: bytes, *, seconds: float = SECONDS, megabytes: int = _MEGABYTES
) -> Result:
    """Return `function(payload)`, worked out in this process, which ends where a guard would have ended its child.

    For one that was started to read (`settle`), and whose parent has what is lost with it read again under guard.
    `function` starts no process. Raises what the function refuses as UnreadableDocument.
    """
    handler = signal.signal(signal.SIGTERM, signal.SIG_DFL)  # it ends at once, though it be within a parser
    signal.setitimer(signal.ITIMER_REAL, seconds)
    kind, answer, spent = _answer(function, payload, megabytes)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGTERM, handler)
    if spent or _has_grown(megabytes):
        sys.exit(1)
    result: Result = _result(kind, answer)
    return result


def settle() -> None:
    """Make this process one that reads documents and nothing else."""
    global _start
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries trace their faults there; the refusal names them
    gc.freeze()  # what is loaded stays: it need not be gone through with each document,
    gc.set_threshold(20_000, 20, 20)  # of which each makes many objects and hardly a cycle
    _start = _address_space()


def close() -> None:
    """End the child process of this process, if there is one. The next `guarded` starts another."""
    with _lock:
        abandon()


def abandon() -> None:
    """End the child process even while another thread has it read: that document is refused as `crashed`."""
    guard = _guards.pop(os.getpid(), None)
    if guard is not None:
        guard.kill()


def own_folders() -> str:
    """Return how the names of temporary folders begin that are removed when this process is killed by its guard."""
    return _FOLDERS.format(pid=os.getpid())


class Guard:
    """A child process and the pipe to it: `guarded` has one for all of a process; whoever has several, takes turns."""

    def __init__(self) -> None:
        self._pid = 0
        self._pipe: Connection[Any, Any] | None = None

    def run(
        self,
        function: Callable[[bytes], Result],
        payload: bytes,
        *,
        seconds: float = SECONDS,
        megabytes: int = _MEGABYTES,
        meanwhile: Callable[[], None] | None = None,
    ) -> Result:
        """Do as `guarded` does; one caller at a time."""
        order = pickle.dumps((function, megabytes, math.ceil(seconds) + _ORPHANED))
        try:
            pipe = self._started()
            pipe.send_bytes(order)
            pipe.send_bytes(payload)
            if meanwhile is not None:
                meanwhile()
            if not pipe.poll(seconds):
                self.kill()
                raise UnreadableDocument("timeout", f"not read within {seconds:g} s")
            kind, answer, spent = pickle.loads(pipe.recv_bytes(_MAX_ANSWER))
        except (EOFError, OSError) as error:
            raise UnreadableDocument("crashed", f"the reader died ({self.kill()})") from error
        except BaseException:  # Ctrl-C in the middle of an answer: the pipe is out of step
            self.kill()
            raise
        if spent:
            self.kill()
        result: Result = _result(kind, answer)
        return result

    def _started(self) -> Connection[Any, Any]:
        if self._pipe is None or os.waitpid(self._pid, os.WNOHANG) != (0, 0):
            self._pid = 0 if self._pipe is not None else self._pid
            self.kill()
            ours, theirs = Pipe()
            self._pid = _forked(ours, theirs) if threading.active_count() == 1 else _spawned(theirs)
            theirs.close()
            self._pipe = ours
            if not ours.poll(_STARTING):  # its start is no document's time
                raise EOFError
            ours.recv_bytes()
        return self._pipe

    def kill(self) -> str:
        """End the child with all that it started, be it reading; return how it ended."""
        pid, pipe, self._pid, self._pipe = self._pid, self._pipe, 0, None
        if pipe is not None:
            pipe.close()
        if not pid:
            return "it was gone"
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # where it did not come to found its group
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDERS.format(pid=pid)}*"):
            shutil.rmtree(folder, ignore_errors=True)
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


_guards: dict[int, Guard] = {}
_lock = threading.Lock()
_inside = False  # whether this process is the child of a guard
_start = 0  # bytes of address space of this process when it began to read


def _result(kind: str, answer: Any) -> Any:
    if kind == "refused":
        reason, detail = answer
        raise UnreadableDocument(reason, detail)
    return answer


def _forked(ours: Connection[Any, Any], theirs: Connection[Any, Any]) -> int:
    pid = os.fork()
    if not pid:
        ours.close()
        _serve(theirs)
    return pid


def _spawned(theirs: Connection[Any, Any]) -> int:
    """Start a new interpreter: a fork of a process with threads can hold a lock that nobody releases."""
    order = f"from extract import limits; limits._serve(limits.Connection({theirs.fileno()}))"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", order],  # -P: not what lies in the present folder
        pass_fds=[theirs.fileno()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    process.returncode = 0  # we wait for the process ourselves; else its __del__ would warn that it still runs
    return process.pid


def _serve(pipe: Connection[Any, Any]) -> NoReturn:
    """Answer orders until the other end is closed. Runs in the child."""
    global _inside
    _inside = True
    os.setpgid(0, 0)  # a group of its own: what it starts dies with it, and Ctrl-C reaches the parent only
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    settle()
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(b"")
        while True:
            function, megabytes, seconds = pickle.loads(pipe.recv_bytes())
            payload = pipe.recv_bytes()
            signal.alarm(seconds)  # ends a child whose parent was killed, and cannot
            kind, answer, spent = _answer(function, payload, megabytes)
            signal.alarm(0)
            del payload
            spent = spent or _has_grown(megabytes)
            try:
                message = _pickled((kind, answer, spent))
            except MemoryError:
                message = _pickled(("refused", ("too_large", "the reading does not fit in memory"), True))
            pipe.send_bytes(message)
    os._exit(0)


def _answer(function: Callable[[bytes], Any], payload: bytes, megabytes: int) -> tuple[str, Any, bool]:
    """ "read" and the result, or "refused" and the reason; and whether this process should not be trusted any more."""
    (soft, hard), limit = resource.getrlimit(resource.RLIMIT_AS), _start + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        return "read", function(payload), False
    except UnreadableDocument as error:
        return "refused", (error.reason, error.detail), isinstance(error.__cause__, MemoryError)
    except MemoryError:
        return "refused", ("too_large", "the document needs more memory than it may take"), True
    except RecursionError:
        return "refused", ("too_deep", "the document is nested too deep"), True
    except Exception as error:  # a fault of ours: the document is refused by name, with the place of the fault
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return "refused", ("crashed", f"{type(error).__name__}: {error} ({where})"[:300]), True
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _has_grown(megabytes: int) -> bool:
    """Tell whether the next document would not have its full share of memory."""
    return _address_space() - _start > (megabytes << 20) // 2


def _pickled(answer: Any) -> bytes:
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(answer)
    return buffer.getvalue()


def _reducer(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda one: (kind, values(one))


# Frozen dataclasses with slots pickle by Python code; called with their fields again they take a third of the time.
_REDUCERS: dict[type, Callable[[Any], Any]] = {
    **copyreg.dispatch_table,
    **{kind: _reducer(kind) for kind in (Grid, Document, Section, Reading)},
}


def _address_space() -> int:
    """Bytes of address space of this process; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb", buffering=0) as pages:
            return int(pages.read(80).split()[0]) * resource.getpagesize()
    except OSError:
        return 0
