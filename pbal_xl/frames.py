"""Holdings from a pandas DataFrame, by the same header names as in a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.grid.cells import Origin
from pbal_xl.grid.holdings import read_holdings

if TYPE_CHECKING:
    import pandas as pd

    from pbal_xl.core.model import Holding

__all__ = ["holdings_from_frame"]


def holdings_from_frame(frame: pd.DataFrame, *, decimal: str | None = None) -> list[Holding]:
    """The holdings in a DataFrame whose columns are named as in a sheet (Symbol, Value, Price ...).

    A symbol may be the index, if the index has a name that is read, such as Symbol. NaN, None and NA are blanks;
    symbols that occur again are added up. A column of classes is not read: set ``asset_class`` of the holdings.

    Args:
        frame: one row a holding.
        decimal: "." or "," for numbers as text, where the texts alone do not tell.

    Raises:
        CellFaults: every cell that cannot be read, named as in a sheet with the header in row 1.
    """
    import pandas as pd

    table = frame
    if isinstance(frame.index.name, str) and frame.index.name not in frame.columns:
        table = frame.reset_index()
    cells = table.astype(object).where(table.notna(), None)
    rows = [[str(name) for name in table.columns], *cells.to_numpy().tolist()]
    for row in rows[1:]:
        row[:] = [cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row]
    return list(read_holdings(rows, Origin(), decimal=decimal).holdings)
