"""The worksheet functions: one table that every host, wrapper, help text and reference page is made from.

A host hands each argument over as a 2-D list of cells (rows of cells, a single cell as ``[[5000]]``) and a
missing argument as None; it gets a 2-D list of cells back, never an exception for anything a user can cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl import _version
from pbal_xl.errors import CellFaults, PbalError
from pbal_xl.settings import by_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.grid.cells import Grid

__all__ = ["CATEGORY", "ERROR_PREFIX", "FUNCTIONS", "Argument", "Function", "call"]

CATEGORY = "Portfolio Balancer"
ERROR_PREFIX = "#PBAL! "


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a worksheet function.

    Attributes:
        name: as the function wizard shows it and as the Python parameter is called.
        help: at most 255 characters, Excel's limit.
        required: whether the function needs it.
        is_text: whether it is a word or text and never a number: Calc hands a blank cell over as 0.
    """

    name: str
    help: str
    required: bool = False
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One worksheet function, the same in every host.

    Attributes:
        name: the name typed in a cell, upper case.
        arguments: in order, required ones first.
        help: one or two sentences for the function wizard, at most 255 characters.
        returns: what the cell or the spilled range holds.
        example: a formula that works on the demo workbook.
        implementation: takes a grid or None for each argument, by its name; returns a grid; raises PbalError.
    """

    name: str
    arguments: tuple[Argument, ...]
    help: str
    returns: str
    example: str
    implementation: Callable[..., Grid]


# A cell shows one line.
_MOST_FAULTS = 3


def call(function: Function, *arguments: Grid | None) -> Grid:
    """Answer a worksheet function; a fault is answered as one sentence in the top-left cell."""
    padded = (*arguments, *(None,) * (len(function.arguments) - len(arguments)))
    named = {argument.name: grid for argument, grid in zip(function.arguments, padded, strict=True)}
    try:
        return function.implementation(**named)
    except CellFaults as error:
        return [[ERROR_PREFIX + "; ".join(error.first(_MOST_FAULTS))]]
    except PbalError as error:
        return [[ERROR_PREFIX + str(error)]]


def _never_sell(holdings: Grid | None, **arguments: Grid | None) -> Grid:
    from pbal_xl import answers as worksheet

    return worksheet.plan_rows("never-sell", holdings, arguments, needed=("cash",))


def _hard(holdings: Grid | None, **arguments: Grid | None) -> Grid:
    from pbal_xl import answers as worksheet

    return worksheet.plan_rows("hard", holdings, arguments)


def _drift(holdings: Grid | None, targets: Grid | None) -> Grid:
    from pbal_xl import answers as worksheet

    return worksheet.drift_rows(holdings, targets)


def _min_deposit(holdings: Grid | None, targets: Grid | None) -> Grid:
    from pbal_xl import answers as worksheet

    return worksheet.min_deposit(holdings, targets)


def _instalments(holdings: Grid | None, **arguments: Grid | None) -> Grid:
    from pbal_xl import answers as worksheet

    return worksheet.instalment_rows(holdings, arguments)


def _margin(holdings: Grid | None, loan: Grid | None, maintenance: Grid | None) -> Grid:
    from pbal_xl import answers as worksheet

    return worksheet.margin(holdings, loan, maintenance)


def _version_text() -> Grid:
    return [[f"pbal-xl {_version.__version__}"]]


def _setting(key: str, *, required: bool = False) -> Argument:
    """The argument that holds a setting."""
    setting = by_key(key)
    help_text = setting.sentence.partition(" Default: ")[0] if required else setting.sentence
    return Argument(key, help_text, required=required, is_text=setting.kind in {"choice", "text"})


_HOLDINGS = Argument(
    "holdings",
    "The holdings with or without their header row: Symbol, Value, Price, then optional Gain and Target; "
    "with a header row the columns may stand in any order.",
    required=True,
)
_INCREMENT, _WHOLE_SHARES, _DEVIATION = map(_setting, ("increment", "whole_shares", "deviation"))
_TARGETS = Argument(
    "targets",
    "One target weight per holding, as fractions or percent that sum to 100 %, or two columns: classes and their "
    "targets. Default: the Target column, else equal weights.",
)
# What is no plan measures each holding by its own target.
_OWN_TARGETS = Argument(
    "targets",
    "One target weight per holding, as fractions or percent that sum to 100 %. Default: the Target column, else "
    "equal weights.",
)
_OPTIONS = Argument(
    "options",
    'More settings: two columns, name and value, or a text such as "min_trade=50; deviation=absolute".',
    is_text=True,
)
_PLAN = (
    "One row per row of holdings: Symbol, Shares, Amount, Value after, Weight after "
    "(buys positive, sells negative)."
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="PBAL_NEVERSELL",
        arguments=(
            _HOLDINGS,
            _setting("cash", required=True),
            _INCREMENT,
            _WHOLE_SHARES,
            _TARGETS,
            _DEVIATION,
            _OPTIONS,
        ),
        help="Suggests trades that bring the holdings nearer to their targets without selling on a deposit "
        "and without buying on a withdrawal.",
        returns=_PLAN,
        example="=PBAL_NEVERSELL(A2:C12, 5000)",
        implementation=_never_sell,
    ),
    Function(
        name="PBAL_HARD",
        arguments=(_HOLDINGS, _setting("cash"), _INCREMENT, _WHOLE_SHARES, _TARGETS, _OPTIONS),
        help="Suggests the trades that bring every holding to its target, selling where needed.",
        returns=_PLAN,
        example="=PBAL_HARD(A2:C12, 5000)",
        implementation=_hard,
    ),
    Function(
        name="PBAL_DRIFT",
        arguments=(_HOLDINGS, _OWN_TARGETS),
        help="Shows how far each holding's weight is from its target.",
        returns="One row per row of holdings: Symbol, Weight, Target, Drift (weight less target).",
        example="=PBAL_DRIFT(A2:C12)",
        implementation=_drift,
    ),
    Function(
        name="PBAL_MINDEPOSIT",
        arguments=(_HOLDINGS, _OWN_TARGETS),
        help="The smallest deposit that brings every holding to its target without a sale.",
        returns="One number, an amount of money; a sentence where a lock lets no deposit do it.",
        example="=PBAL_MINDEPOSIT(A2:C12)",
        implementation=_min_deposit,
    ),
    Function(
        name="PBAL_INSTALMENTS",
        arguments=(
            _HOLDINGS,
            Argument("cash", "The cash of each instalment, a withdrawal as a negative amount.", required=True),
            Argument("count", "How many times the cash comes, 1 to 120.", required=True),
            _TARGETS,
            _OPTIONS,
        ),
        help="What each instalment of a saving plan buys at today's prices, one after the other; what one leaves "
        "over the next one has too.",
        returns="One row per row of holdings: Symbol, the amount of each instalment, Value after.",
        example="=PBAL_INSTALMENTS(A2:C12, 500, 6)",
        implementation=_instalments,
    ),
    Function(
        name="PBAL_MARGIN",
        arguments=(
            _HOLDINGS,
            Argument("loan", "What is owed to the broker.", required=True),
            Argument("maintenance", "Percent of the value that must be your own. Default: 25."),
        ),
        help="How far the holdings may fall before the broker calls for money.",
        returns="One number, the fall as a share of the value: 0.7333 is 73.33 %.",
        example="=PBAL_MARGIN(A2:C12, 20000)",
        implementation=_margin,
    ),
    Function(
        name="PBAL_VERSION",
        arguments=(),
        help="The version of pbal-xl that answers.",
        returns="Text.",
        example="=PBAL_VERSION()",
        implementation=_version_text,
    ),
)
