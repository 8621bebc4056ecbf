"""Workbooks as people have them, and as nobody should, in memory: the same for every host."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

__all__ = ["BOOKS", "ROWS", "array_formula", "book_of", "link_formula"]

ROWS: list[list[Any]] = [
    ["Symbol", "Value", "Price"],
    ["AAA", 15000, 128.62],
    ["BBB", 10000, 180.51],
    ["CCC", 6798.48, 279.68],
]
# As long as a title may be, with all that a formula has to quote.
LONG_TITLE = "Mum's & Dad's 'ETF' funds (a) #1"[:31]


def book_of(title: str = "Mine") -> tuple[Workbook, Any]:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in ROWS:
        sheet.append(row)
    return book, sheet


def _hidden_sheet(book: Workbook, _: Any) -> None:
    other = book.create_sheet("Secret")
    for row in ROWS:
        other.append(["X" + str(row[0]), *row[1:]] if row is not ROWS[0] else row)
    other.sheet_state = "veryHidden"


def _merged(_: Workbook, sheet: Any) -> None:
    sheet.merge_cells("A2:A3")


def _merged_beside(_: Workbook, sheet: Any) -> None:
    sheet["E1"] = "All mine"
    sheet.merge_cells("E1:H4")


def _title(_: Workbook, sheet: Any) -> None:
    sheet.title = LONG_TITLE


def _dates(book: Workbook, sheet: Any) -> None:
    book.epoch = CALENDAR_MAC_1904
    sheet["E1"] = "Bought"


def _manual(book: Workbook, _: Any) -> None:
    book.calculation.calcMode, book.calculation.iterate, book.calculation.refMode = "manual", True, "R1C1"


def _filtered(_: Workbook, sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C4"
    sheet.row_dimensions[3].hidden = True


def _grouped(_: Workbook, sheet: Any) -> None:
    sheet.row_dimensions.group(2, 3, hidden=True)
    sheet.freeze_panes = "B2"


def _hidden_column(_: Workbook, sheet: Any) -> None:
    sheet.column_dimensions["B"].hidden = True


def _last_row(_: Workbook, sheet: Any) -> None:
    sheet["A1048576"] = "the end"


def _last_cell(_: Workbook, sheet: Any) -> None:
    sheet["XFD1048576"] = 1


def array_formula(_: Workbook, sheet: Any) -> None:
    sheet["B2"] = ArrayFormula("B2:B4", "=E2:E4*F2:F4")
    for row, (value, factor) in enumerate(((15000, 1), (5000, 2), (6798.48, 1)), start=2):
        sheet.cell(row, 5).value, sheet.cell(row, 6).value = value, factor


def _table(_: Workbook, sheet: Any) -> None:
    sheet.append(["Total", 31798.48, None])
    table = Table(displayName="Funds", ref="A1:C5", totalsRowCount=1)
    sheet.add_table(table)


def _error(_: Workbook, sheet: Any) -> None:
    sheet["B3"] = "#N/A"


def _error_beside(_: Workbook, sheet: Any) -> None:
    sheet["H9"] = "#REF!"


def link_formula(_: Workbook, sheet: Any) -> None:
    sheet["A2"] = '=HYPERLINK("https://example.org","AAA")'


def _own_trades(book: Workbook, _: Any) -> None:
    book.create_sheet("TRADES")["A1"] = "my own"


BOOKS: dict[str, Any] = {
    "a very hidden sheet with holdings too": _hidden_sheet,
    "symbols merged": _merged,
    "merged cells beside them": _merged_beside,
    "a title of 31 characters with quotes": _title,
    "dates from 1904": _dates,
    "calculated by hand, again and again, in R1C1": _manual,
    "filtered": _filtered,
    "grouped, frozen and folded": _grouped,
    "values in a hidden column": _hidden_column,
    "a note in the last row": _last_row,
    "a figure in the last cell": _last_cell,
    "a table with totals": _table,
    "an error among the values": _error,
    "an error elsewhere": _error_beside,
    "a sheet of the user's called TRADES": _own_trades,
}
