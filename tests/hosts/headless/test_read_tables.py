"""Which cells of a workbook are the holdings."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from sheets import HEADER, ROWS, as_table, change, own_name, read, symbols, write

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.holdings import MOST_ROWS
from pbal_xl.hosts.headless.commands import Request, run_file
from pbal_xl.hosts.headless.reading import Where

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Any:
    return tmp_path / "portfolio.xlsx"


def test_the_table_is_found_below_titles_and_beside_other_cells(file: Any) -> None:
    rows: list[tuple[Any, ...]] = [
        ("My portfolio",),
        (),
        ("as of", dt.date(2024, 2, 29)),
        (),
        (None, *HEADER, None, "Settings"),
    ]
    rows += [(None, *row, None, "Cash", 5000) for row in ROWS[1:]]
    portfolio = read(write(file, ("Plan", rows)))
    assert (portfolio.block.place, symbols(portfolio)) == ("Plan!B5:D7", ["VTI", "BND"])


def test_merged_headings_and_two_line_headers_are_read(file: Any) -> None:
    rows = [("Funds", None, None), ("Ticker", "Market\nValue", "Last\nPrice"), *ROWS[1:]]

    def merge(book: Any) -> None:
        book.active.merge_cells("A1:C1")

    portfolio = read(change(write(file, rows), merge))
    assert portfolio.block.address == "A2:C4"


def test_sheets_without_holdings_do_not_matter(file: Any) -> None:
    write(
        file,
        ("Notes", [("Rent", 5)]),
        ("Mine", ROWS),
        ("Trades 2023", [("Symbol", "Quantity", "Price"), ("X", 1, 1)]),
    )
    assert read(file).block.place == "Mine!A1:C3"


def test_holdings_on_several_sheets_are_a_fault_until_one_is_named(file: Any) -> None:
    write(file, ("Mine", ROWS), ("Hers", ROWS))
    with pytest.raises(CellFaults, match=r"several tables look like holdings \(Mine!A1:C3, Hers!A1:C3\)"):
        read(file)
    assert read(file, sheet="Hers").block.place == "Hers!A1:C3"
    assert read(file, area="Mine!A1:C2").block.place == "Mine!A1:C2"
    with pytest.raises(CellFaults, match="no sheet 'His'; the sheets are: Mine, Hers"):
        read(file, sheet="His")


def test_hidden_sheets_are_read_only_where_no_other_is(file: Any) -> None:
    write(file, ("Mine", ROWS), ("Old", ROWS))

    def hide(book: Any) -> None:
        book["Old"].sheet_state = "hidden"

    assert read(change(file, hide)).block.sheet == "Mine"
    assert read(file, sheet="Old").block.sheet == "Old"


def test_a_chart_sheet_is_passed_over(file: Any) -> None:
    def add_chart_sheet(book: Any) -> None:
        book.create_chartsheet("Chart", 0)
        book.active = 0

    portfolio = read(change(write(file, ("Mine", ROWS)), add_chart_sheet))
    assert portfolio.block.sheet == "Mine"
    assert read(file, area="A1:C3").block.sheet == "Mine"


def test_an_excel_table_goes_before_other_headers(file: Any) -> None:
    rows = [*ROWS, (), (), ("Ticker", "Balance"), ("GLD", 5), ("SLV", 6), ("Sum", 11)]
    write(file, rows)
    with pytest.raises(CellFaults, match="several tables"):
        read(file)
    change(file, lambda book: as_table(book.active, "Metals", "A6:B9", totals=True))
    portfolio = read(file)
    assert (portfolio.block.address, symbols(portfolio)) == ("A6:B8", ["GLD", "SLV"])


def test_several_excel_tables_are_a_fault(file: Any) -> None:
    def tables(book: Any) -> None:
        as_table(book["One"], "First", "A1:C3")
        as_table(book["Two"], "Second", "A1:C3")

    with pytest.raises(CellFaults, match=r"\(One!A1:C3, Two!A1:C3\)"):
        read(change(write(file, ("One", ROWS), ("Two", ROWS)), tables))


def test_a_table_of_transactions_does_not_pass_for_holdings(file: Any) -> None:
    log = [
        ("Date", "Symbol", "Quantity", "Price"),
        (dt.date(2024, 1, 1), "OLD", 5, 1),
        (dt.date(2024, 1, 2), "OLD", 5, 2),
    ]
    write(file, ("Log", log), ("Mine", ROWS))
    change(file, lambda book: as_table(book["Log"], "Log", "A1:D3"))
    assert read(file).block.place == "Mine!A1:C3"


def test_rows_below_a_blank_row_are_read_where_they_look_like_those_above(file: Any) -> None:
    portfolio = read(write(file, [*ROWS, (), ("GLD", 50, 5), ("SLV", 60, 6), (), ("Cash to invest", 5000)]))
    assert symbols(portfolio) == ["VTI", "BND", "GLD", "SLV"]
    assert portfolio.block.address == "A1:C6"


def test_a_range_is_read_whole_blanks_skipped(file: Any) -> None:
    write(file, [*ROWS, (), ("GLD", 50, 5)])
    assert symbols(read(file, area="A1:C5")) == ["VTI", "BND", "GLD"]
    assert symbols(read(file, area="A:C")) == ["VTI", "BND", "GLD"]
    assert symbols(read(file, area="$C$5:$A$2")) == ["VTI", "BND", "GLD"]
    assert read(file, area="A2:C3").table.header is None
    assert read(file, area="A1:XFD1048576").block.address == "A1:C5"


@pytest.mark.parametrize(
    "area", ["", "A", "A0:B2", "1:2", "A1:B2:C3", "A1048577", "ZZZ1:ZZZ2", "Sheet1!", "=SUM(A1:B2)"]
)
def test_what_is_no_range_is_refused(file: Any, area: Any) -> None:
    write(file, ROWS)
    with pytest.raises((InputError, CellFaults), match="range must be a range such as A2:C12"):
        read(file, area=area)


def test_a_range_beyond_the_sheet_is_a_fault(file: Any) -> None:
    with pytest.raises(CellFaults, match="no holdings here"):
        read(write(file, ROWS), area="X500:Z600")


def test_cells_of_every_kind_are_faults_with_their_names(file: Any) -> None:
    rows = [
        HEADER,
        ("VTI", dt.date(2024, 2, 29), "#N/A"),
        ("BND", True, "abc"),
        ("GLD", -500, 0),
        ("SLV", None, 1),
    ]
    with pytest.raises(CellFaults) as caught:
        read(write(file, ("Mine", rows)))
    assert str(caught.value) == (
        "sheet Mine: B2: value is the date 2024-02-29, not a number; C2: price is #N/A; "
        'B3: value is TRUE, not a number; C3: price "abc" is not a number; '
        "B4: value must be at least 0, is -500; C4: price must be above 0, is 0; B5: value is missing"
    )


def test_numbers_are_read_as_excel_shows_them_not_as_binary_noise(file: Any) -> None:
    rows = [HEADER, ("VTI", 0.1 + 0.2, 0.1), ("BND", "1,234.50 ", "$2.00")]
    holdings = read(write(file, rows)).table.holdings
    assert [one.value for one in holdings] == [Decimal("0.3"), Decimal("1234.50")]


def test_more_rows_than_are_read_are_refused_wherever_the_table_begins(
    file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pbal_xl import document
    from pbal_xl.grid import holdings, plain, reach
    from pbal_xl.hosts.headless import look

    for module in (holdings, plain, document):
        monkeypatch.setattr(module, "MOST_ROWS", 20)
    for module in (look, reach):
        monkeypatch.setattr(module, "LAST_ROW_READ", 40)
    many = [(f"S{number}", 1, 1) for number in range(60)]
    for above in (0, 15, 30):
        write(file, [*[("title",)] * above, HEADER, *many])
        told = "more than 20 rows" if above < 18 else "go on below row 200,000 or right of column IV"
        with pytest.raises(CellFaults, match=told):
            read(file)
    write(file, [*[("title",)] * 10, HEADER, *many[:19]])
    assert len(read(file).table.holdings) == 19
    assert MOST_ROWS == 100_000


@pytest.mark.parametrize("count", [21, 22, 35])
def test_of_named_cells_no_row_is_left_out_in_silence(
    file: Any, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    from pbal_xl import document
    from pbal_xl.grid import holdings, plain

    for module in (holdings, plain, document):
        monkeypatch.setattr(module, "MOST_ROWS", 20)
    rows = [HEADER, *((f"S{number}", 1, 1) for number in range(count))]
    write(file, rows, names={"pbal_holdings": f"Sheet1!$A$1:$C${count + 1}"})
    with pytest.raises(CellFaults, match="more than 20 rows"):
        read(file)
    write(file, rows[:21], names={"pbal_holdings": "Sheet1!$A$1:$C$5000"})
    assert len(read(file).table.holdings) == 20


def test_a_stale_dimension_hides_no_rows(file: Any, tmp_path: Path) -> None:
    import zipfile

    write(file, ROWS)
    stale = tmp_path / "stale.xlsx"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(stale, "w") as to:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                assert b'<dimension ref="A1:C3"' in content
                content = content.replace(b'<dimension ref="A1:C3"', b'<dimension ref="A1:A1"')
            to.writestr(entry, content)
    assert symbols(read(stale)) == ["VTI", "BND"]


def test_a_sheet_name_with_quotes_and_blanks_may_be_given(file: Any) -> None:
    write(file, ("Bob's funds", ROWS), ("Other", ROWS))
    assert read(file, area="'Bob''s funds'!A1:C3").block.sheet == "Bob's funds"
    change(file, lambda book: own_name(book["Other"], "pbal_holdings", "'Bob''s funds'!$A$1:$C$2"))
    assert read(file).block.place == "Bob's funds!A1:C2"


@pytest.mark.parametrize("first", ["A1048573", "XFB1", "XFB1048573", "A200001", "IW1"])
def test_holdings_beyond_what_is_read_are_told_of(tmp_path: Path, first: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Mine"
    row, column = sheet[first].row, sheet[first].column
    table: list[tuple[Any, ...]] = [("Symbol", "Value", "Price"), ("AAA", 15000, 128.62), ("BBB", 10000, 180.51)]
    for r, cells in enumerate(table, start=row):
        for c, value in enumerate(cells, start=column):
            sheet.cell(r, c).value = value
    book.save(tmp_path / "mine.xlsx")
    far = "below row 200,000 or right of column IV, where nothing is read"
    with pytest.raises(CellFaults, match=f"the sheet Mine has cells {far}"):
        run_file(tmp_path / "mine.xlsx", Request(Where(), {"cash": Decimal(500)}))
    end = sheet.cell(row + 2, column + 2).coordinate
    with pytest.raises(CellFaults, match=f"Mine!{first} lies {far}"):
        run_file(tmp_path / "mine.xlsx", Request(Where(area=f"{first}:{end}"), {"cash": Decimal(500)}))
    assert not list(tmp_path.glob("*trades*"))
