"""What a command line asks for: its files, its settings, and the request of each file."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from glob import glob, has_magic  # Path.glob takes no absolute pattern
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.cli_usage import UsageError, as_usage, where_of
from pbal_xl.core.model import Holding
from pbal_xl.errors import InputError, PlanError
from pbal_xl.grid.settings import read_settings
from pbal_xl.hosts.headless.commands import CSV_SUFFIXES, Request
from pbal_xl.hosts.headless.orders import FORMS, OrdersFile
from pbal_xl.hosts.headless.table_files import table_of_file
from pbal_xl.setting_tables import TABLES
from pbal_xl.settings import offered_by, plan_by
from pbal_xl.sheet.more import more_said

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pbal_xl.setting import Settings

__all__ = [
    "asks_for_many",
    "expand",
    "keep_apart",
    "make_folder",
    "requests_of",
    "result_name",
    "settings_of",
    "with_progress",
]


def expand(given: str) -> list[Path]:
    """The files a name or pattern means; shells on Windows leave patterns to us."""
    path = Path(given)
    if path.exists() or not has_magic(given):
        return [path]
    # Lock files of open workbooks look like workbooks.
    found = sorted(glob(given, recursive=True))  # noqa: PTH207 - see above
    return [Path(name) for name in found if not Path(name).name.startswith("~$")] or [path]


def requests_of(options: argparse.Namespace, folder: Path | None) -> Callable[[Path], Request]:
    """The request that the options make of each file.

    Raises:
        UsageError: a setting that cannot be used.
    """
    output = None if options.output is None or "://" in options.output else Path(options.output)
    asked = Request(
        where=where_of(options),
        settings=settings_of(options),
        output=output,
        replace=options.replace,
        dry_run=options.dry_run,
        orders=_orders_file(options),
    )
    return lambda file: asked if folder is None else replace(asked, output=folder / result_name(file))


def result_name(file: Path) -> str:
    """What the workbook that is made of a file is called in another folder."""
    return f"{file.stem}-trades.xlsx" if file.suffix.lower() in CSV_SUFFIXES else file.name


def _orders_file(options: argparse.Namespace) -> OrdersFile | None:
    """Where the orders go.

    Raises:
        UsageError: nothing says where they go, nothing is to be written, or it is not to be told to their broker.
    """
    if options.currency is not None and options.orders_for != "ibkr":
        raise UsageError(f"--currency {options.currency} is of the orders for ibkr; add --orders-for ibkr")
    if options.orders is None:
        if options.orders_for != FORMS[0]:
            raise UsageError(f"--orders-for {options.orders_for} needs --orders FILE.csv, the file for the orders")
        return None
    if options.dry_run:
        raise UsageError("--dry-run writes nothing, nor the orders of --orders; leave out one of them")
    return OrdersFile(Path(options.orders), options.orders_for, options.currency or "USD")


def keep_apart(options: argparse.Namespace, files: Sequence[Path], tables: Sequence[Path] = ()) -> None:
    """See to it that an option names no file of the holdings, the trades, a table or another option.

    Args:
        options: the command line.
        files: the holdings.
        tables: what a report is written to beside the file of its name.

    Raises:
        UsageError: one is.
    """
    asked = {option: Path(given) for option, given in _files_named(options)}
    # A workbook may be written in place.
    if str(asked.get("--output")) in map(str, files):
        del asked["--output"]
    if not asked:
        return
    folder = None if options.output_dir is None or "://" in options.output_dir else Path(options.output_dir)
    there = {_real((folder or file.parent) / result_name(file)): "the trades" for file in files}
    if "--output" in asked:
        there = {}
    # A table is a file or what stands in it; as a name of nothing it meets no other file.
    said = {key: getattr(options, key) for key in ("rates", *TABLES)}
    there |= {_real(Path(given)): f"--{key}" for key, given in said.items() if given}
    there |= {_real(file): "the holdings" for file in files}
    for option, path in asked.items():
        for one in (path, *(tables if option == "--report" else ())):
            if (other := there.setdefault(_real(one), option)) != option:
                raise UsageError(f"{option} and {other} name the same file, {one}; say another for one of them")


def _files_named(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """The options that name a file to write on this machine, and the file."""
    for name in ("output", "orders", "journal", "report"):
        given = getattr(options, name)
        if given is not None and "://" not in given:
            yield f"--{name}", given


def _real(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings on the command line.

    Raises:
        UsageError: they cannot be used, or one is empty, as an unset variable in a script would be.
    """
    with as_usage():
        settings = _read(options)
        _try_out(settings)
    return settings


def _try_out(settings: Settings) -> None:
    """Plan with settings for the smallest portfolio there is: what is wrong then is wrong with them.

    Raises:
        InputError: no plan can be made with one of them.
    """
    told = {key: value for key, value in settings.items() if key not in {"rates", *TABLES} and value != "all"}
    one = [Holding("A", 1, 1)]
    # That they do not go together may hold for these holdings alone.
    with suppress(PlanError):
        more_said(one, plan_by(one, told), told)


def _read(options: argparse.Namespace) -> Settings:
    given = {one.key: (one.option, getattr(options, one.key)) for one in offered_by("files")}
    for key in TABLES:
        option, text = given[key]
        if isinstance(text, str) and text.strip():
            given[key] = (option, table_of_file(key, option, text, options.decimal))
    for setting in offered_by("files"):
        option, text = given[setting.key]
        if isinstance(text, str) and not text.strip():
            raise InputError(f"{option} is empty; give {setting.a_kind}, or leave it out")
    return read_settings(given, options.decimal)


def asks_for_many(options: argparse.Namespace) -> bool:
    """Whether more is asked for than one file after the other."""
    asked = (options.scheduler, options.shard, options.journal, options.report, options.timeout)
    return options.jobs != 1 or options.resume or any(one is not None for one in asked)


def make_folder(folder: Path) -> str:
    """Make a folder where it is not there yet; a sentence where it cannot be made, else nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"{folder} cannot be made: {error.strerror or error}"
    return ""


def with_progress(files: list[Path], options: argparse.Namespace) -> Iterable[Path]:
    """The files, with a progress bar on a terminal where no results show the progress themselves."""
    silent = options.quiet or not sys.stdout.isatty()
    if len(files) > 1 and silent and sys.stderr.isatty():
        from tqdm import tqdm

        return tqdm(files, unit="file", leave=False)
    return files
