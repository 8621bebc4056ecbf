"""One sentence for whatever goes wrong in Excel, and the way a Mac goes."""

from __future__ import annotations

from typing import Any

import pytest
import xlwings

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.hosts import excel
from pbal_xl.hosts.excel import edited
from pbal_xl.hosts.excel.faults import sentence


class ComError(Exception):
    """As pywin32's: a code of its own, and what Excel said."""

    def __init__(self, hresult: int, said: str | None = None, scode: int = 0) -> None:
        super().__init__(hresult, "Exception occurred.")
        self.hresult = hresult
        self.excepinfo = (0, "Microsoft Excel", said, None, 0, scode) if said or scode else None


BUSY = "Excel is busy: finish the cell you are editing, close any dialog, and try again"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ComError(-2147418111), BUSY),
        (ComError(-2146777998), BUSY),
        (ComError(-2147352567, "", -2146777998), BUSY),
        (OSError("CommandError: -1712 Apple event timed out"), BUSY),
        (OSError("OSERROR: -1712"), BUSY),
        (OSError("OSERROR: -609 MESSAGE: Connection is invalid."), BUSY),
        (ComError(-2147023174), "Excel does not answer any more: save your work, start Excel again, and try again"),
        (
            OSError("OSERROR: -1743 MESSAGE: The user has declined permission."),
            (
                "macOS does not let Python control Excel: allow it in System Settings, Privacy & Security, "
                "Automation, and try again"
            ),
        ),
        (
            ComError(-2147352567, "The sheet is protected."),
            "Excel refused to write (The sheet is protected.): unprotect the sheet or workbook, and try again",
        ),
        (InputError("cash is missing"), "cash is missing"),
        (CellFaults(["A1: no", "A2: no"]), "A1: no\nA2: no"),
        (KeyError(), "it could not be done (KeyError: no reason was given); run pbal-xl doctor"),
        (ValueError("a\n\nb"), "it could not be done (ValueError: a b); run pbal-xl doctor"),
    ],
)
def test_every_error_is_a_sentence_that_says_what_to_do(error: Any, said: str) -> None:
    assert sentence(error) == said


def test_a_long_sentence_of_ours_is_cut_to_what_a_box_shows() -> None:
    said = sentence(InputError("too much " * 500))
    assert said.startswith("too much too much ")
    assert said.endswith(" ...")
    assert len(said) <= 900


def test_a_long_list_of_faults_is_cut() -> None:
    said = sentence(CellFaults([f"A{row}: no" for row in range(1, 31)]))
    assert len(said.splitlines()) == 16
    assert said.endswith("and 15 more")
    assert len(sentence(CellFaults(["x" * 5000]))) <= 900


# A Mac


class MacBook:
    name = "mine.xlsx"


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """xlwings on a Mac as far as the ribbon uses it there: books by name, and a box of Excel's."""
    shown = []

    class App:
        def alert(self, prompt: str, title: str) -> None:
            shown.append((prompt, title))

    monkeypatch.setattr("pbal_xl.hosts.excel.xw.books", {"it's $(mine).xlsx": MacBook()})
    monkeypatch.setattr(type(xlwings.apps), "active", property(lambda _: App()))
    return shown


def hexed(text: str) -> str:
    return text.encode("utf-16-be").hex()


def test_on_a_mac_the_workbook_that_called_is_found_by_its_digits(
    mac: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    def see(book: Any, text: str) -> str:
        seen.append((book.name, text))
        return ""

    monkeypatch.setitem(excel._ACTIONS, "suggest", see)
    excel.on_mac("suggest", hexed("it's $(mine).xlsx"), hexed(""))
    assert seen == [("mine.xlsx", "")]
    assert mac == []


def test_on_a_mac_what_is_to_be_told_is_shown_by_python(mac: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(excel._ACTIONS, "suggest", lambda *_: "SPAXX was left out")
    excel.on_mac("suggest", hexed("it's $(mine).xlsx"), "")
    excel.on_mac("suggest", hexed("closed meanwhile.xlsx"), "")
    assert mac == [
        ("SPAXX was left out", "Portfolio Balancer"),
        (
            "it could not be done (KeyError: 'closed meanwhile.xlsx'); run pbal-xl doctor",
            "Portfolio Balancer",
        ),
    ]


class MacSheet:
    """A sheet whose threaded comments Excel for Mac does not tell."""

    notes = ("a note",)

    @property
    def comments(self) -> None:
        raise NotImplementedError("Threaded comments are not available through Excel for Mac AppleScript")


def test_a_mac_that_knows_no_threaded_comments_still_counts_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pbal_xl.hosts.excel.edited.sys.platform", "darwin")
    sheet: Any = MacSheet()
    assert edited._remarks(sheet) == 1
    monkeypatch.setattr(MacSheet, "notes", ())
    assert edited._remarks(sheet) == 0


def test_outside_windows_xlwings_converts_errors_and_blanks_which_it_knows_there() -> None:
    assert excel._ARGUMENT == {"ndim": 2, "err_to_str": True}
    assert excel._ANSWER == {}
