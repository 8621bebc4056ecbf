"""What sentences say that the program does, in a word that could be its opposite, is what it is seen to do."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from documents import DOCS, PAGES, prose
from openpyxl import load_workbook
from openpyxl.workbook.defined_name import DefinedName
from portfolios import etfs
from sheets import write

from pbal_xl import Holding, Plan, cli, suggest_trades
from pbal_xl.core.instalments import suggest_instalments
from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless.commands import read_file
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.sheet.living_shares import OPTIONS
from pbal_xl.sheet.log import LogLine, log_layout
from pbal_xl.suggest import language_for, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVERYTHING = " ".join(re.sub(r"[`*]", "", " ".join(prose(page).split())) for page in PAGES)
Words = tuple[str, ...]


def amounts(plan: Plan) -> dict[str, Decimal]:
    return {order.symbol: order.amount for order in plan.orders if order.amount}


def pair(cash: int, **more: object) -> dict[str, Decimal]:
    """What is traded of a laggard and a leader, to the cent."""
    holdings = [Holding("laggard", 1000, 10), Holding("leader", 3000, 10)]
    return amounts(suggest_trades(holdings, cash, whole_shares=False, **more))  # type: ignore[arg-type]


def csv(folder: Path, text: str) -> Path:
    path = folder / "holdings.csv"
    path.write_text(text, encoding="utf-8")
    return path


def sign_of_a_withdrawal(_: Path) -> Words:
    return ("minus" if suggest_trades(etfs(), -5000).invested < 0 else "plus",)


def never_sell(_: Path) -> Words:
    told: list[str] = []
    for cash in (500, -500):
        ((symbol, amount),) = pair(cash).items()
        told += ["buys" if amount > 0 else "sells", {"laggard": "lags", "leader": "leads"}[symbol]]
    return tuple(told)


def gain_that_is_sold(_: Path) -> Words:
    twins = [Holding("more", 1000, 10, gain=400), Holding("less", 1000, 10, gain=-100)]
    ((symbol, _amount),) = amounts(suggest_trades(twins, -10)).items()
    return ({"less": "least", "more": "most"}[symbol],)


def unwanted_is_sold(_: Path) -> Words:
    holdings = [Holding("unwanted", 100, 10, target=0), Holding("leader", 900, 10, target=1)]
    ((symbol, _amount),) = amounts(suggest_trades(holdings, -50)).items()
    return ("first" if symbol == "unwanted" else "last",)


def unwanted_goes(folder: Path) -> Words:
    return ({"first": "before", "last": "after"}[unwanted_is_sold(folder)[0]],)


def limit_of_fees(_: Path) -> Words:
    def traded(cash: int) -> bool:
        return bool(amounts(suggest_trades([Holding("A", 1000)], cash, fee=3, fee_limit=Decimal("0.5"))))

    # Of 3 the half of a percent is 600, and the half is 6.
    return ({(False, True): "half a percent", (True, True): "half"}[traded(590), traded(620)],)


def tolerance_of_targets(folder: Path) -> Words:
    def read(over: str) -> bool:
        path = csv(folder, f"Symbol,Value,Price,Target\nA,100,10,0.6\nB,100,10,{over}\n")
        try:
            plan_of(read_file(path, Where(), lambda _: None)[0], {})
        except PbalError:
            return False
        return True

    known = {(True, True): "a percent", (True, False): "a cent of a percent"}
    return (known[read("0.40009"), read("0.4005")],)


def same_symbol(folder: Path) -> Words:
    path = csv(folder, "Account,Symbol,Value,Price\nJoint,VTI,100,10\nIRA,VTI,200,10\nIRA,BND,50,5\n")
    found = {one.symbol: one.value for one in read_file(path, Where(), lambda _: None)[0].table.holdings}
    return ("added up" if found == {"VTI": 300, "BND": 50} else "kept apart",)


def first_found(folder: Path) -> Words:
    """Where a setting comes from that is said everywhere, then everywhere but at the first place, and so on."""
    path = write(folder / "named.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 10), ("B", 300, 10)])
    book = load_workbook(path)
    book.defined_names["pbal_cash"] = DefinedName("pbal_cash", attr_text="20")
    book.worksheets[0].defined_names["pbal_cash"] = DefinedName("pbal_cash", attr_text="30")
    book.save(path)
    names = {Decimal(10): "the command line", Decimal(30): "sheet", Decimal(20): "workbook", Decimal(0): "default"}

    def cash(*said: int) -> str:
        portfolio, _ = read_file(path, Where(), lambda _: None)
        return names[plan_of(portfolio, {"cash": Decimal(said[0])} if said else {}).cash]

    told = [cash(10), cash()]
    for left in (book.worksheets[0], book):
        del left.defined_names["pbal_cash"]
        book.save(path)
        told.append(cash())
    return tuple(told)


def first_line_with_a_chart(_: Path) -> Words:
    line = LogLine("2026-01-01", Decimal(1), Decimal(1), Decimal(0), Decimal(0), Decimal(0), "")
    least = next(count for count in range(1, 20) if log_layout([line] * count).charts)
    return (("first", "second", "third", "fourth", "fifth")[least - 1],)


def band_of_two(_: Path) -> Words:
    def rests(first: int, target: str) -> bool:
        holdings = [
            Holding("A", first, target=Decimal(target)),
            Holding("B", 1000 - first, target=1 - Decimal(target)),
        ]
        return not amounts(suggest_trades(holdings, 0, "hard", bands="5/25"))

    # 13 % of 10 % is off by 3 points, above 25 % of it and below 5 points.
    return ("larger" if rests(130, "0.1") else "smaller",)


def whole_shares_raise(_: Path) -> Words:
    return ("more" if -suggest_trades(etfs(), -5000).invested > 5000 else "less",)


def sheet_that_is_replaced(folder: Path) -> Words:
    path = write(folder / "own.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 10), ("B", 300, 10)])
    run = ["run", str(path), "--cash", "100", "--replace", "--quiet"]
    assert [cli.main(run), cli.main(run)] == [0, 0]
    untouched = len(load_workbook(path).sheetnames) == 2
    book = load_workbook(path)
    book["Trades"]["A1"] = "mine"
    book.save(path)
    assert cli.main(run) == 0
    return ({(True, 3): "nobody edited", (False, 2): "you edited"}[untouched, len(load_workbook(path).sheetnames)],)


def keep_is(_: Path) -> Words:
    return ("takes it off" if sum(pair(500, keep=100).values()) == 400 else "adds it to",)


def rate_tells(folder: Path) -> Words:
    path = csv(folder, "Symbol,Value,Price,Currency,Rate\nA,100,10,USD,1\nB,100,10,EUR,2\n")
    worth = {one.symbol: one.value for one in read_file(path, Where(), lambda _: None)[0].table.holdings}["B"]
    return ({200: "one of each is worth in yours", 50: "one of yours is worth in each"}[int(worth)],)


def columns_of_the_log(_: Path) -> Words:
    one = Decimal(1)
    layout = log_layout([LogLine("2026-01-02 12:00", one, one, one, one, one, "Buy 1 A.")])
    heads = [item.value for item in layout.items if item.row == layout.table.first_row]
    said = {"Invested": "what was invested", "Drift before": "drift before and after", "Orders": "the orders"}
    return (", ".join(said.get(str(head), str(head).lower()) for head in heads if head != "Drift after"),)


def seats_of_the_search(_: Path) -> Words:
    return ({6: "six"}[max(OPTIONS)],)


def more_than_there_is(_: Path) -> Words:
    with pytest.raises(PbalError) as caught:
        suggest_trades(etfs(), -10_000_000)
    held = sum(holding.value for holding in etfs())
    both = all(f"{figure:,.2f}" in str(caught.value).replace("-", "") for figure in (10_000_000, held))
    return ("refused, with both figures" if both else "refused",)


def sheets_beside_an_export(folder: Path) -> Words:
    path = csv(folder, "Symbol,Value,Price\nA,100,10\nB,100,20\n")
    assert cli.main(["run", str(path), "--cash", "50", "--quiet"]) == 0
    return ({2: "two"}[len(load_workbook(path.with_name("holdings-trades.xlsx")).sheetnames)],)


def accounts_added_up(folder: Path) -> Words:
    path = csv(folder, "Account,Symbol,Value,Price\nJoint,A,100,10\nIRA,A,50,10\nIRA,B,100,20\n")
    told = [one for one in read_file(path, Where(), lambda _: None)[0].notices if "2" in one and "3" in one]
    return ("a notice names the rows" if told else "nothing is said",)


def language_of_headings(folder: Path) -> Words:
    path = csv(folder, "Symbol,Wert,Kurs,Ziel\nA,100,10,60 %\nB,100,20,40 %\n")
    return ({"de": "most", "en": "fewest"}[language_for(read_file(path, Where(), lambda _: None)[0], {})],)


def bought_first(deviation: str) -> str:
    """Of a small holding that lacks half, and a large one that lacks a sixth, but more money."""
    parts = (("half", 10, "0.02"), ("money", 400, "0.48"), ("leader", 590, "0.5"))
    holdings = [Holding(symbol, value, target=Decimal(target)) for symbol, value, target in parts]
    return next(iter(amounts(suggest_trades(holdings, 5, deviation=deviation))))  # type: ignore[arg-type]


def relative_comes_first(_: Path) -> Words:
    return ({"half": "below", "leader": "above"}[bought_first("relative")],)


def absolute_comes_first(_: Path) -> Words:
    return ({"money": "below", "leader": "above"}[bought_first("absolute")],)


def sheets_more(folder: Path) -> Words:
    path = write(folder / "own.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 10), ("B", 300, 10)])
    before = len(load_workbook(path).sheetnames)
    assert cli.main(["run", str(path), "--cash", "100", "--quiet"]) == 0
    return ({1: "one sheet"}[len(load_workbook(path).sheetnames) - before],)


def instalments_end(_: Path) -> Words:
    parts = suggest_instalments(etfs(), "33.37", 3, whole_shares=False)
    once = suggest_trades(etfs(), "100.11", whole_shares=False)
    ends = {order.symbol: order.amount for order in once.orders if order.amount}
    met: dict[str, Decimal] = {}
    for part in parts:
        for symbol, amount in amounts(part).items():
            met[symbol] = met.get(symbol, Decimal(0)) + amount
    return ("cent" if met == ends else "",)


def files_of_a_report(folder: Path) -> Words:
    path = write(folder / "own.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 10), ("B", 300, 10)])
    run = ["run", str(path), "--cash", "50", "--quiet", "--report", str(folder / "quarter.csv")]
    assert cli.main(run) == 0
    beside = {one.name for one in folder.glob("quarter-*.csv")}
    return ("quarter-summary.csv" if "quarter-summary.csv" in beside else ", ".join(beside),)


def no_holdings(folder: Path) -> Words:
    rows = {"options": "TSLA 270115C00300000,2,5,10,OPT", "futures": "ESZ6,1,50,50,FUT", "shorts": "T,-5,5,-25,STK"}
    left = []
    for kind, row in rows.items():
        path = csv(folder, f"Symbol,Quantity,Price,Value,Asset Class\nA,10,1,10,STK\n{row}\nB,5,2,10,STK\n")
        try:
            read_file(path, Where(), lambda _: None)
        except PbalError:
            continue
        left.append(kind)
    return (" and ".join(left),)


def short_position(folder: Path) -> Words:
    return ("left out" if "shorts" in no_holdings(folder)[0] else "refused",)


# A sentence with the word that could be another in brackets, and what the program is seen to do, in that word.
SEEN: dict[str, Callable[[Path], Words]] = {
    r"withdrawal is a deposit with a (\w+) sign": sign_of_a_withdrawal,
    r"a deposit ([\w ]+) only what (\w+), a withdrawal ([\w ]+) only what (\w+)": never_sell,
    r"it sells first what realises the (\w+) gain": gain_that_is_sold,
    r"never bought, sold (\w+) when": unwanted_is_sold,
    r"with target 0 goes (\w+) all others": unwanted_goes,
    r"--fee-limit 0\.5 leaves out every order whose fees are more than (\w+(?: a percent)?) of it": limit_of_fees,
    r"sum to 100 % within (a (?:\w+ of a )?\w+)\.": tolerance_of_targets,
    r"same symbol in several accounts is (\w+ \w+)": same_symbol,
    r"First found wins: ([\w ]+), then a defined name of the (\w+), then one of the (\w+), then the (\w+)": (
        first_found
    ),
    r"from the (\w+) line on": first_line_with_a_chart,
    r"adds a line to the sheet Trades log: ([\w, ]+); from": columns_of_the_log,
    r"in formulas among the (\w+) holdings that matter": seats_of_the_search,
    r"More than the holdings are worth is ([\w, ]+)\.": more_than_there_is,
    r"with your holdings and the trades on (\w+) sheets": sheets_beside_an_export,
    r"accounts is added up, and ([\w ]+)\.": accounts_added_up,
    r"the language that knows (\w+) of the headings": language_of_headings,
    r"relative \(the default\): the holding that is furthest (\w+) its target in proportion": relative_comes_first,
    r"absolute: the one that is furthest (\w+) in money": absolute_comes_first,
    r"it has (\w+ \w+) more, Trades": sheets_more,
    r"to the (\w+) they end where one deposit of the sum": instalments_end,
    r"the other tables in files beside it \(([\w.-]+) \.\.\.\)": files_of_a_report,
    r"disclaimers, ([\w ]+) are no holdings": no_holdings,
    r"A short position is (\w+):": short_position,
    r"5 points or 25 % of its target, the (\w+)": band_of_two,
    r"Whole shares raise a little (\w+) than": whole_shares_raise,
    r"takes the place of one that (\w+ \w+) with --replace": sheet_that_is_replaced,
    r"--keep 1000 (\w+ it \w+) the deposit": keep_is,
    r"named pbal_rates, or --rates FILE\): what (one of \w+ is worth in \w+)": rate_tells,
}


@pytest.mark.parametrize("sentence", SEEN)
def test_what_is_said_of_the_program_is_seen(sentence: str, tmp_path: Path) -> None:
    told = [found if isinstance(found, tuple) else (found,) for found in re.findall(sentence, EVERYTHING)]
    assert told
    assert set(told) == {SEEN[sentence](tmp_path)}


def test_no_sentence_lets_a_deposit_sell_or_a_withdrawal_buy() -> None:
    assert not re.search(r"\bdeposit(?: \w+)? sells?\b|\bwithdrawal(?: \w+)? buys?\b", EVERYTHING)
    assert set(map(type, pair(500).values())) == {Decimal}
    assert min(pair(500).values()) > 0 > max(pair(-500).values())


def test_instalments_are_told_as_many_as_are_asked_for() -> None:
    page = (DOCS / "how-to" / "schedule.md").read_text("utf-8")
    (asked,) = re.findall(r"--cash (\d+) --instalments (\d+)", page)
    (told,) = re.findall(r"each of (\w+) deposits of (\d+)", " ".join(page.split()))
    words = {"ten": 10, "eleven": 11, "twelve": 12, "six": 6, "twenty-four": 24}
    assert (int(told[1]), words[told[0]]) == (int(asked[0]), int(asked[1]))
    assert len(suggest_instalments(etfs(), int(asked[0]), int(asked[1]))) == words[told[0]]


def test_a_file_that_an_option_writes_ends_as_what_is_in_it(tmp_path: Path) -> None:
    """The orders are text with commas, and so are those that are told of."""
    told = set(re.findall(r"--orders[ =](?:[\w/-]+)(\.\w+)", EVERYTHING))
    path = write(tmp_path / "own.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 10), ("B", 300, 10)])
    orders = tmp_path / "orders"
    assert cli.main(["run", str(path), "--cash", "100", "--orders", str(orders), "--quiet"]) == 0
    assert orders.read_text("utf-8").splitlines()[0].split(",")[0] == "Symbol"
    assert told == {".csv"}
