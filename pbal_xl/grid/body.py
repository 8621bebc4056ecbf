"""The rows below a header: each looked at once, by its words and then by its place among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.core.agreement import agree
from pbal_xl.grid.cash import is_cash_label
from pbal_xl.grid.cells import (
    NEVER_CALCULATED,
    Cell,
    Grid,
    cell_text,
    is_blank,
    is_error,
    is_no_figure,
    is_no_name,
    one_line,
)
from pbal_xl.grid.entries import Entry
from pbal_xl.grid.headers import is_header_row
from pbal_xl.grid.numbers import loose_number
from pbal_xl.grid.reading import LeftOut, Reading
from pbal_xl.grid.rows import Row, Shown, is_blank_row, is_date, is_lot, is_total, kind_of
from pbal_xl.grid.structure import arrange
from pbal_xl.grid.vocabulary import label
from pbal_xl.words import figure, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.grid.columns import Columns

__all__ = ["body_entries", "called_at", "left_out_notices"]

# Of more rows of one kind the first tell.
_MOST_NOTICES = 25
_TELLING = frozenset({"value", "quantity", "price"})


@dataclass(frozen=True, slots=True)
class _Places:
    """Which columns of a table tell what of a row, worked out once for all its rows."""

    fields: Mapping[str, int]
    symbol: int
    figures: Sequence[int]
    marking: Sequence[int]
    multiplier: int | None
    dates: Sequence[int]
    accounts: Sequence[int]
    identifiers: Sequence[int]

    @classmethod
    def of(cls, columns: Columns) -> _Places:
        fields, others = columns.fields, columns.roles.others
        figures = [column for name, column in fields.items() if name != "symbol"]
        return cls(
            fields=fields,
            symbol=fields["symbol"],
            figures=[*figures, *(one.column for one in columns.roles.targets)],
            marking=[*others.get("kind", ()), *others.get("side", ()), *others.get("action", ())],
            multiplier=next(iter(others.get("multiplier", ())), None),
            dates=[*others.get("lot_date", ()), *others.get("date", ())],
            accounts=others.get("account", ()),
            identifiers=columns.roles.identifiers,
        )


def body_entries(rows: Grid, columns: Columns, sign: str | None) -> list[Entry]:
    """What each row of the body is."""
    places = _Places.of(columns)
    entries = [_entry(rows[index], index, places, sign) for index in columns.body(rows)]
    names = columns.names
    for entry in entries:
        if entry.kind is Row.HOLDING and names and _repeats(rows[entry.row], names):
            entry.kind = Row.BLANK
    arrange(entries)
    return entries


def _repeats(row: Sequence[Cell], names: Sequence[str]) -> bool:
    """Whether a row is the header once more, as on the next page of a print."""
    if not row or (one_line(row[0]) if isinstance(row[0], str) else "") != names[0]:
        return False
    texts = [one_line(cell) if isinstance(cell, str) else "" for cell in row]
    return any(texts) and texts == list(names[: len(texts)]) and is_header_row(row)


def _entry(row: Sequence[Cell], index: int, places: _Places, sign: str | None) -> Entry:
    if is_blank_row(row):
        return Entry(index, Row.BLANK)
    width = len(row)
    symbol = row[places.symbol] if places.symbol < width else None
    given = {at for at in places.figures if at < width and not is_no_figure(row[at])}
    numbers = {
        name: loose_number(row[at], sign)
        for name, at in places.fields.items()
        if name in _TELLING and at < width and row[at] is not None
    }
    value, quantity, price = numbers.get("value"), numbers.get("quantity"), numbers.get("price")
    own = False
    if quantity is not None and price is not None:
        own = value is not None and agree(quantity, price, value)
        value = quantity * price if value is None else value
    shown = Shown(
        symbol,
        _names(row, symbol, places),
        [label(text) for text in _cells(row, places.marking) if isinstance(text, str) and text],
        filled=bool(given),
        price=price,
        multiplier=None if (at := places.multiplier) is None or at >= width else loose_number(row[at], sign),
    )
    unpriced, uncounted = (places.fields.get(name) not in given for name in ("price", "quantity"))
    return Entry(
        index,
        kind_of(row, shown),
        text="" if is_no_name(symbol) else one_line(cell_text(symbol)),
        value=value,
        quantity=quantity,
        bare=unpriced and uncounted,
        unpriced="price" in places.fields and unpriced,
        empty=not given,
        dated=bool(places.dates) and not all(map(is_no_figure, _cells(row, places.dates))),
        of_lot=is_date(symbol) or is_lot(symbol),
        account=" ".join([str(cell or "") for cell in _cells(row, places.accounts)]),
        price=price,
        lacking=("price" in places.fields and unpriced) or ("quantity" in places.fields and uncounted),
        unclear=any(
            number is None and isinstance(row[places.fields[name]], str) for name, number in numbers.items()
        ),
        own=own,
        worked_out="value" not in places.fields,
    )


def _cells(row: Sequence[Cell], columns: Sequence[int]) -> list[Cell]:
    """The cells of a row in these columns; None beyond its end."""
    return [row[column] if column < len(row) else None for column in columns]


def _names(row: Sequence[Cell], symbol: Cell, places: _Places) -> list[str]:
    """The texts that may say what a row is; every text of it where its symbol is blank."""
    if not is_no_name(symbol):
        told: Sequence[int] = places.identifiers
    else:
        taken = {*places.fields.values(), *places.marking, *places.accounts}
        told = [at for at in range(len(row)) if at not in taken]
    return [one_line(cell) for cell in _cells(row, told) if isinstance(cell, str) and not is_blank(cell)]


def left_out_notices(reading: Reading, entries: Sequence[Entry]) -> list[LeftOut]:
    """Every row that is no holding, with its notice; of very many of one kind only the first have one each."""
    found: list[LeftOut] = []
    counts: dict[Row, int] = {}
    for entry in entries:
        if entry.kind in (Row.HOLDING, Row.SHORT, Row.BLANK, Row.NOTE) or entry.doubt:
            continue
        counts[entry.kind] = counts.get(entry.kind, 0) + 1
        if counts[entry.kind] <= _MOST_NOTICES:
            found.append(_left_out(reading, entry))
    for kind, count in counts.items():
        if count > _MOST_NOTICES:
            more = count - _MOST_NOTICES
            found.append(
                LeftOut(
                    "",
                    "",
                    kind.value,
                    say("{} more rows are {} and are left out.", figure(f"{more:,}"), say(kind.value)),
                )
            )
    return found


def _left_out(reading: Reading, entry: Entry) -> LeftOut:
    columns = reading.columns
    place, name = called_at(reading, entry.row, entry.text)
    value = reading.cell(entry.row, columns.fields.get("value"))
    known = not is_blank(value) and not is_error(value) and value != NEVER_CALCULATED
    # A number is told in the signs of the reader's language, a text as it stands.
    shown = one_line(value) if isinstance(value, str) else figure(cell_text(value))
    worth = say(", {},", shown) if known else ""
    what = say("{}: {}{}", place, name, worth)
    if entry.kind is Row.TOTAL:
        sentence = _total_sentence(reading, entry, place, name, what)
    elif entry.kind is Row.HEAD:
        sentence = say("{} heads the rows below and is left out.", what)
    elif entry.kind is Row.PENDING:
        name = "Pending activity"
        sentence = say("{} is no holding and is left out.", say("{}: {}{}", place, name, worth))
    else:
        sentence = say("{} is {} and is left out.", what, say(entry.kind.value))
    return LeftOut(place, name, entry.kind.value, sentence)


def _total_sentence(reading: Reading, entry: Entry, place: str, name: str, what: str) -> str:
    """What is told of a total; a row that is called one and is the sum is no news."""
    if label(name) and _is_word_total(reading, entry):
        if not entry.unproved:
            return ""
        return say("{} is called a total and is left out; it is not the sum of the rows above.", what)
    if not name:
        return say("{}: the sum in this row is left out.", place)
    return say("{} is the sum of rows above and is left out.", what)


def _is_word_total(reading: Reading, entry: Entry) -> bool:
    return any(is_total(cell) for cell in reading.rows[entry.row])


def called_at(reading: Reading, row: int, text: str) -> tuple[str, str]:
    """The cell that names a row which is no holding, and the name.

    Args:
        reading: what is read.
        row: of the block, from 0.
        text: its symbol. Without one its name is the text that says cash, else the first.
    """
    column = reading.columns.fields["symbol"]
    if not text:
        cells = enumerate(reading.rows[row])
        texts = [(at, one_line(cell)) for at, cell in cells if isinstance(cell, str) and not is_no_figure(cell)]
        names = [(at, one) for at, one in texts if loose_number(one, reading.sign or ".") is None]
        column, text = next((one for one in names if is_cash_label(one[1])), names[0] if names else (column, ""))
    return reading.origin.name(row, column), text
