"""Breaks of the Calc host: what a user of LibreOffice would meet."""

from breaks import Break

COMMANDS = "tests/calc/test_calc_commands.py"
FUNCTIONS = "tests/calc/test_calc_functions.py"
STEPS = "tests/calc/test_calc_steps.py"
EDITED = "tests/calc/test_calc_edited.py"
HOST = "pbal_xl/hosts/calc/"

BREAKS = (
    # Undo, and what may not be touched
    Break(HOST + "commands.py", "            undo.undo()\n", "", STEPS),
    Break(HOST + "commands.py", "            undo.clearRedo()\n", "", STEPS),
    Break(HOST + "commands.py", "if not done and len(", "if len(", STEPS),
    Break(HOST + "commands.py", "if document.isReadonly():", "if False:",
          COMMANDS + "::test_a_document_opened_for_reading_only_is_refused"),
    Break(HOST + "writing.py", "if document.isProtected():", "if False:",
          COMMANDS + "::test_a_protected_workbook_is_left_alone"),
    Break(HOST + "repair.py", "if sheet.isProtected() and _is_locked(target):", "if False:",
          COMMANDS + "::test_protected_cells_are_left_alone_by_the_repair_and_told_of"),
    Break(HOST + "settings_sheet.py", "if sheet.isProtected():", "if False:",
          COMMANDS + "::test_settings_leaves_protected_sheets_and_trades_sheets_alone"),
    # A sheet that somebody edited
    Break(HOST + "edited.py", 'extra = ["comments"] if', "extra = [] if", EDITED + " -knote"),
    Break(HOST + "edited.py", "drawn=sheet.getDrawPage().getCount()", "drawn=1",
          EDITED + "::test_a_files_trades_without_their_chart_are_the_users"),
    Break(HOST + "edited.py", "        or not sheet.IsVisible\n", "", EDITED + " -khidden"),
    Break(HOST + "dress.py", "all(getattr(cells, name) == getattr(plain, name) for name in _PLAIN)", "True",
          EDITED + " -kabove"),
    Break(HOST + "dress.py", " == printed(sheet)", " != ''", EDITED + " -klarger"),
    Break(HOST + "drawn.py", "len(charts) != sheet.getDrawPage().getCount() or ", "", EDITED + " -kinstead"),
    Break(HOST + "drawn.py", " or not _are_shapes_plain(sheet)", "", EDITED + " -kdescription"),
    Break(HOST + "drawn.py", " and _covers(sheet, list(_sequences(drawn)), columns)", "", EDITED + " -kshorter"),
    Break(HOST + "chart_looks.py", "all(name in found for name in _MUST)", "True", EDITED + " -kno"),
    Break(HOST + "chart_looks.py", "all(told <= known.get(name, set()) for name, told in found.items())", "True",
          EDITED + " -kaxis"),
    Break(HOST + "chart_looks.py", "        and _has_our_formats(drawn, chart)\n", "", EDITED + " -kformat"),
    Break(HOST + "chart_looks.py", '            yield name, "there"\n', "            pass\n", EDITED + " -kmean"),
    Break(HOST + "formats.py", '_QUOTED.sub(r"\\1", code)', "code", EDITED + " -kopened_again"),
    Break(HOST + "writing.py", "        series.Color = color\n", "        pass\n", EDITED + " -klog"),
    Break(HOST + "edited.py", "        sheet.isProtected()\n        or ", "        ",
          COMMANDS + "::test_a_sheet_that_somebody_edited_is_kept_and_the_new_one_numbered"),
    Break(HOST + "edited.py", "or any(area.Sheet == place for area in areas)", "",
          COMMANDS + "::test_a_sheet_that_somebody_edited_is_kept_and_the_new_one_numbered"),
    Break(HOST + "edited.py", "if is_numbered(name, title) and ", "if ",
          COMMANDS + "::test_a_log_that_nobody_edited_is_never_taken_for_the_trades_to_write_anew"),
    Break(HOST + "edited.py", "        or not is_dressed_as_ours(document, sheet)\n", "",
          COMMANDS + "::test_a_sheet_that_somebody_edited_is_kept_and_the_new_one_numbered"),
    Break(HOST + "dress.py", "not sheet.queryContentCells(_PORTIONS).getCount()", "True",
          COMMANDS + "::test_a_sheet_that_somebody_edited_is_kept_and_the_new_one_numbered"),
    Break(HOST + "dress.py", " and any(_lines(style))", " and False",
          COMMANDS + "::test_a_sheet_that_somebody_edited_is_kept_and_the_new_one_numbered"),
    # Names
    Break(HOST + "reading.py", "if DEAD in content:", "if False:",
          COMMANDS + "::test_a_name_whose_sheet_was_deleted_is_refused_as_in_a_file"),
    Break(HOST + "reading.py", "if area.Sheet == place]", "]",
          COMMANDS + "::test_a_table_of_another_sheet_is_not_read"),
    Break(HOST + "reading.py", "return [sheet for sheet in self.searched if", "return [sheet for sheet in () if",
          COMMANDS + "::test_a_sheets_own_holdings_come_before_the_documents"),
    Break(HOST + "cells.py", 'cell.setFormula("")', "pass",
          COMMANDS + "::test_a_name_that_holds_a_formula_is_worked_out"),
    Break("pbal_xl/grid/cells.py", "        return str(int(cell))\n", "        return str(cell)\n",
          COMMANDS + "::test_a_whole_number_is_told_without_a_decimal_point"),
    Break(HOST + "settings_sheet.py", "names.removeByName(known)", "pass",
          COMMANDS + "::test_settings_writes_the_block_that_suggest_trades_and_files_read"),
    Break(HOST + "commands.py", "        remember(document, wishes)\n", "",
          COMMANDS + "::test_answers_are_obeyed_and_kept_in_the_documents_names"),
    # Looks
    Break(HOST + "cells.py", "(like or document).CharLocale)", "english)",
          COMMANDS + "::test_figures_are_shown_in_the_language_of_the_document"),
    Break(HOST + "writing.py", "    _set_page(document, sheet, layout.page)\n", "",
          COMMANDS + "::test_trades_print_on_one_landscape_page"),
    Break("pbal_xl/sheet/positions.py", "at, row[at - 1], column.kind)", "at, row[at - 1], Kind.TEXT)",
          COMMANDS + "::test_imported_positions_carry_formats_and_say_what_was_left_out"),
    Break(HOST + "plans.py", "_DRIFT if is_drift else", "_TRADES if is_drift else",
          COMMANDS + "::test_plans_are_formatted_and_keep_what_they_say"),
    Break(HOST + "__init__.py", "None if expected.is_text and given == 0 else", "", FUNCTIONS),
)  # fmt: skip
