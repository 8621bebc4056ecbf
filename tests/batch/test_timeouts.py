"""A file that takes too long stops no other: by an alarm, and where there are none by a helper process."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from trades_books import REQUEST, portfolio_book

from pbal_xl.batch import work
from pbal_xl.batch.apart import HelperEndedError, TooSlowError, run_apart
from pbal_xl.batch.job import Job, Outcome
from pbal_xl.batch.work import run_job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pbal_xl.hosts.headless.commands import Done, Request

Both: TypeAlias = tuple[Outcome, Outcome]
FAST, SLOW = 60, 0.3


@pytest.fixture(autouse=True)
def _no_other_tests_callbacks() -> Iterator[None]:
    """Hypothesis listens to the collector: an alarm amid that comes to nothing until the next."""
    before = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks[:] = before


@pytest.fixture
def slow_file(tmp_path: Path) -> Path:
    """An export that takes seconds to read and plan."""
    path = tmp_path / "slow.csv"
    rows = "".join(f"S{place},{1000 + place % 97},{10 + place % 31}\n" for place in range(40_000))
    path.write_text(f"Symbol,Value,Price\n{rows}")
    return path


def _in_a_thread(call: Callable[[], Both]) -> Both:
    out: list[Both] = []
    thread = threading.Thread(target=lambda: out.append(call()))
    thread.start()
    thread.join()
    return out[0]


def _without_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "setitimer", raising=False)  # as on Windows


WAYS = ("an alarm", "a thread", "no alarms")


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_takes_too_long_is_told_and_left_and_the_next_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow_file: Path, way: str
) -> None:
    if way == "an alarm" and not hasattr(signal, "setitimer"):
        pytest.skip("no alarms here")
    book = portfolio_book(tmp_path / "book.xlsx")

    def both() -> Both:
        return run_job(Job(str(slow_file), REQUEST, SLOW)), run_job(Job(str(book), REQUEST, FAST))

    if way == "no alarms":
        _without_alarms(monkeypatch)
    late, done = _in_a_thread(both) if way == "a thread" else both()
    assert (late.ok, late.told["code"]) == (False, "too-slow")
    assert late.text == f"{slow_file} took longer than 0.3 seconds and is left as it is"
    assert done.ok, done.text
    assert sorted(one.name for one in tmp_path.iterdir()) == ["book.xlsx", "slow.csv"]


def test_what_a_helper_says_is_what_is_said_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = [portfolio_book(tmp_path / f"{place}.xlsx") for place in range(2)]
    here = run_job(Job(str(books[0]), REQUEST, FAST))
    _without_alarms(monkeypatch)
    apart = run_job(Job(str(books[1]), REQUEST, FAST))
    assert apart.told == {**here.told, "file": str(books[1]), "output": str(books[1])}
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    broken = run_job(Job(str(tmp_path / "broken.xlsx"), REQUEST, FAST))
    assert (broken.ok, broken.told["code"]) == (False, "not-a-workbook")


def test_a_file_that_was_written_just_before_the_time_was_over_is_not_told_to_be_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(signal, "setitimer"):
        pytest.skip("no alarms here")
    from pbal_xl.hosts.headless.commands import run_file as real

    def slowly_told(path: Path, request: Request) -> Done:
        done = real(path, request)
        time.sleep(20)
        return done

    monkeypatch.setattr(work, "run_file", slowly_told)
    outcome = run_job(Job(str(portfolio_book(tmp_path / "book.xlsx")), REQUEST, 5))
    assert outcome.text.endswith("took longer than 5 seconds and was written just then: its sheet is whole")


def test_a_helper_that_is_killed_is_told_and_replaced() -> None:
    first = run_apart(os.getpid, FAST)
    assert first != os.getpid()
    assert run_apart(os.getpid, FAST) == first
    with pytest.raises(HelperEndedError):
        run_apart(partial(os._exit, 3), FAST)
    second = run_apart(os.getpid, FAST)
    assert second not in {first, os.getpid()}
    with pytest.raises(TooSlowError):
        run_apart(partial(time.sleep, 60), SLOW)
    assert run_apart(os.getpid, FAST) not in {first, second}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_helper_ends_with_the_process_that_started_it() -> None:
    script = """
        import os, signal
        from pbal_xl.batch.apart import run_apart
        print(run_apart(os.getpid, 60), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", "\n".join(line.strip() for line in script.splitlines())]
    helper = int(subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout)
    ends = time.monotonic() + 30
    while Path(f"/proc/{helper}").exists() and time.monotonic() < ends:
        time.sleep(0.05)
    assert not Path(f"/proc/{helper}").exists()
