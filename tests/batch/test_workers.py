"""Worker processes: copies of the run or new ones, they do the same, and none outlives the run it works for."""

from __future__ import annotations

import contextlib
import os
import shutil
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
from children import children, is_alive
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


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """What is started here can be interrupted, even where the tests run in the background and cannot."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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
        found = children(run.pid)
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
        assert _soon(lambda: len(children(run.pid)) == 2)
        lines = {Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children(run.pid)}
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
        assert _soon(lambda: not any(is_alive(pid) for pid in found))
    _assert_whole_and_tidy(folder)


@linux
def test_workers_of_a_run_that_is_to_outlive_its_terminal_outlive_it_too(folder: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup has it; what is started here inherits it
    try:
        with _amid_its_work(folder) as (run, found):
            os.killpg(run.pid, signal.SIGHUP)
            time.sleep(0.1)
            assert set(children(run.pid)) <= set(found)
            assert run.communicate(timeout=60) == ("", "")
            assert run.returncode == 0
    finally:
        signal.signal(signal.SIGHUP, before)


@linux
def test_a_terminal_that_closes_ends_all_of_it_between_two_files(folder: Path) -> None:
    with _amid_its_work(folder) as (run, found):
        for pid in found:
            os.kill(pid, signal.SIGHUP)
        run.kill()
        run.wait(timeout=20)
        assert _soon(lambda: not any(is_alive(pid) for pid in found))
    _assert_whole_and_tidy(folder)


@linux
def test_an_interrupt_ends_all_of_it_with_one_word(folder: Path) -> None:
    with _amid_its_work(folder) as (run, found):
        os.killpg(run.pid, signal.SIGINT)
        assert run.communicate(timeout=20) == ("", "interrupted\n")
        assert run.returncode == 130
        assert not any(is_alive(pid) for pid in found)
    _assert_whole_and_tidy(folder)


_HANGING = """
import os, time
from pbal_xl.batch import work
from pbal_xl.batch.job import Job
from pbal_xl.batch.run import run_here
from pbal_xl.hosts.headless.commands import Request
from pbal_xl.hosts.headless.reading import Where

work.run_file = lambda *_: os.write(1, b"hangs\\n") and time.sleep(SECONDS) or UNKNOWN
list(run_here([Job(f"{number}", Request(Where(), {})) for number in range(64)], 2))
"""


def _hanging(seconds: str) -> subprocess.Popen[str]:
    """A run on two workers of 64 files, of which each says so and takes so long."""
    code = _HANGING.replace("SECONDS", seconds).replace("UNKNOWN", "1 / 0")
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


@linux
def test_a_worker_that_is_to_end_begins_no_further_file() -> None:
    run = _hanging("0.3")
    assert run.stdout is not None
    assert [run.stdout.readline() for _ in range(2)] == ["hangs\n"] * 2
    run.kill()
    rest = run.stdout.read()  # until the workers have ended too
    assert rest.count("hangs") <= 2
    run.wait(timeout=20)
    run.stdout.close()


@linux
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_workers_at_files_that_hang_end_too(ending: signal.Signals) -> None:
    run = _hanging("60")
    assert run.stdout is not None
    assert [run.stdout.readline() for _ in range(2)] == ["hangs\n"] * 2
    found = children(run.pid)
    assert len(found) == 2
    run.send_signal(ending)
    run.wait(timeout=20)
    assert _soon(lambda: not any(is_alive(pid) for pid in found))
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


@linux
def test_results_larger_than_a_pipe_hold_up_no_run_that_nobody_reads(folder: Path) -> None:
    command = (
        f"{program()} run {folder}/*.xlsx --cash 1000 --json --jobs 2 --dry-run | head -1; echo ${{PIPESTATUS[0]}}"
    )
    for _ in range(6):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=20)
        assert (done.stderr, done.stdout[-3:]) == ("", "\n1\n")


@linux
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_is_ended_while_it_tells_its_results_holds_up_nobody(
    tmp_path: Path, ending: signal.Signals
) -> None:
    source = portfolio_book(tmp_path / "c0.xlsx", 1500)
    for number in range(1, 8):
        shutil.copyfile(source, tmp_path / f"c{number}.xlsx")
    command = [program(), "run", f"{tmp_path}/*.xlsx", "--cash", "1000", "--json", "--jobs", "2", "--dry-run"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert _soon(lambda: len(children(run.pid)) == 2)
    found = children(run.pid)
    run.send_signal(signal.SIGSTOP)  # it reads nothing, so that they come to wait amid a result
    assert _soon(lambda: any("send" in Path(f"/proc/{pid}/wchan").read_text() for pid in found))
    (amid, *_) = [pid for pid in found if "send" in Path(f"/proc/{pid}/wchan").read_text()]
    os.kill(amid, ending)
    run.send_signal(signal.SIGCONT)
    told, complained = run.communicate(timeout=60)
    assert (run.returncode, complained, len(told.splitlines())) == (0, "", 8)


@linux
def test_an_interrupt_at_any_moment_of_the_start_ends_it_or_comes_too_late(folder: Path) -> None:
    few = [str(path) for path in sorted(folder.iterdir())[:20]]
    for step in range(12):
        run = subprocess.Popen(
            [program(), "run", *few, "--cash", "1000", "--quiet", "--jobs", "2", "--dry-run"],
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        while not children(run.pid) and is_alive(run.pid):
            pass
        time.sleep(0.002 * step)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGINT)
        complained = run.communicate(timeout=20)[1]
        assert (run.returncode, complained) in {(130, "interrupted\n"), (0, "")}


_STARTED = """
import multiprocessing, sys, threading, time
sys.path.insert(0, {support!r})
from pathlib import Path
from trades_books import REQUEST
from pbal_xl.batch.job import Job
from pbal_xl.batch.run import run_here

def all_of_it(*_):
    jobs = [Job(str(path), REQUEST) for path in sorted(Path({folder!r}).glob("*.xlsx"))]
    for outcome in run_here(jobs, 2):
        if {how!r} == "beside a process of its own" and outcome.ok and not multiprocessing.active_children()[2:]:
            multiprocessing.get_context("fork").Process(target=time.sleep, args=(20,), daemon=True).start()
        print(outcome.ok, flush=True)

if {how!r} == "in a daemon":
    process = multiprocessing.get_context("fork").Process(target=all_of_it, daemon=True)
    process.start()
    process.join()
elif {how!r} == "beside a thread":
    threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
    all_of_it()
else:
    all_of_it()
"""


def _started(folder: Path, how: str) -> subprocess.Popen[str]:
    code = _STARTED.format(folder=str(folder), how=how, support=str(Path(__file__).parents[1] / "support"))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@linux
def test_a_daemon_which_may_start_no_process_does_all_itself(folder: Path) -> None:
    run = _started(folder, "in a daemon")
    told, complained = run.communicate(timeout=60)
    assert (told, complained) == ("True\n" * COUNT, "")


@linux
@pytest.mark.parametrize("how", ["beside a thread", "beside a process of its own"])
def test_workers_end_with_a_run_whatever_else_is_there(folder: Path, how: str) -> None:
    run = _started(folder, how)
    assert run.stdout is not None
    assert run.stderr is not None
    assert run.stdout.readline() == "True\n"
    assert run.stdout.readline() == "True\n"
    found = [pid for pid in children(run.pid) if _is_worker(pid, run.pid, how)]
    assert len(found) >= 2
    run.kill()
    run.wait(timeout=30)
    assert _soon(lambda: not any(is_alive(pid) for pid in found[:2]))
    for pipe in (run.stdout, run.stderr):
        pipe.close()
    assert not [path for path in folder.iterdir() if path.name.startswith(".pbal-xl-")]


def _is_worker(pid: int, run: int, how: str) -> bool:
    """Of copies those that were started first are the workers; of new processes those that say so."""
    line = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"popen_loky" in line if how == "beside a thread" else line == Path(f"/proc/{run}/cmdline").read_bytes()


@linux
def test_no_file_comes_to_stand_where_a_closed_stream_was(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pbal_xl import cli; cli._open_what_is_closed()\n"
        f"with open({str(tmp_path / 'told')!r}, 'w') as file:\n"
        "    print(file.fileno(), *(os.readlink(f'/proc/self/fd/{one}') for one in range(3)), file=file)"
    )
    subprocess.run(["bash", "-c", '"$0" -c "$1" <&- >&- 2>&-', sys.executable, code], check=True, timeout=60)
    handle, *streams = (tmp_path / "told").read_text().split()
    assert int(handle) > 2
    assert streams == ["/dev/null"] * 3


@pytest.mark.skipif(os.name == "nt", reason="closes streams as POSIX shells do")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_whose_streams_were_closed_is_done(folder: Path, closed: str, jobs: int) -> None:
    few = " ".join(str(path) for path in sorted(folder.iterdir())[:4])
    command = f"{program()} run {few} --cash 1000 --jobs {jobs} {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    for path in sorted(folder.iterdir())[:4]:
        assert openpyxl.load_workbook(path).sheetnames == ["Portfolio", "Trades"]


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
