"""What is asked for beside the holdings, as exact numbers: every setting checked by type and range, by its name."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pbal_xl.core.bands import Bands, read_bands
from pbal_xl.core.book import check_settings_amount
from pbal_xl.core.money import plain, to_decimal
from pbal_xl.errors import InputError, PlanError

if TYPE_CHECKING:
    from pbal_xl.core.model import Deviation, Goal, Strategy
    from pbal_xl.core.money import Number

__all__ = ["Wishes", "amount_of", "count_of", "minor_unit_of", "percent_of", "wishes_of"]


_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Wishes:
    """The settings of ``suggest_trades``, by the same names; None where nothing was asked for."""

    cash: Decimal
    strategy: Strategy
    whole_shares: bool | None
    increment: Decimal | None
    min_trade: Decimal | None
    deviation: Deviation
    minor_unit: Decimal
    bands: Bands | None
    band_to: Goal
    max_trades: int | None
    max_turnover: Decimal | None
    fee: Decimal | None
    fee_percent: Decimal | None
    fee_limit: Decimal | None
    max_gain: Decimal | None
    keep: Decimal | None

    @property
    def fee_part(self) -> Fraction:
        """What is paid of each amount."""
        return Fraction(self.fee_percent) / 100 if self.fee_percent else _NOTHING

    @property
    def amounts(self) -> list[Decimal]:
        """Every amount of money among them."""
        found = (self.increment, self.min_trade, self.max_turnover, self.fee, self.max_gain, self.keep)
        return [amount for amount in found if amount]

    def smallest(self) -> Decimal:
        """The smallest order that is worth its fee.

        Raises:
            PlanError: no order is within the limit.
        """
        if self.fee_limit is None:
            return self.fee or Decimal(0)
        fee = Fraction(self.fee or 0)
        room = Fraction(self.fee_limit) / 100 - self.fee_part
        if room < 0 or (not room and fee):
            percent, each = plain(self.fee_percent or Decimal(0)), plain(self.fee or Decimal(0))
            limit = plain(self.fee_limit)
            raise PlanError(f"fee_percent {percent} and fee {each} leave no order within fee_limit {limit}")
        if not fee:
            return Decimal(0)
        # The part is rounded to the minor unit, up at worst by half of it.
        unit = Fraction(self.minor_unit)
        units = -(-(fee + (unit / 2 if self.fee_part else 0)) // (room * unit))
        return self.minor_unit * int(units)


def wishes_of(  # noqa: PLR0913 - every wish has its own name
    cash: Number,
    strategy: object,
    *,
    whole_shares: object,
    increment: Number | None,
    min_trade: Number | None,
    deviation: object,
    minor_unit: Number,
    bands: object,
    band_to: object,
    max_trades: object,
    max_turnover: Number | None,
    fee: Number | None,
    fee_percent: Number | None,
    fee_limit: Number | None,
    max_gain: Number | None,
    keep: Number | None,
) -> Wishes:
    """The settings, checked.

    Raises:
        InputError: names the setting and the figure.
    """
    if strategy not in {"never-sell", "hard"}:
        raise InputError(f'strategy must be "never-sell" or "hard", is {strategy!r}')
    if deviation not in {"relative", "absolute"}:
        raise InputError(f'deviation must be "relative" or "absolute", is {deviation!r}')
    if whole_shares is not None and not isinstance(whole_shares, bool):
        raise InputError(f"whole shares must be True, False or None, is {whole_shares!r}")
    unit = minor_unit_of(minor_unit)
    if band_to not in {"target", "edge", "halfway"}:
        raise InputError(f'band_to must be "target", "edge" or "halfway", is {band_to!r}')
    return Wishes(
        cash=to_decimal(cash, "cash"),
        strategy="hard" if strategy == "hard" else "never-sell",
        whole_shares=whole_shares,
        increment=amount_of(increment, "increment", unit),
        min_trade=amount_of(min_trade, "minimum trade", unit),
        deviation="absolute" if deviation == "absolute" else "relative",
        minor_unit=unit,
        # A cell may hold 3 as a number.
        bands=None if bands is None else read_bands("" if isinstance(bands, bool) else str(bands)),
        band_to="edge" if band_to == "edge" else "halfway" if band_to == "halfway" else "target",
        max_trades=count_of(max_trades, "max_trades"),
        max_turnover=_at_least_zero(max_turnover, "max_turnover"),
        fee=amount_of(fee, "fee", unit),
        # Nothing asked for is nothing told.
        fee_percent=percent_of(fee_percent, "fee_percent") or None,
        fee_limit=percent_of(fee_limit, "fee_limit"),
        max_gain=None if max_gain is None else to_decimal(max_gain, "max_gain"),
        keep=_at_least_zero(keep, "keep") or None,
    )


def amount_of(number: Number | None, what: str, unit: Decimal) -> Decimal | None:
    """An amount of the minor unit; None or 0 for none.

    Raises:
        InputError: negative, finer than the minor unit, or no number.
    """
    return None if number is None else check_settings_amount(to_decimal(number, what), what, unit)


def count_of(number: object, what: str) -> int | None:
    """A whole number from 0 on; None for none.

    Raises:
        InputError: anything else.
    """
    if number is None:
        return None
    decimal = to_decimal(number, what)  # type: ignore[arg-type]  # refused there when it is no number
    if decimal < 0 or decimal != int(decimal):
        raise InputError(f"{what} must be a whole number from 0 on, is {number}")
    return int(decimal)


def percent_of(number: Number | None, what: str) -> Decimal | None:
    """A percentage from 0 to below 100; None for none.

    Raises:
        InputError: anything else.
    """
    if number is None:
        return None
    percent = to_decimal(number, what)
    if not 0 <= percent < 100:  # noqa: PLR2004 - percent
        raise InputError(f"{what} must be from 0 to below 100 percent, is {number}")
    return percent


def _at_least_zero(number: Number | None, what: str) -> Decimal | None:
    if number is None:
        return None
    amount = to_decimal(number, what)
    if amount < 0:
        raise InputError(f"{what} must be at least 0, is {number}")
    return amount


def minor_unit_of(number: Number) -> Decimal:
    """The currency's smallest amount.

    Raises:
        InputError: not above 0.
    """
    unit = to_decimal(number, "minor unit")
    if unit <= 0:
        raise InputError(f"minor unit must be above 0, is {number}")
    return unit
