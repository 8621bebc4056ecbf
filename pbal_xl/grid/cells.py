"""What a cell can hold, where it stands, and what counts as blank or as an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pbal_xl.ooxml.references import column_letters, quoted_title

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal
    from typing import TypeAlias

__all__ = [
    "INVISIBLE",
    "NEVER_CALCULATED",
    "Cell",
    "Grid",
    "Money",
    "Origin",
    "address_of",
    "cell_text",
    "is_blank",
    "is_error",
    "is_no_figure",
    "is_no_name",
    "one_line",
    "quoted",
]

Cell: TypeAlias = "str | bool | int | float | Decimal | dt.date | dt.datetime | dt.time | dt.timedelta | None"
Grid: TypeAlias = "list[list[Any]]"

# What spreadsheet programs show for an error: #N/A, #REF!, #NAME?, #DIV/0!, Err:502; hosts hand them over as text.
_ERROR = re.compile(r"#N/A|#GETTING_DATA|#[A-Z0-9/_]+[!?]|ERR:[0-9]{3}", re.IGNORECASE)

# A host that finds a formula without a stored value hands this text over in its place.
NEVER_CALCULATED = "#NOT CALCULATED"

# Characters without a look that are no spaces to Python: zero width, direction and byte order marks.
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_LONGEST = 60
_MIDNIGHT = " 00:00:00"
_EXACT = 2**53
# Nothing that is no figure begins so.
_BEGINS = frozenset("0123456789$")
# What brokers write where they know no figure.
_UNKNOWN = frozenset({
    "--", "-", "n/a", "na", "n.a.", "\u2014", "\u2013", "---", "nan", "none", "null", "n.d.", "n/d", "s/d", "k.a.",
    "n.v.t.", "n.b.", "b.d.", "unknown", "not available",
})  # fmt: skip


class Money(float):
    """A number that its cell shows with a currency, in a sheet that shows several.

    Attributes:
        mark: the sign or code that its number format shows.
    """

    __slots__ = ("mark",)
    mark: str

    def __new__(cls, number: float, mark: str) -> Money:  # noqa: PYI034 - Self is newer than Python 3.10
        """Make one of a number and what is shown with it."""
        made = float.__new__(cls, number)
        made.mark = mark
        return made

    def __reduce__(self) -> tuple[type[Money], tuple[float, str]]:
        """Come back from another process as it was."""
        return Money, (float(self), self.mark)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a block stands, so that faults can name cells; rows and columns count from 1.

    With ``known=False`` (a worksheet function sees values, not addresses) faults say "row 2, column 3".
    """

    row: int = 1
    column: int = 1
    known: bool = True

    def name(self, row: int, column: int) -> str:
        """The name of the cell ``row`` rows and ``column`` columns (from 0) into the block."""
        if self.known:
            return f"{column_letters(self.column + column)}{self.row + row}"
        return f"row {row + 1}, column {column + 1}"


def address_of(sheet: str, origin: Origin, row: int, column: int) -> str:
    """The address that a formula reads a cell of a block by, as in 'My funds'!$G$3, whatever sheet it stands on.

    Args:
        sheet: the title of the block's sheet.
        origin: where the block stands.
        row: of the cell, from 0 into the block.
        column: likewise.
    """
    return f"{quoted_title(sheet)}!${column_letters(origin.column + column)}${origin.row + row}"


def is_blank(cell: Cell) -> bool:
    """Empty, or text of nothing but spaces of any kind."""
    if not isinstance(cell, str):
        return cell is None
    if cell[:1].isalnum():
        return False
    return not cell.strip() or not cell.translate(INVISIBLE).strip()


def is_no_figure(cell: Cell) -> bool:
    """Whether a cell is blank or says that something is not known."""
    if isinstance(cell, str):
        # Most are numbers.
        return cell[:1] not in _BEGINS and (is_blank(cell) or cell.strip().casefold() in _UNKNOWN)
    return cell is None


def is_no_name(cell: Cell) -> bool:
    """Whether a cell names nothing; NA in capitals is a ticker."""
    return is_blank(cell) or (isinstance(cell, str) and (cell.strip() in _UNKNOWN or cell.strip() == "N/A"))


def is_error(cell: Cell) -> bool:
    """Whether the cell shows a spreadsheet error such as #N/A."""
    return isinstance(cell, str) and cell[:1] in "#eE \u00a0" and _ERROR.fullmatch(cell.strip()) is not None


def cell_text(cell: Cell) -> str:
    """The text of a cell as programs show it: no decimal point in a whole number, no time in a day.

    Some programs hand them over with one.
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell).removesuffix(_MIDNIGHT)


def one_line(text: str) -> str:
    """The text without line breaks, control and invisible characters, and with single spaces."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    visible = (" " if char.isspace() or not char.isprintable() else char for char in text.translate(INVISIBLE))
    return " ".join("".join(visible).split())


def quoted(text: str) -> str:
    """The text as a sentence shows it: on one line, in quotes, cut where it would flood the sentence."""
    line = one_line(text[: 20 * _LONGEST])
    return f'"{line if len(line) <= _LONGEST else line[:_LONGEST] + "..."}"'
