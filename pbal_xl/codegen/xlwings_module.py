"""xlwings' own VBA module, taken from the installed xlwings and mended.

What is mended, each by a replacement that must fit exactly once:

- configuration comes from the add-in's own sheet alone (``PbalSetting``): xlwings also reads a sheet of the
  active workbook and a file beside it, which could name the program to run, and does so some 14 times a call;
- the command that starts Python holds no workbook's path: xlwings keys its Python server by that command, so
  that each workbook would start another one;
- code embedded in a workbook's sheets is never looked for;
- Python is started without the current folder on its path, and by Windows' own cmd.exe: Excel's current
  folder is often the workbook's, and a module or program lying there must not be taken for the real one;
- the module's functions stay out of Excel's function list.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from pbal_xl.errors import Refused

__all__ = ["TESTED", "mended_modules", "xlwings_version"]

# Oldest and newest xlwings whose module these replacements were tried on.
TESTED = ("0.33.0", "0.37.8")

_CUT_PROCEDURES = (
    "Public Function RunFrozenPython",
    "Sub ImportPythonUDFsBase",
    "Sub ImportPythonUDFs()",
    "Sub ImportPythonUDFsToAddin",
    "Sub ImportXlwingsUdfsModule",
    "Private Sub GetDLLVersion",
    "Function GetConfigFilePath",
    "Function GetDirectoryConfigFilePath",
    "Function SaveConfigToFile",
    "Function GetConfigFromFile",
)
# These stand between #If App = "Microsoft Excel" and #End If lines that must go with them.
_CUT_BLOCKS = (
    ('#If App = "Microsoft Excel" Then\nFunction GetUdfModules(', "End Function\n"),
    ('#If App = "Microsoft Excel" Then\nFunction GetDirectoryPath(', "End Function\n"),
    ('#If App = "Microsoft Excel" Then\nFunction GetConfigFromSheet(', "End Function\n#End If\n"),
    ('#If App = "Microsoft Excel" Then\nFunction GetFullName(', "End Function\n#End If\n"),
)
_OWN_GET_CONFIG = """\
Function GetConfig(configKey As String, Optional default As String = "") As Variant
    GetConfig = PbalSetting(configKey, default)
End Function
"""
# Six fields and no seventh: an empty seventh would put the current folder on Python's path.
_NO_PATH = '        PYTHONPATH = "false;;;;;"\n'
_NO_PATH_MAC = '        PYTHONPATH = "false;;;;"\n'  # ExecuteMac adds the fifth semicolon
_PATH_OF_FUNCTIONS = '        PYTHONPATH = AddExcelDir & ";" & ActiveWorkbook.FullName & '
_PATH_OF_MACROS = '        PYTHONPATH = AddExcelDir & ";" & ActiveFullName & ";" & ThisFullName & ";" & '
# Each: where it starts, what ends it, and what stands there instead.
_REPLACED_BLOCKS = (
    ("Function GetConfig(", "End Function\n", _OWN_GET_CONFIG),
    ("    ' Check for embedded Python code\n", "    Next i\n", "    uses_embedded_code = False\n"),
    (_PATH_OF_FUNCTIONS, "\n", _NO_PATH),
    (_PATH_OF_MACROS + 'GetConfig("ONEDRIVE_CONSUMER_MAC")', "\n", _NO_PATH_MAC),
    (_PATH_OF_MACROS + 'GetConfig("ONEDRIVE_CONSUMER_WIN")', "\n", _NO_PATH),
)
_SYSTEM_CMD = 'Environ$("SystemRoot") & "\\System32\\cmd.exe '
# Each: the text, how often it occurs, and what stands there instead.
_REPLACED_TEXTS = (
    ('#Const App = "Microsoft Excel"', 1, 'Option Private Module\n#Const App = "Microsoft Excel"'),
    ('Public Const PROJECT_NAME As String = "myaddin"', 1, 'Public Const PROJECT_NAME As String = "pbal"'),
    ('-c ""import sys, os;"', 1, '-c ""import sys, os;sys.path[:]=filter(None,sys.path);"'),
    ('"cmd.exe " & ConsoleSwitch', 2, _SYSTEM_CMD + '" & ConsoleSwitch'),
    ('"cmd.exe /C "', 1, _SYSTEM_CMD + '/C "'),
)


def xlwings_version() -> str:
    """The version of the installed xlwings, without importing it."""
    return metadata.version("xlwings")


def mended_modules() -> dict[str, str]:
    """Module name -> source of what the add-in takes from the installed xlwings.

    Raises:
        Refused: code "xlwings-changed", when xlwings' module does not read as expected.
    """
    package = _package()
    dictionary = (package / "addin" / "Dictionary.cls").read_text(encoding="ascii")
    return {
        "xlwings": mend((package / "xlwings_custom_addin.bas").read_text(encoding="ascii")),
        "Dictionary": dictionary,
    }


def _package() -> Path:
    """The folder of the installed xlwings, found without importing it (which looks for Excel)."""
    for path in metadata.files("xlwings") or ():
        if path.name == "xlwings_custom_addin.bas":
            return Path(str(path.locate())).parent
    raise _changed("xlwings_custom_addin.bas")


def mend(source: str) -> str:
    """The module with every fault above mended."""
    for start in _CUT_PROCEDURES:
        end = "End Sub\n" if " Sub " in f" {start}" else "End Function\n"
        source = _replace_block(source, f"\n{start}", end, "\n")
    for start, end in _CUT_BLOCKS:
        source = _replace_block(source, start, end, "")
    for start, end, replacement in _REPLACED_BLOCKS:
        source = _replace_block(source, start, end, replacement)
    for old, times, new in _REPLACED_TEXTS:
        if source.count(old) != times:
            raise _changed(old)
        source = source.replace(old, new)
    _require_no_foreign_configuration(source)
    return source


def _replace_block(source: str, start: str, end: str, replacement: str) -> str:
    """Replace from ``start``, which must occur once, to the first ``end`` after it, both included."""
    if source.count(start) != 1:
        raise _changed(start)
    first = source.index(start)
    last = source.find(end, first)
    if last < 0:
        raise _changed(end)
    return source[:first] + replacement + source[last + len(end) :]


# What may still ask for the active workbook: its name and the object, handed to Python by RunPython.
_ALLOWED = (
    'InStr(ActiveWorkbook.FullName, "://") = 0',
    "ActiveFullName = ToPosixPath(ActiveWorkbook.FullName)",
    "ActiveFullName = ActiveWorkbook.FullName",
    'ParameterString = ParameterString + "|" + ActiveWorkbook.Name',
    '" --wb=" & """" & ActiveWorkbook.Name',
    '"BOOK_CALLER", ActiveWorkbook',
    'SheetExists(ActiveWorkbook, "Error")',
    "ActiveWorkbook.Sheets.Add()",
    'ActiveWorkbook.Sheets("Error")',
)


def _require_no_foreign_configuration(source: str) -> None:
    for line in source.splitlines():
        if line.lstrip().startswith("'"):
            continue
        if "ActiveWorkbook" in line and not any(allowed in line for allowed in _ALLOWED):
            raise _changed(line.strip())


def _changed(text: str) -> Refused:
    shown = text.strip().splitlines()[0][:80]
    return Refused(
        "xlwings-changed",
        f"xlwings {xlwings_version()} is not one this add-in was tried with ({TESTED[0]} to {TESTED[1]}): "
        f"its Excel module differs at: {shown}",
    )
