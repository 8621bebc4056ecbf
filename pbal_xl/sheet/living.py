"""A trades sheet that lives: the plan as formulas over the user's own cells, for any spreadsheet program.

Change a value, a price, a target or the cash, and the orders follow, without this package. The stored values are
those of the plan, so that a viewer that calculates nothing shows the right figures.
"""

from __future__ import annotations

from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.describe import money
from pbal_xl.core.model import Side
from pbal_xl.errors import PlanError
from pbal_xl.grid.cells import column_letters
from pbal_xl.sheet.layout import Formula, Item, Layout, Span
from pbal_xl.sheet.living_formulas import CENTS, LUMPS, SEARCH_STEPS, SHARES, VISIBLE, WORKING, search_formulas
from pbal_xl.sheet.living_map import FIRST_ROW, SheetMap
from pbal_xl.sheet.living_summary import Line, summary_lines, working_cells
from pbal_xl.sheet.living_values import NEVER, work_out
from pbal_xl.sheet.looks import Kind
from pbal_xl.sheet.trades import SHEET_NAME, made_lines, page_of, weights_chart
from pbal_xl.words import figure, retold, say, word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from pbal_xl.core.model import Order, Plan
    from pbal_xl.sheet.living_places import HoldingCells, SettingCells
    from pbal_xl.sheet.living_values import Figures

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
    ("why", word("Why"), 30, Kind.REASON, Kind.TOTAL_TEXT),
)
_SYMBOL, _WHY = 1, len(_HEADINGS)
_SPACE = _WHY + 1
_ACTIONS = {Side.BUY: word("Buy"), Side.SELL: word("Sell"), Side.HOLD: word("Hold")}
_WORKING_WIDTH = 11.0
_CENT = 0.01


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
        Item(2, 1, say("Change a value, a price, a target or the cash: the orders follow."), Kind.NOTE),
        *sheet.items(),
    ]
    below = sheet.end + 1
    chart = weights_chart(len(plan.orders), FIRST_ROW - 1, sheet.map.last, sheet.widths()[:_WHY])
    if chart is not None:
        below = max(below, chart.anchor[0] + 16)
    remarks = [*sheet.remarks(), *plan.notices, *notices]
    remarks.append(say("Suggestions only: nothing has been traded. Not investment advice."))
    remarks += made_lines(plan, source, made)
    items.extend(Item(below + place, 1, retold(remark), Kind.NOTE) for place, remark in enumerate(remarks))
    return Layout(
        name=SHEET_NAME,
        items=tuple(items),
        widths=sheet.widths(),
        freeze=(FIRST_ROW, 2),
        table=Span(FIRST_ROW - 1, 1, sheet.map.last, _WHY),
        charts=() if chart is None else (chart,),
        page=page_of(len(plan.orders), FIRST_ROW - 1, items[-1].row, _WHY),
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
        self.plan, self.holdings, self.settings, self.figures = plan, holdings, settings, figures
        self.worked = work_out(figures)
        self.lumps = figures.increment is not None
        self.shares = bool(figures.price)
        self.owned = self.shares and any(quantity is not None for quantity in figures.quantity)
        last = FIRST_ROW + len(holdings) - 1
        self.map = SheetMap(last, FIRST_ROW + SEARCH_STEPS - 1)
        self.formulas = self._formulas()
        self._place_columns()
        self.lines = summary_lines(plan, settings, figures, self.worked, lumps=self.lumps)
        self._place_cells()
        self.end = last + 3 + len(self.lines)

    def _formulas(self) -> dict[str, str]:
        """The working columns in their order."""
        formulas = dict(WORKING)
        if not self.figures.custom:
            formulas |= {"play": "{target}", "height": "{value}"}
        drifts = {name: formulas.pop(name) for name in ("drift_before", "drift_after")}
        formulas |= CENTS
        if self.lumps:
            formulas |= LUMPS
        if self.shares:
            formulas |= SHARES
            if not self.owned:
                formulas["held"] = "INT(ROUND({value}/{price},6))"
        return formulas | drifts

    def _place_columns(self) -> None:
        names = [name for name, *_ in _HEADINGS]
        self.map.columns = {name: at for at, name in enumerate(names, start=1)}
        working = ["given"] if self.figures.custom else []
        working += ["gain"] if self.lumps else []
        working += ["owned"] if self.owned else []
        working += ["place", "number", *self.formulas]
        self.map.columns |= {name: at for at, name in enumerate(working, start=_SPACE + 1)}
        self.working = working
        if self.lumps:
            first = _SPACE + 1 + len(working)
            self.map.steps = {name: first + at for at, name in enumerate(search_formulas(first=True))}

    def _place_cells(self) -> None:
        row = self.map.last + 3
        self.map.cells = {line.name: (row + at, 3) for at, line in enumerate(self.lines) if line.name}
        total = self.map.last + 1
        for name, column in (("invested", "amount"), ("total_before", "value")):
            self.map.cells[name] = (total, self.map.columns[column])
        self.scalars = working_cells(self.figures, self.worked, lumps=self.lumps)
        for at, name in enumerate(self.scalars):
            self.map.cells[name] = (row + at, _SPACE + 3)
        if not self.figures.custom:
            self.map.literals["absolute"] = "FALSE"
        if not self.shares:
            self.map.literals["whole"] = "FALSE"
        self.map.literals["one_target"] = f"$J${FIRST_ROW}"
        for name in ("from", "to") if self.lumps else ():
            letters = column_letters(self.map.steps[name])
            self.map.literals[f"{name}_end"] = f"${letters}${self.map.last_step}"

    def items(self) -> Iterator[Item]:
        """Every cell from the headings down to the last line."""
        for at, (_, heading, _, kind, _) in enumerate(_HEADINGS, start=1):
            left = {Kind.TEXT: Kind.HEADING, Kind.REASON: Kind.HEADING_INDENT}
            yield Item(FIRST_ROW - 1, at, say(heading), left.get(kind, Kind.HEADING_RIGHT))
        yield Item(2, _SPACE + 1, say("Working: how the amounts come about"), Kind.WORKING)
        for name, at in (self.map.columns | self.map.steps).items():
            if at > _SPACE:
                yield Item(FIRST_ROW - 1, at, name.replace("_", " "), Kind.WORKING_HEADING)
        for place, (order, cells) in enumerate(zip(self.plan.orders, self.holdings, strict=True)):
            yield from self._visible(FIRST_ROW + place, order, cells)
            yield from self._working(FIRST_ROW + place, place, cells)
        yield from self._totals(self.map.last + 1)
        yield from self._summary()
        yield from self._steps()

    def _visible(self, row: int, order: Order, cells: HoldingCells) -> Iterator[Item]:
        count = "{count}" if self.shares else "0"
        amount = "ROUND({spread},6)"
        if self.lumps:
            amount = "IF(AND({increment}>0,NOT({hard})),{lump},{spread})"
        if self.shares:
            amount = f"IF({{whole}},ROUND({{count}}*{{price}},6),{amount})"
        target = "{given}/SUM({given_all})" if self.figures.custom else "1/COUNT({value_all})"
        formulas: dict[str, tuple[str, str | Decimal | None]] = {
            "symbol": (cells.symbol, order.symbol),
            "action": (VISIBLE["action"], say(_ACTIONS[order.side])),
            "shares": (f"IF({{whole}},{count},ROUND({{amount}}/{{price}},6))", order.shares),
            "price": (cells.price or "", order.price),
            "amount": (amount, order.amount),
            "value": (cells.value, order.value_before),
            "after": (VISIBLE["after"], order.value_after),
            "weight_before": (VISIBLE["weight_before"], order.weight_before),
            "weight_after": (VISIBLE["weight_after"], order.weight_after),
            "target": (target, order.target),
            "why": (VISIBLE["why"], self._reason(order)),
        }
        if cells.price is None:
            del formulas["price"], formulas["shares"]
        whole = self.shares and bool(self.worked.cells["whole"])
        for name, _, _, kind, _ in _HEADINGS:
            look = Kind.SHARES if name == "shares" and whole else kind
            if name in formulas:
                text, cached = formulas[name]
                value: Formula | None = Formula(self.map.fill(text, row), cached)
            else:
                value = None
            yield Item(row, self.map.columns[name], value, look)

    def _reason(self, order: Order) -> str:
        """What the formula of the last column says."""
        weight, target = float(order.weight_before), float(order.target)
        if order.side is Side.BUY:
            return f"{figure(f'{round(100 * (1 - weight / target), 1):g}')}{say(' % below its target')}"
        if order.side is Side.SELL:
            if not target:
                return say("has target 0")
            return f"{figure(f'{round(100 * (weight / target - 1), 1):g}')}{say(' % above its target')}"
        if self.plan.cash < 0:
            return say("not above the level")
        return say("on its target") if self.plan.strategy == "hard" else say("not below the level")

    def _working(self, row: int, place: int, cells: HoldingCells) -> Iterator[Item]:
        own = {"given": cells.target, "gain": cells.gain, "owned": cells.quantity}
        fixed = {"place": self.figures.place[place], "number": place + 1}
        columns = self.worked.columns
        owned = [NEVER if quantity is None else quantity for quantity in self.figures.quantity]
        given = {"given": self.figures.given, "gain": self.figures.gain, "owned": owned}
        for name in self.working:
            value: Decimal | Formula
            if name in fixed:
                value = Decimal(fixed[name])
            elif name in own:
                text = own[name]
                cached = _decimal(given[name][place])
                value = cached if text is None else Formula(text, cached)
            else:
                text = self.map.fill(self.formulas[name], row)
                value = Formula(text, self._cached(columns, name, place))
            yield Item(row, self.map.columns[name], value, Kind.WORKING)

    def _cached(self, columns: Mapping[str, Sequence[float]], name: str, place: int) -> Decimal | None:
        order = self.plan.orders[place]
        if name == "drift_before":
            return abs(order.weight_before - order.target)
        if name == "drift_after":
            return abs(order.weight_after - order.target)
        return _decimal(columns[name][place])

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
        for name, _, _, _, kind in _HEADINGS:
            value: str | Formula | None = say("Total") if name == "symbol" else None
            if name in sums:
                value = Formula(self.map.fill(f"SUM({{{name}_all}})"), sums[name])
            yield Item(row, self.map.columns[name], value, kind)

    def _summary(self) -> Iterator[Item]:
        row = self.map.last + 3
        for at, line in enumerate(self.lines):
            yield Item(row + at, 1, say(line.label), Kind.LABEL)
            yield Item(row + at, 3, self._said(line), line.kind)
        for at, (name, (text, cached)) in enumerate(self.scalars.items()):
            yield Item(row + at, _SPACE + 1, name.replace("_", " "), Kind.WORKING)
            yield Item(row + at, _SPACE + 3, Formula(self.map.fill(text), cached), Kind.WORKING)

    def _said(self, line: Line) -> str | Decimal | Formula | None:
        if line.formula is None:
            return line.cached
        return Formula(self.map.fill(line.formula), line.cached)

    def _steps(self) -> Iterator[Item]:
        if not self.lumps:
            return
        for step in range(SEARCH_STEPS):
            row = FIRST_ROW + step
            for name, text in search_formulas(first=step == 0).items():
                cached = _decimal(self.worked.columns[name][step])
                yield Item(row, self.map.steps[name], Formula(self.map.fill(text, row), cached), Kind.WORKING)

    def widths(self) -> tuple[float, ...]:
        """Of all columns, from A."""
        working = len(self.working) + len(self.map.steps)
        return (*(float(width) for _, _, width, _, _ in _HEADINGS), 3.0, *[_WORKING_WIDTH] * working)

    def remarks(self) -> list[str]:
        """What is worth knowing of a sheet of formulas."""
        said: list[str] = [
            say("These orders are formulas: they follow the cells they read, in any spreadsheet program.")
        ]
        if not (self.shares and self.worked.cells["whole"]):
            return said
        amounts = self.worked.columns["amount"]
        planned = [float(order.amount) for order in self.plan.orders]
        if all(abs(amount - wish) < _CENT / 2 for amount, wish in zip(amounts, planned, strict=True)):
            return [
                *said,
                say("In whole shares they place what is left in one pass; today no search finds better."),
            ]
        ours = self._distance(planned)
        theirs = self._distance(amounts)
        nearer = money(Decimal(str(round(theirs - ours, 2))))
        better = say(
            "As written, these are the orders of the full search, {} nearer to the targets than what the "
            "formulas come to in one pass; from the first change on the formulas rule.",
            nearer,
        )
        return [*said, better]

    def _distance(self, amounts: Sequence[float]) -> float:
        total = sum(self.figures.value) + self.figures.cash
        rows = zip(self.figures.value, amounts, self.figures.target, strict=True)
        return sqrt(sum((value + amount - target * total) ** 2 for value, amount, target in rows))


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))
