"""A symbol that stands in several rows (lots, several accounts) becomes one holding."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.money import EXACT, plain
from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.grid.cells import Origin
    from pbal_xl.grid.reading import Line

__all__ = ["add_up"]


def add_up(
    lines: Sequence[Line], origin: Origin, columns: Mapping[str, int]
) -> tuple[list[Line], list[str], list[str]]:
    """Merge the lines of each symbol into its first; returns (lines, notices, faults)."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.symbol.casefold(), []).append(line)
    merged: list[Line] = []
    notices: list[str] = []
    faults: list[str] = []
    for group in groups.values():
        first = group[0]
        if len(group) > 1:
            rows = ", ".join(origin.name(line.row, columns["symbol"]) for line in group)
            notices.append(say("{} stands in {}; its lots are added up.", first.symbol, rows))
            faults.extend(_disagreements(group, origin, columns))
            first.figures = _merged(group)
        merged.append(first)
    return merged, notices, faults


def _disagreements(group: Sequence[Line], origin: Origin, columns: Mapping[str, int]) -> list[str]:
    """Lots of one symbol have one price and one target."""
    faults = [
        f"{origin.name(line.row, columns['symbol'])}: {line.symbol} belongs to {line.asset_class} here, "
        f"but to {group[0].asset_class} above"
        for line in group[1:]
        if line.asset_class != group[0].asset_class
    ]
    for name in ("price", "target"):
        told = [line for line in group if name in line.figures]
        if name == "price" and any(line.derived for line in group):
            # Worked out from rounded figures, the prices of lots differ in their last places.
            continue
        for line in told[1:]:
            if line.figures[name] != told[0].figures[name]:
                here = origin.name(line.row, columns.get(name, 0))
                there = origin.name(told[0].row, columns.get(name, 0))
                faults.append(
                    f"{here}: {name} of {line.symbol} is {plain(line.figures[name])}, "
                    f"but {plain(told[0].figures[name])} in {there}"
                )
    return faults


def _merged(group: Sequence[Line]) -> dict[str, Decimal]:
    figures: dict[str, Decimal] = {}
    for name in ("price", "target"):
        told = next((line.figures[name] for line in group if name in line.figures), None)
        if told is not None and not (name == "price" and any(line.derived for line in group)):
            figures[name] = told
    for name in ("quantity", "gain"):
        if all(name in line.figures for line in group):
            figures[name] = _sum([line.figures[name] for line in group])
    # A lot may lack its value where quantity and price tell it.
    if any("value" in line.figures for line in group) or "quantity" not in figures:
        figures["value"] = _sum([_value(line) for line in group])
    return figures


def _value(line: Line) -> Decimal:
    if "value" in line.figures:
        return line.figures["value"]
    return EXACT.multiply(line.figures.get("quantity", Decimal(0)), line.figures.get("price", Decimal(0)))


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total
