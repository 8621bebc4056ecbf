"""Which column has which role: what the headers claim, and what the cells prove.

Long because each field is decided in view of the columns that the fields before it took.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Origin, is_blank, is_no_figure, quoted
from pbal_xl.grid.evidence import Proof, Sample, prove
from pbal_xl.grid.headers import IDENTIFIERS, SUMS, SURE
from pbal_xl.grid.numbers import loose_number, money_mark
from pbal_xl.grid.vocabulary import Name, label, meanings, words
from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.cells import Cell

__all__ = ["Candidate", "Roles", "pick"]

# Columns of one field that are tried against each other; nobody has more.
_MOST = 6
# Columns that name a holding by a code, whatever stands in them.
_FIGURES = ("value", "quantity", "price", "weight")
_NUMBERS = ("isin", "cusip", "sedol", "wkn", "valor")
_VALOR = re.compile(r"\d{5,9}(?:\.0)?")
_TICKER = re.compile(r"[A-Z][A-Z0-9]{0,5}(?:[.:-][A-Z0-9]{1,6})?")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.:/-]{0,11}")
# A balance with more decimals than money has is a number of coins.
_MONEY_PLACES = -2
# Words for a holding's size that mean shares where another column is the money.
_SIZES = frozenset({"balance", "holdings", "holding", "positions", "available", "currentposition", "position"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that claims a field.

    Attributes:
        column: from 0.
        weak: whether the claim needs proof.
        text: its header as it stands.
        name: its header taken apart.
    """

    column: int
    weak: bool
    text: str
    name: Name


@dataclass(slots=True)
class Roles:
    """The roles found, and why.

    Attributes:
        fields: column of the symbol and of each figure.
        why: for each role a few words.
        others: columns of the remaining fields, such as "kind" or "currency".
        targets: columns that may be targets, surest first.
        identifiers: columns that name a holding besides its symbol.
        numbers: those of them that stand in for a blank symbol: ISIN, CUSIP and the like.
        value_name: header of the value taken apart; None where value is quantity x price.
        price_name: the same of the price.
        notices: what was not used, and why.
    """

    fields: dict[str, int] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)
    targets: list[Candidate] = field(default_factory=list)
    identifiers: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    value_name: Name | None = None
    price_name: Name | None = None
    notices: list[str] = field(default_factory=list)


def pick(names: Sequence[str], sample: Sample, origin: Origin, header: int) -> Roles:
    """Give each field its column.

    Raises:
        CellFaults: columns claim the same field and nothing decides between them.
    """
    picker = _Picker(names, sample, origin, header)
    picker.symbol()
    picker.figures()
    picker.gains()
    picker.rest()
    if picker.faults:
        raise CellFaults(picker.faults)
    return picker.roles


class _Picker:
    def __init__(self, names: Sequence[str], sample: Sample, origin: Origin, header: int) -> None:
        self.names, self.sample, self.origin, self.header = names, sample, origin, header
        self.roles = Roles()
        self.faults: list[str] = []
        self.claims: dict[str, list[Candidate]] = {}
        for column, text in enumerate(names):
            for one in meanings(text):
                self.claims.setdefault(one.field, []).append(Candidate(column, one.weak, text, one.name))

    # -- the symbol

    def symbol(self) -> None:
        """The best identifier that says something; the others may name what it leaves blank."""
        found: list[Candidate] = []
        for kind in IDENTIFIERS:
            named = [one for one in self.claims.get(kind, []) if self._says_something(one.column)]
            strong = [one for one in named if not one.weak] or named
            if strong and kind == "ticker" and not found:
                strong = [self._one(strong, "symbol")]
            found += [one for one in strong if not self._is_figures(one, kind)]
        if not found:
            found = [one for kind in IDENTIFIERS for one in self.claims.get(kind, [])]
            figures = {one.column for name in _FIGURES for one in self.claims.get(name, [])}
            if all(one.column in figures and self._numeric(one.column) for one in found):
                place = self.origin.name(self.header, found[0].column)
                raise CellFaults([f"{place}: no column names the holdings; add a column Symbol or Name"])
        # A weak name, such as Code, serves only where nothing surer is there, or where codes stand below it.
        found.sort(key=lambda one: one.weak and not self._holds_codes(one.column))
        best = self._with_tickers(found)
        self._set("symbol", best, "header" if best is found[0] else "header; it holds tickers")
        self.roles.identifiers = [one.column for one in found if one is not best]
        sure = {one.column for kind in _NUMBERS for one in self.claims.get(kind, [])}
        self.roles.numbers = [column for column in self.roles.identifiers if column in sure]

    def _holds_codes(self, column: int) -> bool:
        given = [str(cell).strip() for cell in self.sample.cells(column) if not is_blank(cell)]
        return bool(given) and all(_CODE.fullmatch(text) for text in given)

    def _with_tickers(self, found: Sequence[Candidate]) -> Candidate:
        """Of several columns of names the one that holds tickers: Instrument, Stock and the like may be either."""
        best = found[0]
        if any(one.field in SURE for one in meanings(best.text)) or self._holds_codes(best.column):
            return best
        return next((one for one in found[1:] if self._holds_tickers(one.column)), best)

    def _holds_tickers(self, column: int) -> bool:
        given = {str(cell).strip() for cell in self.sample.cells(column) if not is_blank(cell)}
        blanks = sum(is_blank(cell) for cell in self.sample.cells(column))
        named = all(_TICKER.fullmatch(text) and label(text) not in words("class") for text in given)
        return named and not blanks and len(given) == len(self.sample.cells(column))

    def _says_something(self, column: int) -> bool:
        return any(not is_blank(cell) for cell in self.sample.cells(column)) or not self.sample.cells(column)

    def _is_figures(self, one: Candidate, kind: str) -> bool:
        """A name's column of numbers is no name: "Position" or "Valeur" may be either."""
        if kind == "valor":
            # In Spanish and Portuguese it is a value; as a security's number it has five to nine digits.
            given = [str(cell).strip() for cell in self.sample.cells(one.column) if not is_blank(cell)]
            return not all(_VALOR.fullmatch(text) for text in given)
        if kind == "ticker" or kind in _NUMBERS:
            return False
        return self._numeric(one.column)

    def _is_blank(self, column: int) -> bool:
        return all(is_blank(cell) for cell in self.sample.cells(column))

    def _given(self, column: int) -> list[Cell]:
        """What stands in a column, blanks and dashes apart."""
        return [cell for cell in self.sample.cells(column) if not is_no_figure(cell)]

    def _numeric(self, column: int) -> bool:
        """Whether most of what stands in a column are numbers."""
        given = self._given(column)
        # One that could be two numbers is one all the same.
        numbers = sum(loose_number(cell, ".") is not None for cell in given)
        return bool(given) and 2 * numbers >= len(given)

    def _may_be_target(self, one: Candidate) -> bool:
        """Whether a column holds targets, or texts such as "2/3", which nobody may overlook in a column Target."""
        if self._numeric(one.column) or self._is_blank(one.column):
            return True
        texts = [cell for cell in self._given(one.column) if isinstance(cell, str)]
        return not one.weak and any(any(map(str.isdigit, text)) for text in texts)

    # -- value, quantity, price

    def figures(self) -> None:
        """Value, quantity and price, by proof where there is any."""
        symbol = self.roles.fields["symbol"]
        values, quantities, prices = (
            [one for one in self._plausible(name) if one.column != symbol]
            for name in ("value", "quantity", "price")
        )
        proofs = prove(self.sample, *([one.column for one in found] for found in (quantities, prices, values)))
        value = self._value(values, quantities, prices, proofs)
        taken = {value.column} if value is not None else set()
        quantities = [one for one in quantities if one.column not in taken]
        prices = [one for one in prices if one.column not in taken]
        proof = self._best(proofs, value, quantities, prices)
        if proof is not None:
            quantity: Candidate | None = next(one for one in quantities if one.column == proof.quantity)
            price: Candidate | None = next(one for one in prices if one.column == proof.price)
            why = f"header; value = quantity x price in {proof.holds} of {proof.holds + proof.fails} rows"
        else:
            quantity, price, why = *self._unproved(value, quantities, prices), "header"
        if value is not None:
            self._set(
                "value", value, why if proof is None or proof.value == value.column else "header; home currency"
            )
            self.roles.value_name = value.name
        if quantity is not None:
            self._set("quantity", quantity, why)
        if price is not None:
            self._set("price", price, why)
            self.roles.price_name = price.name

    def _plausible(self, field_name: str) -> list[Candidate]:
        """The candidates of a figure; those without numbers only where there are no others."""
        found = self.claims.get(field_name, [])
        numeric = [one for one in found if self._numeric(one.column)]
        if any(not one.weak for one in numeric):
            return numeric[:_MOST]
        # A column of text under a name that could be another field's is that other field's.
        strong = [one for one in found if not one.weak and not self._is_identifier(one)]
        return [*strong, *numeric][:_MOST]

    def _is_identifier(self, one: Candidate) -> bool:
        return any(
            other.column == one.column for kind in IDENTIFIERS for other in self.claims.get(kind, [])
        ) and self._says_something(one.column)

    def _value(
        self,
        values: list[Candidate],
        quantities: list[Candidate],
        prices: list[Candidate],
        proofs: list[Proof],
    ) -> Candidate | None:
        strong = [one for one in values if not one.weak]
        proved = {one.value for one in proofs if one.proved}
        swapped = [one for one in values if one.weak and self._is_total_of(one, strong, proofs)]
        if swapped:
            return swapped[0]
        if strong:
            tagged = [one for one in strong if one.name.currency or one.name.scope == "home"]
            plain = [one for one in strong if one not in tagged]
            if tagged and plain:
                return self._home(self._one(tagged, "value", proved), self._one(plain, "value", proved), proofs)
            return self._one(strong, "value", proved)
        return self._weak_value(values, quantities, prices, proofs)

    def _is_total_of(self, one: Candidate, strong: list[Candidate], proofs: list[Proof]) -> bool:
        """Whether "Total" is quantity x "Value", so that Value is the price of one share."""
        columns = {other.column for other in strong}
        used = any(p.proved and p.value == one.column and p.price in columns for p in proofs)
        return used and not any(p.proved and p.value in columns for p in proofs)

    def _home(self, tagged: Candidate, plain: Candidate, proofs: list[Proof]) -> Candidate | None:
        """Of a value in a named currency and one without: the home one, where the figures tell which it is."""
        if self.sample.same(tagged.column, plain.column):
            return tagged
        in_local = any(one.proved and one.value == plain.column for one in proofs)
        in_tagged = any(one.always and one.value == tagged.column for one in proofs)
        if plain.name.scope == "local" or (in_local and not in_tagged):
            return tagged
        pairs = list(zip(self.sample.numbers(tagged.column), self.sample.numbers(plain.column), strict=True))
        if not in_tagged and any(a is not None and a == b for a, b in pairs):
            return tagged
        self._claim_both([plain, tagged], "value")
        return None

    def _weak_value(
        self,
        values: list[Candidate],
        quantities: list[Candidate],
        prices: list[Candidate],
        proofs: list[Proof],
    ) -> Candidate | None:
        proved = {one.value for one in proofs if one.proved}
        tagged = [one for one in values if one.name.currency or one.name.scope == "home"]
        plain = [one for one in values if one.column in proved and one not in tagged]
        if plain and tagged:
            # Amount in USD beside Amount in EUR, by weak names: the one that is not quantity x price is at home.
            return self._home(self._one(tagged, "value", proved), self._one(plain, "value", proved), proofs)
        sure = [one for one in values if one.column in proved]
        # "Current $" beside a number of shares may be the price of one as well.
        either = {one.column for one in prices if one.weak} if any(not one.weak for one in quantities) else set()
        alone = [one for one in values if one.column not in either]
        sure = sure or [one for one in alone if one.name.currency or self._has_money_marks(one.column)]
        if sure:
            return self._one(sure, "value")
        if any(not one.weak for one in quantities) and any(not one.weak for one in prices):
            return None
        sums = [one for one in values if one.name.key in SUMS]
        if not sums:
            return None
        best = self._one(sums, "value")
        if self._counts_coins(best.column):
            if any(not one.weak for one in prices) and best.column in {one.column for one in quantities}:
                return None
            self.faults.append(
                f"{self._cell(best)}: {quoted(best.text)} may be a number of coins or shares rather than money; "
                "add a column Value or Price, or call it Value or Quantity"
            )
        return best

    def _has_money_marks(self, column: int) -> bool:
        return any(isinstance(cell, str) and money_mark(cell) for cell in self.sample.cells(column))

    def _counts_coins(self, column: int) -> bool:
        symbols = self.sample.cells(self.roles.fields["symbol"])
        coins = {word.upper() for word in words("coins")}
        if any(isinstance(cell, str) and cell.strip().upper() in coins for cell in symbols):
            return True
        given = [number for number in self.sample.numbers(column) if number is not None]
        return any(_places(number) < _MONEY_PLACES for number in given)

    def _best(
        self, proofs: list[Proof], value: Candidate | None, quantities: list[Candidate], prices: list[Candidate]
    ) -> Proof | None:
        weak = {one.column: one.weak for one in (*quantities, *prices)}
        usable = [one for one in proofs if one.proved and one.quantity in weak and one.price in weak]
        if value is not None:
            usable = [one for one in usable if one.value == value.column] or usable
        # Shares x price proves itself turned round too: fewer weak names, then more rows.
        return min(usable, key=lambda one: (weak[one.quantity] + weak[one.price], -one.holds), default=None)

    def _unproved(
        self, value: Candidate | None, quantities: list[Candidate], prices: list[Candidate]
    ) -> tuple[Candidate | None, Candidate | None]:
        """Quantity and price where no arithmetic tells: strong claims only, and no two of them."""
        many = [one for one in quantities if not one.weak]
        if not many and (value is not None or prices):
            many = [one for one in quantities if one.name.key in _SIZES]
        if not many and any(one.name.key.startswith("clos") for one in prices):
            # DEGIRO calls the number of shares Amount, beside Closing.
            many = [one for one in quantities if one.name.key == "amount"]
        each = [one for one in prices if not one.weak]
        # A column has one role: Quote is a price, and in Italian a number of units.
        both = {one.column for one in many} & {one.column for one in each}
        only = [one for one in many if one.column not in both]
        if only or len(each) == len(both):
            many = only
        else:
            each = [one for one in each if one.column not in both]
        quantity = self._one(many, "quantity") if many else None
        if len(each) > 1 and value is not None and quantity is not None:
            alike = all(self.sample.same(each[0].column, one.column) for one in each[1:])
            if not alike:
                told = " and ".join(f"{self._cell(one)} ({quoted(one.text)})" for one in each)
                self.roles.notices.append(
                    say("{} both claim to be the price; value / quantity is used instead.", told)
                )
                return quantity, None
        return quantity, self._one(each, "price") if each else None

    # -- the rest

    def gains(self) -> None:
        """Gain and cost: told by value - cost = gain where several claim them, else left out."""
        for name in ("gain", "cost"):
            taken = set(self.roles.fields.values())
            found = [one for one in self._plausible(name) if not one.weak and one.column not in taken]
            if len(found) > 1 and not all(self.sample.same(found[0].column, one.column) for one in found[1:]):
                proved = [one for one in found if name == "gain" and self._is_gain(one.column)]
                if len(proved) != 1:
                    told = " and ".join(f"{self._cell(one)} ({quoted(one.text)})" for one in found)
                    self.roles.notices.append(say("{} both claim to be the {}, so none is read.", told, name))
                    continue
                found = proved
            if found:
                self._set(name, found[0], "header")

    def _is_gain(self, column: int) -> bool:
        """Whether value less some column of costs is this column, in every row that has them."""
        value = self.roles.fields.get("value")
        if value is None:
            return False
        for cost in self._plausible("cost"):
            triples = zip(*(self.sample.numbers(at) for at in (value, cost.column, column)), strict=True)
            given = [(v, c, g) for v, c, g in triples if v is not None and c is not None and g is not None]
            if given and all(abs(v - c - g) <= Decimal("0.02") for v, c, g in given):
                return True
        return False

    def rest(self) -> None:
        """Targets, and the columns that tell kinds, currencies, dates and accounts."""
        taken = set(self.roles.fields.values())
        targets = [one for one in self.claims.get("target", []) if one.column not in taken]
        self.roles.targets = sorted(
            (one for one in targets if self._may_be_target(one)),
            key=lambda one: one.weak,
        )
        for name in (
            "kind", "action", "side", "sold", "date", "lot_date", "account", "rate", "multiplier", "weight",
            "currency", "value_currency", "price_currency", "cost_price", "lock", "most", "lot",
        ):  # fmt: skip
            found = [one.column for one in self.claims.get(name, []) if one.column not in taken and not one.weak]
            if found:
                self.roles.others[name] = found

    def _one(self, found: list[Candidate], field_name: str, proved: set[int] | None = None) -> Candidate:
        """The one of several candidates; a fault where they differ and nothing is proved."""
        # Values in two currencies: which one is the investor's own no arithmetic tells.
        several = field_name == "value" and len({one.name.currency for one in found} - {""}) > 1
        if len(found) > 1 and proved and not several:
            found = [one for one in found if one.column in proved] or found
        if len(found) > 1 and not all(self.sample.same(found[0].column, one.column) for one in found[1:]):
            scoped = [one for one in found if one.name.scope == "home"]
            if len(scoped) == 1:
                return scoped[0]
            self._claim_both(found, field_name)
        return found[0]

    def _claim_both(self, found: list[Candidate], field_name: str) -> None:
        cells = " and ".join(f"{self._cell(one)} ({quoted(one.text)})" for one in found)
        self.faults.append(f"{cells} both claim to be the {field_name}; rename one of them")

    def _cell(self, one: Candidate) -> str:
        return self.origin.name(self.header, one.column)

    def _set(self, name: str, one: Candidate, why: str) -> None:
        self.roles.fields[name] = one.column
        self.roles.why[name] = why


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
