"""What a worker does with one file: run it, in the time it has, and tell what became of it in plain values."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.batch.job import Outcome
from pbal_xl.cli_output import as_object, as_text, failure_object
from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless.commands import CSV_SUFFIXES, run_file
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pbal_xl.batch.job import Job
    from pbal_xl.hosts.headless.commands import Done, Request

__all__ = ["run_job", "stamp_of"]


def run_job(job: Job) -> Outcome:
    """Run one file; whatever is wrong with it becomes its outcome."""
    try:
        with _limited(job):
            if "://" in job.file:
                from pbal_xl.batch.remote import run_remote

                return run_remote(job, _run)
            return _run(job, Path(job.file))
    except PbalError as error:
        return _refused(job, error)
    except (OSError, MemoryError, RecursionError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        # One file must never end the run of the others.
        what = f"could not be worked on ({type(error).__name__}: {error})"
        return _refused(job, refusal("unreadable", job.file, what))


def _run(job: Job, path: Path) -> Outcome:
    done = run_file(path, _resumed(job, path))
    stamp = "" if done.output is None else stamp_of(done.output)
    return Outcome(job.file, ok=True, told=as_object(done), text=as_text(done), digest=_digest(done), stamp=stamp)


def _refused(job: Job, error: PbalError) -> Outcome:
    sentence = str(error)
    sentence = sentence if job.file in sentence else f"{job.file}: {sentence}"
    return Outcome(job.file, ok=False, told=failure_object(Path(job.file), error), text=sentence)


def _resumed(job: Job, path: Path) -> Request:
    """The request; what an interrupted run wrote last is replaced."""
    if job.since is None:
        return job.request
    target = job.request.output or path
    if job.request.output is None and path.suffix.lower() in CSV_SUFFIXES:
        target = path.with_name(f"{path.stem}-trades.xlsx")
    with contextlib.suppress(OSError):
        if target.stat().st_mtime >= job.since:
            return replace(job.request, replace=True)
    return job.request


def stamp_of(path: Path) -> str:
    """Size and time of change of a file."""
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}"


def _digest(done: Done) -> str:
    plan = done.plan
    said = [repr(one) for one in done.portfolio.table.holdings]
    said += [plan.strategy, str(plan.cash), str(plan.increment), str(plan.whole_shares), str(plan.min_trade)]
    return hashlib.sha256("\n".join((*said, plan.deviation)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@contextlib.contextmanager
def _limited(job: Job) -> Iterator[None]:
    """Refuse a file that takes longer than it may.

    Done by an alarm, which Windows and threads do not have: there a file takes the time it takes.
    """
    alarmed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if job.timeout is None or not alarmed:
        yield
        return

    def late(*_: object) -> None:
        raise refusal("too-slow", job.file, f"took longer than {job.timeout:g} seconds and is left as it is")

    before = signal.signal(signal.SIGALRM, late)
    # Again and again: a step that takes refusals in its stride must not outlive it.
    signal.setitimer(signal.ITIMER_REAL, job.timeout, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
