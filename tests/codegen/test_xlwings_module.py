"""xlwings' module with its faults mended, and a loud refusal where it reads otherwise."""

import re
from pathlib import Path

import pytest

from pbal_xl.codegen import xlwings_module
from pbal_xl.errors import Refused


@pytest.fixture(scope="module")
def original():
    return (xlwings_module._package() / "xlwings_custom_addin.bas").read_text(encoding="ascii")


@pytest.fixture(scope="module")
def mended(original):
    return xlwings_module.mend(original)


def code(source):
    """Without comments, which may speak of anything."""
    return [line for line in source.splitlines() if not line.lstrip().startswith("'")]


def test_configuration_is_never_read_from_the_active_workbook_or_a_file_beside_it(mended):
    text = "\n".join(code(mended))
    for reader in (
        "GetConfigFromSheet",
        "GetConfigFromFile",
        "GetDirectoryConfigFilePath",
        "GetConfigFilePath",
    ):
        assert reader not in text
    [get_config] = re.findall(r"^Function GetConfig\(.*?^End Function", text, re.MULTILINE | re.DOTALL)
    assert get_config.splitlines()[1:-1] == ["    GetConfig = PbalSetting(configKey, default)"]


def test_the_original_does_read_it_so_that_mending_matters(original):
    assert "GetConfigFromSheet(ActiveWorkbook)" in original
    assert "GetDirectoryPath(ActiveWorkbook)" in original


def test_the_command_that_starts_python_knows_no_workbook(mended):
    [command] = re.findall(r"^Function XLPyCommand\(.*?^End Function", mended, re.MULTILINE | re.DOTALL)
    assert "ActiveWorkbook" not in command
    assert "ThisWorkbook" not in command


def test_the_current_folder_is_not_on_pythons_path(mended):
    from xlwings.utils import prepare_sys_path

    assert 'import sys, os;sys.path[:]=filter(None,sys.path);" & LicenseKeyEnvString' in mended
    windows, mac = '"false;;;;;"', '"false;;;;"'
    assert mended.count(f"PYTHONPATH = {windows}") == 2
    assert mended.count(f"PYTHONPATH = {mac}") == 1
    assert 'ParameterString = PYTHONPATH + ";"' in mended
    import sys

    before = list(sys.path)
    prepare_sys_path(windows.strip('"'))
    prepare_sys_path(mac.strip('"') + ";")
    assert sys.path == before


def test_windows_own_cmd_is_started(mended):
    assert '"cmd.exe' not in mended
    assert mended.count('Environ$("SystemRoot") & "\\System32\\cmd.exe ') == 3


def test_code_in_a_workbooks_sheets_is_never_looked_for(mended):
    assert '".py"' not in "\n".join(code(mended))


def test_the_functions_of_the_module_stay_out_of_excels_list(mended):
    assert mended.startswith('Attribute VB_Name = "xlwings"\nOption Private Module\n')


def test_what_the_ribbon_and_functions_need_is_still_there(mended):
    for needed in (
        "Public Function RunPython(PythonCommand As String)",
        "Function XLPy()",
        "Private Sub CleanUp()",
    ):
        assert needed in mended


def test_conditional_blocks_still_close(mended):
    lines = [line.strip() for line in code(mended)]
    assert sum(line.startswith("#If ") for line in lines) == sum(line == "#End If" for line in lines)
    depth = 0
    for line in lines:
        depth += line.startswith("#If ") - (line == "#End If")
        assert depth >= 0


def test_no_procedure_that_is_called_was_cut(mended, original):
    defined = r"^(?:Public |Private )?(?:Sub|Function) (\w+)"
    gone = set(re.findall(defined, original, re.MULTILINE)) - set(re.findall(defined, mended, re.MULTILINE))
    text = "\n".join(code(mended))
    assert {name for name in gone if re.search(rf"\b{name}\b", text)} == set()


@pytest.mark.parametrize(
    "text",
    [
        "Function GetConfig(",
        "    ' Check for embedded Python code\n",
        'Public Const PROJECT_NAME As String = "myaddin"',
        '-c ""import sys, os;"',
        '"cmd.exe " & ConsoleSwitch',
        "Function GetConfigFromSheet(",
    ],
)
def test_a_module_that_reads_otherwise_is_refused_loudly(original, text):
    with pytest.raises(Refused) as caught:
        xlwings_module.mend(original.replace(text, "changed"))
    assert caught.value.code == "xlwings-changed"
    assert xlwings_module.xlwings_version() in str(caught.value)


def test_a_new_use_of_the_active_workbook_is_refused(original):
    with pytest.raises(Refused, match=r"ActiveWorkbook\.Path"):
        xlwings_module.mend(original + "Sub X()\n    y = ActiveWorkbook.Path\nEnd Sub\n")


def test_the_installed_xlwings_is_within_the_tested_range():
    def parts(version):
        return [int(part) for part in version.split(".")[:3]]

    first, last = map(parts, xlwings_module.TESTED)
    assert first <= parts(xlwings_module.xlwings_version()) <= last


def test_the_repository_holds_no_line_of_xlwings_module(original):
    ours = "\n".join(path.read_text() for path in (Path(__file__).parents[2] / "vba").rglob("*.bas"))
    long_lines = {line.strip() for line in original.splitlines() if len(line.strip()) > 40}
    assert long_lines & {line.strip() for line in ours.splitlines()} == set()
