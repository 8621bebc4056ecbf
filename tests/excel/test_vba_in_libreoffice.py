"""The function wrappers and the helpers behind the ribbon, run as VBA by LibreOffice with Python stubbed."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from pbal_xl.codegen import sources
from pbal_xl.functions import FUNCTIONS, Function

AGENT = Path(__file__).with_name("office_vba.py")
CLEAN = {"PATH": "/usr/bin:/bin"}
PYTHON = "/usr/bin/python3"
CELLS: list[list[Any]] = [["My portfolio"], ["Symbol", "Value", "Price"], ["A", 1000, 10], ["B", 2000, 20]]
# Application-bound modules (ribbon objects, events) mean nothing to LibreOffice.
USED = (
    "PbalCalls",
    "PbalFunctions",
    "PbalRepair",
    "PbalActions",
    "PbalDescriptions",
    "PbalNames",
    "PbalSettings",
    "PbalServer",
    "PbalMac",
    "PbalWizard",
)
# Answers with what it was handed; one function fails.
FAKE_PYTHON = """
Public Function CallUDF(moduleName, functionName, arguments)
    Dim i
    Dim text
    If functionName = "PBAL_MINDEPOSIT" Then Err.Raise 1001, "Python", "boom" & vbCrLf & "Traceback"
    text = moduleName & "|" & functionName
    For i = LBound(arguments) To UBound(arguments)
        If IsMissing(arguments(i)) Then
            text = text & "|missing"
        ElseIf IsArray(arguments(i)) Then
            text = text & "|" & UBound(arguments(i), 1) & "x" & UBound(arguments(i), 2) & ":" & arguments(i)(2, 2)
        Else
            text = text & "|" & arguments(i)
        End If
    Next i
    CallUDF = text
End Function
"""
XLWINGS = """
Public Function XLPy() As Object
    Set XLPy = New FakePython
End Function
Public Sub KillPy()
End Sub
"""
# What Python left behind on a Mac is read, told and taken away: Told stands in for the box.
LOG = "Traceback (most recent call last):\n  File x\nImportError: no module\n"
CLEAN_UP = """
Public said As String
Public Sub Told(text, Optional kind, Optional title)
    said = text
End Sub
Public Function TryCleanUp()
    CleanUp
    TryCleanUp = said
End Function
"""
TRIES = {
    "TryRange": 'PBAL_NEVERSELL(ActiveSheet.Range("A2:C4"), 5000)',
    "TryLongRange": 'PBAL_NEVERSELL(ActiveSheet.Range("A2:C500"), 5000)',
    "TryError": 'PBAL_MINDEPOSIT(ActiveSheet.Range("A2:C4"))',
}


def missing() -> str | None:
    if not shutil.which("soffice", path=CLEAN["PATH"]):
        return "soffice is not installed"
    if not Path(PYTHON).exists() or subprocess.run([PYTHON, "-c", "import uno"], check=False, env=CLEAN).returncode:
        return "the system's Python imports no uno (Debian: python3-uno)"
    return None


def basic(source: str, *, is_class: bool = False) -> str:
    """VBA as LibreOffice takes it: without Attribute lines and Value2, and with its own options above."""
    dropped = ("Attribute ", "Option Private Module")
    lines = [line for line in source.splitlines() if not line.startswith(dropped)]
    options = ["Option ClassModule"] if is_class else []
    return "\n".join([*options, "Option VBASupport 1", *lines]).replace(".Value2", ".Value")


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    tries = dict(TRIES)
    for function in FUNCTIONS:
        values = ", ".join(f'"{argument.name}"' for argument in function.arguments)
        tries[f"Try{function.name}"] = f"{function.name}({values})"
    code = "".join(f"Public Function {key}()\n {key} = {value}\nEnd Function\n" for key, value in tries.items())
    modules = {name: basic(sources.modules()[name]) for name in USED}
    modules |= {
        "FakePython": basic(FAKE_PYTHON, is_class=True),
        "xlwings": basic(XLWINGS),
        "Tries": basic(code),
        "Ended": basic(CLEAN_UP),
    }
    modules["PbalMac"] = modules["PbalMac"].replace("MsgBox ", "Told ")
    calls: list[tuple[str, list[Any]]] = [(f"Tries.{key}", []) for key in tries]
    calls += [
        ("Ended.TryCleanUp", []),
        ("PbalActions.PbalHex", ["o'b\u20ac"]),
        ("PbalRepair.PbalWithoutPath", ["=SUM('C:\\it''s\\pbal.xlam'!PBAL_DRIFT(A1),Sheet1!PBAL_Z)"]),
        ("PbalRepair.PbalPlainFormula", ['=Org.Pbal.Xl.Functions.HARD(A1,"[1]!PBAL_Z")']),
        ("PbalRepair.PbalIsOldLink", ["D:\\old\\pbal.xlam", "C:\\here\\pbal.xlam"]),
        ("PbalDescriptions.PbalHelpText", []),
    ]
    # Not pytest's own folder: the path of a socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="pbal-vba-", ignore_cleanup_errors=True) as folder:
        log = Path(folder, "profile", "xlwings.log")  # the agent's profile is its home
        log.parent.mkdir()
        log.write_text(LOG, encoding="utf-8")
        ran = subprocess.run(
            [PYTHON, str(AGENT), f"{folder}/profile", shutil.which("soffice", path=CLEAN["PATH"])],
            input=json.dumps({"cells": CELLS, "modules": modules, "calls": calls}),
            capture_output=True, text=True, check=False, timeout=120,
            env={**CLEAN, "TMPDIR": folder, "OSL_SOCKET_PATH": folder},
        )  # fmt: skip
        log_stays = log.exists()
    assert ran.returncode == 0, ran.stderr
    assert not log_stays
    return dict(zip([name.split(".")[1] for name, _ in calls], json.loads(ran.stdout), strict=True))


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_wrapper_hands_its_arguments_over_in_order(answers: dict[str, Any], function: Function) -> None:
    if function.name == "PBAL_MINDEPOSIT":
        assert answers[f"Try{function.name}"].startswith("#PBAL! ")
        return
    expected = ["pbal_xl.hosts.excel", function.name, *(argument.name for argument in function.arguments)]
    assert answers[f"Try{function.name}"] == "|".join(expected)


def test_ranges_arrive_as_values_and_missing_arguments_as_missing(answers: dict[str, Any]) -> None:
    [never_sell] = [function for function in FUNCTIONS if function.name == "PBAL_NEVERSELL"]
    missing = "|missing" * (len(never_sell.arguments) - 2)
    assert answers["TryRange"] == f"pbal_xl.hosts.excel|PBAL_NEVERSELL|3x3:1000|5000{missing}"


def test_no_more_than_the_rows_in_use_is_handed_over(answers: dict[str, Any]) -> None:
    assert answers["TryLongRange"] == answers["TryRange"]


def test_an_error_of_python_is_one_sentence(answers: dict[str, Any]) -> None:
    assert answers["TryError"] == "#PBAL! Python did not answer (boom Traceback); run pbal-xl doctor"


def test_the_helpers_behind_the_ribbon_answer_as_in_excel(answers: dict[str, Any]) -> None:
    assert answers["PbalHex"] == "o'b\u20ac".encode("utf-16-be").hex().upper()
    assert answers["PbalWithoutPath"] == "=SUM(PBAL_DRIFT(A1),Sheet1!PBAL_Z)"
    assert answers["PbalPlainFormula"] == '=PBAL_HARD(A1,"[1]!PBAL_Z")'
    assert answers["PbalIsOldLink"] is True
    assert "=PBAL_NEVERSELL(A2:C12, 5000)" in answers["PbalHelpText"]


def test_what_python_left_in_its_log_on_a_mac_is_told_and_taken_away(answers: dict[str, Any]) -> None:
    assert answers["TryCleanUp"] == "Python did not answer (ImportError: no module); run pbal-xl doctor"
