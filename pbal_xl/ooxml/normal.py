"""The normal form of a part: what it says, whichever program wrote it.

Programs that open and save a file say outright what they took for granted, leave out what is so anyway, and
add traces of their own. The tables here name what is known to be of that kind, value by value. Whatever they
do not name counts. Long because the tables stand beside the one writer that reads them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pbal_xl.ooxml.xmltext import XmlError

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

__all__ = ["formula_form", "local_name", "normal_form", "number_format_form", "read_xml"]

# Attributes that never say anything: identities, hints for the next program, the language of a text.
_TRACES = {"Ignorable", "uid", "dyDescent", "lang", "altLang", "dirty", "err", "smtClean", "fPublished"}
# Attributes that say nothing whatever their value: places of a reader's eye, sizes, what another part says.
_IGNORED = {
    ("sheetPr", "codeName"),
    ("sheetView", "tabSelected"), ("sheetView", "topLeftCell"), ("sheetView", "workbookViewId"),
    ("sheetView", "zoomScaleNormal"), ("sheetView", "zoomScalePageLayoutView"),
    ("sheetView", "zoomScaleSheetLayoutView"),
    ("pane", "topLeftCell"), ("pane", "activePane"),
    ("sheetFormatPr", "defaultRowHeight"), ("sheetFormatPr", "baseColWidth"),
    ("sheetFormatPr", "defaultColWidth"), ("sheetFormatPr", "outlineLevelRow"),
    ("sheetFormatPr", "outlineLevelCol"),
    ("pageSetup", "id"), ("pageSetup", "horizontalDpi"), ("pageSetup", "verticalDpi"),
    ("cNvPr", "id"),
    ("cfRule", "priority"),
}  # fmt: skip
_NO, _YES = frozenset({"0"}), frozenset({"1"})
# Values that say what is so anyway.
_SAYS_NOTHING: dict[tuple[str, str], frozenset[str]] = {
    ("sheetPr", "filterMode"): _NO, ("sheetPr", "published"): _YES, ("sheetPr", "transitionEvaluation"): _NO,
    ("sheetPr", "enableFormatConditionsCalculation"): _YES,
    ("outlinePr", "summaryBelow"): _YES, ("outlinePr", "summaryRight"): _YES, ("outlinePr", "applyStyles"): _NO,
    ("outlinePr", "showOutlineSymbols"): _YES, ("pageSetUpPr", "autoPageBreaks"): _YES,
    ("pageSetUpPr", "fitToPage"): _NO,
    **{("sheetView", name): _NO for name in ("windowProtection", "showFormulas", "rightToLeft")},
    **{
        ("sheetView", name): _YES
        for name in (
            "showGridLines", "showRowColHeaders", "showZeros", "showRuler", "showOutlineSymbols",
            "defaultGridColor", "showWhiteSpace",
        )
    },
    ("sheetView", "view"): frozenset({"normal"}), ("sheetView", "colorId"): frozenset({"64"}),
    ("sheetView", "zoomScale"): frozenset({"100"}),
    **{("sheetFormatPr", name): _NO for name in ("customHeight", "zeroHeight", "thickTop", "thickBottom")},
    **{("printOptions", n): _NO for n in ("headings", "gridLines", "horizontalCentered", "verticalCentered")},
    ("printOptions", "gridLinesSet"): _YES,
    # A program without a header moves its margin from a half inch to thirteen millimetres.
    ("pageMargins", "header"): frozenset({"0.5", "0.51"}), ("pageMargins", "footer"): frozenset({"0.5", "0.51"}),
    # Letter or A4: where nothing was said, a program writes down the paper of its country.
    ("pageSetup", "paperSize"): frozenset({"1", "9"}), ("pageSetup", "scale"): frozenset({"100"}),
    ("pageSetup", "fitToWidth"): _YES, ("pageSetup", "pageOrder"): frozenset({"downThenOver"}),
    ("pageSetup", "blackAndWhite"): _NO, ("pageSetup", "draft"): _NO, ("pageSetup", "copies"): _YES,
    ("pageSetup", "cellComments"): frozenset({"none"}), ("pageSetup", "errors"): frozenset({"displayed"}),
    ("pageSetup", "useFirstPageNumber"): _NO, ("pageSetup", "usePrinterDefaults"): _YES,
    ("pageSetup", "firstPageNumber"): _YES, ("pageSetup", "orientation"): frozenset({"default", "portrait"}),
    ("headerFooter", "differentFirst"): _NO, ("headerFooter", "differentOddEven"): _NO,
    ("headerFooter", "scaleWithDoc"): _YES, ("headerFooter", "alignWithMargins"): _YES,
    **{("row", name): _NO for name in ("hidden", "collapsed", "outlineLevel", "thickTop", "thickBot", "ph")},
    **{("col", name): _NO for name in ("hidden", "collapsed", "outlineLevel", "phonetic")},
    ("twoCellAnchor", "editAs"): frozenset({"twoCell"}),
    # One with a name is what a user assigned to the chart.
    ("graphicFrame", "macro"): frozenset({""}),
    ("clientData", "fLocksWithSheet"): _YES, ("clientData", "fPrintsWithSheet"): _YES,
    ("bodyPr", "rot"): frozenset({"0", "-60000000"}), ("bodyPr", "vert"): frozenset({"horz"}),
    **{(p, "spc"): frozenset({"0", "-1"}) for p in ("rPr", "defRPr")},
    **{(p, "strike"): frozenset({"noStrike"}) for p in ("rPr", "defRPr")},
    **{(p, name): _NO for p in ("rPr", "defRPr") for name in ("b", "i", "baseline")},
    **{(p, "u"): frozenset({"none"}) for p in ("rPr", "defRPr")},
    **{(p, "kern"): frozenset({"0", "1200"}) for p in ("rPr", "defRPr")},
    ("patternFill", "patternType"): frozenset({"none"}),
    ("border", "diagonalUp"): _NO, ("border", "diagonalDown"): _NO, ("border", "outline"): _YES,
    ("alignment", "horizontal"): frozenset({"general"}), ("alignment", "vertical"): frozenset({"bottom"}),
    **{
        ("alignment", name): _NO
        for name in ("textRotation", "wrapText", "indent", "shrinkToFit", "readingOrder", "relativeIndent",
                     "justifyLastLine")
    },
    # Of rules of other types than those we write.
    **{("cfRule", n): _NO for n in ("aboveAverage", "bottom", "equalAverage", "percent", "rank")},
    ("cfRule", "text"): frozenset({""}),
    ("b", "val"): _YES, ("protection", "locked"): _YES, ("protection", "hidden"): _NO,
}  # fmt: skip
# Elements that say nothing whatever they hold: a file's own bookkeeping, caches of what cells say.
_DROPPED = {
    "dimension", "phoneticPr", "endParaRPr", "strCache", "numCache", "date1904", "cols",
    "sheetData", "sheetViews", "lang",
}  # fmt: skip
_IDENTITIES = {"{C3380CC4-5D6E-409C-BE32-E72D297353CC}", "{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}"}
# Elements that say nothing when nothing is left in them.
_MAY_BE_EMPTY = {
    "sheetPr", "outlinePr", "pageSetUpPr", "sheetFormatPr", "printOptions", "headerFooter", "oddHeader",
    "oddFooter", "pageSetup", "pageMargins", "extLst", "layout", "bodyPr", "lstStyle", "pPr", "defRPr", "rPr", "p",
    "rich",
    "txPr", "spPr", "clientData", "cNvGraphicFramePr", "xfrm", "sheetView", "patternFill", "fill",
    "left", "right", "top", "bottom", "diagonal", "border", "alignment", "protection", "prstDash", "ln",
}  # fmt: skip
# Whole elements, in their normal form, that say what is so anyway.
_NOTHING = {
    '<roundedCorners val="0"/>', '<autoTitleDeleted val="0"/>', '<overlay val="0"/>',
    '<invertIfNegative val="0"/>', '<overlap val="0"/>', '<showDLblsOverMax val="0"/>', '<delete val="0"/>',
    '<varyColors val="0"/>', '<crosses val="autoZero"/>', '<auto val="1"/>', '<lblAlgn val="ctr"/>',
    '<lblOffset val="100"/>', '<noMultiLvlLbl val="0"/>', '<plotVisOnly val="1"/>', '<dispBlanksAs val="gap"/>',
    '<tickLblPos val="nextTo"/>', '<crossBetween val="between"/>', '<orientation val="minMax"/>',
    '<scaling><orientation val="minMax"/></scaling>', "<scaling/>", "<round/>", '<prstDash val="solid"/>',
    '<style val="2"/>',
    '<majorTickMark val="none"/>', '<minorTickMark val="none"/>',
    '<AlternateContent><Choice Requires="c14"><style val="102"/></Choice><Fallback/></AlternateContent>',
    '<printSettings><pageMargins b="0.75" footer="0.3" header="0.3" l="0.7" r="0.7" t="0.75"/></printSettings>',
    "<printSettings/>", "<avLst/>", '<i val="0"/>',
}  # fmt: skip
# Frames without colour and line, as programs spell out where nothing was said.
_BARE_FRAME = "<spPr><noFill/><ln><noFill/></ln></spPr>"
_BARE_FRAMED = {"title", "legend", "plotArea"}
_SHOWS = {"showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"}
_SHOWN_UNLESS_SAID = {"showVal", "showCatName", "showSerName", "showPercent"}
_WITH_LABELS = {"txPr", "spPr", "numFmt", "dLblPos", "separator", "showLeaderLines", "extLst"}
_LEADER_LINES = {"extLst", "ext", "showLeaderLines"}
_COORDINATE = 10_000  # EMU: finer differences are rounding
_LINE = 3_175  # EMU: a quarter of a point
_AXIS_IDS = {"axId", "crossAx"}
_TITLE = re.compile(r"'((?:[^']|'')+)'!")
# A truth, which one program writes as a function; not within a text, nor at the end of a longer name.
_TRUTH = re.compile(r'("(?:[^"]|"")*")|(?<![\w.])(TRUE|FALSE)\(\)')


def read_xml(content: bytes) -> Element:
    """The root element of a part.

    Raises:
        XmlError: it cannot be read.
    """
    try:
        return ET.fromstring(content)  # noqa: S314  no part with a document type gets here
    except (ET.ParseError, ValueError, LookupError) as error:
        raise XmlError(str(error)) from None


def local_name(element: Element) -> str:
    """The name without its namespace; nothing for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def formula_form(text: str) -> str:
    """A formula as it reads whichever program wrote it: sheet titles bare, truths too, no outer spaces."""
    said = _TITLE.sub(lambda match: match[1].replace("''", "'") + "!", text.strip())
    return _TRUTH.sub(lambda match: match[1] or match[2], said) if "E()" in said else said


def number_format_form(code: str) -> str:
    """A number format without the ways to write a literal character, which programs choose at will."""
    out, at = [], 0
    while at < len(code):
        char = code[at]
        if char == '"':
            stop = code.find('"', at + 1)
            stop = len(code) if stop < 0 else stop
            out.append(code[at + 1 : stop])
            at = stop
        elif char == "\\":
            out.append(code[at + 1 : at + 2])
            at += 1
        elif char == "[":
            stop = code.find("]", at)
            stop = len(code) if stop < 0 else stop
            out.append(code[at : stop + 1].lower())
            at = stop
        else:
            out.append(char)
        at += 1
    said = "".join(out)
    return "" if said.lower() == "general" else said


def normal_form(root: Element, target: Callable[[str], str], differential: Callable[[str], str] = str) -> str:
    """What an element says, as text that is equal for equal meanings.

    Args:
        root: the element.
        target: gives what stands behind a relationship id.
        differential: gives the looks behind the number of a differential format.
    """
    return _Writer(target, differential).element(root, "") or ""


class _Writer:
    def __init__(self, target: Callable[[str], str], differential: Callable[[str], str]) -> None:
        self.target, self.differential = target, differential
        self.axes: dict[str, str] = {}

    def element(self, element: Element, parent: str) -> str:
        local = local_name(element)
        if not local or local in _DROPPED or (local == "ext" and element.get("uri") in _IDENTITIES):
            return ""
        if local == "selection" and parent == "sheetView":
            return ""
        if local == "dLbls" and _shows_no_label(element):
            return ""
        attrs = "" if _is_no_line(element, local) else self._attributes(element, local)
        if local == "xfrm":  # of a frame on a sheet, whose anchor says where it is
            inner = ""
        elif local == "tx" and (literal := _literal_name(element)) is not None:
            inner = f"<v>{literal}</v>"
        else:
            inner = "".join(self.element(child, local) for child in element) or self._text(element, local)
        if not attrs and not inner and local in _MAY_BE_EMPTY:
            return ""
        form = f"<{local}{attrs}>{inner}</{local}>" if inner else f"<{local}{attrs}/>"
        if form in _NOTHING or (form == _BARE_FRAME and parent in _BARE_FRAMED):
            return ""
        return form

    def _text(self, element: Element, local: str) -> str:
        text = element.text or ""
        if local in {"f", "formula", "formula1", "formula2"}:
            return formula_form(text)
        if local in {"colOff", "rowOff"}:
            return _rounded(text, _COORDINATE)
        return text if text.strip() else ""

    def _attributes(self, element: Element, local: str) -> str:
        out = []
        for full, value in element.attrib.items():
            name = full.rpartition("}")[2]
            if name in _TRACES or (local, name) in _IGNORED:
                continue
            said = self._value(local, full, value)
            if said in _SAYS_NOTHING.get((local, name), ()):
                continue
            out.append(f' {name}="{said}"')
        return "".join(sorted(out))

    def _value(self, local: str, full: str, value: str) -> str:
        space, _, name = full.rpartition("}")
        if space.endswith("/relationships"):
            return self.target(value)
        if local == "cfRule" and name == "dxfId":
            return self.differential(value)
        if local in _AXIS_IDS and name == "val":
            return self.axes.setdefault(value, str(len(self.axes)))
        if local == "ln" and name == "w":
            return _rounded(value, _LINE)
        if local == "pageMargins":
            return _two_digits(value)
        if local == "srgbClr":
            return value.upper()
        return {"true": "1", "false": "0"}.get(value, value)


def _rounded(text: str, step: int) -> str:
    try:
        return str(round(int(text) / step))
    except ValueError:
        return text


def _two_digits(text: str) -> str:
    try:
        return f"{round(float(text), 2):g}"
    except ValueError:
        return text


def _literal_name(element: Element) -> str | None:
    """The name of a series that is a text, not a cell; one program writes it as a formula."""
    for formula in element.iter():
        text = formula.text or ""
        if local_name(formula) == "f" and text.startswith('"') and text.endswith('"') and len(text) > 1:
            return text[1:-1].replace('""', '"')
    return None


def _is_no_line(element: Element, local: str) -> bool:
    """Whether it is a line without colour, of which the width says nothing."""
    return local == "ln" and any(local_name(one) == "noFill" for one in element)


def _shows_no_label(labels: Element) -> bool:
    """Whether data labels are described of which none is shown."""
    if _SHOWN_UNLESS_SAID - {local_name(child) for child in labels}:
        return False
    for child in labels:
        local = local_name(child)
        if local in _SHOWS and child.get("val") not in {"0", "false"}:
            return False
        if local not in _SHOWS and local not in _WITH_LABELS:
            return False
        if local == "extLst" and {local_name(one) for one in child.iter()} - _LEADER_LINES:
            return False
    return True
