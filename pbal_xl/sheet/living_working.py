"""The working of a living sheet, to the right of what is read: its columns and their cells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from pbal_xl.sheet.living_faults import missing
from pbal_xl.sheet.living_figures import NEVER
from pbal_xl.sheet.living_formulas import CENTS, LUMPS, SEARCH_STEPS, WORKING, search_formulas
from pbal_xl.sheet.living_search import SHARES, half_formulas, price_formulas, seat_formulas
from pbal_xl.sheet.living_shares import HALVES, PRICE_POINTS, PRICE_TURNS, rows_of, seats_of
from pbal_xl.sheet.living_words import running, word_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pbal_xl.core.model import Plan
    from pbal_xl.sheet.living_figures import Figures, Worked
    from pbal_xl.sheet.living_places import HoldingCells

__all__ = ["Column", "working_columns"]

_Value: TypeAlias = "str | Decimal | None"


@dataclass(frozen=True, slots=True)
class Column:
    """A working column.

    Attributes:
        name: by which formulas speak of it.
        cells: a template of a formula, or a number that is typed in, for each row.
        values: what the formulas come to.
    """

    name: str
    cells: Sequence[str | Decimal]
    values: Sequence[_Value]


def working_columns(plan: Plan, holdings: Sequence[HoldingCells], figures: Figures, worked: Worked) -> list[Column]:
    """All working columns, in their order."""
    shares = bool(figures.price)
    columns = _given(holdings, figures)
    formulas = _formulas(figures, holdings)
    columns += [
        Column(name, [text] * len(holdings), _values(plan, worked, name)) for name, text in formulas.items()
    ]
    said = running(plan, whole=shares and bool(worked.cells["whole"]))
    columns += [
        Column(name, [text] * len(holdings), said[name]) for name, text in word_columns(shares=shares).items()
    ]
    if figures.increment is not None:
        columns += _rows(worked, lambda first: search_formulas(first=first), SEARCH_STEPS)
    if shares:
        columns += _search(len(holdings), worked)
    return columns


def _given(holdings: Sequence[HoldingCells], figures: Figures) -> list[Column]:
    """What is read, beside what the table shows, and what is fixed."""
    ones = [Decimal(1)] * len(holdings)
    columns = [Column("missing", [missing(cells) for cells in holdings], [Decimal(0)] * len(holdings))]
    columns.append(Column("twins", ["SUMPRODUCT(({symbol_all}={symbol})*1)"] * len(holdings), ones))
    if figures.custom:
        columns.append(_read("given", [cells.target for cells in holdings], figures.given))
    if figures.price or figures.increment is not None:
        columns.append(_read("gain", [_or_nothing(cells.gain) for cells in holdings], figures.gain))
    if _owned(figures):
        owned = [NEVER if quantity is None else quantity for quantity in figures.quantity]
        columns.append(_read("owned", [cells.quantity for cells in holdings], owned))
    place = [Decimal(place) for place in figures.place]
    return [*columns, Column("place", place, place)]


def _or_nothing(text: str | None) -> str | None:
    """A figure that may be lacking: it only breaks ties."""
    return None if text is None else f"IF(ISNUMBER({text}),{text},0)"


def _owned(figures: Figures) -> bool:
    return bool(figures.price) and any(quantity is not None for quantity in figures.quantity)


def _read(name: str, texts: Sequence[str | None], values: Sequence[float]) -> Column:
    told = [_decimal(value) for value in values]
    return Column(name, [known if text is None else text for text, known in zip(texts, told, strict=True)], told)


def _formulas(figures: Figures, holdings: Sequence[HoldingCells]) -> dict[str, str]:
    """The columns of one formula a holding."""
    formulas = dict(WORKING)
    if not figures.custom:
        formulas |= {"play": "{target}", "height": "{value}"}
    drifts = {name: formulas.pop(name) for name in ("drift_before", "drift_after")}
    formulas |= CENTS
    if figures.increment is not None:
        formulas |= LUMPS
    if figures.price:
        formulas |= SHARES
        formulas["seat"] = formulas["seat"].replace("{seats}", str(seats_of(len(holdings))))
        if not _owned(figures):
            formulas["held"] = "INT(ROUND({value}/{price},6))"
    return formulas | drifts


def _values(plan: Plan, worked: Worked, name: str) -> Sequence[_Value]:
    if name == "drift_before":
        return [abs(order.weight_before - order.target) for order in plan.orders]
    if name == "drift_after":
        return [abs(order.weight_after - order.target) for order in plan.orders]
    return [_decimal(value) for value in worked.columns[name]]


def _rows(worked: Worked, formulas: Callable[[bool], Mapping[str, str]], count: int) -> list[Column]:
    """Columns of steps: the first row begins, each other follows from the one above."""
    later = formulas(False)  # noqa: FBT003
    return [
        Column(name, [text, *[later[name]] * (count - 1)], [_decimal(value) for value in worked.columns[name]])
        for name, text in formulas(True).items()  # noqa: FBT003
    ]


def _search(holdings: int, worked: Worked) -> list[Column]:
    """The search for whole shares."""
    points = [Decimal(point) for point in range(1, PRICE_POINTS + 1)]
    columns = [Column("point", points, points)]
    for turn in range(1, PRICE_TURNS + 1):
        for name, text in price_formulas(turn).items():
            columns.append(Column(name, [text] * PRICE_POINTS, [_decimal(value) for value in worked.columns[name]]))
    seats = seats_of(holdings)
    rows = [seat_formulas(seat, seats) for seat in range(1, seats + 1)]
    for name in rows[0]:
        values = [_decimal(value) for value in worked.columns[name]]
        columns.append(Column(name, [row[name] for row in rows], values))
    for half in HALVES:
        count = rows_of(half, seats)
        numbers = [Decimal(row) for row in range(count)]
        columns.append(Column(f"number_{half}", numbers, numbers))
        for name, text in half_formulas(half, seats).items():
            columns.append(Column(name, [text] * count, [_decimal(value) for value in worked.columns[name]]))
    return columns


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))
