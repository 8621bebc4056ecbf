"""Holdings from a pandas DataFrame, by the same header names as in a sheet."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from pbal_xl.errors import InputError
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.headers import IDENTIFYING, header_at
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.grid.vocabulary import meanings

if TYPE_CHECKING:
    import pandas as pd

    from pbal_xl.core.model import Holding

__all__ = ["holdings_from_frame"]


def holdings_from_frame(
    frame: pd.DataFrame, *, decimal: str | None = None, classes: str | None = None
) -> list[Holding]:
    """Read the holdings in a DataFrame whose columns are named as in a sheet (Symbol, Value, Price ...).

    A symbol may be the index: one named so, or one without a name where no column is a symbol. NaN, None and NA are
    blanks; symbols that occur again are added up, rows that are no holdings (cash, totals) left out, figures that
    contradict each other settled, as in a sheet: each is told by a ``UserWarning``.

    Args:
        frame: one row a holding.
        decimal: "." or "," for numbers as text, where the texts alone do not tell.
        classes: the column with the class of each holding, for ``targets`` of classes; None for no classes.

    Raises:
        CellFaults: every cell that cannot be read, named as in a sheet with the header in row 1.
        InputError: it is no DataFrame, no column and no index tells the symbols, there is no column ``classes``,
            or a symbol that occurs again is of two classes.
    """
    import pandas as pd

    table = _with_symbols(frame)
    if classes is not None and classes not in table.columns:
        raise InputError(f"the frame has no column {classes!r} for the classes; it has {_names(frame)}")
    cells = table.astype(object).where(table.notna(), None)
    rows = [[str(name) for name in table.columns], *cells.to_numpy().tolist()]
    for row in rows[1:]:
        row[:] = [cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row]
    if decimal not in {None, ".", ","}:
        raise InputError(f'decimal must be "." or ",", is {decimal!r}')
    if len(frame) and header_at(rows, 0) is None:
        raise InputError(f"no column and no index of the frame tells the symbols; its columns are {_names(frame)}")
    read = read_holdings(rows, Origin(), decimal=decimal)
    for notice in read.notices:
        # That targets are equal is no news to who gave none.
        if notice != read.targets:
            warnings.warn(notice, stacklevel=2)
    if classes is None:
        return list(read.holdings)
    place = list(table.columns).index(classes)
    of = [{str(rows[row][place] or "").strip() for row in lot} for lot in read.lots]
    for holding, found in zip(read.holdings, of, strict=True):
        if len(found) > 1:
            raise InputError(f"{holding.symbol} is of two classes: {' and '.join(sorted(found))}")
    # ``settled`` is no field, but a parameter of the holding.
    return [
        replace(one, asset_class=found.pop(), settled=True)  # type: ignore[call-arg]
        for one, found in zip(read.holdings, of, strict=True)
    ]


def _with_symbols(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its index as a column, where that holds the symbols."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"the frame must be a pandas DataFrame, is of type {type(frame).__name__}")
    index = frame.index
    if isinstance(index.name, str):
        return frame if index.name in frame.columns else frame.reset_index()
    named = any(meaning.field in IDENTIFYING for name in frame.columns for meaning in meanings(str(name)))
    if named or index.name is not None or index.nlevels > 1 or list(index) == list(range(len(index))):
        return frame
    table: pd.DataFrame = frame.set_axis(index.map(str)).rename_axis("Symbol").reset_index()
    return table


def _names(frame: pd.DataFrame) -> str:
    return ", ".join(map(str, frame.columns))
