"""What is wrong with the figures that a living sheet reads, as formulas: then it says so, and orders nothing.

A sheet of formulas is edited for years: rows are deleted, sorted and put in between, figures become text or errors.
No order may rest on what is not the portfolio any more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.settings import by_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.sheet.living_figures import Figures
    from pbal_xl.sheet.living_places import HoldingCells, SettingCells

__all__ = ["NO_WORDS", "YES_WORDS", "figures_check", "missing"]

YES_WORDS = ("yes", "y", "x", "true", "ja", "wahr", "1")
NO_WORDS = ("no", "n", "false", "nein", "falsch", "0")
_PLACE = re.compile(r"(?:'(?:[^']|'')*'!|\w+!)\$?[A-Z]{1,3}\$?\d+")
# What the column of faults says of a holding, and the sentence behind the holding's name or in its place.
_LACKS, _NAMELESS, _SCATTERED, _GONE = range(1, 5)
_TELLS = (
    (_GONE, '"[a row of the holdings was deleted, or a symbol is an error; make this sheet anew]"'),
    (
        _LACKS,
        '""&INDEX({symbol_all},MATCH(1,{missing_all},0))&"[ lacks a number: a value, a price or a target]"',
    ),
    (_NAMELESS, '"[a holding has no symbol]"'),
    (
        _SCATTERED,
        '""&INDEX({symbol_all},MATCH(3,{missing_all},0))&"[ has its lots in other rows now; make this sheet anew]"',
    ),
)


def missing(cells: HoldingCells) -> str:
    """The formula that tells what a holding lacks, 0 for nothing; a blank cell would count as 0 by itself."""
    texts = (cells.value, cells.price, cells.target, cells.quantity)
    places = sorted({place for text in texts for place in _PLACE.findall(text or "")})
    # LibreOffice takes TRUE for a number, the others do not.
    numbers = ",".join(f"ISNUMBER({place}),NOT(ISLOGICAL({place}))" for place in places)
    name = f"TRIM({cells.symbol})"
    formula = f"IF(LEN({name})=0,{_NAMELESS},0)"
    if cells.lots:
        others = ",".join(f"TRIM({lot})<>{name}" for lot in cells.lots)
        formula = f"IF(LEN({name})=0,{_NAMELESS},IF(OR({others}),{_SCATTERED},0))"
    errors = ",".join(f"ISERROR({place})" for place in (cells.symbol, *cells.lots))
    return f"IF(OR({errors}),{_GONE},IF(NOT(AND({numbers})),{_LACKS},{formula}))"


def figures_check(settings: SettingCells, figures: Figures) -> str:
    """The formula that says "OK", or the first fault in a sentence."""
    formula = '"OK"'
    for wrong, said in reversed(list(_faults(settings, figures))):
        formula = f"IF({wrong},{said},{formula})"
    return formula


def _faults(settings: SettingCells, figures: Figures) -> Iterator[tuple[str, str]]:
    """Every fault: when it is one, and what is said of it. The first stand before those that they would break."""
    for code, said in _TELLS:
        yield f"COUNTIF({{missing_all}},{code})>0", said
    yield "COUNT({value_all})<ROWS({value_all})", '"[a value is no number]"'
    twin = "INDEX({symbol_all},MATCH(MAX({twins_all}),{twins_all},0))"
    yield "MAX({twins_all})>1", f'""&{twin}&"[ stands in two rows; make this sheet anew]"'
    for counted, count in settings.watched:
        said = '"[rows of the holdings were added or removed; make this sheet anew]"'
        yield f"ISERROR({counted})", said
        yield f"{counted}<>{count}", said
    yield "MIN({value_all})<0", '"[a value is below 0]"'
    yield "OR(NOT(ISNUMBER({cash})),ISLOGICAL({cash}))", '"[the cash is no number]"'
    yield "-{cash}>{total_before}", '"[the withdrawal is more than the holdings are worth]"'
    if figures.custom:
        off = "AND(ABS(SUM({given_all})-1)>0.0001,ABS(SUM({given_all})-100)>0.01)"
        yield off, '"[the targets do not sum to 100 %]"'
        yield "MIN({given_all})<0", '"[a target is below 0]"'
        yield _unknown("{deviation}", _ways("deviation")), '"[the deviation is neither relative nor absolute]"'
    if figures.price:
        yield "COUNT({price_all})<ROWS({price_all})", '"[a price is no number]"'
        yield "MIN({price_all})<=0", '"[a price is not above 0]"'
        answers = _unknown("{whole_shares}", (*YES_WORDS, *NO_WORDS))
        yield (
            f"IF(ISTEXT({{whole_shares}}),{answers},ISERROR({{whole_shares}}))",
            '"[whole shares is neither yes nor no]"',
        )
    yield (
        _unknown("{strategy}", _ways("strategy")),
        '"[the strategy is neither Try to Never Sell nor Hard Rebalance]"',
    )
    if figures.increment is not None:
        wrong = "IF(ISNUMBER({increment}),{increment}<0,TRUE)"
        yield wrong, '"[the increment is no number from 0 on]"'


def _ways(key: str) -> list[str]:
    """Every way to write a choice, without the signs that do not matter."""
    texts = [text for choice in by_key(key).choices for text in (choice.word, choice.title, *choice.synonyms)]
    return sorted({_bare(text) for text in texts})


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]", "", text.casefold())


def _unknown(cell: str, words: Sequence[str]) -> str:
    """When a cell says none of these words, or is an error."""
    bare = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(LOWER({cell})," ",""),"-",""),"_","")'
    known = ",".join(f'{bare}="{word}"' for word in words)
    return f"IF(ISERROR({cell}),TRUE,NOT(OR({known})))"
