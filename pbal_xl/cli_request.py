"""What a command line asks for: its files, its settings, and the request of each file."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from glob import glob, has_magic  # Path.glob takes no absolute pattern
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.core.bands import read_bands
from pbal_xl.core.model import Holding
from pbal_xl.errors import CellFaults, InputError, PlanError
from pbal_xl.grid.settings import read_settings
from pbal_xl.hosts.headless.commands import CSV_SUFFIXES, Request
from pbal_xl.hosts.headless.orders import OrdersFile
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.hosts.headless.table_files import table_of_file
from pbal_xl.ooxml.references import parse_area
from pbal_xl.setting_tables import TABLES
from pbal_xl.settings import offered_by, plan_by
from pbal_xl.sheet.more import more_said

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from pbal_xl.setting import Settings

__all__ = [
    "UsageError",
    "as_usage",
    "asks_for_many",
    "bands_of",
    "expand",
    "make_folder",
    "requests_of",
    "result_name",
    "where_of",
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


class UsageError(Exception):
    """A value on the command line that cannot be used, whatever the files: no file is opened."""


@contextmanager
def as_usage() -> Iterator[None]:
    """What is wrong with a value of the command line is wrong usage."""
    try:
        yield
    except (CellFaults, InputError) as error:
        raise UsageError(str(error)) from error


def where_of(options: argparse.Namespace) -> Where:
    """Where the holdings stand, as far as the options say.

    Raises:
        UsageError: the range is none.
    """
    if options.area is not None:
        with as_usage():
            parse_area(options.area, "range")
    return Where(options.sheet, options.area, options.decimal)


def bands_of(options: argparse.Namespace) -> str:
    """The bands of a check.

    Raises:
        UsageError: they are none.
    """
    with as_usage():
        read_bands(options.bands)
    return str(options.bands)


def requests_of(options: argparse.Namespace, folder: Path | None) -> Callable[[Path], Request]:
    """The request that the options make of each file.

    Raises:
        UsageError: a setting that cannot be used.
    """
    output = None if options.output is None or "://" in options.output else Path(options.output)
    asked = Request(
        where=where_of(options),
        settings=_settings(options),
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
    if options.orders is None:
        return None
    return OrdersFile(Path(options.orders), options.orders_for, options.currency)


def _settings(options: argparse.Namespace) -> Settings:
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
