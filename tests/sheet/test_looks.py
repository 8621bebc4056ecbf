"""The colours of a sheet are read on light and dark, and told apart by eyes that confuse green and red."""

from __future__ import annotations

from itertools import combinations

import pytest

from pbal_xl.sheet.looks import LOOKS, SERIES_COLORS, Kind, quiet, rgb

# A sheet in the light, in LibreOffice's dark window, and in a darker one.
_GROUNDS = (0xFFFFFF, 0x333333, 0x1C1C1C)
_READABLE = 4.5  # of WCAG, for text of ordinary size
# In CIE Lab, where 2.3 is just noticed.
_FAR_APART = 20.0
# What is left of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1).
_EYES = {
    "protanopia": (
        (0.152286, 1.05258, -0.20487),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.28009, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.96888),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}


def linear(color: int) -> list[float]:
    parts = [part / 255 for part in rgb(color)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: int, other: int) -> float:
    """Of WCAG."""
    red, green, blue = zip(linear(one), linear(other), strict=True)
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in zip(red, green, blue, strict=True)]
    return (max(light) + 0.05) / (min(light) + 0.05)


def lab(red: float, green: float, blue: float) -> list[float]:
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def seen(color: int, eyes: str) -> list[float]:
    parts = linear(color)
    red, green, blue = (sum(a * b for a, b in zip(row, parts, strict=True)) for row in _EYES[eyes])
    return lab(red, green, blue)


def difference(one: int, other: int, eyes: str) -> float:
    pairs = zip(seen(one, eyes), seen(other, eyes), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def ink(kind: Kind) -> int:
    color = LOOKS[kind].color
    assert color is not None
    return color


@pytest.mark.parametrize("kind", Kind)
def test_every_word_is_read_on_its_own_ground_or_on_any(kind: Kind) -> None:
    look = LOOKS[kind]
    if look.fill is not None:
        assert contrast(ink(kind), look.fill) >= _READABLE
    elif look.color is not None:
        # Without a colour it has the program's own, which follows the window's.
        assert min(contrast(look.color, ground) for ground in _GROUNDS) >= _READABLE


def test_no_colour_alone_is_read_on_light_and_dark() -> None:
    best = max(min(contrast(grey, ground) for ground in _GROUNDS) for grey in range(0, 0x1000000, 0x010101))
    assert best < _READABLE, "then rows that rest could be grey again"


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.SHARES, Kind.PRICE, Kind.MONEY, Kind.PERCENT])
def test_what_rests_is_quieter(kind: Kind) -> None:
    assert LOOKS[quiet(kind)].size < LOOKS[kind].size
    assert not LOOKS[Kind.HOLD].bold
    assert LOOKS[Kind.BUY].bold


@pytest.mark.parametrize("eyes", _EYES)
def test_buy_and_sell_and_the_bars_of_a_chart_are_told_apart_by_all_eyes(eyes: str) -> None:
    pairs = [(ink(Kind.BUY), ink(Kind.SELL)), *combinations(SERIES_COLORS, 2)]
    assert min(difference(one, other, eyes) for one, other in pairs) >= _FAR_APART


@pytest.mark.parametrize("eyes", _EYES)
def test_colours_that_are_confused_do_not_pass(eyes: str) -> None:
    # Olive and brown; blue and green of one lightness.
    confused = (0x0070A0, 0x007880) if eyes == "tritanopia" else (0x808000, 0x906000)
    assert difference(*confused, eyes) < _FAR_APART


def test_what_weighs_more_is_set_larger() -> None:
    """The title over what to do, that over the table, that over notes, and hints and working smallest."""
    ranks = (Kind.TITLE, Kind.SUMMARY, Kind.MONEY, Kind.NOTE, Kind.HINT)
    sizes = [LOOKS[kind].size for kind in ranks]
    assert sizes == sorted(set(sizes), reverse=True)
    assert sizes[2] == 11  # that of any new workbook
    assert sizes[-1] >= 9  # the least that is read on paper
    resting = {
        Kind.REASON,
        Kind.WRAPPED_REASON,
        Kind.HOLD,
        *(kind for kind in Kind if kind.value.startswith("quiet_")),
    }
    assert {LOOKS[kind].size for kind in resting} == {LOOKS[Kind.NOTE].size}
    others = set(Kind) - resting - {*ranks, Kind.WORKING, Kind.WORKING_HEADING}
    assert {LOOKS[kind].size for kind in others} == {11}
    assert {LOOKS[Kind.WORKING].size, LOOKS[Kind.WORKING_HEADING].size} == {LOOKS[Kind.HINT].size}
