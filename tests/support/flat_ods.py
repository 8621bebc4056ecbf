"""What LibreOffice shows of a sheet: its flat files, read cell by cell with every format resolved."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["converted", "shown"]

_MOST_REPEATED = 200
# Names that a program gives, and what says again what another attribute says.
_NAMES = re.compile(r"name$|^(?:rand|default)|-(?:asian|complex)$")
_OWN = {
    "font-charset",
    "font-family-generic",
    "font-pitch",
    "rotation-align",
    "country",
    "language",
    "writing-mode",
}


def converted(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The files as LibreOffice shows them, as flat ODF; skips the test without LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", "fods", "--outdir", str(folder / "flat"), *map(str, paths),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return [folder / "flat" / f"{path.stem}.fods" for path in paths]


def shown(path: Path, title: str) -> dict[str, Any]:
    """All that is shown of a sheet: cells with their formats, widths, what is printed, what scrolls, charts."""
    root = ET.parse(path).getroot()  # noqa: S314  LibreOffice wrote it
    return _Flat(root).sheet(title)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _of(table: ET.Element, local: str) -> Iterator[ET.Element]:
    """A table's own rows or columns; a chart in one of its cells has others."""
    for one in table:
        if _local(one.tag) == local:
            yield one
        elif _local(one.tag).startswith("table-") and _local(one.tag) != "table-row":
            yield from _of(one, local)


def _said(element: ET.Element) -> dict[str, str]:
    return {
        _local(name): value
        for name, value in element.attrib.items()
        if not _NAMES.search(_local(name)) and _local(name) not in _OWN
    }


class _Flat:
    def __init__(self, root: ET.Element) -> None:
        self.root = root
        self.styles = {
            (one.get(_q(one, "family")), one.get(_q(one, "name"))): one
            for one in root.iter()
            if _local(one.tag) == "style"
        }
        self.formats = {
            one.get(_q(one, "name")): one for one in root.iter() if _local(one.tag).endswith(("-style", "boolean"))
        }
        self._looks: dict[str | None, Any] = {}

    def sheet(self, title: str) -> dict[str, Any]:
        (table,) = [one for one in self.root.iter() if _local(one.tag) == "table" and _get(one, "name") == title]
        return {
            "cells": dict(self._cells(table)),
            "widths": self._widths(table),
            "print": (_get(table, "print-ranges"), _get(table, "print")),
            "page": self._page(table),
            "repeated": [self._repeated(one) for one in table if _local(one.tag) == "table-header-rows"],
            "view": self._view(title),
            "charts": [_chart(one) for one in table.iter() if _local(one.tag) == "frame"],
        }

    def _cells(self, table: ET.Element) -> Iterator[tuple[tuple[int, int], Any]]:
        row_number = 0
        for row in _of(table, "table-row"):
            count = int(_get(row, "number-rows-repeated") or 1)
            column = 0
            for cell in row:
                if _local(cell.tag) not in {"table-cell", "covered-table-cell"}:
                    continue
                wide = int(_get(cell, "number-columns-repeated") or 1)
                said = self._cell(cell)
                if said is not None and wide < _MOST_REPEATED and count < _MOST_REPEATED:
                    for down in range(count):
                        for right in range(wide):
                            yield (row_number + down, column + right), said
                column += wide
            row_number += count

    def _cell(self, cell: ET.Element) -> Any:
        texts = tuple("".join(one.itertext()) for one in cell if _local(one.tag) == "p")
        names = ("value-type", "value", "boolean-value", "string-value", "formula")
        content = {name: said for name in names if (said := _get(cell, name)) is not None}
        if "formula" in content:
            # One writer stores what it comes to, of the other it is calculated: that is not the writer's.
            content, texts = {"formula": content["formula"]}, ()
        look = dict(self._look(_get(cell, "style-name")))
        if "formula" in content and look.get("number format", ("",))[0] == "boolean-style":
            del look["number format"]  # LibreOffice gives it to what it calculates to be a truth
        return None if not content and not texts and not look else (content, texts, look)

    def _look(self, name: str | None) -> Any:
        """A cell style with all that it inherits, its number format spelled out."""
        if name not in self._looks:
            said: dict[str, Any] = {}
            style = self.styles.get(("table-cell", name))
            if style is not None:
                said |= self._look(_get(style, "parent-style-name"))
                for part in style:
                    said |= {f"{_local(part.tag)} {one}": value for one, value in _said(part).items()}
                code = self.formats.get(_get(style, "data-style-name") or "")
                if code is not None:
                    said["number format"] = _format(code)
            self._looks[name] = said
        return self._looks[name]

    def _widths(self, table: ET.Element) -> list[str | None]:
        out: list[str | None] = []
        for one in _of(table, "table-column"):
            style = self.styles.get(("table-column", _get(one, "style-name")))
            width = None if style is None else _get(style[0], "column-width")
            out += [width] * min(int(_get(one, "number-columns-repeated") or 1), _MOST_REPEATED)
        return out[:20]

    def _repeated(self, rows: ET.Element) -> int:
        return sum(int(_get(one, "number-rows-repeated") or 1) for one in rows)

    def _page(self, table: ET.Element) -> Any:
        style = self.styles[("table", _get(table, "style-name"))]
        wanted = _get(style, "master-page-name")
        masters = [
            one for one in self.root.iter() if _local(one.tag) == "master-page" and _get(one, "name") == wanted
        ]
        layouts = [
            one
            for one in self.root.iter()
            if _local(one.tag) == "page-layout" and _get(one, "name") == _get(masters[0], "page-layout-name")
        ]
        return [_said(part) for part in layouts[0] if _local(part.tag) == "page-layout-properties"]

    def _view(self, title: str) -> dict[str, str | None]:
        wanted = {"HorizontalSplitPosition", "VerticalSplitPosition", "HorizontalSplitMode", "VerticalSplitMode",
                  "PositionRight", "PositionBottom", "ShowGrid"}  # fmt: skip
        entries = (one for one in self.root.iter() if _local(one.tag) == "config-item-map-entry")
        items = (item for entry in entries if _get(entry, "name") == title for item in entry)
        return {str(_get(item, "name")): item.text for item in items if _get(item, "name") in wanted}


def _q(element: ET.Element, local: str) -> str:
    return next((name for name in element.attrib if _local(name) == local), local)


def _get(element: ET.Element, local: str) -> str | None:
    return next((value for name, value in element.attrib.items() if _local(name) == local), None)


def _format(code: ET.Element) -> Any:
    return (_local(code.tag), [(_local(one.tag), one.text or "", sorted(_said(one).items())) for one in code])


def _chart(frame: ET.Element) -> Any:
    """A chart's place and words, its series, what they are drawn from and in which colours.

    Its size is not among them: one writer says where it ends, and it follows the columns, the other how wide it
    is. Neither is the line around a column, where one writer says none and the other one of the column's colour.
    """
    styles = {_get(one, "name"): one for one in frame.iter() if _is_style(one)}

    def colour(one: ET.Element) -> list[str | None]:
        style = styles.get(_get(one, "style-name"))
        line = _get(one, "class") == "chart:line"
        name = "stroke-color" if line else "fill-color"
        if style is None or _local(one.tag) != "series":
            return []
        return [_get(p, name) for p in style if _local(p.tag) == "graphic-properties"]

    addresses = ("class", "values-cell-range-address", "cell-range-address", "legend-position")
    return {
        "place": [_get(frame, name) for name in ("x", "y")],
        "words": ["".join(one.itertext()).strip() for one in frame.iter() if _local(one.tag) == "title"],
        "parts": [
            (_local(one.tag), *(_get(one, name) for name in addresses), colour(one))
            for one in frame.iter()
            if _local(one.tag) in {"series", "categories", "chart", "legend"}
        ],
    }


def _is_style(element: ET.Element) -> bool:
    return _local(element.tag) == "style"
