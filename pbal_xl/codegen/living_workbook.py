"""The demo workbook with its trades as formulas: nothing to install, in any spreadsheet program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.codegen import demo
from pbal_xl.hosts.headless.reading import Where, read_workbook
from pbal_xl.hosts.headless.writing import sheet_spec
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source
from pbal_xl.suggest import layout_of, plan_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["living_workbook"]


def living_workbook(path: Path) -> None:
    """Write the workbook; the same bytes every time."""
    demo.demo_workbook(path)
    opened = open_source(path)
    with opened.package:
        portfolio = read_workbook(path, Where(), opened)
        layout = layout_of(portfolio, plan_of(portfolio, {}), demo.MADE, said={"live": True})
        made_from = portfolio.block.reference
        graft_sheet(opened, SpecMaker(sheet_spec(layout)), title=layout.name, made_from=made_from)
