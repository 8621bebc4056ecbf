"""What a received workbook, a folder, a sheet, a defined name or a symbol may be called by somebody else."""

HOSTILE = [
    "Positions $(touch PWNED).xlsx",
    "Positions `touch PWNED`.xlsx",
    "a'; touch PWNED; '.xlsx",
    'a"; touch PWNED; ".xlsx',
    "a & touch PWNED & .xlsx",
    "a | touch PWNED | .xlsx",
    "a > PWNED .xlsx",
    "a\ntouch PWNED\n.xlsx",
    "a;touch PWNED;.xlsx",
    "a\\'); import os; os.system('touch PWNED') #.xlsx",
    "a'); import os; os.system('touch PWNED') #.xlsx",
    '"&Shell("touch PWNED")&".xlsx',
    "%COMSPEC% ^& touch PWNED.xlsx",
    "=cmd|'/C touch PWNED'!A0",
    "+1+cmd|x",
    "-2+3+cmd|x",
    "@SUM(A1)",
    "'quoted'.xlsx",
    "[1]!PBAL_VERSION.xlsx",
    "\u202egnp.xlsx",
    "b\u00fccher \u20ac.xlsx",
    " ",
    "-",
]
# Where text of a user's goes over into something that obeys text, and the test that tries every hostile one there.
# A border that this list lacks is a border nobody watches: add it here with its test.
BORDERS = {
    "the command that a Mac's AppleScript runs": "tests/excel/test_hostile_names.py::"
    "test_whatever_a_workbook_is_called_only_digits_of_its_name_reach_the_command_of_a_mac",
    "a Mac's shell": "tests/excel/test_hostile_names.py::test_on_a_mac_the_shell_runs_python_once_and_nothing_else",
    "the place of Python in a shell": "tests/excel/test_hostile_names.py::"
    "test_a_quoted_place_of_python_is_one_word_to_a_shell",
    "the command that starts Python on Windows": "tests/excel/test_hostile_names.py::"
    "test_the_command_that_starts_python_holds_its_place_between_quotes_or_is_not_built",
    "a chosen file on its way to Python": "tests/excel/test_hostile_names.py::"
    "test_a_chosen_file_arrives_whole_and_is_only_opened",
    "a defined name of Excel": "tests/excel/test_hostile_names.py::"
    "test_a_text_kept_in_a_name_is_that_text_and_no_formula",
    "a string in VBA": "tests/excel/test_hostile_names.py::"
    "test_texts_of_the_function_table_are_vba_strings_and_nothing_else",
    "a cell of Excel": "tests/contract/test_borders.py::test_a_symbol_is_text_in_excel",
    "a name of a sheet in Excel's names": "tests/contract/test_borders.py::"
    "test_a_sheets_title_stands_between_quotes_in_excels_names",
    "an answer in a cell": "tests/contract/test_borders.py::test_an_answer_begins_with_no_formula",
    "a cell of Calc": "tests/contract/test_borders.py::test_a_symbol_is_text_in_calc",
    "a defined name of Calc": "tests/contract/test_borders.py::test_a_setting_kept_in_calcs_names_is_text",
    "a formula of Calc": "tests/contract/test_borders.py::test_a_sheets_title_is_quoted_where_calc_reads_it",
    "a macro URL of Calc": "tests/contract/test_borders.py::test_a_macro_url_of_calc_names_a_command_or_nothing",
    "the configuration of Calc's extension": "tests/contract/test_borders.py::"
    "test_texts_of_the_function_table_are_text_in_calcs_extension",
    "the XML of a workbook": "tests/contract/test_borders.py::test_a_symbol_is_text_in_a_workbook",
    "the formulas of a living sheet": "tests/contract/test_borders.py::"
    "test_a_sheets_title_is_quoted_in_the_formulas_of_a_living_sheet",
    "the command line of LibreOffice": "tests/contract/test_borders.py::"
    "test_libreoffice_is_started_without_a_shell_and_never_sees_the_workbooks_name",
    "a CSV of orders": "tests/contract/test_borders.py::test_orders_hold_no_formula",
    "the tables of a report": "tests/contract/test_borders.py::test_a_report_holds_no_formula",
    "a line of JSON": "tests/contract/test_borders.py::test_a_line_of_json_is_one_line",
    "a terminal": "tests/contract/test_borders.py::test_a_terminal_is_shown_no_control_character",
}
