"""What a user can do to a trades sheet in LibreOffice, in its own words, for ``calc_agent``'s ``tell``.

Made by going through what UNO lets one change of a chart, of a cell, and of a sheet.
"""

from __future__ import annotations

__all__ = ["FREE_IN_FILES", "KEPT", "KEPT_OF_FILES", "OF_ALL_HOSTS", "STAYS"]

_SHEET, _CELL = "sheet('Trades')", "sheet('Trades')['A5']"
_CHART = f"{_SHEET}.Charts[0].EmbeddedObject"
_SHAPE = f"{_SHEET}.DrawPage[0]"
_SYSTEM = f"{_CHART}.FirstDiagram.CoordinateSystems[0]"
_ACROSS, _UP = f"{_SYSTEM}.getAxisByDimension(0, 0)", f"{_SYSTEM}.getAxisByDimension(1, 0)"
_KIND = f"{_SYSTEM}.ChartTypes[0]"
_SERIES = f"{_KIND}.DataSeries[1]"
_OLD = f"{_CHART}.Diagram"
_ROW = f"{_OLD}.getDataRowProperties(0)"
_BOX = "uno.createUnoStruct('com.sun.star.awt.Size', 2000, 2000)"


def _put(thing: str, **values: object) -> str:
    """Properties set to values; a text that begins with = is a Python expression."""
    pairs = (f"setattr({thing}, {name!r}, {_told(value)})" for name, value in values.items())
    return f"({', '.join(pairs)},) and None"


def _told(value: object) -> str:
    return value[1:] if isinstance(value, str) and value.startswith("=") else repr(value)


def _enum(kind: str, value: str) -> str:
    return f"=uno.Enum('com.sun.star.{kind}', {value!r})"


def _inside(thing: str, name: str, **values: object) -> str:
    """Members of a property that is a structure set to values."""
    pairs = (f"setattr(one, {member!r}, {_told(value)})" for member, value in values.items())
    return f"[({', '.join(pairs)}, setattr({thing}, {name!r}, one)) for one in [{thing}.{name}]] and None"


def _scale(axis: str, **values: object) -> str:
    pairs = (f"setattr(one, {member!r}, {_told(value)})" for member, value in values.items())
    return f"[({', '.join(pairs)}, {axis}.setScaleData(one)) for one in [{axis}.getScaleData()]] and None"


def _another(kind: str) -> str:
    return f"{_CHART}.setDiagram({_CHART}.createInstance('com.sun.star.chart.{kind}Diagram'))"


def _sequence(text: str) -> str:
    return f"{_CHART}.DataProvider.createDataSequenceByRangeRepresentation({text!r})"


def _drawn(page: str, shape: str, size: str = _BOX) -> str:
    return f"[(setattr(one, 'Size', {size}), {page}.add(one)) for one in [{shape}]] and None"


_SOLID, _NO_LINE = _enum("drawing.FillStyle", "SOLID"), _enum("drawing.LineStyle", "SOLID")

_OF_A_CHART = {
    "its title": _put(f"{_CHART}.Title", String="Mine"),
    "its title's size": _put(f"{_CHART}.Title", CharHeight=30),
    "its title's colour": _put(f"{_CHART}.Title", CharColor=0xFF0000),
    "its title's slant": _put(f"{_CHART}.Title", CharPosture=_enum("awt.FontSlant", "ITALIC")),
    "its title turned": _put(f"{_CHART}.Title", TextRotation=45),
    "its title's ground": _put(f"{_CHART}.Title", FillStyle=_SOLID),
    "its title moved": _inside(f"{_CHART}.Title", "Position", X=100, Y=100),
    "no title": _put(_CHART, HasMainTitle=False),
    "a subtitle": f"({_put(_CHART, HasSubTitle=True)}, {_put(f'{_CHART}.SubTitle', String='by me')}) and None",
    "no legend": _put(_CHART, HasLegend=False),
    "its legend at the right": _put(f"{_CHART}.Legend", Alignment=_enum("chart.ChartLegendPosition", "RIGHT")),
    "its legend's size": _put(f"{_CHART}.Legend", CharHeight=20),
    "its legend's ground": _put(f"{_CHART}.Legend", FillStyle=_SOLID),
    "its legend's frame": _put(f"{_CHART}.Legend", LineStyle=_NO_LINE),
    "its legend over it": _put(f"{_CHART}.FirstDiagram.Legend", Overlay=True),
    "its wall's colour": _put(f"{_OLD}.Wall", FillStyle=_SOLID, FillColor=0xFFFF00),
    "its wall's frame": _put(f"{_OLD}.Wall", LineStyle=_NO_LINE),
    "its ground": _put(f"{_CHART}.Area", FillColor=0xFFFF00),
    "no ground": _put(f"{_CHART}.Area", FillStyle=_enum("drawing.FillStyle", "NONE")),
    "its frame": _put(f"{_CHART}.Area", LineStyle=_NO_LINE, LineColor=0xFF0000),
    "its columns in less room": (
        f"[(setattr(one, 'Width', 4000), {_OLD}.setDiagramPositionExcludingAxes(one)) "
        f"for one in [{_OLD}.calculateDiagramPositionExcludingAxes()]] and None"
    ),
    "a series' colour": _put(_SERIES, Color=0xFF00FF),
    "a series to be seen through": _put(_SERIES, Transparency=50),
    "a series' frame": _put(_SERIES, BorderStyle=_NO_LINE, BorderWidth=50),
    "a series' gradient": _put(_SERIES, FillStyle=_enum("drawing.FillStyle", "GRADIENT")),
    "a series' name": (
        f"[(setattr(one, 'Role', 'label'), {_SERIES}.DataSequences[0].setLabel(one)) "
        f"for one in [{_sequence(chr(34) + 'mine' + chr(34))}]] and None"
    ),
    "a series on a second axis": _put(_SERIES, AttachedAxisIndex=1),
    "a series' figures": _inside(_SERIES, "Label", ShowNumber=True),
    "what stands between figures": _put(_SERIES, LabelSeparator="; "),
    "one column's colour": _put(f"{_OLD}.getDataPointProperties(0, 0)", FillColor=0x123456),
    "error bars": _put(
        _ROW,
        ErrorIndicator=_enum("chart.ChartErrorIndicatorType", "TOP_AND_BOTTOM"),
        ErrorCategory=_enum("chart.ChartErrorCategory", "PERCENT"),
    ),
    "a mean line": _put(_ROW, MeanValue=True),
    "a trend line": (
        f"{_SERIES}.addRegressionCurve(context.ServiceManager.createInstance("
        "'com.sun.star.chart2.LinearRegressionCurve'))"
    ),
    "the room between columns": _put(_KIND, GapwidthSequence=(10, 10)),
    "columns over one another": _put(_KIND, OverlapSequence=(50, 50)),
    "columns stacked": _put(_OLD, Stacked=True),
    "columns in percent": _put(_OLD, Percent=True),
    "columns in depth": _put(_OLD, Dim3D=True),
    "columns that lie": _put(_OLD, Vertical=True),
    "lines for columns": _another("Line"),
    "a pie for columns": _another("Pie"),
    "areas for columns": _another("Area"),
    "how missing values are drawn": _put(f"{_CHART}.FirstDiagram", MissingValueTreatment=1),
    "no lines behind": _put(_OLD, HasYAxisGrid=False),
    "the lines' colour": _put(f"{_OLD}.YMainGrid", LineColor=0x112233),
    "the lines' width": _put(f"{_OLD}.YMainGrid", LineWidth=70),
    "finer lines": _put(_OLD, HasYAxisHelpGrid=True),
    "upright lines": _put(_OLD, HasXAxisGrid=True),
    "no axis": _put(_OLD, HasYAxis=False),
    "no axis below": _put(_OLD, HasXAxis=False),
    "an axis without figures": _put(_OLD, HasYAxisDescription=False),
    "no names below": _put(_OLD, HasXAxisDescription=False),
    "a second axis": _put(_OLD, HasSecondaryYAxis=True),
    "a second axis above": _put(_OLD, HasSecondaryXAxis=True),
    "an axis' title": f"({_put(_OLD, HasYAxisTitle=True)}, {_put(f'{_OLD}.YAxisTitle', String='weight')}) and None",
    "a title below": f"({_put(_OLD, HasXAxisTitle=True)}, {_put(f'{_OLD}.XAxisTitle', String='fund')}) and None",
    "the end of an axis": _scale(_UP, Maximum=0.9),
    "the start of an axis": _scale(_UP, Minimum=0.1),
    "the origin of an axis": _scale(_UP, Origin=0.2),
    "an axis downwards": _scale(_UP, Orientation=_enum("chart2.AxisOrientation", "REVERSE")),
    "an axis to the left": _scale(_ACROSS, Orientation=_enum("chart2.AxisOrientation", "REVERSE")),
    "a logarithmic axis": _put(f"{_OLD}.YAxis", Logarithmic=True),
    "an axis' steps": _put(f"{_OLD}.YAxis", StepMain=0.05),
    "an axis' finer steps": _put(f"{_OLD}.YAxis", StepHelpCount=3),
    "an axis' format": _put(f"{_OLD}.YAxis", NumberFormat=2),
    "an axis' format by its cells": _put(f"{_OLD}.YAxis", LinkNumberFormatToSource=True),
    "an axis' font": _put(_UP, CharFontName="Courier New"),
    "an axis' size": _put(_UP, CharHeight=15),
    "an axis' weight": _put(_UP, CharWeight=150.0),
    "an axis' ink": _put(_UP, CharColor=0xFF0000),
    "names turned": _put(_ACROSS, TextRotation=90),
    "an axis' line": _put(_UP, LineColor=0xFF0000),
    "an axis' thick line": _put(_UP, LineWidth=100),
    "an axis' marks": _put(_UP, MajorTickmarks=1),
    "an axis' finer marks": _put(_UP, MinorTickmarks=2),
    "an axis' figures outside": _put(_UP, LabelPosition=_enum("chart.ChartAxisLabelPosition", "OUTSIDE_END")),
    "an axis at the end": _put(_UP, CrossoverPosition=_enum("chart.ChartAxisPosition", "END")),
    "an axis' units": _put(_UP, DisplayUnits=True),
    "fewer series": f"{_KIND}.setDataSeries({_KIND}.DataSeries[:2])",
    "a shorter series": (
        f"[(setattr(one, 'Role', 'values-y'), {_SERIES}.DataSequences[0].setValues(one)) "
        f"for one in [{_sequence('$Trades.$I$5:$I$6')}]] and None"
    ),
    "other cells": (
        f"{_SHEET}.Charts[0].setRanges(({_SHEET}['A4:A6'].RangeAddress, {_SHEET}['H4:J6'].RangeAddress))"
    ),
    "a shape in it": _drawn(
        f"{_CHART}.DrawPage", f"{_CHART}.createInstance('com.sun.star.drawing.RectangleShape')"
    ),
    "its name": _put(_SHAPE, Name="My chart"),
    "its description": _put(_SHAPE, Description="the weights"),
    "its text for those who do not see": _put(_SHAPE, Title="weights"),
    "its link": _put(_SHAPE, Hyperlink="https://example.org"),
    "a chart that is not printed": _put(_SHAPE, Printable=False),
    "a chart that is not seen": _put(_SHAPE, Visible=False),
    "a chart that stays where it is": _put(_SHAPE, MoveProtect=True),
    "a box of the chart's size": (
        f"({_SHEET}.Charts.removeByName({_SHEET}.Charts.ElementNames[0]), "
        + _drawn(
            f"{_SHEET}.DrawPage",
            "document.createInstance('com.sun.star.drawing.RectangleShape')",
            "uno.createUnoStruct('com.sun.star.awt.Size', 24900, 7500)",
        )
        + ") and None"
    ),
    "a text box instead": (
        f"({_SHEET}.Charts.removeByName({_SHEET}.Charts.ElementNames[0]), "
        + _drawn(
            f"{_SHEET}.DrawPage",
            "document.createInstance('com.sun.star.drawing.TextShape')",
            "uno.createUnoStruct('com.sun.star.awt.Size', 24900, 7500)",
        )
        + ") and None"
    ),
    "a second chart": (
        f"[{_SHEET}.Charts.addNewByName('mine', one, ({_SHEET}['A4:B6'].RangeAddress,), True, True) "
        "for one in [uno.createUnoStruct('com.sun.star.awt.Rectangle', 100, 100, 5000, 5000)]] and None"
    ),
}

_OF_A_CELL = {
    "a note": f"{_SHEET}.Annotations.insertNew({_CELL}.CellAddress, 'mine')",
    "a text": _put(_CELL, String="x"),
    "a formula": f"{_SHEET}['N5'].setFormula('=1+1')",
    "a wrapped text": _put(_CELL, IsTextWrapped=True),
    "a turned text": _put(_CELL, RotateAngle=4500),
    "a stacked text": _put(_CELL, Orientation=_enum("table.CellOrientation", "STACKED")),
    "a text at the top": _put(_CELL, VertJustify=1),
    "a text made to fit": _put(_CELL, ShrinkToFit=True),
    "a text in the middle": _put(_CELL, HoriJustify=_enum("table.CellHoriJustify", "CENTER")),
    "a text that fills its cell": _put(_CELL, HoriJustify=_enum("table.CellHoriJustify", "REPEAT")),
    "a text set in": _put(_CELL, ParaIndent=1500),
    "room above a text": _put(_CELL, ParaTopMargin=500),
    "a text from right to left": _put(_CELL, WritingMode=1),
    "a divided text": _put(_CELL, ParaIsHyphenation=True),
    "a cell to be written in": _inside(_CELL, "CellProtection", IsLocked=False),
    "a cell without its formula": _inside(_CELL, "CellProtection", IsFormulaHidden=True),
    "a cell that is not printed": _inside(_CELL, "CellProtection", IsPrintHidden=True),
    "a style": _put(_CELL, CellStyle="Accent 1"),
    "a style of a column": _put(f"{_SHEET}.Columns[18]", CellStyle="Accent 1"),
    "a shadow": _inside(_CELL, "ShadowFormat", Location=_enum("table.ShadowLocation", "BOTTOM_RIGHT")),
    "a line across": _inside(_CELL, "DiagonalTLBR", OuterLineWidth=50),
    "a line across and up": _inside(_CELL, "DiagonalBLTR", OuterLineWidth=50),
    "a line at the left": _inside(_CELL, "LeftBorder", OuterLineWidth=50),
    "a line above": _inside(_CELL, "TopBorder", OuterLineWidth=50),
    "letters with a line above": _put(_CELL, CharOverline=1),
    "letters with a line below": _put(_CELL, CharUnderline=1),
    "letters struck through": _put(_CELL, CharStrikeout=1),
    "hollow letters": _put(_CELL, CharContoured=True),
    "raised letters": _put(_CELL, CharRelief=1),
    "letters with a shadow": _put(_CELL, CharShadowed=True),
    "letters with dots": _put(_CELL, CharEmphasis=1),
    "a language": _inside(_CELL, "CharLocale", Language="fr", Country="FR"),
    "a font": _put(_CELL, CharFontName="Courier New"),
    "a size": _put(_CELL, CharHeight=20),
    "an ink": _put(_CELL, CharColor=0xFF00FF),
    "a bold text": _put(f"{_SHEET}['K5']", CharWeight=150.0),
    "no bold text": _put(f"{_SHEET}['A1']", CharWeight=100.0),
    "bold far away": _put(f"{_SHEET}['Z99']", CharWeight=150.0),
    "a bold column": _put(f"{_SHEET}.Columns[20]", CharWeight=150.0),
    "a ground": _put(_CELL, CellBackColor=0x00FF00),
    "a figure in the very last cell": (
        f"{_SHEET}.getCellByPosition({_SHEET}.Columns.Count - 1, {_SHEET}.Rows.Count - 1).setValue(1)"
    ),
    "a ground far away": _put(f"{_SHEET}['Z99']", CellBackColor=0x00FF00),
    "a ground of a column": _put(f"{_SHEET}.Columns[20]", CellBackColor=0x00FF00),
    "a ground of a row": _put(f"{_SHEET}.Rows[90]", CellBackColor=0x00FF00),
    "a format": _put(f"{_SHEET}['E5']", NumberFormat=3),
    "a format of a row": _put(f"{_SHEET}.Rows[90]", NumberFormat=3),
    "an attribute": (
        "[(one.insertByName('mine', uno.createUnoStruct('com.sun.star.xml.AttributeData', '', 'CDATA', 'v')), "
        f"setattr({_CELL}, 'UserDefinedAttributes', one)) for one in [{_CELL}.UserDefinedAttributes]] and None"
    ),
    "merged cells": f"{_SHEET}['M20:N21'].merge(True)",
    "a validation": (
        f"[(setattr(one, 'Type', uno.Enum('com.sun.star.sheet.ValidationType', 'WHOLE')), "
        f"setattr({_SHEET}['Z95'], 'Validation', one)) for one in [{_SHEET}['Z95'].Validation]] and None"
    ),
    "a conditional format": (
        f"[rules.createByRange(ranges) for rules in [{_SHEET}.ConditionalFormats] "
        "for ranges in [document.createInstance('com.sun.star.sheet.SheetCellRanges')] "
        f"if not ranges.addRangeAddress({_SHEET}['A5:B6'].RangeAddress, False)] and None"
    ),
    "a link": (
        f"[(setattr(one, 'URL', 'https://example.org'), setattr(one, 'Representation', 'x'), "
        f"{_SHEET}['N5'].insertTextContent({_SHEET}['N5'].createTextCursor(), one, False)) "
        "for one in [document.createInstance('com.sun.star.text.TextField.URL')]] and None"
    ),
}

_FORM = "com.sun.star.form.component.Form"
_AWAY = "uno.Enum('com.sun.star.table.TableOrientation', 'ROWS')"
_OF_A_SHEET = {
    "a wider column": _put(f"{_SHEET}.Columns[1]", Width=6000),
    "a narrower column": f"setattr({_SHEET}.Columns[10], 'Width', {_SHEET}.Columns[10].Width - 300)",
    "a hidden row": _put(f"{_SHEET}.Rows[6]", IsVisible=False),
    "a hidden column": _put(f"{_SHEET}.Columns[2]", IsVisible=False),
    "hidden rows of a group": (
        f"({_SHEET}.group({_SHEET}['A5:A6'].RangeAddress, {_AWAY}), "
        f"{_SHEET}.hideDetail({_SHEET}['A5:A6'].RangeAddress)) and None"
    ),
    "a hidden sheet": (
        f"(document.CurrentController.setActiveSheet(sheet('Sheet1')), {_put(_SHEET, IsVisible=False)}) and None"
    ),
    "protection": f"{_SHEET}.protect('')",
    "a page style": _put(_SHEET, PageStyle="Report"),
    "a print area": f"{_SHEET}.setPrintAreas(({_SHEET}['A1:B3'].RangeAddress,))",
    "no print area": f"{_SHEET}.setPrintAreas(())",
    "a larger print area": f"{_SHEET}.setPrintAreas(({_SHEET}['A1:Z99'].RangeAddress,))",
    "repeated rows": (
        f"({_SHEET}.setTitleRows({_SHEET}['A1:A3'].RangeAddress), {_SHEET}.setPrintTitleRows(True)) and None"
    ),
    "repeated columns": (
        f"({_SHEET}.setTitleColumns({_SHEET}['A1:B1'].RangeAddress), {_SHEET}.setPrintTitleColumns(True)) and None"
    ),
    "a text box": _drawn(f"{_SHEET}.DrawPage", "document.createInstance('com.sun.star.drawing.TextShape')"),
    "a button": (
        f"[(setattr(one, 'Size', {_BOX}), setattr(one, 'Control', document.createInstance("
        f"'com.sun.star.form.component.CommandButton')), {_SHEET}.DrawPage.add(one)) "
        "for one in [document.createInstance('com.sun.star.drawing.ControlShape')]] and None"
    ),
    "a formula object": (
        f"[(setattr(one, 'CLSID', '078B7ABA-54FC-457F-8551-6147e776a997'), {_SHEET}.DrawPage.add(one)) "
        "for one in [document.createInstance('com.sun.star.drawing.OLE2Shape')]] and None"
    ),
    "a name": f"{_SHEET}.NamedRanges.addNewByName('mine', '$Trades.$A$4', {_SHEET}['A1'].CellAddress, 0)",
    "a scenario": f"{_SHEET}.Scenarios.addNewByName('what if', ({_SHEET}['A5:B6'].RangeAddress,), 'mine')",
    "a database range": f"document.DatabaseRanges.addNewByName('mine', {_SHEET}['A4:B6'].RangeAddress)",
    "a pivot table": (
        f"[(one.setSourceRange({_SHEET}['A4:C7'].RangeAddress), {_SHEET}.DataPilotTables.insertNewByName("
        f"'mine', {_SHEET}['R30'].CellAddress, one)) "
        f"for one in [{_SHEET}.DataPilotTables.createDataPilotDescriptor()]] and None"
    ),
}

# After each of these the sheet is the user's, and the next trades get one of their own.
KEPT = {**_OF_A_CHART, **_OF_A_CELL, **_OF_A_SHEET}

# Of the page style of a file's sheet; Calc's own page style of the trades is never written twice.
_PAGE = f"document.StyleFamilies.getByName('PageStyles').getByName({_SHEET}.PageStyle)"
KEPT_OF_FILES = {
    "the page's header": _put(_PAGE, HeaderIsOn=True),
    "the page's margin": _put(_PAGE, LeftMargin=4000),
    "an upright page": _put(_PAGE, IsLandscape=False),
}

# A file does not tell how wide its columns were made and what was bold: of its trades both may differ.
FREE_IN_FILES = (
    "a bold text",
    "no bold text",
    "bold far away",
    "a bold column",
    "a wider column",
    "a narrower column",
)

# Those that a file's charts and sheets are told from by other tables than Calc's own.
OF_ALL_HOSTS = (
    "an axis' format", "an axis' ink", "an axis' line", "an axis' size", "no lines behind", "its frame",
    "no legend", "the end of an axis", "a series' figures", "a mean line", "a shape in it", "other cells",
    "its name", "a box of the chart's size", "a note", "a wrapped text", "a print area", "repeated columns",
    "its title's size", "a larger print area", "repeated rows",
)  # fmt: skip


def _frozen_at(column: int, row: int) -> str:
    view = "document.CurrentController"
    there, back = f"{view}.setActiveSheet({_SHEET})", f"{view}.setActiveSheet(sheet('Sheet1'))"
    return f"({there}, {view}.freezeAtPosition({column}, {row}), {back}) and None"


_FROZEN = (
    f"[(one.hasFrozenPanes(), one.SplitColumn, one.SplitRow) for one in [document.CurrentController] "
    f"if not one.setActiveSheet({_SHEET})]"
)
# What stays where it is when the sheet is written anew: what is done, and what tells that it is still there.
STAYS = {
    "nothing frozen": (_frozen_at(0, 0), _FROZEN),
    "other rows frozen": (_frozen_at(2, 3), _FROZEN),
    "the tab's colour": (_put(_SHEET, TabColor=0xFF0000), f"{_SHEET}.TabColor"),
    "a hidden column far away": (_put(f"{_SHEET}.Columns[30]", IsVisible=False), f"{_SHEET}.Columns[30].IsVisible"),
    "a break between pages": (
        _put(f"{_SHEET}.Rows[6]", IsStartOfNewPage=True),
        f"{_SHEET}.Rows[6].IsStartOfNewPage",
    ),
    "a form": (
        f"{_SHEET}.DrawPage.Forms.insertByName('mine', document.createInstance('{_FORM}'))",
        f"{_SHEET}.DrawPage.Forms.Count",
    ),
    "a header of the page style": (
        _put(f"document.StyleFamilies.getByName('PageStyles').getByName({_SHEET}.PageStyle)", HeaderIsOn=True),
        f"document.StyleFamilies.getByName('PageStyles').getByName({_SHEET}.PageStyle).HeaderIsOn",
    ),
    "a name of the document": (
        f"document.NamedRanges.addNewByName('mine', '$Trades.$A$4', {_SHEET}['A1'].CellAddress, 0)",
        "[one.Content for one in document.NamedRanges if one.Name == 'mine']",
    ),
    "a formula elsewhere": (
        "sheet('Sheet1')['K20'].setFormula('=$Trades.A1')",
        "[sheet('Sheet1')['K20'].Formula, sheet('Sheet1')['K20'].String]",
    ),
    "a chart elsewhere": (
        (
            f"[sheet('Sheet1').Charts.addNewByName('mine', one, ({_SHEET}['A4:B6'].RangeAddress,), True, True) "
            "for one in [uno.createUnoStruct('com.sun.star.awt.Rectangle', 100, 9000, 5000, 5000)]] and None"
        ),
        "sheet('Sheet1').Charts.Count",
    ),
    "a place among the sheets": ("document.Sheets.moveByName('Trades', 0)", "document.Sheets.ElementNames[0]"),
}
