"""What the doctor finds on machines of every kind, what install refuses, and the document that says the same."""

from __future__ import annotations

import contextlib
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from pbal_xl import cli
from pbal_xl.codegen import addin, xlwings_module
from pbal_xl.errors import Refused
from pbal_xl.install import checks, commands, machine
from pbal_xl.install import excel as excel_install
from pbal_xl.install import libreoffice as calc_install
from pbal_xl.install.failures import FAILURES, by_code, document
from pbal_xl.install.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pbal_xl.install.checks import Check

LIBRARIES = {64: Path("C:/pbal/xlwings64.dll"), 32: Path("C:/pbal/xlwings32.dll")}
WINDOWS = Machine(
    system="win32",
    python="C:\\pbal\\Scripts\\python.exe",
    base="C:\\Python312",
    build="win-amd64",
    package="C:\\pbal\\Lib\\site-packages\\pbal_xl",
    user_site="C:\\Users\\u\\AppData\\Roaming\\Python\\Python312\\site-packages",
    home=Path("C:/Users/u"),
    temp=Path("/nowhere"),
    libraries=LIBRARIES,
    modules=frozenset({"win32api", "pythoncom"}),
    environment={},
)
MAC = replace(
    WINDOWS,
    system="darwin",
    python="/Users/u/pbal/bin/python",
    base="/usr/local/opt/python",
    build="macosx-14-arm64",
)

# Where Windows keeps these by Microsoft's documents, letter case apart: hive, key, name, and what it holds.
POLICIES = "software\\policies\\microsoft\\office\\16.0\\excel\\security"
KEPT = {
    ("HKEY_LOCAL_MACHINE", "software\\microsoft\\office\\clicktorun\\configuration", "platform"): "x64",
    ("HKEY_CURRENT_USER", POLICIES, "vbawarnings"): 4,
    ("HKEY_CURRENT_USER", POLICIES, "disablealladdins"): 1,
    ("HKEY_CURRENT_USER", POLICIES, "requireaddinsig"): 1,
    (
        "HKEY_LOCAL_MACHINE",
        "software\\policies\\microsoft\\windows defender\\windows defender exploit guard\\asr\\rules",
        "d4f940ab-401b-4efc-aadc-ad5f3c50688a",
    ): "1",
}
RESILIENCY = "software\\microsoft\\office\\16.0\\excel\\resiliency\\disableditems"


# A machine, and the failure that is found on it.
ILL = {
    "store-python": replace(
        WINDOWS, base="C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_x64"
    ),
    "store-python by its alias": replace(
        WINDOWS, python="C:\\Users\\u\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe"
    ),
    "arm64": replace(WINDOWS, build="win-arm64", libraries={}),
    "python-32": replace(WINDOWS, build="win32"),
    "no-library": replace(WINDOWS, libraries={}),
    "excel-bits": replace(WINDOWS, libraries={64: LIBRARIES[64]}, registry={"bits": "x86"}),
    "user-site": replace(
        WINDOWS, package="C:\\Users\\u\\AppData\\Roaming\\Python\\Python312\\site-packages\\pbal_xl"
    ),
    "conda": replace(WINDOWS, base="C:\\Users\\u\\miniconda3"),
    "conda that is active": replace(
        WINDOWS, python="D:\\envs\\x\\python.exe", environment={"CONDA_PREFIX": "D:\\envs\\x"}
    ),
    "non-ascii": replace(WINDOWS, python="C:\\Users\\J\u00f6rg \u20ac\\python.exe"),
    "non-ascii (a bar)": replace(WINDOWS, python="C:\\a|b\\python.exe"),
    "long-path": replace(WINDOWS, python="C:\\" + "a\\" * 150 + "python.exe"),
    "onedrive": replace(
        WINDOWS,
        python="C:\\Users\\u\\OneDrive - Firm\\pbal\\python.exe",
        environment={"OneDriveCommercial": "C:\\Users\\u\\OneDrive - Firm"},
    ),
    "onedrive on a Mac": replace(MAC, python="/Users/u/Library/CloudStorage/OneDrive/pbal/bin/python"),
    "network": replace(WINDOWS, python="\\\\server\\share\\python.exe"),
    "network by its drive": replace(WINDOWS, remote=True),
    "pywin32": replace(WINDOWS, modules=frozenset({"pythoncom"})),
    "policy": replace(WINDOWS, registry={"macros": 4}),
    "policy without add-ins": replace(WINDOWS, registry={"no add-ins": 1}),
    "policy for signed ones": replace(WINDOWS, registry={"signed only": 1}),
    "antivirus": replace(WINDOWS, registry={"no child processes": "1"}),
    "disabled": replace(WINDOWS, disabled="x\0C:\\Users\\u\\XLSTART\\PBAL.xlam\0"),
}


@pytest.fixture(autouse=True)
def short_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows without short paths."""
    monkeypatch.setattr(addin, "short_path", lambda place: place)
    monkeypatch.setattr("pbal_xl.codegen.addin.sys.platform", "win32")


def lines(facts: Machine) -> list[Check]:
    found = list(checks.place_checks(facts))
    return [*found, *(checks.windows_checks(facts) if facts.system == "win32" else ())]


@pytest.mark.parametrize("facts", [WINDOWS, MAC], ids=["Windows", "Mac"])
def test_a_machine_in_good_order_is_found_well(facts: Machine) -> None:
    assert [line for line in lines(facts) if not line.ok] == []
    assert checks.obstacle(facts) is None


@pytest.mark.parametrize("case", ILL)
def test_each_ill_is_found_alone_and_its_cure_said(case: str) -> None:
    facts = ILL[case]
    code = re.split(r"[ (]", case)[0]
    ills = [line for line in lines(facts) if not line.ok]
    assert any(line.said.endswith(by_code(code).cure) for line in ills), ills
    expected = {"store-python": 1, "arm64": 2}.get(code, 1)
    assert len(ills) == expected, ills
    assert by_code(code).checked


class Registry(ModuleType):
    """Windows' registry with all that the doctor asks for in it."""

    HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER = "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"

    @contextlib.contextmanager
    def OpenKey(self, hive: str, key: str) -> Iterator[tuple[str, str]]:  # noqa: N802 - Windows' name
        if (hive, key.lower()) not in {*(kept[:2] for kept in KEPT), (self.HKEY_CURRENT_USER, RESILIENCY)}:
            raise FileNotFoundError(key)
        yield hive, key.lower()

    def QueryValueEx(self, opened: tuple[str, str], name: str) -> tuple[object, int]:  # noqa: N802
        if (*opened, name.lower()) not in KEPT:
            raise FileNotFoundError(name)
        return KEPT[opened[0], opened[1], name.lower()], 1

    def QueryInfoKey(self, opened: tuple[str, str]) -> tuple[int, int, int]:  # noqa: N802
        return 0, int(opened[1] == RESILIENCY), 0

    def EnumValue(self, _: object, number: int) -> tuple[str, bytes, int]:  # noqa: N802
        return f"item {number}", b"\1\0\0\0" + "C:\\XLSTART\\pbal.xlam".encode("utf-16-le"), 3


def test_the_registry_is_asked_where_windows_keeps_what_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "winreg", Registry("winreg"))
    monkeypatch.setattr(sys, "platform", "win32")
    assert machine._registry() == {
        "bits": "x64",
        "macros": 4,
        "no add-ins": 1,
        "signed only": 1,
        "no child processes": "1",
    }
    assert "pbal.xlam" in machine._disabled_items()


@pytest.mark.parametrize("content", ["", "x = (", "from x import y\n"])
def test_a_broken_gen_py_cache_is_found_and_a_sound_one_is_not(tmp_path: Path, content: str) -> None:
    place = tmp_path / "gen_py" / "3.12" / "__init__.py"
    place.parent.mkdir(parents=True)
    facts = replace(WINDOWS, temp=tmp_path)
    assert [line for line in lines(facts) if not line.ok] == []
    cache = place.parent / "00020813x0x1x9" / "__init__.py"
    cache.parent.mkdir()
    cache.write_text("CLSIDToClassMap = {}\n")
    assert [line for line in lines(facts) if not line.ok] == []
    cache.write_text(content)
    [ill] = [line for line in lines(facts) if not line.ok]
    assert ill.said.endswith(by_code("gen-py").cure)


# Install


@pytest.mark.parametrize("case", ["store-python", "store-python by its alias", "arm64", "python-32", "no-library"])
def test_install_refuses_where_it_could_not_work_and_says_what_to_do(
    case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from xlwings import cli

    monkeypatch.setattr(machine, "this_machine", lambda: ILL[case])
    monkeypatch.setattr(excel_install, "has_excel_system", lambda: True)
    monkeypatch.setattr(cli, "get_addin_dir", lambda _=False: str(tmp_path))
    code = case.partition(" ")[0]
    with pytest.raises(Refused) as caught:
        commands.install()
    assert caught.value.code == code
    assert str(caught.value).endswith(by_code(code).cure)
    assert list(tmp_path.iterdir()) == []


def test_install_refuses_a_place_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("C:\\Users\\J\u00f6rg\\python.exe", "C:\\" + "x" * 1000 + "\\python.exe"):
        monkeypatch.setattr("pbal_xl.codegen.addin.sys.executable", place)
        with pytest.raises(Refused) as caught:
            commands.install()
        assert caught.value.code == "bad-place"


def test_a_short_path_of_windows_serves_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addin, "short_path", lambda _: "C:\\Users\\JRG~1\\python.exe")
    content = addin.installed_addin("C:\\Users\\J\u00f6rg\\python.exe")
    assert addin.interpreter_of(content) == "C:\\Users\\JRG~1\\python.exe"


# A Mac's script


@pytest.fixture
def mac_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return excel_install.script_place()


def test_the_applescript_must_be_there_and_the_one_of_the_installed_xlwings(mac_home: Path) -> None:
    assert mac_home.name == f"xlwings-{xlwings_module.xlwings_version()}.applescript"
    assert mac_home.parts[-4:-1] == ("Library", "Application Scripts", "com.microsoft.Excel")
    assert excel_install.script_fault().endswith("is missing")
    mac_home.parent.mkdir(parents=True)
    mac_home.write_text("another")
    assert excel_install.script_fault().endswith("is not the one of the installed xlwings")
    mac_home.write_bytes(xlwings_module.script_source())
    assert excel_install.script_fault() == ""


def test_a_mac_keeps_its_start_folder_in_the_group_container(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr("pbal_xl.install.excel.sys.platform", "darwin")
    assert excel_install.startup_folder() == (
        tmp_path / "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
    )


# The installed add-in


def test_an_add_in_of_another_python_is_told_with_that_python(tmp_path: Path) -> None:
    path = tmp_path / "pbal.xlam"
    facts = replace(WINDOWS, is_there=lambda place: place == "C:\\old\\python.exe")
    own, other = addin.installed_addin(WINDOWS.python), addin.installed_addin("C:\\old\\python.exe")
    [well] = checks.installed_checks(path, own, facts)
    assert (well.ok, well.said) == (True, f"{path}, built from this version")
    [ill] = checks.installed_checks(path, other, facts)
    assert "it starts C:\\old\\python.exe" in ill.said
    assert ill.said.endswith(by_code("other-version").cure)
    [broken] = checks.installed_checks(path, b"x", facts)
    assert "it starts none" in broken.said


@pytest.mark.parametrize(("facts", "code"), [(WINDOWS, "not-started"), (MAC, "mac-moved")], ids=["Windows", "Mac"])
def test_an_add_in_whose_python_is_gone_is_told_so(tmp_path: Path, facts: Machine, code: str) -> None:
    path = tmp_path / "pbal.xlam"
    gone = addin.installed_addin("C:\\old\\python.exe")
    [ill] = checks.installed_checks(path, gone, replace(facts, is_there=lambda _: False))
    assert ill.said == f"{path} starts C:\\old\\python.exe, which is not there. {by_code(code).cure}"


def test_an_add_in_that_windows_marked_as_from_the_web_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "pbal.xlam"
    (tmp_path / "pbal.xlam:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    own = addin.installed_addin(WINDOWS.python)
    ill, well = checks.installed_checks(path, own, WINDOWS)
    assert (ill.ok, well.ok) == (False, True)
    assert ill.said == f"{path} has Windows' mark of files from the web. {by_code('blocked-file').cure}"
    assert all(one.ok for one in checks.installed_checks(path, own, replace(MAC, python=WINDOWS.python)))


def test_an_add_in_that_was_never_wanted_is_nothing_to_mend(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(excel_install, "has_excel_system", lambda: True)
    monkeypatch.setattr(excel_install, "startup_folder", lambda: tmp_path)
    monkeypatch.setattr(excel_install, "excel", lambda: None)
    monkeypatch.setattr(machine, "this_machine", lambda: WINDOWS)
    monkeypatch.setattr(calc_install, "find_soffice", lambda: Path("/somewhere/soffice"))
    monkeypatch.setattr(calc_install, "user_profile", lambda: tmp_path)
    assert cli.main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "ok    add-in: not installed; pbal-xl install puts it into Excel" in told
    assert "ok    LibreOffice extension: not installed; pbal-xl install --libreoffice puts it into Calc" in told
    assert "before pbal-xl install" not in told
    # What took it, or kept it out, is told to who misses it.
    monkeypatch.setattr(machine, "this_machine", lambda: ILL["antivirus"])
    assert cli.main(["doctor"]) == 0
    seen = "A rule of Windows Defender forbids Excel to start programs"
    assert f"ok    before pbal-xl install: {seen}. {by_code('antivirus').cure}" in capsys.readouterr().out
    monkeypatch.setattr(machine, "this_machine", lambda: WINDOWS)
    (tmp_path / addin.FILE_NAME).write_bytes(b"no add-in")
    assert cli.main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "TODO  add-in:" in told
    assert "TODO  Excel: not found" in told


# The document


def test_the_document_has_every_failure_once_with_what_is_seen_why_and_what_to_do() -> None:
    text = document()
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == [failure.title for failure in FAILURES]
    assert len(FAILURES) >= 30
    for failure in FAILURES:
        assert text.count(f'<a id="{failure.code}"></a>') == 1
        assert f"(#{failure.code})" in text
        assert all((failure.seen, failure.cause, failure.cure))
        assert failure.cure.endswith((".", "there"))
    assert text.count("**You see:**") == text.count("**Cause:**") == text.count("**Cure:**") == len(FAILURES)


def test_every_failure_that_is_marked_checked_is_one_the_doctor_can_tell() -> None:
    told = {re.split(r"[ (]", case)[0] for case in ILL}
    elsewhere = {"gen-py", "no-tab", "other-version", "not-started", "mac-moved", "applescript", "xlwings-changed"}
    assert {failure.code for failure in FAILURES if failure.checked} == told | elsewhere | {"blocked-file"}


# What others say: Windows, Excel, macOS, pywin32 and the library of xlwings.
THEIRS = (
    "Could not activate Python COM server, hr = -2147221164, or Class not registered",
    "Could not create Python process.",
    "AttributeError: module 'win32com.gen_py...' has no attribute 'CLSIDToClassMap'",
    "Macros have been disabled by your administrator.",
    "Microsoft has blocked macros from running because the source of this file is untrusted.",
    "error -1743, or OSERROR: -1743",
    "ImportError: DLL load failed while importing win32api",
    "DLL load failed while importing ...",
    "No such file or directory",
)
# Sentences of ours on the page, and where each is said.
OURS = {
    "not-started": ("vba/PbalServer.bas", "Python did not start (",
                    "); run pbal-xl doctor, then press Connect again"),
    "no-library": ("pbal_xl/codegen/xlwings_module.py", "the library of xlwings could not be loaded from "),
    "excel-bits": ("pbal_xl/codegen/xlwings_module.py", "the library of xlwings could not be loaded"),
    "user-site": ("pbal_xl/codegen/xlwings_module.py", "the library of xlwings could not be loaded"),
    "arm64": ("pbal_xl/install/checks.py", "his Python is built for ARM64"),
    "python-32": ("pbal_xl/install/checks.py", "his Python has 32 bits"),
    "store-python": ("pbal_xl/install/checks.py", "his Python comes from the Microsoft Store"),
    "conda": ("vba/PbalServer.bas", "Python did not start ("),
    "pywin32": ("vba/PbalServer.bas", "Python did not start ("),
    "non-ascii": ("pbal_xl/codegen/addin.py", "plain Latin letters only"),
    "zombie": ("pbal_xl/install/commands.py", "the add-in could not be written"),
    "busy": ("pbal_xl/hosts/excel/faults.py",
             "Excel is busy: finish the cell you are editing, close any dialog, and try again"),
    "automation": ("pbal_xl/hosts/excel/faults.py", "macOS does not let Python control Excel"),
    "applescript": ("vba/PbalMac.bas", "Excel may not start Python: its AppleScript is missing or was refused"),
    "mac-functions": ("vba/PbalCalls.bas", "functions in cells need Excel for Windows; on a Mac use the "),
    "protected": ("pbal_xl/hosts/excel/faults.py", "Excel refused to write (",
                  "): unprotect the sheet or workbook, and try again"),
    "xlwings-changed": ("pbal_xl/codegen/xlwings_module.py", "xlwings ", " is not one this add-in was tried with"),
}  # fmt: skip


@pytest.mark.parametrize("code", OURS)
def test_a_sentence_of_the_page_is_one_that_is_said(code: str) -> None:
    place, *pieces = OURS[code]
    # Texts that stand on two lines of a source are one.
    source = re.sub(r"\"\s*\n\s*f?\"", "", (Path(__file__).parents[2] / place).read_text("utf-8"))
    for piece in pieces:
        assert piece in by_code(code).seen
        assert piece in source


def test_of_every_sentence_on_the_page_it_is_known_who_says_it() -> None:
    """What is neither ours nor theirs tells what happens, in no words of a program."""
    spoken = re.compile(r"refuses: |could not|#PBAL! |Error|error|denied|disabled by|blocked macros|not one this")
    for failure in FAILURES:
        rest = failure.seen
        for one in THEIRS:
            rest = rest.replace(one, "")
        assert failure.code in OURS or not spoken.search(rest), failure.seen


def test_the_doctor_never_raises_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    facts = machine.this_machine()
    assert facts.python
    assert lines(facts)
