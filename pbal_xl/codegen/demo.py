"""The demo workbook: ten ETFs and a block of settings, as an investor would keep them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.ooxml.references import column_letters
from pbal_xl.sheet.looks import FORMATS, LOOKS, RULE_ABOVE, RULE_BELOW, Kind, hexadecimal
from pbal_xl.sheet.settings_block import WIDTHS, settings_block

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.setting import Settings

__all__ = ["HOLDINGS", "MADE", "SETTINGS", "SHEET", "TITLE", "demo_workbook", "fill_portfolio", "xlsxwriter_look"]

SHEET = "Portfolio"
TITLE = "My ETF portfolio"
HEADINGS = ("Symbol", "Value", "Price", "Gain")

# Symbol, market value, price and unrealised gain of the worked example.
HOLDINGS: tuple[tuple[str, Decimal, Decimal, Decimal], ...] = tuple(
    (symbol, Decimal(value), Decimal(price), Decimal(gain))
    for symbol, value, price, gain in (
        ("FTEC", "15000.00", "128.62", "3343.9673"),
        ("VAW", "10000.00", "180.51", "893.3955"),
        ("VCR", "6798.48", "279.68", "1700.9984"),
        ("VDC", "8000", "192.75", "-1192.065125"),
        ("VHT", "12000.43", "242.65", "18.5908"),
        ("VIS", "9000", "203.87", "-2382.175"),
        ("VNQ", "9500", "83.1", "-1745.915301"),
        ("VOX", "9500.14", "105.39", "-2075.3452"),
        ("VPU", "13000.99", "140.63", "4933.423"),
        ("VSMAX", "20100.44", "94.73", "802.809999"),
    )
)

SETTINGS: Settings = {"cash": Decimal(5000), "strategy": "never-sell", "whole_shares": True}

_FIRST_ROW = 2  # from 0: row 3, below the title and the headings
_SETTINGS_COLUMN = 5  # F
# A fixed date makes two builds the same to the byte.
MADE = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc).replace(tzinfo=None)


def demo_workbook(path: Path) -> None:
    """Write the demo workbook without macros; the same bytes every time."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": TITLE, "author": "pbal-xl", "created": MADE})
    fill_portfolio(book, book.add_worksheet(SHEET))
    book.close()


def fill_portfolio(book: Any, sheet: Any) -> None:
    """Fill a sheet of an XlsxWriter workbook with the demo's holdings and settings."""
    font = {"font_name": "Calibri", "font_size": 11}

    def style(**more: object) -> Any:
        return book.add_format({**font, **more})

    sheet.hide_gridlines(2)
    sheet.set_column("A:A", 14)
    sheet.set_column("B:D", 13)
    sheet.set_column("E:E", 3)
    for column, width in enumerate(WIDTHS, start=_SETTINGS_COLUMN):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 27)
    sheet.write_string(0, 0, TITLE, style(font_size=16, bold=True))
    _fill_holdings(sheet, style)
    _fill_settings(book, sheet, style)
    sheet.freeze_panes(_FIRST_ROW, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _fill_holdings(sheet: Any, style: Any) -> None:
    head, right = (style(**xlsxwriter_look(kind)) for kind in (Kind.HEADING, Kind.HEADING_RIGHT))
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(_FIRST_ROW - 1, column, heading, right if column else head)
    symbol, money, gain = (
        style(bold=True),
        style(num_format="#,##0.00"),
        style(num_format="#,##0.00;[Red]-#,##0.00"),
    )
    for row, holding in enumerate(HOLDINGS, start=_FIRST_ROW):
        sheet.write_string(row, 0, holding[0], symbol)
        for column, (figure, look) in enumerate(zip(holding[1:], (money, money, gain), strict=True), start=1):
            sheet.write_number(row, column, float(figure), look)
    total_row = _FIRST_ROW + len(HOLDINGS)
    total = {"bold": True, "top": 1, "top_color": _color(RULE_ABOVE)}
    sheet.write_string(total_row, 0, "Total", style(**total))
    sheet.write_blank(total_row, 2, None, style(**total))
    values, gains = [value for _, value, _, _ in HOLDINGS], [gain for _, _, _, gain in HOLDINGS]
    for column, letter, look, figures in (
        (1, "B", "#,##0.00", values),
        (3, "D", "#,##0.00;[Red]-#,##0.00", gains),
    ):
        formula = f"=SUM({letter}{_FIRST_ROW + 1}:{letter}{total_row})"
        sheet.write_formula(total_row, column, formula, style(num_format=look, **total), float(sum(figures)))


def _fill_settings(book: Any, sheet: Any, style: Any) -> None:
    """The block of settings, as any host writes it."""
    block = settings_block(SETTINGS, _FIRST_ROW, _SETTINGS_COLUMN + 1)
    for item in block.items:
        look = style(**xlsxwriter_look(item.kind))
        value = float(item.value) if isinstance(item.value, Decimal) else item.value
        sheet.write(item.row - 1, item.column - 1, value, look)
    for name, (row, column) in block.names.items():
        book.define_name(name, f"={SHEET}!${column_letters(column)}${row}")
    for (row, column), choices in block.choices.items():
        cell = (row - 1, column - 1)
        sheet.data_validation(*cell, *cell, {"validate": "list", "source": list(choices)})


def xlsxwriter_look(kind: Kind) -> dict[str, object]:
    """How a kind of cell looks, as XlsxWriter takes it."""
    look = LOOKS[kind]
    found: dict[str, object] = {"font_size": look.size}
    if look.color is not None:
        found["font_color"] = _color(look.color)
    if kind in FORMATS:
        found["num_format"] = FORMATS[kind]
    for name in ("bold", "italic"):
        if getattr(look, name):
            found[name] = True
    if look.fill is not None:
        found["bg_color"] = _color(look.fill)
    if look.right:
        found["align"] = "right"
    if look.rule_below:
        found.update(bottom=1, bottom_color=_color(RULE_BELOW))
    return found


def _color(color: int) -> str:
    return f"#{hexadecimal(color)}"
