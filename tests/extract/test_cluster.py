"""Reading on a cluster of dask gives the rows that processes give, and ends with its client."""

import os
import select
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from functools import partial, wraps
from importlib import import_module
from types import SimpleNamespace

import psutil
import pytest
from distributed import LocalCluster

from archive import Span
from extract import cluster
from extract.database import content_hash
from extract.errors import ExtractError
from extract.readings import Readings
from extract.run import extract
from extract.workers import Job
from tests.extract.archives import Page, metadata, read_stated, report, write_archive
from tests.extract.test_run import JIANGYOU, SEVERAL


def apart(test):
    """Run a test in a process of its own: dask leaves threads behind, and a process with threads forks no more."""

    @wraps(test)
    def run_apart(tmp_path):
        program = (
            f"from pathlib import Path; from {__name__} import *; {test.__name__}.__wrapped__(Path({str(tmp_path)!r}))"
        )
        environment = {**os.environ, "PYTHONPATH": os.getcwd()}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    return run_apart


def local_cluster(**options):
    return LocalCluster(threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", **options)


def run(folder, db, **options):
    engine = partial(cluster.read_spans, **options) if options else None
    return extract(archive=folder, db=folder.with_name(db), read=read_stated, seconds=3.0, engine=engine)


@apart
def test_the_rows_are_those_of_processes_though_a_worker_and_a_reader_die(tmp_path):
    deadly = report(year=2020, fault="kills the worker", marker=str(tmp_path / "marker"))
    stated = enumerate([{"fault": "abort"}, deadly])
    pages = [Page(f"{JIANGYOU}/{number}", each, metadata=metadata()) for number, each in stated]
    folder = write_archive(tmp_path / "a", *SEVERAL, pages)
    done = run(folder, "dask.db", workers=2)
    assert (tmp_path / "marker").exists()
    assert (done.reports, done.unreadable) == (4, {"crashed": 1, "encrypted": 1})
    run(folder, "processes.db")
    assert content_hash(tmp_path / "dask.db") == content_hash(tmp_path / "processes.db")


@apart
def test_a_running_scheduler_is_used_if_its_workers_have_this_code_and_the_archive(tmp_path):
    first, both = write_archive(tmp_path / "a", SEVERAL[0]), write_archive(tmp_path / "b", *SEVERAL)
    with local_cluster(n_workers=1) as ours:
        scheduler = ours.scheduler_address
        assert run(first, "n.db", scheduler=scheduler).read == 3
        again = run(both, "n.db", scheduler=scheduler)
        assert (again.read, again.kept) == (3, 3)
        run(both, "processes.db")
        assert content_hash(tmp_path / "n.db") == content_hash(tmp_path / "processes.db")
        absent = tmp_path / "absent.warc.gz"
        job = Job(read_stated, tmp_path / "n.db.readings", False, 3.0)
        with pytest.raises(ExtractError, match=rf"^tcp://127\.0\.0\.1:\d+: .*{absent}"):
            list(cluster.read_spans([Span(absent, 0, 100)], job, scheduler=scheduler))
        stamp = cluster.stamp().replace(cluster.stamp()[2:6], "beef", 1)
        cluster.stamp = lambda: stamp
        told = r"127\.0\.0\.1:\d+: this worker has nianbao \w+ instead of beef\w+; set it"
        with pytest.raises(ExtractError, match=told):
            run(first, "other.db", scheduler=scheduler)


@apart
def test_what_an_earlier_span_brought_is_not_read_again(tmp_path):
    once, again = (write_archive(tmp_path / name, *[SEVERAL[0]] * files) for name, files in (("a", 1), ("b", 5)))
    handed_out = cluster._IN_HAND  # before the first answer
    assert run(again, "n.db", workers=1).read == run(once, "once.db").read * handed_out


@apart
def test_a_scheduler_that_cannot_be_reached_or_has_no_workers_is_named(tmp_path):
    cluster._REACHED = 0.5
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    for address in ("nonsense", "foo://127.0.0.1:1", "tcp://127.0.0.1:1"):
        with pytest.raises(ExtractError, match=rf"^{address}: no scheduler can be reached \(.+\); see to --scheduler$"):
            run(folder, "n.db", scheduler=address)
    told = r"has no workers; start some: dask worker tcp://127\.0\.0\.1:\d+ --nthreads"
    with local_cluster(n_workers=0, processes=False, protocol="tcp") as empty, pytest.raises(ExtractError, match=told):
        run(folder, "n.db", scheduler=empty.scheduler_address)


class Lost:
    """A client without workers: one that ended with what it had read leaves a future that is done and has no result."""

    def submit(self, *_, **__):
        return self

    def nthreads(self):
        return {}

    def result(self, timeout):
        raise TimeoutError(timeout)


@pytest.mark.parametrize("done", [True, False])
def test_workers_that_end_before_their_work_are_told(tmp_path, monkeypatch, done):
    def waited(futures, timeout, return_when):
        if not done:
            raise TimeoutError(futures, timeout, return_when)
        return SimpleNamespace(done={*futures})

    monkeypatch.setattr(cluster, "wait", waited)
    with closing(Readings(tmp_path / "n.db.readings")) as readings:
        job = Job(read_stated, readings.path, False, 3.0)
        with pytest.raises(ExtractError, match="all workers are gone"):
            list(cluster._read(Lost(), [Span(tmp_path / "x.warc.gz", 0, 1)], job))


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "extract.cluster")
    with pytest.raises(ExtractError, match=r"needs the extra `dask` .+: pip install 'nianbao\[dask\]'"):
        import_module("extract.cluster")


def test_ctrl_c_waits_until_a_cluster_of_our_own_stands(monkeypatch):
    stands = []

    @contextmanager
    def begun(**_):
        signal.raise_signal(signal.SIGINT)
        stands.append(True)
        yield SimpleNamespace(scheduler_address="")

    monkeypatch.setattr(cluster, "LocalCluster", begun)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background of a shell it is ignored
    try:
        with pytest.raises(KeyboardInterrupt), cluster._own_cluster(1):
            pytest.fail("it is used all the same")
    finally:
        signal.signal(signal.SIGINT, before)
    assert stands


STOPPED = """
import signal, sys
from functools import partial, wraps
from pathlib import Path
from extract.cluster import read_spans
from extract.run import extract
from tests.extract.archives import read_stated
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background of a shell it is ignored
    folder = Path(sys.argv[1])
    extract(archive=folder, db=folder.with_suffix(".db"), read=read_stated, engine=partial(read_spans, workers=1))
"""


def test_all_that_was_started_ends_with_ctrl_c(tmp_path):
    os.mkfifo(tmp_path / "reading")
    hanging = {"fault": "tells and hangs", "marker": str(tmp_path / "reading")}
    folder = write_archive(tmp_path / "a", [Page(f"{JIANGYOU}/x", hanging, metadata=metadata())])
    script = tmp_path / "stopped.py"
    script.write_text(STOPPED)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    reading = os.open(tmp_path / "reading", os.O_RDONLY | os.O_NONBLOCK)
    run = subprocess.Popen([sys.executable, script, folder], env=environment, stderr=subprocess.PIPE)
    assert select.select([reading], [], [], 120)[0]  # the reader has opened it, and hangs
    os.close(reading)
    started = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate()
    assert told.decode().rstrip().endswith("KeyboardInterrupt")
    assert len(started) >= 2
    assert psutil.wait_procs(started, timeout=20)[1] == []
