"""Breaks of the Excel host: VBA, the files it is built into, and the Python behind it."""

from breaks import Break

ADDIN = "tests/codegen/test_addin.py"
RIBBON = "tests/codegen/test_ribbon.py"
TAKEN = "tests/codegen/test_xlwings_module.py"
VBA = "tests/excel/test_vba_interpreted.py"
HOSTILE = "tests/excel/test_hostile_names.py"
WINDOWS = "tests/excel/test_excel_macro_windows.py"
CELLS = "tests/excel/test_excel_functions.py"
FAULTS = "tests/excel/test_excel_faults.py"
DOCTOR = "tests/install/test_doctor.py"
COMMANDS = "tests/codegen/test_commands.py"

BREAKS = (
    # From a cell to Python
    Break("vba/PbalCalls.bas", "(functionName), (arguments))", "functionName, arguments)", ADDIN),
    Break("vba/PbalCalls.bas", "figures = block.Value2", "figures = block.Value", VBA),
    Break("vba/PbalCalls.bas", "= vbDate Then figures(r, c) = shown(r, c)", "= vbDate Then figures(r, c) = 0", VBA),
    Break("vba/PbalCalls.bas", "= vbDate Then\n        figures = shown", "= vbDate Then\n        figures = 0", VBA),
    Break("vba/PbalCalls.bas", "If FilledRows(figures) < UBound", "If FilledRows(figures) > UBound", VBA),
    Break("vba/PbalCalls.bas", "For r = UBound(figures, 1) To 2", "For r = UBound(figures, 1) To 3", VBA),
    Break("vba/PbalCalls.bas", "If block.Areas.Count > 1 Then", "If block.Areas.Count > 9 Then", VBA),
    Break("vba/PbalCalls.bas", "used.Row + used.Rows.Count - 1", "used.Row + used.Rows.Count - 2", VBA),
    Break("vba/PbalCalls.bas", "LONGEST_SENTENCE As Long = 250", "LONGEST_SENTENCE As Long = 2500", VBA),
    Break("vba/PbalCalls.bas", "Step -1\n        If Trim$(lines(i))", "Step -2\n        If Trim$(lines(i))", VBA),
    Break("vba/PbalCalls.bas", '"Traceback (most recent call last)") > 0', '"Nothing of the kind") > 0', VBA),
    Break("vba/PbalCalls.bas", '(CStr(figure) = "")', "False", VBA),
    Break("vba/PbalCalls.bas", 'If PbalCause = "" Then PbalCause = "no reason was given"', "", VBA),
    # Python starts, or does not
    Break("vba/PbalServer.bas", 'If failure <> "" And', 'If failure = "-" And', VBA),
    Break("vba/PbalServer.bas", "RETRY_AFTER_MINUTES As Long = 5", "RETRY_AFTER_MINUTES As Long = 500", VBA),
    Break("vba/PbalServer.bas", 'failure = ""\n    PbalForgetSettings', "PbalForgetSettings", VBA),
    Break("vba/PbalServer.bas", "    KillPy\n", "", VBA),
    Break("vba/PbalServer.bas", "sys.path[:]=filter(None,sys.path);", "", HOSTILE),
    Break("vba/PbalServer.bas", "import pbal_xl.hosts.excel_server", "import pbal_xl.hosts.server", HOSTILE),
    Break(
        "vba/PbalServer.bas",
        'PbalServerCommand = """" & PbalSetting',
        'PbalServerCommand = "" & PbalSetting',
        HOSTILE,
    ),
    Break("pbal_xl/codegen/xlwings_module.py", "#If Win64 Then", "#If Win32 Then", TAKEN),
    Break("pbal_xl/codegen/xlwings_module.py", "    XLPyLoadDLL\n    Dim unused", "    Dim unused", TAKEN),
    Break("pbal_xl/codegen/xlwings_module.py", "StrPtr(PbalLibrary())", 'StrPtr("xlwings.dll")', TAKEN),
    Break("pbal_xl/codegen/xlwings_module.py", '"Option Private Module",', '"",', TAKEN),
    Break(
        "pbal_xl/codegen/xlwings_module.py",
        "XLPyCommand = PbalServerCommand()",
        "XLPyCommand = PbalServerCommand(",
        ADDIN,
    ),
    Break("pbal_xl/hosts/excel_server.py", '"numpy", ', "", "tests/excel/test_excel_server.py"),
    Break("pbal_xl/hosts/excel_server.py", '"pandas", ', "", "tests/excel/test_excel_server.py"),
    # The function wizard
    Break("vba/PbalWizard.bas", "    ThisWorkbook.IsAddin = False\n", "", VBA),
    Break("vba/PbalWizard.bas", "    ThisWorkbook.IsAddin = True\n", "", VBA),
    Break("vba/PbalWizard.bas", "    ThisWorkbook.Saved = True\n", "", VBA),
    Break("vba/PbalWizard.bas", "    Application.ScreenUpdating = False\n", "", VBA),
    Break("vba/PbalWizard.bas", "    Application.EnableEvents = False\n", "", VBA),
    Break("vba/PbalWizard.bas", "    Application.ScreenUpdating = hadScreen\n", "", VBA),
    Break("vba/PbalWizard.bas", "notDescribed = PbalCause(Err.Description)", 'notDescribed = ""', VBA),
    Break("pbal_xl/codegen/vba.py", "PbalMacroName(functionName)", "functionName", VBA),
    Break("pbal_xl/codegen/vba.py", "text.replace('\"', '\"\"')", "text", HOSTILE),
    Break("vba/PbalSettings.bas", 'Replace(ThisWorkbook.Name, "\'", "\'\'")', "ThisWorkbook.Name", HOSTILE),
    Break("vba/PbalSettings.bas", "Set conf = ThisWorkbook.", "Set conf = ActiveWorkbook.", VBA),
    # The workbook's module and the package
    Break("vba/ThisWorkbook.cls", "VB_PredeclaredId = True", "VB_PredeclaredId = False", ADDIN),
    Break("vba/ThisWorkbook.cls", "Private WithEvents excelApp", "Private excelApp", ADDIN),
    Break("vba/ThisWorkbook.cls", "    Listen\n", "", ADDIN),
    Break("vba/ThisWorkbook.cls", "Then Set excelApp = Application", "Then Exit Sub", ADDIN),
    Break("vba/ThisWorkbook.cls", "excelApp_WorkbookOpen(", "excelApp_WorkbookOpened(", ADDIN),
    Break(
        "pbal_xl/codegen/package.py",
        'Kind(".xlam", "application/vnd.ms-excel.addin.macroEnabled.main+xml")',
        'Kind(".xlam", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")',
        ADDIN,
    ),
    Break("pbal_xl/codegen/package.py", "cc61ffff000000", "cc61ffff0000", ADDIN),
    Break("pbal_xl/codegen/package.py", "for name in documents - set(modules):", "for name in ():", ADDIN),
    Break(
        "pbal_xl/codegen/package.py", '<calcPr calcId="191029"/>', '<calcPr calcId="1" fullCalcOnLoad="1"/>', ADDIN
    ),
    Break("pbal_xl/codegen/addin.py", '"INTERPRETER_MAC" if sys', '"INTERPRETER" if sys', ADDIN),
    Break("pbal_xl/codegen/addin.py", 'for bad in (\'"\', "|", "$("', 'for bad in (\'"\', "$("', HOSTILE),
    Break("pbal_xl/codegen/addin.py", "short = short_path(place)", "short = place", DOCTOR),
    # The ribbon
    Break("vba/PbalRibbon.bas", "    PbalWriteSettings\n", "    PbalSuggestTrades\n", "tests/codegen tests/excel"),
    Break("vba/PbalRibbon.bas", 'PbalKeptAmount("pbal_increment")', 'PbalKeptAmount("pbal_cash")', RIBBON),
    Break("vba/PbalRibbon.bas", "failed:\n    index = 0", "    index = 0", RIBBON),
    Break("vba/customUI14.xml", 'onAction="PbalOnConnect"', 'onAction="PbalConnect"', RIBBON),
    Break("vba/PbalActions.bas", 'PbalKept("pbal_cash") = "" Then', 'PbalKept("pbal_cash") = "-" Then', VBA),
    Break("vba/PbalActions.bas", '    PbalKeepText "pbal_strategy", strategy\n', "", VBA),
    Break("vba/PbalActions.bas", '"in_excel"', '"on_mac"', VBA),
    Break("vba/PbalActions.bas", "(action), PbalHex(argument))", "(action), argument)", VBA),
    Break("vba/PbalActions.bas", "PbalHex(book) &", "book &", HOSTILE),
    Break("vba/PbalMac.bas", '"\'" & Replace(path, "\'", "\'\\\'\'") & "\'"', "path", HOSTILE),
    Break("vba/PbalMac.bas", 'If InStr(1, path, "|") > 0', 'If InStr(1, path, "|") > 99', HOSTILE),
    Break("vba/PbalMac.bas", 'If home Like "*[|$`""\\]*"', 'If home Like "*[|]*"', HOSTILE),
    Break("vba/PbalMac.bas", '"|-|-|"', '"|" & ActiveWorkbook.Name & "|-|"', HOSTILE),
    Break("vba/PbalNames.bas", "content = KeptInCell(kept).Value2", "content = KeptInCell(kept).Value", VBA),
    Break("vba/PbalNames.bas", 'Replace(text, """", """""")', "text", HOSTILE),
    Break("vba/PbalNames.bas", 'Not body Like "*[!0-9.eE+-]*"', 'Not body Like "*[!0-9.a-zA-Z+()-]*"', VBA),
    Break("vba/PbalNames.bas", "        kept.RefersTo = refersTo", "        kept.Delete", VBA),
    Break("vba/PbalRepair.bas", "FormulaOf = CStr(cell.Formula2)", "FormulaOf = CStr(cell.Formula)", VBA),
    Break("vba/PbalRepair.bas", "cell.Formula2 = text", "cell.Formula = text", VBA),
    Break("vba/PbalRepair.bas", "cell.CurrentArray.FormulaArray = text", "cell.CurrentArray.Formula = text", VBA),
    Break("vba/demo/PbalCalls.bas", "If AddInIsOpen() Then", "If Not AddInIsOpen() Then", VBA),
    # Python in Excel
    Break("pbal_xl/hosts/excel/reading.py", "block.Value2, block.Value", "block.Value, block.Value", WINDOWS),
    Break("pbal_xl/hosts/excel/reading.py", "2045: ", "2046: ", CELLS),
    Break("pbal_xl/hosts/excel/reading.py", "or [[None]]", "or []", WINDOWS),
    Break(
        "pbal_xl/hosts/excel/__init__.py",
        "isinstance(value, (Decimal, int)) and",
        "isinstance(value, Decimal) and",
        CELLS,
    ),
    Break("pbal_xl/hosts/excel/__init__.py", 'return ""\n', "return None\n", CELLS),
    Break(
        "pbal_xl/hosts/excel/__init__.py", '"utf-16-be", "surrogatepass"', '"utf-16-le", "surrogatepass"', HOSTILE
    ),
    Break("pbal_xl/hosts/excel/faults.py", "-2146777998}", "-2146777999}", FAULTS),
    Break("pbal_xl/hosts/excel/faults.py", '"-1712"', '"-1713"', FAULTS),
    Break("pbal_xl/hosts/excel/faults.py", '"protected", "read-only"', '"read-only"', FAULTS),
    Break("pbal_xl/hosts/excel/charts.py", "drawn.PlotBy = _COLUMNS", "drawn.PlotBy = 1", WINDOWS),
    Break(
        "pbal_xl/hosts/excel/charts.py",
        "(first.first_row - 1, first.first_column)",
        "(first.first_row, first.first_column)",
        WINDOWS,
    ),
    Break("pbal_xl/hosts/excel/writing.py", "            drawn.delete()\n", "            pass\n", WINDOWS),
    Break("pbal_xl/hosts/excel/writing.py", "replace(layout, charts=())", "layout", WINDOWS),
    Break(
        "pbal_xl/hosts/excel/writing.py", 'return f"\'{value}" if value else None', "return value or None", WINDOWS
    ),
    Break("pbal_xl/hosts/excel/writing.py", "return float(value)  #", "return value  #", WINDOWS),
    Break(
        "pbal_xl/hosts/excel/edited.py",
        "contextlib.suppress(NotImplementedError)",
        "contextlib.nullcontext()",
        FAULTS,
    ),
    Break("pbal_xl/hosts/excel/reading.py", "name.api.Visible = False", "name.api.Visible = True", WINDOWS),
    Break("pbal_xl/hosts/excel/writing.py", '",".join(choices)', '";".join(choices)', WINDOWS),
    # Installing
    Break("pbal_xl/install/excel.py", "User Content.localized/Startup.localized", "User Content/Startup", DOCTOR),
    Break("pbal_xl/install/excel.py", "if place.read_bytes() == own:", "if place.read_bytes():", DOCTOR),
    Break("pbal_xl/install/commands.py", "    if obstacle is not None:\n        raise obstacle\n", "", DOCTOR),
    Break(
        "pbal_xl/install/checks.py",
        '("store-python", _store),\n    ("arm64", _arm64),',
        '("arm64", _arm64),',
        DOCTOR,
    ),
    Break("pbal_xl/install/checks.py", "forbidden = 4", "forbidden = 3", DOCTOR),
    Break("pbal_xl/install/checks.py", 'code = "not-started" if', 'code = "other-version" if', DOCTOR),
    Break("pbal_xl/install/checks.py", '":Zone.Identifier"', '":Zone"', DOCTOR),
    Break("pbal_xl/install/commands.py", "NOT_INSTALLED, *wrong]", "NOT_INSTALLED]", DOCTOR),
    Break("pbal_xl/install/excel.py", "or target.read_bytes() != addin.read_bytes()", "", COMMANDS),
)
