"""Every border that text of a user's crosses, and every hostile text at each: it arrives as text, or not at all."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock
from xml.etree import ElementTree as ET

import pytest
from calc_office import opened
from excel_com import Com, open_book
from excel_windows import excel_module
from hostile import BORDERS, HOSTILE
from openpyxl import Workbook, load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from pbal_xl import Holding, PlanError, cli, suggest_trades
from pbal_xl.codegen import calc_metadata
from pbal_xl.functions import FUNCTIONS, Argument, Function, call
from pbal_xl.hosts.headless.calculate import calculated_copy
from pbal_xl.hosts.headless.orders import orders_text

if TYPE_CHECKING:
    from collections.abc import Iterator

# A symbol is read on one line, without blanks around it.
SYMBOLS = [" ".join(text.replace("\u202e", "").split()) for text in HOSTILE if text.strip() not in {"", "-"}]
# What every spreadsheet program takes for a sheet's title.
TITLES = [
    title for text in HOSTILE if (title := "".join(c for c in text if c not in "[]:*?/\\\n")[:31].strip("' "))
]
MARKS = ("=", "+", "-", "@", "\t", "\r")


def table(symbols: list[str]) -> list[list[Any]]:
    rows: list[list[Any]] = [["Symbol", "Value", "Price"]]
    return [*rows, *([symbol, 100.0 + 10 * at, 5.0] for at, symbol in enumerate(symbols))]


def test_every_border_has_a_test_that_tries_every_hostile_text() -> None:
    root = Path(__file__).parents[2]
    for border, test in BORDERS.items():
        place, _, name = test.partition("::")
        source = (root / place).read_text(encoding="utf-8")
        head, found, _ = source.partition(f"def {name}(")
        assert found, f"{border}: no test {test}"
        body = source[len(head) :].partition("\n\n\n")[0]
        tried = head.rpartition("\n\n\n")[2] + body
        assert any(one in tried for one in ("HOSTILE", "SYMBOLS", "TITLES")), (
            f"{border}: {test} tries no hostile text"
        )


# Excel


@pytest.fixture(scope="module")
def excel() -> Any:
    with excel_module() as (server, module):
        yield server, module


def pressed(module: Any, rows: list[list[Any]], title: str = "Portfolio") -> Any:
    """What Excel holds after its button was pressed."""
    import xlwings

    com, application = open_book([[f"'{c}" if isinstance(c, str) else c for c in row] for row in rows], title)
    com.Names.Add("pbal_cash", "=700")
    with mock.patch.object(sys, "platform", "win32"), mock.patch.object(xlwings.App, "activate"):
        said = module.in_excel(com, "suggest", "")
    assert said == ""
    return application


def test_a_symbol_is_text_in_excel(excel: Any) -> None:
    application = pressed(excel[1], table(SYMBOLS))
    used = Com(application.sheet("Trades").sheet).Range("A1:A60")
    shown = [row[0] for row in used.Value if row[0]]
    formulas = [row[0] for row in used.Formula if row[0]]
    assert set(SYMBOLS) <= set(shown)
    assert formulas == shown  # a formula would read otherwise than its value


@pytest.mark.parametrize("title", TITLES)
def test_a_sheets_title_stands_between_quotes_in_excels_names(excel: Any, title: str) -> None:
    application = pressed(excel[1], table(["A", "B"]), title)
    names = {entry.name.rpartition("!")[2]: entry.refers_to for entry in application.workbook.names_.entries}
    doubled = title.replace("'", "''")
    assert names["_pbal_xl_source"] == f"='{doubled}'!$A$1:$C$3"


def test_an_answer_begins_with_no_formula(excel: Any) -> None:
    """A cell shows what it is answered and evaluates none of it; what is told begins with our own sign."""
    for text in SYMBOLS:
        for rows in (table([text, "B"]), [["Symbol", "Value"], ["A", text]]):
            answer = excel[0].CallUDF("pbal_xl.hosts.excel", "PBAL_NEVERSELL", (tuple(map(tuple, rows)), text))
            first = (
                answer if isinstance(answer, str) else answer[0][0] if isinstance(answer[0], list) else answer[0]
            )
            assert str(first).startswith("#PBAL! ")
            assert str(first).isprintable()


# Calc


@pytest.fixture
def office() -> Iterator[Any]:
    yield from opened()


def test_a_symbol_is_text_in_calc(office: Any) -> None:
    office.ask("write", rows=table(SYMBOLS))
    told = office.ask("execute", command="suggest_trades", cash="700")
    assert told.startswith(f"{told.split()[0]} trades on the sheet Trades")
    shown = [row[0] for row in office.ask("read", address="A1:A60", sheet="Trades") if row[0]]
    assert set(SYMBOLS) <= set(shown)
    assert not [text for row in office.ask("formulas", address="A1:L60", sheet="Trades") for text in row
                if str(text).startswith("=") and str(text) not in SYMBOLS]  # fmt: skip
    assert office.ask("tell", expression="sheet('Trades').queryContentCells(16).getCount()") == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_a_setting_kept_in_calcs_names_is_text(text: str) -> None:
    from pbal_xl.hosts.calc.settings_sheet import _as_constant
    from pbal_xl.names import constant

    content = _as_constant(text)
    assert content[0] == content[-1] == '"'
    assert '"' not in content[1:-1].replace('""', "")
    assert getattr(constant(content), "value", None) == text


def test_a_sheets_title_is_quoted_where_calc_reads_it(office: Any) -> None:
    for title in TITLES:
        office.ask("add_sheet", name=title)
        office.ask("write", rows=table(["A", "B"]), sheet=title)
        office.ask("activate", sheet=title)
        assert office.ask("execute", command="suggest_trades", cash="700").startswith(
            "2 trades on the sheet Trades"
        )
        # Pressed on the trades, the command goes by the kept reference to the sheet of that title.
        assert office.ask("execute", command="suggest_trades", cash="800").startswith(
            "2 trades on the sheet Trades"
        )
        office.ask("remove_sheet", sheet="Trades")
        office.ask("remove_sheet", sheet=title)


def test_a_macro_url_of_calc_names_a_command_or_nothing(office: Any, tmp_path: Path) -> None:
    """``service:...?text`` hands the text to ``trigger``; a document may hold any such link."""
    office.ask("write", rows=table(["A", "B"]))
    before = office.ask("sheets")
    for text in HOSTILE:
        office.ask("trigger", command=text)
        assert office.ask("sheets") == before
    assert not list(tmp_path.rglob("PWNED"))


@pytest.mark.parametrize("text", [text.replace("\n", " ") for text in HOSTILE])
def test_texts_of_the_function_table_are_text_in_calcs_extension(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged = f"</value><value>{text} & <b>"
    odd = Function("PBAL_DRIFT", (Argument("a", tagged),), tagged, "x", "=x", lambda _: [[]])
    monkeypatch.setattr(calc_metadata, "FUNCTIONS", (odd,))
    told = [value.text for value in ET.fromstring(calc_metadata.add_ins_xcu()).iter("value")]  # noqa: S314 - our own
    assert tagged in told
    assert f"{tagged} Returns: x" in told
    assert len(told) == 6


# Files


def book(path: Path, rows: list[list[Any]], title: str = "Portfolio") -> Path:
    workbook = Workbook()
    workbook.active.title = title
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            cell = workbook.active.cell(r, c)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    workbook.save(path)
    return path


def test_a_symbol_is_text_in_a_workbook(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", table(SYMBOLS))
    assert cli.main(["run", str(path), "--cash", "700", "--quiet"]) == 0
    cells = [cell for row in load_workbook(path)["Trades"].iter_rows() for cell in row if cell.value is not None]
    assert set(SYMBOLS) <= {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}


@pytest.mark.parametrize("title", TITLES)
def test_a_sheets_title_is_quoted_in_the_formulas_of_a_living_sheet(title: str, tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", table(["A", "B"]), title)
    assert cli.main(["run", str(path), "--cash", "700", "--live", "--quiet"]) == 0
    sheet = load_workbook(path)["Trades"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    # Formulas of several cells are objects with a text.
    written = [str(getattr(text, "text", text)) for text in texts]
    quoted = "'" + title.replace("'", "''") + "'!"
    ranges = [token.value for text in written for token in Tokenizer(text).items if token.subtype == Token.RANGE]
    assert [one for one in ranges if one.startswith(quoted)]
    known = ("$", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "Trades!", "'Trades'!", "_xl")
    assert not [one for one in ranges if not one.startswith((quoted, *known))]


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\n" not in text])
def test_libreoffice_is_started_without_a_shell_and_never_sees_the_workbooks_name(
    text: str, tmp_path: Path
) -> None:
    program = tmp_path / "soffice"
    program.write_text(
        '#!/bin/sh\nfor one in "$@"; do printf "%s\\n" "$one"; last="$one"; done > "'
        + str(tmp_path / "ran")
        + '"\n'
        'while [ "$1" != "--outdir" ]; do shift; done\nmkdir -p "$2"; cp "$last" "$2/workbook.xlsx"\n'
    )
    program.chmod(0o755)
    folder = tmp_path / "place"
    folder.mkdir()
    path = book(folder / (text.replace("/", "_").removesuffix(".xlsx") + ".xlsx"), table(["A"]))
    with calculated_copy(path, soffice=program) as copy:
        assert copy.is_file()
    arguments = (tmp_path / "ran").read_text().splitlines()
    assert arguments[-1].endswith("/workbook.xlsx")
    assert not [one for one in arguments if "PWNED" in one or path.name in one]
    assert not list(tmp_path.rglob("PWNED"))


def test_orders_hold_no_formula() -> None:
    for symbol in SYMBOLS:
        plan = suggest_trades([Holding(symbol, 100, 5), Holding("B", 50, 5)], strategy="hard")
        if symbol.startswith(MARKS):
            with pytest.raises(PlanError, match="is no symbol that a broker knows"):
                orders_text(plan, "generic")
            continue
        rows = list(csv.reader(io.StringIO(orders_text(plan, "generic"))))
        assert [row[0] for row in rows] == ["Symbol", symbol, "B"]
        assert not [cell for row in rows for cell in row if cell.startswith(MARKS)]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.skipif(sys.platform == "win32", reason="names of files are text there")
def test_a_report_tells_of_a_file_whose_name_is_no_text(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        path = book(tmp_path / "a\udcffb.xlsx", table(SYMBOLS))
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    report = tmp_path / f"report.{ending}"
    missing = str(path).replace("a", "c", 1)
    assert cli.main(["run", str(path), missing, "--cash", "700", "--quiet", "--report", str(report)]) == 1
    capsys.readouterr()
    if ending == "csv":
        told = report.read_text("utf-8")
    else:
        rows = load_workbook(report)["Orders"].iter_rows(values_only=True)
        told = str([cell for row in rows for cell in row])
    assert "a?b.xlsx" in told


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_report_holds_no_formula(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = book(tmp_path / "=1+1.xlsx", table(SYMBOLS))
    report = tmp_path / f"report.{ending}"
    assert cli.main(["run", str(path), "--cash", "700", "--quiet", "--report", str(report)]) == 0
    capsys.readouterr()
    if ending == "csv":
        cells = [cell for row in csv.reader(io.StringIO(report.read_text("utf-8"))) for cell in row]
        assert {one for one in SYMBOLS if not one.startswith(MARKS)} <= set(cells)
        assert {f"'{one}" for one in SYMBOLS if one.startswith(MARKS)} <= set(cells)
        numbers = [cell for cell in cells if cell.startswith(MARKS)]
        assert all(cell.removeprefix("-").replace(".", "").replace("e", "").isdigit() for cell in numbers)
    else:
        found = [cell for sheet in load_workbook(report) for row in sheet.iter_rows() for cell in row]
        assert set(SYMBOLS) <= {cell.value for cell in found}
        assert not [cell for cell in found if cell.data_type == "f"]


def test_a_line_of_json_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = book(tmp_path / 'a"\n\u2028b.xlsx', table(SYMBOLS))
    assert cli.main(["run", str(path), "--cash", "700", "--json"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["file"] == str(path)
    assert {one["symbol"] for one in told["orders"]} == set(SYMBOLS)


def test_a_terminal_is_shown_no_control_character(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = book(tmp_path / "a\x1b[31m\n\u202eb.xlsx", table(SYMBOLS))
    assert cli.main(["run", str(path), "--cash", "700"]) == 0
    assert cli.main(["run", str(path), "--cash=-1e9"]) == 1
    assert cli.main(["run", str(path), "--cash", "m\x1b[31much"]) == 2
    assert cli.main(["check", str(path)]) in {0, 1, 3}
    assert cli.main(["read", str(path)]) == 0
    assert cli.main(["verify", str(path)]) == 0
    bare = book(tmp_path / "c\x1b[31m\n\u202ed.xlsx", [["Nothing"], [1]])
    assert cli.main(["read", str(bare)]) == 1
    assert cli.main(["verify", str(bare)]) == 1
    said = "".join(capsys.readouterr())
    assert all(line.isprintable() for line in said.splitlines())
    assert "a?[31m??b.xlsx" in said


def test_functions_answer_every_hostile_text_as_one_printable_line() -> None:
    by_name = {function.name: function for function in FUNCTIONS}
    for text in HOSTILE:
        answer = call(by_name["PBAL_NEVERSELL"], [["Symbol", "Value"], ["A", text]], [[text]])
        assert str(answer[0][0]).startswith("#PBAL! ")
        assert str(answer[0][0]).isprintable()
