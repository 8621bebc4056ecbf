"""From end to end in a real window, worked by the keyboard like a user does."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from calc_office import SHARED, missing
from calc_window import Screen, missing_tools, until

from pbal_xl import cli
from pbal_xl.hosts.calc.commands import COMMANDS

DEMO = Path(__file__).parents[2] / "workbook" / "portfolio.xlsx"
# Where to put pictures for the README; taken only when asked for.
PICTURES = os.environ.get("PBAL_PICTURES")
# After so long a key counts as lost.
_KEY_SECONDS = 5.0


@pytest.fixture
def screen() -> Any:
    if reason := missing() or missing_tools():
        pytest.skip(reason)
    shown = Screen(1620, 810)
    yield shown
    SHARED.stop()
    shown.close()


@pytest.fixture
def demo(tmp_path: Path) -> Any:
    """A copy: a lock file beside the original would keep LibreOffice from opening it."""
    return shutil.copy(DEMO, tmp_path / "portfolio.xlsx")


def _picture(screen: Any, name: Any) -> None:
    if PICTURES:
        screen.picture(Path(PICTURES) / name)


def _choose(screen: Any, entry: int, done: Any, what: str) -> None:
    """Choose an entry of the menu, once more only where the keys must have been lost."""

    def again() -> None:
        screen.calm()
        if not done():
            screen.menu(entry)

    screen.menu(entry)
    until(done, what, again=again, after=60.0)


def _open(screen: Any, path: Any) -> Any:
    office = SHARED.get(screen.name, path)
    until(lambda: office.ask("attach"), "the demo did not open")
    window = until(screen.windows, "no window came up")[0]
    screen.fill(window)
    return office


def _enter(screen: Any, office: Any) -> None:
    """Enter a plan at I2, beside the table and its settings, as an array."""
    _go(screen, office, column=9, row=2)
    screen.type("=PBAL_NEVERSELL(A2:C12;5000)")
    screen.keys("ctrl+shift+Return")


def _go(screen: Any, office: Any, *, column: int, row: int) -> None:
    """Walk to a cell, one key at a time: one that is lost would have all after it land elsewhere."""

    def step() -> bool:
        there = office.ask("cursor")
        if there == [column, row]:
            return True
        if there is None or there[0] > column or there[1] > row:
            screen.keys("Escape", "ctrl+Home")
        else:
            screen.keys("Down" if there[1] < row else "Right")
        late = time.monotonic() + _KEY_SECONDS
        while office.ask("cursor") == there and time.monotonic() < late:
            time.sleep(0.05)
        return False

    until(step, f"the cursor did not get to column {column}, row {row}")


def _same_plan(office: Any, told: Any) -> None:
    """The formula's answer, cell by cell, against ``pbal-xl run --json``."""
    answer = office.ask("read", address="I2:M12")
    assert answer[0] == ["Symbol", "Shares", "Amount", "Value after", "Weight after"]
    expected = [
        [o["symbol"], o["shares"], o["amount"], o["value_after"], o["weight_after"]] for o in told["orders"]
    ]
    for row, order in zip(answer[1:], expected, strict=True):
        assert row == [order[0], *(pytest.approx(figure) for figure in order[1:])]


def test_demo_formula_menu_undo_save_and_run(
    screen: Any, demo: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", str(demo), "--json", "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)

    office = _open(screen, demo)

    def answered() -> bool:
        return bool(office.ask("read", address="I12")[0][0] == "VSMAX")

    def enter_anew() -> None:
        """From nothing: half a formula must be neither added to nor taken for an array that cannot be changed."""
        if answered():
            return
        screen.calm()
        office.ask("undo_all")
        _enter(screen, office)

    _enter(screen, office)
    until(answered, "the formula did not answer", again=enter_anew)
    _same_plan(office, told)
    entry = [command.name for command in COMMANDS].index("format_plan") + 1
    cell = {"sheet": "Portfolio", "address": "I2"}
    _choose(screen, entry, lambda: office.ask("format_of", **cell)["bold"], "the plan was not formatted")
    _picture(screen, "calc-formula.png")

    _choose(screen, 1, lambda: office.ask("sheets") == ["Portfolio", "Trades"], "the menu added no sheet")
    until(lambda: office.ask("active") == "Trades", "the new sheet did not come to the front")
    rows = office.ask("read", address="A5:J14", sheet="Trades")
    orders = sorted(told["orders"], key=lambda order: order["side"] == "hold")
    assert [row[0] for row in rows] == [order["symbol"] for order in orders]
    assert [row[4] for row in rows] == pytest.approx([order["amount"] for order in orders])
    _picture(screen, "calc-trades.png")

    screen.keys("ctrl+z")
    until(lambda: office.ask("sheets") == ["Portfolio"], "one undo did not take the sheet back")
    screen.keys("ctrl+y")
    until(lambda: office.ask("sheets") == ["Portfolio", "Trades"], "redo did not bring the sheet back")

    saved = tmp_path / "saved.xlsx"
    office.ask("save", path=str(saved))
    assert cli.main(["run", str(saved), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["orders"] == told["orders"]
    assert (again["sheet"], again["range"]) == ("Portfolio", told["range"])


def test_faults_are_shown_in_a_dialog_that_the_keyboard_closes(screen: Any, demo: Any) -> None:
    office = _open(screen, demo)
    office.ask("write", rows=[[-3]], row=4, column=3, sheet="Portfolio")
    before = set(screen.windows())
    screen.menu(1)
    dialog = until(lambda: set(screen.windows()) - before, "no dialog came up").pop()
    screen.do("windowfocus", dialog)
    _picture(screen, "calc-fault.png")
    screen.keys("Return")
    until(lambda: dialog not in screen.windows(), "the dialog did not close")
    assert office.ask("sheets") == ["Portfolio"]


def test_the_menu_offers_every_command(screen: Any, demo: Any) -> None:
    """Help is the last entry, so all are there, and its dialog shows."""
    _open(screen, demo)
    before = set(screen.windows())
    screen.keys("F10", *["Right"] * 9, "Down")
    until(lambda: set(screen.windows()) != before or PICTURES, "the menu did not open")
    _picture(screen, "calc-menu.png")
    screen.keys("Escape", "Escape")
    screen.menu(len(COMMANDS))
    dialog = until(lambda: set(screen.windows()) - before, "Help showed no dialog").pop()
    screen.do("windowfocus", dialog)
    screen.keys("Return")
    until(lambda: dialog not in screen.windows(), "the dialog did not close")


def _answer(screen: Any, office: Any, cash: str, key: str) -> None:
    """Ask for trades of a sheet that says no cash; type an answer, and end the dialog with a key."""
    screen.calm()
    if "pbal_cash" in office.ask("names"):
        # A key was lost, so that another sum was kept.
        office.ask("tell", expression="document.NamedRanges.removeByName('pbal_cash')")
    before = set(screen.windows())
    screen.menu(1)
    dialog = until(lambda: set(screen.windows()) - before, "no dialog came up").pop()
    screen.do("windowfocus", dialog)
    screen.keys("Tab")
    _picture(screen, "calc-ask.png")
    if cash:
        screen.keys("shift+Tab")
        screen.type(cash)
    screen.keys(key)
    until(lambda: dialog not in screen.windows(), "the dialog did not close")


def test_a_sheet_that_says_no_cash_is_asked_for_it(screen: Any, demo: Any) -> None:
    """The answer is planned with and kept; an escape does nothing at all."""
    office = _open(screen, demo)
    _answer(screen, office, "", "Escape")
    assert office.ask("sheets") == ["Portfolio"]
    assert "pbal_cash" not in office.ask("names")

    def answer() -> None:
        _answer(screen, office, "3000", "Return")

    answer()
    until(lambda: office.ask("names").get("pbal_cash") == "3000", "the answer was not kept", again=answer)
    until(lambda: office.ask("sheets") == ["Portfolio", "Trades"], "the answer was not obeyed", again=answer)


def test_cash_typed_as_germans_write_it_is_understood(screen: Any, demo: Any) -> None:
    """1.500 is fifteen hundred where the document is German; elsewhere it is one and a half."""
    office = _open(screen, demo)
    office.ask("locale", language="de", country="DE")

    def answer() -> None:
        _answer(screen, office, "1.500", "Return")

    answer()
    until(lambda: office.ask("names").get("pbal_cash") == "1500", "the answer was not kept", again=answer)
