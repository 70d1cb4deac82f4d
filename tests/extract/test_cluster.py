"""Reading on a cluster of dask gives the rows that processes give, and ends with its client."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from functools import partial
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


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as ours:
        yield ours.scheduler_address


@pytest.fixture
def run(tmp_path):
    def run(folder, db, engine=None):
        return extract(archive=folder, db=tmp_path / db, read=read_stated, seconds=3.0, engine=engine)

    return run


def test_the_rows_are_those_of_processes_though_a_worker_and_a_reader_die(tmp_path, run):
    deadly = report(year=2020, fault="kills the worker", marker=str(tmp_path / "marker"))
    pages = [
        Page(f"{JIANGYOU}/{number}", stated, metadata=metadata())
        for number, stated in enumerate([{"fault": "abort"}, deadly])
    ]
    folder = write_archive(tmp_path / "a", *SEVERAL, pages)
    done = run(folder, "dask.db", partial(cluster.read_spans, workers=2))
    assert (tmp_path / "marker").exists()
    assert (done.reports, done.unreadable) == (4, {"crashed": 1, "encrypted": 1})
    run(folder, "processes.db")
    assert content_hash(tmp_path / "dask.db") == content_hash(tmp_path / "processes.db")


def test_a_running_scheduler_is_used_and_what_is_kept_is_not_read(tmp_path, run, scheduler):
    engine = partial(cluster.read_spans, scheduler=scheduler)
    first = write_archive(tmp_path / "a", SEVERAL[0])
    assert run(first, "n.db", engine).read == 3
    both = write_archive(tmp_path / "b", *SEVERAL)
    again = run(both, "n.db", engine)
    assert (again.read, again.kept) == (3, 3)
    run(both, "processes.db")
    assert content_hash(tmp_path / "n.db") == content_hash(tmp_path / "processes.db")


def test_workers_with_other_code_are_refused(tmp_path, run, scheduler, monkeypatch):
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    ours = cluster.stamp().replace(cluster.stamp()[2:6], "beef", 1)
    monkeypatch.setattr(cluster, "stamp", lambda: ours)
    with pytest.raises(ExtractError, match=r"127\.0\.0\.1:\d+: this worker has nianbao \w+ instead of beef\w+; set it"):
        run(folder, "n.db", partial(cluster.read_spans, scheduler=scheduler))


def test_an_archive_that_a_worker_does_not_have_is_named(tmp_path, scheduler):
    path = tmp_path / "elsewhere.warc.gz"
    with closing(Readings(tmp_path / "n.db.readings")) as readings:
        job = Job(read_stated, readings.path, False, 3.0)
        with pytest.raises(ExtractError, match=rf"^tcp://127\.0\.0\.1:\d+: .*{path}"):
            list(cluster.read_spans([Span(path, 0, 100)], job, scheduler=scheduler))


@pytest.mark.parametrize("address", ["nonsense", "foo://127.0.0.1:1", "tcp://127.0.0.1:1"])
def test_a_scheduler_that_cannot_be_reached_is_named(tmp_path, run, monkeypatch, address):
    monkeypatch.setattr(cluster, "_REACHED", 0.2)
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    with pytest.raises(ExtractError, match=rf"^{address}: no scheduler can be reached \(.+\); see to --scheduler$"):
        run(folder, "n.db", partial(cluster.read_spans, scheduler=address))


def test_a_scheduler_without_workers_is_told(tmp_path, run, monkeypatch):
    monkeypatch.setattr(cluster, "_REACHED", 0.5)
    folder = write_archive(tmp_path / "a", SEVERAL[0])
    with (
        LocalCluster(
            n_workers=0, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as empty,
        pytest.raises(ExtractError, match=r"has no workers; start some: dask worker tcp://127\.0\.0\.1:\d+ --nthreads"),
    ):
        run(folder, "n.db", partial(cluster.read_spans, scheduler=empty.scheduler_address))


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


STOPPED = """
import sys
from functools import partial
from pathlib import Path
from extract.cluster import read_spans
from extract.run import extract
from tests.extract.archives import read_stated
if __name__ == "__main__":
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
    run = subprocess.Popen([sys.executable, script, folder], env=environment, stderr=subprocess.PIPE)
    (tmp_path / "reading").read_bytes()  # the reader has opened it, and hangs
    started = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate()
    assert told.decode().rstrip().endswith("KeyboardInterrupt")
    assert len(started) >= 2
    assert psutil.wait_procs(started, timeout=20)[1] == []
