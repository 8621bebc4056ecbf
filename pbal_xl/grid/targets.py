"""Targets: which column holds them, that they are wanted weights and not actual ones, and where they came from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.book import check_targets
from pbal_xl.core.money import EXACT
from pbal_xl.errors import PlanError
from pbal_xl.grid.asset_classes import check_shares
from pbal_xl.grid.cells import is_blank, quoted
from pbal_xl.grid.numbers import loose_number
from pbal_xl.grid.reading import Line, Reading, read_number
from pbal_xl.grid.vocabulary import MONEY_WORDS, meanings
from pbal_xl.words import first_of, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.roles import Candidate

__all__ = ["check_lines", "choose_targets", "equal_targets_notice", "unread_columns", "unread_headers"]

_ONE, _HUNDRED = Decimal(1), Decimal(100)
# Weights are printed to a tenth of a percent at least, or rounded to whole percents.
_ROUNDED = Decimal("0.006")
_MOST_NAMED = 8
_WHOLE = Decimal("0.0002")


def choose_targets(reading: Reading) -> None:
    """Find the column of targets among those that may be, read it into the lines, and say where they came from."""
    lines = reading.lines
    strong = [one for one in reading.columns.roles.targets if not one.weak]
    chosen = _strong(reading, strong) if strong else None
    if chosen is None and not strong and reading.by_class is None:
        chosen = _weak(reading, [one for one in reading.columns.roles.targets if one.weak])
    if chosen is None:
        return
    reading.columns.fields["target"] = chosen.column  # type: ignore[index]
    reading.columns.roles.why["target"] = "header"
    for line in lines:
        number = read_number(reading, line.row, chosen.column, "target")
        if number is not None:
            line.figures["target"] = number
    if chosen.weak and _is_money(chosen):
        reading.converted = True
        total = sum((line.figures["target"] for line in lines if "target" in line.figures), Decimal(0))
        for line in lines:
            if total and "target" in line.figures:
                line.figures["target"] = EXACT.divide(line.figures["target"], total)


def _strong(reading: Reading, found: Sequence[Candidate]) -> Candidate | None:
    """The column called a target; of several the one that makes a whole."""
    filled = [one for one in found if any(number is not None for number in _numbers(reading, one))] or list(
        found[:1]
    )
    if len(filled) == 1 or all(_numbers(reading, one) == _numbers(reading, filled[0]) for one in filled):
        return filled[0]
    whole = [one for one in filled if _sums_to_one(_numbers(reading, one))]
    if len(whole) == 1:
        others = ", ".join(quoted(one.text) for one in filled if one is not whole[0])
        reading.notices.append(
            say("Targets are read from {}, which makes a whole; not from {}.", quoted(whole[0].text), others)
        )
        return whole[0]
    cells = " and ".join(f"{_cell(reading, one)} ({quoted(one.text)})" for one in filled)
    reading.faults.append(f"{cells} both claim to be the target; rename one of them")
    return None


def _weak(reading: Reading, found: Sequence[Candidate]) -> Candidate | None:
    """A column such as Allocation, which is a target unless it is the actual one."""
    for one in found:
        numbers = _numbers(reading, one)
        if not any(numbers):
            continue
        cell, text = _cell(reading, one), quoted(one.text)
        if _is_money(one):
            if None in numbers:
                continue
            reading.notices.append(say("{}: targets are the shares of the amounts in {}.", cell, text))
            return one
        if _are_actual(numbers, reading.lines):
            reading.notices.append(
                say("{}: {} are the actual weights, so they are not read as targets.", cell, text)
            )
        elif None not in numbers and _sums_to_one(numbers):
            return one
        else:
            reading.faults.append(
                f"{cell}: {text} are neither the actual weights nor targets that sum to 100 %; "
                "call the column Target if they are targets, Weight if not"
            )
    return None


def _is_money(one: Candidate) -> bool:
    """Whether a header names a target in money: "Target Value", "Target $"."""
    return not MONEY_WORDS.isdisjoint(one.name.words) or bool(one.name.currency and not one.name.percent)


def _are_actual(numbers: Sequence[Decimal | None], lines: Sequence[Line]) -> bool:
    """Whether the figures are the holdings' own weights, of the holdings alone or with cash beside them."""
    values = [_worth(line) for line in lines]
    total = sum(values, Decimal(0))
    given = sum((number for number in numbers if number is not None), Decimal(0))
    if not total or not given:
        return False
    scale = _HUNDRED if given > Decimal("1.5") else _ONE
    shares = [(number or Decimal(0)) / scale for number in numbers]
    if all(abs(share - value / total) <= _ROUNDED for share, value in zip(shares, values, strict=True)):
        return True
    part = given / scale
    return part < 1 and all(
        abs(share - value / total * part) <= _ROUNDED for share, value in zip(shares, values, strict=True)
    )


def _worth(line: Line) -> Decimal:
    figures = line.figures
    if "value" in figures:
        return figures["value"]
    return figures.get("quantity", Decimal(0)) * figures.get("price", Decimal(0))


def _sums_to_one(numbers: Sequence[Decimal | None]) -> bool:
    total = sum((number for number in numbers if number is not None), Decimal(0))
    return abs(total - 1) <= _WHOLE or abs(total / _HUNDRED - 1) <= _WHOLE


def _numbers(reading: Reading, one: Candidate) -> list[Decimal | None]:
    return [loose_number(reading.cell(line.row, one.column), reading.sign) for line in reading.lines]


def _cell(reading: Reading, one: Candidate) -> str:
    return reading.origin.name(reading.columns.header or 0, one.column)


def equal_targets_notice(reading: Reading) -> str:
    """The line that says that there was no target column, and which headers were not read."""
    without = [name for name in reading.columns.names if _is_target(name)]
    if without:
        return say("Targets are equal, because there is no number in the column {}.", quoted(without[0]))
    unread = unread_headers(reading)
    if not unread:
        return say("Targets are equal, because there is no column Target.")
    named = first_of([quoted(name) for name in unread], _MOST_NAMED)
    return say("Targets are equal, because there is no column Target; not read: {}.", named)


def _is_target(header: str) -> bool:
    """Whether a header says target by its name alone."""
    return any(one.field == "target" and not one.weak for one in meanings(header))


def unread_headers(reading: Reading) -> list[str]:
    """The headers of columns that nothing was taken from."""
    return [reading.columns.names[at] for at in unread_columns(reading)]


def unread_columns(reading: Reading) -> list[int]:
    """The columns with a header that nothing was taken from."""
    columns = reading.columns
    used = {*columns.fields.values(), *columns.roles.identifiers}
    used |= {column for found in columns.roles.others.values() for column in found}
    weights = set(columns.roles.others.get("weight", ()))
    return [at for at, name in enumerate(columns.names) if name and (at not in used or at in weights)]


def check_lines(reading: Reading, lines: Sequence[Line]) -> None:
    """Note as faults targets that some holdings lack, or that make no whole."""
    targets = [line.figures["target"] for line in lines if "target" in line.figures]
    if not targets:
        return
    if reading.by_class is not None:
        check_shares(reading, lines)
        return
    column = reading.columns.fields.get("target")
    if column is None and reading.faults:
        # The cells of the targets argument have their faults already.
        return
    for line in lines:
        # A cell that holds something has its fault already.
        if "target" not in line.figures and is_blank(reading.cell(line.row, column)):
            reading.fault(
                line.row, column or 0, f"{line.symbol} has no target while others have one; 0 is a target too"
            )
    if reading.faults:
        return
    try:
        check_targets(targets)
    except PlanError as error:
        # A target on a row that was left out, such as cash, is the likeliest reason.
        left_out = "; ".join(one.sentence.rstrip(".") for one in reading.left_out)
        sentence = f"{error} ({left_out})" if left_out else str(error)
        if column is None:
            reading.faults.append(sentence)
        else:
            head = lines[0].row if reading.columns.header is None else reading.columns.header
            reading.fault(head, column, sentence)
