# ruff: noqa: FBT002, FBT003, N802, T201 - UNO names its methods and takes no keywords; answers go to stdout
"""Drives one running LibreOffice for the tests: one JSON request a line in, one JSON answer a line out.

Runs under the Python that owns ``uno``, which is rarely the Python of the tests.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import uno
import unohelper
from com.sun.star.beans import NamedValue, PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.deployment import DeploymentException
from com.sun.star.lang import DisposedException
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment

ERRORS = {
    7: "#DIV/0!",
    502: "Err:502",
    503: "#NUM!",
    519: "#VALUE!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
ERROR_FORMULAS = {
    "#N/A": "=NA()",
    "#DIV/0!": "=1/0",
    "#REF!": "=#REF!",
    "#NAME?": "=NOSUCHNAME_",
    "#VALUE!": '="a"*1',
    "#NUM!": "=SQRT(-1)",
}


class Consent(unohelper.Base, XCommandEnvironment, XInteractionHandler):
    """Answers the questions of an installation with yes."""

    def getInteractionHandler(self) -> Any:
        return self

    def getProgressHandler(self) -> Any:
        return None

    def handle(self, request: Any) -> None:
        for continuation in request.getContinuations():
            if continuation.queryInterface(uno.getTypeByName("com.sun.star.task.XInteractionApprove")):
                continuation.select()
                return


class Agent:
    def __init__(self, pipe: Any, patience: Any) -> None:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        until = time.monotonic() + patience
        while True:
            try:
                self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except NoConnectException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.document: Any = None

    def service(self, name: Any) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    # Extension ---------------------------------------------------------------------------------------

    def install(self, path: Any) -> Any:
        manager = self.context.getByName("/singletons/com.sun.star.deployment.ExtensionManager")
        channel = manager.createAbortChannel()
        try:
            package = manager.addExtension(Path(path).as_uri(), (), "user", channel, Consent())
        except DeploymentException as error:
            raise RuntimeError(str(error.Cause)) from error
        return [package.Identifier.Value, package.Version]

    def described(self) -> Any:
        """Every function that Calc knows by a name beginning with PBAL_, as the function wizard shows it."""
        found = {}
        for properties in self.service("com.sun.star.sheet.FunctionDescriptions").createEnumeration():
            values = {item.Name: item.Value for item in properties}
            if values["Name"].startswith("PBAL_"):
                found[values["Name"]] = {
                    "help": values["Description"],
                    "arguments": [[a.Name, a.Description, a.IsOptional] for a in values["Arguments"] or ()],
                }
        return found

    def extension(self, identifier: Any) -> Any:
        """What LibreOffice read of an installed extension: version, publisher, where it asks for updates."""
        manager = self.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        environment = None
        for repository in manager.getAllExtensions(None, environment):
            for package in repository:
                if package is not None and package.getIdentifier().Value == identifier:
                    publisher = package.getPublisherInfo()
                    return {
                        "version": package.getVersion(),
                        "publisher": [publisher.First, publisher.Second],
                        "updates": list(package.getUpdateInformationURLs()),
                    }
        return None

    def update_offered(self, url: Any, identifier: Any) -> Any:
        """The version that LibreOffice reads in a file of updates, and where it would fetch it."""
        provider = self.service("com.sun.star.deployment.UpdateInformationProvider")
        [element] = provider.getUpdateInformation((url,), identifier)
        found = {}
        for name in ("identifier", "version"):
            found[name] = element.getElementsByTagName(name).item(0).getAttribute("value")
        [link] = [element.getElementsByTagName("src").item(0)]
        found["download"] = link.getAttributeNS("http://www.w3.org/1999/xlink", "href")
        return found

    # Documents ---------------------------------------------------------------------------------------

    def open(self, path: Any = None, hidden: Any = False, read_only: Any = False) -> Any:
        url = Path(path).as_uri() if path else "private:factory/scalc"
        wishes = {"Hidden": hidden, "ReadOnly": read_only}
        values = tuple(PropertyValue(name, 0, value, 0) for name, value in wishes.items())
        self.document = self.desktop.loadComponentFromURL(url, "_blank", 0, values)
        return self.sheets()

    def attach(self) -> Any:
        """Take the first document there is, however it was opened."""
        for component in self.desktop.Components:
            if component.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                self.document = component
                return self.sheets()
        return None

    def close(self) -> None:
        self.document.close(True)
        self.document = None

    def save(self, path: Any, kind: Any = "Calc MS Excel 2007 XML") -> None:
        self.document.storeToURL(Path(path).as_uri(), (PropertyValue("FilterName", 0, kind, 0),))

    def quit(self) -> None:
        try:
            for component in list(self.desktop.Components):
                component.setModified(False)  # or a window asks whether to save
                component.close(True)
            self.desktop.terminate()
        except DisposedException:
            pass  # it was quicker than its own answer

    # Sheets ------------------------------------------------------------------------------------------

    def sheets(self) -> Any:
        return list(self.document.Sheets.ElementNames)

    def add_sheet(self, name: Any) -> None:
        self.document.Sheets.insertNewByName(name, self.document.Sheets.Count)

    def protect(self) -> None:
        self.document.protect("")

    def active(self) -> Any:
        return self.document.CurrentController.ActiveSheet.Name

    def activate(self, sheet: Any) -> None:
        controller = self.document.CurrentController
        controller.setActiveSheet(self.document.Sheets.getByName(sheet))

    def cursor(self) -> Any:
        """Column and row of the selected cell, counted from 1; None where more or something else is selected."""
        chosen = self.document.CurrentSelection
        if not chosen.supportsService("com.sun.star.sheet.SheetCell"):
            return None
        return [chosen.CellAddress.Column + 1, chosen.CellAddress.Row + 1]

    def select(self, sheet: Any, address: Any) -> None:
        self.activate(sheet)
        self.document.CurrentController.select(self.block(sheet, address))

    def name(self, name: Any, content: Any, sheet: Any = None) -> None:
        home = self.document if sheet is None else self.document.Sheets.getByName(sheet)
        if home.NamedRanges.hasByName(name):
            home.NamedRanges.removeByName(name)
        home.NamedRanges.addNewByName(name, content, uno.createUnoStruct("com.sun.star.table.CellAddress"), 0)

    def names(self) -> Any:
        return {item.Name: item.Content for item in self.document.NamedRanges}

    def block(self, sheet: Any, address: Any) -> Any:
        return self.document.Sheets.getByName(sheet).getCellRangeByName(address)

    def locale(self, language: Any, country: Any) -> None:
        """Give the document a language, as one written in that country has."""
        self.document.CharLocale = uno.createUnoStruct("com.sun.star.lang.Locale", language, country, "")

    def comment(self, sheet: Any, address: Any, text: Any) -> None:
        block = self.block(sheet, address)
        place = block.getCellByPosition(0, 0).CellAddress
        self.document.Sheets.getByName(sheet).Annotations.insertNew(place, text)

    def drop_chart(self, sheet: Any) -> None:
        charts = self.document.Sheets.getByName(sheet).Charts
        charts.removeByName(charts.ElementNames[0])

    def rename(self, sheet: Any, name: Any) -> None:
        self.document.Sheets.getByName(sheet).Name = name

    def lock_sheet(self, sheet: Any) -> None:
        self.document.Sheets.getByName(sheet).protect("")

    def unlock(self, sheet: Any, address: Any) -> None:
        block = self.block(sheet, address)
        protection = block.CellProtection
        protection.IsLocked = False
        block.CellProtection = protection

    def remove_sheet(self, sheet: Any) -> None:
        self.document.Sheets.removeByName(sheet)

    def table(self, name: Any, sheet: Any, address: Any) -> None:
        """A database range: what an Excel Table becomes."""
        self.document.DatabaseRanges.addNewByName(name, self.block(sheet, address).RangeAddress)

    def write(self, rows: Any, sheet: Any = None, row: Any = 1, column: Any = 1) -> None:
        """Numbers, texts, blanks and truth values as they are; error texts as formulas that give them."""
        target = self.document.Sheets.getByName(sheet or self.sheets()[0])
        for i, cells in enumerate(rows):
            for j, value in enumerate(cells):
                cell = target.getCellByPosition(column - 1 + j, row - 1 + i)
                if isinstance(value, bool):
                    cell.setFormula("=TRUE()" if value else "=FALSE()")
                elif isinstance(value, (int, float)):
                    cell.setValue(value)
                elif value in ERROR_FORMULAS:
                    cell.setFormula(ERROR_FORMULAS[value])
                elif value is not None:
                    cell.setString(value)

    def formula(self, address: Any, text: Any, sheet: Any = None, array: Any = False) -> None:
        block = self.block(sheet or self.sheets()[0], address)
        if array:
            block.setArrayFormula(text)
        else:
            block.getCellByPosition(0, 0).setFormula(text)

    def fill(self, addresses: Any, text: Any, sheet: Any = None) -> None:
        for address in addresses:
            self.formula(address, text, sheet)

    def formulas(self, address: Any, sheet: Any = None) -> Any:
        return [list(row) for row in self.block(sheet or self.sheets()[0], address).getFormulaArray()]

    def array_formula(self, address: Any, sheet: Any = None) -> Any:
        return self.block(sheet or self.sheets()[0], address).getArrayFormula()

    def read(self, address: Any, sheet: Any = None) -> Any:
        block = self.block(sheet or self.sheets()[0], address)
        size = block.getRangeAddress()
        return [
            [self.value(block.getCellByPosition(j, i)) for j in range(size.EndColumn - size.StartColumn + 1)]
            for i in range(size.EndRow - size.StartRow + 1)
        ]

    def used(self, sheet: Any) -> Any:
        cursor = self.document.Sheets.getByName(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        cursor.gotoStartOfUsedArea(True)
        return cursor.AbsoluteName.rpartition(".")[2].replace("$", "")

    def value(self, cell: Any) -> Any:
        error = cell.getError()
        if error:
            return ERRORS.get(error, f"Err:{error}")
        kind = cell.Type.value
        if kind == "FORMULA":
            kind = {1: "VALUE", 2: "TEXT"}.get(cell.FormulaResultType2, "EMPTY")
        if kind == "VALUE":
            return cell.Value
        return (cell.String or None) if kind == "TEXT" else None

    def recalculate(self) -> Any:
        began = time.perf_counter()
        self.document.calculateAll()
        return time.perf_counter() - began

    # Commands ----------------------------------------------------------------------------------------

    def execute(self, **arguments: Any) -> Any:
        """The menu command by its job interface, which answers in text instead of a dialog."""
        commands = self.service("org.pbal.xl.Commands")
        return commands.execute(tuple(NamedValue(name, value) for name, value in arguments.items()))

    def trigger(self, command: Any) -> None:
        self.service("org.pbal.xl.Commands").trigger(command)

    def undo_titles(self) -> Any:
        return list(self.document.UndoManager.AllUndoActionTitles)

    def undo(self) -> None:
        self.document.UndoManager.undo()

    def undo_all(self) -> None:
        manager = self.document.UndoManager
        while manager.isUndoPossible():
            manager.undo()

    def redo(self) -> None:
        self.document.UndoManager.redo()

    def tell(self, expression: Any) -> Any:
        """What a Python expression gives, of ``document``, ``sheet(name)`` and ``uno``."""
        known = {
            "document": self.document,
            "sheet": self.document.Sheets.getByName,
            "uno": uno,
            "context": self.context,
        }
        return eval(expression, known)  # noqa: S307 - the tests' own

    def charts(self, sheet: Any) -> Any:
        found = []
        for chart in self.document.Sheets.getByName(sheet).Charts:
            series = chart.EmbeddedObject.FirstDiagram.CoordinateSystems[0].ChartTypes[0].DataSeries
            found.append([s.DataSequences[0].Values.SourceRangeRepresentation for s in series])
        return found

    def legend(self, sheet: Any) -> Any:
        """What the legend of the sheet's one chart says."""
        [chart] = self.document.Sheets.getByName(sheet).Charts
        series = chart.EmbeddedObject.FirstDiagram.CoordinateSystems[0].ChartTypes[0].DataSeries
        return [text for s in series for text in s.DataSequences[0].Label.getTextualData()]

    def format_of(self, sheet: Any, address: Any) -> Any:
        cell = self.block(sheet, address).getCellByPosition(0, 0)
        return {
            "format": self.document.NumberFormats.getByKey(cell.NumberFormat).FormatString,
            "bold": cell.CharWeight > 100,
            "shown": cell.String,
        }


def main() -> None:
    agent = Agent(sys.argv[1], float(sys.argv[2]))
    print(json.dumps({"answer": "ready"}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"answer": getattr(agent, request["do"])(**request["with"])}
        except Exception:  # noqa: BLE001 - whatever it was, the test shows it
            answer = {"fault": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


main()
