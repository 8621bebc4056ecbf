"""Worker processes: copies of the run or new ones, they do the same, and none outlives the run it works for."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from command import program
from trades_books import REQUEST, portfolio_book

from pbal_xl.batch import copies, workers
from pbal_xl.batch.job import Job
from pbal_xl.batch.run import run_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COUNT = 150
if sys.platform != "win32":
    import fcntl
    import termios

linux = pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of workbooks, enough for a second's work."""
    place = tmp_path / "clients"
    place.mkdir()
    source = portfolio_book(tmp_path / "source.xlsx", 25).read_bytes()
    for number in range(COUNT):
        (place / f"c{number:03}.xlsx").write_bytes(source)
    return place


def _jobs(folder: Path, count: int) -> list[Job]:
    return [Job(str(path), REQUEST) for path in sorted(folder.glob("*.xlsx"))[:count]]


def _stat(pid: int) -> list[str]:
    """State, parent and so on of a process that is alive; nothing of one that ended."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return [] if fields[0] == "Z" else fields
    return []


def _workers(parent: int) -> list[int]:
    """The processes that a process started."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if _stat(pid)[1:2] == [str(parent)]]


def _soon(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


@contextlib.contextmanager
def _amid_its_work(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A run on two workers that has written some files, and its workers."""
    command = [program(), "run", f"{folder}/*.xlsx", "--cash", "1000", "--quiet", "--jobs", "2"]
    before = {path: path.stat().st_ino for path in folder.iterdir()}
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert _soon(lambda: sum(path.stat().st_ino != was for path, was in before.items()) > 2)
        found = _workers(run.pid)
        assert len(found) == 2, found
        yield run, found
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.communicate()


def _assert_whole_and_tidy(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [f"c{number:03}.xlsx" for number in range(COUNT)]
    for path in folder.iterdir():
        assert zipfile.ZipFile(path).testzip() is None
        assert openpyxl.load_workbook(path, read_only=True).sheetnames in (["Portfolio"], ["Portfolio", "Trades"])


@linux
def test_workers_are_copies_of_the_run(folder: Path) -> None:
    with _amid_its_work(folder) as (run, found):
        lines = {Path(f"/proc/{pid}/cmdline").read_bytes() for pid in (run.pid, *found)}
        assert len(lines) == 1


@linux
def test_workers_are_copies_of_the_run_beside_a_bar_of_progress_too(folder: Path) -> None:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
    command = [program(), "run", f"{folder}/*.xlsx", "--cash", "1000", "--quiet", "--jobs", "2"]
    run = subprocess.Popen(command, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        assert _soon(lambda: len(_workers(run.pid)) == 2)
        lines = {Path(f"/proc/{pid}/cmdline").read_bytes() for pid in _workers(run.pid)}
        assert not any(b"loky" in line for line in lines)
        told = b""
        with contextlib.suppress(OSError):  # what reading the end of a terminal gives
            while data := os.read(ours, 9999):
                told += data
        assert run.wait(timeout=60) == 0
    finally:
        os.close(ours)
        run.kill()
        run.wait()
    assert f"/{COUNT} [".encode() in told
    assert b"refused=0" in told


@linux
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_a_run_that_is_killed_and_leave_nothing_half_written(
    folder: Path, ending: signal.Signals
) -> None:
    with _amid_its_work(folder) as (run, found):
        run.send_signal(ending)
        run.wait(timeout=20)
        assert _soon(lambda: not any(_stat(pid) for pid in found))
    _assert_whole_and_tidy(folder)


@linux
def test_an_interrupt_ends_all_of_it_with_one_word(folder: Path) -> None:
    with _amid_its_work(folder) as (run, found):
        os.killpg(run.pid, signal.SIGINT)
        assert run.communicate(timeout=20) == ("", "interrupted\n")
        assert run.returncode == 130
        assert not any(_stat(pid) for pid in found)
    _assert_whole_and_tidy(folder)


_HANGING = """
import os, time
from pbal_xl.batch import work
from pbal_xl.batch.job import Job
from pbal_xl.batch.run import run_here
from pbal_xl.hosts.headless.commands import Request
from pbal_xl.hosts.headless.reading import Where

work.run_file = lambda *_: os.write(1, b"hangs\\n") and time.sleep(60)
list(run_here([Job(name, Request(Where(), {})) for name in "abcd"], 2))
"""


@linux
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_workers_at_files_that_hang_end_too(ending: signal.Signals) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", _HANGING], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert run.stdout is not None
    assert [run.stdout.readline() for _ in range(2)] == ["hangs\n"] * 2
    found = _workers(run.pid)
    assert len(found) == 2
    run.send_signal(ending)
    run.wait(timeout=20)
    assert _soon(lambda: not any(_stat(pid) for pid in found))
    run.stdout.close()


@linux
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_worker_was_at_that_is_ended_is_done_by_another(folder: Path, ending: signal.Signals) -> None:
    with _amid_its_work(folder) as (run, found):
        os.kill(found[0], ending)
        assert run.communicate(timeout=60) == ("", "")
        assert run.returncode == 0
    for path in folder.glob("c*.xlsx"):
        assert openpyxl.load_workbook(path, read_only=True).sheetnames == ["Portfolio", "Trades"]


@linux
def test_more_workers_than_can_be_started_are_refused_and_nothing_is_done(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    command = f"ulimit -n 64; exec {program()} run {folder}/*.xlsx --cash 1000 --quiet --jobs 100"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "pbal-xl: 100 worker processes could not be started (Too many open files): name fewer with --jobs\n"
    )
    assert before == {path: path.read_bytes() for path in folder.iterdir()}


def test_new_processes_do_what_copies_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "can_copy", lambda: False)
    jobs = _jobs(folder, 12)
    outcomes = list(run_here(jobs[:6], 2))
    assert sorted(one.file for one in outcomes) == [job.file for job in jobs[:6]]
    (alone,) = run_here(jobs[6:7], 1)
    assert {repr(one.told["orders"]) for one in outcomes} == {repr(alone.told["orders"])}


def test_a_process_is_copied_where_nobody_else_can_hold_its_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for platform, threads, can in (
        ("linux", 1, True),
        ("linux", 2, False),
        ("darwin", 1, False),
        ("win32", 1, False),
    ):
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(threading, "active_count", lambda count=threads: count)
        assert copies.can_copy() is can


def test_files_are_sent_in_parts_that_shrink_and_make_the_whole(tmp_path: Path) -> None:
    for count, number in ((1, 2), (7, 2), (2000, 2), (2000, 64), (100_000, 3)):
        jobs = [Job(str(tmp_path / f"{place}"), REQUEST) for place in range(count)]
        parts = list(workers._parts(jobs, number))
        assert [job for part in parts for job in part] == jobs
        sizes = [len(part) for part in parts]
        assert sizes == sorted(sizes, reverse=True)
        assert (max(sizes) <= 32, sizes[-1]) == (True, 1)


def test_what_is_in_the_memory_of_this_process_is_run_in_it(folder: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    data = (folder / "c000.xlsx").read_bytes()
    for number in range(3):
        store.pipe_file(f"/workers/c{number}.xlsx", data)
    try:
        jobs = [Job(f"memory://workers/c{number}.xlsx", REQUEST) for number in range(3)]
        outcomes = list(run_here(jobs, 2))
        assert [one.ok for one in outcomes] == [True] * 3
        assert all(store.cat_file(f"/workers/c{number}.xlsx") != data for number in range(3))
    finally:
        store.rm("/workers", recursive=True)
