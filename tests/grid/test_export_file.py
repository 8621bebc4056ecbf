"""A positions export, from the file to its holdings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pbal_xl.errors import CellFaults, Refused
from pbal_xl.grid.export_file import read_positions

if TYPE_CHECKING:
    from pathlib import Path


def test_an_export_is_read_and_what_was_left_out_is_told(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text("Symbol,Value,Price\nA,10,2\nSPAXX**,5,1\n", encoding="utf-8")
    holdings, notices = read_positions(path)
    assert [one.symbol for one in holdings] == ["A"]
    assert any("SPAXX**" in notice for notice in notices)


def test_an_export_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^gone\.csv cannot be read"):
        read_positions(tmp_path / "gone.csv")
    path = tmp_path / "positions.csv"
    path.write_text("Symbol,Value\nA,lots\n", encoding="utf-8")
    with pytest.raises(CellFaults, match=r'^positions\.csv, B2: value "lots"'):
        read_positions(path)
