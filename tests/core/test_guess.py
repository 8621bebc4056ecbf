"""What many plans of one question may cost: work is counted in holdings, and a large portfolio is hurried."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from mixed import broken

from pbal_xl import Holding, PlanError, suggest_trades
from pbal_xl.core import prices
from pbal_xl.core.guess import Guess
from pbal_xl.core.lookthrough import Program

CLASSES = ("Stocks", "Bonds", "Gold")


def large(seed: int, size: int) -> list[Holding]:
    rng = random.Random(seed)
    return [
        Holding(
            f"S{k:04}",
            Decimal(rng.randint(0, 10**7)) / 100,
            Decimal(rng.randint(100, 50_000)) / 100,
            rng.randint(-1000, 3000),
        )
        for k in range(size)
    ]


def test_much_work_is_haste_and_the_next_question_knows_of_it() -> None:
    guess = Guess()
    guess.solved(39_970)
    assert (guess.haste, guess.spent, guess.bits()) == (False, False, 42)
    guess.moved(12)
    assert (guess.haste, guess.spent, guess.bits()) == (True, False, 16)
    guess.looked_through(1999)
    guess.moved(59 * 12)
    assert not guess.spent
    following = guess.next()
    assert (following.work, following.gains, guess.total) == (160_000, 1, 160_000)
    following.rounded(70)
    assert (following.spent, following.bits()) == (True, 10)
    assert guess.total == 161_500
    assert guess.next().work == 161_500


@pytest.mark.parametrize("cash", [0, 10**6, -(10**6)])
@pytest.mark.parametrize("whole", [True, False])
def test_budgets_and_fees_of_many_holdings_take_few_plans(cash: int, whole: bool, monkeypatch: Any) -> None:
    solved = [0]
    at = prices._at

    def counted(*problem: Any) -> Any:
        solved[0] += 1
        return at(*problem)

    monkeypatch.setattr(prices, "_at", counted)
    holdings = large(cash, 600)
    wishes: dict[str, Any] = {
        "strategy": "hard", "deviation": "relative", "whole_shares": whole, "max_gain": 20_000,
        "max_turnover": 4 * 10**6, "fee_percent": "0.25", "fee": 3, "min_trade": 100,
    }  # fmt: skip
    plan = suggest_trades(holdings, cash, **wishes)
    assert broken(holdings, Decimal(cash), wishes, plan) == []
    # 160,000 holdings looked at, and what the plan that was begun before still takes.
    assert 0 < solved[0] < 420
    # What was paid for is what was set aside, but for a few shares and a thousandth of the fees.
    assert plan.leftover <= 5 + plan.fees / 1000 + (500 if whole else 0)


def test_a_refusal_of_many_holdings_names_the_rules_that_clash() -> None:
    wishes: dict[str, Any] = {"max_gain": 10**6, "max_turnover": 10**5, "fee": 3, "fee_percent": "0.1"}
    clash = "Together these leave no plan: max_turnover 100,000.00 and whole shares$"
    with pytest.raises(PlanError, match=clash):
        suggest_trades(large(5, 300), -(10**5), strategy="hard", whole_shares=True, **wishes)


def test_many_funds_of_several_classes_take_a_bounded_number_of_moves(monkeypatch: Any) -> None:
    made = []
    of = Program.of.__func__  # type: ignore[attr-defined]

    def kept(cls: Any, *problem: Any) -> Any:
        made.append(of(cls, *problem))
        return made[-1]

    monkeypatch.setattr(Program, "of", classmethod(kept))
    rng = random.Random(9)
    holdings = [Holding(h.symbol, h.value, h.price, h.gain, asset_class="Stocks") for h in large(9, 400)]
    parts = [rng.choice([(100, 0, 0), (0, 100, 0), (0, 0, 100), (50, 30, 20), (20, 30, 50)]) for _ in holdings]
    exposure = {h.symbol: dict(zip(CLASSES, part, strict=True)) for h, part in zip(holdings, parts, strict=True)}
    targets = {"Stocks": "0.25", "Bonds": "0.5", "Gold": "0.25"}
    plan = suggest_trades(holdings, 0, strategy="hard", whole_shares=False, targets=targets, exposure=exposure)
    assert sum(program.moves for program in made) <= 10**6 / 400 / 3 + 40
    after: dict[str, Decimal] = {
        name: sum((order.value_after * exposure[order.symbol][name] for order in plan.orders), Decimal(0))
        for name in CLASSES
    }
    assert abs(after["Stocks"] - after["Gold"]) < 5
    assert abs(after["Bonds"] - 2 * after["Gold"]) < 5
    # No more orders than a seventh of the holdings: the smallest were dropped.
    assert 0 < sum(bool(order.amount) for order in plan.orders) <= 60
