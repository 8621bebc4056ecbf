"""What a run writes, seen from the reading side: notices, reruns, and the workbook beside a CSV."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from html import unescape
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sheets import HEADER, ROWS, change, read, symbols, write

from pbal_xl.errors import CellFaults, PbalError
from pbal_xl.hosts.headless.calculate import find_soffice
from pbal_xl.hosts.headless.commands import Request, run_file
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.hosts.headless.writing import sheet_spec
from pbal_xl.ooxml import styles, xmltext
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.newbook import write_empty_workbook
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source
from pbal_xl.sheet.layout import Item, Layout, Page, Span
from pbal_xl.sheet.looks import FONT, FORMATS, LOOKS, Kind, hexadecimal

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook

CSV = b"Symbol,Value,Price,Quantity\nVTI,1000,10,100\nBND,500,20,25\nCASH,70,,\n"


def request(cash: int = 300, **more: Any) -> Request:
    return Request(Where(), {"cash": Decimal(cash)}, **more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "portfolio.xlsx", ("Mine", [*ROWS, ("SPAXX**", 70, 1), (), ("GLD", 50, 5)]))


@pytest.fixture
def positions(tmp_path: Path) -> Path:
    path = tmp_path / "positions.csv"
    path.write_bytes(CSV)
    return path


# As wide as the symbol's column gets, and more; the name of what is called by its number.
LONG = "ISHARES CORE MSCI WORLD UCITS ETF USD (ACC) ON XETRA, BOUGHT EVERY MONTH SINCE THE SPRING OF THE YEAR 2019"
NAME = "Vanguard FTSE Developed Asia Pacific ex Japan UCITS ETF (USD) Accumulating"
WORDY = f"ISIN,Name,Value,Price\nIE00B3RBWM25,{NAME},9000,120.5\nIE00B9F5YL18,Short,2000,50\n"


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("rows", [f'Symbol,Value,Price\nB,2000,50\n"{LONG}",9000,120.5\n', WORDY])
def test_words_longer_than_their_column_go_on_in_a_further_line(tmp_path: Path, rows: str, live: bool) -> None:
    path, out = tmp_path / "long.csv", tmp_path / "plan.xlsx"
    path.write_text(rows, "utf-8")
    run_file(path, Request(Where(), {"cash": Decimal(300), "live": live}, output=out))
    sheet = load_workbook(out)["Trades"]
    long = LONG if "XETRA" in rows else NAME
    shown = [cell for row in load_workbook(out, data_only=True)["Trades"].iter_rows() for cell in row]
    (at,) = [cell.coordinate for cell in shown if cell.value == long]
    assert sheet[at].alignment.wrap_text
    assert sheet.row_dimensions[sheet[at].row].height >= 30
    # One line of the title's large letters is less high.
    assert all((sheet.row_dimensions[row].height or 0) < 30 for row in range(1, sheet[at].row))
    boxes = placed_words(out, tmp_path)
    assert {word for _, word in boxes} >= set(long.split())
    assert not [(one, other) for one, other in combinations(boxes, 2) if overlap(one[0], other[0])]


def placed_words(path: Path, folder: Path) -> list[tuple[tuple[float, ...], str]]:
    """Each word of the last page that LibreOffice prints, behind its box."""
    if not (office := find_soffice()) or not shutil.which("pdftotext"):
        pytest.skip("LibreOffice or pdftotext is not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [str(office), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(convert, check=True, capture_output=True, timeout=300)
    pdf = str(path.with_suffix(".pdf"))
    boxes = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True).stdout
    found = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)<', boxes.rpartition("<page")[2]
    )
    return [(tuple(map(float, box)), unescape(word)) for *box, word in found]


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes share more than their edges."""
    left, top, right, bottom = one
    return min(right, other[2]) - max(left, other[0]) > 0.5 and min(bottom, other[3]) - max(top, other[1]) > 2


def texts(path: Path, title: str) -> list[str]:
    cells = (cell for row in load_workbook(path)[title].iter_rows(values_only=True) for cell in row)
    return [cell for cell in cells if isinstance(cell, str)]


def test_what_was_left_out_is_said_on_the_sheet_too(file: Path) -> None:
    done = run_file(file, request())
    left_out = "A4: SPAXX**, 70, is cash and is left out."
    assert left_out in done.notices
    assert left_out in texts(file, "Trades")


def test_a_run_after_a_run_reads_the_same_holdings(file: Path) -> None:
    first = run_file(file, request())
    second = run_file(file, request())
    assert second.portfolio.table == first.portfolio.table
    assert second.plan == first.plan
    assert (first.trades_sheet, second.trades_sheet) == ("Trades", "Trades (2)")


LOGGED = Request(Where(), {"cash": Decimal(300), "log": True})


def source_of(path: Path, title: str) -> str:
    name = load_workbook(path)[title].defined_names["_pbal_xl_source"]
    assert name.hidden
    return str(name.attr_text)


@pytest.mark.parametrize("title", ["Mine", "Mum's ETFs"])
def test_a_sheet_keeps_where_its_holdings_stand_as_those_of_excel_and_calc_do(tmp_path: Path, title: str) -> None:
    """So that on it, in any of them, the same holdings are planned again."""
    file = write(tmp_path / "mine.xlsx", (title, [(), *ROWS]))
    run_file(file, LOGGED)
    quoted = title.replace("'", "''")
    expected = f"'{quoted}'!$A$2:${'ABCDEFG'[len(HEADER) - 1]}${1 + len(ROWS)}"
    assert [source_of(file, sheet) for sheet in ("Trades", "Trades log")] == [expected] * 2
    # It follows when the holdings are written elsewhere.
    change(file, lambda book: book[title].insert_rows(1))
    run_file(file, replace(LOGGED, replace=True))
    assert source_of(file, load_workbook(file).sheetnames[-1]) != expected


def test_the_trades_beside_a_csv_keep_where_its_holdings_stand(positions: Path) -> None:
    done = run_file(positions, LOGGED)
    assert done.output is not None
    holdings = load_workbook(done.output)["Holdings"]
    expected = f"'Holdings'!${'A'}$1:${holdings.dimensions.rpartition(':')[2][0]}${holdings.max_row}"
    assert [source_of(done.output, sheet) for sheet in ("Trades", "Trades log")] == [expected] * 2


def test_a_sheet_of_trades_is_never_read_as_holdings(file: Path) -> None:
    run_file(file, request())
    for where in ({"sheet": "Trades"}, {"area": "Trades!A3:K5"}):
        with pytest.raises(CellFaults, match="the sheet 'Trades' holds suggested trades, not holdings"):
            read(file, **where)
    change(file, lambda book: book.remove(book["Mine"]))
    with pytest.raises(CellFaults, match="no holdings were found"):
        read(file)


def test_a_target_on_a_cash_row_is_mentioned_when_the_sum_is_short(tmp_path: Path) -> None:
    rows = [(*HEADER, "Target"), ("VTI", 100, 10, 0.5), ("BND", 100, 10, 0.4), ("Cash", 20, None, 0.1)]
    path = write(tmp_path / "a.xlsx", rows)
    with pytest.raises(CellFaults) as caught:
        run_file(path, request())
    said = "targets must sum to 1 or 100 %, sum to 0.9; raise them by 0.1 in all"
    sentence = f"{said} (A4: Cash, 20, is cash and is left out)"
    assert str(caught.value).startswith(f"{path}: sheet Sheet1: D1: {sentence}; ")
    assert "pbal-xl read a.xlsx" in str(caught.value)


def test_the_workbook_beside_a_csv_holds_what_was_read(positions: Path) -> None:
    done = run_file(positions, request())
    assert done.output == positions.with_name("positions-trades.xlsx")
    assert symbols(read(done.output)) == ["VTI", "BND"]
    assert read(done.output).table.holdings == done.portfolio.table.holdings
    assert positions.read_bytes() == CSV


def test_a_workbook_beside_a_csv_that_somebody_edited_is_kept(positions: Path) -> None:
    first = run_file(positions, request()).output

    def edit(book: Workbook) -> None:
        book["Holdings"]["B2"] = 1

    change(first, edit)
    kept = first.read_bytes()
    again = run_file(positions, request(replace=True)).output
    assert again == positions.with_name("positions-trades (2).xlsx")
    assert first.read_bytes() == kept


def test_only_an_xlsx_can_be_written_from_a_csv(positions: Path, tmp_path: Path) -> None:
    with pytest.raises(PbalError, match=r"\.xlsx"):
        run_file(positions, request(output=tmp_path / "out.csv"))
    target = tmp_path / "there.xlsx"
    target.write_bytes(b"mine")
    with pytest.raises(PbalError, match="already there"):
        run_file(positions, request(output=target))
    assert target.read_bytes() == b"mine"


def test_every_notice_of_plan_and_reader_comes_in_that_order(file: Path) -> None:
    done = run_file(file, request(cash=3, dry_run=True))
    assert done.notices == (*done.plan.notices, *done.portfolio.notices)
    assert (done.output, done.trades_sheet) == (None, None)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {
            name: re.sub(rb"\d\d:\d\d", b"", package.read(name))
            for name in ("xl/styles.xml", *package.namelist()[-1:])
        }


def test_what_files_before_it_took_from_the_same_styles_leaves_nothing_in_a_file(tmp_path: Path) -> None:
    # What is kept of one style sheet is kept for all files that have it.
    wishes: list[dict[str, Any]] = [
        {"cash": Decimal(300)},
        {"cash": Decimal(-300), "live": True},
        {"cash": Decimal(-300), "strategy": "hard"},
        {"cash": Decimal(300), "loan": Decimal(900)},
    ]
    found: dict[int, list[dict[str, bytes]]] = {}
    for order in (range(4), reversed(range(4))):
        for cache in (styles._asked, xmltext._small_elements):
            cache.cache_clear()
        for number in order:
            path = write(tmp_path / f"{number}.xlsx", ("Mine", [*ROWS, ("GLD", 50, 5)]))
            run_file(path, Request(Where(), wishes[number]))
            found.setdefault(number, []).append(parts_of(path))
    assert all(first == again for first, again in found.values())


def test_every_kind_of_cell_looks_in_a_file_as_the_table_of_looks_says(tmp_path: Path) -> None:
    items = tuple(Item(row, 1, Decimal(1), kind) for row, kind in enumerate(Kind, start=1))
    span = Span(1, 1, len(items), 1)
    layout = Layout("Trades", items, (12.0,), (1, 1), span, (), Page(span, 1, one=True))
    path = tmp_path / "book.xlsx"
    write_empty_workbook(path)
    opened = open_source(path)
    with opened.package:
        graft_sheet(opened, SpecMaker(sheet_spec(layout)), title="Trades", said="{}")
    sheet = load_workbook(path)["Trades"]
    for row, kind in enumerate(Kind, start=1):
        look, cell = LOOKS[kind], sheet.cell(row, 1)
        assert (cell.font.name, cell.font.sz, cell.font.b, cell.font.i) == (
            FONT,
            look.size,
            look.bold,
            look.italic,
        ), kind
        assert (cell.font.color and cell.font.color.rgb) == _argb(look.color), kind
        assert (cell.fill.fill_type, cell.fill.fgColor.rgb if look.fill is not None else None) == (
            ("solid", _argb(look.fill)) if look.fill is not None else (None, None)
        ), kind
        assert cell.number_format == FORMATS.get(kind, "General"), kind
        assert (cell.border.top.style, cell.border.bottom.style) == (
            "thin" if look.rule_above else None,
            "thin" if look.rule_below else None,
        ), kind
        assert bool(cell.alignment.wrap_text) == look.wrap, kind
        assert cell.alignment.horizontal == ("right" if look.right else "left" if look.indent else None), kind


def _argb(color: int | None) -> str | None:
    return None if color is None else f"FF{hexadecimal(color)}"
