"""The one road: which cells are the holdings, what the names say, and how faults are told, in every host."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl.document import find_holdings
from pbal_xl.errors import CellFaults, InputError
from pbal_xl.explained import explain
from pbal_xl.grid import reach
from pbal_xl.grid.blocks import Block, block_at
from pbal_xl.grid.cells import Origin
from pbal_xl.suggest import layout_of, plan_of, read_portfolio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.ooxml.references import Area
    from pbal_xl.setting import Host

HEADER = ["Symbol", "Value", "Price"]
MINE: list[list[Any]] = [HEADER, ["VTI", 100, 10], ["BND", 50, 5]]
HERS: list[list[Any]] = [HEADER, ["GLD", 70, 7], ["SLV", 30, 3]]
MADE = dt.datetime(2026, 1, 2)


class Sheets:
    """A document in memory; ``names`` are those of the workbook, or of a sheet as "Mine!pbal_cash"."""

    host: Host = "excel"
    language: str | None = None

    def __init__(  # noqa: PLR0913 - each is one thing that a document tells
        self,
        sheets: Mapping[str, list[list[Any]]],
        *,
        names: Mapping[str, str] | None = None,
        looked_at: str | None = None,
        asked: str | None = None,
        chosen: Block | None = None,
        trades: Sequence[str] = (),
        tables: Mapping[str, Block] | None = None,
    ) -> None:
        self.sheets, self.names, self.trades = sheets, names or {}, set(trades)
        self.looked_at, self.asked, self._chosen, self._tables = looked_at, asked, chosen, tables or {}
        self.cut_off: set[str] = set()
        self.searched = [one for one in sheets if one not in self.trades and asked in {None, one}]

    def chosen(self) -> Block | None:
        return self._chosen

    def own_name(self, sheet: str, name: str) -> str | None:
        return self.names.get(f"{sheet}!{name}")

    def book_name(self, name: str) -> str | None:
        return self.names.get(name)

    def sheets_with(self, name: str) -> list[str]:
        return [one for one in self.searched if self.own_name(one, name) is not None]

    def is_trades(self, sheet: str) -> bool:
        return sheet in self.trades

    def block(self, area: Area) -> Block | None:
        title = area.sheet or self.looked_at or self.searched[0]
        if title not in self.sheets:
            return None
        rows = self.sheets[title]
        last = (min(area.last[0], len(rows)) - 1, min(area.last[1], 9) - 1)
        return block_at(rows, Origin(), (area.first[0] - 1, area.first[1] - 1), last, title)

    def all_sheets(self) -> list[str]:
        return [one for one in self.sheets if one not in self.trades]

    def table(self, name: str) -> Block | None:
        return self._tables.get(name)

    def tables(self) -> list[Block]:
        return [table for table in self._tables.values() if table.sheet in self.searched]

    def used(self, sheet: str) -> Block:
        return Block(self.sheets[sheet], Origin(), sheet)

    def beyond(self, sheet: str) -> bool:
        return sheet in self.cut_off


def place(sheets: Mapping[str, list[list[Any]]], **more: Any) -> str:
    return find_holdings(Sheets(sheets, **more)).place


BOTH: dict[str, list[list[Any]]] = {"Mine": MINE, "Hers": HERS}
CHOSEN = Block(HERS, Origin(), "Hers")
NAMES = {"pbal_holdings": "=Mine!$A$1:$C$2", "Hers!pbal_holdings": "=Hers!$A$1:$C$2"}
TABLE = {"Funds": Block(HERS, Origin(), "Hers")}
SOURCE = {"Trades!_pbal_xl_source": "=Mine!$A$1:$C$3"}


def test_the_holdings_are_looked_for_in_one_order() -> None:
    sheets: dict[str, list[list[Any]]] = {**BOTH, "Trades": [["Symbol"]]}
    everything: dict[str, Any] = {"names": {**NAMES, **SOURCE}, "tables": TABLE, "trades": ["Trades"]}
    assert place(sheets, chosen=CHOSEN, looked_at="Trades", **everything) == "Mine!A1:C3"
    assert place(sheets, chosen=CHOSEN, looked_at="Mine", **everything) == "Hers!A1:C3"
    assert place(sheets, **everything) == "Hers!A1:C2"
    everything["names"] = {"pbal_holdings": "=Mine!$A$1:$C$2"}
    assert place(sheets, **everything) == "Mine!A1:C2"
    assert place(sheets, asked="Hers", **everything) == "Hers!A1:C3"
    everything["names"] = {}
    assert place(sheets, **everything) == "Hers!A1:C3"
    assert place({"Mine": MINE}) == "Mine!A1:C3"


def test_several_that_are_equal_are_a_fault_that_lists_them() -> None:
    with pytest.raises(CellFaults, match=r"Mine!A1:C3, Hers!A1:C3"):
        place(BOTH)
    with pytest.raises(CellFaults, match=r"several sheets have a name pbal_holdings \(Mine, Hers\)"):
        place(BOTH, names={f"{one}!pbal_holdings": "=Mine!$A$1" for one in BOTH})


def test_a_name_may_mean_a_table() -> None:
    assert place(BOTH, names={"pbal_holdings": "=Funds[#All]"}, tables=TABLE) == "Hers!A1:C3"
    with pytest.raises(CellFaults, match=r"the name pbal_holdings refers to Gone, which is not there"):
        place(BOTH, names={"pbal_holdings": "=Gone"}, tables=TABLE)


@pytest.mark.parametrize("text", ["=#REF!", "=Gone!$A$1:$C$3", "=5000", "=OFFSET(A1,1,1)", "=Trades!$A$1:$C$3"])
def test_a_name_of_the_holdings_that_means_no_holdings_is_a_fault_not_a_guess(text: str) -> None:
    with pytest.raises(CellFaults, match=r"the name pbal_holdings"):
        place({"Mine": MINE, "Trades": HERS}, names={"pbal_holdings": text}, trades=["Trades"])


@pytest.mark.parametrize("source", [{}, {"Trades!_pbal_xl_source": "=#REF!"}])
def test_a_trades_sheet_without_a_source_is_no_holdings(source: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"^Trades holds suggested trades; go to the sheet with your holdings"):
        place({"Mine": MINE, "Trades": HERS}, names=source, looked_at="Trades", trades=["Trades"])


def test_settings_are_those_of_the_sheet_with_the_holdings_then_of_the_workbook() -> None:
    names = {
        "pbal_cash": "=5",
        "Mine!pbal_cash": "=-7.5",
        "pbal_strategy": '="Hard Rebalance"',
        "Hers!pbal_cash": "=1",
    }
    portfolio = read_portfolio(Sheets({"Mine": MINE, "Hers": [["x"]]}, names=names))
    assert portfolio.settings == {"cash": Decimal("-7.5"), "strategy": "hard"}
    assert plan_of(portfolio, {}).cash == Decimal("-7.5")
    assert plan_of(portfolio, {"cash": Decimal(2)}).cash == 2


def test_a_setting_in_a_cell_is_read_there() -> None:
    sheets: dict[str, list[list[Any]]] = {"Mine": MINE, "Asked": [["Cash", 12], ["Whole", "no"]]}
    names = {"pbal_cash": "=Asked!$B$1", "pbal_whole_shares": "=Asked!$B$2"}
    assert read_portfolio(Sheets(sheets, names=names)).settings == {"cash": 12, "whole_shares": False}


def test_all_that_is_wrong_is_told_at_once_with_its_place() -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Mine": [HEADER, ["VTI", -1, 10], ["BND", "many", 5]],
        "Asked": [["Cash", "lots"]],
    }
    names = {"pbal_cash": "=Asked!$B$1", "pbal_increment": "=#REF!", "pbal_strategy": '="both"'}
    with pytest.raises(CellFaults) as caught:
        read_portfolio(Sheets(sheets, names=names))
    assert caught.value.faults == (
        "sheet Mine: B2: value must be at least 0, is -1",
        'B3: value "many" is not a number',
        "the name pbal_increment refers to cells that were deleted (#REF!)",
        'pbal_strategy must be "never-sell" or "hard", is "both"',
        'pbal_cash (Asked!B1) "lots" is not a number',
    )


def test_holdings_that_were_not_read_to_their_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "LAST_ROW_READ", len(MINE))
    document = Sheets({"Mine": MINE})
    assert len(read_portfolio(document).table.holdings) == len(MINE) - 1
    document.cut_off = {"Mine"}
    with pytest.raises(
        CellFaults, match=r"the holdings in Mine!A1:C3 go on below row 200,000 or right of column IV"
    ):
        read_portfolio(document)
    assert explain(document).understanding.faults[0].startswith("the holdings in Mine!A1:C3 go on")


def test_a_name_of_several_cells_that_say_something_is_no_setting() -> None:
    sheets: dict[str, list[list[Any]]] = {"Mine": MINE, "Asked": [["Cash", 12, 13]]}
    with pytest.raises(CellFaults, match=r"pbal_cash must be one cell, refers to Asked!B1:C1"):
        read_portfolio(Sheets(sheets, names={"pbal_cash": "=Asked!$B$1:$C$1"}))


def test_a_sheet_that_the_user_looks_at_need_not_be_named() -> None:
    sheets: dict[str, list[list[Any]]] = {"Mine": [HEADER, ["VTI", -1, 10]]}
    with pytest.raises(CellFaults, match=r"^B2: value"):
        read_portfolio(Sheets(sheets, looked_at="Mine"))


def test_the_layout_says_where_the_holdings_stand() -> None:
    portfolio = read_portfolio(Sheets({"Mine": MINE}, names={"pbal_cash": "=30"}))
    plan = plan_of(portfolio, {})
    texts = [item.value for item in layout_of(portfolio, plan, MADE).items if isinstance(item.value, str)]
    assert any("Mine!A1:C3" in text for text in texts)
    texts = [item.value for item in layout_of(portfolio, plan, MADE, "a.csv").items if isinstance(item.value, str)]
    assert any("a.csv" in text for text in texts)


def test_a_maintenance_without_a_loan_is_told_to_change_nothing() -> None:
    portfolio = read_portfolio(Sheets({"Mine": MINE}))
    said = "The maintenance has no effect: there is no loan."
    assert said in plan_of(portfolio, {"cash": 10, "maintenance": 30}).notices
    assert said not in plan_of(portfolio, {"cash": 10, "maintenance": 30, "loan": 5}).notices
    assert said not in plan_of(portfolio, {"cash": 10}).notices
    plan = plan_of(portfolio, {"cash": 10, "maintenance": 30})
    layout = layout_of(portfolio, plan, MADE, said={"cash": 10, "maintenance": 30})
    assert said in [item.value for item in layout.items]
