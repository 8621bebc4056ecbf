"""The built files: the same every time, what is in the repository, and sound by other people's readers."""

from __future__ import annotations

import hashlib
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyopenvba import ExcelFile, check_file

from pbal_xl._version import __version__
from pbal_xl.codegen import addin, sources, vba, xlwings_module
from pbal_xl.functions import FUNCTIONS
from pbal_xl.install import commands

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
GENERATED = dict(commands.generated())
COMMITTED = list(GENERATED)
BINARY = [name for name in COMMITTED if name.endswith((".xlam", ".xlsm"))]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every workbook that is built, and the add-in as installed, as files."""
    folder = tmp_path_factory.mktemp("built")
    paths = {}
    contents = {name: content for name, content in GENERATED.items() if name in BINARY}
    contents["installed/pbal.xlam"] = addin.installed_addin("/usr/bin/python3")
    for name, content in contents.items():
        paths[name] = folder / name
        paths[name].parent.mkdir(exist_ok=True)
        paths[name].write_bytes(content)
    return paths


EVERY = [*BINARY, "installed/pbal.xlam"]


@pytest.mark.parametrize("name", COMMITTED)
def test_the_repository_holds_what_its_sources_build(name: str) -> None:
    assert (ROOT / name).read_bytes() == GENERATED[name], "run pbal-xl build"


def test_two_builds_have_one_checksum() -> None:
    for build in (addin.committed_addin, lambda: addin.installed_addin("C:\\Python\\python.exe")):
        assert hashlib.sha256(build()).digest() == hashlib.sha256(build()).digest()


def test_the_time_and_place_of_building_leave_no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = addin.committed_addin()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert addin.committed_addin() == before
    with zipfile.ZipFile(BytesIO(before)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize("name", BINARY)
def test_committed_files_name_no_machine_and_hold_no_line_of_xlwings(built: dict[str, Path], name: str) -> None:
    content = built[name].read_bytes()
    for place in (str(ROOT), str(Path.home()), "/tmp/", "site-packages"):  # noqa: S108 - looked for, not used
        assert place.encode() not in content
    with ExcelFile(built[name]) as file:
        text = "\n".join(file.vba_modules().values())
    assert "Zoomer" not in text
    assert "XLPyDLL" not in text


def test_the_installed_add_in_starts_this_python_and_no_other(built: dict[str, Path]) -> None:
    text = zipfile.ZipFile(built["installed/pbal.xlam"]).read("xl/sharedStrings.xml").decode()
    assert text.count("/usr/bin/python3") == 1
    assert addin.interpreter_of(built["installed/pbal.xlam"].read_bytes()) == "/usr/bin/python3"


def expected_modules(name: str) -> dict[str, str]:
    if name == "installed/pbal.xlam":
        return {**sources.modules(), **xlwings_module.taken_modules()}
    return sources.modules("uninstalled") if name.endswith(".xlam") else sources.modules("demo")


def comparable(source: str) -> str:
    """Without the attributes above a module's code, of which a class gains a base on its way in."""
    lines = source.replace("\r\n", "\n").rstrip("\n").split("\n")
    while lines and (
        lines[0].startswith(("Attribute VB_", "VERSION ", "  MultiUse")) or lines[0] in {"BEGIN", "END"}
    ):
        del lines[0]
    return "\n".join(lines)


def modules_of(name: str) -> dict[str, str]:
    if name.endswith(".xlsm"):
        demo = {"PbalFunctions"} | {sources.module_name(p.read_text()) for p in (ROOT / "vba/demo").glob("*.bas")}
        return {key: value for key, value in expected_modules(name).items() if key in demo}
    return expected_modules(name)


def without_empty_documents(found: Mapping[str, str]) -> dict[str, str]:
    return {name: source for name, source in found.items() if comparable(source)}


@pytest.mark.parametrize("name", EVERY)
def test_pyopenvba_extracts_exactly_the_sources(built: dict[str, Path], name: str) -> None:
    with ExcelFile(built[name]) as file:
        assert file.validate() == []
        found = without_empty_documents(file.vba_modules())
    wanted = modules_of(name)
    assert sorted(found) == sorted(wanted)
    for module, source in wanted.items():
        assert comparable(found[module]) == comparable(source), module


@pytest.mark.parametrize("name", EVERY)
def test_olevba_extracts_exactly_the_sources(built: dict[str, Path], name: str) -> None:
    olevba = pytest.importorskip("oletools.olevba", reason="oletools is not installed")
    parser = olevba.VBA_Parser(str(built[name]))
    found = {Path(file).stem: code for _, _, file, code in parser.extract_all_macros()}
    parser.close()
    found = without_empty_documents(found)
    wanted = modules_of(name)
    assert sorted(found) == sorted(wanted)
    for module, source in wanted.items():
        assert comparable(found[module]) == comparable(source), module


@pytest.mark.parametrize("name", EVERY)
def test_document_modules_match_the_code_names_of_workbook_and_sheets(built: dict[str, Path], name: str) -> None:
    with zipfile.ZipFile(built[name]) as archive:
        code_names = set()
        for part in archive.namelist():
            if re.fullmatch(r"xl/(workbook|worksheets/\w+)\.xml", part):
                code_names |= set(re.findall(r'codeName="(\w+)"', archive.read(part).decode()))
    with ExcelFile(built[name]) as file:
        documents = {m for m, text in file.vba_modules().items() if 'VB_Base = "0{000208' in text}
        references = {reference.name for reference in file.references()}
    assert documents == code_names
    assert "ThisWorkbook" in documents
    assert {"stdole", "Office"} <= references


@pytest.mark.parametrize("name", EVERY)
def test_the_package_checker_of_pyopenvba_reports_nothing(built: dict[str, Path], name: str) -> None:
    assert check_file(built[name]).issues == ()


@pytest.mark.parametrize("name", EVERY)
def test_the_open_xml_validator_reports_nothing(built: dict[str, Path], name: str) -> None:
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    result = audit.OpenXmlValidator().validate(built[name])
    assert [str(error) for error in result.errors] == []


@pytest.mark.parametrize("name", EVERY)
def test_the_vba_linter_reports_nothing_of_ours(built: dict[str, Path], name: str) -> None:
    linter = pytest.importorskip("pyvbaanalysis", reason="pyvbaanalysis is not installed")
    reports = linter.analyze_office_file(built[name])
    said = {module: [f"{r.code}: {r.message}" for r in found] for module, found in reports.items()}
    # xlwings' own two procedures leave out types.
    of_xlwings = [line for line in said.pop("xlwings", []) if not line.startswith("implicit-")]
    assert {module: found for module, found in said.items() if found} == {}
    assert of_xlwings == []


@pytest.mark.parametrize("name", EVERY)
def test_every_module_of_the_whole_project_parses_as_vba(built: dict[str, Path], name: str) -> None:
    """A parser of another kind than the linter: the interpreter's own, module by module, as it is installed."""
    from pyopenvba.interpreter import Interpreter

    with ExcelFile(built[name]) as file:
        modules = without_empty_documents(file.vba_modules())
    for module, source in modules.items():
        if module != "ThisWorkbook":  # events are not interpreted
            Interpreter().add_module(source, name=module)
    assert modules


@pytest.mark.parametrize("name", EVERY)
def test_the_project_is_source_alone_so_that_excel_compiles_it(built: dict[str, Path], name: str) -> None:
    """The seven bytes that say "no cache", and no compiled code before any module's source."""
    olefile = pytest.importorskip("olefile", reason="olefile is not installed")
    with zipfile.ZipFile(built[name]) as archive:
        project = olefile.OleFileIO(BytesIO(archive.read("xl/vbaProject.bin")))
    streams = {entry[-1]: project.openstream(entry).read() for entry in project.listdir() if entry[0] == "VBA"}
    assert streams["_VBA_PROJECT"] == bytes.fromhex("cc61ffff000000")
    assert not any(stream.startswith("__SRP") for stream in streams)
    modules = set(streams) - {"_VBA_PROJECT", "dir"}
    assert {"ThisWorkbook", "Sheet1"} <= modules
    for module in modules:
        # A compressed container begins with 1, and its first chunk is marked by the bits of 0xB000.
        assert streams[module][0] == 1
        assert streams[module][2] & 0xF0 == 0xB0, module


CONTENT_TYPES = {
    ".xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}


@pytest.mark.parametrize("name", EVERY)
def test_the_workbook_part_has_the_content_type_of_its_files_kind(built: dict[str, Path], name: str) -> None:
    with zipfile.ZipFile(built[name]) as archive:
        types = archive.read("[Content_Types].xml").decode()
    [found] = re.findall(r'PartName="/xl/workbook\.xml" ContentType="([^"]+)"', types)
    assert found == CONTENT_TYPES[Path(name).suffix]
    assert re.findall(r'(?:/xl/vbaProject\.|Extension=")bin" ContentType="([^"]+)"', types) == [
        "application/vnd.ms-office.vbaProject"
    ]


@pytest.mark.parametrize("name", EVERY)
def test_the_workbooks_module_is_predeclared_and_listens_to_excel(built: dict[str, Path], name: str) -> None:
    with ExcelFile(built[name]) as file:
        source = file.vba_modules()["ThisWorkbook"]
    assert "Attribute VB_PredeclaredId = True" in source
    assert "Attribute VB_Exposed = True" in source
    if name.endswith(".xlam"):
        opened = source[source.index("Private Sub Workbook_Open()") :].partition("End Sub")[0].split()
        assert opened == ["Private", "Sub", "Workbook_Open()", "Listen", "PbalBegin"]
        listen = source[source.index("Public Sub Listen()") :].partition("End Sub")[0]
        assert "If excelApp Is Nothing Then Set excelApp = Application" in listen
        assert "Private WithEvents excelApp As Application" in source
        assert set(re.findall(r"Sub excelApp_(\w+)\((.*?)\)", source)) == {
            ("WorkbookOpen", "ByVal Wb As Workbook"),
            ("WorkbookActivate", "ByVal Wb As Workbook"),
            ("SheetActivate", "ByVal Sh As Object"),
        }


def test_arguments_are_handed_over_in_brackets() -> None:
    """Without them VBA hands out references to its own variables, which do not survive the way out."""
    [call] = [line.strip() for line in sources.modules()["PbalCalls"].splitlines() if ".CallUDF(" in line]
    assert call == "PbalCall = PbalPython().CallUDF(PBAL_MODULE, (functionName), (arguments))"


def test_the_installed_configuration_is_complete_and_holds_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlwings_module, "library", lambda bits: Path(f"C:/p/xlwings{bits}.dll"))
    for system, key in (("win32", "INTERPRETER_WIN"), ("darwin", "INTERPRETER_MAC"), ("linux", "INTERPRETER_WIN")):
        monkeypatch.setattr("pbal_xl.codegen.addin.sys.platform", system)
        assert addin.configuration_of(addin.installed_addin("/usr/bin/python3")) == {
            key: "/usr/bin/python3",
            "LIBRARY_64": str(Path("C:/p/xlwings64.dll")),
            "LIBRARY_32": str(Path("C:/p/xlwings32.dll")),
            "PBAL_VERSION": __version__,
            "XLWINGS_VERSION": xlwings_module.xlwings_version(),
        }


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 100])
def test_what_is_no_add_in_of_ours_has_no_configuration(content: bytes) -> None:
    assert addin.configuration_of(content) == {}
    assert addin.interpreter_of(content) is None


@pytest.mark.parametrize("path", sorted((ROOT / "vba").rglob("*.[bc][al]s")), ids=lambda path: path.name)
def test_every_module_is_plain_ascii_and_declares_its_variables(path: Path) -> None:
    text = path.read_bytes().decode("ascii")
    assert "\r" not in text
    assert "\t" not in text
    assert "Option Explicit\n" in text
    assert max(map(len, text.splitlines())) < 1000  # VBA takes 1,023


def test_functions_that_are_not_for_cells_stay_out_of_the_function_list() -> None:
    for name, source in {**sources.modules("uninstalled", "demo"), **xlwings_module.taken_modules()}.items():
        listed = re.findall(r"^(?:Public )?Function (\w+)", source, re.MULTILINE)
        if name not in {"PbalFunctions", "Dictionary"} and listed:
            assert "Option Private Module" in source or listed == ["PbalForward"], name


def test_every_function_has_one_wrapper_of_one_call() -> None:
    text = vba.functions_module()
    for function in FUNCTIONS:
        [body] = re.findall(
            rf"Public Function {function.name}\((.*?)\) As Variant\n(.*?)\nEnd Function", text, re.DOTALL
        )
        names = [argument.name for argument in function.arguments]
        assert body[0] == ", ".join(f"Optional {name} As Variant" for name in names)
        assert body[1].strip() == f'{function.name} = PbalCall("{function.name}", Array({", ".join(names)}))'


def test_the_intellisense_sheet_is_the_last_and_holds_every_text(built: dict[str, Path]) -> None:
    for name in EVERY:
        if not name.endswith(".xlam"):
            continue
        workbook = zipfile.ZipFile(built[name]).read("xl/workbook.xml").decode()
        assert re.findall(r'<sheet name="([^"]+)"', workbook) == ["pbal.conf", "_IntelliSense_"]
    rows = vba.intellisense_rows()
    assert rows[0] == ["FunctionInfo", "1.0"]
    for function, row in zip(FUNCTIONS, rows[1:], strict=True):
        assert row[:2] == [function.name, function.help]
        assert row[3::2] == [argument.name for argument in function.arguments]
        assert row[4::2] == [argument.help for argument in function.arguments]


def test_every_text_for_the_function_wizard_fits() -> None:
    for function in FUNCTIONS:
        assert len(function.help) <= 255
        assert all(len(argument.help) <= 255 for argument in function.arguments)


def test_the_demo_shows_stored_results_that_are_the_functions_own(built: dict[str, Path]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from pbal_xl.codegen import demo
    from pbal_xl.functions import call

    shown = openpyxl.load_workbook(built["workbook/portfolio.xlsm"], data_only=True)["Portfolio"]
    holdings = [[cell.value for cell in row] for row in shown["A2:D12"]]
    assert [row[0] for row in holdings] == ["Symbol", *(symbol for symbol, *_ in demo.HOLDINGS)]
    [never_sell] = [function for function in FUNCTIONS if function.name == "PBAL_NEVERSELL"]
    expected = call(never_sell, holdings, [[5000]], None, [[True]])
    assert [[cell.value for cell in row] for row in shown["I2:M12"]] == expected
    assert sum(row[2] for row in expected[1:]) > 0


def test_the_demos_formulas_spill_and_link_to_no_file(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["workbook/portfolio.xlsm"]) as archive:
        names = archive.namelist()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        workbook = archive.read("xl/workbook.xml").decode()
    assert 'cm="1"' in sheet
    assert '<f t="array" ref="I2:M12">PBAL_NEVERSELL(' in sheet
    assert not any("externalLink" in name for name in names)
    # Excel keeps the stored results only when it is not told to calculate anew.
    assert "fullCalcOnLoad" not in workbook
