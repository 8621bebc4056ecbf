"""A file of a batch, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pbal_xl.cli_output import Json
    from pbal_xl.hosts.headless.commands import Request

__all__ = ["Job", "Outcome", "WorkerKilledError"]


@dataclass(frozen=True, slots=True)
class Job:
    """A file to run.

    Attributes:
        file: its path, or the address of an object in a store, such as "s3://bucket/a.xlsx".
        request: what to do with it.
        timeout: seconds it may take; None for as long as it takes.
        since: a time in seconds since 1970: a trades sheet of ours that was written since then is one that an
            interrupted run left, and is replaced, not doubled. None when nothing was interrupted.
        output: the address in a store to write to; None for what the request says.
        quiet: whether nobody reads the plan as text, which then is not made.
        kept: whether the plan is printed as JSON, reported or written to a journal; else its outcome tells no more
            than what was written.
    """

    file: str
    request: Request
    timeout: float | None = None
    since: float | None = None
    output: str | None = None
    quiet: bool = False
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file.

    Attributes:
        file: as it was named.
        ok: whether it was done.
        told: the object that ``--json`` prints; of a job that is not kept the part that tells what was written.
        text: what is printed otherwise: the plan, empty where the job is quiet, or the sentence of the refusal.
        digest: of the holdings and settings that were planned; empty on a refusal, and where the job is not kept.
        stamp: size and time of change of the file that was written; empty when none was.
        earlier: whether an earlier run did it, as the journal says.
    """

    file: str
    ok: bool
    told: dict[str, Json]
    text: str
    digest: str = ""
    stamp: str = ""
    earlier: bool = False


class WorkerKilledError(Exception):
    """A worker process ended before its work: what it was at has no outcome."""
