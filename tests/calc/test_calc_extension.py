# ruff: noqa: S102, S314 - what is parsed and run here was made here
"""The extension as a file: the same bytes each time, nothing in it that LibreOffice's Python may lack."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pbal_xl import __version__
from pbal_xl.codegen import calc_metadata
from pbal_xl.codegen.calc_extension import OXT_NAME, build_oxt, needed_modules
from pbal_xl.functions import FUNCTIONS
from pbal_xl.hosts.calc import method_of
from pbal_xl.hosts.calc.commands import COMMANDS

OOR = "{http://openoffice.org/2001/registry}"


@pytest.fixture(scope="module")
def oxt() -> Any:
    with zipfile.ZipFile(io.BytesIO(build_oxt())) as archive:
        yield archive


def test_building_twice_gives_the_same_bytes() -> None:
    assert build_oxt() == build_oxt()


def test_members_carry_no_clock_and_no_compression(oxt: Any) -> None:
    assert {entry.date_time for entry in oxt.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in oxt.infolist()} == {zipfile.ZIP_STORED}


def test_the_manifest_names_what_is_there(oxt: Any) -> None:
    root = ET.fromstring(oxt.read("META-INF/manifest.xml"))
    space = "{http://openoffice.org/2001/manifest}"
    named = {entry.get(f"{space}full-path") for entry in root}
    assert named <= set(oxt.namelist())
    assert {"CalcAddIns.xcu", "Addons.xcu"} <= named


def test_every_xml_member_is_well_formed(oxt: Any) -> None:
    for name in oxt.namelist():
        if name.endswith((".xml", ".xcu")):
            ET.fromstring(oxt.read(name))


def test_every_function_and_argument_is_declared_with_its_help(oxt: Any) -> None:
    root = ET.fromstring(oxt.read("CalcAddIns.xcu"))
    texts = {value.text for value in root.iter("value")}
    idl = oxt.read("pbal_types.idl").decode()
    for function in FUNCTIONS:
        assert function.name in texts
        assert f" {method_of(function)}(" in idl
        assert {argument.help for argument in function.arguments} <= texts
    assert "com::sun::star::uno::XInterface" in idl


def test_the_names_in_files_are_given_for_us_english(oxt: Any) -> None:
    """LibreOffice reads the compatibility name in that language only."""
    root = ET.fromstring(oxt.read("CalcAddIns.xcu"))
    names = [prop for prop in root.iter("prop") if prop.get(f"{OOR}name") == "CompatibilityName"]
    assert [prop[0].get("{http://www.w3.org/XML/1998/namespace}lang") for prop in names] == ["en-US"] * len(
        FUNCTIONS
    )
    assert [prop[0].text for prop in names] == [function.name for function in FUNCTIONS]


def test_the_menu_offers_every_command_and_no_toolbar(oxt: Any) -> None:
    text = oxt.read("Addons.xcu").decode()
    places = [text.index(f"?{command.name}<") for command in COMMANDS]
    assert places == sorted(places)
    assert "OfficeToolBar" not in text


def test_the_description_tells_version_publisher_and_oldest_libreoffice(oxt: Any) -> None:
    text = oxt.read("description.xml").decode()
    assert f'<version value="{__version__}"/>' in text
    assert "The pbal-xl authors" in text
    assert 'LibreOffice-minimal-version value="7.4"' in text


HOME = "https://github.com/pbal-xl/pbal-xl"


def test_libreoffice_reads_publisher_and_address_of_updates(office: Any) -> None:
    assert office.ask("extension", identifier=calc_metadata.IDENTIFIER) == {
        "version": __version__,
        "publisher": ["The pbal-xl authors", HOME],
        "updates": [f"{HOME}/releases/latest/download/{calc_metadata.UPDATES_NAME}"],
    }


def test_libreoffice_reads_what_a_release_offers(office: Any, tmp_path: Path) -> None:
    feed = tmp_path / calc_metadata.UPDATES_NAME
    feed.write_text(calc_metadata.update_xml("pbal-xl.oxt"), encoding="utf-8")
    assert office.ask("update_offered", url=feed.as_uri(), identifier=calc_metadata.IDENTIFIER) == {
        "identifier": calc_metadata.IDENTIFIER,
        "version": __version__,
        "download": f"{HOME}/releases/download/v{__version__}/pbal-xl.oxt",
    }


def test_the_release_publishes_the_extension_and_the_file_that_it_asks_for() -> None:
    workflow = (Path(__file__).parents[2] / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8")
    assert calc_metadata.UPDATES_NAME in workflow
    assert OXT_NAME in workflow


def test_the_core_inside_runs_on_the_standard_library_alone(oxt: Any, tmp_path: Path) -> None:
    """In a Python without site packages, from the extension's own folder, every module imports and answers."""
    oxt.extractall(tmp_path)
    modules = [name.removesuffix(".__init__") for name in needed_modules()]
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'pythonpath')!r})\n"
        f"import importlib\n[importlib.import_module(name) for name in {modules!r}]\n"
        "import pbal_xl; assert pbal_xl.__file__.startswith(sys.path[0]), pbal_xl.__file__\n"
        "from pbal_xl.hosts import calc\n"
        "rows = (('Symbol', 'Value', 'Price'), ('A', 100.0, 10.0), ('B', 50.0, 10.0))\n"
        "print(calc.answer('PBAL_NEVERSELL', rows, 50.0)[2])\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "('B', 5.0, 50.0, 100.0, 0.5)"


def test_no_file_of_another_host_is_inside() -> None:
    assert not [name for name in needed_modules() if "headless" in name or "excel" in name or "frames" in name]


def test_a_python_too_old_is_told_by_the_component(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 16))
    with pytest.raises(RuntimeError, match=r"needs Python 3\.10 or newer"):
        exec(compile(calc_metadata.component_py(), "pbal_calc.py", "exec"), {})
