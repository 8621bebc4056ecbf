"""Holdings from a DataFrame: what a sheet says, a frame says too."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl import Holding, holdings_from_frame, suggest_trades
from pbal_xl.errors import CellFaults, InputError

if TYPE_CHECKING:
    from pandas.api.typing import NaTType, NAType

pd = pytest.importorskip("pandas")

WANTED = [Holding("VTI", "100.5", "10", "-1"), Holding("BND", "200", "20")]


@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_columns_are_found_by_their_names(dtype: str | type[object]) -> None:
    frame = pd.DataFrame({"Last Price": [10, 20], "Ticker": ["VTI", "BND"], "Market Value": [100.5, 200]})
    frame["Gain"] = [-1, None]
    frame["Ticker"] = frame["Ticker"].astype(dtype)
    assert holdings_from_frame(frame) == WANTED


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_missing_values_of_any_kind_are_blanks(missing: float | NAType | NaTType | None) -> None:
    frame = pd.DataFrame({"Symbol": ["VTI", "BND"], "Value": [100.5, 200], "Price": [10, 20]})
    frame["Gain"] = pd.Series([-1, missing], dtype=object)
    assert holdings_from_frame(frame) == WANTED


def test_the_symbol_may_be_the_index() -> None:
    frame = pd.DataFrame({"Value": [1, 2]}, index=pd.Index(["A", "B"], name="Symbol"))
    assert [one.symbol for one in holdings_from_frame(frame)] == ["A", "B"]


def test_numbers_of_every_dtype_are_exact() -> None:
    for dtype in ("int64", "Int64", "float32", "float64", "Float64", object):
        frame = pd.DataFrame({"Symbol": ["A"], "Value": pd.Series([4], dtype=dtype)})
        assert holdings_from_frame(frame)[0].value == 4
    assert holdings_from_frame(pd.DataFrame({"Symbol": ["A"], "Value": [0.1]}))[0].value == Decimal("0.1")
    assert holdings_from_frame(pd.DataFrame({"Symbol": ["A"], "Value": [Decimal("0.1")]}))[0].value == Decimal(
        "0.1"
    )


def test_faults_name_the_cells_of_a_sheet_with_that_table() -> None:
    frame = pd.DataFrame({"Symbol": ["A", "B"], "Value": ["x", -1], "Price": [pd.Timestamp("2024-01-31"), 0]})
    with pytest.raises(CellFaults) as caught:
        holdings_from_frame(frame)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["B2", "C2", "B3", "C3"]


def test_an_empty_frame_is_a_fault() -> None:
    with pytest.raises(CellFaults):
        holdings_from_frame(pd.DataFrame())
    with pytest.raises(CellFaults, match="no holdings"):
        holdings_from_frame(pd.DataFrame({"Symbol": [], "Value": []}))


def test_the_decimal_sign_may_be_said() -> None:
    frame = pd.DataFrame({"Symbol": ["A"], "Value": ["1.234"]})
    assert holdings_from_frame(frame, decimal=",")[0].value == 1234
    with pytest.raises(CellFaults, match="two ways"):
        holdings_from_frame(frame)


def test_a_plan_goes_back_to_a_frame_with_its_decimals() -> None:
    frame = suggest_trades(WANTED, 50).to_frame()
    assert list(frame["symbol"]) == ["VTI", "BND"]
    assert set(frame["side"]) <= {"buy", "sell", "hold"}
    assert isinstance(frame["amount"][0], Decimal)


def test_pandas_is_imported_by_nothing_but_its_own_functions() -> None:
    code = "import sys, pbal_xl; pbal_xl.suggest_trades; assert 'pandas' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_index_of_texts_without_a_name_holds_the_symbols_where_no_column_does() -> None:
    frame = pd.DataFrame({"Value": [1, 2], "Price": [1, 1]}, index=["A", "B"])
    assert [(one.symbol, one.value) for one in holdings_from_frame(frame)] == [("A", 1), ("B", 2)]
    named = pd.DataFrame({"Ticker": ["X", "Y"], "Value": [1, 2]}, index=["A", "B"])
    assert [one.symbol for one in holdings_from_frame(named)] == ["X", "Y"]
    numbered = pd.DataFrame({"Value": [1, 2], "Price": [1, 1]}, index=[600519, 700])
    assert [one.symbol for one in holdings_from_frame(numbered)] == ["600519", "700"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"Value": [1, 2], "Price": [3, 4]}),
        pd.DataFrame([["A", 3], ["B", 4]]),
        pd.DataFrame({"Value": [1, 2]}, index=pd.Index(["A", "B"], name="foo")),
    ],
)
def test_a_frame_that_tells_no_symbols_is_refused_not_guessed_from(frame: Any) -> None:
    with pytest.raises(InputError, match="no column and no index of the frame tells the symbols; its columns are"):
        holdings_from_frame(frame)


def test_what_was_left_out_or_settled_is_warned_of() -> None:
    frame = pd.DataFrame(
        {"Symbol": ["A", "B", "CASH"], "Value": [1000, 50, 70], "Quantity": [10, 5, None], "Price": [50, 10, None]}
    )
    with pytest.warns(UserWarning, match="A4: CASH|D2: the price") as told:
        assert [one.symbol for one in holdings_from_frame(frame)] == ["A", "B"]
    assert [str(one.message) for one in told] == [
        "A4: CASH, 70, is cash and is left out.",
        "D2: the price is not value / quantity; value / quantity is used.",
    ]


def test_another_decimal_sign_is_refused() -> None:
    with pytest.raises(InputError, match="decimal must be"):
        holdings_from_frame(pd.DataFrame({"Symbol": ["A"], "Value": ["1;5"]}), decimal=";")


def test_a_column_of_classes_is_read_where_it_is_named() -> None:
    frame = pd.DataFrame(
        {"Symbol": ["VTI", "BND", "VTI"], "Value": [60, 40, 5], "Kind": ["Stocks", " Bonds ", "Stocks"]}
    )
    with pytest.warns(UserWarning, match="VTI stands in A2, A4; its lots are added up"):
        held = holdings_from_frame(frame, classes="Kind")
    assert [(one.symbol, one.value, one.asset_class) for one in held] == [
        ("VTI", 65, "Stocks"),
        ("BND", 40, "Bonds"),
    ]
    assert [one.asset_class for one in holdings_from_frame(frame.head(2))] == ["", ""]
    plan = suggest_trades(held, 95, targets={"Stocks": 50, "Bonds": 50})
    assert [order.value_after for order in plan.orders] == [100, 100]
    with pytest.raises(InputError, match="no column 'Class' for the classes; it has Symbol, Value, Kind"):
        holdings_from_frame(frame, classes="Class")
    frame.loc[2, "Kind"] = "Bonds"
    with (
        pytest.warns(UserWarning, match="lots"),
        pytest.raises(InputError, match="VTI is of two classes: Bonds and Stocks"),
    ):
        holdings_from_frame(frame, classes="Kind")


def test_a_frame_given_for_holdings_is_told_how_it_becomes_some() -> None:
    frame: Any = pd.DataFrame({"Symbol": ["VTI"], "Value": [100]})
    with pytest.raises(InputError, match="one is 'Symbol'; holdings_from_frame makes them of a DataFrame"):
        suggest_trades(frame, 10)


@pytest.mark.parametrize("given", [{"Symbol": ["A"], "Value": [1]}, [("A", 1)], None, "holdings.csv"])
def test_what_is_no_frame_is_refused_with_what_it_is(given: Any) -> None:
    with pytest.raises(InputError) as caught:
        holdings_from_frame(given)
    assert str(caught.value) == f"the frame must be a pandas DataFrame, is of type {type(given).__name__}"
