"""Wrong usage: values on the command line that no file could make right; light, for every command imports it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults, InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pbal_xl.hosts.headless.reading import Where

__all__ = ["UsageError", "as_usage", "bands_of", "where_of"]


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
    from pbal_xl.hosts.headless.reading import Where
    from pbal_xl.ooxml.references import parse_area

    if options.area is not None:
        with as_usage():
            parse_area(options.area, "range")
    return Where(options.sheet, options.area, options.decimal)


def bands_of(options: argparse.Namespace) -> str:
    """The bands of a check.

    Raises:
        UsageError: they are none.
    """
    from pbal_xl.core.bands import read_bands

    with as_usage():
        read_bands(options.bands)
    return str(options.bands)
