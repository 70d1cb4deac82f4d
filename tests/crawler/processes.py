"""Processes for the tests' crawls, forked from one that has imported everything.

A reactor starts only once in a process, so each crawl has one of its own; importing Scrapy anew for each would cost
several times as much as a crawl of sample portals.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Reads jobs as lines of JSON from its stdin, forks for each, and answers with the pid; ends with its stdin.
SERVER = """
import gc, json, os, resource, signal, sys, traceback
import crawler.cookies, crawler.guard, crawler.recorder, crawler.robots, crawler.run, crawler.throttle, crawler.wire
import crawler.spiders.discover, crawler.spiders.recheck
assert "twisted.internet.reactor" not in sys.modules

def run(job):
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for path, descriptor in ((job["out"], 1), (job["errors"], 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), descriptor)
    if job["file_limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_limit"], job["file_limit"]))
    sys.argv = ["-c", job["argument"]]
    try:
        exec(compile(job["program"], "<crawl>", "exec"), {"__name__": "__main__"})
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()

signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
gc.freeze()
while line := sys.stdin.readline():
    child = os.fork()
    if not child:
        try:
            run(json.loads(line))
        finally:
            os._exit(0)
    print(child, flush=True)
"""


@dataclass(slots=True)
class Forked:
    """A running program, with what the tests need of subprocess.Popen's methods."""

    pid: int
    out: Path
    errors: Path
    _end: int | None  # a descriptor that becomes readable when the process ends

    def wait(self, timeout: float | None = None) -> None:
        """Wait for its end. Raise TimeoutExpired."""
        if self._end is None:
            return
        ended, _, _ = select.select([self._end], [], [], timeout)
        if not ended:
            raise subprocess.TimeoutExpired("a crawl", timeout or 0.0)
        os.close(self._end)
        self._end = None

    def poll(self) -> int | None:
        """Return None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return None if self._end is not None else 0

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; return what it wrote to stdout and stderr. Raise TimeoutExpired."""
        self.wait(timeout)
        return self.out.read_text("utf-8"), self.errors.read_text("utf-8")


def start(program: str, argument: Any, *, file_limit: int = 0) -> Forked:
    """Run a program with one argument (as JSON) in `sys.argv`, in a session of its own; `file_limit` bounds the size of
    the files that it may write, as a disk without room does.
    """
    server, folder = _server()
    names = [tempfile.mkstemp(dir=folder) for _ in range(2)]
    for descriptor, _ in names:
        os.close(descriptor)
    out, errors = (Path(name) for _, name in names)
    job = {"program": program, "argument": json.dumps(argument), "file_limit": file_limit}
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(job | {"out": str(out), "errors": str(errors)}) + "\n")
    server.stdin.flush()
    pid = int(server.stdout.readline())
    try:
        end = os.pidfd_open(pid)
    except ProcessLookupError:
        end = None
    return Forked(pid, out, errors, end)


@cache
def _server() -> tuple[subprocess.Popen[str], str]:
    folder = tempfile.TemporaryDirectory(prefix="crawls")
    environment = {key: value for key, value in os.environ.items() if key != "NIANBAO_CONTACT"}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip

    def end() -> None:
        server.communicate(timeout=30)
        folder.cleanup()

    atexit.register(end)
    return server, folder.name
