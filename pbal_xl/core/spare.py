"""What rounding leaves over buys what still lags, lowest first.

Trade units follow the exact plan. Where bounds, budgets or a choice of members keep that away from the targets, or
an odd position is closed, what rounding leaves of the cash may still bring a holding, or a class, nearer to its
target.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pbal_xl.core.bounds import bounds_of
from pbal_xl.core.level import ranks
from pbal_xl.core.prices import turnover_of
from pbal_xl.core.shares import keeps_to_exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.traded import Trades

__all__ = ["with_spare_cash"]


def with_spare_cash(
    book: Book, terms: Terms, trades: Trades, classes: Classes | None = None, max_turnover: int | None = None
) -> Trades:
    """The same trades, and purchases from the cash they leave: none of what sells, or was to, or of its class.

    Args:
        book: the portfolio.
        terms: what was asked for.
        trades: what rounding came to.
        classes: what the targets are given to, where not to holdings.
        max_turnover: most that all amounts come to; None for no limit.
    """
    spare = book.cash - sum(trades.amounts)
    if max_turnover is not None:
        spare = min(spare, max_turnover - turnover_of(trades.amounts))
    lumps = [book.trade_unit(k, terms) for k in range(len(book.values))]
    if spare < min(lumps):
        return trades
    amounts = _spent(book, terms, trades, lumps, _targets(book, classes), spare)
    if amounts == trades.amounts:
        return trades
    counts = trades.counts and [
        count if amount == before else amount // lump
        for count, amount, before, lump in zip(trades.counts, amounts, trades.amounts, lumps, strict=True)
    ]
    gap = trades.gap
    if gap is not None and keeps_to_exact(book, terms, trades.exact):
        # Measured by the exact plan they may be as much further off as they differ.
        gap += sum(amounts) - sum(trades.amounts)
    return replace(trades, counts=counts, amounts=amounts, gap=gap)


def _targets(book: Book, classes: Classes | None) -> list[tuple[list[int], int]]:
    """Places that share a target, each holding alone or those of a class, and the target."""
    if classes is None:
        return [([k], weight) for k, weight in enumerate(book.weights)]
    return list(zip(classes.members, classes.weights, strict=True))


def _spent(  # noqa: PLR0913 - the trades, and what they are to come nearer to
    book: Book,
    terms: Terms,
    trades: Trades,
    lumps: Sequence[int],
    targets: Sequence[tuple[Sequence[int], int]],
    spare: int,
) -> list[int]:
    """The amounts with what they leave over spent."""
    amounts, wanted = list(trades.amounts), trades.exact.numerators
    # Bounds of the trades may be narrower: what the exact plan leaves alone.
    highs, most = bounds_of(book, terms).highs, terms.most_orders
    free = len(amounts) if most is None else most - sum(map(bool, amounts))
    weight, total = sum([share for _, share in targets]), book.value + book.cash
    above = [sum([book.values[k] + amounts[k] for k in group]) * weight - w * total for group, w in targets]
    heights = ranks(above, [w or 1 for _, w in targets]) if terms.deviation == "relative" else above
    for place in sorted([g for g, height in enumerate(above) if height < 0], key=heights.__getitem__):
        group, short = targets[place][0], -above[place]
        if any(amounts[k] < 0 or wanted[k] < 0 for k in group):
            continue
        for k in sorted(group, key=lambda k: not amounts[k]):
            lump, high = lumps[k], highs[k]
            room = spare if high is None else min(spare, high - amounts[k])
            # As many as come nearest to the target, or fewer.
            nearest = (weight * lump + 2 * short) // (2 * weight * lump)
            more = min(room // lump, nearest) * lump
            if more > 0 and (amounts[k] or (free > 0 and more >= terms.smallest)):
                free -= not amounts[k]
                amounts[k] += more
                spare -= more
                short -= more * weight
    return amounts
