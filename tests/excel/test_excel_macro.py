"""The macro through xlwings' remote engine: what it asks Excel to do, action by action.

That engine is xlwings PRO, free for noncommercial use only; these tests run where the user consents.
"""

from __future__ import annotations

import os
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("XLWINGS_LICENSE_KEY") != "noncommercial",
        reason="without consent to xlwings PRO's licence (XLWINGS_LICENSE_KEY=noncommercial) its engine rests",
    ),
    pytest.mark.skipif(
        [int(part) for part in metadata.version("xlwings").split(".")] < [0, 37, 8],
        reason="the remote engine of this xlwings knows no names for values, only for ranges",
    ),
]

xw = pytest.importorskip("xlwings", reason="xlwings is not installed")

from ruled_books import HOLDINGS as HOLDINGS_OF_RULES  # noqa: E402
from ruled_books import NAMES, RULES, assert_the_same, ruled_book, written_by_command  # noqa: E402

from pbal_xl import Holding, suggest_trades  # noqa: E402
from pbal_xl.errors import CellFaults  # noqa: E402
from pbal_xl.hosts import excel  # noqa: E402
from pbal_xl.hosts.excel.faults import sentence  # noqa: E402
from pbal_xl.ooxml.hidden_names import MARK_NAME  # noqa: E402
from pbal_xl.sheet.looks import FORMATS, Kind  # noqa: E402
from pbal_xl.sheet.orders_table import in_order  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlwings.main import Book

    from pbal_xl.core.model import Strategy

HOLDINGS: list[list[Any]] = [
    ["Symbol", "Value", "Price"],
    ["VTI", 1000.0, 100.0],
    ["VXUS", 2000.0, 50.0],
    ["BND", 500.0, 20.0],
]
SHEET: list[list[Any]] = [["My portfolio", None, None], *HOLDINGS]


def book(
    sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    *,
    names: Sequence[Mapping[str, Any]] | tuple[Any, ...] = (),
    selection: str = "A1",
    active: int = 0,
    tables: tuple[Any, ...] = (),
) -> Book:
    contents = sheets or {"Portfolio": SHEET}
    return xw.Book(
        json={
            "client": "Office.js",
            "version": xw.__version__,
            "book": {"name": "mine.xlsx", "active_sheet_index": active, "selection": selection},
            "names": list(names),
            "sheets": [
                {
                    "name": title,
                    "values": [["" if cell is None else cell for cell in row] for row in rows],
                    "pictures": [],
                    "shapes": [],
                    "charts": [],
                    "notes": [],
                    "tables": list(tables) if place == 0 else [],
                    "print_area": None,
                    "show_gridlines": True,
                    "visibility": "Visible",
                }
                for place, (title, rows) in enumerate(contents.items())
            ],
        }
    )


def name(
    wanted: str,
    refers_to: str | None = None,
    *,
    address: str | None = None,
    sheet: int | None = None,
    scope: str | None = None,
) -> dict[str, Any]:
    return {
        "name": wanted,
        "refers_to": refers_to,
        "address": address,
        "sheet_index": sheet,
        "book_scope": scope is None,
        "scope_sheet_name": scope,
        "scope_sheet_index": None if scope is None else int(scope in {"Trades", "My log"}),
    }


def actions(of: Book, func: str) -> list[dict[str, Any]]:
    return [action for action in of.json()["actions"] if action["func"] == func]


def alerts(of: Book) -> list[str]:
    """What the macros run since answered to show."""
    return SAID.pop(id(of), [])


SAID: dict[int, list[str]] = {}


def suggest(of: Book) -> None:
    said = excel.run(of, "suggest")
    SAID.setdefault(id(of), []).extend([said] if said else [])


def import_positions(of: Book, path: Path) -> None:
    said = excel.run(of, "import", str(path))
    SAID.setdefault(id(of), []).extend([said] if said else [])


def orders(of: Book) -> list[tuple[str, float, float]]:
    """The written rows below the headings, as (symbol, shares, amount)."""
    [written] = actions(of, "setValues")
    rows = written["values"]
    head = next(place for place, row in enumerate(rows) if row[0] == "'Symbol")
    assert [cell.lstrip("'") for cell in rows[head][:5]] == ["Symbol", "Action", "Shares", "Price", "Amount"]
    found: list[tuple[str, float, float]] = []
    for row in rows[head + 1 :]:
        if row[0] == "'Total":
            return found
        found.append((row[0].lstrip("'"), row[2], row[4]))
    raise AssertionError("no total row")


def planned(
    cash: int, strategy: Strategy = "never-sell", rows: Sequence[Sequence[Any]] = HOLDINGS[1:], **wishes: Any
) -> list[tuple[str, float, float]]:
    plan = suggest_trades([Holding(*row) for row in rows], cash, strategy, **wishes)
    return [(o.symbol, float(o.shares), float(o.amount)) for o in in_order(plan.orders)]


def test_the_trades_are_those_of_the_python_api() -> None:
    mine = book(names=[name("pbal_cash", "=5000")])
    suggest(mine)
    assert orders(mine) == planned(5000)
    assert alerts(mine) == []


def test_with_formulas_every_order_reads_the_cells_of_the_holdings() -> None:
    mine = book(names=[name("pbal_cash", "=5000")])
    said = excel.run(mine, "formulas")
    assert said == ""
    [written] = actions(mine, "setValues")
    rows = written["values"]
    head = next(place for place, row in enumerate(rows) if row[0] == "'Symbol")
    below = rows[head + 1 : head + 4]
    assert [row[0] for row in below] == [f"='Portfolio'!$A${row}" for row in (3, 4, 5)]
    assert [row[5] for row in below] == [f"='Portfolio'!$B${row}" for row in (3, 4, 5)]
    assert all(str(row[4]).startswith("=IF(") for row in below)
    labels = {row[0]: row[2] for row in rows[head + 5 :]}
    assert labels["'Cash"] == 5000


def test_the_name_pbal_log_adds_a_line_behind_those_of_the_log() -> None:
    heads = ["Date", "Cash", "Invested", "Leftover", "Drift before", "Drift after", "Orders"]
    old = ["2024-02-29 12:30", 1000.0, 990.0, 10.0, 0.2, 0.1, "Buy 9 VTI for 900.00."]
    log: list[list[Any]] = [["Trades log", *[None] * 6], [None] * 7, heads, old, old]
    names = [name("pbal_cash", "=5000"), name("pbal_log", "=TRUE")]
    mine = book({"Portfolio": SHEET, "Trades log": log}, names=names)
    assert excel.run(mine, "suggest") == ""
    trades, kept = (written["values"] for written in actions(mine, "setValues"))
    assert trades[0][0] == "'Suggested trades"
    plan = suggest_trades([Holding(*row) for row in HOLDINGS[1:]], 5000)
    assert [row[1:3] for row in kept[3:5]] == [[1000.0, 990.0]] * 2
    assert kept[5][1:4] == [5000.0, float(plan.invested), float(plan.leftover)]
    assert kept[5][6].startswith("'Buy ")
    # This engine cannot tell whether the log was edited, so it stays as it is.
    assert [one["args"] for one in actions(mine, "addSheet")] == [[2, "Trades"], [3, "Trades log (2)"]]
    assert [one["args"][2] for one in actions(mine, "addChart")] == ["Trades", "Trades log (2)"]
    assert [one["args"] for one in actions(mine, "activateSheet")][-1] == [2]


@pytest.mark.parametrize(
    ("title", "head", "rows", "told"),
    [
        ("Trades log", "Cash", 1, 'Lines of the sheet "Trades log" are missing in the sheet "Trades log (2)", as'),
        ("My log", "Cash", 2, 'The sheet "My log" stays as it is; its lines go on in the sheet "Trades log".'),
        ("Trades log", "Money", 1, 'The lines of the sheet "Trades log" cannot be read without all the headings'),
    ],
)
def test_a_log_that_was_renamed_or_lost_a_heading_is_told(title: str, head: str, rows: int, told: str) -> None:
    heads = ["Date", head, "Invested", "Leftover", "Drift before", "Drift after", "Orders"]
    old = [
        "2024-02-29 12:30",
        1000.0,
        "many" if told.startswith("Lines") else 990.0,
        10.0,
        0.2,
        0.1,
        "Buy 9 VTI for 900.00.",
    ]
    names = [name("pbal_cash", "=5000"), name("pbal_log", "=TRUE"), name(MARK_NAME, '="x"', scope="My log")]
    mine = book({"Portfolio": SHEET, title: [["Trades log", *[None] * 6], heads, old]}, names=names)
    assert excel.run(mine, "suggest").startswith(told)
    _, kept = (written["values"] for written in actions(mine, "setValues"))
    assert [row[1] for row in kept[3:] if row[1]] == [1000.0, 5000.0][-rows:]


def test_a_rule_that_formulas_cannot_keep_is_refused_by_name_and_nothing_written() -> None:
    mine = book(names=[name("pbal_cash", "=5000"), name("pbal_min_trade", "=200")])
    said = excel.run(mine, "formulas")
    assert "formulas cannot keep to the setting Minimum trade" in said
    assert actions(mine, "setValues") == []


def test_every_table_and_column_of_the_rules_is_planned_as_the_command_line_does(tmp_path: Path) -> None:
    named = []
    for title, place in NAMES.items():
        sheet, address = place.split("!")
        named.append(name(title, f"={place}", address=address.replace("$", ""), sheet=int(sheet == "Rules")))
    of = book({"Portfolio": HOLDINGS_OF_RULES, "Rules": RULES}, names=named)
    suggest(of)
    assert not alerts(of)
    [written] = actions(of, "setValues")
    rows = [[cell.lstrip("'") if isinstance(cell, str) else cell for cell in row] for row in written["values"]]
    assert_the_same(rows, written_by_command(ruled_book(tmp_path / "mine.xlsx")))


def test_the_trades_sheet_is_new_behind_the_others_and_in_front() -> None:
    mine = book({"Portfolio": SHEET, "Notes": [["x"]]}, names=[name("pbal_cash", "=5000")])
    suggest(mine)
    assert [action["args"] for action in actions(mine, "addSheet")] == [[2, "Trades"]]
    assert actions(mine, "activateSheet")[-1]["args"] == [2]
    assert {action["sheet_position"] for action in mine.json()["actions"] if action["func"] == "setValues"} == {2}


def test_settings_come_from_names_the_sheets_own_first() -> None:
    mine = book(
        names=[
            name("pbal_cash", "=100"),
            name("pbal_cash", "=300", scope="Portfolio"),
            name("pbal_strategy", '="Hard Rebalance"'),
            name("pbal_increment", "=50"),
        ]
    )
    suggest(mine)
    assert orders(mine) == planned(300, "hard", increment=50)


@pytest.mark.parametrize("selection", ["A1", "A2:H5", "D2:H5"])
def test_a_plan_that_stands_beside_the_holdings_is_not_part_of_them(selection: str) -> None:
    answer: list[list[Any]] = [["Symbol", "Shares", "Amount", "Value after", "Weight after"]]
    answer += [[row[0], 1.0, 1.0, 1.0, 0.25] for row in HOLDINGS[1:]]
    beside = [[*row, *more] for row, more in zip(HOLDINGS, answer, strict=True)]
    title = ["My portfolio", *[None] * 7]
    mine = book({"Portfolio": [title, *beside]}, names=[name("pbal_cash", "=5000")], selection=selection)
    suggest(mine)
    assert alerts(mine) == []
    assert orders(mine) == planned(5000)


def test_a_setting_may_stand_in_a_cell() -> None:
    rows: list[list[Any]] = [*SHEET, [None, None, None], ["Cash", 700.0, None]]
    mine = book({"Portfolio": rows}, names=[name("pbal_cash", "=Portfolio!$B$7", address="B7", sheet=0)])
    suggest(mine)
    assert orders(mine) == planned(700)


def test_without_settings_nothing_is_traded_by_never_sell() -> None:
    mine = book()
    suggest(mine)
    assert orders(mine) == planned(0)


def test_a_selected_table_is_what_is_read() -> None:
    rows: list[list[Any]] = [*SHEET, [None] * 3, ["Symbol", "Value", "Price"], ["X", 10.0, 1.0], ["Y", 30.0, 1.0]]
    mine = book({"Portfolio": rows}, names=[name("pbal_cash", "=20")], selection="A7:C9")
    suggest(mine)
    assert orders(mine) == planned(20, rows=rows[7:])


def test_two_tables_without_a_selection_are_asked_about() -> None:
    rows: list[list[Any]] = [*SHEET, [None] * 3, ["Symbol", "Value", "Price"], ["X", 10.0, 1.0]]
    mine = book({"Portfolio": rows})
    suggest(mine)
    [said] = alerts(mine)
    assert "A2:C5" in said
    assert "A7:C8" in said
    assert actions(mine, "addSheet") == []


def test_pbal_holdings_names_the_range() -> None:
    rows: list[list[Any]] = [*SHEET, [None] * 3, ["Symbol", "Value", "Price"], ["X", 10.0, 1.0], ["Y", 30.0, 1.0]]
    named = name("pbal_holdings", "=Portfolio!$A$7:$C$9", address="A7:C9", sheet=0)
    mine = book({"Portfolio": rows}, names=[named, name("pbal_cash", "=20")])
    suggest(mine)
    assert orders(mine) == planned(20, rows=rows[7:])


def test_all_faults_come_in_one_box_and_name_their_cells() -> None:
    rows: list[list[Any]] = [
        ["My portfolio", None, None],
        ["Symbol", "Value", "Price"],
        ["A", -3.0, "#N/A"],
        ["B", 5.0, 0.0],
    ]
    mine = book({"Portfolio": rows})
    suggest(mine)
    [said] = alerts(mine)
    *faults, hint = said.splitlines()
    assert [line.split(":")[0] for line in faults] == ["B3", "C3", "C4"]
    assert hint.startswith("How it is read")
    assert actions(mine, "addSheet") == []
    assert actions(mine, "setValues") == []


def test_a_bad_setting_is_named() -> None:
    mine = book(names=[name("pbal_cash", '="plenty"'), name("pbal_strategy", '="sideways"')])
    suggest(mine)
    [said] = alerts(mine)
    assert "pbal_cash" in said
    assert "pbal_strategy" in said


def test_too_large_a_withdrawal_is_said() -> None:
    mine = book(names=[name("pbal_cash", "=-99999")])
    suggest(mine)
    [said] = alerts(mine)
    assert "cannot withdraw" in said


def test_a_sheet_called_trades_is_never_written_over() -> None:
    mine = book({"Portfolio": SHEET, "TRADES": [["mine"]]}, names=[name("pbal_cash", "=5000")])
    suggest(mine)
    assert [action["args"] for action in actions(mine, "addSheet")] == [[2, "Trades (2)"]]
    assert {action["sheet_position"] for action in actions(mine, "setValues")} == {2}
    assert actions(mine, "sheetClear") == []


def test_symbols_that_look_like_formulas_or_dates_go_in_as_text() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Price"],
        ["=cmd|x", 100.0, 1.0],
        ["@SUM", 200.0, 1.0],
        ["MAR1", 300.0, 1.0],
    ]
    mine = book({"Portfolio": rows}, names=[name("pbal_cash", "=60")])
    suggest(mine)
    [written] = actions(mine, "setValues")
    texts = [cell for row in written["values"] for cell in row if isinstance(cell, str) and cell]
    assert texts
    assert all(cell.startswith("'") for cell in texts)
    assert {"'=cmd|x", "'@SUM", "'MAR1"} <= {row[0] for row in written["values"]}


def test_the_sheet_remembers_where_its_holdings_came_from() -> None:
    mine = book({"My fund's": SHEET}, names=[name("pbal_cash", "=5000")])
    suggest(mine)
    kept = dict(action["args"] for action in actions(mine, "namesAdd"))
    assert kept["_pbal_xl_source"] == "='My fund''s'!$A$2:$C$5"
    assert kept["_pbal_xl_sheet"].startswith('="1-')


def test_pressing_the_button_on_a_trades_sheet_plans_its_source_again() -> None:
    names = [
        name("pbal_cash", "=800"),
        name("_pbal_xl_sheet", '="1-0"', scope="Trades"),
        name("_pbal_xl_source", "=Portfolio!$A$2:$C$5", address="A2:C5", sheet=0, scope="Trades"),
    ]
    shown: list[list[Any]] = [["Symbol", "Shares", "Price"], ["VTI", 3.0, 100.0]]
    mine = book({"Portfolio": SHEET, "Trades": shown}, names=names, active=1)
    suggest(mine)
    assert orders(mine) == planned(800)


def test_from_a_trades_sheet_the_settings_are_those_of_the_sheet_with_the_holdings() -> None:
    names = [
        name("pbal_cash", "=800"),
        name("pbal_cash", "=300", scope="Portfolio"),
        name("_pbal_xl_sheet", '="1-0"', scope="Trades"),
        name("_pbal_xl_source", "=Portfolio!$A$2:$C$5", address="A2:C5", sheet=0, scope="Trades"),
    ]
    mine = book({"Portfolio": SHEET, "Trades": [["x"]]}, names=names, active=1)
    suggest(mine)
    assert orders(mine) == planned(300)


def test_a_trades_sheet_without_a_source_is_not_taken_for_holdings() -> None:
    shown: list[list[Any]] = [["Symbol", "Shares", "Price"], ["VTI", 3.0, 100.0]]
    names = [name("_pbal_xl_sheet", '="1-0"', scope="Trades")]
    mine = book({"Portfolio": SHEET, "Trades": shown}, names=names, active=1)
    suggest(mine)
    assert alerts(mine) == ["Trades holds suggested trades; go to the sheet with your holdings first"]


def test_number_formats_and_chart_are_the_layouts() -> None:
    mine = book(names=[name("pbal_cash", "=5000")])
    suggest(mine)
    formats = {action["args"][0] for action in actions(mine, "setNumberFormat")}
    assert {"0.00%", FORMATS[Kind.MONEY]} <= formats
    [chart] = actions(mine, "addChart")
    assert chart["args"][1:4] == ["ColumnClustered", "Trades", "$H$4:$J$7"]
    assert actions(mine, "freezePaneAtRange")[0]["args"] == ["$A$1:$A$4"]


def test_an_imported_export_is_laid_out_for_the_functions(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text(
        "Symbol,Quantity,Last Price,Current Value,Cost Basis Total\n"
        'VTI,10,"$310.25","$3,102.50","$2,000.00"\n'
        'VTI,1,"$310.25",$310.25,$300.00\n'
        "SPAXX**,,,$55.00,\n"
        "BND,100,$73.10,$7310.00,$8000.00\n",
        encoding="utf-8",
    )
    mine = book({"Notes": [["x"]]})
    import_positions(mine, path)
    [added] = actions(mine, "addSheet")
    assert added["args"] == [1, "Positions"]
    [written] = actions(mine, "setValues")
    assert "=PBAL_NEVERSELL(A2:E4, 5000)" in written["values"][0][0]
    assert written["values"][1:4] == [
        ["'Symbol", "'Value", "'Price", "'Quantity", "'Gain"],
        ["'VTI", 3412.75, 310.25, 11.0, 1112.75],
        ["'BND", 7310.0, 73.1, 100.0, -690.0],
    ]
    [said] = alerts(mine)
    assert "SPAXX" in said
    # How it was read is told on the sheet too, in the same words, apart from the holdings.
    blank, head, *lines = [row[0] for row in written["values"][4:]]
    assert (blank, head) == ("", "'How positions.csv was read")
    assert [line.lstrip("'") for line in lines] == said.splitlines()
    assert "D (Current Value): value, by header; value = quantity x price in 3 of 3 rows" in said
    assert all(row[1:] == [""] * 4 for row in written["values"][4:])


def test_an_imported_sheet_can_be_planned(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text("Ticker;Wert;Kurs;Marktwert\nA;;10,00;1.000,00\nB;;20,00;2.000,00\n", encoding="utf-8")
    mine = book()
    import_positions(mine, path)
    [written] = actions(mine, "setValues")
    rows = [[cell.lstrip("'") if isinstance(cell, str) else cell for cell in row] for row in written["values"]]
    again = book({"Positions": rows}, names=[name("pbal_cash", "=600")])
    suggest(again)
    assert orders(again) == planned(600, rows=[["A", 1000, 10], ["B", 2000, 20]])


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"hello\n"])
def test_an_export_that_cannot_be_read_adds_no_sheet(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "positions.csv"
    path.write_bytes(content)
    mine = book()
    import_positions(mine, path)
    assert len(alerts(mine)) == 1
    assert actions(mine, "addSheet") == []


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    mine = book()
    import_positions(mine, tmp_path / "gone.csv")
    [said] = alerts(mine)
    assert said.startswith("gone.csv cannot be read")


def test_a_long_list_of_faults_is_cut() -> None:
    said = sentence(CellFaults([f"A{row}: no" for row in range(1, 31)]))
    assert len(said.splitlines()) == 16
    assert said.endswith("and 15 more")


def test_how_the_holdings_are_read_is_told_and_nothing_is_written() -> None:
    mine = book(
        {"Portfolio": [["Symbol", "Value", "Sector"], ["VTI", 1000.0, "x"], ["Cash", 20.0, ""], ["BND", 5.0, ""]]}
    )
    said = excel.run(mine, "explain")
    assert said.splitlines()[0] == "Portfolio!A1:C4:"
    assert "A3: Cash, 20, is cash and is left out." in said
    assert "B (Value): value, by header" in said
    assert "C (Sector): not read" in said
    assert actions(mine, "setValues") == []


def test_a_refusal_points_to_what_shows_how_the_sheet_is_read() -> None:
    mine = book({"Portfolio": [["Symbol", "Value"], ["VTI", "x"]]})
    assert excel.run(mine, "suggest").endswith("shows how the sheet is understood.")
    assert "value" in excel.run(mine, "explain")
