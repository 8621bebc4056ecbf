"""Running files on worker processes of this machine: copies of this one, or new ones through joblib."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from pbal_xl.batch.job import WorkerKilledError
from pbal_xl.batch.work import run_job
from pbal_xl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.batch.job import Job, Outcome

__all__ = ["on_workers", "run_jobs", "set_aside"]

# Files that a worker process is sent at a time: few, so that its outcomes come soon and little is lost with it,
# and ever fewer towards the end, so that no worker waits for another.
_MOST_AT_ONCE = 32
_SENT_A_WORKER = 4


def on_workers(jobs: Sequence[Job], count: int) -> Iterator[Outcome]:
    """The outcomes, as they come from so many worker processes, which end with the last of them.

    Raises:
        WorkerKilledError: a worker was killed; what it was at has no outcome.
        InputError: so many processes cannot be started here.
    """
    from pbal_xl.batch.copies import can_copy, on_copies

    set_aside()
    parts, count = _parts(jobs, count), min(count, len(jobs))
    try:
        for outcomes in on_copies(parts, count, run_jobs) if can_copy() else _on_new(parts, count):
            yield from outcomes
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise InputError(
            f"{count} worker processes could not be started ({what}): name fewer with --jobs"
        ) from None


def _parts(jobs: Sequence[Job], count: int) -> Iterator[list[Job]]:
    """The files, as they are sent to so many workers."""
    at = 0
    while at < len(jobs):
        size = max(1, min(_MOST_AT_ONCE, (len(jobs) - at) // (_SENT_A_WORKER * count)))
        yield list(jobs[at : at + size])
        at += size


def _on_new(parts: Iterator[list[Job]], count: int) -> Iterator[list[Outcome]]:
    """The outcomes of each part from new processes, which load everything anew."""
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        pool = Parallel(n_jobs=count, return_as="generator_unordered", batch_size=1)
        yield from pool(delayed(_run_in_new_worker)(part, os.getpid()) for part in parts)
    except TerminatedWorkerError:
        raise WorkerKilledError from None
    finally:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _run_in_new_worker(jobs: list[Job], run: int) -> list[Outcome]:
    from pbal_xl.batch.copies import at_work, end_with

    if not gc.get_freeze_count():  # its first part
        set_aside()
        if sys.platform != "win32":
            end_with(run)
    with at_work():
        return run_jobs(jobs)


def run_jobs(jobs: list[Job]) -> list[Outcome]:
    """Run several files, one after the other, in a worker, which may have to end between two."""
    from pbal_xl.batch.copies import end_if_told

    outcomes = []
    for job in jobs:
        outcomes.append(run_job(job))
        end_if_told()
    return outcomes


def set_aside() -> None:
    """Keep what was loaded to begin with out of the collector's rounds, which then go over one file's objects."""
    gc.collect()
    gc.freeze()
