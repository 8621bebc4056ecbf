"""Colours of cells that follow what the cells say: conditional formats, with a cell style of the document each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import uno
from pbal_xl.ooxml.references import quoted_text
from pbal_xl.sheet.looks import LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.sheet.layout import Shade

__all__ = ["shade_cells", "shades"]

_STYLE = "Suggested trades, {}"
_BOLD = 150.0
_CONDITION = 0  # com.sun.star.sheet.ConditionEntryType


def shade_cells(document: Any, sheet: Any, wanted: Sequence[Shade]) -> None:
    """Have cells of formulas look like another kind while they say a word."""
    for cells in dict.fromkeys(shade.cells for shade in wanted):
        corners = cells.first_column - 1, cells.first_row - 1, cells.last_column - 1, cells.last_row - 1
        target = sheet.getCellRangeByPosition(*corners)
        rules = target.ConditionalFormat
        for shade in wanted:
            if shade.cells == cells:
                equal = uno().Enum("com.sun.star.sheet.ConditionOperator", "EQUAL")
                rule = {
                    "Operator": equal,
                    "Formula1": quoted_text(shade.word),
                    "StyleName": _style(document, shade),
                }
                rules.addNew(tuple(_property(*one) for one in rule.items()))
        target.ConditionalFormat = rules


def _property(name: str, value: Any) -> Any:
    one = uno().createUnoStruct("com.sun.star.beans.PropertyValue")
    one.Name, one.Value = name, value
    return one


def _style(document: Any, shade: Shade) -> str:
    """The name of the document's cell style for it, which every sheet of ours shares; a user's changes stay."""
    styles, name = document.getStyleFamilies().getByName("CellStyles"), _STYLE.format(shade.kind.value)
    if not styles.hasByName(name):
        styles.insertByName(name, document.createInstance("com.sun.star.style.CellStyle"))
        style, look = styles.getByName(name), LOOKS[shade.kind]
        style.CharColor, style.CellBackColor, style.CharWeight = look.color, look.fill, _BOLD
    return name


def shades(document: Any, sheet: Any) -> str:
    """The conditional formats of the sheet: where they apply, when, and with which looks."""
    return "; ".join(_told(document, sheet))


def _told(document: Any, sheet: Any) -> Iterator[str]:
    styles = document.getStyleFamilies().getByName("CellStyles")
    for rules in sheet.ConditionalFormats.getConditionalFormats():
        yield rules.Range.getRangeAddressesAsString().rpartition(".")[2]
        for place in range(rules.getCount()):
            rule = rules.getByIndex(place)
            if rule.getType() != _CONDITION or not styles.hasByName(rule.StyleName):
                yield "another"
                continue
            look = styles.getByName(rule.StyleName)
            said = rule.Formula1.strip('"')
            yield f"{rule.Operator} {said} {look.CharColor} {look.CellBackColor} {look.CharWeight:g}"
