"""Running files on worker processes of this machine, through joblib."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pbal_xl.batch.work import run_job
from pbal_xl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from joblib.parallel import ParallelBackendBase

    from pbal_xl.batch.job import Job, Outcome

__all__ = ["WorkerKilledError", "on_workers", "run_jobs", "set_aside"]

# Files that a worker process is sent at a time: few, so that its outcomes come soon and little is lost with it,
# and ever fewer towards the end, so that no worker waits for another.
_MOST_AT_ONCE = 32
_SENT_A_WORKER = 4


class WorkerKilledError(Exception):
    """A worker process ended before its work."""


def on_workers(jobs: Sequence[Job], count: int) -> Iterator[Outcome]:
    """The outcomes, as they come from so many worker processes, which end with the last of them.

    Raises:
        WorkerKilledError: a worker was killed; what it was at has no outcome.
        InputError: so many processes cannot be started here.
    """
    from concurrent.futures.process import BrokenProcessPool

    from joblib import Parallel, delayed

    set_aside()
    try:
        with _backend() as backend:
            pool = Parallel(
                n_jobs=min(count, len(jobs)), backend=backend, return_as="generator_unordered", batch_size=1
            )
            for outcomes in pool(delayed(_run_in_worker)(part) for part in _parts(jobs, count)):
                yield from outcomes
    except BrokenProcessPool:
        raise WorkerKilledError from None
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


@contextmanager
def _backend() -> Iterator[ParallelBackendBase | str]:
    """What gives joblib its processes: copies of this one, or new ones that load everything anew."""
    from pbal_xl.batch.copies import Copies, can_copy

    if can_copy():
        yield Copies()
        return
    from joblib.externals.loky import get_reusable_executor

    try:
        yield "loky"
    finally:
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _run_in_worker(jobs: list[Job]) -> list[Outcome]:
    """Run several files in a worker process of our own."""
    from pbal_xl.batch.copies import end_if_told

    if not gc.get_freeze_count():
        set_aside()
    outcomes = []
    for job in jobs:
        outcomes.append(run_job(job))
        end_if_told()
    return outcomes


def run_jobs(jobs: list[Job]) -> list[Outcome]:
    """Run several files, one after the other: a task of a worker, here or in a cluster."""
    return [run_job(job) for job in jobs]


def set_aside() -> None:
    """Keep what was loaded to begin with out of the collector's rounds, which then go over one file's objects."""
    gc.collect()
    gc.freeze()
