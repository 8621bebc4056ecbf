"""Workbooks at random, written live by the command line, edited, and calculated by engines of others."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from living_cases import CHECKS, FIRST_ROW, Case, check_amounts, draw, within_a_share
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from pbal_xl import Holding
from pbal_xl.cli import main
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice
from pbal_xl.settings import by_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

_TOGETHER = 8
_HEADINGS = {
    "symbol": "Symbol",
    "value": "Market Value",
    "quantity": "Shares",
    "price": "Price",
    "target": "Target",
}
_SETTINGS = ("cash", "strategy", "increment", "whole_shares", "deviation")
_SETTING_COLUMN = 12


@dataclass
class _Book:
    """A sheet of holdings: what its columns are, its case as it is written and as it is edited.

    Attributes:
        title: of the sheet.
        fields: of the columns.
        written: the case that the formulas were written for.
        edited: the one that stands there when they are calculated.
        extra: what stands below the holdings.
    """

    title: str
    fields: list[str]
    written: Case
    edited: Case
    extra: list[list[Any]]


def _drawn(rng: random.Random, number: int) -> _Book:
    written = draw(rng)
    edited = draw(rng, len(written.holdings), custom=written.custom)
    kind = rng.choice(["value", "both", "quantity"])
    fields = {
        "value": ["symbol", "value", "price"],
        "both": ["symbol", "quantity", "price", "value"],
        "quantity": ["symbol", "quantity", "price"],
    }[kind]
    if written.custom:
        fields.append("target")
    if kind != "value":
        written, edited = _in_shares(written, rng), _in_shares(edited, rng)
    if rng.random() < 0.3:
        rng.shuffle(fields)
    total: list[Any] = [None] * len(fields)
    total[fields.index("symbol")] = "Total"
    below: list[list[list[Any]]] = [[], [total], [[None]], [[None], ["Prices of Friday"]]]
    extra = rng.choice(below)
    return _Book(f"Fünds {number} o'{rng.randrange(99)}", fields, written, edited, extra)


def _in_shares(case: Case, rng: random.Random) -> Case:
    """The same case as holdings of shares, whole or in parts; the withdrawal never more than they are worth."""
    holdings = []
    for one in case.holdings:
        quantity = Decimal(rng.choice([0, 1000 * rng.randint(0, 300), rng.randint(0, 300_000)])) / 1000
        holdings.append(
            Holding(one.symbol, quantity * Decimal(str(one.price)), one.price, target=one.target, quantity=quantity)
        )
    total = sum((Decimal(str(one.value)) for one in holdings), Decimal(0))
    cash = max(case.cash, -total.quantize(Decimal("0.01"), rounding="ROUND_DOWN"))
    return Case(holdings, cash, case.wishes)


def _said(case: Case, key: str) -> Any:
    wishes = {"cash": float(case.cash), **case.wishes}
    wish = wishes.get(key)
    if key == "strategy":
        return next(one.title for one in by_key("strategy").choices if one.word == wish)
    if key == "whole_shares":
        return "yes" if wish else "no"
    return float(wish) if isinstance(wish, Decimal) else wish


def _put(sheet: Worksheet, book: _Book, case: Case) -> None:
    """Write or overwrite the figures of a case."""
    for row, one in enumerate(case.holdings, start=2):
        for column, name in enumerate(book.fields, start=1):
            figure = getattr(one, name)
            sheet.cell(row, column).value = figure if isinstance(figure, str) else float(figure)
    for at, key in enumerate(_SETTINGS, start=1):
        sheet.cell(at, _SETTING_COLUMN).value = _said(case, key)


def _write(path: Path, books: list[_Book]) -> None:
    made = Workbook()
    made.remove(made.active)
    for book in books:
        sheet = made.create_sheet(book.title)
        sheet.append([_HEADINGS[name] for name in book.fields])
        _put(sheet, book, book.written)
        for below, row in enumerate(book.extra, start=len(book.written.holdings) + 2):
            for column, cell in enumerate(row, start=1):
                sheet.cell(below, column).value = cell
        title = book.title.replace("'", "''")
        for at, key in enumerate(_SETTINGS, start=1):
            name = f"pbal_{key}"
            sheet.defined_names[name] = DefinedName(name, attr_text=f"'{title}'!$L${at}")
    made.save(path)
    for book in books:
        assert main(["run", str(path), "--live", "--quiet", "--sheet", book.title]) == 0, book


def _edit(path: Path, books: list[_Book]) -> None:
    book = load_workbook(path)
    for one in books:
        _put(book[one.title], one, one.edited)
    book.save(path)


def _check(book: _Book, read: Callable[[int, int], Any]) -> bool:
    """Whether the sheet follows the edited case; in whole shares it is also compared with the plan."""
    case = book.edited
    amounts = [read(FIRST_ROW + place, 5) for place in range(len(case.holdings))]
    check_amounts(case, amounts)
    lines = range(FIRST_ROW + len(amounts), FIRST_ROW + len(amounts) + 40)
    assert [read(row, 3) for row in lines if read(row, 1) in CHECKS] == ["OK"] * len(CHECKS), book
    whole = bool(case.wishes["whole_shares"])
    assert not whole or within_a_share(case, amounts), (book, amounts)
    return whole


def _value(sheet: Worksheet, row: int, column: int) -> Any:
    return sheet.cell(row, column).value


def _trades(number: int) -> str:
    return "Trades" if number == 0 else f"Trades ({number + 1})"


def _groups(seed: int, count: int, folder: Path) -> list[tuple[Path, list[_Book]]]:
    rng, groups = random.Random(seed), []
    for first in range(0, count, _TOGETHER):
        books = [_drawn(rng, number) for number in range(first, min(first + _TOGETHER, count))]
        path = folder / f"own-{first}.xlsx"
        _write(path, books)
        _edit(path, books)
        groups.append((path, books))
    return groups


def test_a_workbook_written_live_follows_its_edits(tmp_path: Path) -> None:
    for path, books in _groups(7, 24, tmp_path):
        model = pytest.importorskip("ironcalc").load_from_xlsx(str(path), "en", "UTC", "en")
        model.evaluate()
        for number, book in enumerate(books):
            _check(book, partial(model.get_cell_value, len(books) + number))


@pytest.mark.long
@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
def test_200_workbooks_written_live_follow_their_edits_in_libreoffice(tmp_path: Path) -> None:
    whole = 0
    for path, books in _groups(831, 200, tmp_path):
        with calculated_copy(path, timeout=900) as copy:
            calculated = load_workbook(copy, data_only=True)
        for number, book in enumerate(books):
            whole += _check(book, partial(_value, calculated[_trades(number)]))
    assert whole >= 30
