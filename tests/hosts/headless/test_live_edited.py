"""A living sheet after what people do to their own sheet: the orders of what stands there, or a clear sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sheets import write

from pbal_xl import Holding, suggest_trades
from pbal_xl.cli import main
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# A sheet, and the trades sheet behind it, as the engine counts them.
_OWN, _TRADES = 0, 1
_TITLE = "My 'own' fünds 🚀"
_ROWS: list[tuple[Any, ...]] = [
    ("Symbol", "Value", "Price", "Target", None, "Cash", 500),
    ("AAA", 1000, 10, 0.5, None, "Strategy", "Try to Never Sell"),
    ("BBB", 500, 7, 0.3, None, "Whole", "yes"),
    ("CCC", 100, 3, 0.2),
    ("Total", 1600),
]
_LOTS: list[tuple[Any, ...]] = [("Symbol", "Quantity", "Price"), ("AAA", 10, 10), ("BBB", 5, 7), ("AAA", 3, 10)]
_GONE = "a row of the holdings was deleted"
_CHANGED = "rows of the holdings were added or removed"


class Edited:
    """A workbook with a living sheet in an engine that knows nothing of this package."""

    def __init__(self, folder: Path, rows: list[Any], **names: str) -> None:
        self.path = write(folder / "own.xlsx", (_TITLE, rows), names=names)
        assert main(["run", str(self.path), "--live", "--quiet", *([] if names else ["--cash", "50"])]) == 0
        load_workbook(self.path).save(self.path)  # the engine takes rows and cells only with their numbers
        self.model = pytest.importorskip("ironcalc").load_from_xlsx(str(self.path), "en", "UTC", "en")

    def put(self, row: int, column: int, text: str) -> None:
        """Type into a cell of the user's sheet."""
        self.model.set_user_input(_OWN, row, column, text)

    def said(self) -> str:
        """What stands on top."""
        self.model.evaluate()
        return str(self.model.get_cell_value(_TRADES, 2, 1))

    def amounts(self, count: int = 3) -> list[Any]:
        """The orders."""
        return [self.model.get_cell_value(_TRADES, row, 5) for row in range(6, 6 + count)]


@pytest.fixture
def own(tmp_path: Path) -> Edited:
    at = "'" + _TITLE.replace("'", "''") + "'!$G$"
    names = {"pbal_cash": f"{at}1", "pbal_strategy": f"{at}2", "pbal_whole_shares": f"{at}3"}
    return Edited(tmp_path, _ROWS, **names)


@pytest.mark.parametrize(
    ("cell", "text", "sentence"),
    [
        ((2, 2), "'1,000", "AAA lacks a number"),
        ((3, 2), "", "BBB lacks a number"),
        ((3, 2), "=1/0", "BBB lacks a number"),
        ((3, 2), "TRUE", "BBB lacks a number"),
        ((4, 3), "", "CCC lacks a number"),
        ((4, 3), "n/a", "CCC lacks a number"),
        ((4, 4), "", "CCC lacks a number"),
        ((4, 3), "0", "a price is not above 0"),
        ((4, 2), "-5", "a value is below 0"),
        ((4, 4), "0.3", "the targets do not sum to 100 %"),
        ((2, 1), "", "a holding has no symbol"),
        ((2, 1), "=1/0", _GONE),
        ((2, 1), "bbb", "stands in two rows"),
        ((1, 7), "much", "the cash is no number"),
        ((1, 7), "=1/0", "the cash is no number"),
        ((1, 7), "-1601", "the withdrawal is more than the holdings are worth"),
        ((2, 7), "rebalence", "the strategy is neither"),
        ((2, 7), "=1/0", "the strategy is neither"),
        ((3, 7), "perhaps", "whole shares is neither yes nor no"),
        ((3, 7), "=1/0", "whole shares is neither yes nor no"),
    ],
)
def test_a_figure_that_cannot_be_used_ends_in_a_sentence(
    own: Edited, cell: tuple[int, int], text: str, sentence: str
) -> None:
    own.put(*cell, text)
    assert own.said().startswith("No orders, because "), own.said()
    assert sentence in own.said()
    assert own.amounts() == [0, 0, 0]


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
def test_a_truth_is_no_figure_in_libreoffice_either(own: Edited) -> None:
    book = load_workbook(own.path)
    book[_TITLE].cell(3, 2).value = True
    book.save(own.path)
    with calculated_copy(own.path) as copy:
        said = load_workbook(copy, data_only=True)["Trades"]["A2"].value
    assert said.startswith("No orders, because BBB lacks a number"), said


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda model: model.delete_rows(_OWN, 3, 1), _GONE),
        (lambda model: model.delete_columns(_OWN, 3, 1), "lacks a number"),
        (lambda model: model.delete_sheet(_OWN), _GONE),
    ],
)
def test_what_is_deleted_ends_in_a_sentence(own: Edited, edit: Callable[[Any], None], sentence: str) -> None:
    trades = 1 if edit.__code__.co_names[0] != "delete_sheet" else 0
    edit(own.model)
    own.model.evaluate()
    said = str(own.model.get_cell_value(trades, 2, 1))
    assert said.startswith("No orders, because "), said
    assert sentence in said


def test_a_holding_put_in_between_ends_in_a_sentence(own: Edited) -> None:
    own.model.insert_rows(_OWN, 3, 1)
    before = own.said()
    own.put(3, 1, "DDD")
    assert before.startswith("Buy ")
    assert _CHANGED in own.said()


_PLAIN: list[tuple[Any, ...]] = [("Symbol", "Value", "Price"), ("AAA", 1000, 10), ("BBB", 500, 7)]
_NOTED = [*_PLAIN, (None,), ("Prices of Friday",), ("Total", 1500), (None,), ("Account", "Owner"), ("One", "Ada")]
_ADDED = ("DDD", "300", "3")


@pytest.mark.parametrize("rows", [_PLAIN, [*_PLAIN, ("Total", 1500)], [*_PLAIN, ("Cash", 500)], _NOTED, _LOTS])
@pytest.mark.parametrize("blank", [0, 1, 8, 300])
def test_a_holding_typed_below_ends_in_a_sentence(tmp_path: Path, rows: list[Any], blank: int) -> None:
    book = Edited(tmp_path, rows)
    before = book.said()
    row = (len(rows) if rows is not _NOTED else 3) + 1 + blank
    for column, text in enumerate(_ADDED, start=1):
        book.put(row, column, text)
    assert before.startswith("Buy ")
    if rows is _NOTED and blank > 1:
        assert book.said() == before, "what stands there already is no new row"
    else:
        assert _CHANGED in book.said()


@pytest.mark.parametrize("rows", [_PLAIN, [*_PLAIN, ("Total", 1500)], _NOTED, _LOTS])
def test_a_row_put_in_anywhere_ends_in_a_sentence(tmp_path: Path, rows: list[Any]) -> None:
    held = 1 + sum(isinstance(row[1], int) and row[0] != "Total" for row in rows if len(row) > 1)
    for row in range(2, held + 2):
        book = Edited(tmp_path, rows)
        book.model.insert_rows(_OWN, row, 1)
        assert book.said().startswith("Buy "), row
        for column, text in enumerate(_ADDED, start=1):
            book.put(row, column, text)
        assert _CHANGED in book.said(), row


@pytest.mark.parametrize("text", ["Prices of Friday", "DDD", ""])
def test_a_note_below_the_holdings_changes_nothing(own: Edited, text: str) -> None:
    before = own.said()
    own.put(len(_ROWS) + 1, 1, text)
    own.put(len(_ROWS) + 3, 2, "1500")
    assert own.said() == before


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("rows", [_PLAIN, [*_PLAIN, ("Total", 1500)]])
def test_a_holding_typed_below_is_seen_by_libreoffice_too(tmp_path: Path, rows: list[Any]) -> None:
    path = Edited(tmp_path, rows).path
    book = load_workbook(path)
    book[_TITLE].append(("DDD", 300, 3))
    book.save(path)
    with calculated_copy(path) as copy:
        sheet = load_workbook(copy, data_only=True)["Trades"]
    assert _CHANGED in sheet["A2"].value
    assert [sheet[f"E{row}"].value for row in (6, 7)] == [0, 0]


@pytest.mark.parametrize(
    "edit",
    [
        lambda model: model.set_row_hidden(_OWN, 3, hidden=True),
        lambda model: model.insert_columns(_OWN, 1, 2),
        lambda model: model.insert_rows(_OWN, 1, 3),
        lambda model: model.insert_rows(_OWN, 4, 1),
        lambda model: model.rename_sheet(_OWN, 'O\'Neil & "Söhne" <✓>'),
    ],
)
def test_what_moves_or_hides_cells_changes_no_order(own: Edited, edit: Callable[[Any], None]) -> None:
    before, amounts = own.said(), own.amounts()
    assert sum(amounts) > 0
    edit(own.model)
    assert (own.said(), own.amounts()) == (before, amounts)


def test_sorted_rows_give_the_orders_of_the_same_holdings(own: Edited) -> None:
    for row, cells in enumerate(sorted(_ROWS[1:4], reverse=True), start=2):
        for column, cell in enumerate(cells[:4], start=1):
            own.put(row, column, str(cell))
    own.said()
    holdings = [Holding(name, value, price, target=target) for name, value, price, target, *_ in _ROWS[3:0:-1]]
    assert own.amounts() == [float(order.amount) for order in suggest_trades(holdings, 500).orders]


def test_lots_that_stand_in_other_rows_are_not_added_up(tmp_path: Path) -> None:
    book = Edited(tmp_path, _LOTS)
    assert book.said().startswith("Buy ")
    for row, cells in enumerate((_LOTS[1], _LOTS[3], _LOTS[2]), start=2):
        for column, cell in enumerate(cells, start=1):
            book.put(row, column, str(cell))
    assert "in other rows now" in book.said() or "stands in two rows" in book.said()
    assert book.amounts(2) == [0, 0]
