"""Tables put together at random from the vocabulary: read as they were put together, or refused; never otherwise.

And changes that say nothing new about the holdings: order of columns, unrelated columns, language, decimal sign,
signs of currency, a workbook instead of a CSV.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import Table, read_holdings
from pbal_xl.grid.vocabulary import data, meanings

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = ("en", "de", "fr", "nl", "es", "it", "pt", "sv", "nb", "da", "pl", "ja")
FIELDS = data()["fields"]
TOTALS = {language: data()["words"]["total"].get(language, ["Total"])[0] for language in LANGUAGES}
CASH = {language: data()["words"]["cash"].get(language, ["Cash"])[0] for language in LANGUAGES}
CODES = ["AAA", "VTI", "BND", "VXUS", "IWDA", "EUNL", "SPY", "QQQ", "GLD", "TLT"]
NOISE = {
    "Sector": ["Tech", "Energy", "Fund"],
    "Country": ["US", "DE"],
    "Notes": ["", "x", "buy more"],
    "Rating": ["A", "--", "5"],
    "Beta (5 years)": ["0.95", "1.10"],
    "Zusatz": ["ETF", "Aktie"],
}


@dataclass(frozen=True)
class Drawn:
    """A portfolio and the way it is written down."""

    language: str
    holdings: tuple[tuple[str, Decimal, Decimal], ...]  # symbol, shares, price
    targets: tuple[int, ...] | None
    columns: tuple[str, ...]
    names: dict[str, str]
    comma: bool = False
    sign: str = ""
    noise: tuple[str, ...] = ()
    blank_at: int | None = None
    total: bool = False
    cash: bool = False
    seed: int = 0


def name_of(rng: Random, field: str, language: str) -> str:
    """A header that means the field and no other, in the language where it has one."""
    known = FIELDS[field]["names"]
    listed = known.get(language) or known["en"]
    sure = [name for name in listed if [(one.field, one.weak) for one in meanings(name)][:1] == [(field, False)]]
    alone = [name for name in sure if len({one.field for one in meanings(name) if not one.weak}) == 1]
    return str(rng.choice(alone or known["en"][:3]))


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    rng = random.Random(draw(st.integers(0, 10**9)))
    language = rng.choice(LANGUAGES)
    symbols = rng.sample(CODES, rng.randint(2, 6))
    holdings = tuple(
        (symbol, Decimal(rng.randint(1, 900)), Decimal(rng.randint(150, 90_000)) / 100) for symbol in symbols
    )
    columns = ["ticker", *rng.choice([["value"], ["quantity", "price"], ["value", "price"],
                                      ["quantity", "price", "value"], ["quantity", "value"]])]  # fmt: skip
    targets = None
    if rng.random() < 0.5:
        columns.append("target")
        cuts = sorted(rng.sample(range(1, 100), len(symbols) - 1))
        targets = tuple(b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True))
    if rng.random() < 0.3:
        columns.append("cost_price")
    rng.shuffle(columns)
    return Drawn(
        language, holdings, targets, tuple(columns), {field: name_of(rng, field, language) for field in columns},
        comma=rng.random() < 0.4, sign=rng.choice(["", "", "$", "\u20ac", "\u00a3"]),
        noise=tuple(rng.sample(sorted(NOISE), rng.randint(0, 3))),
        blank_at=rng.choice([None, None, 1]), total=rng.random() < 0.4, cash=rng.random() < 0.4,
        seed=rng.randint(0, 10**9),
    )  # fmt: skip


def written(number: Decimal, portfolio: Drawn, *, money: bool = True) -> str:
    """A number as text, in the portfolio's way."""
    text = f"{number:,.2f}" if money else f"{number:f}"
    if portfolio.comma:
        text = text.replace(",", "\x00").replace(".", ",").replace("\x00", ".")
    return f"{portfolio.sign}{text}" if money and portfolio.sign else text


def cells_of(portfolio: Drawn, holding: tuple[str, Decimal, Decimal], target: int, rng: Random) -> list[str]:
    symbol, shares, price = holding
    figures = {
        "ticker": symbol,
        "quantity": written(shares, portfolio, money=False),
        "price": written(price, portfolio),
        "value": written(shares * price, portfolio),
        "cost_price": written(price * Decimal("0.8"), portfolio),
        "target": f"{target}%",
    }
    return [figures[field] for field in portfolio.columns] + [rng.choice(NOISE[name]) for name in portfolio.noise]


def table_of(portfolio: Drawn) -> list[list[str]]:
    """Header and rows as texts."""
    rng = random.Random(portfolio.seed)
    rows = [[*(portfolio.names[field] for field in portfolio.columns), *portfolio.noise]]
    targets = portfolio.targets or (0,) * len(portfolio.holdings)
    for place, (holding, target) in enumerate(zip(portfolio.holdings, targets, strict=True)):
        if place == portfolio.blank_at:
            rows.append([""] * len(rows[0]))
        rows.append(cells_of(portfolio, holding, target, rng))
    worth = sum((shares * price for _, shares, price in portfolio.holdings), Decimal(0))
    for wanted, label, amount in (
        (portfolio.cash, CASH[portfolio.language], Decimal("250.5")),
        (portfolio.total, TOTALS[portfolio.language], worth),
    ):
        if wanted:
            given = {"ticker": label, "value": written(amount, portfolio)}
            rows.append([given.get(field, "") for field in portfolio.columns] + [""] * len(portfolio.noise))
    return rows


def as_csv(portfolio: Drawn) -> bytes:
    separator = ";" if portfolio.comma else ","
    lines = [
        separator.join(f'"{cell}"' if separator in cell else cell for cell in row) for row in table_of(portfolio)
    ]
    return "\n".join(lines).encode()


def read(data_: bytes) -> Table:
    block = find_holdings(read_csv(data_), Origin(), headerless=True)
    return read_holdings(block.rows, block.origin)


def told(table: Table) -> dict[str, Any]:
    return {one.symbol: (one.value, one.target) for one in table.holdings}


def expected(portfolio: Drawn) -> dict[str, Any]:
    targets = portfolio.targets or (None,) * len(portfolio.holdings)
    return {
        symbol: (shares * price, None if target is None else Decimal(target) / 100)
        for (symbol, shares, price), target in zip(portfolio.holdings, targets, strict=True)
    }


LIMITS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(drawn())
@LIMITS
def test_a_table_is_read_as_it_was_put_together_or_refused(portfolio: Drawn) -> None:
    try:
        table = read(as_csv(portfolio))
    except CellFaults:
        return
    assert told(table) == expected(portfolio), as_csv(portfolio).decode()
    for (_, shares, price), holding in zip(portfolio.holdings, table.holdings, strict=True):
        if "price" in portfolio.columns or "quantity" in portfolio.columns:
            assert holding.price is not None
            assert abs(holding.price - price) * shares < Decimal("0.01")


def test_hardly_any_table_is_refused() -> None:
    refused = 0
    for seed in range(300):
        portfolio = example(seed)
        try:
            read(as_csv(portfolio))
        except CellFaults:
            refused += 1
    assert refused <= 30


def example(seed: int) -> Drawn:
    """A portfolio drawn by a number, the same every time."""
    rng = random.Random(seed)
    found = []

    @given(drawn())
    @settings(max_examples=1, database=None, derandomize=True, deadline=None)
    def take(portfolio: Drawn) -> None:
        found.append(portfolio)

    take()
    language = rng.choice(LANGUAGES)
    columns = found[0].columns
    return replace(
        found[0],
        language=language,
        names={field: name_of(rng, field, language) for field in columns},
        comma=rng.random() < 0.5,
        seed=seed,
    )


SAME: dict[str, Callable[[Drawn, random.Random], Drawn]] = {
    "columns in another order": lambda one, rng: replace(
        one, columns=tuple(rng.sample(one.columns, len(one.columns)))
    ),
    "unrelated columns": lambda one, _: replace(one, noise=tuple(sorted(NOISE))),
    "the other decimal sign": lambda one, _: replace(one, comma=not one.comma),
    "a sign of currency": lambda one, _: replace(one, sign="" if one.sign else "\u20ac"),
    "a total": lambda one, _: replace(one, total=not one.total),
    "cash": lambda one, _: replace(one, cash=not one.cash),
}


@pytest.mark.parametrize("change", SAME)
@given(portfolio=drawn(), seed=st.integers(0, 1000))
@LIMITS
def test_what_says_nothing_of_the_holdings_does_not_change_them(change: str, portfolio: Drawn, seed: int) -> None:
    try:
        before = told(read(as_csv(portfolio)))
        after = told(read(as_csv(SAME[change](portfolio, random.Random(seed)))))
    except CellFaults:
        return
    assert after == before


@given(portfolio=drawn(), seed=st.integers(0, 1000))
@LIMITS
def test_another_language_does_not_change_the_holdings(portfolio: Drawn, seed: int) -> None:
    rng = random.Random(seed)
    language = rng.choice(LANGUAGES)
    other = replace(
        portfolio, language=language, names={field: name_of(rng, field, language) for field in portfolio.columns}
    )
    try:
        before, after = told(read(as_csv(portfolio))), told(read(as_csv(other)))
    except CellFaults:
        return
    assert after == before


@given(portfolio=drawn())
@settings(parent=LIMITS, max_examples=25)
def test_a_workbook_reads_like_a_csv(portfolio: Drawn, tmp_path_factory: pytest.TempPathFactory) -> None:
    from pbal_xl.hosts.headless.reading import Where, read_workbook
    from pbal_xl.ooxml.source import open_source

    try:
        before = told(read(as_csv(portfolio)))
    except CellFaults:
        return
    book = Workbook()
    for row in table_of(portfolio):
        book.active.append([cell or None for cell in row])
    path = tmp_path_factory.mktemp("book") / "portfolio.xlsx"
    book.save(path)
    opened = open_source(path)
    with opened.package:
        assert told(read_workbook(path, Where(), opened).table) == before
