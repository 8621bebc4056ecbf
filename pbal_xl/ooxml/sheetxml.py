"""A new sheet's parts written straight from its values: sheet, drawing and chart, a few templates.

The templates say outright what programs would otherwise fill in on saving, so that a sheet which was only
opened and saved again is still known for what it is.
"""

from __future__ import annotations

import posixpath
from itertools import groupby
from typing import TYPE_CHECKING

from pbal_xl.ooxml.chartxml import CHART_TYPE, DRAWING_TYPE, area_text, chart_xml, drawing_xml
from pbal_xl.ooxml.dialect import RELATIONSHIPS, SPREADSHEET, dialect
from pbal_xl.ooxml.hidden_names import SHADES_NAME
from pbal_xl.ooxml.newparts import DECLARATION, NewSheet, Tie, write_relations
from pbal_xl.ooxml.references import column_letters, quoted_text, quoted_title
from pbal_xl.ooxml.sheetrows import SheetRows, asked_formats
from pbal_xl.ooxml.stylexml import look_styles
from pbal_xl.ooxml.xmltext import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.ooxml.newparts import Fitting
    from pbal_xl.ooxml.scratchstyles import ScratchStyles
    from pbal_xl.ooxml.sheetspec import Area, PageSpec, ShadeSpec, SheetSpec

__all__ = ["SpecMaker"]

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


class SpecMaker:
    """Makes the parts of a sheet from its values."""

    def __init__(self, spec: SheetSpec) -> None:
        self.spec = spec
        self._formats = asked_formats(spec)
        self.asked = tuple(dict.fromkeys(self._formats))

    def styles(self, *, from_1904: bool) -> ScratchStyles:  # noqa: ARG002  it has no dates
        """The style sheet of the looks; format 0 is the unstyled one, look n is format n + 1."""
        return look_styles(tuple(self.spec.looks), tuple(shade.look for shade in self.spec.shades))

    def build(self, fit: Fitting) -> NewSheet:
        """The parts, fitted into a package."""
        spec = self.spec
        sheet = NewSheet(fit.free_name(posixpath.join(fit.folder, "worksheets/sheet{}.xml")))
        sheet.parts[sheet.part] = self._sheet(sheet, fit)
        sheet.types[sheet.part] = _SHEET_TYPE
        if spec.charts:
            drawing = fit.free_name(posixpath.join(fit.folder, "drawings/drawing{}.xml"))
            _tie(sheet, sheet.part, "drawing", [drawing], strict=fit.strict)
            sheet.parts[drawing] = dialect(drawing_xml(spec.charts, spec.widths), strict=fit.strict)
            sheet.types[drawing] = DRAWING_TYPE
            names = [fit.free_name(posixpath.join(fit.folder, "charts/chart{}.xml")) for _ in spec.charts]
            _tie(sheet, drawing, "chart", names, strict=fit.strict)
            for name, chart in zip(names, spec.charts, strict=True):
                sheet.parts[name] = dialect(chart_xml(chart, fit.title), strict=fit.strict)
                sheet.types[name] = CHART_TYPE
        if spec.page is not None:
            title, page = quoted_title(fit.title), spec.page
            sheet.names.append(("_xlnm.Print_Area", False, f"{title}!{area_text(page.area)}"))
            rows = f"{title}!${page.repeated_row}:${page.repeated_row}"
            sheet.names.append(("_xlnm.Print_Titles", False, rows))
        if spec.shades:
            sheet.names.append((SHADES_NAME, True, f'"{"; ".join(_told_shades(spec.shades))}"'))
        return sheet

    def _sheet(self, sheet: NewSheet, fit: Fitting) -> bytes:
        spec = self.spec
        code_name = f" codeName={quoteattr(fit.code_name)}" if fit.code_name else ""
        fits = '<pageSetUpPr fitToPage="1"/>' if spec.page else ""
        properties = f"<sheetPr{code_name}>{fits}</sheetPr>" if code_name or fits else ""
        columns = "".join(
            f'<col min="{place}" max="{place}" width="{width:g}" customWidth="1"/>'
            for place, width in enumerate(spec.widths, start=1)
        )
        columns = f"<cols>{columns}</cols>" if columns else ""
        drawing = '<drawing r:id="rId1"/>' if spec.charts else ""
        head = (
            f'{DECLARATION}<worksheet xmlns="{SPREADSHEET}" xmlns:r="{RELATIONSHIPS}">{properties}'
            f'{_view(spec)}<sheetFormatPr defaultRowHeight="15"/>'
        )
        # Before the rows, which take in the styles as they are by then.
        shades = _shades(spec.shades, fit)
        foot = f"</sheetData>{shades}{_page(spec.page)}{drawing}</worksheet>"
        rows = SheetRows(spec, self._formats, fit)
        before, after = (dialect(text.encode(), strict=fit.strict) for text in (head, foot))
        sheet.marks, sheet.frame = rows.marks, before + b"<sheetData>" + after
        return b"".join((before, columns.encode(), b"<sheetData>", rows.text().encode(), after))


def _shades(shades: Sequence[ShadeSpec], fit: Fitting) -> str:
    """The conditional formats, those of the same cells together."""
    numbered = enumerate(shades)
    return "".join(
        f'<conditionalFormatting sqref="{_cells(area)}">'
        + "".join(_rule(at, shade, fit) for at, shade in group)
        + "</conditionalFormatting>"
        for area, group in groupby(numbered, key=lambda one: one[1].area)
    )


def _cells(area: Area) -> str:
    """An area as programs write it, a single cell by itself."""
    first, _, last = area_text(area).replace("$", "").partition(":")
    return first if first == last else f"{first}:{last}"


def _told_shades(shades: Sequence[ShadeSpec]) -> Iterator[str]:
    """The conditional formats as Calc will tell them: it asks whether they are still what was written."""
    for area, group in groupby(shades, key=lambda one: one.area):
        yield _cells(area)
        for _, word, look in group:
            weight = 150 if look.bold else 100
            yield f"0 {word} {int(look.color, 16)} {int(look.fill, 16)} {weight}"


def _rule(at: int, shade: ShadeSpec, fit: Fitting) -> str:
    said = escape(quoted_text(shade.word))
    attrs = f'type="cellIs" dxfId="{fit.styles.differential(at)}" priority="{at + 1}" operator="equal"'
    return f"<cfRule {attrs}><formula>{said}</formula></cfRule>"


def _page(page: PageSpec | None) -> str:
    if page is None:
        return '<pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" footer="0.5"/>'
    margins = "".join(f' {side}="{page.margin:g}"' for side in ("left", "right", "top", "bottom"))
    return (
        f'<printOptions horizontalCentered="1"/><pageMargins{margins} header="0.5" footer="0.5"/>'
        f'<pageSetup orientation="landscape" fitToHeight="{int(page.one)}"/>'
    )


def _tie(sheet: NewSheet, part: str, kind: str, targets: Sequence[str], *, strict: bool) -> None:
    ties = [Tie(f"rId{number}", f"{RELATIONSHIPS}/{kind}", to) for number, to in enumerate(targets, start=1)]
    write_relations(sheet, part, ties, strict=strict)


def _view(spec: SheetSpec) -> str:
    row, column = spec.freeze
    corner = f"{column_letters(column)}{row}"
    splits = (f' xSplit="{column - 1}"' if column > 1 else "") + (f' ySplit="{row - 1}"' if row > 1 else "")
    pane = "bottomRight" if row > 1 and column > 1 else "bottomLeft" if row > 1 else "topRight"
    frozen = (
        f'<pane{splits} topLeftCell="{corner}" activePane="{pane}" state="frozen"/><selection pane="{pane}"/>'
        if splits
        else ""
    )
    shown = "" if spec.grid_lines else ' showGridLines="0"'
    return f'<sheetViews><sheetView{shown} workbookViewId="0">{frozen}</sheetView></sheetViews>'
