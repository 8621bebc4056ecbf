"""Breaks that a careless change could make, thought out by somebody who had written none of it."""

from breaks import Break

VBA = "tests/excel/test_vba_interpreted.py"
MAC = "tests/excel/test_vba_mac.py"
HOSTILE = "tests/excel/test_hostile_names.py"
ADDIN = "tests/codegen/test_addin.py tests/codegen/test_ribbon.py"
WINDOWS = "tests/excel/test_excel_macro_windows.py"
MACRO = "tests/excel/test_excel_macro.py"
FAULTS = "tests/excel/test_excel_faults.py tests/excel/test_excel_functions.py"
DOCTOR = "tests/install/test_doctor.py tests/codegen/test_commands.py"
CALC = "tests/calc/test_calc_commands.py"
FILES = "tests/hosts/headless/"
EXCEL_HOST, CALC_HOST, PACKAGE = "pbal_xl/hosts/excel/", "pbal_xl/hosts/calc/", "pbal_xl/ooxml/"

BREAKS = (
    # Excel
    Break("vba/PbalCalls.bas", "    If lastRow < block.Row Then lastRow = block.Row\n", "", VBA),
    Break("vba/PbalServer.bas", 'DateDiff("n", failedAt, Now)', 'DateDiff("h", failedAt, Now)', VBA),
    Break("vba/PbalServer.bas", "    failedAt = Now\n", "", VBA),
    Break("vba/PbalActions.bas", 'ElseIf said <> "" Then', "Else", VBA),
    Break("vba/PbalActions.bas", "If Not AskedForCash() Then Exit Sub", "AskedForCash", VBA),
    Break("vba/PbalActions.bas", " And text <> CStr(False)", "", VBA),
    Break("vba/PbalActions.bas", 'Right$("000" & Hex$', 'Right$("0" & Hex$', f"{VBA} {HOSTILE}"),
    Break("vba/PbalRepair.bas", "LCase$(link) <> LCase$(here)", "link <> here", VBA),
    Break("vba/PbalStart.bas", "    PbalDescribeOnce\n", "", VBA),
    Break("vba/PbalWizard.bas", "    described = True\n", "", VBA),
    Break("vba/ThisWorkbook.cls", "excelApp_SheetActivate(", "excelApp_SheetActivated(", ADDIN),
    Break("vba/PbalNames.bas", "    If IsError(content) Then Exit Function\n", "", VBA),
    Break("vba/PbalMac.bas", "    Kill place\n", "", MAC),
    Break(EXCEL_HOST + "writing.py", "        sheet.clear()\n", "", WINDOWS),
    Break(EXCEL_HOST + "dress.py", "_SAME_PLACE = 12", "_SAME_PLACE = 12_000", WINDOWS + " -kmade_of"),
    Break(EXCEL_HOST + "dress.py", "_BELOW, _BESIDE = 100, 10", "_BELOW, _BESIDE = 100, 1", WINDOWS + " -kmade_of"),
    Break(EXCEL_HOST + "faults.py", "return _cut(str(error))", "return str(error)", FAULTS),
    Break(EXCEL_HOST + "macros.py", "    trades.activate()\n", "", f"{MACRO} {WINDOWS}"),
    Break(EXCEL_HOST + "macros.py", "right = max(used.column + used.columns.count, ", "right = max(0, ", WINDOWS),
    Break("pbal_xl/install/machine.py", r'"VBAWarnings"', r'"VbaWarning"', DOCTOR),
    # Calc
    Break(CALC_HOST + "cells.py", "        document.setModified(was_modified)\n", "", CALC + " -kmodified"),
    Break(CALC_HOST + "cells.py", "quoted_text(cell.getString())", "f'\"{cell.getString()}\"'",
          CALC + " -kformula"),
    Break(CALC_HOST + "edited.py", 'not name.startswith("_xlnm.")', "True", CALC + " -kanew"),
    Break(CALC_HOST + "writing.py", "        charts.removeByName(name)\n", "        pass\n", CALC + " -kunedited"),
    Break(CALC_HOST + "writing.py", "    used_range(sheet).clearContents(_EVERYTHING)\n", "", CALC + " -kunedited"),
    Break(CALC_HOST + "writing.py", "diagram.YAxis.LinkNumberFormatToSource = False", "pass", CALC + " -kcarries"),
    Break(CALC_HOST + "suggest.py", "is_new = sheet.getName() not in known", "is_new = True", CALC + " -kfrozen"),
    Break(CALC_HOST + "suggest.py", "controller.freezeAtPosition(freeze[1] - 1, freeze[0] - 1)", "pass",
          CALC + " -kfrozen"),
    Break("pbal_xl/ooxml/references.py", '.removesuffix("\'").replace("\'\'", "\'")', '.removesuffix("\'")',
          CALC + " -ksettings"),
    Break(CALC_HOST + "asking.py", 'found: dict[str, Value] = {"cash": 0}', "found: dict[str, Value] = {}",
          CALC + " -kanswer"),
    Break(CALC_HOST + "reading.py", "one.casefold() == title.casefold()", "one == title", CALC + " -kletters"),
    Break(CALC_HOST + "repair.py", "target.setArrayFormula(", "target.setFormula(", CALC + " -krepair"),
    # Files
    Break(PACKAGE + "replace.py", "and users <= dropped", "", FILES + "test_graft_sheet.py"),
    Break(PACKAGE + "replace.py", "sorted(marks, reverse=True)", "sorted(marks)",
          FILES + "test_graft_sheet.py"),
    Break(PACKAGE + "replace.py", "return {key: patch.render()} if 0 < kept < len(entries) else {}", "return {}",
          FILES + "test_graft_sheet.py"),
    Break(PACKAGE + "save.py", "            os.fsync(file.fileno())\n", "", FILES + "test_save.py"),
    Break(PACKAGE + "graft.py", "    remove_leftovers(target)\n", "", FILES + "test_save.py"),
    Break(PACKAGE + "graft.py", " | spoken) - self.dropped", ") - self.dropped",
          f"{FILES}test_graft_sheet.py {FILES}test_odd_packages.py"),
    Break(PACKAGE + "graft.py", "code_name=self.old.code_name if self.old else None", "code_name=None",
          FILES + "test_graft_sheet.py"),
    Break(PACKAGE + "whole.py", 'said += f" ht={height}"', "pass", FILES + "test_replace_keeps.py"),
    Break(PACKAGE + "whole.py", 'n not in {"name", "localSheetId"}', 'n in {"hidden"}',
          FILES + "test_replace_keeps.py"),
    Break(PACKAGE + "whole.py", "self._hanging(relations),\n            sorted", "[],\n            sorted",
          f"{FILES}test_replace_keeps.py {FILES}test_replace_keeps_kinds.py"),
    Break(PACKAGE + "looks.py", '"pivot" if item.get("pivotButton") in {"1", "true"} else ""', '""',
          FILES + "test_replace_keeps.py"),
    Break(PACKAGE + "normal.py", '("graphicFrame", "macro"): frozenset({""})',
          '("graphicFrame", "macro"): frozenset({"", "[0]!Mine"})', FILES + "test_replace_keeps_kinds.py"),
    Break(PACKAGE + "names.py", "name is not None and not ours(one.text)", "False", FILES + "test_formulas.py"),
    Break(PACKAGE + "temporary.py", "        if not taken and _is_named(handle, name):", "        if True:",
          FILES + "test_save.py"),
    Break(PACKAGE + "save.py", "            _still(path, real, expected)\n", "", FILES + "test_save.py"),
    Break(PACKAGE + "save.py", "        mode &= ~stat.S_IRWXG\n", "        pass\n",
          f"{FILES}test_save.py {FILES}test_odd_packages.py"),
    Break("pbal_xl/hosts/headless/commands.py", "if ours and not grafted.replaced else ()", "if ours else ()",
          FILES + "test_replace_keeps.py"),
)  # fmt: skip
