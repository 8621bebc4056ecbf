# ruff: noqa: FBT003 - an argument of a worksheet function has a place, no name
"""The cases every host must answer alike: cells in, cells out.

``answers.json`` holds the answers. It changes only by a deliberate act: ``python tests/contract/contract_cases.py``
writes what the core answers now, to be read before it is committed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from published_cases import ETFS as ETF_GAINS
from published_cases import PUBLISHED, Published

if TYPE_CHECKING:
    from collections.abc import Sequence

ANSWERS = Path(__file__).with_name("answers.json")
MISSING = None


@dataclass(frozen=True, slots=True)
class Range:
    """An argument that is a range of cells."""

    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A call: arguments are ranges, single values, or MISSING; ``differs`` says why a host may answer otherwise."""

    name: str
    function: str
    arguments: tuple[Any, ...]
    differs: dict[str, str]


HEADER = ("Symbol", "Value", "Price")
ETFS = (
    ("FTEC", 15000.0, 128.62),
    ("VAW", 10000.0, 180.51),
    ("VCR", 6798.48, 279.68),
    ("VDC", 8000.0, 192.75),
    ("VHT", 12000.43, 242.65),
    ("VIS", 9000.0, 203.87),
    ("VNQ", 9500.0, 83.1),
    ("VOX", 9500.14, 105.39),
    ("VPU", 13000.99, 140.63),
    ("VSMAX", 20100.44, 94.73),
)
DEMO = Range((HEADER, *ETFS))
PLAIN = Range(ETFS)
NEVERSELL, HARD, DRIFT, MINDEPOSIT = "PBAL_NEVERSELL", "PBAL_HARD", "PBAL_DRIFT", "PBAL_MINDEPOSIT"


def _block(*rows: tuple[Any, ...]) -> Range:
    width = max(map(len, rows))
    return Range(tuple(tuple(row) + (None,) * (width - len(row)) for row in rows))


def _case(name: str, function: str, *arguments: Any, **differs: Any) -> Case:
    return Case(name, function, arguments, differs)


def _locked(*locks: str | None) -> Range:
    holdings = (("A", 100.0, 10.0), ("B", 10.0, 5.0))
    return _block((*HEADER, "Lock"), *((*row, lock) for row, lock in zip(holdings, locks, strict=True)))


_TARGETS = Range(tuple((cell,) for cell in ("Target", 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05)))
_NO_TRUTH = "a truth value in a cell is the number 1 or 0 in Calc"
_ODD = _block(
    ("Name", "Ticker", "Last Price", "Qty", "Unrealized Gain ($)", "Notes"),
    ("First fund", "AAA", "$10.00", 100.0, "(12.50)", "x"),
    (None,),
    ("Second", "BBB", 25.5, "1,200.5", None, None),
    ("Core", "CCC**", 1.0, 400.0, None, None),
    ("First fund", "AAA", 10.0, 50.0, 4.0, None),
    ("Total", None, None, None, None, None),
)

_CLASSED = _block(
    ("Symbol", "Class", "Value", "Price", "Gain", "Target"),
    ("VTI", "Stocks", 5000.0, 200.0, 900.0, None),
    ("VXUS", "stocks", 2000.0, 60.0, -50.0, None),
    ("BND", "Bonds", 3000.0, 70.0, 10.0, None),
    ("Cash", "Cash", 640.0, None, None, None),
)
_CLASS_TARGETS = _block(("Class", "Target"), ("Stocks", 0.6), ("Bonds", 0.4))
_ABROAD = _block(
    ("Symbol", "Currency", "Quantity", "Price"),
    ("VTI", "USD", 25.0, 200.0),
    ("VUSA", "GBP", 30.0, 66.5),
    ("EXSA", "EUR", 40.0, 75.0),
)
_RATES = "rates=USD 1, GBP 1.27, EUR 1.08"
_THREE = _block(HEADER, ("A", 100.0, 10.0), ("B", 10.0, 5.0), ("C", 50.0, 2.0))
_EMPTY = _block(HEADER, ("A", 100.0, 10.0), ("B", 0.0, 5.0), ("C", 50.0, 2.0))
_HALVES = Range(((0.5,), (0.0,), (0.5,)))


def _published(one: Published) -> Case:
    """A row of the specification's tables as a formula: its settings are the text of ``options``."""
    hard = one.wishes.get("strategy") == "hard"
    said = "; ".join(f"{key}={wish}" for key, wish in one.wishes.items() if key not in {"strategy", "cash"})
    cash = float(one.wishes.get("cash", 0))
    between = (MISSING,) * (3 if hard else 4)
    return _case(one.name, HARD if hard else NEVERSELL, _block(*one.rows), cash, *between, said)


CASES = (
    _case("the article's example", NEVERSELL, DEMO, 5000.0),
    _case("without a header row", NEVERSELL, PLAIN, 5000.0),
    _case("to the cent", NEVERSELL, DEMO, 5000.0, MISSING, False),
    _case("in hundreds", NEVERSELL, DEMO, 5000.0, 100.0),
    _case("a withdrawal", NEVERSELL, DEMO, -5000.0),
    _case("custom targets", NEVERSELL, DEMO, 5000.0, MISSING, True, _TARGETS),
    _case("custom targets, absolute", NEVERSELL, DEMO, 5000.0, MISSING, False, _TARGETS, "absolute"),
    _case("cash as text", NEVERSELL, DEMO, "$5,000.00"),
    _case("headers in another order, lots, cash and total rows", NEVERSELL, _ODD, 1000.0),
    _case("hard", HARD, DEMO),
    _case("hard with cash", HARD, DEMO, 5000.0, MISSING, False),
    _case("drift", DRIFT, DEMO),
    _case("drift with targets", DRIFT, DEMO, _TARGETS),
    _case("smallest deposit", MINDEPOSIT, DEMO),
    _case(
        "smallest deposit, one holding is empty", MINDEPOSIT, _block(HEADER, ("A", 100.0, 10.0), ("B", 0.0, 5.0))
    ),
    _case(
        "smallest deposit, all holdings are empty", MINDEPOSIT, _block(HEADER, ("A", 0.0, 10.0), ("B", 0.0, 5.0))
    ),
    _case("smallest deposit of one holding", MINDEPOSIT, _block(HEADER, ("A", 100.0, 10.0))),
    _case("smallest deposit, custom targets", MINDEPOSIT, _THREE, Range(((0.6,), (0.3,), (0.1,)))),
    _case("smallest deposit, targets in a row", MINDEPOSIT, _THREE, Range(((0.6, 0.3, 0.1),))),
    _case("smallest deposit, targets in percent", MINDEPOSIT, _THREE, Range((("60%",), ("30%",), ("10%",)))),
    _case(
        "smallest deposit, a column of targets, up to the cent",
        MINDEPOSIT,
        _block(("Symbol", "Value", "Target"), ("A", 100.0, 0.7), ("B", 10.0, 0.3)),
    ),
    _case("smallest deposit, a target of zero that is empty", MINDEPOSIT, _EMPTY, _HALVES),
    _case("smallest deposit, a target of zero that is held", MINDEPOSIT, _THREE, _HALVES),
    _case("smallest deposit, headers in another order, lots, cash and total rows", MINDEPOSIT, _ODD),
    _case("smallest deposit, targets that do not sum to one", MINDEPOSIT, _THREE, Range(((0.6,), (0.3,), (0.2,)))),
    _case("smallest deposit, too few targets", MINDEPOSIT, _THREE, Range(((0.5,), (0.5,)))),
    _case("smallest deposit, a negative target", MINDEPOSIT, _THREE, Range(((1.2,), (-0.3,), (0.1,)))),
    _case("smallest deposit, a negative value", MINDEPOSIT, _block(HEADER, ("A", 100.0, 10.0), ("B", -9.0, 5.0))),
    _case("smallest deposit, text for a value", MINDEPOSIT, _block(HEADER, ("A", "many", 2.0), ("B", 1.0, 5.0))),
    _case("smallest deposit, currencies without rates", MINDEPOSIT, _ABROAD),
    _case("smallest deposit, a holding that lags may not be bought", MINDEPOSIT, _locked(None, "no buy")),
    _case("smallest deposit, the holding that leads may not be bought", MINDEPOSIT, _locked("no buy", "no sell")),
    _case("smallest deposit of blank cells", MINDEPOSIT, Range(((None, None), (None, None)))),
    _case("instalments", "PBAL_INSTALMENTS", DEMO, 500.0, 3.0),
    _case("instalments to the cent", "PBAL_INSTALMENTS", DEMO, -500.0, 2.0, _TARGETS, "whole_shares=no"),
    _case("no instalments", "PBAL_INSTALMENTS", DEMO, 500.0, 0.0),
    _case("a margin call", "PBAL_MARGIN", DEMO, 20000.0),
    _case("a margin call at 40 %", "PBAL_MARGIN", DEMO, 20000.0, 40.0),
    _case("a margin call that is due", "PBAL_MARGIN", DEMO, 112900.0, 30.0),
    _case("a negative loan", "PBAL_MARGIN", DEMO, -1.0),
    _case("a negative price", NEVERSELL, _block(HEADER, ("A", 100.0, -3.5), ("B", 100.0, 5.0)), 10.0),
    _case("an error among the cells", NEVERSELL, _block(HEADER, ("A", 100.0, "#N/A"), ("B", "#DIV/0!", 5.0)), 10.0),
    _case("text where a number belongs", NEVERSELL, _block(HEADER, ("A", "many", 2.0), ("B", 100.0, 5.0)), 10.0),
    _case("two columns claim the value", DRIFT, _block(("Symbol", "Value", "Worth"), ("A", 1.0, 2.0))),
    _case("a truth value", DRIFT, _block(HEADER, ("A", True, 2.0), ("B", 100.0, 5.0)), calc=_NO_TRUTH),
    _case("more than there is", NEVERSELL, DEMO, -1e9),
    _case("cash that is no number", NEVERSELL, DEMO, "much"),
    _case(
        "targets that do not sum to one",
        DRIFT,
        _block(HEADER, ("A", 1.0, 2.0), ("B", 1.0, 5.0)),
        Range(((0.5,), (0.6,))),
    ),
    _case("one cell", DRIFT, Range((("Symbol",),))),
    _case("one row", DRIFT, Range((("A", 100.0, 10.0),))),
    _case("blank cells only", DRIFT, Range(((None, None, None), (None, None, None)))),
    _case("blank rows around", DRIFT, _block((None,), HEADER, (None,), *ETFS[:3], (None,))),
    _case("targets of classes beside a table of them", NEVERSELL, _CLASSED, 1000.0, MISSING, False, _CLASS_TARGETS),
    _case(
        "targets of classes as a text, hard, under a gain budget",
        HARD,
        _CLASSED,
        MISSING,
        MISSING,
        False,
        MISSING,
        "targets=Stocks 60%, Bonds 40%; max_gain=0",
    ),
    _case(
        "a class without a target",
        NEVERSELL,
        _CLASSED,
        1000.0,
        MISSING,
        MISSING,
        MISSING,
        MISSING,
        "targets=Stocks 60%, Gold 40%",
    ),
    _case(
        "class targets that do not sum to one",
        HARD,
        _CLASSED,
        MISSING,
        MISSING,
        MISSING,
        _block(("Class", "Target"), ("Stocks", 0.6), ("Bonds", 0.5)),
    ),
    _case(
        "funds of several classes",
        NEVERSELL,
        _block(("Symbol", "Value"), ("A", 60.0), ("B", 20.0)),
        20.0,
        MISSING,
        MISSING,
        MISSING,
        MISSING,
        "targets=stocks 60, bonds 40; exposure=A: stocks 90%, bonds 10% / B: bonds 100%",
    ),
    _case("rates of currencies", NEVERSELL, _ABROAD, 1000.0, MISSING, MISSING, MISSING, MISSING, _RATES),
    _case("currencies without rates", NEVERSELL, _ABROAD, 1000.0),
    _case("all the cash of the table", NEVERSELL, _CLASSED, "all", MISSING, False),
    _case(
        "bands, few trades and a fee",
        HARD,
        DEMO,
        MISSING,
        MISSING,
        False,
        MISSING,
        "bands=5/25; band_to=edge; max_trades=4; fee=2.95",
    ),
    _case(
        "rules that clash",
        NEVERSELL,
        _CLASSED,
        -2500.0,
        MISSING,
        False,
        MISSING,
        MISSING,
        "max_gain=0; max_trades=1; keep=0",
    ),
    _case("an unknown deviation", NEVERSELL, DEMO, 1.0, MISSING, MISSING, MISSING, "sideways"),
    _case(
        "a gain budget that cannot be met",
        NEVERSELL,
        _block(*ETF_GAINS),
        -5000.0,
        MISSING,
        False,
        MISSING,
        MISSING,
        "max_gain=-3000",
    ),
    *map(_published, PUBLISHED),
)


def grid(argument: Any) -> list[list[Any]] | None:
    """The argument as a host hands it to the core."""
    if isinstance(argument, Range):
        return [list(row) for row in argument.rows]
    return None if argument is MISSING else [[argument]]


def same(answer: Sequence[Sequence[Any]], expected: Sequence[Sequence[Any]]) -> bool:
    """Whether two grids say the same: a blank is None or "", numbers to twelve digits."""
    if [len(row) for row in answer] != [len(row) for row in expected]:
        return False
    pairs = ((a, e) for row, wanted in zip(answer, expected, strict=True) for a, e in zip(row, wanted, strict=True))
    return all(_alike(a, e) for a, e in pairs)


def _alike(cell: float | str | None, wanted: float | str | None) -> bool:
    if isinstance(cell, (int, float)) and isinstance(wanted, (int, float)):
        return abs(cell - wanted) <= 1e-12 * max(1.0, abs(wanted))
    return (cell or None) == (wanted or None) if not isinstance(cell, float) else False


def answers() -> dict[str, list[list[Any]]]:
    return json.loads(ANSWERS.read_text(encoding="utf-8"))


def _write() -> None:
    from pbal_xl.functions import FUNCTIONS, call

    by_name = {function.name: function for function in FUNCTIONS}
    told = {case.name: call(by_name[case.function], *map(grid, case.arguments)) for case in CASES}
    lines = [f"  {json.dumps(name)}: [\n" + ",\n".join(f"    {json.dumps(row)}" for row in rows) + "\n  ]"
             for name, rows in told.items()]  # fmt: skip
    ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
