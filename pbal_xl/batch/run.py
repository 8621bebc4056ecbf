"""Running many files: here, on several cores, or on a cluster; outcomes come as they are ready."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pbal_xl.batch.job import WorkerKilledError
from pbal_xl.batch.work import run_job
from pbal_xl.batch.workers import on_workers, run_jobs, set_aside
from pbal_xl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pbal_xl.batch.job import Job, Outcome

__all__ = ["run_here", "run_on_cluster", "shard"]

# After so many files a worker is renewed, whatever the libraries it uses have kept.
_RENEWED_AFTER = 1_000
_MOST_BROKEN = 3
_FILES_A_TASK = 50
_CONNECT_SECONDS = 10
# By so many seconds the clocks of machines may differ.
_CLOCKS_APART = 60


def shard(files: Sequence[str], text: str) -> list[str]:
    """The I-th of N equal shares of the files, which all shares see in one order.

    Raises:
        InputError: the share is not of the form I/N.
    """
    first, found, last = text.partition("/")
    numbers = first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal()
    if not (found and numbers and 1 <= int(first) <= int(last)):
        raise InputError(f"--shard must be I/N with I from 1 to N, such as 3/10, is {text!r}")
    return sorted(files)[int(first) - 1 :: int(last)]


def run_here(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """Run files in this process, or on so many worker processes (0 for one a core).

    What is in the memory of this process is run in it, and so is everything in a daemon, which may start no other
    process. A worker that is killed takes the files it was at with it: they are run again, and a sheet that the
    killed worker had already written is replaced.

    Raises:
        InputError: so many workers cannot be started, or they keep being killed.
    """
    if workers == 1 or len(jobs) <= 1 or _is_to_be_alone(jobs):
        set_aside()
        yield from map(run_job, jobs)
        return
    count = workers or _cores()
    started, broken = time.time(), 0
    waiting = list(jobs)
    while waiting:
        batch = waiting[: _RENEWED_AFTER * count]
        left = {job.file: job for job in batch}
        try:
            for outcome in on_workers(batch, count):
                left.pop(outcome.file, None)
                yield outcome
        except WorkerKilledError:
            broken += 1
            if broken > _MOST_BROKEN:
                raise InputError("worker processes were killed again and again: run again with --resume") from None
        again = [replace(job, since=job.since or started) for job in left.values()]
        waiting = again + waiting[len(batch) :]


def _cores() -> int:
    """The cores that this process may use."""
    from joblib import cpu_count

    count: int = cpu_count()
    return count


def _is_to_be_alone(jobs: Sequence[Job]) -> bool:
    """Whether no other process can do this."""
    import multiprocessing

    places = (place for job in jobs for place in (job.file, job.output or ""))
    return multiprocessing.current_process().daemon or any(place.startswith("memory://") for place in places)


def run_on_cluster(jobs: Sequence[Job], address: str) -> Iterator[Outcome]:
    """Run files on a Dask cluster; they are read and written where the workers are.

    What a worker that was killed was at, Dask gives to another: a sheet that was written already is replaced.

    Raises:
        InputError: there is no Dask here, no scheduler at the address, or no worker that stays alive.
    """
    connect = _client(address)
    begun = time.time() - _CLOCKS_APART
    with connect() as client:
        from distributed import CancelledError, KilledWorker, as_completed

        sent = [replace(job, since=job.since or begun) for job in jobs]
        parts = [sent[at : at + _FILES_A_TASK] for at in range(0, len(sent), _FILES_A_TASK)]
        futures = [client.submit(run_jobs, part, pure=False) for part in parts]
        try:
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]
                yield from future.result()
                future.release()
        except KilledWorker:
            raise InputError(
                f"workers of the cluster at {address} were killed again and again: run again with --resume"
            ) from None
        except (CancelledError, OSError):
            raise InputError(f"the scheduler at {address} was lost: run again with --resume") from None


def _client(address: str) -> Callable[[], Any]:
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--scheduler needs Dask: pip install 'pbal-xl[cluster]'") from None

    def connect() -> Any:
        try:
            return Client(  # type: ignore[no-untyped-call]
                address, timeout=_CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(f"there is no Dask scheduler at {address} ({type(error).__name__})") from None

    return connect
