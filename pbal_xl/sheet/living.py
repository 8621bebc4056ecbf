"""A trades sheet that lives: the plan as formulas over the user's own cells, for any spreadsheet program.

Change a value, a price, a target or the cash, and the orders follow, without this package. The stored values are
those of the plan, so that a viewer that calculates nothing shows the right figures.

Long because what one cell says needs to know where all the others stand.
"""

from __future__ import annotations

from decimal import Decimal
from math import fsum, hypot
from typing import TYPE_CHECKING

from pbal_xl.core.describe import money
from pbal_xl.core.model import Side
from pbal_xl.errors import PlanError
from pbal_xl.sheet.layout import Formula, Item, Layout, Shade, Span
from pbal_xl.sheet.lines import cut_at, wrapped
from pbal_xl.sheet.living_formulas import VISIBLE
from pbal_xl.sheet.living_map import FIRST_ROW, SheetMap
from pbal_xl.sheet.living_reasons import reasons
from pbal_xl.sheet.living_summary import Line, summary_lines, working_cells
from pbal_xl.sheet.living_values import work_out
from pbal_xl.sheet.living_words import worded, wording
from pbal_xl.sheet.living_working import working_columns
from pbal_xl.sheet.looks import Kind
from pbal_xl.sheet.orders_table import widths_of
from pbal_xl.sheet.trades import SHEET_NAME, chart_rows, made_lines, page_of, weights_chart
from pbal_xl.words import say, word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from pbal_xl.core.model import Order, Plan
    from pbal_xl.sheet.living_figures import Figures
    from pbal_xl.sheet.living_places import HoldingCells, SettingCells

__all__ = ["MOST_HOLDINGS", "living_layout"]

# Each column of sums looks at every holding in every row.
MOST_HOLDINGS = 500

_HEADINGS = (
    ("symbol", word("Symbol"), 14, Kind.TEXT, Kind.TOTAL_TEXT),
    ("action", word("Action"), 9, Kind.TEXT, Kind.TOTAL_TEXT),
    ("shares", word("Shares"), 13, Kind.PARTS, Kind.TOTAL_TEXT),
    ("price", word("Price"), 12, Kind.PRICE, Kind.TOTAL_TEXT),
    ("amount", word("Amount"), 14, Kind.MONEY, Kind.TOTAL_MONEY),
    ("value", word("Value before"), 15, Kind.MONEY, Kind.TOTAL_MONEY),
    ("after", word("Value after"), 15, Kind.MONEY, Kind.TOTAL_MONEY),
    ("weight_before", word("Weight before"), 14, Kind.PERCENT, Kind.TOTAL_PERCENT),
    ("weight_after", word("Weight after"), 13, Kind.PERCENT, Kind.TOTAL_PERCENT),
    ("target", word("Target"), 10, Kind.PERCENT, Kind.TOTAL_PERCENT),
    ("why", word("Why"), 40, Kind.REASON, Kind.TOTAL_TEXT),
)
_NAME = ("name", word("Name"), 24, Kind.REASON, Kind.TOTAL_TEXT)
_ACTIONS = {Side.BUY: word("Buy"), Side.SELL: word("Sell"), Side.HOLD: word("Hold")}
_SHADED = {Side.BUY: Kind.BUY, Side.SELL: Kind.SELL}
_WORKING_WIDTH, _NOTE_LINE, _CENT = 11.0, 150, 0.01
_FOLLOWS = word(
    "Change a value, a price, a target or the cash on your sheet: these orders are formulas and follow, in any "
    "spreadsheet program. When a holding is added or deleted there, this sheet says so and orders nothing until it "
    "is made anew."
)
_SEARCHED = word(
    "Whole shares are searched for among the holdings that matter most; the full search now and then finds a plan "
    "that is a little nearer{}."
)


def living_layout(  # noqa: PLR0913 - what a sheet is made of
    plan: Plan,
    holdings: Sequence[HoldingCells],
    settings: SettingCells,
    figures: Figures,
    *,
    source: str,
    made: dt.datetime,
    notices: Sequence[str] = (),
) -> Layout:
    """The trades sheet of a plan as formulas.

    Args:
        plan: the plan for the cells as they are; its figures are stored with the formulas.
        holdings: where each holding stands, in the order of the plan.
        settings: where the settings stand.
        figures: the same holdings and settings as the numbers that the formulas will see.
        source: where the holdings were read, such as "Portfolio!A2:D12".
        made: when, in local time.
        notices: what the reader noticed.

    Raises:
        PlanError: more holdings than formulas can take, or a rule they cannot express.
    """
    _check(plan)
    sheet = _Sheet(plan, holdings, settings, figures)
    items = [
        Item(1, 1, say("Suggested trades"), Kind.TITLE),
        *sheet.items(),
    ]
    below = sheet.end + 1
    chart = weights_chart(len(plan.orders), FIRST_ROW - 1, sheet.map.last, sheet.widths()[: sheet.why])
    if chart is not None:
        below = max(below, chart.anchor[0] + chart_rows(len(plan.orders)))
    remarks = [
        *sheet.remarks(),
        *(say("When this was written: {}", notice) for notice in (*plan.notices, *notices)),
    ]
    remarks.append(say("Suggestions only: nothing has been traded. Not investment advice."))
    remarks += made_lines(plan, source, made)
    lines = [line for remark in remarks for line in cut_at(remark, _NOTE_LINE)]
    items.extend(Item(below + place, 1, line, Kind.NOTE) for place, line in enumerate(lines))
    return Layout(
        name=SHEET_NAME,
        # The working stands beside what is shown, and programs refuse a file whose rows come twice.
        items=tuple(sorted(wrapped(items, sheet.widths()[: sheet.why]), key=lambda item: (item.row, item.column))),
        widths=sheet.widths(),
        freeze=(FIRST_ROW, 2),
        table=Span(FIRST_ROW - 1, 1, sheet.map.last, sheet.why),
        charts=() if chart is None else (chart,),
        page=page_of(len(plan.orders), FIRST_ROW - 1, items[-1].row, sheet.why),
        shades=sheet.shades(),
    )


def _check(plan: Plan) -> None:
    if len(plan.orders) > MOST_HOLDINGS:
        raise PlanError(
            f"formulas are written for up to {MOST_HOLDINGS} holdings, these are {len(plan.orders):,}; "
            "ask for values instead"
        )
    if plan.min_trade:
        raise PlanError("formulas cannot keep a minimum trade; leave it out, or ask for values instead")


class _Sheet:
    """The cells of one sheet in the making."""

    def __init__(
        self, plan: Plan, holdings: Sequence[HoldingCells], settings: SettingCells, figures: Figures
    ) -> None:
        self.plan, self.holdings, self.figures = plan, holdings, figures
        self.worked = work_out(figures)
        self.lumps = figures.increment is not None
        self.shares = bool(figures.price)
        self.whole = self.shares and bool(self.worked.cells["whole"])
        last = FIRST_ROW + len(holdings) - 1
        self.map = SheetMap(last)
        called = [_NAME] if any(cells.name for cells in holdings) else []
        # What is called by name says so beside its reason: the figures keep their columns.
        self.headings = (*_HEADINGS[:-1], *called, _HEADINGS[-1])
        self.why = len(self.headings)
        self.working = working_columns(plan, holdings, figures, self.worked)
        self.lines = summary_lines(plan, settings, figures, self.worked, lumps=self.lumps)
        self.scalars = working_cells(figures, self.worked, lumps=self.lumps)
        self._place_columns()
        self._place_cells()
        self.reasons = list(reasons(plan, figures, self.worked))
        self.end = last + 3 + len(self.lines)

    def _place_columns(self) -> None:
        self.map.columns = {name: at for at, (name, *_) in enumerate(self.headings, start=1)}
        # Behind the words and the figures of single cells.
        for at, column in enumerate(self.working, start=self.why + 5):
            self.map.columns[column.name] = at
            self.map.ends[column.name] = FIRST_ROW + len(column.cells) - 1

    def _place_cells(self) -> None:
        row, total = self.map.last + 3, self.map.last + 1
        self.map.cells = {line.name: (row + at, 3) for at, line in enumerate(self.lines) if line.name}
        self.map.cells |= {
            "invested": (total, self.map.columns["amount"]),
            "total_before": (total, self.map.columns["value"]),
        }
        self.map.cells |= {name: (FIRST_ROW + at, self.why + 3) for at, name in enumerate(self.scalars)}
        literals = {"one_target": f"$J${FIRST_ROW}", "sales_first": "0", "buys_first": "0"}
        literals |= {"selling_first": '""', "buying_first": '""'}
        if not self.figures.custom:
            literals["absolute"] = "FALSE"
        if not self.shares:
            literals["whole"] = "FALSE"
        self.map.literals = literals

    def items(self) -> Iterator[Item]:
        """Every cell: what is read, then the working beside it."""
        yield from self._shown()
        yield from self._work()

    def _shown(self) -> Iterator[Item]:
        """From the words on top down to the last line."""
        said = worded(self.plan, whole=self.whole)
        for row, (text, cached) in enumerate(zip(wording(), said, strict=True), start=2):
            yield Item(row, 1, Formula(self.map.fill(text), cached), Kind.SUMMARY)
        for at, (_, heading, _, kind, _) in enumerate(self.headings, start=1):
            left = {Kind.TEXT: Kind.HEADING, Kind.REASON: Kind.HEADING_INDENT}
            yield Item(FIRST_ROW - 1, at, say(heading), left.get(kind, Kind.HEADING_RIGHT))
        for place, (order, cells) in enumerate(zip(self.plan.orders, self.holdings, strict=True)):
            yield from self._visible(FIRST_ROW + place, order, cells)
        yield from self._totals(self.map.last + 1)
        for row, line in enumerate(self.lines, start=self.map.last + 3):
            label = say(line.label)
            yield Item(row, 1, Formula(self.map.fill(line.worded), label) if line.worded else label, Kind.LABEL)
            yield Item(row, 3, self._said(line), line.kind)

    def _visible(self, row: int, order: Order, cells: HoldingCells) -> Iterator[Item]:
        amount = "ROUND({spread},6)"
        if self.lumps:
            amount = "IF(AND({increment}>0,NOT({hard})),{lump},{spread})"
        count = "ROUND({amount}/{price},6)"
        if self.shares:
            amount = f"IF({{whole}},ROUND({{count}}*{{price}},6),IF({{wished}},-{{sold}},{amount}))"
            count = f"IF({{whole}},{{count}},{count})"
        target = "{given}/SUM({given_all})" if self.figures.custom else "1/COUNT({value_all})"
        formulas: dict[str, tuple[str, str | Decimal | None]] = {
            "symbol": (cells.symbol, order.symbol),
            "action": (VISIBLE["action"], say(_ACTIONS[order.side])),
            "shares": (f'IF({{figures}}="OK",{count},0)', order.shares),
            "price": (cells.price or "", order.price),
            "amount": (f'IF({{figures}}="OK",{amount},0)', order.amount),
            "value": (cells.value, order.value_before),
            "after": (VISIBLE["after"], order.value_after),
            "weight_before": (VISIBLE["weight_before"], order.weight_before),
            "weight_after": (VISIBLE["weight_after"], order.weight_after),
            "target": (target, order.target),
            "why": (VISIBLE["why"], self.reasons[row - FIRST_ROW]),
        }
        if cells.name is not None:
            formulas["name"] = (f'{cells.name}&""', order.name)
        if cells.price is None:
            del formulas["price"], formulas["shares"]
        for name, _, _, kind, _ in self.headings:
            look = Kind.SHARES if name == "shares" and self.whole else kind
            value: Formula | None = None
            if name in formulas:
                text, cached = formulas[name]
                value = Formula(self.map.fill(text, row), cached)
            yield Item(row, self.map.columns[name], value, look)

    def shades(self) -> tuple[Shade, ...]:
        """The colours of buys and sells, which follow the words."""
        column = self.map.columns["action"]
        cells = Span(FIRST_ROW, column, self.map.last, column)
        return tuple(Shade(cells, say(_ACTIONS[side]), kind) for side, kind in _SHADED.items())

    def _totals(self, row: int) -> Iterator[Item]:
        orders = self.plan.orders
        sums: dict[str, Decimal] = {
            "amount": self.plan.invested,
            "value": sum((order.value_before for order in orders), Decimal(0)),
            "after": sum((order.value_after for order in orders), Decimal(0)),
            "weight_before": sum((order.weight_before for order in orders), Decimal(0)),
            "weight_after": sum((order.weight_after for order in orders), Decimal(0)),
            "target": sum((order.target for order in orders), Decimal(0)),
        }
        for name, _, _, _, kind in self.headings:
            value: str | Formula | None = say("Total") if name == "symbol" else None
            if name in sums:
                value = Formula(self.map.fill(f"SUM({{{name}_all}})"), sums[name])
            yield Item(row, self.map.columns[name], value, kind)

    def _said(self, line: Line) -> str | Decimal | Formula | None:
        if line.formula is None:
            return line.cached
        return Formula(self.map.fill(line.formula), line.cached)

    def _work(self) -> Iterator[Item]:
        """The working: single cells first, then its columns."""
        yield Item(FIRST_ROW - 2, self.why + 2, say("Working: how the amounts come about"), Kind.WORKING)
        for row, (name, (text, cached)) in enumerate(self.scalars.items(), start=FIRST_ROW):
            yield Item(row, self.why + 2, name.replace("_", " "), Kind.WORKING)
            yield Item(row, self.why + 3, Formula(self.map.fill(text), cached), Kind.WORKING)
        for column in self.working:
            at = self.map.columns[column.name]
            yield Item(FIRST_ROW - 1, at, column.name.replace("_", " "), Kind.WORKING_HEADING)
            for row, (cell, value) in enumerate(zip(column.cells, column.values, strict=True), start=FIRST_ROW):
                filled = Formula(self.map.fill(cell, row), value) if isinstance(cell, str) else cell
                yield Item(row, at, filled, Kind.WORKING)

    def widths(self) -> tuple[float, ...]:
        """Of all columns, from A."""
        headings = [say(heading) for _, heading, *_ in self.headings]
        least = [float(width) for _, _, width, _, _ in self.headings]
        shown = [max(pair) for pair in zip(widths_of(self._kept(), headings), least, strict=True)]
        # Labels are shown whole: the first column is frozen.
        shown[0] = max(shown[0], max(len(say(line.label)) for line in self.lines) + 3.0)
        return (*shown, 3.0, _WORKING_WIDTH, 16.0, 3.0, *[_WORKING_WIDTH] * len(self.working))

    def _kept(self) -> list[Item]:
        """The cells that are shown whole: those of the table, and the figures below it."""
        below = self.map.last + 3
        return [item for item in self._shown() if item.row >= FIRST_ROW and (item.row < below or item.column > 1)]

    def remarks(self) -> list[str]:
        """What is worth knowing of a sheet of formulas."""
        said: list[str] = [say(_FOLLOWS)]
        if self.whole:
            said.append(say(_SEARCHED, self._nearer()))
        return said

    def _nearer(self) -> str:
        """By how much the plan that is stored is nearer than what the formulas come to."""
        planned = [float(order.amount) for order in self.plan.orders]
        nearer = self._distance(self.worked.columns["amount"]) - self._distance(planned)
        if nearer < _CENT / 2:
            return say(", today not")
        return say(
            ", today by {}: those orders stand here until the first change", money(Decimal(str(round(nearer, 2))))
        )

    def _distance(self, amounts: Sequence[float]) -> float:
        total = fsum(self.figures.value) + self.figures.cash
        rows = zip(self.figures.value, amounts, self.figures.target, strict=True)
        return hypot(*(value + amount - target * total for value, amount, target in rows))
