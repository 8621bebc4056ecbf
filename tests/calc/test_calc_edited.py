"""What somebody made of a trades sheet is never lost, whatever a real LibreOffice lets one change."""

from __future__ import annotations

import html
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from calc_edits import FREE_IN_FILES, KEPT, KEPT_OF_FILES, OF_ALL_HOSTS, STAYS

from pbal_xl import cli
from pbal_xl.sheet.looks import LOOKS, Kind, series_colors

ROWS: list[list[Any]] = [
    ["Symbol", "Value", "Price", "Cost"],
    ["AAA", 15000, 128.62, 9000],
    ["BBB", 10000, 180.51, 9500],
    ["CCC", 6798.48, 279.68, 7000],
]
if TYPE_CHECKING:
    from collections.abc import Iterable

EARLIER = Path(__file__).parents[1] / "data" / "earlier"
XLSX, ODS = ("Calc MS Excel 2007 XML", "xlsx"), ("calc8", "ods")
# One of each kind of part; the others are gone through by ``pytest -m long``.
QUICK = (
    *OF_ALL_HOSTS, "a subtitle", "its legend at the right", "its wall's colour", "one column's colour",
    "a second axis", "a title below", "a logarithmic axis", "columns in depth", "a shorter series",
    "its description", "its link", "a trend line", "a text set in", "a cell to be written in", "a style",
    "a line across", "letters with a line above", "a language", "an attribute", "a hidden sheet", "a button",
    "a pivot table", "a bold text", "no bold text", "a wider column", "a text box instead",
)  # fmt: skip


def fill(office: Any, columns: int = 3, cash: float = 5000) -> None:
    office.ask("write", rows=[row[:columns] for row in ROWS], row=3, column=2)
    office.ask("write", rows=[["Cash", cash]], row=3, column=8)
    office.ask("name", name="pbal_cash", content="$Sheet1.$I$3")


def suggest(office: Any, command: str = "suggest_trades") -> Any:
    """Suggest trades from the holdings; what is said."""
    office.ask("activate", sheet="Sheet1")
    return office.ask("execute", command=command)


def opened_again(office: Any, path: Path, kind: str) -> None:
    office.ask("save", path=str(path), kind=kind)
    office.ask("close")
    office.ask("open", path=str(path))


def planned_by_command(office: Any, path: Path, *options: str) -> None:
    """The document in view with the trades sheet of the command line."""
    office.ask("save", path=str(path))
    assert cli.main(["run", str(path), "--quiet", *options]) == 0
    office.ask("close")
    office.ask("open", path=str(path))


def assert_kept(office: Any, edit: str) -> None:
    office.ask("tell", expression={**KEPT, **KEPT_OF_FILES}[edit])
    assert suggest(office).startswith("2 trades on the sheet Trades (2)"), edit
    assert "Trades (2)" in office.ask("sheets")
    # The numbered one is ours, and unedited.
    assert suggest(office).startswith("2 trades on the sheet Trades (2)")


@pytest.mark.parametrize("edit", QUICK)
def test_what_somebody_made_of_our_sheet_is_kept(office: Any, edit: str) -> None:
    fill(office)
    suggest(office)
    assert_kept(office, edit)


@pytest.mark.long
@pytest.mark.parametrize("edit", [edit for edit in KEPT if edit not in QUICK])
def test_all_that_somebody_can_make_of_our_sheet_is_kept(office: Any, edit: str) -> None:
    fill(office)
    suggest(office)
    assert_kept(office, edit)


@pytest.mark.parametrize("edit", [*OF_ALL_HOSTS, *KEPT_OF_FILES])
def test_what_somebody_made_of_a_files_trades_is_kept(office: Any, tmp_path: Path, edit: str) -> None:
    fill(office)
    planned_by_command(office, tmp_path / "mine.xlsx")
    assert_kept(office, edit)


@pytest.mark.long
@pytest.mark.parametrize("edit", [edit for edit in KEPT if edit not in (*OF_ALL_HOSTS, *FREE_IN_FILES)])
def test_all_that_somebody_can_make_of_a_files_trades_is_kept(office: Any, tmp_path: Path, edit: str) -> None:
    fill(office)
    planned_by_command(office, tmp_path / "mine.xlsx")
    assert_kept(office, edit)


@pytest.mark.parametrize(
    "edit",
    [
        *OF_ALL_HOSTS,
        *(
            pytest.param(edit, marks=pytest.mark.long)
            for edit in KEPT
            if edit not in (*OF_ALL_HOSTS, *FREE_IN_FILES)
        ),
        *(pytest.param(edit, marks=pytest.mark.long) for edit in KEPT_OF_FILES),
    ],
)
def test_what_somebody_made_of_a_files_formulas_is_kept(office: Any, tmp_path: Path, edit: str) -> None:
    fill(office)
    planned_by_command(office, tmp_path / "mine.xlsx", "--live")
    assert_kept(office, edit)


@pytest.mark.parametrize("edit", [None, "a note"])
def test_a_files_trades_without_their_chart_are_the_users(office: Any, tmp_path: Path, edit: str | None) -> None:
    """A comment is a drawing too: as many are left then as there were."""
    fill(office)
    planned_by_command(office, tmp_path / "mine.xlsx")
    office.ask("drop_chart", sheet="Trades")
    if edit:
        office.ask("tell", expression=KEPT[edit])
    assert suggest(office).startswith("2 trades on the sheet Trades (2)")


@pytest.mark.parametrize("edit", STAYS)
def test_what_hangs_on_a_sheet_that_is_written_anew_stays(office: Any, edit: str) -> None:
    fill(office)
    suggest(office)
    does, tells = STAYS[edit]
    before = office.ask("tell", expression=tells)
    office.ask("tell", expression=does)
    made = office.ask("tell", expression=tells)
    assert made != before
    assert suggest(office).startswith("2 trades on the sheet Trades:")
    assert office.ask("tell", expression=tells) == made


@pytest.mark.parametrize("form", [XLSX, ODS])
@pytest.mark.parametrize("locale", [("en", "US"), ("de", "DE"), ("fr", "FR")])
def test_a_sheet_that_was_saved_and_opened_again_is_known_as_unedited(
    office: Any, tmp_path: Path, form: tuple[str, str], locale: tuple[str, str]
) -> None:
    (kind, suffix), (language, country) = form, locale
    office.ask("locale", language=language, country=country)
    fill(office)
    suggest(office)
    [*_, title] = office.ask("sheets")
    opened_again(office, tmp_path / f"mine.{suffix}", kind)
    if suffix == "xlsx":  # which keeps no language
        office.ask("locale", language=language, country=country)
    suggest(office)
    assert office.ask("sheets") == ["Sheet1", title]


COLORED = {"Buy": Kind.BUY, "Sell": Kind.SELL}
LEGEND = ["Weight before", "Weight after", "Target"]
TRADES = "sheet('Trades')"
PUT_IN = ("sheet('Sheet1').Rows.insertByIndex(0, 1)", "document.Sheets.insertNewByName('New', 0)")


@pytest.mark.parametrize("change", PUT_IN)
@pytest.mark.parametrize("options", [(), ("--live",)])
def test_a_files_chart_keeps_its_legend_whatever_is_put_in_before_it(
    office: Any, tmp_path: Path, options: tuple[str, ...], change: str
) -> None:
    fill(office)
    planned_by_command(office, tmp_path / "mine.xlsx", *options)
    assert office.ask("legend", sheet="Trades") == LEGEND
    office.ask("tell", expression=change)
    assert office.ask("legend", sheet="Trades") == LEGEND
    opened_again(office, tmp_path / "again.xlsx", XLSX[0])
    assert office.ask("legend", sheet="Trades") == LEGEND


@pytest.mark.parametrize("change", [*PUT_IN, "None"])
def test_where_libreoffice_lost_the_names_of_an_earlier_files_chart_they_come_back(
    office: Any, tmp_path: Path, change: str
) -> None:
    """Its series had names of their own, which LibreOffice takes for a cell as soon as one moves."""
    path = tmp_path / "mine.xlsx"
    shutil.copy(EARLIER / "trades.xlsx", path)
    office.ask("close")
    office.ask("open", path=str(path))
    assert office.ask("legend", sheet="Trades") == ["Before", "After", "Target"]
    office.ask("tell", expression=change)
    assert (office.ask("legend", sheet="Trades") == ["Before", "After", "Target"]) is (change == "None")
    assert suggest(office).startswith("2 trades on the sheet Trades:")
    assert office.ask("legend", sheet="Trades") == LEGEND


@pytest.mark.parametrize(("kind", "suffix"), [XLSX, ODS])
def test_a_note_that_was_saved_and_opened_again_is_still_there(
    office: Any, tmp_path: Path, kind: str, suffix: str
) -> None:
    """It is drawn no sooner than it is seen, so the drawings do not tell of it."""
    fill(office)
    suggest(office)
    office.ask("tell", expression=KEPT["a note"])
    opened_again(office, tmp_path / f"mine.{suffix}", kind)
    assert suggest(office).startswith("2 trades on the sheet Trades (2)")
    assert office.ask("tell", expression="sheet('Trades').Annotations.Count") == 1


@pytest.mark.parametrize("options", [(), ("--live",)])
def test_on_a_files_trades_its_holdings_are_planned_again(
    office: Any, tmp_path: Path, options: tuple[str, ...]
) -> None:
    fill(office)
    path = tmp_path / "mine.xlsx"
    planned_by_command(office, path, "--log", *options)
    for sheet in ("Trades", "Trades log"):
        office.ask("activate", sheet=sheet)
        told = office.ask("execute", command="suggest_trades")
        assert told.startswith("2 trades on the sheet Trades"), sheet
    # And its holdings may have moved.
    office.ask("tell", expression=PUT_IN[0])
    office.ask("tell", expression="setattr(sheet('Sheet1'), 'Name', 'Mum\\'s')")
    office.ask("activate", sheet="Trades")
    assert office.ask("execute", command="suggest_trades").startswith("2 trades on the sheet Trades")


def test_calcs_trades_stay_in_a_file_and_on_the_new_ones_calc_plans_the_holdings(
    office: Any, tmp_path: Path
) -> None:
    fill(office)
    suggest(office)
    before = office.ask("read", address="A1:L40", sheet="Trades")
    path = tmp_path / "mine.xlsx"
    opened_again(office, path, XLSX[0])
    office.ask("close")
    assert cli.main(["run", str(path), "--quiet", "--replace", "--cash", "700"]) == 0
    office.ask("open", path=str(path))
    assert office.ask("sheets") == ["Sheet1", "Trades", "Trades (2)"]
    assert office.ask("read", address="A1:L40", sheet="Trades") == before
    for title in ("Trades", "Trades (2)"):
        office.ask("activate", sheet=title)
        assert office.ask("execute", command="suggest_trades").startswith("2 trades on the sheet Trades")


def seldom(those: Iterable[str], *long: str) -> list[Any]:
    """All of those, some of them only in the long run."""
    return [pytest.param(one, marks=pytest.mark.long) if one in long else one for one in those]


def formulas_written(office: Any, path: Path | None) -> None:
    """A sheet of formulas by Calc or, given a path, by the command line."""
    if path is None:
        suggest(office, "suggest_formulas")
    else:
        planned_by_command(office, path, "--live")


# What moves on the sheet of the holdings, and the trades' formulas with it.
MOVED = {
    "nothing": "None",
    "a price": "sheet('Sheet1')['D5'].setValue(200)",
    "a row above": "sheet('Sheet1').Rows.insertByIndex(0, 1)",
    "a row among them": "sheet('Sheet1').Rows.insertByIndex(4, 1)",
    "a column before them": "sheet('Sheet1').Columns.insertByIndex(0, 1)",
    "a holding deleted": "sheet('Sheet1').Rows.removeByIndex(4, 1)",
    "a sheet before it": "document.Sheets.insertNewByName('New', 0)",
    "another title": "setattr(sheet('Sheet1'), 'Name', 'Mum\\'s')",
}


@pytest.mark.parametrize("by_file", [False, True])
@pytest.mark.parametrize(
    "change", seldom(MOVED, "a price", "a row above", "a column before them", "a sheet before it")
)
def test_formulas_that_nobody_edited_are_written_anew(
    office: Any, tmp_path: Path, change: str, *, by_file: bool
) -> None:
    fill(office)
    formulas_written(office, tmp_path / "mine.xlsx" if by_file else None)
    [*_, title] = office.ask("sheets")
    office.ask("tell", expression=MOVED[change])
    office.ask("activate", sheet="Mum's" if change == "another title" else "Sheet1")
    told = office.ask("execute", command="suggest_formulas")
    assert "on the sheet Trades:" in told
    assert [sheet for sheet in office.ask("sheets") if sheet.startswith("Trades")] == [title]
    # And in turns with plain trades.
    for command in ("suggest_trades", "suggest_formulas"):
        office.ask("tell", expression="document.CurrentController.setActiveSheet(document.Sheets[0])")
        if change != "a sheet before it":
            assert "on the sheet Trades:" in office.ask("execute", command=command)


@pytest.mark.parametrize("by_file", [False, True])
@pytest.mark.parametrize(("kind", "suffix"), [XLSX, ODS])
def test_formulas_that_were_saved_and_opened_again_are_written_anew(
    office: Any, tmp_path: Path, kind: str, suffix: str, *, by_file: bool
) -> None:
    fill(office)
    formulas_written(office, tmp_path / "first.xlsx" if by_file else None)
    opened_again(office, tmp_path / f"mine.{suffix}", kind)
    assert suggest(office, "suggest_formulas").startswith("2 trades on the sheet Trades:")


@pytest.mark.parametrize("language", ["de", "en"])
def test_formulas_of_a_file_with_all_that_can_stand_in_them_are_written_anew(
    office: Any, tmp_path: Path, language: str
) -> None:
    rows = [
        ["Symbol", "Name", "Quantity", "Price", "Target"],
        ["AAA", "Größte =1", 100, 10.5, 0.5],
        ["B'B", 'An "odd"; one', 50, 7, 0.3],
        ["AAA", "Größte =1", 20, 10.5, 0.5],
        ["C,C;C", "TRUE()", 33, 3, 0.2],
    ]
    office.ask("write", rows=rows, row=3, column=2)
    office.ask("write", rows=[[500.25], ["hard"], ["no"], [100], [language]], row=3, column=9)
    office.ask("tell", expression="setattr(sheet('Sheet1'), 'Name', 'My \\'own\\' fünds & $more.')")
    names = ("cash", "strategy", "whole_shares", "increment", "language")
    for row, name in enumerate(names, start=3):
        office.ask("name", name=f"pbal_{name}", content=f"$'My ''own'' fünds & $more.'.$I${row}")
    planned_by_command(office, tmp_path / "mine.xlsx", "--live")
    [first, title] = office.ask("sheets")
    office.ask("activate", sheet=first)
    office.ask("execute", command="suggest_formulas")
    assert office.ask("sheets") == [first, title]
    office.ask("tell", expression=f"[sheet({title!r})[cell].setFormula('=1') for cell in ['F6']] and None")
    office.ask("activate", sheet=first)
    office.ask("execute", command="suggest_formulas")
    assert office.ask("sheets") == [first, title, f"{title} (2)"]


_OF_FORMULAS = {
    "another formula": f"{TRADES}['E6'].setFormula('=1+1')",
    "a figure for a formula": f"{TRADES}['E6'].setValue(0)",
    "another cell read": f"{TRADES}['D6'].setFormula('=$Sheet1.$D$5')",
    "another text in a formula": f"{TRADES}['C20'].setFormula({TRADES}['C20'].Formula + '+0')",
    "a formula beside it": f"{TRADES}['CZ300'].setFormula('=$Sheet1.$D$5')",
    "a text beside it": f"{TRADES}['CZ300'].setString('mine')",
    "a note": KEPT["a note"],
    "its title": KEPT["its title"],
    "a ground": KEPT["a ground"],
}
_OF_FILES = {
    **_OF_FORMULAS,
    "a smaller area to be printed": f"{TRADES}.setPrintAreas(({TRADES}['A1:K20'].RangeAddress,))",
    "a narrower one": f"{TRADES}.setPrintAreas(({TRADES}['A1:J35'].RangeAddress,))",
    "upright paper": "setattr(document.StyleFamilies.getByName('PageStyles').getByName("
    f"{TRADES}.PageStyle), 'IsLandscape', False)",
}


@pytest.mark.parametrize("edit", _OF_FILES)
def test_a_files_formulas_that_somebody_edited_are_kept(office: Any, tmp_path: Path, edit: str) -> None:
    fill(office)
    planned_by_command(office, tmp_path / "mine.xlsx", "--live")
    office.ask("tell", expression=_OF_FILES[edit])
    assert suggest(office, "suggest_formulas").startswith("2 trades on the sheet Trades (2)")


@pytest.mark.parametrize(
    "edit", seldom(_OF_FORMULAS, "another formula", "a formula beside it", "a note", "its title")
)
def test_formulas_that_somebody_edited_are_kept(office: Any, edit: str) -> None:
    fill(office)
    suggest(office, "suggest_formulas")
    office.ask("tell", expression=_OF_FORMULAS[edit])
    assert suggest(office, "suggest_formulas").startswith("2 trades on the sheet Trades (2)")
    assert suggest(office, "suggest_formulas").startswith("2 trades on the sheet Trades (2)")


def colors_of(office: Any, sheet: str, chart: int) -> Any:
    system = f"sheet({sheet!r}).Charts[{chart}].EmbeddedObject.FirstDiagram.CoordinateSystems[0]"
    return tuple(office.ask("tell", expression=f"[one.Color for one in {system}.ChartTypes[0].DataSeries]"))


@pytest.mark.parametrize(("kind", "suffix"), [XLSX, ODS, ("live", ""), ("file", "")])
def test_a_chart_of_many_holdings_has_its_names_slanted_and_counts_as_unedited(
    office: Any, tmp_path: Path, kind: str, suffix: str
) -> None:
    office.ask("write", rows=[["Symbol", "Value"], *([f"AB{n:02}", 100 + n] for n in range(25))], row=3, column=2)
    office.ask("name", name="pbal_cash", content="500")
    path = tmp_path / f"mine.{suffix or 'xlsx'}"
    if suffix:
        suggest(office)
        opened_again(office, path, kind)
    else:
        planned_by_command(office, path, *(["--live"] if kind == "live" else []))
    chart = "next(iter(sheet('Trades').Charts)).EmbeddedObject"
    assert office.ask("tell", expression=f"{chart}.Diagram.XAxis.TextRotation") == 4500
    suggest(office)
    assert office.ask("sheets") == ["Sheet1", "Trades"]
    assert office.ask("tell", expression=f"{chart}.Diagram.XAxis.TextRotation") == 4500
    office.ask("tell", expression=f"setattr({chart}.Diagram.XAxis, 'TextRotation', 9000)")
    suggest(office)
    assert office.ask("sheets") == ["Sheet1", "Trades", "Trades (2)"]


@pytest.mark.parametrize(("kind", "suffix"), [(None, ""), XLSX, ODS])
def test_with_all_its_charts_and_its_log_a_sheet_is_written_anew(
    office: Any, tmp_path: Path, kind: str | None, suffix: str
) -> None:
    fill(office, columns=4)
    office.ask("name", name="pbal_log", content="TRUE")
    office.ask("name", name="pbal_strategy", content='"hard"')
    for cash in (1000, 2000, 3000, 4000, 5000):
        office.ask("write", rows=[[cash]], row=3, column=9, sheet="Sheet1")
        suggest(office)
        assert office.ask("sheets") == ["Sheet1", "Trades", "Trades log"]
        if kind and cash == 4000:
            opened_again(office, tmp_path / f"mine.{suffix}", kind)
    assert [row[0] for row in office.ask("read", address="B4:B9", sheet="Trades log")] == [
        *range(1000, 6000, 1000),
        None,
    ]
    columns, lines = series_colors("columns"), series_colors("lines")
    assert colors_of(office, "Trades", 0) == columns
    assert colors_of(office, "Trades", 1) == lines[:1]
    assert colors_of(office, "Trades log", 0) == lines


RULES = f"{TRADES}.ConditionalFormats.getConditionalFormats()"
_FIRST = f"{RULES}[0].getByIndex(0)"
_STYLE = f"document.StyleFamilies.getByName('CellStyles').getByName({_FIRST}.StyleName)"


def _lives(office: Any) -> None:
    fill(office)
    office.ask("write", rows=[[True]], row=5, column=9)
    office.ask("name", name="pbal_live", content="$Sheet1.$I$5")
    assert suggest(office).startswith("2 trades on the sheet Trades:")


def _colors(office: Any) -> Any:
    """Of each rule of the sheet: what is said, and the colours of text and ground that it has then."""
    style = "document.StyleFamilies.getByName('CellStyles').getByName(rule.StyleName)"
    return office.ask(
        "tell",
        expression=f"[(rule.Formula1, {style}.CharColor, {style}.CellBackColor) for one in {RULES} "
        "for rule in [one.getByIndex(at) for at in range(one.Count)]]",
    )


def test_on_a_living_sheet_buys_and_sells_have_the_colours_of_a_plain_one(office: Any) -> None:
    _lives(office)
    looks = [(f'"{word}"', LOOKS[kind].color, LOOKS[kind].fill) for word, kind in COLORED.items()]
    assert [tuple(one) for one in _colors(office)] == looks
    # Written anew in its place, and its rules with it.
    office.ask("write", rows=[[-12_000]], row=3, column=9)
    assert suggest(office).startswith("3 trades on the sheet Trades:")
    assert [tuple(one) for one in _colors(office)] == looks
    assert office.ask("sheets") == ["Sheet1", "Trades"]


@pytest.mark.parametrize(("kind", "suffix"), [XLSX, ODS])
def test_a_living_sheet_keeps_its_colours_in_a_file(office: Any, tmp_path: Path, kind: str, suffix: str) -> None:
    _lives(office)
    before = _colors(office)
    opened_again(office, tmp_path / f"mine.{suffix}", kind)
    assert _colors(office) == before
    told = suggest(office)
    assert told.startswith("2 trades on the sheet Trades:" if suffix == "ods" else "2 trades on the sheet Trades")


@pytest.mark.parametrize(
    "edit",
    [
        KEPT["a conditional format"],
        f"setattr({_STYLE}, 'CellBackColor', 0xFFFF00)",
        f"setattr({_FIRST}, 'Formula1', '\"Mine\"')",
        f"{TRADES}.ConditionalFormats.removeByID({RULES}[0].ID)",
    ],
)
def test_a_living_sheet_whose_colours_somebody_changed_stays(office: Any, edit: str) -> None:
    _lives(office)
    office.ask("tell", expression=edit)
    assert suggest(office).startswith("2 trades on the sheet Trades (2)")


@pytest.mark.parametrize(
    "edit",
    [
        KEPT["a conditional format"],
        f"setattr(document.StyleFamilies.getByName('CellStyles').getByName({_FIRST}.StyleName), 'CharColor', 255)",
        f"setattr({_FIRST}, 'Formula1', '\"Mine\"')",
        f"{TRADES}.ConditionalFormats.removeByID({RULES}[0].ID)",
    ],
)
def test_a_files_formulas_whose_colours_somebody_changed_stay(office: Any, tmp_path: Path, edit: str) -> None:
    fill(office)
    planned_by_command(office, tmp_path / "mine.xlsx", "--live")
    office.ask("tell", expression=edit)
    assert suggest(office).startswith("2 trades on the sheet Trades (2)")


def test_formulas_of_a_file_for_one_holding_are_written_anew(office: Any, tmp_path: Path) -> None:
    """Its conditional format covers a single cell."""
    office.ask("write", rows=[row[:3] for row in ROWS[:2]], row=3, column=2)
    planned_by_command(office, tmp_path / "mine.xlsx", "--live", "--cash", "500")
    suggest(office, "suggest_formulas")
    assert office.ask("sheets") == ["Sheet1", "Trades"]


def test_no_name_that_calc_keeps_holds_a_text_longer_than_excel_takes(office: Any, tmp_path: Path) -> None:
    """Excel calls a file damaged otherwise; a sheet of formulas has a hundred columns to remember."""
    fill(office)
    suggest(office, "suggest_formulas")
    opened_again(office, tmp_path / "mine.xlsx", XLSX[0])
    with zipfile.ZipFile(tmp_path / "mine.xlsx") as book:
        names = re.findall(r"<definedName [^>]*>([^<]*)<", book.read("xl/workbook.xml").decode())
    texts = [text for name in map(html.unescape, names) for text in re.findall(r'"([^"]*)"', name)]
    assert len(texts) >= 10
    assert max(map(len, texts)) <= 255
    assert max(map(len, names)) <= 8192
    assert suggest(office, "suggest_formulas").startswith("2 trades on the sheet Trades:")
