"""A style sheet of nothing but the looks of a new sheet's cells."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pbal_xl.ooxml.scratchstyles import ScratchStyles
from pbal_xl.ooxml.xmltext import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pbal_xl.ooxml.sheetspec import CellLook

__all__ = ["look_styles"]

_FIRST_CUSTOM = 164


@lru_cache(maxsize=8)
def look_styles(looks: tuple[CellLook, ...], shades: tuple[CellLook, ...] = ()) -> ScratchStyles:
    """The style sheet: cell format 0 is unstyled, format n + 1 is look n, differential format n is shade n."""
    return ScratchStyles(ET.fromstring(_markup(looks, shades)))  # noqa: S314  our own text


def _markup(looks: Sequence[CellLook], shades: Sequence[CellLook]) -> str:
    fonts = _Listed("<font/>", map(_font, looks))
    fills = _Listed("<fill/>", map(_fill, looks), reserved=["<fill/>"])
    borders = _Listed("<border/>", map(_border, looks))
    codes = list(dict.fromkeys(look.number_format for look in looks if look.number_format != "General"))
    formats = "".join(
        f'<numFmt numFmtId="{_FIRST_CUSTOM + place}" formatCode={quoteattr(code)}/>'
        for place, code in enumerate(codes)
    )
    cells = "".join(
        f'<xf numFmtId="{_FIRST_CUSTOM + codes.index(look.number_format) if look.number_format in codes else 0}" '
        f'fontId="{fonts.places[_font(look)]}" fillId="{fills.places[_fill(look)]}" '
        f'borderId="{borders.places[_border(look)]}">{_alignment(look)}</xf>'
        for look in looks
    )
    return (
        f"<styleSheet><numFmts>{formats}</numFmts><fonts>{fonts.text}</fonts><fills>{fills.text}</fills>"
        f"<borders>{borders.text}</borders>"
        f'<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>{cells}</cellXfs>'
        f"<dxfs>{''.join(map(_shade, shades))}</dxfs></styleSheet>"
    )


class _Listed:
    """Each different item once, and where it is."""

    def __init__(self, first: str, items: Iterable[str], reserved: Sequence[str] = ()) -> None:
        out = [first, *reserved]
        self.places = {first: 0}
        for item in items:
            if item not in self.places:
                self.places[item] = len(out)
                out.append(item)
        self.text = "".join(out)


def _font(look: CellLook) -> str:
    inner = ("<b/>" if look.bold else "") + ("<i/>" if look.italic else "")
    if look.size is not None:
        inner += f'<sz val="{look.size:g}"/>'
    if look.color:
        inner += f'<color rgb="FF{look.color}"/>'
    if look.font:
        inner += f'<name val={quoteattr(look.font)}/><family val="2"/>'
    return f"<font>{inner}</font>" if inner else "<font/>"


def _fill(look: CellLook) -> str:
    if not look.fill:
        return "<fill/>"
    # The background is not seen behind a solid fill; 64 is the colour that means none.
    colors = f'<fgColor rgb="FF{look.fill}"/><bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid">{colors}</patternFill></fill>'


def _shade(look: CellLook) -> str:
    """A differential format; there, other than in a cell's, the background is the colour of a solid fill."""
    font = ("<b/>" if look.bold else "") + (f'<color rgb="FF{look.color}"/>' if look.color else "")
    fill = f'<fill><patternFill><bgColor rgb="FF{look.fill}"/></patternFill></fill>' if look.fill else ""
    return "<dxf>" + (f"<font>{font}</font>" if font else "") + fill + "</dxf>"


def _border(look: CellLook) -> str:
    if not (look.rule_above or look.rule_below):
        return "<border/>"
    rules = _rule("top", look.rule_above) + _rule("bottom", look.rule_below)
    return f"<border><left/><right/>{rules}<diagonal/></border>"


def _rule(side: str, color: str) -> str:
    return f'<{side} style="thin"><color rgb="FF{color}"/></{side}>' if color else f"<{side}/>"


def _alignment(look: CellLook) -> str:
    if not (look.align or look.indent or look.wrap):
        return ""
    said = f' horizontal="{look.align or "left"}"' if look.align or look.indent else ""
    said += ' wrapText="1"' if look.wrap else ""
    said += f' indent="{look.indent}"' if look.indent else ""
    return f"<alignment{said}/>"
