"""How each kind of cell that pbal-xl writes looks, for any host: one table, so that all hosts look alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CHART", "FONT", "FORMATS", "GRID", "LOOKS", "RULE_ABOVE", "RULE_BELOW", "SERIES_COLORS", "Kind", "Look",
    "bgr", "hexadecimal", "quiet", "rgb", "series_colors",
]  # fmt: skip

FONT = "Calibri"
# Before, after and target in a chart, as 0xRRGGBB.
SERIES_COLORS = (0xBFC8D6, 0x2F75B5, 0xF2A03D)

# No grey is read well on white and in a dark window: what is quiet is smaller, in the program's own colour, and
# what has a colour has its ground with it. Green and red differ in their blue too, for eyes that confuse them; the
# word says it anyway.
_INK, _NAVY, _WHITE, _GREEN, _RED = 0x1F2937, 0x1F4E78, 0xFFFFFF, 0x00614A, 0xA3320F
_PALE, _PALE_GREEN, _PALE_RED = 0xEAF1F8, 0xD9F2E8, 0xFCE3DA
# Lines: above totals, below settings, between the rows of a block of settings.
RULE_ABOVE, RULE_BELOW, GRID = 0x9CA3AF, 0xD1D5DB, 0xE5E7EB


def rgb(color: int) -> tuple[int, int, int]:
    """Red, green and blue of a colour, each 0 to 255."""
    return color >> 16, color >> 8 & 0xFF, color & 0xFF


def bgr(color: int) -> int:
    """A colour as Excel's own objects count it: red last."""
    red, green, blue = rgb(color)
    return blue << 16 | green << 8 | red


def hexadecimal(color: int) -> str:
    """A colour as workbooks write it: "1F4E78"."""
    return f"{color:06X}"


def series_colors(kind: str) -> tuple[int, ...]:
    """The colours of a chart's series; lines begin with the strong one."""
    return SERIES_COLORS if kind == "columns" else SERIES_COLORS[1:]


class Kind(Enum):
    """What a cell holds; its number format is in ``FORMATS``, its look in ``LOOKS``."""

    # Each is one object: its identity serves, and is looked up many times a sheet.
    __hash__ = object.__hash__

    TITLE = "title"
    SUMMARY = "summary"
    SECTION = "section"
    NOTE = "note"
    LABEL = "label"
    HEADING = "heading"
    HEADING_RIGHT = "heading_right"
    HEADING_INDENT = "heading_indent"
    TEXT = "text"
    REASON = "reason"
    WRAPPED_TEXT = "wrapped_text"
    WRAPPED_REASON = "wrapped_reason"
    BUY = "buy"
    SELL = "sell"
    HOLD = "hold"
    SHARES = "shares"
    PARTS = "parts"
    PRICE = "price"
    MONEY = "money"
    PERCENT = "percent"
    QUIET_TEXT = "quiet_text"
    QUIET_WRAPPED_TEXT = "quiet_wrapped_text"
    QUIET_SHARES = "quiet_shares"
    QUIET_PRICE = "quiet_price"
    QUIET_MONEY = "quiet_money"
    QUIET_PERCENT = "quiet_percent"
    TOTAL_TEXT = "total_text"
    TOTAL_MONEY = "total_money"
    TOTAL_PERCENT = "total_percent"
    SETTING_LABEL = "setting_label"
    SETTING_MONEY = "setting_money"
    SETTING_TEXT = "setting_text"
    SETTING_TRUTH = "setting_truth"
    SETTING_NUMBER = "setting_number"
    HINT = "hint"
    CHECK = "check"
    WORKING = "working"
    WORKING_HEADING = "working_heading"


@dataclass(frozen=True, slots=True)
class ChartLook:
    """What a chart is drawn with beside its series, as 0xRRGGBB.

    Attributes:
        text: of title, legend and axes.
        axis: the line at the foot.
        grid: the lines behind the figures, and the frame.
        ground: behind it all.
    """

    text: int = 0x000000
    axis: int = 0x878787
    grid: int = 0xD9D9D9
    ground: int = 0xFFFFFF


CHART = ChartLook()


@dataclass(frozen=True, slots=True)
class Look:
    """Font and frame of a cell; colours as 0xRRGGBB.

    Attributes:
        color: of the text, on its fill; None for the program's own, which is light in a dark window.
        size: of the font, in points.
        bold: heavy text.
        italic: slanted text.
        fill: background, None for none.
        right: aligned to the right, for headings over numbers.
        indent: set in a little from the left.
        wrap: goes on in a further line where its column ends, for words of any length.
        rule_above: a thin line above, for totals.
        rule_below: a thin pale line below, for settings.
    """

    color: int | None = None
    size: float = 11
    bold: bool = False
    italic: bool = False
    fill: int | None = None
    right: bool = False
    indent: bool = False
    wrap: bool = False
    rule_above: bool = False
    rule_below: bool = False


_HEADING = Look(color=_WHITE, bold=True, fill=_NAVY)
_TOTAL = Look(bold=True, rule_above=True)
_QUIETLY = Look(size=10)
_SETTING = Look(color=_INK, fill=_PALE, right=True, rule_below=True)

# How a cell looks in the row of a holding that rests.
_QUIET: Mapping[Kind, Kind] = {
    Kind.TEXT: Kind.QUIET_TEXT,
    Kind.SHARES: Kind.QUIET_SHARES,
    Kind.PARTS: Kind.QUIET_SHARES,
    Kind.PRICE: Kind.QUIET_PRICE,
    Kind.MONEY: Kind.QUIET_MONEY,
    Kind.PERCENT: Kind.QUIET_PERCENT,
}


def quiet(kind: Kind) -> Kind:
    """The kind of the same cell where nothing is to be done."""
    return _QUIET.get(kind, kind)


LOOKS: Mapping[Kind, Look] = {
    **dict.fromkeys(Kind, Look()),
    Kind.TITLE: Look(size=16, bold=True),
    Kind.SUMMARY: Look(size=12),
    Kind.SECTION: Look(bold=True),
    Kind.NOTE: _QUIETLY,
    Kind.HEADING: _HEADING,
    Kind.HEADING_RIGHT: replace(_HEADING, right=True),
    Kind.HEADING_INDENT: replace(_HEADING, indent=True),
    Kind.REASON: replace(_QUIETLY, indent=True),
    Kind.WRAPPED_REASON: replace(_QUIETLY, indent=True, wrap=True),
    Kind.BUY: Look(color=_GREEN, bold=True, fill=_PALE_GREEN),
    Kind.SELL: Look(color=_RED, bold=True, fill=_PALE_RED),
    Kind.HOLD: _QUIETLY,
    **dict.fromkeys(_QUIET.values(), _QUIETLY),
    Kind.WRAPPED_TEXT: Look(wrap=True),
    Kind.QUIET_WRAPPED_TEXT: replace(_QUIETLY, wrap=True),
    Kind.TOTAL_TEXT: _TOTAL,
    Kind.TOTAL_MONEY: _TOTAL,
    Kind.TOTAL_PERCENT: _TOTAL,
    Kind.SETTING_LABEL: Look(rule_below=True),
    Kind.SETTING_MONEY: _SETTING,
    Kind.SETTING_TEXT: _SETTING,
    Kind.SETTING_TRUTH: _SETTING,
    Kind.SETTING_NUMBER: _SETTING,
    Kind.HINT: Look(size=9, italic=True),
    Kind.CHECK: Look(right=True),
    Kind.WORKING: Look(size=9),
    Kind.WORKING_HEADING: Look(size=9, bold=True, right=True),
}

# Number formats in the language of .xlsx files.
_SHARES, _MONEY, _PRICE, _PERCENT = '#,##0;-#,##0;"-"', '#,##0.00;-#,##0.00;"-"', "#,##0.00####", "0.00%"
FORMATS: Mapping[Kind, str] = {
    Kind.SHARES: _SHARES,
    Kind.PARTS: '#,##0.000000;-#,##0.000000;"-"',
    Kind.PRICE: _PRICE,
    Kind.MONEY: _MONEY,
    Kind.PERCENT: _PERCENT,
    Kind.QUIET_SHARES: _SHARES,
    Kind.QUIET_PRICE: _PRICE,
    Kind.QUIET_MONEY: _MONEY,
    Kind.QUIET_PERCENT: _PERCENT,
    Kind.TOTAL_MONEY: _MONEY,
    Kind.TOTAL_PERCENT: _PERCENT,
    Kind.SETTING_MONEY: "#,##0.00",
    Kind.SETTING_TEXT: "@",
    # 1E+300 stands for "never".
    Kind.WORKING: '[>=1E+290]"-";[<=-1E+290]"-";#,##0.00####',
}
