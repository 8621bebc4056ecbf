"""A reason is the same whenever, however and in whatever order it is asked for."""

from __future__ import annotations

import pickle
from dataclasses import asdict, replace
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from portfolios import etfs, reasons

from pbal_xl import suggest_trades
from pbal_xl.core.late import Reasons
from pbal_xl.words import speaking

if TYPE_CHECKING:
    from pbal_xl.core.model import Strategy


@pytest.mark.parametrize("strategy", ["never-sell", "hard"])
def test_reasons_asked_for_late_are_the_same(strategy: Strategy) -> None:
    asked = suggest_trades(etfs(), 5000, strategy, bands="5/25")
    said = reasons(asked)
    assert all(said.values())
    # With few digits by then, in another language, after a journey, in a copy, one at a time and backwards.
    with localcontext(Context(prec=3)):
        assert reasons(suggest_trades(etfs(), 5000, strategy, bands="5/25")) == said
    english = suggest_trades(etfs(), 5000, strategy, bands="5/25")
    with speaking("de"):
        assert reasons(english) == said
    late = suggest_trades(etfs(), 5000, strategy, bands="5/25")
    assert reasons(pickle.loads(pickle.dumps(late))) == said  # noqa: S301
    fresh = suggest_trades(etfs(), 5000, strategy, bands="5/25")
    assert [replace(order, fee=Decimal(1)).reason for order in fresh.orders] == list(said.values())
    assert [order.reason for order in reversed(suggest_trades(etfs(), 5000, strategy, bands="5/25").orders)] == [
        *reversed(said.values())
    ]
    assert suggest_trades(etfs(), 5000, strategy, bands="5/25") == asked
    assert asdict(fresh.orders[0])["reason"] == said[fresh.orders[0].symbol]


def test_an_order_has_no_other_name_that_comes_late() -> None:
    order = suggest_trades(etfs(), 5000).orders[0]
    with pytest.raises(AttributeError, match="Order has no attribute 'why'"):
        _ = order.why  # type: ignore[attr-defined]


def test_all_reasons_are_worked_out_once_and_only_where_one_is_asked_for() -> None:
    asked = []

    def tell() -> list[str]:
        asked.append(1)
        return ["lowest", "on target"]

    told = Reasons(tell)
    assert not asked
    assert [told[1], told[0], told[1]] == ["on target", "lowest", "on target"]
    assert len(asked) == 1
