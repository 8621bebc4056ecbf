"""The named functions in a workbook file, for Excel 365."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.ooxml.names import add_names
from pbal_xl.sheet.lambdas import FUNCTIONS, HELP, stored

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["add_formulas"]

_LAMBDA = "_xlfn.LAMBDA("
_OURS = '"#PBAL! '


def add_formulas(path: Path, output: Path | None = None) -> tuple[Path, tuple[str, ...]]:
    """Add the named functions to a workbook; those of an earlier version are replaced.

    Returns:
        The file that was written, and the functions' names.

    Raises:
        Refused: the file is left alone; has a code.
    """
    names = {name: (stored(formula), HELP[name]) for name, formula in FUNCTIONS.items()}
    written = add_names(path, names, ours=lambda text: text.startswith(_LAMBDA) and _OURS in text, output=output)
    return written, tuple(names)
