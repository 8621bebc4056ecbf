"""Every broker's export, whole: the right holdings, and a word on what is left out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import read_holdings

if TYPE_CHECKING:
    from pbal_xl.core.model import Holding

BROKERS = Path(__file__).parents[1] / "data" / "brokers"
VTI = ("VTI", "12345.60", "246.912", "1345.60")
BND = ("BND", "7210.00", "72.10", "-310.25")
_LOTS = "VTI stands in {}; its lots are added up."


def _without_gain(holding: tuple[str, str, str, str], symbol: str | None = None) -> tuple[str, str, str, None]:
    return (symbol or holding[0], *holding[1:3], None)


# Symbol, value, price, gain of each holding; then the notices.
EXPECTED: dict[str, tuple[list[tuple[str | None, ...]], list[str]]] = {
    "ib-flex-short": ([VTI, BND], []),
    "ib-flex-long": ([VTI, BND], []),
    "ib-activity": ([VTI, ("BND", "7210", "6.554545455", "-310.25")], []),
    "fidelity": (
        [VTI, BND],
        [
            "C2: SPAXX**, $2500.31, is cash and is left out.",
            "C6: Pending activity, -$150.00, is no holding and is left out.",
            _LOTS.format("C3, C5"),
        ],
    ),
    "fidelity-other": ([VTI, BND], ["B2: FDRXX**, $2,500.31, is cash and is left out."]),
    "schwab": (
        [VTI, _without_gain(BND)],
        ["A6: Cash & Cash Investments, $2,500.31, is cash and is left out."],
    ),
    "schwab-older": ([VTI, BND], ["A6: Cash & Cash Investments, $0.31, is cash and is left out."]),
    "vanguard": ([_without_gain(VTI), _without_gain(BND)], []),
    "etrade": ([VTI, BND], ["A15: CASH, 2500.31, is cash and is left out."]),
    "merrill": ([VTI, BND], []),
    "m1": ([VTI, BND], []),
    "degiro": (
        [_without_gain(VTI, "IE00B3RBWM25"), _without_gain(BND, "IE00B4WXJJ64")],
        ["A2: CASH & CASH FUND & FTX CASH (EUR), 2500,31, is cash and is left out."],
    ),
    "yahoo": ([_without_gain(VTI), _without_gain(BND)], [_LOTS.format("A2, A3")]),
    "portfolio-performance": ([VTI, BND], []),
    "portfolio-performance-german": ([VTI, BND], []),
    # Prices in pence, above the table the account and its cash, below it its sums.
    "hargreaves-lansdown": (
        [("VUAG", "10500", "105", "1500"), ("VAGP", "8400", "21", "-200")],
        [],
    ),
    "ing-germany": (
        [("IE00B4L5Y983", "12742.00", "127.42", "4505.20"), ("IE00BKM4GZ66", "5440.58", "36.15", "1211.53")],
        ["L6: Depot-Gesamtwert, 18.182,58, is the sum of rows above and is left out."],
    ),
    # No prices: value by quantity.
    "trading-212-pie": (
        [("VUSA", "1104.50", "82.35162541", "104.50"), ("VFEM", "489.10", "53.15726551", "-10.90")],
        [],
    ),
    # Rows one column shorter or longer than the headings.
    "fidelity-baskets": (
        [("VTI", "694.67", "273.17", "23.62"), ("VXUS", "753.38", "61.50", "-11.62")],
        [
            "D2: SPAXX**, $2069.43, is cash and is left out.",
            "D5: Pending activity, $120.00, is no holding and is left out.",
        ],
    ),
}
ENCODINGS = {
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16 LE with a mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 BE with a mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
    "Windows-1252": lambda text: text.replace("Vanguard", "Vangu\u00e4rd").encode("cp1252"),
    "Mac line ends": lambda text: text.replace("\n", "\r").encode(),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
}


def read(data: bytes) -> tuple[tuple[Holding, ...], list[str]]:
    block = find_holdings(read_csv(data), Origin(), headerless=True)
    table = read_holdings(block.rows, block.origin)
    # That targets are equal without a Target column is said for every export.
    told = [notice for notice in table.notices if not notice.startswith("Targets are equal")]
    assert len(told) == len(table.notices) - 1
    return table.holdings, [*told, *block.notices]


def as_figures(holdings: tuple[Holding, ...]) -> list[tuple[str, Decimal, Decimal, Decimal | None]]:
    return [(one.symbol, one.value, one.price, one.gain) for one in holdings]


def expected(broker: str) -> tuple[list[tuple[Any, ...]], list[str]]:
    holdings, notices = EXPECTED[broker]
    return [
        (symbol, *(None if figure is None else Decimal(figure) for figure in figures))
        for symbol, *figures in holdings
    ], notices


def test_there_is_an_expectation_for_every_export() -> None:
    assert {path.stem for path in BROKERS.glob("*.csv")} == set(EXPECTED)


@pytest.mark.parametrize("broker", EXPECTED)
def test_every_export_gives_its_holdings(broker: str) -> None:
    holdings, notices = read((BROKERS / f"{broker}.csv").read_bytes())
    assert (as_figures(holdings), notices) == expected(broker)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("broker", EXPECTED)
def test_the_encoding_does_not_change_the_holdings(broker: str, encoding: str) -> None:
    text = (BROKERS / f"{broker}.csv").read_text("utf-8")
    holdings, notices = read(ENCODINGS[encoding](text))
    assert (as_figures(holdings), notices) == expected(broker)


@pytest.mark.parametrize("broker", ["ib-flex-long", "ib-activity"])
def test_lots_below_a_summary_are_not_counted_again(broker: str) -> None:
    text = (BROKERS / f"{broker}.csv").read_text("utf-8")
    kept = [line for line in text.splitlines() if "Lot," not in line and '"LOT"' not in line]
    assert read("\n".join(kept).encode())[0] == read(text.encode())[0]


def test_lots_without_a_summary_are_added_up() -> None:
    text = (BROKERS / "ib-flex-long.csv").read_text("utf-8")
    kept = [line for line in text.splitlines() if not ("VTI" in line and '"SUMMARY"' in line) and "BND" not in line]
    holdings, _ = read("\n".join(kept).encode())
    assert as_figures(holdings) == [("VTI", Decimal("12345.60"), Decimal("246.912"), Decimal("1345.60"))]


def test_positions_in_several_currencies_are_refused() -> None:
    text = (BROKERS / "degiro.csv").read_text("utf-8").replace('"72,10",EUR', '"72,10",USD')
    assert [one.value for one in read(text.encode())[0]] == [Decimal("12345.60"), Decimal("7210.00")]
    without_home = "Product,Symbol/ISIN,Amount,Closing,Local value,,\nA,IE1,5,2,EUR,10,\nB,US2,5,2,USD,10,\n"
    with pytest.raises(CellFaults, match=r"several currencies \(EUR, USD\)"):
        read(without_home.encode())
    text = (BROKERS / "ib-activity.csv").read_text("utf-8").replace("Funds,USD", "Funds,CHF")
    with pytest.raises(CellFaults, match=r"several currencies \(CHF, USD\)"):
        read(text.encode())


def test_a_symbol_that_is_missing_in_an_export_is_a_fault_with_its_cell() -> None:
    text = (BROKERS / "vanguard.csv").read_text("utf-8").replace(",BND,100.0000", ",,100.0000")
    with pytest.raises(CellFaults, match=r"^C3: symbol is missing$"):
        read(text.encode())


RATED: list[list[Any]] = [["Symbol", "Quantity", "Price", "Value", "FX Rate"], ["A", 10, 100], ["B", 5, 40]]


@pytest.mark.parametrize("values", [(800, 160), (1250, 250)])
def test_a_column_of_rates_explains_values_that_are_over_it_or_times_it(values: tuple[int, int]) -> None:
    rows = [RATED[0], *[[*row, value, 1.25] for row, value in zip(RATED[1:], values, strict=True)]]
    table = read_holdings(rows, Origin())
    assert [(one.value, one.price) for one in table.holdings] == [
        (values[0], Decimal(values[0]) / 10),
        (values[1], Decimal(values[1]) / 5),
    ]


def test_a_column_of_rates_explains_no_other_values() -> None:
    rows = [RATED[0], [*RATED[1], 900, 1.25], [*RATED[2], 180, 1.25]]
    with pytest.raises(CellFaults, match=r"^D2: value is 0\.9 x quantity x price in every row"):
        read_holdings(rows, Origin())


def test_a_row_in_pence_beside_one_in_another_currency_makes_two() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Currency", "Quantity", "Price"],
        ["A", "GBX", 10, 150],
        ["B", "EUR", 20, 200],
    ]
    with pytest.raises(CellFaults, match=r"^D1: the prices are in several currencies \(EUR, GBP\)"):
        read_holdings(rows, Origin())


def test_values_in_several_currencies_are_refused_where_a_row_without_quantity_proves_nothing() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Currency", "Quantity", "Price", "Value"],
        ["A", "USD", 10, 10, 100],
        ["B", "EUR", None, 50, 300],
    ]
    with pytest.raises(CellFaults, match=r"^E1: the values are in several currencies \(EUR, USD\)"):
        read_holdings(rows, Origin())


def test_a_last_row_with_a_symbol_is_a_holding_though_another_cell_of_it_says_total() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Remark"],
        ["VTI", 100, None],
        ["BND", 50, None],
        ["TTE", 60, "Total"],
    ]
    block = find_holdings(rows, Origin())
    assert [row[0] for row in block.rows] == ["Symbol", "VTI", "BND", "TTE"]
