"""A table that the command line names: a CSV or a workbook, or its text itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults, InputError, Refused
from pbal_xl.grid.cells import Grid, Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.rows import is_blank_row
from pbal_xl.grid.side_tables import find_table, read_table
from pbal_xl.hosts.headless.look import look_into
from pbal_xl.hosts.headless.reading import CSV_SUFFIXES
from pbal_xl.setting_tables import TABLES, parsed, written

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["table_of_file"]

_LARGEST = 10_000_000


def table_of_file(key: str, option: str, given: str, decimal: str | None) -> str:
    """The text of the table in a file, or in what was given in its place.

    Args:
        key: "targets", "exposure" or "rates".
        option: the command-line option, for faults.
        given: the file's name, or a text such as "Stocks 60%, Bonds 40%".
        decimal: the decimal sign of numbers as text, where known.

    Raises:
        InputError: no such file, and no such text; or what is wrong with it.
    """
    path = Path(given)
    try:
        there = path.is_file()
    except OSError:
        there = False
    if not there:
        try:
            return written(key, parsed(key, given))
        except InputError as error:
            raise InputError(f"{option}: {given!r} is neither a file nor a table ({error})") from None
    try:
        return _read(key, path, decimal)
    except CellFaults as error:
        raise InputError("; ".join([f"{path}: {error.faults[0]}", *error.faults[1:]])) from None
    except Refused:
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from None


def _read(key: str, path: Path, decimal: str | None) -> str:
    first: tuple[Grid, Origin] | None = None
    for rows in _grids(path):
        found = find_table(key, rows, Origin())
        if found is not None:
            return read_table(key, *found, decimal=decimal).text
        if first is None and any(not is_blank_row(row) for row in rows):
            first = rows, Origin()
    if first is None:
        raise CellFaults([f"there is no table of {TABLES[key][0]} and {TABLES[key][1]} in it"])
    return read_table(key, *first, decimal=decimal).text


def _grids(path: Path) -> Iterator[Grid]:
    """The cells of a CSV, or of each sheet of a workbook."""
    if path.suffix.lower() in CSV_SUFFIXES:
        if path.stat().st_size > _LARGEST:
            raise CellFaults([f"it has more than {_LARGEST:,} bytes, the most that is read of a table"])
        yield read_csv(path.read_bytes())
        return
    with look_into(path) as look:
        for title in look.titles:
            yield look.grid(title)
