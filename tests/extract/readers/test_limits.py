"""The guard: a document that hangs, eats memory or kills its reader costs that document only."""

import contextlib
import faulthandler
import functools
import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest

from extract import limits
from extract.document import Cell, Document, Fact, Grid, Text
from extract.errors import UnreadableDocument
from extract.limits import guarded, own_folders, settle, unguarded


@pytest.fixture(autouse=True)
def _no_child_left():
    yield
    limits.close()


def length(payload):
    return len(payload)


def process(_payload):
    return os.getpid()


def hang(_payload):
    while True:
        pass


def hang_with_a_child(payload):
    child = os.fork()
    if not child:
        signal.pause()
    Path(payload.decode()).write_text(str(child))
    signal.pause()


def hang_with_a_folder(payload):
    Path(payload.decode()).write_text(tempfile.mkdtemp(prefix=own_folders()))
    signal.pause()


def eat(_payload):
    return len(bytearray(8 << 30))


def grow(_payload):
    global _kept
    _kept = bytearray(300 << 20)
    return os.getpid()


def die(_payload):
    os.kill(os.getpid(), signal.SIGSEGV)


def fail(_payload):
    raise KeyError("a fault of ours")


def await_line(payload):
    with open(payload.decode()) as pipe:
        return pipe.readline()


def recur(payload):
    return recur(payload)


def refuse(_payload):
    raise UnreadableDocument("encrypted", "with a password")


def some_document(_payload, *, title):
    cells = (Cell("规章", 1, 2, "t0r0c0"), Cell("0"))
    return Document("text/html", (Text("一、", 1), Grid((cells,))), (Fact("title", title, "h1"),), ("note",))


def within(_payload):
    return guarded(process, _payload) == os.getpid()


def test_the_result_comes_back_equal():
    read = functools.partial(some_document, title="年报")
    assert guarded(read, b"x") == read(b"x")
    assert guarded(length, b"x" * (5 << 20)) == 5 << 20


def test_one_child_reads_document_after_document_and_it_is_not_this_process():
    assert guarded(process, b"") == guarded(process, b"") != os.getpid()


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (hang, "timeout"),
        (eat, "too_large"),
        (die, "crashed"),
        (fail, "crashed"),
        (recur, "too_deep"),
        (refuse, "encrypted"),
    ],
)
def test_what_goes_wrong_is_a_named_refusal_and_the_next_document_is_read(function, reason):
    guarded(process, b"")  # the reader is up: the time below is the function's own
    with pytest.raises(UnreadableDocument) as refusal:
        guarded(function, b"", seconds=0.5 if function is hang else 60, megabytes=512)
    assert refusal.value.reason == reason
    assert guarded(length, b"abc") == 3


@pytest.mark.parametrize(
    ("function", "ending"),
    [(length, 3), (refuse, 4), (hang, -signal.SIGALRM), (eat, 1), (die, -signal.SIGSEGV), (fail, 1), (recur, 1)],
)
def test_a_process_that_reads_without_guard_ends_with_what_goes_wrong(function, ending):
    pid = os.fork()
    if not pid:
        code = 1
        with contextlib.suppress(BaseException):
            settle()
            faulthandler.disable()
            try:
                code = unguarded(function, b"abc", seconds=0.5 if function is hang else 60, megabytes=512)
            except UnreadableDocument:
                code = 4
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == ending


def test_a_fault_of_ours_tells_its_place():
    with pytest.raises(UnreadableDocument, match=r"KeyError: 'a fault of ours' \(test_limits.py:\d+\)"):
        guarded(fail, b"")


def test_what_the_reader_started_dies_with_it(tmp_path):
    note = tmp_path / "child"
    guarded(process, b"")
    with pytest.raises(UnreadableDocument, match="timeout"):
        guarded(hang_with_a_child, bytes(note), seconds=0.5)
    started = int(note.read_text())
    deadline = time.monotonic() + 5
    while os.path.exists(f"/proc/{started}") and time.monotonic() < deadline:
        with open(f"/proc/{started}/stat") as status:
            if status.read().split()[2] == "Z":  # dead, and waiting for an init that reaps it
                break
    assert time.monotonic() < deadline


def test_a_child_that_is_killed_leaves_no_folder(tmp_path):
    note = tmp_path / "folder"
    guarded(process, b"")
    with pytest.raises(UnreadableDocument, match="timeout"):
        guarded(hang_with_a_folder, bytes(note), seconds=0.5)
    assert note.read_text()
    assert not Path(note.read_text()).exists()


def test_a_child_that_has_grown_is_replaced():
    first = guarded(grow, b"", megabytes=512)
    assert guarded(process, b"") != first


def test_a_child_that_was_killed_between_documents_costs_none():
    os.kill(guarded(process, b""), signal.SIGKILL)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert guarded(length, b"abc") == 3
            return
        except UnreadableDocument:  # the signal had not arrived yet
            continue
    pytest.fail("never read again")


def test_it_works_in_threads_and_within_itself():
    found = []
    threads = [threading.Thread(target=lambda: found.append(guarded(length, b"abc"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3, 3, 3]
    assert guarded(within, b"")


def test_a_forked_process_has_a_child_of_its_own():
    ours = guarded(process, b"")
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        os.write(sending, str(guarded(process, b"")).encode())
        limits.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(receiving, 20)) != ours
    assert guarded(process, b"") == ours
    os.close(receiving)
    os.close(sending)


def test_the_caller_works_on_while_a_document_is_read(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # the child waits for what is only written while it is at work
    written = guarded(await_line, str(pipe).encode(), seconds=30, meanwhile=lambda: pipe.write_text("done") and None)
    assert written == "done"
