"""pyOpenVBA's Excel in memory, behind the attribute access that xlwings' Windows engine expects of COM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import EMPTY, NULL, VBAArray, VBAErrorValue, VBAObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


# Properties that take arguments when called, and are objects of their own when not.
_CALLED = {"range", "item", "offset", "resize"}
# What that Excel has no charts or windows for: recorded, and otherwise nothing.
_RECORDED = {
    "activewindow", "comments", "commentsthreaded", "listobjects", "hyperlinks", "querytables", "hwnd",
}  # fmt: skip
_DRAWN = {"chartobjects", "shapes"}
# States of a sheet or range that are off, and collections that Excel's library has as methods.
_PLAIN = {"ProtectContents", "AutoFilterMode"}
_METHODS = {"PivotTables", "Scenarios"}


def wrapped(value: Any, *, in_cells: bool = False) -> Any:
    """As COM hands it over: numbers in cells are floats, counts and places are integers."""
    if isinstance(value, VBAObject):
        return Com(value)
    if isinstance(value, VBAArray):
        return _rows(value)
    if value is EMPTY or value is NULL:
        return None
    if isinstance(value, VBAErrorValue):
        return -2146828288 + int(value.number)
    if isinstance(value, bool | str) or value is None:
        return value
    return int(value) if isinstance(value, int) and not in_cells else float(value)


def _rows(array: VBAArray) -> tuple[tuple[Any, ...], ...]:
    """VBA keeps an array column by column."""
    (low, high), *_ = array.bounds
    height = high - low + 1
    items = [wrapped(item, in_cells=True) for item in array.items]
    return tuple(tuple(items[row::height]) for row in range(height))


def unwrapped(value: Any) -> Any:
    if isinstance(value, Com):
        return value._object
    if isinstance(value, (list, tuple)):
        rows = [list(row) if isinstance(row, (list, tuple)) else [row] for row in value]
        items = [EMPTY if cell is None else cell for column in zip(*rows, strict=True) for cell in column]
        return VBAArray(bounds=[(1, len(rows)), (1, len(rows[0]))], items=items)
    return value


_OF_RANGES: dict[str, Callable[[Any], Any]] = {
    "MergeCells": lambda cells: recorded(cells.Worksheet._object).get("merged", False),
    "FormatConditions": lambda cells: cells.Worksheet.Cells.FormatConditions.of(cells),
}


class Com:
    """An object of that Excel as pywin32 shows one."""

    def __init__(self, of: Any) -> None:
        self.__dict__["_object"] = of

    def __getattr__(self, name: str) -> Any:
        of = self._object
        if name == "Cells":
            return recorded(of).setdefault("cells", _Cells(wrapped(of.vba_get("Cells", [], {}))))
        if name in _OF_RANGES:  # kept with its sheet
            return _OF_RANGES[name](self)
        if name in _PLAIN:
            return recorded(of).get(name, False)
        if name == "PageSetup":
            return recorded(of).setdefault("pagesetup", PageSetup())
        if name in _METHODS:
            return lambda: recorded(of).setdefault(name, mock.MagicMock(Count=0))
        if name.lower() in _RECORDED:
            return recorded(of).setdefault(name.lower(), _recorder())
        if name.lower() in _DRAWN:
            return recorded(of).setdefault("drawn", Drawings(of))
        asked = name.startswith("Get")  # pywin32's way to call a property with arguments
        name = name.removeprefix("Get")
        spec = of.vba_member(name)
        if spec is None:
            raise AttributeError(f"{type(of).__name__} has no {name}")
        if asked or spec.kind == "method" or name.lower() in _CALLED:
            return lambda *args, **named: wrapped(
                of.vba_get(
                    name, [unwrapped(arg) for arg in args], {key: unwrapped(one) for key, one in named.items()}
                )
            )
        return wrapped(of.vba_get(name, [], {}), in_cells=name == "Value")

    def __setattr__(self, name: str, value: float | Sequence[Sequence[Any]] | str) -> None:
        self._object.vba_set(name, unwrapped(value))

    def __call__(self, *args: int | str) -> Com:
        return wrapped(self._object.vba_get("Item", [unwrapped(arg) for arg in args], {}))

    def __iter__(self) -> Iterator[Any]:
        return (wrapped(one) for one in self._object.vba_iterate())


class Rules:
    """The conditional formats of a sheet, or of a range of it."""

    def __init__(self) -> None:
        self.rules: list[Any] = []
        self.range: Any = None

    def of(self, cells: Any) -> Rules:
        self.range = cells
        return self

    @property
    def Count(self) -> int:  # noqa: N802 - Excel's name
        return len(self.rules)

    def Add(self, kind: int, operator: int, formula: str) -> Any:  # noqa: N802 - Excel's name
        applies = mock.Mock(Address=self.range.Address)
        rule = mock.Mock(Type=kind, Operator=operator, Formula1=formula, AppliesTo=applies, StopIfTrue=True)
        self.rules.append(rule)
        return rule

    def __call__(self, place: int) -> Any:
        return self.rules[place - 1]


class _Cells:
    """All cells of a sheet, or those of a range: what hangs on them."""

    def __init__(self, cells: Any) -> None:
        self.cells = cells
        self.FormatConditions = Rules()
        self.validated = 0

    def Clear(self) -> None:  # noqa: N802 - Excel's name
        self.cells.Clear()
        self.FormatConditions = Rules()

    def __call__(self, *args: Any) -> Drawings:
        return self.cells(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cells, name)

    def SpecialCells(self, kind: int) -> Any:  # noqa: N802 - Excel's name
        if kind != -4174 or not self.validated:
            raise OSError("No cells were found.")
        return mock.MagicMock(Count=self.validated)


class PageSetup:
    """A sheet's page, as Excel has it before anybody sets it up."""

    def __init__(self) -> None:
        self.PrintArea = self.PrintTitleRows = ""
        self.LeftHeader = self.CenterHeader = self.RightHeader = ""
        self.LeftFooter = self.CenterFooter = self.RightFooter = ""
        self.Orientation, self.Zoom, self.FitToPagesWide, self.FitToPagesTall = 1, 100, 1, 1


def recorded(of: Any) -> Any:
    """What was done to an object beyond what that Excel knows."""
    return of.__dict__.setdefault("_beyond", {})


class Series(mock.MagicMock):
    """A series of a chart: named by a reference, it is called what the cell says."""

    @property
    def Name(self) -> Any:  # noqa: N802 - Excel's name
        said = self.__dict__.get("said", "")
        if not said.startswith("="):
            return said
        title, _, address = said[1:].rpartition("!")
        sheet = Com(self.sheet_of_chart)
        assert title == "'" + sheet.Name.replace("'", "''") + "'"
        return sheet.Range(address).Value

    @Name.setter
    def Name(self, said: str) -> None:  # noqa: N802 - Excel's name
        self.__dict__["said"] = said


class Drawings:
    """The charts of a sheet, which are also its shapes."""

    def __init__(self, of: Any) -> None:
        self.of = of
        self.drawn: list[Any] = []

    @property
    def Count(self) -> int:  # noqa: N802 - Excel's name
        return len(self.drawn)

    def Add(self, *place: float) -> Any:  # noqa: N802 - Excel's name
        left, top, width, height = place
        chart = mock.MagicMock(place=place, Left=left, Top=top, Width=width, Height=height)
        series = [Series(ChartType=51, sheet_of_chart=self.of) for _ in range(3)]
        collection = mock.MagicMock(Count=len(series))
        chart.Chart.SeriesCollection.side_effect = lambda *at: series[at[0] - 1] if at else collection
        chart.Delete.side_effect = lambda: self.drawn.remove(chart)
        self.drawn.append(chart)
        return chart

    def __call__(self) -> Drawings:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.drawn))


def _recorder() -> Any:
    recorder = mock.MagicMock(Count=0)
    recorder.__iter__.return_value = iter(())
    return recorder


def open_book(rows: Sequence[Sequence[Any]], title: str = "Portfolio") -> tuple[Com, ExcelApplication]:
    """A workbook with one filled sheet, and the Excel it is open in."""
    excel = ExcelApplication()
    book = excel.add_workbook()
    sheet = excel.sheet(1)
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row):
            if value is not None:
                sheet.set_value(f"{'ABCDEFGHI'[c]}{r}", value)
    Com(sheet.sheet).Name = title
    return Com(book), excel
