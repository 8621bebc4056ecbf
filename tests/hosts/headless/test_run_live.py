"""`pbal-xl run --live` writes formulas over the user's own cells, with the plan's figures stored."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from living_cases import CHECKS
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from portfolios import etfs
from sheets import write

from pbal_xl import suggest_trades
from pbal_xl.cli import main
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WORKBOOK = Path(__file__).parents[3] / "workbook"
ROWS = [("Symbol", "Value", "Price", "Target"), ("AAA", 1000, 10, 0.5), ("BBB", 500, 7, 0.3), ("CCC", 100, 3, 0.2)]


def live(path: Path, *more: str) -> int:
    return main(["run", str(path), "--live", "--quiet", *more])


def both(path: Path, title: str = "Trades") -> tuple[Worksheet, Worksheet]:
    """A sheet's formulas, and what is stored with them."""
    return load_workbook(path)[title], load_workbook(path, data_only=True)[title]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(WORKBOOK / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))


def recalculated(path: Path, title: str = "Trades") -> Worksheet:
    if find_soffice() is None:
        pytest.skip("LibreOffice is not installed")
    with calculated_copy(path) as copy:
        return load_workbook(copy, data_only=True)[title]


def test_formulas_read_the_users_cells_and_the_plan_is_stored(demo: Path) -> None:
    assert live(demo) == 0
    formulas, stored = both(demo)
    assert formulas["F8"].value == "='Portfolio'!$B$5"
    assert formulas["C18"].value == "='Portfolio'!$G$3"
    assert [stored[f"C{row}"].value for row in (8, 9, 11, 12)] == [10, 8, 2, 3]
    assert stored["C18"].value == 5000
    assert stored["E16"].value == pytest.approx(4995.84)


@pytest.mark.parametrize(
    ("language", "held", "told"),
    [("en", True, "yes"), ("en", False, "no"), ("de", True, "ja"), ("de", False, "nein"), ("de", 1, "ja")],
)
def test_whole_shares_stay_yes_or_no_when_the_cell_of_the_setting_is_calculated_anew(
    language: str, held: object, told: str, tmp_path: Path
) -> None:
    rows = [(*ROWS[0], None, held), *ROWS[1:]]
    path = write(tmp_path / "own.xlsx", rows, pbal_whole_shares="Sheet1!$F$1", pbal_cash="100")
    assert live(path, "--language", language) == 0
    for sheet in (load_workbook(path, data_only=True)["Trades"], recalculated(path)):
        labels = {row[0].value: row[2].value for row in sheet.iter_rows(max_col=3)}
        assert labels["Whole shares" if language == "en" else "Ganze Anteile"] == told


def test_every_other_part_of_the_file_stays_as_it_was(demo: Path) -> None:
    before = zipfile.ZipFile(demo)
    contents = {name: before.read(name) for name in before.namelist()}
    live(demo)
    after = zipfile.ZipFile(demo)
    patched = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    assert {name for name in contents if after.read(name) != contents[name]} <= patched


def test_after_an_edit_libreoffice_follows(tmp_path: Path) -> None:
    path = write(tmp_path / "own.xlsx", ("My 'own' funds", ROWS), pbal_cash="'My ''own'' funds'!$H$1")
    book = load_workbook(path)
    book.worksheets[0]["H1"] = 300
    book.save(path)
    assert live(path, "--fractional") == 0
    book = load_workbook(path)
    book.worksheets[0]["H1"] = -400
    book.worksheets[0]["B3"] = 900
    book.save(path)
    sheet = recalculated(path)
    amounts = [sheet[f"E{row}"].value for row in (6, 7, 8)]
    # 2000 in all; BBB leads with 3000 per unit of target: it and AAA go down to one level of 1875.
    assert sum(amounts) == pytest.approx(-400)
    assert amounts[1] == pytest.approx(-337.5)
    assert amounts[0] == pytest.approx(-62.5)
    assert [sheet[f"C{row}"].value for row in range(10, 45) if sheet[f"A{row}"].value == "Figures"] == ["OK"]


def test_lots_of_one_symbol_are_added_up_by_the_formula(tmp_path: Path) -> None:
    rows = [("Symbol", "Quantity", "Price"), ("AAA", 10, 10), ("BBB", 5, 7), ("AAA", 3, 10)]
    path = write(tmp_path / "lots.xlsx", rows)
    assert live(path, "--cash", "50") == 0
    formulas, stored = both(path)
    assert formulas["F6"].value == "='Sheet1'!$B$2*'Sheet1'!$C$2+'Sheet1'!$B$4*'Sheet1'!$C$4"
    assert stored["F6"].value == 130
    assert formulas["C10"].value == 50


def test_a_positions_export_becomes_formulas_over_its_holdings_sheet(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Symbol,Value,Price\nAAA,1000,10\nBBB,500,7\n", encoding="utf-8")
    assert live(path, "--cash", "300") == 0
    formulas, stored = both(tmp_path / "export-trades.xlsx")
    assert formulas["F7"].value == "='Holdings'!$B$3"
    assert stored["F7"].value == 500


def test_figures_that_are_text_are_refused_with_their_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "text.xlsx", [("Symbol", "Value", "Price"), ("AAA", "$1,000.00", 10), ("BBB", 5, 7)])
    before = path.read_bytes()
    assert live(path) == 1
    said = capsys.readouterr().err
    assert "B2: value '$1,000.00' is text, which formulas cannot read" in said
    assert path.read_bytes() == before


def test_a_rule_that_formulas_cannot_keep_is_refused_by_name(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = demo.read_bytes()
    assert live(demo, "--min-trade", "500") == 1
    assert "formulas cannot keep to the setting Minimum trade (min_trade)" in capsys.readouterr().err
    assert demo.read_bytes() == before


@pytest.mark.parametrize(
    ("option", "named"),
    [
        (("--instalments", "3"), "(instalments)"),
        (("--loan", "500"), "(loan)"),
        (("--max-trades", "2"), "(max_trades)"),
        (("--strategy", "hard", "--bands", "5/25"), "(bands)"),
    ],
)
def test_an_answer_beside_the_plan_is_refused_by_name_too(
    demo: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, ...], named: str
) -> None:
    before = demo.read_bytes()
    assert live(demo, *option) == 1
    said = capsys.readouterr().err
    assert "formulas cannot keep to the setting" in said
    assert named in said
    assert demo.read_bytes() == before


def test_a_gain_of_nothing_is_a_rule_too(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert live(demo, "--strategy", "hard", "--max-gain", "0") == 1
    assert "Most gain (max_gain)" in capsys.readouterr().err


def test_classes_below_the_holdings_of_a_csv_are_refused_by_name_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "family.csv", tmp_path / "out.xlsx"
    rows = "Symbol,Value,Price,Class\nAAA,1000,10,Stocks\nBBB,500,7,Bonds\n\nClass,Target\nStocks,70%\nBonds,30%\n"
    file.write_text(rows)
    assert live(file, "--cash", "200", "--output", str(out)) == 1
    assert "formulas cannot keep to the setting Class targets (targets)" in capsys.readouterr().err
    assert not out.exists()


def test_a_lock_beside_a_holding_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("Symbol", "Value", "Price", "Lock"), ("AAA", 1000, 10, "no buy"), ("BBB", 500, 7, None)]
    path = write(tmp_path / "locked.xlsx", rows)
    assert live(path) == 1
    assert "AAA: formulas cannot keep to the column Lock" in capsys.readouterr().err


def test_a_setting_of_the_workbook_asks_for_formulas_too(tmp_path: Path) -> None:
    path = write(tmp_path / "own.xlsx", ROWS, pbal_live="TRUE", pbal_cash="100")
    assert main(["run", str(path), "--quiet"]) == 0
    assert both(path)[0]["F6"].value == "='Sheet1'!$B$2"


def test_the_sheet_is_replaced_while_nobody_edited_it(demo: Path) -> None:
    assert live(demo) == 0
    assert live(demo, "--replace", "--cash", "100") == 0
    book = load_workbook(demo)
    assert book.sheetnames == ["Portfolio", "Trades"]
    assert book["Trades"]["C18"].value == 100


def test_the_shipped_workbook_is_calculated_to_the_plan_of_the_full_search() -> None:
    said = recalculated(WORKBOOK / "portfolio-live.xlsx")
    for row, order in enumerate(suggest_trades(etfs(), 5000).orders, start=6):
        assert said[f"C{row}"].value == order.shares
    assert said["A2"].value == ("Buy 10 VCR, 8 VDC, 2 VIS and 3 VNQ for 4,995.84; 4.16 stays in cash.")
    labels = {said[f"A{row}"].value: said[f"C{row}"].value for row in range(17, 45)}
    assert labels["Leftover"] == pytest.approx(4.16)
    assert [labels[check] for check in CHECKS] == ["OK"] * 4


def test_names_are_read_from_their_cells_and_calculated(tmp_path: Path) -> None:
    rows = [
        ("Fund", "ISIN", "Value", "Price"), ("World", "IE00B4L5Y983", 1000, 10),
        (None, "IE00BKM4GZ66", 900, 10), ("=1+1", "IE00BG47KH54", 500, 7),
    ]  # fmt: skip
    path = write(tmp_path / "isins.xlsx", rows)
    assert live(path, "--cash", "50") == 0
    formulas, stored = both(path)
    assert [formulas.cell(5, column).value for column in (10, 11, 12)] == ["Target", "Name", "Why"]
    assert formulas["K6"].value == "='Sheet1'!$A$2&\"\""
    assert [stored[f"K{row}"].value for row in (6, 7)] == ["World", None]
    sheet = recalculated(path)
    assert [sheet[f"K{row}"].value for row in (6, 7)] == ["World", None]
    assert str(sheet["L8"].value).endswith("lowest of all")


@pytest.mark.parametrize(
    "options", [[], ["--live"], ["--live", "--increment", "100"], ["--log", "--instalments", "3"]]
)
@pytest.mark.parametrize("csv", [False, True])
def test_rows_and_cells_come_in_their_order_and_once(
    demo: Path, tmp_path: Path, options: list[str], *, csv: bool
) -> None:
    """Excel calls a file damaged whose rows come twice; other programs take it."""
    path = demo
    if csv:
        path = tmp_path / "own.csv"
        path.write_text("\n".join(",".join(map(str, row)) for row in ROWS))
    assert main(["run", str(path), "--cash", "500", "--quiet", *options]) == 0
    assert in_order(demo if not csv else tmp_path / "own-trades.xlsx") >= 2


@pytest.mark.parametrize("name", sorted(path.name for path in WORKBOOK.glob("*.xls[xm]")))
def test_rows_of_the_shipped_workbooks_come_in_their_order_and_once(name: str) -> None:
    assert in_order(WORKBOOK / name)


def in_order(path: Path) -> int:
    """How many sheets were looked at."""
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    for sheet in sheets:
        rows = [int(number) for number in re.findall(r'<row r="(\d+)"', sheet)]
        assert rows == sorted(set(rows))
        cells = [coordinate_from_string(cell) for cell in re.findall(r'<c r="([A-Z]+\d+)"', sheet)]
        places = [(row, column_index_from_string(letters)) for letters, row in cells]
        assert places == sorted(set(places))
    return len(sheets)


def test_marks_of_what_is_no_longer_there_go_with_it(tmp_path: Path) -> None:
    """Calc would take a sheet of values for a user's that still has the mark of its formulas."""

    def marks(path: Path) -> set[str]:
        return set(load_workbook(path)["Trades"].defined_names)

    many = [ROWS[0], *((f"F{at}", 100 + at, 5, 0.01) for at in range(100))]
    path = write(tmp_path / "own.xlsx", ("My own money, all of it", many))
    assert main(["run", str(path), "--quiet"]) == 0
    plain = marks(path)
    assert live(path, "--replace") == 0
    numbers = sum(name.startswith("_pbal_xl_read") for name in marks(path))
    assert numbers > 3
    assert main(["run", str(path), "--replace", "--quiet"]) == 0
    assert marks(path) == plain
