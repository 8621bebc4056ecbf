"""Workbooks as people have them, and as nobody should: Excel's macro answers what files answer.

The macro runs through xlwings' remote engine; see ``test_excel_macro``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hostile_books import BOOKS, book_of
from test_excel_macro import alerts, book, name, orders, pytestmark, suggest

from pbal_xl import cli

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["pytestmark"]

# Its values would be milliards.
_NOT_SENT = {"a figure in the last cell"}


@pytest.mark.parametrize("kind", [kind for kind in BOOKS if kind not in _NOT_SENT])
def test_excel_and_files_answer_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    made, sheet = book_of()
    BOOKS[kind](made, sheet)
    made.save(tmp_path / "mine.xlsx")
    cli.main(["run", str(tmp_path / "mine.xlsx"), "--cash", "5000", "--dry-run", "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    opened = book(
        {one.title: [list(row) for row in one.iter_rows(values_only=True)] for one in made.worksheets},
        names=[name("pbal_cash", "=5000")],
    )
    suggest(opened)
    said = alerts(opened)
    if not answer["ok"]:
        assert said[0].splitlines()[0].removeprefix("#PBAL! ") in answer["error"]
        return
    assert said == []
    wanted = [(one["symbol"], one["shares"], one["amount"]) for one in answer["orders"]]
    assert sorted(orders(opened)) == sorted(wanted)
