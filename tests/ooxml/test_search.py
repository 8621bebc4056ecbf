"""Searching a large sheet never misses a text that parsing finds, and does spare the parsing of plain figures."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from trades_books import REQUEST

from pbal_xl.errors import CellFaults
from pbal_xl.hosts.headless.commands import run_file
from pbal_xl.ooxml import contents
from pbal_xl.ooxml.cells import read_cells
from pbal_xl.ooxml.package import Package
from pbal_xl.ooxml.search import may_hold
from pbal_xl.ooxml.xmltext import XmlError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pbal_xl.ooxml.entry import Entry

_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRINGS = ["Symbol", "London", "Value"]
_CELLS = (
    '<c r="A1" t="s"><v>0</v></c>', '<c r="A1" s="3" t="s"><v> 0 </v></c>', "<c r='A1' t='s'><v>0</v></c>",
    '<c t="s" r="A1"><v>00</v></c>', '<c r="A1" t = "s"><v>0</v></c>', '<c r="A1"\nt="s"><v>0</v></c>',
    '<c r="A1" t="&#115;"><v>0</v></c>', f'<x:c xmlns:x="{_SPACE}" r="A1" t="s"><x:v>0</x:v></x:c>',
    '<c r="A1" t="s"><!-- --><v>0</v></c>', '<c r="A1" t="s"><v>&#48;</v></c>', '<c r="A1" t="s"><?a?><v>0</v></c>',
    '<c r="A1" t="inlineStr"><is><t>Symbol</t></is></c>', '<c r="A1" t="str"><v>Symbol</v></c>',
    '<c r="A1" t="str"><f>A2</f><v>Symbol</v></c>', '<c r="A1" t="s"><v>1</v></c>', '<c r="A1"><v>1</v></c>',
    '<c r="A1" t="n"><v>0</v></c>', '<c r="A1" t="b"><v>1</v></c>', '<c r="A1"><f>1+1</f></c>', "<c/>",
    '<c r="A1" t="e"><v>Symbol</v></c>', "<c r=\"A1\" s=' t=\"n\"' t=\"s\"><v>0</v></c>",
    '<c r="A1" t="inlineStr"><is><t>London</t></is></c>', '<c r="A1" t="inlineStr"><v>Symbol</v></c>',
    '<c r="A1" t="inlineStr"><is><t xml:space="preserve">Symbol</t></is></c>',
    '<c r="A1" t="inlineStr"><is><r><t>Sym</t></r><r><t>bol</t></r></is></c>',
    '<c r="A1" t="inlineStr"><is><t>Sym&#98;ol</t></is></c>', '<c r="A1" t="inlineStr"><is><t>Lon</t>don</is></c>',
    '<c r="A1" t="inlineStr"><is><t><![CDATA[Symbol]]></t></is></c>',
    "<c r='A1' t='inlineStr'><is><t>a</t></is></c>",
    '<c r="A1" q=" t=&quot;n&quot;" t="s"><v>0</v></c>', '<c r="A1" t="s"><v><![CDATA[0]]></v></c>',
)  # fmt: skip
_HEADS = (
    f'<worksheet xmlns="{_SPACE}">', f'<?xml version="1.0"?>\n<worksheet xmlns="{_SPACE}" xmlns:r="urn:r">',
    f'<worksheet xmlns="{_SPACE}" xmlns:x="{_SPACE}">', f"<worksheet xmlns='{_SPACE}'>",
    f'<x:worksheet xmlns:x="{_SPACE}" xmlns="{_SPACE}">', f'\ufeff<worksheet xmlns="{_SPACE}">',
)  # fmt: skip


def _pieces(data: bytes, draw: random.Random) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = draw.choice([1, 7, 30, 300])
        yield data[at : at + size]
        at += size


def _parsed(data: bytes) -> bool | None:
    try:
        rows = read_cells(
            [data], strings=lambda: _STRINGS, dates=dict, most_rows=1000, most_columns=50, stand_in="Symbol"
        ).rows
    except XmlError:
        return None
    return any(cell == "Symbol" for row in rows for cell in row)


@pytest.mark.parametrize("seed", range(600))
def test_what_is_not_found_is_not_there(seed: int) -> None:
    draw = random.Random(seed)
    cells = "".join(
        f'<row r="{row}" spans="1:3">{draw.choice(_CELLS).replace("A1", f"A{row}")}</row>'
        for row in range(1, draw.randint(2, 6))
    )
    head = draw.choice(_HEADS)
    close = "</x:worksheet>" if head.startswith("<x:") else "</worksheet>"
    text = f'{head}<sheetFormatPr defaultRowHeight="15"/><sheetData>{cells}</sheetData>{close}'
    data = text.encode(draw.choice(["utf-8", "utf-8", "utf-16"]))
    if not may_hold(_pieces(data, draw), lambda: {0}, lambda one: one == "Symbol"):
        assert not _parsed(data), text


def _sheet(cells: str) -> bytes:
    return f'<worksheet xmlns="{_SPACE}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (_CELLS[0], True),
        (_CELLS[11], True),
        (_CELLS[14], False),
        (_CELLS[15], False),
        (_CELLS[16], False),
        ('<c r="A1" t="inlineStr"><is><t>Lon\'don!</t></is></c>', False),
    ],
)
def test_plain_sheets_are_told_apart(cell: str, found: bool) -> None:
    assert may_hold([_sheet(cell)], lambda: {0}, lambda one: one == "Symbol") is found


def _large_book(path: Path, *, words: bool) -> Path:
    """A workbook of holdings beside a sheet of so many figures that it is searched first."""
    draw = random.Random(1)
    with xlsxwriter.Workbook(path, {"constant_memory": False}) as book:
        sheet = book.add_worksheet("Holdings")
        rows = [("Symbol", "Value", "Price"), ("VCR", 1000, 10), ("VDC", 2000, 20)]
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        data = book.add_worksheet("Data")
        for below in range(6_000):
            data.write_row(below, 0, [draw.random() for _ in range(8)])
            if words:
                data.write_string(below, 8, ("London", "Symbol")[below == 5_000])
        if words:
            data.write_row(5_000, 9, ["Value", "Price"])
            data.write_row(5_001, 8, ["XYZ", 5, 1])
    return path


def _streamed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the parts that are parsed, from now on."""
    real: Callable[..., Iterator[bytes]] = Package.stream
    parsed: list[str] = []

    def stream(package: Package, entry: Entry) -> Iterator[bytes]:
        parsed.append(entry.name)
        return real(package, entry)

    monkeypatch.setattr(Package, "stream", stream)
    return parsed


def test_a_large_sheet_of_figures_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = _streamed(monkeypatch)
    done = run_file(_large_book(tmp_path / "book.xlsx", words=False), REQUEST)
    assert done.portfolio.block.sheet == "Holdings"
    assert parsed == ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]


def test_a_header_far_down_a_large_sheet_is_found(tmp_path: Path) -> None:
    with pytest.raises(CellFaults, match=r"several tables look like holdings .*Data!I5001"):
        run_file(_large_book(tmp_path / "book.xlsx", words=True), REQUEST)


def test_a_sheet_too_large_to_be_parsed_does_not_hinder_where_it_holds_figures_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _large_book(tmp_path / "book.xlsx", words=False)
    monkeypatch.setattr("pbal_xl.ooxml.package.MAX_PART", 1_000_000)
    assert contents._LARGE <= 1_000_000  # what is too large to be parsed is always searched
    assert run_file(path, REQUEST).trades_sheet == "Trades"


def test_of_many_sheets_only_that_which_may_hold_holdings_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    # Written as openpyxl streams it: every text stands in its cell.
    book = openpyxl.Workbook(write_only=True)
    for number in range(30):
        sheet = book.create_sheet(f"Sheet {number}")
        sheet.append(["Symbol", "Value", "Price"] if number == 17 else ["Month", "Spent", "On what"])
        for row in range(2_000):
            sheet.append([f"S{row}" if number == 17 else row, 50, 5 if number == 17 else f"food, {row}"])
    book.save(path)
    parsed = _streamed(monkeypatch)
    assert run_file(path, REQUEST).portfolio.block.sheet == "Sheet 17"
    assert [name for name in parsed if "worksheets" in name] == ["xl/worksheets/sheet18.xml"]
