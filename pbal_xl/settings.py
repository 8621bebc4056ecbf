"""The settings: one table that every way of giving one, and every place that tells of one, is made from.

A row makes the option of ``pbal-xl run``, the defined name ``pbal_...`` of a workbook, an entry of the worksheet
functions' ``options``, the key in ``--json``, the words on a trades sheet, a line of the demo's settings and of the
documents. A setting of the plan is the argument of ``suggest_trades`` and the attribute of ``Plan`` of the same
name: how one is added stands in CONTRIBUTING.

Long because it is one table.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pbal_xl.core.instalments import MOST_INSTALMENTS
from pbal_xl.setting import EVERYWHERE, HOSTS, NAME_PREFIX, Choice, Setting
from pbal_xl.setting_tables import TABLES, parsed
from pbal_xl.setting_words import (
    amount_words,
    cash_words,
    exposure_words,
    percent_words,
    targets_words,
    whole_shares_words,
)
from pbal_xl.words import languages, say, say_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pbal_xl.core.model import Holding, Plan
    from pbal_xl.setting import Place, Settings

__all__ = [
    "EVERYWHERE",
    "NAME_PREFIX",
    "SETTINGS",
    "Choice",
    "Setting",
    "by_key",
    "describe",
    "figures_of",
    "offered_by",
    "plan_by",
]

_STRATEGIES = (
    Choice("never-sell", "Try to Never Sell", ("never sell",)),
    Choice("hard", "Hard Rebalance"),
)


def _strategy_words(plan: Plan) -> str:
    return next(say(choice.title) for choice in _STRATEGIES if choice.word == plan.strategy)


# In the order in which sheets and lists show them.
SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="strategy",
        label="Strategy",
        kind="choice",
        help="Try to Never Sell buys with a deposit and sells only for a withdrawal; Hard Rebalance buys and sells "
        "until every holding is at its target",
        said=_strategy_words,
        default="never-sell",
        choices=_STRATEGIES,
    ),
    Setting(
        key="cash",
        label="Cash to invest",
        kind="amount",
        help="the deposit, a withdrawal as a negative amount, or the word all for the cash rows of the sheet",
        said=cash_words,
        default=0,
        choices=(Choice("all", "All"),),
    ),
    Setting(
        key="increment",
        label="Increment",
        kind="amount",
        help="trade only in multiples of this amount, such as 100",
        said=amount_words("increment", "multiples of {}"),
    ),
    Setting(
        key="whole_shares",
        label="Whole shares",
        kind="yes/no",
        help="trade whole shares only, or else amounts to the cent",
        said=whole_shares_words,
        default_words="whole shares where there are prices",
        no_option="--fractional",
        no_help="trade to the cent, in fractions of a share",
    ),
    Setting(
        key="min_trade",
        label="Minimum trade",
        kind="amount",
        help="no order below this amount",
        said=amount_words("min_trade", "no trade below {}"),
        forbids=True,
    ),
    Setting(
        key="deviation",
        label="Deviation",
        kind="choice",
        help="how the distance to a target is measured: relative to the target, or absolute in money",
        said=lambda plan: say("absolute deviation") if plan.deviation == "absolute" else "",
        default="relative",
        choices=(Choice("relative", "Relative"), Choice("absolute", "Absolute")),
    ),
    Setting(
        key="bands",
        label="Bands",
        kind="text",
        help="Hard Rebalance leaves alone what is within its band: 5/25 (the smaller of 5 points and 25 % of the "
        "target), 3 (points), 20% (of the target)",
        said=lambda plan: "" if plan.bands is None else say("bands {}", plan.bands),
        forbids=True,
    ),
    Setting(
        key="band_to",
        label="Bands to",
        kind="choice",
        help="where what is outside its band goes: to its target, to the band's edge, or half way back inside",
        said=lambda plan: (
            "" if plan.bands is None or plan.band_to == "target" else say("back to {}", say(plan.band_to))
        ),
        default="target",
        choices=(Choice("target", "Target"), Choice("edge", "Edge"), Choice("halfway", "Half way", ("half way",))),
    ),
    Setting(
        key="max_trades",
        label="Most trades",
        kind="count",
        help="at most so many orders, the best of them",
        said=lambda plan: "" if plan.max_trades is None else say("at most {} orders", plan.max_trades),
        forbids=True,
    ),
    Setting(
        key="max_turnover",
        label="Most turnover",
        kind="amount",
        help="all orders together, bought and sold, come to at most this",
        said=amount_words("max_turnover", "turnover of at most {}"),
        forbids=True,
    ),
    Setting(
        key="fee",
        label="Fee an order",
        kind="amount",
        help="what the broker takes for each order; it is paid out of the cash",
        said=amount_words("fee", "{} an order"),
        forbids=True,
    ),
    Setting(
        key="fee_percent",
        label="Fee in percent",
        kind="percent",
        help="what the broker takes of each amount, in percent; it is paid out of the cash",
        said=percent_words("fee_percent", "fee of {} %"),
        forbids=True,
    ),
    Setting(
        key="fee_limit",
        label="Fee limit",
        kind="percent",
        help="no order whose fees are more than this percent of it",
        said=percent_words("fee_limit", "fees of at most {} % of an order"),
        forbids=True,
    ),
    Setting(
        key="max_gain",
        label="Most gain",
        kind="amount",
        help="the sales together realise at most this gain, at average cost; it may be negative",
        said=amount_words("max_gain", "gain of at most {}"),
        forbids=True,
    ),
    Setting(
        key="keep",
        label="Keep in cash",
        kind="amount",
        help="money that stays in cash, taken off the deposit",
        said=amount_words("keep", "{} kept in cash"),
        forbids=True,
    ),
    Setting(
        key="targets",
        label="Class targets",
        kind="table",
        help="targets of asset classes: a table with the headers Class and Target, or a text such as "
        "Stocks 60%, Bonds 40%; the holdings have a column Class",
        said=targets_words,
        told_always=False,
    ),
    Setting(
        key="exposure",
        label="Fund classes",
        kind="table",
        help="what part of a fund belongs to each class: a table with the header Symbol and a column a class, "
        "or a text such as A: Stocks 90%, Bonds 10% / B: Bonds 100%",
        said=exposure_words,
        told_always=False,
    ),
    Setting(
        key="rates",
        label="Currency rates",
        kind="table",
        help="what one of each currency is worth in yours: a table with the headers Currency and Rate, "
        "or a text such as EUR 1.08, GBP 1.27",
        said=lambda _: "",
        of_plan=False,
    ),
    Setting(
        key="instalments",
        label="Instalments",
        kind="count",
        help="how many times the cash comes; told is what each buys at today's prices",
        said=lambda _: "",
        counts=(1, MOST_INSTALMENTS),
        of_plan=False,
        offered_in=HOSTS,
    ),
    Setting(
        key="loan",
        label="Loan",
        kind="amount",
        help="what is owed to the broker; told is the fall in value that triggers a margin call",
        said=lambda _: "",
        of_plan=False,
        offered_in=HOSTS,
    ),
    Setting(
        key="maintenance",
        label="Maintenance",
        kind="percent",
        help="percent of the value that the broker wants to be your own, for the loan",
        said=lambda _: "",
        default=25,
        of_plan=False,
        offered_in=HOSTS,
    ),
    Setting(
        key="log",
        label="Log",
        kind="yes/no",
        help="add a line to the sheet Trades log: date, cash, invested, drift before and after, orders",
        said=lambda _: "",
        default=False,
        default_words="no log",
        of_plan=False,
        offered_in=HOSTS,
    ),
    Setting(
        key="live",
        label="Formulas",
        kind="yes/no",
        help="write the trades as formulas that follow the cells they read, in any spreadsheet program",
        said=lambda _: "",
        default=False,
        default_words="values",
        of_plan=False,
        offered_in=HOSTS,
    ),
    Setting(
        key="language",
        label="Language",
        kind="choice",
        help="the language of the trades sheet and of what is said of it",
        said=lambda _: "",
        default_words="that of the holdings' headers, else of the spreadsheet program, else English",
        choices=tuple(Choice(code, code) for code in languages()),
        of_plan=False,
        offered_in=HOSTS,
    ),
)

_BY_KEY = {setting.key: setting for setting in SETTINGS}


def by_key(key: str) -> Setting:
    """The setting of that key.

    Raises:
        KeyError: there is none.
    """
    return _BY_KEY[key]


@cache
def offered_by(place: Place) -> tuple[Setting, ...]:
    """The settings that are offered in a place, in order."""
    return tuple(setting for setting in SETTINGS if place in setting.offered_in)


def figures_of(settings: Settings) -> dict[str, Any]:
    """The tables among settings, as the core takes them.

    Raises:
        InputError: a text that is no table.
    """
    return {key: parsed(key, str(settings[key])) for key in TABLES if key in settings}


def plan_by(holdings: Iterable[Holding], settings: Settings) -> Plan:
    """The plan that settings ask for; what they leave unsaid is as ``suggest_trades`` has it.

    Raises:
        PbalError: what cannot be planned.
    """
    from pbal_xl.core.planner import suggest_trades

    wishes: dict[str, object] = {key: value for key, value in settings.items() if _BY_KEY[key].of_plan}
    wishes |= {key: table for key, table in figures_of(settings).items() if key in wishes}
    return suggest_trades(holdings, **wishes)  # type: ignore[arg-type]


def describe(plan: Plan) -> str:
    """The settings of a plan in a line: "Try to Never Sell, deposit of 5,000.00, whole shares"."""
    return say_all(words for setting in SETTINGS if (words := setting.said(plan)))
