"""Workbooks with a trades sheet of ours, as the command makes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sheets import write

from pbal_xl.hosts.headless.commands import Request
from pbal_xl.hosts.headless.reading import Where

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = Request(Where(), {"cash": Decimal(1000)})


def portfolio_book(path: Path, count: int = 4) -> Path:
    """A workbook of so many holdings."""
    rows = [(f"F{place}", 1000 + 37 * place, 10 + place) for place in range(count)]
    return write(path, ("Portfolio", [("Symbol", "Value", "Price"), *rows]))
