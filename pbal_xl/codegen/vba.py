"""The VBA that follows from the function table: a wrapper a function, and the function wizard's texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.functions import CATEGORY, FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pbal_xl.functions import Function

__all__ = ["GENERATED", "descriptions_module", "functions_module", "intellisense_rows"]

GENERATED = ("PbalFunctions.bas", "PbalDescriptions.bas")

_NOTE = "' Generated from the function table by pbal-xl build; change the table, not this."


def functions_module() -> str:
    """The module with one wrapper per worksheet function.

    Every argument is optional to Excel, so that a missing one is answered with a sentence, not with #VALUE!.
    """
    head = ['Attribute VB_Name = "PbalFunctions"', "Option Explicit", "", _NOTE]
    return _text([*head, *(line for function in FUNCTIONS for line in _wrapper(function))])


def _wrapper(function: Function) -> list[str]:
    names = [argument.name for argument in function.arguments]
    parameters = ", ".join(f"Optional {name} As Variant" for name in names)
    return [
        "",
        f"Public Function {function.name}({parameters}) As Variant",
        f'    {function.name} = PbalCall("{function.name}", Array({", ".join(names)}))',
        "End Function",
    ]


def descriptions_module() -> str:
    """The module that gives the function wizard its texts, and the ribbon its help."""
    lines = [
        'Attribute VB_Name = "PbalDescriptions"',
        "Option Explicit",
        "Option Private Module",
        "",
        _NOTE,
        "",
    ]
    lines += ["Public Sub PbalDescribeFunctions()"]
    for function in FUNCTIONS:
        lines += _description(function)
    lines += [
        "End Sub",
        "",
        *_DESCRIBE,
        "",
        "Public Function PbalHelpText() As String",
        "    Dim text As String",
    ]
    lines += [f"    text = text & {_literal(part)} & vbLf" for part in _help_lines()]
    return _text([*lines, "    PbalHelpText = text", "End Function"])


_DESCRIBE = [
    "Private Sub Describe(ByVal functionName As String, ByVal help As String, ByVal arguments As Variant)",
    "    Dim macro As String",
    "    macro = PbalMacroName(functionName)",
    "    If UBound(arguments) < LBound(arguments) Then",
    f'        Application.MacroOptions Macro:=macro, Description:=help, Category:="{CATEGORY}"',
    "    Else",
    f'        Application.MacroOptions Macro:=macro, Description:=help, Category:="{CATEGORY}", _',
    "            ArgumentDescriptions:=arguments",
    "    End If",
    "End Sub",
]


def _description(function: Function) -> list[str]:
    opening = f'    Describe "{function.name}", _'
    texts = [_literal(argument.help) for argument in function.arguments]
    if not texts:
        return [opening, f"        {_literal(function.help)}, _", "        Array()"]
    arguments = [f"            {text}, _" for text in texts[:-1]]
    return [
        opening,
        f"        {_literal(function.help)}, _",
        "        Array( _",
        *arguments,
        f"            {texts[-1]})",
    ]


def _help_lines() -> Iterable[str]:
    yield "Type one of these in a cell (Excel for Windows), or press Suggest trades:"
    yield ""
    yield from (function.example for function in FUNCTIONS)
    yield ""
    yield "The boxes on this tab are kept in names of the workbook (pbal_cash, pbal_strategy ...)."
    yield "When nothing answers, press Connect again, or run pbal-xl doctor in a terminal."


def intellisense_rows() -> list[list[str]]:
    """The sheet that Excel-DNA IntelliSense reads: name, help, help topic, then argument names and helps."""
    rows = [["FunctionInfo", "1.0"]]
    for function in FUNCTIONS:
        pairs = [text for argument in function.arguments for text in (argument.name, argument.help)]
        rows.append([function.name, function.help, "", *pairs])
    return rows


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
