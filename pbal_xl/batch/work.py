"""What a worker does with one file: run it, in the time it has, and tell what became of it in plain values."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.batch.job import Outcome
from pbal_xl.cli_output import as_object, as_text, failure_object, written_object
from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless.commands import CSV_SUFFIXES, run_file
from pbal_xl.refusals import refusal
from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pbal_xl.batch.job import Job
    from pbal_xl.hosts.headless.commands import Done, Request

__all__ = ["run_job", "stamp_of", "target_of"]


def run_job(job: Job) -> Outcome:
    """Run one file; whatever is wrong with it becomes its outcome."""
    if job.timeout is not None and not _has_alarms():
        return _run_apart(job, job.timeout)
    try:
        with _limited(job):
            if "://" in job.file or job.output is not None:
                from pbal_xl.batch.remote import run_remote

                return run_remote(job, _run)
            return _run(job, Path(job.file))
    except PbalError as error:
        return _refused(job, error)
    except (OSError, MemoryError, RecursionError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        # One file must never end the run of the others.
        what = f"could not be worked on ({type(error).__name__}: {error})"
        return _refused(job, refusal("unreadable", job.file, what))


def _run_apart(job: Job, seconds: float) -> Outcome:
    from pbal_xl.batch.apart import HelperEndedError, TooSlowError, run_apart

    before = _state(job)
    try:
        outcome: Outcome = run_apart(partial(run_job, replace(job, timeout=None)), seconds, __name__)
    except TooSlowError:
        return _refused(job, _too_slow(job, before))
    except HelperEndedError:
        what = "was not finished, its process was ended by someone: run again"
        return _refused(job, refusal("unreadable", job.file, what))
    return outcome


def _has_alarms() -> bool:
    """Whether an alarm can end a file here: not on Windows, and not in a thread."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _too_slow(job: Job, before: str) -> PbalError:
    """The refusal of a file that took too long; the time may be over when it was just written."""
    after = "is left as it is" if _state(job) == before else "was written just then: its sheet is whole"
    return refusal("too-slow", job.file, f"took longer than {job.timeout:g} seconds and {after}")


def _state(job: Job) -> str:
    """The state of the file that is to be written; nothing where there is none yet, or it lies elsewhere."""
    with contextlib.suppress(OSError):
        return stamp_of(target_of(job, Path(job.file)))
    return ""


def target_of(job: Job, path: Path) -> Path:
    """The file that is to be written."""
    if job.request.output is None and path.suffix.lower() in CSV_SUFFIXES:
        return path.with_name(f"{path.stem}-trades.xlsx")
    return job.request.output or path


def _run(job: Job, path: Path) -> Outcome:
    done = run_file(path, _resumed(job, path))
    text = "" if job.quiet else as_text(done)
    if not job.kept:
        return Outcome(job.file, ok=True, told=written_object(done), text=text)
    stamp = "" if done.output is None else stamp_of(done.output)
    digest = _digest(job.request, done)
    return Outcome(job.file, ok=True, told=as_object(done), text=text, digest=digest, stamp=stamp)


def _refused(job: Job, error: PbalError) -> Outcome:
    sentence = str(error)
    sentence = sentence if job.file in sentence else f"{job.file}: {sentence}"
    told = {**failure_object(Path(job.file), error), "file": job.file}
    return Outcome(job.file, ok=False, told=told, text=sentence)


def _resumed(job: Job, path: Path) -> Request:
    """The request; what an interrupted run wrote last is replaced."""
    if job.since is None:
        return job.request
    with contextlib.suppress(OSError):
        if target_of(job, path).stat().st_mtime >= job.since:
            return replace(job.request, replace=True)
    return job.request


def stamp_of(path: Path) -> str:
    """Size and time of change of a file."""
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}"


def _digest(request: Request, done: Done) -> str:
    """What tells one plan's holdings and settings from another's."""
    wishes = {**done.portfolio.settings, **request.settings}
    said = [repr(one) for one in done.portfolio.table.holdings]
    for setting in SETTINGS:
        held = getattr(done.plan, setting.key) if setting.of_plan else wishes.get(setting.key, setting.default)
        said.append(f"{setting.key}={held}")
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@contextlib.contextmanager
def _limited(job: Job) -> Iterator[None]:
    """Refuse a file that takes longer than it may, by an alarm."""
    if job.timeout is None:
        yield
        return

    state = _state(job)

    def late(*_: object) -> None:
        raise _too_slow(job, state)

    before = signal.signal(signal.SIGALRM, late)
    # Again and again: a step that takes refusals in its stride must not outlive it.
    signal.setitimer(signal.ITIMER_REAL, job.timeout, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
