"""The files of the repository that are generated for Excel, in the order they depend on each other."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.codegen import addin, demo, lambda_workbook, living_workbook, macro_workbook, vba

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["files"]


def files() -> Iterator[tuple[str, bytes]]:
    """(path below the checkout, content) one by one: the add-in is built after the modules it holds."""
    yield "vba/PbalFunctions.bas", vba.functions_module().encode("ascii")
    yield "vba/PbalDescriptions.bas", vba.descriptions_module().encode("ascii")
    yield "workbook/pbal.xlam", addin.committed_addin()
    yield "workbook/portfolio.xlsm", macro_workbook.macro_workbook()
    yield "workbook/portfolio.xlsx", _made(demo.demo_workbook)
    yield "workbook/portfolio-live.xlsx", _made(living_workbook.living_workbook)
    yield "workbook/portfolio-lambda.xlsx", _made(lambda_workbook.lambda_workbook)


def _made(make: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "portfolio.xlsx")
        make(path)
        return path.read_bytes()
