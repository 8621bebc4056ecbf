"""What one setting is: its names, its kind, its help, and where it is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from typing import TypeAlias

    from pbal_xl.core.model import Plan

    Value: TypeAlias = Decimal | int | bool | str
    # What was said, by key; a setting that is not in it was not said.
    Settings: TypeAlias = Mapping[str, Value]
    Kind: TypeAlias = Literal["amount", "percent", "count", "choice", "yes/no", "text", "table"]

__all__ = ["EVERYWHERE", "HOSTS", "NAME_PREFIX", "Choice", "Host", "Place", "Setting"]

NAME_PREFIX = "pbal_"
Host = Literal["files", "excel", "calc"]
# Where a setting can be given: in a host, or in the arguments of a worksheet function.
Place = Literal[Host, "functions"]
# Where a whole sheet of trades is written.
HOSTS: frozenset[Place] = frozenset(get_args(Host))
EVERYWHERE: frozenset[Place] = HOSTS | {"functions"}


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
            whole number; a text is read by what it is for; a table is a range of cells, a file, or a text
            such as "Stocks 60%, Bonds 40%".
        help: what it does: a fragment without capital and full stop, that command line, function wizard and
            documents show.
        said: the words of a trades sheet for a plan, "" for none.
        default: what holds when nothing is said, as ``suggest_trades`` has it.
        default_words: the default in words; "" where it speaks for itself.
        choices: of a choice, in order; of an amount, words that may stand in its place.
        no_option: of a yes/no, the command-line option that says no.
        no_help: what that option does.
        counts: of a count, the least and the most it may be; None for no end.
        of_plan: whether it is an argument of ``suggest_trades``; other settings shape what is written.
        offered_in: where it is offered.
        forbids: whether it can keep a plan from what comes nearer to the targets.
        told_always: whether JSON tells it of a plan that it was not said for.
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
    counts: tuple[int, int | None] = (0, None)
    of_plan: bool = True
    offered_in: frozenset[Place] = EVERYWHERE
    forbids: bool = False
    told_always: bool = True

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
