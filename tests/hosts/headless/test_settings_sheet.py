"""Settings written into a file: the block of the other hosts, from which is planned as from the options."""

from __future__ import annotations

import json
import re
import shutil
import stat
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import workbook_zoo as zoo
from command import follows
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.styles import Protection
from sheets import ROWS, as_table, change, own_name, write
from workbook_corpus import corpus
from workbook_zoo import read_parts

from pbal_xl.cli import main
from pbal_xl.errors import CellFaults, InputError, PbalError, Refused
from pbal_xl.hosts.headless.commands import Request, read_file, run_file
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.hosts.headless.settings_sheet import write_settings
from pbal_xl.json_schema import settings_schema
from pbal_xl.refusals import REFUSALS
from pbal_xl.setting_tables import TABLES, parsed, written
from pbal_xl.sheet.settings_block import settings_block

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.core.model import Plan

WORKBOOK = Path(__file__).parents[3] / "workbook"
ANYWHERE = Where()
SAID: dict[str, Any] = {"cash": Decimal("1234.5"), "strategy": "hard", "increment": Decimal(10)}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write(tmp_path / "book.xlsx", ROWS)


def plan(path: Path, where: Where = ANYWHERE, **said: Any) -> Plan:
    return run_file(path, Request(where, said, dry_run=True)).plan


def values(path: Path, title: str) -> dict[str, Any]:
    return {cell.coordinate: cell.value for row in load_workbook(path)[title].iter_rows() for cell in row}


def test_the_block_is_that_of_the_other_hosts(book: Path) -> None:
    done = write_settings(book, ANYWHERE, SAID)
    block = settings_block(SAID, 1, 5)
    shown = values(book, "Sheet1")
    for item in block.items:
        value = shown["ABCDEFGH"[item.column - 1] + str(item.row)]
        assert value == (float(item.value) if isinstance(item.value, Decimal) else item.value)
    assert done.block == block.address == "E1:F9"
    names = load_workbook(book).defined_names
    assert {name: names[name].attr_text for name in names} == {
        "pbal_cash": "'Sheet1'!$F$2",
        "pbal_strategy": "'Sheet1'!$F$3",
        "pbal_whole_shares": "'Sheet1'!$F$4",
        "pbal_increment": "'Sheet1'!$F$5",
        "pbal_min_trade": "'Sheet1'!$F$6",
    }


def test_it_looks_as_in_the_demo(tmp_path: Path) -> None:
    path = tmp_path / "demo.xlsx"
    book = load_workbook(WORKBOOK / "portfolio.xlsx")
    demo = book["Portfolio"]
    wanted = {cell.coordinate: looks(cell) for row in demo["F2:G10"] for cell in row}
    for row in demo["F2:G10"]:
        for cell in row:
            cell.value, cell.style = None, "Normal"
    book.defined_names.clear()
    demo.data_validations.dataValidation = []
    for column in "FG":
        del demo.column_dimensions[column]
    book.save(path)
    assert write_settings(path, ANYWHERE, {"cash": Decimal(5000)}).block == "F2:G10"
    made, demo = load_workbook(path)["Portfolio"], load_workbook(WORKBOOK / "portfolio.xlsx")["Portfolio"]
    assert {cell.coordinate: looks(cell) for row in made["F2:G10"] for cell in row} == wanted
    for column in "FG":
        assert made.column_dimensions[column].width == demo.column_dimensions[column].width
    assert rules(made) == rules(demo)


def looks(cell: Any) -> tuple[Any, ...]:
    font, border = cell.font, cell.border
    color = font.color.rgb if font.color and font.color.type == "rgb" else None
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
    return (
        cell.value,
        cell.number_format,
        (font.name, font.size, font.bold, font.italic, color),
        fill,
        cell.alignment.horizontal,
        (border.bottom.style, border.bottom.color.rgb if border.bottom.color else None),
    )


def rules(sheet: Any) -> list[tuple[Any, ...]]:
    return sorted(
        (str(one.sqref), one.type, one.formula1, bool(one.showErrorMessage))
        for one in sheet.data_validations.dataValidation
    )


def test_only_the_sheet_the_names_and_the_styles_change(book: Path) -> None:
    before = read_parts(book)
    write_settings(book, ANYWHERE, SAID)
    after = read_parts(book)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"}


AMOUNTS = st.decimals(min_value=0, max_value=5000, places=2)
WISHES = st.fixed_dictionaries(
    {},
    optional={
        "cash": st.one_of(AMOUNTS, st.decimals(min_value=-250, max_value=0, places=2), st.just("all")),
        "strategy": st.sampled_from(["never-sell", "hard"]),
        "whole_shares": st.booleans(),
        "increment": st.sampled_from([Decimal(0), Decimal(10), Decimal("2.5")]),
        "min_trade": AMOUNTS,
        "deviation": st.sampled_from(["relative", "absolute"]),
        "bands": st.sampled_from(["5/25", "3", "20%", "20%>=1"]),
        "band_to": st.sampled_from(["target", "edge", "halfway"]),
        "max_trades": st.integers(1, 5),
        "max_turnover": AMOUNTS,
        "fee": AMOUNTS.map(lambda amount: amount / 100),
        "fee_percent": st.sampled_from([Decimal("0.1"), Decimal("0.25")]),
        "keep": AMOUNTS,
        "language": st.sampled_from(["en", "de"]),
        "log": st.booleans(),
        "instalments": st.integers(1, 12),
        "loan": AMOUNTS,
        "maintenance": st.sampled_from([Decimal(25), Decimal("30.5")]),
    },
)
AT = st.integers(0, 3)
FIGURE = st.one_of(st.none(), st.decimals(min_value=1, max_value=900, places=2))


@given(WISHES, st.lists(st.tuples(AMOUNTS, FIGURE), min_size=1, max_size=5), AT, AT)
@example({}, [(Decimal(0), None), (Decimal(0), Decimal(1))], 0, 0)
def test_the_plan_is_that_of_the_options(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, Any], figures: list[Any], above: int, left: int
) -> None:
    rows: list[tuple[Any, ...]] = [("Symbol", "Value", "Price")]
    for at, (value, price) in enumerate(figures):
        rows.append((f"S{at}", float(value) + 1, None if price is None else float(price)))
    shifted = [()] * above + [(None,) * left + row for row in rows]
    path = write(tmp_path_factory.mktemp("said") / "book.xlsx", ("Mum's", shifted))
    try:
        read_file(path, ANYWHERE, lambda _: None)
    except PbalError as refused:  # a row without a price that is worth what the one beside it is
        with pytest.raises(PbalError, match=re.escape(str(refused))):
            write_settings(path, ANYWHERE, said)
        return
    wanted = told(path, **said)
    done = write_settings(path, ANYWHERE, said)
    assert told(path) == wanted
    assert {key: done.settings[key] for key in said} == said


def told(path: Path, **said: Any) -> Any:
    """The plan, or why there is none."""
    try:
        done = plan(path, **said)
    except PbalError as error:
        return str(error)
    return done.orders, done.notices, done.cash, done.strategy, done.whole_shares


@pytest.mark.parametrize(
    "said",
    [
        {"targets": "Stocks 60%, Bonds 40%"},
        {"targets": "Stocks 60%, Bonds 40%", "exposure": "VTI: Stocks 90%, Bonds 10%", "cash": Decimal(500)},
        {"rates": "EUR 1.08, GBP 1.27", "cash": Decimal(10)},
    ],
)
def test_tables_stand_in_a_cell_each(tmp_path: Path, said: dict[str, Any]) -> None:
    rows = [("Symbol", "Value", "Price", "Class"), ("VTI", 100, 10, "Stocks"), ("BND", 200, 20, "Bonds")]
    path = write(tmp_path / "classes.xlsx", rows)
    said = {key: written(key, parsed(key, value)) if key in TABLES else value for key, value in said.items()}
    wanted = told(path, **said)
    write_settings(path, ANYWHERE, said)
    assert told(path) == wanted


def test_without_prices_whole_shares_are_left_open(tmp_path: Path) -> None:
    path = write(tmp_path / "bare.xlsx", [("Symbol", "Value"), ("VTI", 100), ("BND", 200)])
    wanted = told(path, cash=Decimal(50))
    write_settings(path, ANYWHERE, {"cash": Decimal(50)})
    assert told(path) == wanted
    assert values(path, "Sheet1")["E4"] is None


def test_what_names_hold_themselves_moves_into_the_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "named.xlsx", ROWS, names={"PBAL_Cash": "700", "pbal_bands": '"5/25"'})
    change(path, lambda book: own_name(book["Sheet1"], "pbal_strategy", '"hard"'))
    wanted = told(path, cash=Decimal(300))
    done = write_settings(path, ANYWHERE, {"cash": Decimal(300)})
    assert told(path) == wanted
    assert done.settings["strategy"] == "hard"
    book = load_workbook(path)
    assert book["Sheet1"]["F3"].value == "Hard Rebalance"
    assert dict(book["Sheet1"].defined_names) == {}
    assert [name for name in book.defined_names if name.casefold() == "pbal_cash"] == ["PBAL_Cash"]
    assert book.defined_names["pbal_bands"].attr_text == '"5/25"'


def test_another_sheets_own_names_stay(tmp_path: Path) -> None:
    path = write(tmp_path / "two.xlsx", ("Mine", ROWS), ("Hers", ROWS), names={"pbal_holdings": "Mine!$A$1:$C$3"})
    change(path, lambda book: own_name(book["Hers"], "pbal_cash", "99"))
    write_settings(path, ANYWHERE, SAID)
    assert load_workbook(path)["Hers"].defined_names["pbal_cash"].attr_text == "99"
    assert plan(path).cash == Decimal("1234.5")


@pytest.mark.parametrize("name", ["pbal_cash", "pbal_min_trade", "PBAL_STRATEGY"])
@pytest.mark.parametrize("own", [False, True])
def test_settings_in_cells_are_to_be_changed_there(tmp_path: Path, name: str, own: bool) -> None:
    path = write(tmp_path / "there.xlsx", [*ROWS, (), (None, None, None, None, None)])

    def name_it(book: Any) -> None:
        if own:
            own_name(book["Sheet1"], name, "Sheet1!$G$9")
        else:
            write(path, ROWS, names={name: "Sheet1!$G$9"})

    if own:
        change(path, name_it)
    else:
        name_it(None)
    refused("settings-there", path, rf"{name.lower()} is Sheet1!\$G\$9; change them there")


def test_a_second_block_is_not_written(book: Path) -> None:
    write_settings(book, ANYWHERE, SAID)
    refused("settings-there", book, r"pbal_cash is 'Sheet1'!\$F\$2")


def refused(code: str, path: Path, sentence: str, **more: Any) -> None:
    before = path.read_bytes()
    with pytest.raises(Refused, match=sentence) as caught:
        write_settings(path, ANYWHERE, more)
    assert caught.value.code == code
    assert code in REFUSALS
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir() if one.suffix == ".tmp"] == []


def test_deleted_cells_of_a_name_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "dead.xlsx", ROWS, names={"pbal_cash": "#REF!"})
    before = path.read_bytes()
    with pytest.raises(CellFaults, match=r"pbal_cash refers to cells that were deleted \(#REF!\)"):
        write_settings(path, ANYWHERE, SAID)
    assert path.read_bytes() == before


def test_a_protected_sheet_is_left_alone(book: Path) -> None:
    change(book, lambda book: book["Sheet1"].protection.enable())
    refused("sheet-protected", book, "has the protected sheet Sheet1")


def test_a_sheet_whose_cells_are_locked_but_that_is_not_protected_is_written(book: Path) -> None:
    change(book, lambda book: setattr(book["Sheet1"]["A1"], "protection", Protection(locked=True)))
    write_settings(book, ANYWHERE, SAID)


def test_a_protected_structure_is_left_alone(book: Path) -> None:
    def lock(book: Any) -> None:
        book.security.lockStructure = True

    change(book, lock)
    refused("protected", book, "protected structure")


@pytest.mark.parametrize("lock", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_an_open_file_is_left_alone(book: Path, lock: str) -> None:
    book.with_name(lock).touch()
    refused("locked", book, "is open in a spreadsheet program")


def test_a_file_that_may_not_be_written_is_left_alone(book: Path) -> None:
    book.chmod(stat.S_IRUSR)
    refused("read-only", book, "is read-only")


def test_a_file_that_changes_meanwhile_is_left_alone(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pbal_xl.hosts.headless import settings_sheet

    def slow(path: Path, _: Path) -> None:
        path.write_bytes(path.read_bytes() + b"more")

    monkeypatch.setattr(settings_sheet, "check_target", slow)
    with pytest.raises(Refused) as caught:
        write_settings(book, ANYWHERE, SAID)
    assert caught.value.code == "changed"
    assert book.read_bytes().endswith(b"more")


def test_another_file_is_written_and_the_first_stays(book: Path, tmp_path: Path) -> None:
    before, output = book.read_bytes(), tmp_path / "other.xlsx"
    assert write_settings(book, ANYWHERE, SAID, output).output == output
    assert book.read_bytes() == before
    assert plan(output).cash == SAID["cash"]
    with pytest.raises(Refused) as caught:
        write_settings(book, ANYWHERE, SAID, output)
    assert caught.value.code == "output-exists"
    with pytest.raises(Refused) as caught:
        write_settings(book, ANYWHERE, SAID, tmp_path / "other.xlsm")
    assert caught.value.code == "output-type"


def test_a_csv_holds_no_settings(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text("Symbol,Value\nVTI,100\n")
    refused("not-a-workbook", path, "which holds no settings: save it as .xlsx")


def test_an_opendocument_file_holds_none(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "mine.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("[Content_Types].xml", "<Types xmlns='x'/>")
    refused("ods", path, "is an OpenDocument file: save it as .xlsx")


@pytest.mark.parametrize("value", [Decimal("123456789012.12345"), Decimal("0.1234567890123456789")])
def test_a_figure_that_no_cell_holds_is_told(book: Path, value: Decimal) -> None:
    before = book.read_bytes()
    with pytest.raises(InputError, match="has more digits than the 15 that a cell holds"):
        write_settings(book, ANYWHERE, {"min_trade": value})
    assert book.read_bytes() == before


def test_a_text_that_no_cell_holds_is_told(book: Path) -> None:
    with pytest.raises(InputError, match="has more than the 32,767 signs that a cell holds"):
        write_settings(book, ANYWHERE, {"rates": ", ".join(f"C{at:05} 1.5" for at in range(4000))})


@pytest.mark.parametrize("column", ["IU", "IV", "XFD"])
def test_where_nothing_is_read_nothing_is_written(book: Path, column: str) -> None:
    change(book, lambda book: book["Sheet1"].__setitem__(f"{column}40", "note"))
    before = book.read_bytes()
    with pytest.raises(InputError, match=r"would stand in [A-Z]+1:[A-Z]+9, below row 200,000"):
        write_settings(book, ANYWHERE, SAID)
    assert book.read_bytes() == before


def test_the_block_stands_right_of_all_that_the_sheet_says(book: Path) -> None:
    change(book, lambda book: book["Sheet1"].__setitem__("K40", "mine"))
    assert write_settings(book, ANYWHERE, SAID).block == "M1:N9"
    assert plan(book).cash == SAID["cash"]


def test_a_table_stays_a_table_and_is_read(tmp_path: Path) -> None:
    path = change(write(tmp_path / "table.xlsx", ROWS), lambda book: as_table(book["Sheet1"], "Funds", "A1:C3"))
    wanted = told(path, **SAID)
    write_settings(path, ANYWHERE, SAID)
    assert told(path) == wanted
    assert load_workbook(path)["Sheet1"].tables["Funds"].ref == "A1:C3"


@pytest.mark.parametrize("area", ["$A:$C", "$A:$Z", "$A$1:$XFD$3", "$A$1:$Z$200000"])
def test_a_block_among_the_cells_that_are_named_changes_no_plan(tmp_path: Path, area: str) -> None:
    path = write(tmp_path / "named.xlsx", ROWS, names={"pbal_holdings": f"Sheet1!{area}"})
    wanted = told(path, **SAID)
    write_settings(path, ANYWHERE, SAID)
    assert told(path) == wanted


def test_the_sheet_that_is_named_gets_the_block(tmp_path: Path) -> None:
    path = write(tmp_path / "two.xlsx", ("Mine", ROWS), ("Hers", ROWS))
    done = write_settings(path, Where(sheet="Hers"), SAID)
    assert done.names["pbal_cash"] == "Hers!F2"
    assert [[cell.value for cell in row] for row in load_workbook(path)["Mine"].iter_rows()] == [*map(list, ROWS)]
    assert plan(path, Where(sheet="Hers")).cash == SAID["cash"]


def test_headers_tell_the_language_of_the_block(tmp_path: Path) -> None:
    path = write(tmp_path / "german.xlsx", [("Symbol", "Wert", "Kurs"), ("VTI", 100, 10), ("BND", 200, 20)])
    write_settings(path, ANYWHERE, SAID)
    assert values(path, "Sheet1")["E1"] == "Einstellungen"
    assert plan(path).strategy == "hard"


@pytest.mark.parametrize("kind", ["strict", "macros"])
def test_files_of_other_kinds_take_them(tmp_path: Path, kind: str) -> None:
    path = tmp_path / ("book.xlsm" if kind == "macros" else "book.xlsx")
    {"strict": zoo.strict, "macros": zoo.with_macros}[kind](path)
    parts = read_parts(path)
    lines = [
        "".join(cell(f"{letter}{at}", value) for letter, value in zip("ABC", row, strict=True))
        for at, row in enumerate(ROWS, start=1)
    ]
    rows = "".join(f'<row r="{at}">{line}</row>' for at, line in enumerate(lines, start=1))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    head, foot = sheet.partition("<sheetData")[0], sheet.partition("</sheetData>")[2]
    parts["xl/worksheets/sheet1.xml"] = f"{head}<sheetData>{rows}</sheetData>{foot}".encode()
    named = parts["xl/workbook.xml"].decode()
    parts["xl/workbook.xml"] = re.sub("<definedNames>.*</definedNames>", "", named).encode()
    zoo.write_parts(path, parts)
    wanted, before = told(path, **SAID), read_parts(path)
    write_settings(path, ANYWHERE, SAID)
    assert told(path) == wanted
    assert not isinstance(wanted, str)
    after = read_parts(path)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {"xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"}


def cell(address: str, value: object) -> str:
    kind, inner = (
        (' t="inlineStr"', f"<is><t>{value}</t></is>") if isinstance(value, str) else ("", f"<v>{value}</v>")
    )
    return f'<c r="{address}"{kind}>{inner}</c>'


def test_settings_and_trades_go_together(book: Path) -> None:
    write_settings(book, ANYWHERE, SAID)
    first = run_file(book, Request(ANYWHERE, {}))
    again = run_file(book, Request(ANYWHERE, {}, replace=True))
    assert (first.trades_sheet, again.trades_sheet) == ("Trades", "Trades")
    assert again.plan.cash == SAID["cash"]


def test_formulas_follow_the_cells_of_the_block(book: Path) -> None:
    write_settings(book, ANYWHERE, {"cash": Decimal(100)})
    done = run_file(book, Request(ANYWHERE, {"live": True}))
    sheet = load_workbook(book)[str(done.trades_sheet)]
    assert any("$F$2" in str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.name)
def test_real_workbooks_take_them_or_say_why_not(path: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copyfile(path, tmp_path / path.name))
    wanted, before = told(copy, **SAID), path.read_bytes()
    try:
        write_settings(copy, ANYWHERE, SAID)
    except PbalError:
        assert copy.read_bytes() == before
    else:
        assert told(copy) == wanted


# The command


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def ask(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main(["settings", *map(str, arguments)])
        except SystemExit as error:
            status = int(str(error.code))
        return status, *capsys.readouterr()

    return ask


def test_the_command_tells_where_they_stand(book: Path, asked: Any) -> None:
    status, out, err = asked(book, "--cash", 5000, "--strategy", "hard", "--bands", "5/25", "--fractional")
    assert (status, err) == (0, "")
    assert out == f"{book}: the settings stand in Sheet1!E1:F10; change them there, run reads them\n"
    found = plan(book)
    assert (found.cash, found.strategy, found.bands, found.whole_shares) == (5000, "hard", "5/25", False)


def test_the_command_tells_programs(book: Path, asked: Any) -> None:
    status, out, err = asked(book, "--cash=-20.5", "--json")
    told = json.loads(out)
    follows(told, settings_schema())
    assert (status, err, told["ok"], told["block"]) == (0, "", True, "E1:F9")
    assert told["settings"] == {"cash": -20.5, "strategy": "never-sell", "whole_shares": True}
    assert told["names"]["pbal_cash"] == "Sheet1!F2"
    status, out, err = asked(book, "--json")
    told = json.loads(out)
    follows(told, settings_schema())
    assert (status, err, told["ok"], told["code"]) == (1, "", False, "settings-there")


def test_the_command_goes_on_behind_a_file_that_is_refused(book: Path, tmp_path: Path, asked: Any) -> None:
    status, out, err = asked(tmp_path / "none.xlsx", book, "--quiet")
    assert (status, out) == (1, "")
    assert "none.xlsx is not there" in err
    assert plan(book).cash == 0


def test_the_command_is_used_wrongly(book: Path, asked: Any, tmp_path: Path) -> None:
    for arguments, sentence in [
        ((book, "--cash", "lots"), "--cash 'lots' is not a number"),
        ((book, book, "--output", tmp_path / "o.xlsx"), "--output takes one FILE"),
        (
            ("s3://funds/mine.xlsx",),
            "settings are written to files of this machine",
        ),
        ((book, "--strategy", "soft"), "invalid choice"),
    ]:
        status, out, err = asked(*arguments)
        assert (status, out) == (2, "")
        assert sentence in err.replace('"', "'")
    assert load_workbook(book).defined_names == {}
