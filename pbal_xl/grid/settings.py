"""Settings out of cells: one cell, all that a workbook names, or the ``options`` of a worksheet function."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.money import EXACT, plain, to_decimal
from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.cells import (
    NEVER_CALCULATED,
    Cell,
    Grid,
    cell_text,
    is_blank,
    is_error,
    one_line,
    quoted,
)
from pbal_xl.grid.numbers import read_text
from pbal_xl.setting_tables import parsed, written
from pbal_xl.settings import NAME_PREFIX, SETTINGS, by_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pbal_xl.setting import Setting, Settings, Value

__all__ = ["combined", "read_options", "read_setting", "read_settings"]

_YES = frozenset({"true", "yes", "y", "x", "wahr", "ja", "1"})
_NO = frozenset({"false", "no", "n", "falsch", "nein", "0"})
# What people write above a column of settings and above their values.
_HEADINGS = frozenset({"setting", "settings", "option", "options", "name"})
_PAIR = 2


def read_settings(cells: Mapping[str, tuple[str, Cell]], decimal: str | None = None) -> dict[str, Value]:
    """Settings from cells.

    Args:
        cells: for each setting's key its (place, cell), such as ``{"cash": ("pbal_cash (G3)", 5000)}``.
        decimal: the decimal sign of numbers as text, where known.

    Returns:
        The value of every setting whose cell is not blank.

    Raises:
        CellFaults: every setting that cannot be used.
    """
    found: dict[str, Value] = {}
    faults = []
    for key, (place, cell) in cells.items():
        try:
            value = read_setting(by_key(key), cell, place, decimal)
        except InputError as error:
            faults.append(str(error))
            continue
        if value is not None:
            found[key] = value
    if faults:
        raise CellFaults(faults)
    return found


def read_setting(setting: Setting, cell: Cell, place: str, decimal: str | None = None) -> Value | None:
    """One setting from a cell; None for a blank.

    Args:
        setting: what is looked for.
        cell: its content.
        place: how a fault names it, such as "pbal_cash (G3)".
        decimal: the decimal sign of numbers as text, where known.

    Raises:
        InputError: the cell holds nothing of the setting's kind.
    """
    if is_blank(cell):
        return None
    if is_error(cell):
        raise InputError(f"{place} is {str(cell).strip()}")
    if cell == NEVER_CALCULATED:
        raise InputError(f"{place} is a formula that was never calculated; open and save the workbook in Excel")
    if setting.choices and (word := _chosen(setting, cell)) is not None:
        return word
    return _READERS[setting.kind](setting, cell, place, decimal)


def _amount(_: Setting, cell: Cell, place: str, decimal: str | None) -> Decimal:
    if isinstance(cell, str):
        figure = read_text(cell, decimal)
        if isinstance(figure, str):
            more = ": leave out the sign for thousands" if "two ways" in figure else ""
            raise InputError(f"{place} {figure}{more}")
        if figure.percent:
            raise InputError(f"{place} {quoted(cell)} is a percentage")
        return to_decimal(figure.number, place)
    return to_decimal(cell, place)  # type: ignore[arg-type]


def _percent(setting: Setting, cell: Cell, place: str, decimal: str | None) -> Decimal:
    """In percent, with or without the sign."""
    if isinstance(cell, str):
        figure = read_text(cell, decimal)
        if not isinstance(figure, str) and figure.percent:
            return EXACT.multiply(to_decimal(figure.number, place), 100)
    return _amount(setting, cell, place, decimal)


def _count(setting: Setting, cell: Cell, place: str, decimal: str | None) -> int:
    number = _amount(setting, cell, place, decimal)
    least, most = setting.counts
    if number < least or number != int(number) or (most is not None and number > most):
        end = "on" if most is None else f"to {most}"
        raise InputError(f"{place} must be a whole number from {least} {end}, is {plain(number)}")
    return int(number)


def _yes_no(_: Setting, cell: Cell, place: str, __: str | None) -> bool:
    if isinstance(cell, bool):
        return cell
    word = str(cell).strip().casefold().removesuffix(".0")
    if word in _YES or word in _NO:
        return word in _YES
    raise InputError(f"{place} must be TRUE or FALSE, is {quoted(cell_text(cell))}")


def _choice(setting: Setting, cell: Cell, place: str, _: str | None) -> str:
    listed = " or ".join(f'"{choice.word}"' for choice in setting.choices)
    raise InputError(f"{place} must be {listed}, is {quoted(cell_text(cell))}")


def _chosen(setting: Setting, cell: Cell) -> str | None:
    """The word that the cell writes in one of its ways."""
    bare = _bare(cell_text(cell))
    for choice in setting.choices:
        if bare in {_bare(text) for text in (choice.word, choice.title, *choice.synonyms)}:
            return choice.word
    return None


def _text(_: Setting, cell: Cell, place: str, __: str | None) -> str:
    if isinstance(cell, (dt.date, dt.time)):
        raise InputError(f"{place} was taken for a date; type it behind an apostrophe, as in '5/25")
    return one_line(str(cell)).removesuffix(".0")


def _table(setting: Setting, cell: Cell, place: str, _: str | None) -> str:
    try:
        return written(setting.key, parsed(setting.key, one_line(cell_text(cell))))
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


_READERS: Mapping[str, Callable[[Setting, Cell, str, str | None], Value]] = {
    "amount": _amount,
    "percent": _percent,
    "count": _count,
    "choice": _choice,
    "yes/no": _yes_no,
    "text": _text,
    "table": _table,
}


def _bare(text: str) -> str:
    """Letters and digits alone: Never-Sell and never sell are one word."""
    return "".join(char for char in text.casefold() if char.isalnum())


def read_options(options: Grid) -> dict[str, Value]:
    """The settings in a function's ``options``.

    Args:
        options: two columns, name and value; or texts such as "min_trade=50; deviation=absolute".

    Raises:
        InputError: no such form.
        CellFaults: every entry that cannot be used.
    """
    found: dict[str, Value] = {}
    faults: list[str] = []
    for name, cell in _pairs(options):
        try:
            setting = _named(name)
            value = read_setting(setting, cell, f"{setting.key} in options")
            if value is not None:
                found = combined([("options", found), ("options", {setting.key: value})])
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise CellFaults(faults)
    return found


def combined(parts: Iterable[tuple[str, Settings]]) -> dict[str, Value]:
    """Settings from several places, each part a place's name and what was said there.

    Raises:
        InputError: a setting is given twice, and differently.
    """
    found: dict[str, Value] = {}
    homes: dict[str, str] = {}
    for place, settings in parts:
        for key, value in settings.items():
            if key in found and found[key] != value:
                raise InputError(
                    f"{key} is given twice: {_told(found[key])} ({homes[key]}) and {_told(value)} ({place})"
                )
            found[key], homes[key] = value, place
    return found


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return plain(value) if isinstance(value, Decimal) else str(value)


def _named(name: Cell) -> Setting:
    """The setting that a name in ``options`` means: its key, its label or its defined name."""
    bare = _bare(str(name)).removeprefix(_bare(NAME_PREFIX))
    for setting in SETTINGS:
        if bare in {_bare(setting.key), _bare(setting.label)} and "functions" in setting.offered_in:
            return setting
    listed = ", ".join(setting.key for setting in SETTINGS if "functions" in setting.offered_in)
    raise InputError(f"options knows no setting {quoted(str(name))}; there are {listed}")


def _pairs(options: Grid) -> Iterator[tuple[Cell, Cell]]:
    """Name and value of every entry; a heading above them and blank lines are none."""
    lines = [row for row in options if any(not is_blank(cell) for cell in row)]
    for place, row in enumerate(lines):
        if len(row) == 1:
            yield from _parts(row[0])
        elif any(not is_blank(cell) for cell in row[_PAIR:]):
            raise InputError(f"options must be two columns, name and value, or one text; has {len(row)} columns")
        elif place or not _is_heading(row):
            if is_blank(row[0]):
                raise InputError(f"options has a value without a name: {quoted(str(row[1]))}")
            yield row[0], row[1]


def _is_heading(row: list[Cell]) -> bool:
    return _bare(str(row[0])) in _HEADINGS and (is_blank(row[1]) or _bare(str(row[1])) == "value")


def _parts(cell: Cell) -> Iterator[tuple[Cell, Cell]]:
    """The entries of a text such as "min_trade=50; deviation=absolute"."""
    if is_error(cell):
        raise InputError(f"options is {str(cell).strip()}")
    if not isinstance(cell, str):
        raise InputError(f'options must be text such as "min_trade=50; deviation=absolute", is {cell}')
    for part in cell.replace("\n", ";").split(";"):
        if is_blank(part):
            continue
        name, sign, value = part.partition("=")
        if not sign or is_blank(name):
            raise InputError(f"options has {quoted(part.strip())}, which is not of the form name=value")
        yield name, value.strip()
