"""How a trades sheet is printed from Excel: landscape and one page wide, with its headings on every page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pbal_xl.hosts.excel.reading import keep_name, own_name
from pbal_xl.ooxml.references import column_letters

if TYPE_CHECKING:
    import xlwings as xw

    from pbal_xl.sheet.layout import Page

__all__ = ["is_page_as_set", "set_page"]

_LANDSCAPE = 2  # Excel's xlLandscape
_MARGIN = 72 / 2.54  # a centimetre, in points
_MARGINS = ("LeftMargin", "RightMargin", "TopMargin", "BottomMargin")
_LINES = tuple(f"{side}{line}" for side in ("Left", "Center", "Right") for line in ("Header", "Footer"))
# A hidden name of the sheet: what was set to be printed, to be told from what a user chose.
_PRINTED_NAME = "_pbal_xl_page"


def set_page(sheet: xw.Sheet, page: Page) -> None:
    """Set the sheet's page up; on Windows alone all of it, elsewhere xlwings sets no more than the area.

    Raises:
        Exception: whatever Excel answers where it has no printer to ask for the paper.
    """
    area = page.area
    printed = (
        f"${column_letters(area.first_column)}${area.first_row}:${column_letters(area.last_column)}${area.last_row}"
    )
    if sys.platform == "win32":
        setup = sheet.api.PageSetup
        setup.PrintArea = printed
        setup.PrintTitleRows = "" if page.one else f"${page.repeated_row}:${page.repeated_row}"
        setup.Orientation = _LANDSCAPE
        # As long as there is a zoom, Excel minds no number of pages.
        setup.Zoom = False
        setup.FitToPagesWide = 1
        setup.FitToPagesTall = 1 if page.one else False
        setup.CenterHorizontally = True
        for margin in _MARGINS:
            setattr(setup, margin, _MARGIN)
    else:
        sheet.page_setup.print_area = printed
    keep_name(sheet, _PRINTED_NAME, f'="{printed}"')


def is_page_as_set(sheet: xw.Sheet) -> bool:
    """Whether what is printed, and the lines above and below it, are still as ``set_page`` left them."""
    setup, kept = sheet.api.PageSetup, own_name(sheet, _PRINTED_NAME)
    wanted = "" if kept is None else (kept.refers_to or "").removeprefix('="').removesuffix('"')
    return (setup.PrintArea or "") == wanted and not any(getattr(setup, line) for line in _LINES)
