"""An empty workbook package, to which sheets are added."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from pbal_xl.ooxml.dialect import RELATIONSHIPS, SPREADSHEET
from pbal_xl.ooxml.newparts import DECLARATION
from pbal_xl.ooxml.opc import CONTENT_TYPES, PACKAGE_RELS, RELS_TYPE
from pbal_xl.ooxml.styles import EMPTY_STYLES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_empty_workbook"]

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{CONTENT_TYPES}"><Default Extension="rels" '
    f'ContentType="{RELS_TYPE}"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE_RELS}"><Relationship Id="rId1" '
    f'Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONSHIPS}">'
    '<bookViews><workbookView activeTab="0"/></bookViews><sheets/></workbook>',
    "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE_RELS}"><Relationship Id="rId1" '
    f'Type="{RELATIONSHIPS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": EMPTY_STYLES.format(space=SPREADSHEET),
}


def write_empty_workbook(path: Path) -> None:
    """Write a workbook without any sheet, which is none until it gets one."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name), content.encode(), zipfile.ZIP_DEFLATED)
