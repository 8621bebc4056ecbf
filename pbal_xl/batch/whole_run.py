"""A whole run: which files, in what order, what is already done, and every outcome as it comes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.batch.journal import Journal, settings_digest
from pbal_xl.batch.run import run_here, run_on_cluster
from pbal_xl.batch.work import target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.batch.job import Job, Outcome

__all__ = ["Means", "each_once", "run_all"]


@dataclass(frozen=True, slots=True)
class Means:
    """How the files are run.

    Attributes:
        workers: processes on this machine; 0 for one a core.
        scheduler: address of a Dask scheduler; None for this machine.
        journal: where outcomes are written down; None for nowhere.
        resume: go on with the journal.
    """

    workers: int = 1
    scheduler: str | None = None
    journal: Path | None = None
    resume: bool = False


def each_once(files: Sequence[str]) -> tuple[list[str], list[str]]:
    """The files, each once, and those that came again under whatever name."""
    seen: set[str] = set()
    once: list[str] = []
    again: list[str] = []
    for file in files:
        key = file if "://" in file else os.path.realpath(file)
        (again if key in seen else once).append(file)
        seen.add(key)
    return once, again


def run_all(jobs: Sequence[Job], means: Means) -> Iterator[Outcome]:
    """Run the files; outcomes come as they are ready, those of an earlier run first.

    Raises:
        InputError: the journal is of another run, or the scheduler cannot be reached; nothing was done.
        Refused: the journal cannot be written.
    """
    if not jobs:
        return
    journal = None
    if means.journal is not None:
        journal = Journal(means.journal, settings_digest(jobs[0].request), resume=means.resume)
    try:
        if journal is not None and means.resume:
            jobs = _without_results(jobs, journal.started)
        waiting = list(jobs)
        if journal is not None and means.resume:
            done = {job.file: journal.done(job.file) for job in jobs}
            yield from (replace(outcome, earlier=True) for outcome in done.values() if outcome is not None)
            waiting = [replace(job, since=journal.started) for job in jobs if done[job.file] is None]
        outcomes = (
            run_on_cluster(waiting, means.scheduler)
            if means.scheduler is not None
            else run_here(waiting, means.workers)
        )
        for outcome in outcomes:
            if journal is not None:
                journal.add(outcome)
            yield outcome
    finally:
        if journal is not None:
            journal.close()


def _without_results(jobs: Sequence[Job], started: float) -> list[Job]:
    """The jobs without files that an interrupted run made of others: a pattern finds them beside the exports."""
    here = [(job, Path(job.file)) for job in jobs if "://" not in job.file]
    made = {os.path.realpath(target) for job, path in here if (target := target_of(job, path)) != path}

    def is_result(job: Job) -> bool:
        real = Path(os.path.realpath(job.file))
        return "://" not in job.file and str(real) in made and real.exists() and real.stat().st_mtime >= started

    return [job for job in jobs if not is_result(job)]
