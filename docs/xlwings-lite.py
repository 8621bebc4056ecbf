# ruff: noqa: INP001 - a file to paste, no module
"""The PBAL functions and "Suggest trades" for Excel on a Mac and on the web, through xlwings Lite.

1. In Excel: Home > Add-ins, search for xlwings Lite, add it, and open it.
2. In its tab requirements.txt add a line: pbal-xl
   (or the address of a pbal-xl wheel, such as https://example.com/pbal_xl-0.1.0-py3-none-any.whl).
3. Replace what is in its tab main.py with this file.
4. Type =PBAL_NEVERSELL(A2:C12, 5000) in a cell, or run the script "suggest_trades".
"""

import xlwings as xw
from xlwings import script

from pbal_xl.hosts import excel
from pbal_xl.hosts.excel import (  # noqa: F401 - xlwings Lite offers every function it finds here
    PBAL_DRIFT,
    PBAL_HARD,
    PBAL_INSTALMENTS,
    PBAL_MARGIN,
    PBAL_MINDEPOSIT,
    PBAL_NEVERSELL,
    PBAL_VERSION,
)


@script
def suggest_trades(book: xw.Book) -> None:
    """Write the trades for the holdings in view to a new sheet."""
    if said := excel.run(book, "suggest"):
        book.app.alert(said, title="Portfolio Balancer")
