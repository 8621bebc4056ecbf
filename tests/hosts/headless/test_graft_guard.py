"""The guard that finds losses must find them: each seeded damage is reported."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from workbook_guard import damage
from workbook_scratch import rich
from workbook_zoo import read_parts, write_parts
from workbook_zoo import rich as rich_workbook

from pbal_xl.hosts.headless import add_sheet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def grafted(tmp_path: Path) -> tuple[Path, Path, tuple[str, ...]]:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    rich_workbook(before)
    shutil.copyfile(before, after)
    return before, after, add_sheet(after, rich(), title="Trades").added


def test_an_honest_graft_shows_no_damage(grafted: tuple[Path, Path, tuple[str, ...]]) -> None:
    before, after, added = grafted
    assert damage(before, after, added=added) == []


def _edit(path: Path, name: str, old: bytes, new: bytes) -> None:
    parts = read_parts(path)
    assert old in parts[name], (name, old)
    parts[name] = parts[name].replace(old, new, 1)
    _rewrite_one(path, name, parts[name])


def _rewrite_one(path: Path, name: str, data: bytes) -> None:
    """Change one part through zipfile's own append, the others staying as they lie."""
    with zipfile.ZipFile(path) as archive:
        entries = [(one, archive.read(one)) for one in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in entries:
            archive.writestr(one, data if one.filename == name else content)


SEEDED = {
    "a sheet lost": ("xl/workbook.xml", b'<sheet name="Picture" sheetId="2" r:id="rId2"/>', b""),
    "a name lost": ("xl/workbook.xml", b'<definedName name="pbal_cash">250</definedName>', b""),
    "a name's text changed": ("xl/workbook.xml", b">250<", b">251<"),
    "an attribute lost": ("xl/workbook.xml", b' calcMode="manual"', b""),
    "an attribute changed": ("xl/workbook.xml", b'state="hidden"', b'state="visible"'),
    "a namespace lost": ("xl/workbook.xml", b"<workbook ", b'<workbook xmlns:zz="urn:zz" '),
    "a relationship lost": ("xl/_rels/workbook.xml.rels", b'Id="rId2"', b'Id="rId222"'),
    "a content type lost": ("[Content_Types].xml", b"/xl/theme/theme1.xml", b"/xl/theme/theme2.xml"),
    "a fill lost": ("xl/styles.xml", b'patternType="gray125"', b'patternType="gray0625"'),
    "a cached value changed": ("xl/worksheets/sheet1.xml", b"<v>200.5</v>", b"<v>200.6</v>"),
    "a declaration changed": ("xl/workbook.xml", b'standalone="yes"', b'standalone="no"'),
}


@pytest.mark.parametrize("seed", SEEDED)
def test_the_guard_reports_every_seeded_loss(grafted: tuple[Path, Path, tuple[str, ...]], seed: str) -> None:
    before, after, added = grafted
    name, old, new = SEEDED[seed]
    if seed == "a namespace lost":  # the loss is seeded by giving the original one more
        _edit(before, name, old, new)
    else:
        _edit(after, name, old, new)
    assert any(name in fault for fault in damage(before, after, added=added)), seed


def test_the_guard_reports_a_recompressed_part(
    grafted: tuple[Path, Path, tuple[str, ...]],
) -> None:
    before, after, added = grafted
    write_parts(after, read_parts(after), method=zipfile.ZIP_STORED)
    faults = damage(before, after, added=added)
    assert "xl/theme/theme1.xml is not byte for byte what it was" in faults


def test_the_guard_reports_a_lost_an_added_and_a_moved_part(
    grafted: tuple[Path, Path, tuple[str, ...]],
) -> None:
    before, after, added = grafted
    parts = read_parts(after)
    names = list(parts)
    names[2], names[3] = names[3], names[2]
    moved = {name: parts[name] for name in names if name != "docProps/app.xml"} | {"xl/stray.xml": b"<a/>"}
    write_parts(after, moved)
    faults = damage(before, after, added=added)
    assert "docProps/app.xml is gone" in faults
    assert "xl/stray.xml came unasked" in faults
    assert "the order of the parts changed" in faults


def test_the_guard_reports_what_openpyxl_loses(
    grafted: tuple[Path, Path, tuple[str, ...]],
) -> None:
    import openpyxl

    before, after, _ = grafted
    with pytest.warns(UserWarning, match="extension"):
        book = openpyxl.load_workbook(before)
    book.save(after)
    assert len(damage(before, after)) > 10
