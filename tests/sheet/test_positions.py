"""Holdings as any host lays them out on a sheet."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pbal_xl import Holding
from pbal_xl.grid.cells import Grid, Origin
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.sheet.layout import Formula
from pbal_xl.sheet.looks import LOOKS, Kind
from pbal_xl.sheet.positions import ROW, address, columns_of, imported_items, position_rows

MONEY = st.decimals(min_value=1, max_value=10**7, places=2)


@st.composite
def portfolios(draw: st.DrawFn) -> list[Holding]:
    symbols = draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=5, unique=True))
    with_gain, with_target, percent = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    parts = [draw(st.integers(1, 9)) for _ in symbols]
    whole = Decimal(100 if percent else 1)
    targets = [(whole * part / sum(parts)).quantize(Decimal("1e-6")) for part in parts]
    targets[0] += whole - sum(targets)
    return [
        Holding(
            symbol,
            draw(MONEY),
            draw(MONEY),
            draw(MONEY) if with_gain else None,
            target if with_target else None,
        )
        for symbol, target in zip(symbols, targets, strict=True)
    ]


@given(portfolios())
def test_what_is_laid_out_is_read_again_as_the_same_holdings(holdings: list[Holding]) -> None:
    rows = position_rows(holdings)
    read = read_holdings(rows, Origin()).holdings
    assert [(one.symbol, one.value, one.price, one.gain) for one in read] == [
        (one.symbol, one.value, one.price, one.gain) for one in holdings
    ]
    whole = sum(one.target or 0 for one in holdings)
    assert [one.target for one in read] == [one.target and one.target / whole for one in holdings]


def test_targets_of_60_and_40_are_shown_as_60_and_40_percent() -> None:
    rows = position_rows([Holding("A", 1, target=60), Holding("B", 1, target=40)])
    assert rows == [
        ["Symbol", "Value", "Price", "Target"],
        ["A", 1, None, Decimal("0.6")],
        ["B", 1, None, Decimal("0.4")],
    ]
    assert columns_of([Holding("A", 1, target=60)])[-1].kind is Kind.PERCENT


def test_only_columns_that_say_something_are_laid_out() -> None:
    assert [one.heading for one in columns_of([Holding("A", 1)])] == ["Symbol", "Value", "Price"]
    full = [Holding("A", 8, 2, 3, 1, 4)]
    assert [one.heading for one in columns_of(full)] == ["Symbol", "Value", "Price", "Quantity", "Gain", "Target"]
    assert all(one.kind in LOOKS for one in columns_of(full))


def test_the_address_is_where_the_rows_go() -> None:
    assert address(position_rows([Holding("A", 1), Holding("B", 1)])) == "A2:C4"


TOLD = ("B (Value): value, by header", "A9: Cash, 5, is cash and is left out.")


@given(portfolios(), st.lists(st.sampled_from(TOLD)))
def test_how_an_export_was_read_below_its_holdings_is_read_as_none_of_them(
    holdings: list[Holding], told: list[str]
) -> None:
    items = imported_items(holdings, "A hint.", "positions.csv", told)
    rows: Grid = [[None] * max(item.column for item in items) for _ in range(max(item.row for item in items))]
    for item in items:
        assert not isinstance(item.value, Formula)
        rows[item.row - 1][item.column - 1] = item.value
    block = find_holdings(rows, Origin())
    assert block.address == address(position_rows(holdings))
    assert block.notices == ()
    assert [row[0] for row in rows[ROW + len(holdings) + 1 :]] == ["How positions.csv was read", *told]
