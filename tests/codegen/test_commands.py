"""install, uninstall, doctor and build, with Excel's folder pretended."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl.codegen import addin, sources
from pbal_xl.errors import Refused
from pbal_xl.install import commands
from pbal_xl.install import excel as excel_install
from pbal_xl.install.checks import NOT_INSTALLED
from pbal_xl.install.failures import by_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.install.checks import Check

ROOT = Path(__file__).parents[2]


@pytest.fixture
def excel_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """xlwings' installer with a pretended Excel, whose start folder is a temporary one."""
    from xlwings import cli

    start = tmp_path / "XLSTART"
    start.mkdir()
    monkeypatch.setattr(cli, "get_addin_dir", lambda _global=False: str(start))
    monkeypatch.setattr("xlwings.cli.xw.apps", [])
    monkeypatch.setattr(excel_install, "has_excel_system", lambda: True)
    monkeypatch.setattr(excel_install, "startup_folder", lambda: start)
    monkeypatch.setattr(excel_install, "excel", lambda: "Excel.Application.16")
    return start


def test_install_writes_the_add_in_where_excel_starts_it(
    excel_here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = commands.install()
    assert (excel_here / "pbal.xlam").read_bytes() == addin.installed_addin()
    assert str(excel_here / "pbal.xlam") in lines[0]
    assert sys.executable in lines[1]
    assert capsys.readouterr().out == ""


def test_install_over_an_older_add_in_replaces_it(excel_here: Path) -> None:
    (excel_here / "pbal.xlam").write_bytes(b"old")
    commands.install()
    assert (excel_here / "pbal.xlam").read_bytes() == addin.installed_addin()


def test_an_add_in_that_could_not_be_written_is_said(excel_here: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def locked(*_: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("xlwings.cli.shutil.copyfile", locked)
    with pytest.raises(Refused, match="quit Excel and try again") as caught:
        commands.install()
    assert caught.value.code == "addin-not-written"
    assert list(excel_here.iterdir()) == []


def test_an_older_add_in_that_stays_in_its_place_is_no_success(
    excel_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel holds the file open, and xlwings only prints that it could not write it."""

    def locked(*_: str) -> None:
        raise PermissionError(13, "Permission denied")

    (excel_here / "pbal.xlam").write_bytes(b"older")
    monkeypatch.setattr("xlwings.cli.shutil.copyfile", locked)
    with pytest.raises(Refused) as caught:
        commands.install()
    assert caught.value.code == "addin-not-written"
    assert (excel_here / "pbal.xlam").read_bytes() == b"older"


def test_uninstall_removes_it_and_says_so(excel_here: Path) -> None:
    commands.install()
    [said] = commands.uninstall()
    assert "removed" in said
    assert list(excel_here.iterdir()) == []


def test_install_into_a_folder_works_on_any_system(tmp_path: Path) -> None:
    lines = commands.install(tmp_path / "new" / "folder")
    path = tmp_path / "new" / "folder" / "pbal.xlam"
    assert path.read_bytes() == addin.installed_addin()
    assert str(path) in lines[0]


def test_the_folder_of_the_libreoffice_extension_too(tmp_path: Path) -> None:
    [said] = commands.install_libreoffice(tmp_path)
    assert zipfile.is_zipfile(tmp_path / "pbal-xl.oxt")
    assert "pbal-xl.oxt" in said


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused) as caught:
        commands.install(tmp_path / "file")
    assert caught.value.code == "addin-not-written"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="desktop Excel exists for this system")
@pytest.mark.parametrize("command", [commands.install, commands.uninstall])
def test_where_there_is_no_desktop_excel_it_is_said(command: Callable[..., Any]) -> None:
    with pytest.raises(Refused) as caught:
        command()
    assert caught.value.code == "no-excel"


def by_name() -> dict[str, Check]:
    return {check.name: check for check in commands.doctor()}


@pytest.mark.usefixtures("excel_here")
def test_the_doctor_finds_an_add_in_of_this_version_well() -> None:
    commands.install()
    checks = by_name()
    assert checks["add-in"].ok
    assert checks["Excel"].ok
    assert checks["xlwings"].ok
    assert sys.executable in checks["pbal-xl and Python"].said


def test_the_doctor_asks_to_install_what_is_missing_or_old(excel_here: Path) -> None:
    assert by_name()["add-in"] == NOT_INSTALLED
    (excel_here / "pbal.xlam").write_bytes(addin.installed_addin("/bin/sh"))
    check = by_name()["add-in"]
    assert not check.ok
    assert "it starts /bin/sh" in check.said
    assert check.said.endswith(by_code("other-version").cure)


@pytest.mark.usefixtures("excel_here")
def test_the_doctor_says_when_xlwings_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    from pbal_xl.codegen import xlwings_module

    def changed() -> None:
        raise Refused("xlwings-changed", "xlwings 9.9 is not one this add-in was tried with")

    commands.install()
    monkeypatch.setattr(xlwings_module, "taken_modules", changed)
    checks = by_name()
    assert not checks["xlwings"].ok
    assert "9.9" in checks["xlwings"].said
    assert not checks["add-in"].ok


def checkout(folder: Path) -> Path:
    """A copy of what build reads and writes."""
    for name, content in commands.generated():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for path in (ROOT / "vba").rglob("*.*"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def own_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = checkout(tmp_path)
    monkeypatch.setattr(sources, "folder", lambda: folder / "vba")
    return folder


def test_a_check_of_what_is_built_passes_and_writes_nothing(own_checkout: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in own_checkout.rglob("*.*")}
    assert commands.build(own_checkout, check=True) == ["Everything is built from its sources."]
    assert {path: path.stat().st_mtime_ns for path in own_checkout.rglob("*.*")} == before


def test_a_check_refuses_what_is_stale_by_name_and_leaves_it(own_checkout: Path) -> None:
    (own_checkout / "vba/PbalFunctions.bas").write_text('Attribute VB_Name = "PbalFunctions"\nOption Explicit\n')
    with pytest.raises(Refused, match=r"vba/PbalFunctions\.bas") as caught:
        commands.build(own_checkout, check=True)
    assert caught.value.code == "stale"
    assert "PBAL_" not in (own_checkout / "vba/PbalFunctions.bas").read_text()


def test_a_build_mends_what_is_stale(own_checkout: Path) -> None:
    (own_checkout / "workbook/pbal.xlam").unlink()
    assert commands.build(own_checkout) == ["Wrote workbook/pbal.xlam."]
    assert commands.build(own_checkout, check=True)


def test_a_changed_source_makes_the_add_in_stale(own_checkout: Path) -> None:
    path = own_checkout / "vba/PbalStart.bas"
    path.write_text(path.read_text() + "\n' changed\n")
    with pytest.raises(Refused, match=r"workbook/pbal\.xlam"):
        commands.build(own_checkout, check=True)


def test_build_runs_in_a_checkout_only(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        commands.build(tmp_path)
    assert caught.value.code == "no-checkout"


@pytest.mark.parametrize("command", [commands.install, commands.uninstall])
@pytest.mark.usefixtures("excel_here")
def test_an_excel_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch, command: Callable[..., Any]) -> None:
    from xlwings import cli

    def absent(_: None = None) -> None:
        raise RuntimeError("Invalid class string")

    monkeypatch.setattr(cli, "get_addin_dir", absent)
    with pytest.raises(Refused, match=r"Excel could not be started: .*Invalid class string") as caught:
        command()
    assert caught.value.code == "no-excel"
