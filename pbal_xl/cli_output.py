"""What a run says: an object for programs, a table for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from pbal_xl.core.describe import money
from pbal_xl.core.money import EXACT, HALF_UP, places
from pbal_xl.settings import SETTINGS, describe
from pbal_xl.sheet.summary import flow
from pbal_xl.words import figure, say, speaking, word

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.core.model import ClassWeight, Order, Plan
    from pbal_xl.errors import PbalError
    from pbal_xl.grid.blocks import Block
    from pbal_xl.hosts.headless.commands import Done
    from pbal_xl.setting import Setting, Value

__all__ = [
    "as_object",
    "as_text",
    "failure_object",
    "in_all",
    "opening",
    "plain",
    "printable",
    "refused_object",
    "written_object",
]

_HEADINGS = (
    word("Symbol"), word("Action"), word("Shares"), word("Price"),
    word("Amount"), word("Value after"), word("Weight"), word("Target"),
)  # fmt: skip

_CENT = Decimal("0.01")

Json: TypeAlias = "str | float | int | bool | list[Json] | dict[str, Json] | None"

_KEYS = (
    "file", "ok", "error", "code", "sheet", "range",
    *(setting.key for setting in SETTINGS if setting.of_plan and setting.told_always),
    "invested", "fees", "leftover", "gain", "level", "orders", "drift_before", "drift_after", "gap_bound",
    "notices", "trades_sheet", "output",
)  # fmt: skip


def failure_object(file: Path, error: PbalError) -> dict[str, Json]:
    """The object of a file that was refused; ``code`` names the reason."""
    return {**refused_object(file, error, _KEYS), "orders": [], "notices": []}


def refused_object(file: Path, error: PbalError, keys: Iterable[str]) -> dict[str, Json]:
    """What the object of every file that was refused has; nothing is known of its other ``keys``."""
    empty: dict[str, Json] = dict.fromkeys(keys)
    return {**empty, "file": str(file), "ok": False, "error": str(error), "code": error.code}


def opening(file: Path, block: Block) -> dict[str, Json]:
    """What the object of every file begins with whose holdings were read."""
    return {
        "file": str(file),
        "ok": True,
        "error": None,
        "code": None,
        "sheet": block.sheet or None,
        "range": block.address,
    }


def as_object(done: Done) -> dict[str, Json]:
    """The object of a file that was planned; money to the cent, ``invested + fees + leftover == cash``."""
    plan = done.plan
    fees = _cents(plan.fees)
    amounts = [_cents(order.amount) for order in plan.orders]
    invested = sum(amounts, Decimal(0))
    return {
        **opening(done.file, done.portfolio.block),
        **_settings_object(plan),
        "invested": float(invested),
        "fees": float(fees),
        # From what is told, so that the sum holds whatever the rounding.
        "leftover": float(_cents(plan.cash) - invested - fees),
        "gain": _money(plan.gain),
        "level": _money(plan.level),
        "orders": [_order_object(order) for order in plan.orders],
        **({"classes": [_class_object(one) for one in plan.classes]} if plan.classes else {}),
        "drift_before": float(plan.drift_before),
        "drift_after": float(plan.drift_after),
        "gap_bound": _money(plan.gap_bound),
        "notices": list(done.notices),
        **_written(done),
    }


def written_object(done: Done) -> dict[str, Json]:
    """Of the object of a file that was planned no more than what was written."""
    return {**opening(done.file, done.portfolio.block), **_written(done)}


def _written(done: Done) -> dict[str, Json]:
    return {"trades_sheet": done.trades_sheet, "output": None if done.output is None else str(done.output)}


def _settings_object(plan: Plan) -> dict[str, Json]:
    """The settings of a plan; those of tables only where they were given."""
    values = {setting.key: (setting, getattr(plan, setting.key)) for setting in SETTINGS if setting.of_plan}
    return {
        key: _said(setting, value)
        for key, (setting, value) in values.items()
        if setting.told_always or value is not None
    }


def _said(setting: Setting, value: Value | Mapping[str, Any] | None) -> Json:
    """A setting of a plan: money to the cent, percent as it was said."""
    if isinstance(value, Mapping):
        return {name: _said(setting, part) for name, part in value.items()}
    if isinstance(value, Decimal):
        return _money(value) if setting.kind == "amount" else plain(value)
    return value


def _order_object(order: Order) -> dict[str, Json]:
    return {
        "symbol": order.symbol,
        "side": order.side.value,
        "shares": plain(order.shares),
        "price": plain(order.price),
        "amount": _money(order.amount),
        "value_before": _money(order.value_before),
        "value_after": _money(order.value_after),
        "weight_before": float(order.weight_before),
        "weight_after": float(order.weight_after),
        "target": float(order.target),
        "gain_realised": _money(order.gain_realised),
        "fee": _money(order.fee),
        "reason": order.reason,
        **(
            {
                "currency": order.currency,
                "local_price": plain(order.local_price),
                "local_amount": _money(order.local_amount),
            }
            if order.currency
            else {}
        ),
        **({"name": order.name} if order.name else {}),
    }


def _class_object(one: ClassWeight) -> dict[str, Json]:
    return {
        "name": one.name,
        "weight_before": float(one.weight_before),
        "weight_after": float(one.weight_after),
        "target": float(one.target),
    }


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, context=HALF_UP)


def _money(amount: Decimal | None) -> float | None:
    return None if amount is None else float(_cents(amount))


def plain(number: Decimal | None) -> float | int | None:
    """A figure as JSON has it, whole ones without a point."""
    if number is None:
        return None
    return int(number) if number == int(number) else float(number)


def printable(text: object) -> str:
    """A text of a user's as a terminal may show it: what would steer it, or break the line, is a question mark."""
    said = str(text)
    return said if said.isprintable() else "".join(char if char.isprintable() else "?" for char in said)


def in_all(done: int, refused: int, earlier: int = 0) -> str:
    """What became of all the files: "8 files: 7 done (5 of them earlier), 1 refused"."""
    files = "1 file" if done + refused == 1 else f"{done + refused} files"
    before = f" ({earlier} of them earlier)" if earlier else ""
    return f"{files}: {done} done{before}, {refused} refused"


def as_text(done: Done) -> str:
    """The orders as a table, the sums, the notices, and where the sheet was written, in the sheet's language."""
    with speaking(done.language):
        return _run_text(done)


def _run_text(done: Done) -> str:
    plan = done.plan
    lines = [f"{printable(done.file)}: {printable(done.portfolio.block.place)}", describe(plan), ""]
    headings = [say(heading) for heading in _HEADINGS]
    rows = [_cells(order) for order in plan.orders]
    if any(order.currency for order in plan.orders):
        headings += [say("Currency"), say("Own price"), say("Own amount")]
        rows = [(*row, *_own_cells(order)) for row, order in zip(rows, plan.orders, strict=True)]
    texts = {0, 1}
    if any(order.name for order in plan.orders):
        texts.add(len(headings))
        headings.append(say("Name"))
        rows = [(*row, order.name) for row, order in zip(rows, plan.orders, strict=True)]
    lines += _table(headings, rows, texts)
    fees = [(say("Fees"), plan.fees)] if plan.fees else []
    sells = any(order.amount < 0 for order in plan.orders)
    gain = [(say("Gain realised"), plan.gain)] if sells and plan.gain is not None else []
    flowing, flowed = flow(plan.invested)
    sums = [
        (say("Cash"), plan.cash),
        (say(flowing), flowed),
        *fees,
        (say("Leftover"), plan.leftover),
        *gain,
    ]
    lines += ["", "   ".join(f"{name} {money(amount)}" for name, amount in sums)]
    lines.append(say("Largest drift {} before, {} after", _percent(plan.drift_before), _percent(plan.drift_after)))
    lines += [
        say(
            "{}: {} before, {} after, {} wanted",
            one.name,
            *map(_percent, (one.weight_before, one.weight_after, one.target)),
        )
        for one in plan.classes
    ]
    lines += [say("Note: {}", notice) for notice in done.notices]
    if done.output is None:
        lines.append(say("Nothing was written (dry run)."))
    else:
        lines.append(say('Sheet "{}" was written to {}', done.trades_sheet, printable(done.output)))
    return "\n".join(lines)


def _cells(order: Order) -> tuple[str, ...]:
    trades = order.amount != 0
    return (
        order.symbol,
        say(order.side.value),
        "" if order.shares is None or not trades else figure(f"{order.shares.normalize(HALF_UP):,f}"),
        _price(order.price),
        money(order.amount) if trades else "",
        money(order.value_after),
        _percent(order.weight_after),
        _percent(order.target),
    )


def _own_cells(order: Order) -> tuple[str, str, str]:
    """An order in the currency it is traded in."""
    amount = order.local_amount
    return (
        order.currency,
        _price(order.local_price),
        "" if amount is None or not order.amount else money(amount),
    )


def _price(price: Decimal | None) -> str:
    """With all its decimals, two at least; nothing without one."""
    return "" if price is None else figure(f"{price:,.{max(2, places([price.normalize(EXACT)]))}f}")


def _percent(weight: Decimal) -> str:
    return figure(f"{(100 * weight).quantize(_CENT, context=HALF_UP):f} %")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], texts: Collection[int]) -> list[str]:
    """The columns of texts to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in (headings, *rows)) for place in range(len(headings))]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.ljust(width) if place in texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    return [line(headings), "  ".join("-" * width for width in widths), *(line(row) for row in rows)]
