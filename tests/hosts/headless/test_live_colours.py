"""On sheets of formulas the colours of buys and sells are conditional formats, and parts of the sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import workbook_zoo as zoo
from openpyxl import load_workbook
from trades_books import REQUEST, portfolio_book

from pbal_xl.hosts.headless.commands import run_file

if TYPE_CHECKING:
    from pathlib import Path

LIVE = replace(REQUEST, settings={**REQUEST.settings, "live": True}, replace=True)


def _edited(source: Path, target: Path, old: bytes, new: bytes) -> Path:
    parts = {name: content.replace(old, new) for name, content in zoo.read_parts(source).items()}
    assert parts != zoo.read_parts(source)
    zoo.write_parts(target, parts)
    return target


@pytest.mark.parametrize(
    ("old", "new", "is_ours"),
    [
        (b"</dxfs>", b"</dxfs><!-- -->", True),
        (b"<dxf><font><b/><color", b'<dxf><font><b/><i val="0"/><color', True),  # as Excel says what is so anyway
        (b'<bgColor rgb="FFD9F2E8"/>', b'<bgColor rgb="FFFFFF00"/>', False),
        (b'<formula>"Sell"</formula>', b'<formula>"Mine"</formula>', False),
        (b'sqref="B', b'sqref="C', False),
    ],
)
def test_buys_and_sells_have_colours_that_count_as_parts_of_the_sheet(
    tmp_path: Path, old: bytes, new: bytes, is_ours: bool
) -> None:
    path = portfolio_book(tmp_path / "book.xlsx")
    for _ in range(2):
        assert run_file(path, LIVE).trades_sheet == "Trades"
        [rules] = load_workbook(path)["Trades"].conditional_formatting
        found = [(rule.formula, rule.dxf.font.color.rgb, rule.dxf.fill.bgColor.rgb) for rule in rules.rules]
        assert found == [(['"Buy"'], "FF00614A", "FFD9F2E8"), (['"Sell"'], "FFA3320F", "FFFCE3DA")]
        assert all(rule.dxf.font.b for rule in rules.rules)
    edited = _edited(path, tmp_path / "edited.xlsx", old, new)
    written = run_file(edited, LIVE).trades_sheet
    assert (written == "Trades") is is_ours
