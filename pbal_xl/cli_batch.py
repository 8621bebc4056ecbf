"""The options of ``pbal-xl run`` for many files, and what is printed on the way."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbal_xl.batch.job import Job
from pbal_xl.batch.remote import matching
from pbal_xl.batch.report import check_report, write_report
from pbal_xl.batch.run import shard
from pbal_xl.batch.whole_run import Means, each_once, run_all
from pbal_xl.cli_output import printable
from pbal_xl.cli_request import result_name
from pbal_xl.cli_usage import UsageError, as_usage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pbal_xl.batch.job import Outcome
    from pbal_xl.hosts.headless.commands import Request

__all__ = ["lines_of_run"]


def lines_of_run(
    options: argparse.Namespace,
    files: Sequence[str],
    request_of: Callable[[Path], Request],
    complain: Callable[[str], None],
) -> Iterator[tuple[str | None, Outcome]]:
    """Run the files; gives what to print of each, and what became of it.

    Raises:
        UsageError: an option that cannot be used.
        PbalError: nothing could be begun, or the report could not be written; what was done stays done.
    """
    _check(options)
    report = None if options.report is None else Path(options.report)
    once, again = each_once([file for given in files for file in (matching(given) if "://" in given else [given])])
    for file in again:
        complain(f"{file} is given twice and is done once")
    if options.shard is not None:
        once = shard(once, options.shard)
    quiet = options.quiet or options.json
    kept = options.json or report is not None or options.journal is not None
    jobs = [
        Job(
            file,
            request_of(Path(file)),
            options.timeout,
            output=_address_for(file, options),
            quiet=quiet,
            kept=kept,
        )
        for file in once
    ]
    means = Means(
        options.jobs, options.scheduler, None if options.journal is None else Path(options.journal), options.resume
    )
    outcomes: list[Outcome] = []
    for outcome in _with_progress(run_all(jobs, means), len(jobs), options):
        if report is not None:
            outcomes.append(outcome)
        yield _line(outcome, options, complain), outcome
    if report is not None:
        write_report(report, outcomes)


def _check(options: argparse.Namespace) -> None:
    """Whether the options for many files can be used.

    Raises:
        UsageError: one cannot.
    """
    if options.resume and options.journal is None:
        raise UsageError("--resume needs the --journal to go on with")
    if options.jobs < 0:
        raise UsageError(f"--jobs must be 0 or more, is {options.jobs}")
    if options.timeout is not None and not options.timeout > 0:
        raise UsageError(f"--timeout must be above 0, is {options.timeout:g}")
    with as_usage():
        if options.report is not None:
            check_report(Path(options.report), renew=options.replace or options.resume)
        if options.shard is not None:
            shard([], options.shard)


def _address_for(file: str, options: argparse.Namespace) -> str | None:
    """Where in a store the result of a file goes; None where it goes to this machine."""
    if options.output is not None and "://" in options.output:
        return str(options.output)
    if options.output_dir is None or "://" not in options.output_dir:
        return None
    return f"{options.output_dir.rstrip('/')}/{result_name(Path(file))}"


def _line(outcome: Outcome, options: argparse.Namespace, complain: Callable[[str], None]) -> str | None:
    if outcome.ok and options.quiet:
        return None
    if options.json:
        return json.dumps(outcome.told)
    if not outcome.ok:
        complain(outcome.text)
        return None
    if outcome.earlier:
        return f"{printable(outcome.file)}: was done earlier, as the journal says"
    return f"{outcome.text}\n"


def _with_progress(outcomes: Iterator[Outcome], count: int, options: argparse.Namespace) -> Iterable[Outcome]:
    """The outcomes, with a bar on a terminal where no results show the progress: done, refused, rate, time left."""
    silent = options.quiet or options.json or not sys.stdout.isatty()
    if not (silent and sys.stderr.isatty()):
        yield from outcomes
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # its thread would keep this process from being copied
    refused = 0
    with tqdm(total=count, unit="file", leave=False, miniters=1) as shown:
        bar: Any = shown
        for outcome in outcomes:
            refused += not outcome.ok
            bar.set_postfix(refused=refused, refresh=False)
            bar.update()
            yield outcome
