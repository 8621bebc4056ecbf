"""The lowest price at which a limit is kept: what is in excess falls as it rises, in nearly straight pieces."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.errors import PlanError

__all__ = ["lowest_price"]

Found = TypeVar("Found")

# Bits by which a price may rise at once before nothing changes any more.
_FARTHEST = 256
# Bits that the ends of a bracket may lie apart before straight lines are of use, and bits that a guess is good to.
_NEAR = 4
_GUESSED = 10
# Steps that may leave more than half of a bracket.
_PATIENT = 2


class _Bracket(Generic[Found]):
    """A price at which something is in excess, and a higher one at which nothing is, with its plan."""

    def __init__(self, plan_at: Callable[[int], Found], excess: Callable[[Found], float]) -> None:
        self.plan_at = plan_at
        self.excess = excess
        self.low = self.high = 0
        self.over = self.under = self.left = 0.0
        self.plan: Found

    def fits(self, price: int) -> bool:
        """Whether nothing is in excess at a price, which becomes one of the ends."""
        plan = self.plan_at(price)
        value = self.excess(plan)
        if value > 0:
            self.low, self.over = price, value
            return False
        self.high, self.under, self.left, self.plan = price, value, value, plan
        return True


def lowest_price(  # noqa: PLR0913 - what is limited, and how well it is sought
    plan_at: Callable[[int], Found],
    excess: Callable[[Found], float],
    refusal: Callable[[Found], PlanError],
    guess: int,
    bits_of: Callable[[], int],
    enough: float = 0.0,
) -> tuple[Found, int]:
    """The plan at the lowest price at which nothing is in excess, and that price, 1 where it is 0.

    The price is found to so many bits, which are asked for anew at every step. One at which at most ``enough`` is
    left of the limit is as good.
    """
    ends: _Bracket[Found] = _Bracket(plan_at, excess)
    price, bits = guess, 1
    if ends.fits(guess):
        price -= max(1, guess >> _GUESSED)
        while ends.fits(price):
            if not price:
                return ends.plan, 1
            price >>= bits
            bits *= 2
    else:
        price += max(1, guess >> _GUESSED)
        while not ends.fits(price):
            price <<= bits
            bits *= 2
            if bits > _FARTHEST:
                raise refusal(plan_at(ends.low))
    while ends.high > max(1, ends.low) << _NEAR:
        ends.fits(1 << (ends.low.bit_length() + ends.high.bit_length()) // 2)
    _narrow(ends, bits_of, enough)
    return ends.plan, ends.high


def _narrow(ends: _Bracket[Found], bits_of: Callable[[], int], enough: float) -> None:
    """Try where a straight line between the ends would meet 0 until they are all but one.

    An end that stays counts half (the Illinois algorithm); where that does not halve the bracket the middle is
    tried.
    """
    slow, fitted = 0, None
    while (width := ends.high - ends.low) > (near := max(1, ends.high >> bits_of())):
        if enough and ends.left >= -enough:
            break
        over, under = Fraction(ends.over), Fraction(ends.under)
        meets = ends.low + (width // 2 if slow >= _PATIENT else int(width * over / (over - under)))
        fits = ends.fits(min(max(meets, ends.low + near), ends.high - near))
        if fits is fitted:
            ends.over, ends.under = (ends.over / 2, ends.under) if fits else (ends.over, ends.under / 2)
        slow = slow + 1 if 2 * (ends.high - ends.low) > width and slow < _PATIENT else 0
        fitted = fits
