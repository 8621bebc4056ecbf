"""The generated parts of the README and of the documents: examples, functions, settings, headers, refusals."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.functions import FUNCTIONS
from pbal_xl.grid.vocabulary import data
from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.functions import Function
    from pbal_xl.setting import Setting

__all__ = [
    "api_reference",
    "commands",
    "example",
    "function_reference",
    "header_list",
    "help_of",
    "json_schema",
    "orders",
    "program_list",
    "refusal_table",
    "settings_table",
]

# Seen from the checkout that the README stands in.
_DEMO = Path("workbook", "portfolio.xlsx")


def example(*options: str, name: str = _DEMO.name) -> str:
    """What ``pbal-xl run portfolio.xlsx`` and these options print for a copy of the demo workbook."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(_DEMO, Path(folder, name))
        said = _said("run", name, *options, folder=folder)
    return _block(f"{' '.join(['$ pbal-xl run', name, *options])}\n{said}", "console")


def orders(*options: str, rows: Sequence[str] = (), **columns: str) -> str:
    """The orders of the demo with these options, in a line: "VCR 2,796.80, VDC 1,542.00".

    Args:
        options: of ``pbal-xl run``.
        rows: further rows of the sheet, as a CSV has them.
        columns: for a heading (blanks as underscores) what stands beside holdings, such as ``Lock="VCR: no buy"``.
    """
    from pbal_xl.codegen import demo

    beside = {name: dict(one.split(": ") for one in said.split("; ")) for name, said in columns.items()}
    lines = [",".join(["Symbol", "Value", "Price", "Gain", *(name.replace("_", " ") for name in beside)])]
    for symbol, value, price, gain in demo.HOLDINGS:
        lines.append(
            ",".join([symbol, str(value), str(price), str(gain), *(one.get(symbol, "") for one in beside.values())])
        )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "demo.csv").write_text("\n".join([*lines, *rows]), encoding="utf-8")
        told = json.loads(_said("run", "demo.csv", "--json", "--dry-run", *options, folder=folder))
    traded = [f"{order['symbol']} {order['amount']:,.2f}" for order in told["orders"] if order["amount"]]
    return ", ".join(traded) or "no order"


def help_of(command: str) -> str:
    """The help text of a command."""
    return _block(_said(command, "--help"), "text")


def _said(*arguments: str, folder: str | None = None) -> str:
    """What the command prints; a process of its own, because the command line stands above this package."""
    command = [sys.executable, "-m", "pbal_xl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def commands() -> str:
    """Every command with its help."""
    names = re.findall(r"^  ([a-z]+)  ", _said("--help"), re.MULTILINE)
    return "\n\n".join(f"## pbal-xl {name}\n\n{help_of(name)}" for name in names)


def json_schema(command: str = "run") -> str:
    """The JSON Schema of what a command, such as "run", prints with ``--json``."""
    return _block(_said(command, "--json-schema"), "json")


def api_reference() -> str:
    """Every public name of the package, and of its files' host: how it is called, and its docstring."""
    import inspect

    import pbal_xl
    from pbal_xl.core.model import Plan
    from pbal_xl.hosts import headless

    values = [(name, getattr(pbal_xl, name)) for name in pbal_xl.__all__]
    values += [("Plan.to_frame", Plan.to_frame)]
    values += [(f"hosts.headless.{name}", getattr(headless, name)) for name in ("add_sheet", "Grafted")]
    parts = []
    for name, value in values:
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        called = [f"{name.rpartition('.')[2]}{_parameters(value)}", ""] if inspect.isfunction(value) else []
        parts += [f"## `{name}`", "", _block("\n".join([*called, inspect.getdoc(value) or ""]), "text"), ""]
    return "\n".join([*parts, *_types()]).rstrip()


def _types() -> list[str]:
    """The public names of types, for annotations, and what each stands for."""
    from typing import Literal, get_args, get_origin

    import pbal_xl

    lines = ["## Types, for annotations", "", "| name | stands for |", "| --- | --- |"]
    for name in pbal_xl.__all__:
        value = getattr(pbal_xl, name)
        if get_origin(value) is Literal:
            lines.append(f"| `{name}` | {' or '.join(f'`{one!r}`' for one in get_args(value))} |")
        elif isinstance(value, str) and not name.startswith("_"):
            lines.append(f"| `{name}` | {', '.join(f'`{one}`' for one in value.split(' | '))} |")
    return lines


def _parameters(function: Callable[..., object]) -> str:
    """The parameters of a function with their types and defaults, one a line, and what it returns."""
    import inspect

    signature = inspect.signature(function)
    lines, named = [], False
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and not named:
            lines.append("    *,")
            named = True
        lines.append(re.sub(r": '([^']*)'", r": \1", f"    {one},"))  # types stand there as texts
    inside = "\n".join(["(", *lines, ")"]) if lines else "()"
    return f"{inside} -> {signature.return_annotation}"


def settings_table() -> str:
    """Every setting: its option, its name in a workbook, what it does and its default."""
    rows = [
        f"| `{one.key}` | {_options(one)} | `{one.name}` | {one.kind} | {one.help} | {one.default_text} |"
        for one in SETTINGS
    ]
    head = ["| setting | option | name in the workbook | kind | meaning | default |", "| --- " * 6 + "|"]
    return "\n".join([*head, *rows])


def _options(setting: Setting) -> str:
    return ", ".join(f"`{option}`" for option in (setting.option, setting.no_option) if option)


def function_reference(level: int = 4) -> str:
    """Every worksheet function under a heading of this level: its arguments, what it returns, an example."""
    return "\n\n".join(_function(function, "#" * level) for function in FUNCTIONS)


def _function(function: Function, heading: str) -> str:
    names = ", ".join(one.name if one.required else f"[{one.name}]" for one in function.arguments)
    lines = [f"{heading} `{function.name}({names})`", "", function.help, ""]
    lines += [f"- `{one.name}`{'' if one.required else ' (optional)'}: {one.help}" for one in function.arguments]
    lines += [f"- Returns: {function.returns}", f"- Example: `{function.example}`"]
    return "\n".join(lines)


def refusal_table() -> str:
    """The stable codes of files that are left alone."""
    from pbal_xl.refusals import REFUSALS

    rows = [f"| `{code}` | {meaning} |" for code, meaning in REFUSALS.items()]
    return "\n".join(["| code | the file is left alone because |", "| --- | --- |", *rows])


_MOST_NAMES = 8


def header_list() -> str:
    """The header names of each field, the first of English and of other languages; the rest stand in the file."""
    fields = data()["fields"]
    rows = []
    for field in fields:
        names = fields[field]["names"]
        first = next(iter(names.values()))
        shown = [*first[:_MOST_NAMES], *(listed[0] for language, listed in names.items() if listed is not first)]
        rows.append(f"| {field} | {fields[field]['says']} | {', '.join(dict.fromkeys(shown))} |")
    return "\n".join(["| field | what it is | headers, among others |", "| --- | --- | --- |", *rows])


def program_list() -> str:
    """The programs whose header rows were found and are read in a test."""
    names = (one["name"].split(" (")[0].split(",")[0] for one in data()["programs"])
    return ", ".join(sorted(dict.fromkeys(names), key=str.casefold))


def _block(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```"
