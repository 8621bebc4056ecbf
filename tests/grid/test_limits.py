"""Lock, Most and Lot beside the holdings: read with their cells, never guessed, obeyed by every plan."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl import suggest_trades
from pbal_xl.errors import CellFaults, PlanError
from pbal_xl.functions import FUNCTIONS, call
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.holdings import read_holdings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Holding, Strategy

HEADER = ["Symbol", "Value", "Price", "Lock", "Max Weight", "Lot Size"]
BY_NAME = {function.name: function for function in FUNCTIONS}


def table(*rows: Sequence[Any]) -> tuple[Holding, ...]:
    return read_holdings([HEADER, *map(list, rows)], Origin()).holdings


def test_the_columns_are_read() -> None:
    one, two, three, four = table(
        ["A", 100, 10, "no buy", None, None],
        ["B", 100, 10, "No Sell", "25%", 100],
        ["C", 100, 10, "HOLD", 0.4, "fraction"],
        ["D", 100, 10, None, 30, "--"],
    )
    assert (one.lowest, one.highest, one.most, one.lot) == (None, 0, None, None)
    assert (two.lowest, two.highest, two.most, two.lot) == (0, None, Decimal("0.25"), 100)
    assert (three.lowest, three.highest, three.most, three.lot) == (0, 0, Decimal("0.4"), "fraction")
    assert (four.most, four.lot) == (Decimal("0.3"), None)


WRONG_LOCK = 'D2: Lock of A must be blank, "no buy", "no sell" or "hold", is '
WRONG_LOT = 'F2: Lot Size of A must be a whole number from 1 on, or "fraction", is '


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (
            ["A", 1, 1, "maybe", None, None],
            'D2: Lock of A must be blank, "no buy", "no sell" or "hold", is "maybe"',
        ),
        (["A", 1, 1, True, None, None], WRONG_LOCK + '"True"'),
        (["A", 1, 1, "#N/A", None, None], "D2: Lock of A is #N/A"),
        (["A", 1, 1, None, 130, None], 'E2: Max Weight of A must be a weight from 0 to 100 %, is "130"'),
        # Not 2.5 %.
        (["A", 1, 1, None, "250%", None], 'E2: Max Weight of A must be a weight from 0 to 100 %, is "250%"'),
        (["A", 1, 1, None, -0.1, None], 'E2: Max Weight of A must be a weight from 0 to 100 %, is "-0.1"'),
        (["A", 1, 1, None, "lots", None], 'E2: Max Weight of A "lots" is not a number'),
        (
            ["A", 1, 1, None, None, 1.5],
            'F2: Lot Size of A must be a whole number from 1 on, or "fraction", is "1.5"',
        ),
        (["A", 1, 1, None, None, 0], WRONG_LOT + '"0"'),
    ],
)
def test_what_cannot_be_used_is_named_with_its_cell(row: list[Any], fault: str) -> None:
    with pytest.raises(CellFaults) as caught:
        table(row, ["B", 1, 1, None, None, None])
    assert fault in caught.value.faults


def test_lots_of_one_symbol_may_not_say_different_things() -> None:
    with pytest.raises(CellFaults, match='is "30%" here and something else above'):
        table(["A", 1, 1, None, "20%", None], ["A", 1, 1, None, "30%", None])


def test_a_number_of_the_lot_beside_symbols_that_repeat_is_no_lot_size() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Lot", "Value", "Price"],
        ["A", 1, 100, 10],
        ["A", 2, 50, 10],
        ["B", 1, 100, 10],
    ]
    assert {one.symbol: one.lot for one in read_holdings(rows, Origin()).holdings} == {"A": None, "B": None}


LOCKS = st.sampled_from([None, "no buy", "no sell", "hold"])


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 60), LOCKS), min_size=2, max_size=8),
    st.integers(-2000, 6000),
    st.sampled_from(["never-sell", "hard"]),
    st.booleans(),
)
def test_no_plan_breaks_a_lock(
    rows: list[tuple[int, int, str | None]], cash: int, strategy: Strategy, whole: bool
) -> None:
    holdings = table(*([f"S{at}", value, price, lock, None, None] for at, (value, price, lock) in enumerate(rows)))
    try:
        plan = suggest_trades(holdings, cash, strategy, whole_shares=whole)
    except PlanError:
        assert cash < 0 or not any(value for value, _, _ in rows)
        return
    for order, (_, _, lock) in zip(plan.orders, rows, strict=True):
        assert not (lock in {"no buy", "hold"} and order.amount > 0)
        assert not (lock in {"no sell", "hold"} and order.amount < 0)
    assert plan.invested + plan.leftover == cash


def test_the_functions_obey_the_columns_too() -> None:
    grid: list[list[Any]] = [HEADER, ["A", 100, 10, "no buy", None, None], ["B", 500, 10, None, None, None]]
    answer = call(BY_NAME["PBAL_NEVERSELL"], grid, [[100]])
    assert [row[2] for row in answer[1:]] == [0, 100]


@pytest.mark.parametrize("header", ["Locked", "Do not sell", "Notes", "Sperre"])
@pytest.mark.parametrize("said", ["no sell", "No Buy", "do not sell", "nicht verkaufen"])
def test_a_lock_under_a_heading_that_is_not_read_is_never_lost_in_silence(header: str, said: str) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price", header], ["A", 100, 10, None], ["B", 100, 10, said]]
    with pytest.raises(CellFaults) as caught:
        read_holdings(rows, Origin())
    [fault] = caught.value.faults
    assert fault == (
        f'D3: "{header}" is not read, but says "{said}"; '
        'call that column Lock, and say "no buy", "no sell" or "hold" in it'
    )


@pytest.mark.parametrize("said", ["hold", "Hold", "sell soon", "buy"])
def test_an_analyst_s_opinion_is_no_lock(said: str) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price", "Rating"], ["A", 100, 10, said], ["B", 100, 10, None]]
    assert [one.lowest for one in read_holdings(rows, Origin()).holdings] == [None, None]
