"""A worksheet as text that is patched: of millions of cells only those of the rows that matter are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.ooxml.references import LAST_COLUMN, LAST_ROW, column_number
from pbal_xl.ooxml.workbook_xml import own_index
from pbal_xl.ooxml.xmltext import Patch, Scanner, XmlError, read_by_expat, to_utf8

if TYPE_CHECKING:
    from pbal_xl.ooxml.xmltext import Element

__all__ = ["SheetText", "scan_sheet"]

_ROW, _CELL, _VALUE = 3, 4, 5
# Lists whose items are kept.
_LISTS = frozenset({"cols", "mergeCells", "dataValidations"})
# What makes a cell one that says something.
_SAYING = frozenset({"v", "f", "is"})


@dataclass(frozen=True, slots=True)
class SheetText:
    """A worksheet that was scanned.

    Attributes:
        patch: the part; its root has the lists that a sheet consists of, with their items where they matter.
        data: the element that holds the rows.
        rows: by number those of the rows that were asked for and are there.
        columns: of each cell in them its column, by where it begins.
        behind: for each other row that was asked for where it belongs; None for last.
        right: the last column in which a cell says something, 0 where none does.
    """

    patch: Patch
    data: Element
    rows: dict[int, Element]
    columns: dict[int, int]
    behind: dict[int, int | None]
    right: int


def scan_sheet(content: bytes, rows: range) -> SheetText:
    """Go through a worksheet's part.

    Args:
        content: the part.
        rows: the rows in which cells are to be put, from 1.

    Raises:
        XmlError: it is not well-formed, or has cells that no sheet can have.
    """
    body, encoding, bom = to_utf8(content)
    scanner = _SheetScanner(body, rows)
    with read_by_expat():
        scanner.parser.Parse(body, True)  # noqa: FBT003  expat takes it by position
    root = scanner.root
    data = None if root is None else root.child("sheetData")
    if root is None or data is None:
        raise XmlError("it has no rows")
    behind = {row: scanner.behind.get(row) for row in rows if row not in scanner.rows}
    patch = Patch(body, root, scanner.prefixes, encoding, bom)
    return SheetText(patch, data, scanner.rows, scanner.columns, behind, scanner.right)


class _SheetScanner(Scanner):
    """Keeps the sheet's lists, and of its rows those that were asked for; see ``SheetText``."""

    def __init__(self, body: bytes, rows: range) -> None:
        super().__init__(body, 2)
        self.asked = rows
        self.rows: dict[int, Element] = {}
        self.columns: dict[int, int] = {}
        self.behind: dict[int, int] = {}
        self.known: dict[str, int] = {}
        self.passed = rows.start
        self.right = self.row = self.column = 0
        self.list = ""

    def started(self, name: str, attrs: dict[str, str]) -> None:
        """Count cells, and keep what matters; overrides the keeping down to one depth."""
        self.level += 1
        space, _, local = name.rpartition(" ")
        own = self.root is None or space == self.root.space
        if self.level < _ROW:
            self.keep(name, attrs)
            self.list = local if own and self.level == _ROW - 1 else ""
        elif not own:
            return
        elif self.list in _LISTS and self.level == _ROW:
            self.keep(name, attrs)
        elif self.list != "sheetData":
            return
        elif self.level == _ROW and local == "row":
            self._row(name, attrs)
        elif self.level == _CELL and local == "c":
            self._cell(name, attrs)
        elif self.level == _VALUE and local in _SAYING:
            self.right = max(self.right, self.column)

    def ended(self, _name: str) -> None:
        """Close what was kept: whatever is kept lies in what is kept."""
        if len(self.open) == self.level:
            self.close()
        self.level -= 1

    def text(self, data: str) -> None:
        """Texts are of no matter here."""

    def _row(self, name: str, attrs: dict[str, str]) -> None:
        self.row = self.row + 1 if "r" not in attrs else _row_number(attrs["r"])
        self.column = 0
        while self.passed < min(self.row, self.asked.stop):
            self.behind[self.passed] = self.parser.CurrentByteIndex
            self.passed += 1
        if self.row in self.asked and self.row not in self.rows:
            self.rows[self.row] = self.keep(name, attrs)

    def _cell(self, name: str, attrs: dict[str, str]) -> None:
        self.column = self.column + 1 if "r" not in attrs else self._column_of(attrs["r"])
        if len(self.open) == _ROW:
            one = self.keep(name, attrs)
            self.columns[one.start] = self.column

    def _column_of(self, address: str) -> int:
        letters = address.rstrip("0123456789")
        if letters not in self.known:
            plain = letters.isascii() and letters.isalpha() and len(letters) <= len("XFD")
            number = column_number(letters) if plain else LAST_COLUMN + 1
            if number > LAST_COLUMN:
                raise XmlError(f"a cell is called {address[:20]!r}")
            self.known[letters] = number
        return self.known[letters]


def _row_number(text: str) -> int:
    number = own_index(text, LAST_ROW + 1)
    if not number:
        raise XmlError(f"it has a row {text[:20]}, and a sheet ends at row {LAST_ROW:,}")
    return number
