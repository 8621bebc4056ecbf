"""The settings: one table that every way of giving one, and every place that tells of one, is made from.

A row makes the option of ``pbal-xl run``, the defined name ``pbal_...`` of a workbook, an entry of the worksheet
functions' ``options``, the key in ``--json``, the words on a trades sheet, a line of the demo's settings and of the
README. A setting of the plan is the argument of ``suggest_trades`` and the attribute of ``Plan`` of the same name:
to add one, add its row here and its argument there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pbal_xl.words import figure, say, say_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from decimal import Decimal
    from typing import TypeAlias

    from pbal_xl.core.model import Holding, Plan

    Value: TypeAlias = Decimal | int | bool | str
    # What was said, by key; a setting that is not in it was not said.
    Settings: TypeAlias = Mapping[str, Value]
    Kind: TypeAlias = Literal["amount", "percent", "count", "choice", "yes/no", "text"]
    Host: TypeAlias = Literal["files", "excel", "calc", "functions"]

__all__ = [
    "EVERYWHERE",
    "NAME_PREFIX",
    "SETTINGS",
    "Choice",
    "Setting",
    "by_key",
    "describe",
    "offered_by",
    "plan_by",
]

NAME_PREFIX = "pbal_"
EVERYWHERE: frozenset[Host] = frozenset({"files", "excel", "calc", "functions"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words a choice knows.

    Attributes:
        word: as in Python, on the command line and in JSON.
        title: as people read it on a sheet and in the ribbon.
        synonyms: other ways to write it.
    """

    word: str
    title: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        key: its name in Python, in JSON and in ``options``; a defined name has ``pbal_`` before it, a command-line
            option two hyphens, and hyphens for underscores.
        label: what people read beside its cell and in the ribbon.
        kind: what it holds. An amount is money; a percent is told in percent (0.5 is half a percent); a count is a
            whole number from 0 on; a text is read by what it is for.
        help: what it does: a fragment without capital and full stop, that command line, function wizard and README
            show.
        said: the words of a trades sheet for a plan, "" for none.
        default: what holds when nothing is said, as ``suggest_trades`` has it.
        default_words: the default in words; "" where it speaks for itself.
        choices: of a choice, in order; of an amount, words that may stand in its place.
        no_option: of a yes/no, the command-line option that says no.
        no_help: what that option does.
        of_plan: whether it is an argument of ``suggest_trades``; other settings shape what is written.
        hosts: where it is offered.
    """

    key: str
    label: str
    kind: Kind
    help: str
    said: Callable[[Plan], str]
    default: Value | None = None
    default_words: str = ""
    choices: tuple[Choice, ...] = ()
    no_option: str = ""
    no_help: str = ""
    of_plan: bool = True
    hosts: frozenset[Host] = EVERYWHERE

    @property
    def name(self) -> str:
        """The defined name that holds it in a workbook."""
        return NAME_PREFIX + self.key

    @property
    def option(self) -> str:
        """Its command-line option."""
        return "--" + self.key.replace("_", "-")

    @property
    def a_kind(self) -> str:
        """What to give, with its article: "an amount"."""
        return f"{'an' if self.kind == 'amount' else 'a'} {self.kind}"

    @property
    def default_text(self) -> str:
        """The default as help texts tell it."""
        return self.default_words or ("none" if self.default is None else str(self.default))

    @property
    def sentence(self) -> str:
        """The help as a sentence, and the default."""
        return f"{self.help[0].upper()}{self.help[1:]}. Default: {self.default_text}."


def _amount_words(key: str, words: str) -> Callable[[Plan], str]:
    """Words for an amount that a plan was held to, such as "no trade below {}"."""

    def said(plan: Plan) -> str:
        from pbal_xl.core.describe import money

        amount = getattr(plan, key)
        return "" if amount is None else say(words, money(amount))

    return said


def _percent_words(key: str, words: str) -> Callable[[Plan], str]:
    """Likewise for a percent."""

    def said(plan: Plan) -> str:
        from pbal_xl.core.money import plain

        percent = getattr(plan, key)
        return "" if percent is None else say(words, figure(plain(percent)))

    return said


def _cash_words(plan: Plan) -> str:
    from pbal_xl.core.describe import money

    if not plan.cash:
        return say("no cash")
    amount = money(abs(plan.cash))
    return say("deposit of {}", amount) if plan.cash > 0 else say("withdrawal of {}", amount)


def _whole_shares_words(plan: Plan) -> str:
    if plan.increment is not None:
        return ""
    return say("whole shares") if plan.whole_shares else say("to the cent")


def _strategy_words(plan: Plan) -> str:
    return next(say(choice.title) for choice in _STRATEGIES if choice.word == plan.strategy)


_STRATEGIES = (
    Choice("never-sell", "Try to Never Sell", ("never sell",)),
    Choice("hard", "Hard Rebalance"),
)

# Where a whole sheet of trades is written.
_FILES: frozenset[Host] = frozenset({"files", "excel", "calc"})

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
        help="the deposit, or a withdrawal as a negative amount",
        said=_cash_words,
        default=0,
    ),
    Setting(
        key="increment",
        label="Increment",
        kind="amount",
        help="trade only in multiples of this amount, such as 100",
        said=_amount_words("increment", "multiples of {}"),
    ),
    Setting(
        key="whole_shares",
        label="Whole shares",
        kind="yes/no",
        help="trade whole shares only, or else amounts to the cent",
        said=_whole_shares_words,
        default_words="whole shares where there are prices",
        no_option="--fractional",
        no_help="trade to the cent, in fractions of a share",
    ),
    Setting(
        key="min_trade",
        label="Minimum trade",
        kind="amount",
        help="no order below this amount",
        said=_amount_words("min_trade", "no trade below {}"),
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
    ),
    Setting(
        key="max_turnover",
        label="Most turnover",
        kind="amount",
        help="all orders together, bought and sold, come to at most this",
        said=_amount_words("max_turnover", "turnover of at most {}"),
    ),
    Setting(
        key="fee",
        label="Fee an order",
        kind="amount",
        help="what the broker takes for each order; it is paid out of the cash",
        said=_amount_words("fee", "{} an order"),
    ),
    Setting(
        key="fee_percent",
        label="Fee in percent",
        kind="percent",
        help="what the broker takes of each amount, in percent; it is paid out of the cash",
        said=_percent_words("fee_percent", "fee of {} %"),
    ),
    Setting(
        key="fee_limit",
        label="Fee limit",
        kind="percent",
        help="no order whose fees are more than this percent of it",
        said=_percent_words("fee_limit", "fees of at most {} % of an order"),
    ),
    Setting(
        key="max_gain",
        label="Most gain",
        kind="amount",
        help="the sales together realise at most this gain, at average cost; it may be negative",
        said=_amount_words("max_gain", "gain of at most {}"),
    ),
    Setting(
        key="keep",
        label="Keep in cash",
        kind="amount",
        help="money that stays in cash, taken off the deposit",
        said=_amount_words("keep", "{} kept in cash"),
    ),
    Setting(
        key="instalments",
        label="Instalments",
        kind="count",
        help="how many times the cash comes; told is what each buys at today's prices",
        said=lambda _: "",
        of_plan=False,
        hosts=_FILES,
    ),
    Setting(
        key="loan",
        label="Loan",
        kind="amount",
        help="what is owed to the broker; told is the fall in value that triggers a margin call",
        said=lambda _: "",
        of_plan=False,
        hosts=_FILES,
    ),
    Setting(
        key="maintenance",
        label="Maintenance",
        kind="percent",
        help="percent of the value that the broker wants to be your own, for the loan",
        said=lambda _: "",
        default=25,
        of_plan=False,
        hosts=_FILES,
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
        hosts=frozenset({"files"}),
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
        hosts=_FILES,
    ),
)

_BY_KEY = {setting.key: setting for setting in SETTINGS}


def by_key(key: str) -> Setting:
    """The setting of that key.

    Raises:
        KeyError: there is none.
    """
    return _BY_KEY[key]


def offered_by(host: Host) -> tuple[Setting, ...]:
    """The settings that a host offers, in order."""
    return tuple(setting for setting in SETTINGS if host in setting.hosts)


def plan_by(holdings: Iterable[Holding], settings: Settings) -> Plan:
    """The plan that settings ask for; what they leave unsaid is as ``suggest_trades`` has it.

    Raises:
        PbalError: what cannot be planned.
    """
    from pbal_xl.core.planner import suggest_trades

    wishes: dict[str, object] = {key: value for key, value in settings.items() if _BY_KEY[key].of_plan}
    return suggest_trades(holdings, **wishes)  # type: ignore[arg-type]


def describe(plan: Plan) -> str:
    """The settings of a plan in a line: "Try to Never Sell, deposit of 5,000.00, whole shares"."""
    return say_all(words for setting in SETTINGS if (words := setting.said(plan)))
