"""The log of a workbook file: its lines are read, and one more is added."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.hosts.headless.look import look_into
from pbal_xl.hosts.headless.writing import sheet_spec
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source
from pbal_xl.sheet.log import LOG_NAME, Earlier, earlier_lines, log_layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pbal_xl.sheet.log import LogLine

__all__ = ["LOG_SAID", "add_line", "logged_lines"]

# What is kept with the sheet in place of settings: it was made from many.
LOG_SAID = "log"


def logged_lines(path: Path) -> Earlier:
    """The lines of the log in a workbook file, and their sheet; none where there is no file or no log.

    Raises:
        Refused: the log cannot be read.
    """
    if not path.is_file() or not path.stat().st_size:
        return Earlier()
    with look_into(path) as look:
        return earlier_lines(
            {title: partial(look.grid, title) for title in (*look.titles, *look.ours)}, look.ours.__contains__
        )


def add_line(path: Path, earlier: Sequence[LogLine], line: LogLine, made_from: str) -> str:
    """Write the log with one line more; an edited log is left as it is, and the lines go on in a new sheet.

    Args:
        path: the workbook file.
        earlier: the lines so far.
        line: the one more.
        made_from: the cells of its holdings, as a formula names them.

    Returns:
        The title of the sheet.

    Raises:
        Refused: the file, with its trades, is left as it is; has a code.
    """
    opened = open_source(path)
    with opened.package:
        maker = SpecMaker(sheet_spec(log_layout([*earlier, line])))
        try:
            return graft_sheet(
                opened, maker, title=LOG_NAME, replace=True, said=LOG_SAID, made_from=made_from
            ).title
        except Refused as error:
            raise Refused(error.code, f"{error}; its trades are written, the line of the log is not") from error
