"""Names that somebody else chose, at every border that text crosses: a shell, a formula, VBA, the way to Python."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from excel_com import Com
from excel_vba import AddIn, shell_command
from excel_windows import excel_module
from hostile import HOSTILE

from pbal_xl.codegen import addin, vba
from pbal_xl.errors import Refused
from pbal_xl.functions import Argument, Function


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "pbal.xlam"
    path.write_bytes(addin.installed_addin("/usr/bin/python3"))
    return path


@pytest.fixture(scope="module")
def excel(path: Path) -> AddIn:
    excel = AddIn(path)
    excel.open_book([["Symbol", "Value"], ["A", 1.0]])
    return excel


# Excel to Python


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_workbook_is_called_only_digits_of_its_name_reach_the_command_of_a_mac(
    excel: AddIn, text: str
) -> None:
    chosen = f"{text}/positions.csv"
    command = excel.run("PbalMacCommand", "import", text, chosen)
    book, file = (one.encode("utf-16-be").hex().upper() for one in (text, chosen))
    assert command == f"from pbal_xl.hosts.excel import on_mac; on_mac('import', '{book}', '{file}')"
    assert re.fullmatch(r"[A-Za-z0-9_ .;,'()]+", command)


@pytest.mark.parametrize("text", HOSTILE)
def test_on_a_mac_the_shell_runs_python_once_and_nothing_else(excel: AddIn, text: str, tmp_path: Path) -> None:
    """The shell command as xlwings' AppleScript puts it together, run by a shell with a stand-in for Python."""
    python = tmp_path / "Python $(touch PWNED) 'x' \"y\"" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nfor one in "$@"; do printf "%s\\0" "$one"; done > ran\n')
    python.chmod(0o755)
    command = excel.run("PbalMacCommand", "suggest", text, text)
    quoted = excel.run("PbalShellQuoted", str(python))
    parameters = excel.run("PbalMacParameters", command, str(tmp_path)).split("|")
    assert len(parameters) == 6
    assert parameters[1] == "''"  # configured for Windows, so that no Mac's Python is named
    parameters[1] = quoted
    subprocess.run(["/bin/sh", "-c", shell_command(parameters)], cwd=tmp_path, check=True, timeout=20)
    for _ in range(100):
        if (tmp_path / "ran").exists():
            break
        subprocess.run(["/bin/sleep", "0.05"], check=True)
    ran = (tmp_path / "ran").read_text().split("\0")
    assert ran[:4] == ["-B", "-u", "-W", "ignore"]
    assert ran[5].rstrip().endswith(command)
    assert ran[6:9] == ["--wb=-", "--from_xl=1", "--app=-"]
    assert not list(tmp_path.rglob("PWNED"))


def test_a_home_that_a_shell_would_read_is_refused(excel: AddIn) -> None:
    for home in ("/Users/$(x)", "/Users/`x`", '/Users/"x', "/Users/a|b", "/Users/a\\b"):
        with pytest.raises(Exception, match="cannot be handed to a shell"):
            excel.run("PbalMacParameters", "x", home)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_place_of_python_is_one_word_to_a_shell(excel: AddIn, text: str) -> None:
    if "|" in text:
        with pytest.raises(Exception, match="holds a bar"):
            excel.run("PbalShellQuoted", text)
        return
    assert shlex.split(excel.run("PbalShellQuoted", text)) == [text]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_chosen_file_arrives_whole_and_is_only_opened(text: str, tmp_path: Path) -> None:
    with excel_module() as (_, module), mock.patch.object(module, "_ACTIONS", {"import": lambda _, path: path}):
        assert module.in_excel(Com(mock.Mock()), "import", text.encode("utf-16-be").hex()) == text
    assert not (tmp_path / "PWNED").exists()


# The place of Python


@pytest.mark.parametrize("text", HOSTILE)
def test_the_command_that_starts_python_holds_its_place_between_quotes_or_is_not_built(text: str) -> None:
    place = f"C:\\{text}\\python.exe"
    if any(bad in place for bad in ('"', "|", "$(", "\n")):
        with pytest.raises(Refused) as caught:
            addin.installed_addin(place)
        assert caught.value.code == "bad-place"
        return
    assert addin.interpreter_of(addin.installed_addin(place)) == place


def test_the_command_names_python_by_its_full_place_and_nothing_of_a_workbook(excel: AddIn) -> None:
    command = excel.run("PbalServerCommand")
    assert command == (
        '"/usr/bin/python3" -B -c "import sys;sys.path[:]=filter(None,sys.path);'
        "import pbal_xl.hosts.excel_server as s;s.serve('$(CLSID)')\""
    )
    assert len(command) < 2047


def test_the_command_runs_as_it_stands_and_not_from_the_current_folder(excel: AddIn, tmp_path: Path) -> None:
    """A module lying beside the workbook is not taken for the real one."""
    (tmp_path / "pbal_xl").mkdir()
    (tmp_path / "pbal_xl" / "__init__.py").write_text("raise SystemExit('hijacked')")
    (tmp_path / "xlwings.py").write_text("raise SystemExit('hijacked')")
    python, _, option, code = shlex.split(excel.run("PbalServerCommand"))
    assert (python, option) == ("/usr/bin/python3", "-c")
    code = code.replace("s.serve('$(CLSID)')", "print(s.__file__)")
    ran = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert Path(ran.stdout.strip()).name == "excel_server.py"
    assert str(tmp_path) not in ran.stdout


# Names, formulas and VBA


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_kept_in_a_name_is_that_text_and_no_formula(path: Path, text: str) -> None:
    excel = AddIn(path)
    excel.open_book([["Symbol"]])
    excel.run("PbalKeepText", "pbal_strategy", text)
    kept = excel.names["pbal_strategy"]
    assert kept == '="' + text.replace('"', '""') + '"'
    assert excel.run("PbalConstant", kept) == text


@pytest.mark.parametrize("text", [one for one in HOSTILE if "\n" not in one])
def test_texts_of_the_function_table_are_vba_strings_and_nothing_else(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = Function("PBAL_X", (Argument("a", text),), text, "x", f"=PBAL_X({text})", lambda _: [[]])
    monkeypatch.setattr(vba, "FUNCTIONS", (hostile,))
    literal = '"' + text.replace('"', '""') + '"'
    assert vba.descriptions_module().count(literal) == 2
    outside = re.sub(r'"(?:[^"]|"")*"', '""', vba.descriptions_module())
    assert "touch" not in outside
    assert "Shell" not in outside


@pytest.mark.parametrize("name", ["it's mine.xlam", "o''x.xlam", "pbal.xlam"])
def test_a_macro_is_named_so_that_the_add_ins_file_may_be_called_anything(
    path: Path, name: str, tmp_path: Path
) -> None:
    renamed = tmp_path / name
    renamed.write_bytes(path.read_bytes())
    excel = AddIn(renamed)
    assert excel.run("PbalMacroName", "PbalWarmUp") == "'" + name.replace("'", "''") + "'!PbalWarmUp"
