"""One currency for all figures, or a refusal that names those there are; and a price that fits value and quantity.

What currency a figure is in is told by its header, a sign or code in its cell, or a column of codes. A value in a
named or home currency goes before one in each row's own. Where value / quantity and the price column disagree, the
price is in another currency or unit, and value / quantity is what a share costs here.

Long because header, sign, code and column of codes answer one question, and each may overrule another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.core.agreement import agree, factor_of, is_near, suspect_factor
from pbal_xl.core.money import EXACT, plain
from pbal_xl.errors import CellFaults
from pbal_xl.grid.called import is_number, name_in
from pbal_xl.grid.numbers import loose_number
from pbal_xl.grid.reading import Foreign
from pbal_xl.grid.rows import is_bond, is_fund_of_bonds
from pbal_xl.grid.vocabulary import currencies, label, minor_units
from pbal_xl.setting_tables import parsed
from pbal_xl.words import first_of, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.grid.reading import Line, Reading

__all__ = ["in_one_currency"]

_SIGNS = {
    "\u20ac": "EUR", "\u00a3": "GBP", "\u20b9": "INR", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD",
    "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "R$": "BRL", "\u20a9": "KRW",
    "\u20ba": "TRY", "\u20aa": "ILS", "\u20bd": "RUB", "\u20b4": "UAH", "\u0e3f": "THB", "FR": "CHF",
    "FR.": "CHF", "SFR": "CHF", "SFR.": "CHF", "RS": "INR", "RS.": "INR", "Z\u0141": "PLN", "K\u010c": "CZK",
    "FT": "HUF",
}  # fmt: skip
# Signs that several currencies share.
_SHARED = {
    "$": {"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP"},
    "\u00a5": {"JPY", "CNY", "CNH"},
    "KR": {"SEK", "NOK", "DKK", "ISK"},
}
# Columns of codes, the surest first.
_CODED = ("currency", "price_currency", "value_currency")
_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")
_ONE = Decimal(1)
_SHOWN = 3


@dataclass(slots=True)
class _Money:
    """What the sheet says of the currencies of one line."""

    line: Line
    value: str = ""
    price: str = ""
    code: str = ""
    rate: Decimal | None = None

    @property
    def usable(self) -> Decimal | None:
        """Its rate; None without one that can be one."""
        return self.rate if self.rate and self.rate > 0 else None


@dataclass(slots=True)
class _Sheet:
    """What it says of them in general."""

    value_tag: str = ""
    home: bool = False
    has_value: bool = False
    lines: list[_Money] = field(default_factory=list)
    cash: list[_Money] = field(default_factory=list)


def in_one_currency(reading: Reading) -> None:
    """Bring the figures of all lines into one currency, and their prices in line with value / quantity.

    Raises:
        CellFaults: several currencies without rates, or figures that fit each other by no factor the sheet tells.
    """
    sheet = _gather(reading)
    _out_of_hundredths(reading, sheet)
    mixed = _mixed(sheet)
    if mixed and not _is_converted(sheet):
        if not _convert(reading, sheet, mixed) and not _convert_by_table(reading, sheet):
            raise CellFaults(_lacking_rates(reading, sheet) or [_several(reading, sheet, mixed)])
    elif reading.beside.said("rates") and any(told.value or told.code for told in sheet.lines):
        _convert_by_table(reading, sheet)
    else:
        _doubt_cash(sheet)
    _fit_prices(reading, sheet)


def _canonical(mark: str) -> str:
    if not mark:
        return ""
    upper = mark.strip().upper()
    return _SIGNS.get(mark.strip(), _SIGNS.get(upper, upper))


def _gather(reading: Reading) -> _Sheet:
    roles = reading.columns.roles
    value, price = roles.value_name, roles.price_name
    sheet = _Sheet(
        value_tag=_canonical(value.currency) if value is not None else "",
        home=value is not None and (bool(value.currency) or value.scope == "home"),
        has_value="value" in reading.columns.fields,
    )
    price_tag = _canonical(price.currency) if price is not None else ""
    coded = _coded_columns(reading)
    every = [column for columns in coded.values() for column in columns]
    rates = roles.others.get("rate")
    for line in (*reading.lines, *reading.cash):
        code = _code(reading, line, every) if coded else ""
        told = _Money(line, code=code)
        own = line.marks
        told.value = _canonical(own.get("value", "")) or sheet.value_tag
        told.price = _canonical(own.get("price", "")) or price_tag
        if coded:
            told.value = told.value or _code(reading, line, coded["value_currency"])
            told.price = told.price or _code(reading, line, coded["price_currency"]) or code
        if rates:
            told.rate = loose_number(reading.cell(line.row, rates[0]), reading.sign)
        (sheet.lines if len(sheet.lines) < len(reading.lines) else sheet.cash).append(told)
    return sheet


def _coded_columns(reading: Reading) -> dict[str, list[int]]:
    """The columns of codes by field, the nearest right of the figure first; nothing without any."""
    others, fields = reading.columns.roles.others, reading.columns.fields
    if others.keys().isdisjoint(_CODED):
        return {}
    found: dict[str, list[int]] = {}
    for name in _CODED:
        at = fields.get("price" if name == "price_currency" else "value", -1)
        found[name] = sorted(others.get(name, ()), key=lambda one: (one < at, one))
    return found


def _code(reading: Reading, line: Line, columns: Sequence[int]) -> str:
    """The code in the first of these columns that has one."""
    for column in columns:
        cell = reading.cell(line.row, column)
        if isinstance(cell, str) and (code := _code_in(cell.strip())):
            return code
    return ""


@lru_cache(maxsize=1024)
def _code_in(text: str) -> str:
    """The code of a currency or of its hundredth that a cell is."""
    upper = text.upper()
    if text in minor_units() or upper in minor_units():
        return text if text in minor_units() else upper
    if upper in currencies():
        return upper
    return "GBX" if label(text) in {"pence", "p"} else ""


def _out_of_hundredths(reading: Reading, sheet: _Sheet) -> None:
    """Pence become pounds, where value and quantity x price tell in which the value is."""
    units = minor_units()
    for told in sheet.lines:
        if not (told.value or told.price or told.code):
            continue
        line = told.line
        mark = told.price if told.price in units else _upper_unit(told.price)
        valued = told.value or told.code
        valued = valued if valued in units else _upper_unit(valued)
        quantity, price, value = (line.figures.get(name) for name in ("quantity", "price", "value"))
        in_pence = bool(valued) and not sheet.home and value is not None and told.value != ""
        if valued and told.value == "" and value is not None and not sheet.home:
            in_pence = _value_in_hundredths(reading, line, quantity, price, value)
        if in_pence and value is not None:
            reading.converted = True
            line.figures["value"] = EXACT.divide(value, _HUNDRED)
            for name in ("gain", "cost"):
                if name in line.figures:
                    line.figures[name] = EXACT.divide(line.figures[name], _HUNDRED)
        if mark and price is not None:
            reading.converted = True
            line.figures["price"] = EXACT.divide(price, _HUNDRED)
        for name in ("value", "price", "code"):
            unit = getattr(told, name)
            unit = unit if unit in units else _upper_unit(unit)
            if unit:
                setattr(told, name, units[unit][0])


def _upper_unit(mark: str) -> str:
    return mark if mark in minor_units() else ""


def _value_in_hundredths(
    reading: Reading, line: Line, quantity: Decimal | None, price: Decimal | None, value: Decimal
) -> bool:
    if not value:
        return False
    if quantity and price:
        return agree(quantity, price, value)
    reading.fault(
        line.row,
        reading.columns.fields["value"],
        f"the row's currency is a hundredth (GBX, pence), and nothing tells whether the value {plain(value)} "
        "is too; add quantity and price, or name the currency in the header, as in Value GBP",
    )
    return False


def _mixed(sheet: _Sheet) -> set[str]:
    """The currencies of the figures that are added up, where there are several; else nothing."""
    found: set[str] = set()
    for told in sheet.lines:
        if "value" in told.line.figures:
            found.add(told.value or ("" if sheet.home else told.code or told.price))
            if sheet.value_tag:
                found.add(sheet.value_tag)
        else:
            found.add(told.price or told.code)
    found.discard("")
    for sign, codes in _SHARED.items():
        if sign in found and len(found & codes) == 1:
            found.discard(sign)
    return found if len(found) > 1 else set()


def _is_converted(sheet: _Sheet) -> bool:
    """Whether the values are in one currency after all: in all others value is not quantity x price.

    Only where no value says its own currency.
    """
    if not sheet.has_value or any(told.value for told in sheet.lines):
        return False
    fits: dict[str, set[bool]] = {}
    for told in sheet.lines:
        figures = told.line.figures
        quantity, price, value = (figures.get(name) for name in ("quantity", "price", "value"))
        if value == 0:
            continue
        if not (quantity and price and value):
            return False
        fits.setdefault(told.code or told.price, set()).add(agree(quantity, price, value))
    own = [code for code, fit in fits.items() if fit == {True}]
    others = [code for code, fit in fits.items() if fit == {False}]
    return len(own) == 1 and len(others) == len(fits) - 1


def _convert(reading: Reading, sheet: _Sheet, mixed: set[str]) -> bool:
    """Multiply by the rates of a rate column; whether there are rates for all."""
    if not all(told.usable for told in sheet.lines):
        return False
    reading.converted = True
    for told in (*sheet.lines, *sheet.cash):
        rate = told.usable
        if rate is None:
            told.line.figures.pop("value", None)
        else:
            _times(told, told.code or told.value or told.price, {"value": rate, "price": rate})
    place = reading.origin.name(reading.columns.header or 0, reading.columns.roles.others["rate"][0])
    listed = ", ".join(sorted(mixed))
    reading.notices.append(say("{}: figures in {} were converted by this column of rates.", place, listed))
    return True


def _lacking_rates(reading: Reading, sheet: _Sheet) -> list[str]:
    """The cells of a rate column that lack a rate which other rows have."""
    if not any(told.usable for told in sheet.lines):
        return []
    return [
        f"{reading.origin.name(told.line.row, reading.columns.roles.others['rate'][0])}: {told.line.symbol} has no "
        f"rate; give what one {told.code or told.price or told.value or 'unit'} is worth, 1 for your own currency"
        for told in sheet.lines
        if not told.usable
    ]


def _times(told: _Money, code: str, rates: Mapping[str, Decimal]) -> None:
    """Turn the figures of a line into the plan's currency, and remember the other."""
    figures = told.line.figures
    if rates["price"] != 1:
        told.line.foreign = Foreign(code, rates["price"], figures.get("price"))
    for name in ("value", "price", "gain", "cost"):
        if name in figures:
            figures[name] = EXACT.multiply(figures[name], rates["price" if name == "price" else "value"])
    told.value = told.price = told.code = ""


def _convert_by_table(reading: Reading, sheet: _Sheet) -> bool:
    """Multiply by the rates of a table beside the holdings; whether there is one.

    Raises:
        CellFaults: a currency that it has no rate for.
    """
    table = reading.beside.table("rates")
    if table is None:
        return False
    rates: dict[str, Decimal] = parsed("rates", table.text)
    where = f" ({table.place})" if table.place else ""
    used = {told.value or told.code or told.price for told in sheet.lines}
    used |= {told.price or told.code for told in sheet.lines if "price" in told.line.figures}
    lacking = sorted(code for code in used if code and code not in rates)
    if lacking:
        raise CellFaults(
            [f"{code} has no rate{where}; give what one of it is worth, 1 for your own" for code in lacking]
        )
    reading.converted = True
    for told in (*sheet.lines, *sheet.cash):
        value, price = told.value or told.code or told.price, told.price or told.code or told.value
        if told in sheet.cash and value and value not in rates:
            told.line.figures.pop("value", None)
            continue
        _times(told, price, {"value": rates.get(value, _ONE), "price": rates.get(price, _ONE)})
    listed = ", ".join(sorted(code for code in used if code and rates[code] != 1))
    if listed:
        reading.notices.append(say("Figures in {} were converted by the rates{}.", listed, where))
    return True


def _doubt_cash(sheet: _Sheet) -> None:
    """Cash in another currency than the holdings has no known worth."""
    codes = {told.value or told.code for told in sheet.lines}
    for told in sheet.cash:
        code = told.value or told.code
        if code and codes != {code}:
            told.line.figures.pop("value", None)


def _several(reading: Reading, sheet: _Sheet, mixed: set[str]) -> str:
    listed = ", ".join(sorted(_as_written(sheet, mixed)))
    name = "value" if "value" in reading.columns.fields else "price"
    cell = reading.origin.name(reading.columns.header or 0, reading.columns.fields[name])
    return (
        f"{cell}: the {name}s are in several currencies ({listed}); give them all in one, add a column with the "
        "value in your currency, such as Value in EUR, or a column FX Rate or a table with the headers "
        "Currency and Rate that tell what one of each is worth in yours"
    )


def _as_written(sheet: _Sheet, mixed: set[str]) -> set[str]:
    """The currencies as the cells have them: a sign where it was a sign."""
    marks = {mark for told in sheet.lines for mark in told.line.marks.values()}
    written = {_canonical(mark): mark for mark in marks}
    return {written.get(code, code) for code in mixed}


def _fit_prices(reading: Reading, sheet: _Sheet) -> None:
    """Where value and quantity are known and the price does not fit them, take value / quantity."""
    odd: list[tuple[_Money, Decimal]] = []
    compared = 0
    for told in sheet.lines:
        quantity, price, value = (told.line.figures.get(name) for name in ("quantity", "price", "value"))
        if price is not None and value is not None and quantity is None:
            _check_lone_price(reading, told, sheet)
        if value is None and quantity and price and _may_be_bond(reading, told.line, quantity):
            reading.fault(
                told.line.row,
                reading.columns.fields["price"],
                f"{told.line.symbol} is a bond, whose price may be in percent of par; add a column Value",
            )
        if not (quantity and price and value):
            continue
        compared += 1
        if not agree(quantity, price, value):
            odd.append((told, factor_of(quantity, price, value)))
    unexplained = [one for one in odd if not _explained(reading, *one, sheet)]
    _refuse_factors(reading, unexplained, compared)
    for told, _ in odd:
        _derive(told.line)
    if odd:
        cells = first_of([reading.name(told.line.row, "price") for told, _ in odd], _SHOWN)
        reading.notices.append(say("{}: the price is not value / quantity; value / quantity is used.", cells))


def _derive(line: Line) -> None:
    del line.figures["price"]
    line.derived = True


def _check_lone_price(reading: Reading, told: _Money, sheet: _Sheet) -> None:
    """A price in another currency than the value, and no quantity to work it out from."""
    valued = told.value or sheet.value_tag
    if told.price and valued and told.price != valued and told.price not in _SHARED.get(valued, {told.price}):
        return
    if told.price and valued and told.price != valued and valued not in _SHARED.get(told.price, set()):
        if told.price in _SHARED.get(valued, set()):
            return
        reading.fault(
            told.line.row,
            reading.columns.fields["price"],
            f"the price is in {told.price} and the value in {valued}; add a column Quantity, or prices in {valued}",
        )


def _explained(reading: Reading, told: _Money, factor: Decimal, sheet: _Sheet) -> bool:
    """Whether the sheet says why value is not quantity x price."""
    if sheet.home or (told.value and told.price and told.value != told.price):
        return True
    if any(is_near(factor, rate) for rate in (told.rate, 1 / told.rate if told.rate else None) if rate):
        return True
    if is_near(factor, _HUNDREDTH) and (
        is_bond(_kinds(reading, told.line), told.line.symbol) or told.price in minor_units()
    ):
        return True
    return bool(told.code) and len({one.code for one in sheet.lines}) > 1


def _may_be_bond(reading: Reading, line: Line, quantity: Decimal) -> bool:
    if not is_bond(_kinds(reading, line), line.symbol):
        return False
    name = name_in(reading, line) or ("" if is_number(line.symbol) else line.symbol)
    return not is_fund_of_bonds(name, quantity)


def _kinds(reading: Reading, line: Line) -> list[str]:
    cells = (reading.cell(line.row, column) for column in reading.columns.roles.others.get("kind", ()))
    return [label(cell) for cell in cells if isinstance(cell, str)]


def _refuse_factors(reading: Reading, odd: Sequence[tuple[_Money, Decimal]], compared: int) -> None:
    """A factor that is the same in every row, or that only a misread figure explains, is refused."""
    same = len(odd) > 1 and len(odd) == compared and all(is_near(factor, odd[0][1]) for _, factor in odd)
    for told, factor in odd:
        suspect = suspect_factor(factor)
        if suspect is None and not same:
            continue
        shown = plain(suspect if suspect is not None else factor.quantize(Decimal("0.0001")))
        where = "in every row" if same else "here"
        reading.fault(
            told.line.row,
            reading.columns.fields["value"],
            f"value is {shown} x quantity x price {where} (pence, percent of par, a multiplier, or another "
            "currency?); say so in the sheet with a column Currency, or correct the figures",
        )
        if same:
            return
