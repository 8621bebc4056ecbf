"""The generated parts of the README: the worked example, the functions, the options, the refusals."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from pbal_xl.functions import Function

__all__ = ["example", "function_reference", "help_of", "refusal_table"]

_DEMO = Path(__file__).parents[2] / "workbook" / "portfolio.xlsx"


def example(*options: str) -> str:
    """What ``pbal-xl run portfolio.xlsx`` and these options print for a copy of the demo workbook."""
    from pbal_xl.cli import main

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "portfolio.xlsx")
        shutil.copy(_DEMO, copy)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            main(["run", str(copy), *options])
        command = " ".join(["$ pbal-xl run portfolio.xlsx", *options])
        return _block(f"{command}\n{said.getvalue().replace(f'{folder}/', '').strip()}", "console")


def help_of(command: str) -> str:
    """The help text of a command."""
    from pbal_xl.cli import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        main([command, "--help"])
    return _block(said.getvalue().strip(), "text")


def function_reference() -> str:
    """Every worksheet function: its arguments, what it returns, an example."""
    return "\n\n".join(_function(function) for function in FUNCTIONS)


def _function(function: Function) -> str:
    names = ", ".join(one.name if one.required else f"[{one.name}]" for one in function.arguments)
    lines = [f"#### `{function.name}({names})`", "", function.help, ""]
    lines += [f"- `{one.name}`{'' if one.required else ' (optional)'}: {one.help}" for one in function.arguments]
    lines += [f"- Returns: {function.returns}", f"- Example: `{function.example}`"]
    return "\n".join(lines)


def refusal_table() -> str:
    """The stable codes of files that are left alone."""
    from pbal_xl.hosts.headless.refusals import REFUSALS

    rows = [f"| `{code}` | {meaning} |" for code, meaning in REFUSALS.items()]
    return "\n".join(["| code | the file is left alone because |", "| --- | --- |", *rows])


def _block(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```"
