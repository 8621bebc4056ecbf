"""Breaks that a hostile reviewer would try: swapped arguments, dropped escapes, what is left behind, locales."""

from breaks import Break

VBA = "tests/excel/test_vba_interpreted.py"
HOSTILE = "tests/excel/test_hostile_names.py"
WINDOWS = "tests/excel/test_excel_macro_windows.py"
FAULTS = "tests/excel/test_excel_faults.py"
ADDIN = "tests/codegen/test_addin.py"
EXTENSION = "tests/calc/test_calc_extension.py"
COMMANDS = "tests/calc/test_calc_commands.py"
BORDERS = "tests/contract/test_borders.py"
FILES = "tests/hosts/headless/"
HOSTS = "pbal_xl/hosts/"

BREAKS = (
    # VBA: the wrong sheet, name, number or locale
    Break(
        "vba/PbalNames.bas",
        '    Set SheetOfHoldings = ActiveSheet.Names("_pbal_xl_source").RefersToRange.Worksheet\n',
        "",
        VBA + " -ktrades_sheet",
    ),
    Break(
        "vba/PbalNames.bas",
        "Set FindName = sheet.Names(key)",
        "Set FindName = ActiveWorkbook.Names(key)",
        VBA + " -ktrades_sheet",
    ),
    Break("vba/PbalNames.bas", '"=" & Trim$(Str$(amount))', '"=" & Format$(amount, "0,000")', VBA + " -ksetting"),
    Break("vba/PbalNames.bas", 'IIf(truth, "=TRUE", "=FALSE")', 'IIf(truth, "=FALSE", "=TRUE")', VBA + " -kribbon"),
    Break(
        "vba/PbalNames.bas",
        "        PutInCell KeptInCell(kept), Empty\n",
        "        kept.Delete\n",
        VBA + " -kemptied",
    ),
    Break(
        "vba/PbalActions.bas",
        "IIf(index = 1, HARD, NEVER_SELL)",
        "IIf(index = 1, NEVER_SELL, HARD)",
        VBA + " -ksetting",
    ),
    Break(
        "vba/PbalActions.bas",
        "MsgBox Mid$(said, Len(PBAL_ERROR) + 1), vbExclamation",
        "MsgBox said, vbExclamation",
        VBA + " -kpython",
    ),
    Break(
        "vba/PbalActions.bas",
        "PbalHex(book) & \"', '\" & PbalHex(argument)",
        "PbalHex(argument) & \"', '\" & PbalHex(book)",
        HOSTILE,
    ),
    Break("vba/PbalMac.bas", '"|" & command & _', '"|" & PbalHex(command) & _', HOSTILE),
    Break("vba/PbalNames.bas", "    cell.Value2 = content\n", "", VBA + " -kcell"),
    Break("vba/PbalNames.bas", "    On Error GoTo refused\n", "    On Error Resume Next\n", VBA + " -kcell"),
    Break("vba/PbalActions.bas", "Then shown.Invalidate", "Then Set shown = Nothing", VBA + " -kribbon"),
    Break("vba/PbalActions.bas", "    Set shown = ribbon\n", "", VBA + " -kribbon"),
    # VBA: what is left behind, or touched that is not ours
    Break("vba/PbalWizard.bas", "    Application.EnableEvents = hadEvents\n", "", VBA + " -kmeanwhile"),
    Break("vba/PbalWizard.bas", "    If Not before Is Nothing Then before.Activate\n", "", VBA + " -kmeanwhile"),
    Break(
        "vba/PbalRepair.bas", "            If PbalIsOurs(text) Then", "            If True Then", VBA + " -krepair"
    ),
    Break("vba/PbalRepair.bas", "UBound(parts) Step 2", "UBound(parts) Step 1", VBA + " -krepair"),
    Break("vba/PbalRepair.bas", '(file = "pbal.xlam")', '(file Like "*.xlam")', VBA + " -klinks"),
    Break("vba/PbalRepair.bas", "leftAlone = leftAlone + 1", "mended = mended + 1", VBA + " -krepair"),
    Break(
        "vba/PbalCalls.bas",
        "PbalCall = PbalSentence(Err.Description)",
        "PbalCall = Err.Description",
        VBA + " -kerror",
    ),
    # The generated files
    Break(
        "pbal_xl/codegen/vba.py",
        'Array({", ".join(names)})',
        'Array({", ".join(reversed(names))})',
        "tests/excel/test_vba_interpreted.py tests/excel/test_vba_in_libreoffice.py",
    ),
    Break(
        "pbal_xl/codegen/calc_metadata.py",
        'f\'<prop oor:name="{name}"><value xml:lang="{language}">{escape(value)}',
        'f\'<prop oor:name="{name}"><value xml:lang="{language}">{value}',
        "tests/contract/test_borders.py -kfunction_table",
    ),
    Break(
        "pbal_xl/codegen/calc_metadata.py",
        "function.name, language='en-US'",
        "function.name, language='en'",
        EXTENSION,
    ),
    Break(
        "pbal_xl/codegen/calc_metadata.py",
        '"{function.name}"{names})',
        '"{FUNCTIONS[0].name}"{names})',
        "tests/calc/test_calc_functions.py",
    ),
    Break(
        "pbal_xl/codegen/addin.py",
        'for bad in (\'"\', "|", "$(", "\\n", "\\r")',
        'for bad in ("|", "$(", "\\n", "\\r")',
        HOSTILE,
    ),
    Break(
        "pbal_xl/codegen/addin.py",
        "if len(place) > _LONGEST_PLACE:",
        "if len(place) > 10 * _LONGEST_PLACE:",
        "tests/codegen tests/install",
    ),
    # Excel's host
    Break(
        HOSTS + "excel/macros.py",
        "book.sheets[portfolio.block.sheet].range(portfolio.block.address)",
        "book.sheets.active.range(portfolio.block.address)",
        WINDOWS,
    ),
    Break(
        HOSTS + "excel/macros.py",
        "    sheet = book.sheets[block.sheet]\n",
        "    sheet = book.sheets.active\n",
        WINDOWS,
    ),
    Break(
        HOSTS + "excel/writing.py", """='{_doubled(source.sheet.name)}'!""", """='{source.sheet.name}'!""", WINDOWS
    ),
    Break(
        HOSTS + "excel/reading.py",
        "(not mark or title_of(scope).casefold() == sheet.name.casefold())",
        "True",
        WINDOWS,
    ),
    Break(HOSTS + "excel/reading.py", "return sheet != HOLDINGS_SHEET and ", "return ", WINDOWS),
    Break(HOSTS + "excel/edited.py", "or not _more_hangs_on(sheet, layout)", "or True", WINDOWS),
    Break(HOSTS + "excel/edited.py", "        or not is_page_as_set(sheet)\n", "", WINDOWS),
    Break(HOSTS + "excel/pages.py", "        setup.Zoom = False\n", "", WINDOWS),
    Break(HOSTS + "excel/pages.py", '"" if page.one else', '"" if not page.one else', WINDOWS),
    Break(
        HOSTS + "excel/__init__.py",
        "lambda: xw.books[_text(book)], action, _text(argument)",
        "lambda: xw.books[_text(argument)], action, _text(book)",
        FAULTS,
    ),
    # Calc's host
    Break(
        HOSTS + "calc/commands.py",
        "        document.unlockControllers()\n",
        "",
        "tests/calc/test_calc_steps.py tests/calc/test_calc_commands.py",
    ),
    Break(HOSTS + "calc/writing.py", "    keep(sheet, SOURCE_NAME, source)\n", "", COMMANDS),
    Break(
        HOSTS + "calc/asking.py",
        "read_answers(answers, self._decimal)",
        "read_answers(answers)",
        "tests/calc/test_calc_window.py",
    ),
    Break(
        HOSTS + "calc/repair.py",
        "for target, formula in list(formulas_of_ours(sheet)):",
        "for target, formula in list(formulas_of_ours(sheets.getByIndex(0))):",
        COMMANDS,
    ),
    # Files
    Break(
        HOSTS + "headless/commands.py",
        "output=request.output, replace=request.replace",
        "output=request.output, replace=True",
        FILES + "test_run_sheets.py " + FILES + "test_replace_keeps.py tests/test_cli_run.py",
    ),
    Break(
        HOSTS + "headless/commands.py",
        "replace_file(target, write, expected=earlier)",
        "replace_file(target, write)",
        FILES + "test_output_again.py " + FILES + "test_save.py tests/test_cli_run.py",
    ),
    Break(
        "pbal_xl/ooxml/newparts.py",
        '("=", "+", "-", "@", "\\t", "\\r")',
        '("=", "+", "-", "\\t", "\\r")',
        FILES + "test_orders.py tests/contract",
    ),
    Break(
        HOSTS + "headless/orders.py", "plain(abs(order.shares))", "plain(order.shares)", FILES + "test_orders.py"
    ),
    Break(
        HOSTS + "headless/reading.py",
        "return self._look.name(name, sheet) if sheet in",
        "return self._look.name(name, None) if sheet in",
        FILES + "test_read_names.py",
    ),
    Break("pbal_xl/cli_reading.py", "{printable(file)}: {place}", "{file}: {place}", BORDERS + " -kterminal"),
    Break("pbal_xl/batch/report.py", "{name: _encodable(cell) for", "{name: cell for", BORDERS + " -kno_text"),
    Break(
        HOSTS + "headless/verifying.py",
        "abs(amount - order.amount) >= _CENT",
        "abs(amount - order.amount) > 100 * _CENT",
        FILES + "test_verify.py",
    ),
)
