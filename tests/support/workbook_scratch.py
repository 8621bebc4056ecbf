"""Scratch workbooks for grafting, plain and rich."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule, DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.table import Table, TableStyleInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.worksheet import Worksheet

SYMBOLS = ("=cmd|'/c calc'!A1", "@SUM(1)", "+1", "-1", "VWCE", " padded ", "Ä€ü<&>\"'")


def plain(title: str = "Trades", rows: Iterable[tuple[Any, ...]] = (("Symbol", "Shares"), ("VWCE", 3))) -> Workbook:
    """A few cells, nothing else."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def rich(title: str = "Trades") -> Workbook:
    """One of everything a trades sheet may want."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = title
    sheet.append(["Symbol", "Shares", "Weight", "When"])
    for number, symbol in enumerate(SYMBOLS, 2):
        sheet.append([symbol, (number - 4) * 1.25, number / 40, dt.date(2026, 1, number)])
    last = sheet.max_row
    for cell in sheet[1]:
        cell.font = Font(name="Arial", size=12, bold=True, italic=True, color="FF1F4E79")
        cell.fill = PatternFill("solid", fgColor="FFDDEEFF")
        cell.border = Border(bottom=Side("thin", color="FF808080"))
    for row in sheet.iter_rows(min_row=2):
        row[0].font = Font(bold=True)
        row[1].number_format = '#,##0.00 "pcs"'
        row[2].number_format = "0.00%"
        row[3].number_format = "yyyy-mm-dd"
        row[1].alignment = Alignment(horizontal="right", wrap_text=True)
        row[2].protection = Protection(locked=False)
    red = CellIsRule(
        operator="lessThan",
        formula=["0"],
        font=Font(color="FFFF0000", bold=True),
        fill=PatternFill(bgColor="FFFFEEEE"),
    )
    sheet.conditional_formatting.add(f"B2:B{last}", red)
    sheet.conditional_formatting.add(f"C2:C{last}", DataBarRule("num", 0, "max", color="FF638EC6"))
    sheet.column_dimensions["A"].width = 22
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:D{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.merge_cells(start_row=last + 2, end_row=last + 2, start_column=1, end_column=4)
    sheet.cell(last + 2, 1).value = "Made from these settings"
    table = Table(displayName="Trades", ref=f"A1:D{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
    sheet.add_table(table)
    chart = BarChart()
    chart.title = "Weights"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    sheet.add_chart(chart, "F2")
    return book
