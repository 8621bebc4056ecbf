"""What is taken from xlwings' module, its declarations and two procedures, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pbal_xl.codegen import sources, xlwings_module
from pbal_xl.errors import Refused

# What xlwings' module does and ours must not: read configuration of workbooks, run a shell, look for code.
DANGEROUS = (
    "ActiveWorkbook",
    "ThisWorkbook",
    "GetConfig",
    "cmd.exe",
    "WScript",
    "CreateObject",
    "Shell",
    "MacScript",
    "AppleScriptTask",
    ".py",
    "conda",
    "Environ",
    "GetObject",
    "PYTHONPATH",
)


@pytest.fixture(scope="module")
def original() -> str:
    return (xlwings_module._package() / "xlwings_custom_addin.bas").read_text(encoding="ascii")


@pytest.fixture(scope="module")
def taken(original: str) -> str:
    return xlwings_module.take(original, xlwings_module.xlwings_version())


def code(source: str) -> str:
    """Without comments, which may speak of anything."""
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith("'"))


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_dangerous_is_taken_though_most_of_it_is_there_to_take(
    taken: str, original: str, text: str
) -> None:
    assert text.lower() not in code(taken).lower()
    if text not in {"GetObject", "Shell"}:
        assert text.lower() in code(original).lower()


def test_only_the_library_of_the_installed_version_is_declared_for_each_kind_of_excel(taken: str) -> None:
    version = xlwings_module.xlwings_version()
    assert re.findall(r'Lib "([^"]+)"', taken) == [
        f"xlwings64-{version}.dll",
        f"xlwings32-{version}.dll",
        "KERNEL32",
    ]
    head = code(taken).split("Function XLPy()", maxsplit=1)[0]
    assert [line.split()[0] for line in head.splitlines() if line.startswith("#")] == ["#If", "#Else", "#End"]
    assert head.index("#If Win64") < head.index("xlwings64") < head.index("#Else") < head.index("xlwings32")


def test_the_library_is_loaded_by_its_full_place_before_every_call_into_it(taken: str) -> None:
    for procedure in ("Function XLPy()", "Sub KillPy()"):
        body = taken[taken.index(procedure) :].splitlines()
        assert body[1].strip() == "XLPyLoadDLL"
    assert "LoadLibraryW(StrPtr(PbalLibrary()))" in taken


def test_what_ours_calls_is_there_and_what_it_calls_is_ours(taken: str) -> None:
    ours = "\n".join(sources.modules().values())
    for needed in ("PbalServerCommand", "PbalLibrary"):
        assert re.search(rf"^Public Function {needed}\(", ours, re.MULTILINE)
        assert needed in taken
    assert re.findall(r"^(?:Private )?(?:Function|Sub) (\w+)", taken, re.MULTILINE) == [
        "XLPy",
        "KillPy",
        "XLPyCommand",
        "XLPyLoadDLL",
    ]


def test_its_functions_stay_out_of_excels_list_and_its_licence_goes_with_it(taken: str) -> None:
    assert taken.startswith('Attribute VB_Name = "xlwings"\nOption Explicit\nOption Private Module\n')
    assert "'xlwings is distributed under a BSD 3-clause license." in taken
    assert "POSSIBILITY OF SUCH DAMAGE." in taken


def test_no_shell_stands_between_excel_and_python() -> None:
    """cmd.exe would outlive a Python that fails at once, and the library would wait for it."""
    for name, source in sources.modules("uninstalled", "demo").items():
        for text in ("cmd.exe", "WScript", "CreateObject", "MacScript", "Shell("):
            assert text not in code(source), name


@pytest.mark.parametrize(
    "text",
    [
        "Declare PtrSafe Function XLPyDLLActivateAuto",
        "If 0 <> XLPyDLLActivateAuto(XLPy, XLPyCommand, 1)",
        "If 0 <> XLPyDLLActivateAuto(unused, XLPyCommand, -1)",
        "'xlwings is distributed under",
        "xlwings64-",
        "xlwings32-",
    ],
)
def test_a_module_that_reads_otherwise_is_refused_loudly(original: str, text: str) -> None:
    assert text in original
    with pytest.raises(Refused) as caught:
        xlwings_module.take(original.replace(text, "changed"), xlwings_module.xlwings_version())
    assert caught.value.code == "xlwings-changed"
    assert xlwings_module.xlwings_version() in str(caught.value)


def test_a_module_of_another_version_is_refused(original: str) -> None:
    with pytest.raises(Refused, match=r"xlwings64-0\.1\.0\.dll"):
        xlwings_module.take(original, "0.1.0")


def test_the_installed_xlwings_is_within_the_tested_range() -> None:
    def parts(version: str) -> list[int]:
        return [int(part) for part in version.split(".")[:3]]

    first, last = map(parts, xlwings_module.TESTED)
    assert first <= parts(xlwings_module.xlwings_version()) <= last


def test_the_repository_holds_no_line_of_xlwings_module(original: str) -> None:
    ours = "\n".join(path.read_text() for path in (Path(__file__).parents[2] / "vba").rglob("*.bas"))
    long_lines = {line.strip() for line in original.splitlines() if len(line.strip()) > 40}
    assert long_lines & {line.strip() for line in ours.splitlines()} == set()
