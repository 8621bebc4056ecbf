"""Numbers as people write them: read exactly, or refused; never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.grid.numbers import Figure, block_sign, loose_number, read_text

WRITTEN = {
    "$1,234.50": "1234.50",
    "1 234,50": "1234.50",
    "1\u00a0234,50": "1234.50",
    "1\u202f234,50": "1234.50",
    "1\u2009234.50": "1234.50",
    "(1,234.00)": "-1234.00",
    "($1,234.00)": "-1234.00",
    "1'234.50": "1234.50",
    "1\u2019234.50": "1234.50",
    "CHF 1'234.50": "1234.50",
    "1'234.-": "1234",
    "1'234.\u2013": "1234",
    "12,34,567.89": "1234567.89",
    "1.234.567,89": "1234567.89",
    "1,234,567": "1234567",
    "1234.50-": "-1234.50",
    "-$5.25": "-5.25",
    "$-5.25": "-5.25",
    "\u22125,25": "-5.25",
    "+5.25": "5.25",
    " 5.25 ": "5.25",
    "\u20ac 5,25": "5.25",
    "5,25 \u20ac": "5.25",
    "5.25 USD": "5.25",
    "US$5.25": "5.25",
    "\u00a35.25": "5.25",
    "\u20b912,34,567.00": "1234567.00",
    "5,25 kr": "5.25",
    "1.5E+05": "150000",
    ".5": "0.5",
    "0,123": "0.123",
    "1234,567": "1234.567",
    "007": "7",
    "0": "0",
}
NO_NUMBERS = [
    "abc",
    "abc123",
    "VTI100",
    "100VTI",
    "12 34",
    "1 2 3",
    "1$2",
    "1.2.3",
    "1,23,4",
    "0,123,456",
    "--5",
    "(-5)",
    "(5",
    "5)",
    "()",
    "-",
    "%",
    ".",
    "$",
    "1e",
    "1.234,567,8",
    "1,234.567.8",
    "\uff11\uff12",
    "\u0661\u0662",
    "nan",
    "inf",
    "5" * 61,
    "1_000",
    "0x10",
    "12:30",
    "2024-01-31",
]


@pytest.mark.parametrize(("text", "number"), WRITTEN.items())
def test_each_way_of_writing_reads_as_its_number(text: str, number: str) -> None:
    assert read_text(text, None) == Figure(Decimal(number), percent=False)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    assert str(read_text(text, None)).endswith("is not a number")


@pytest.mark.parametrize(("text", "number"), {"12.5%": "0.125", "12,5 %": "0.125", "(3%)": "-0.03"}.items())
def test_a_percentage_is_a_hundredth(text: str, number: str) -> None:
    assert read_text(text, None) == Figure(Decimal(number), percent=True)


@pytest.mark.parametrize("text", ["1,234", "1.234", "$1,234", "12.345", "(999,999)", "1,234 %", "01,234"])
def test_an_ambiguous_number_is_refused_until_a_sign_decides(text: str) -> None:
    assert "two ways" in str(read_text(text, None))
    point, comma = read_text(text, "."), read_text(text, ",")
    assert isinstance(point, Figure)
    assert isinstance(comma, Figure)
    assert abs(point.number / comma.number) in {1000, Decimal("0.001")}


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["1,234", "5.50"], "."),
        (["1.234", "5,50"], ","),
        (["1,234", "1,234,567"], "."),
        (["1.234", "12.345.678"], ","),
        (["1.234", "1 234,5"], ","),
        (["1,234", "12.5%"], "."),
        (["1,234", "1.234", "12", "abc"], None),
        ([], None),
    ],
)
def test_the_other_numbers_of_a_block_decide_its_sign(texts: list[str], sign: str | None) -> None:
    assert block_sign(texts) == sign


def test_a_number_that_contradicts_the_block_is_refused() -> None:
    assert "does not fit" in str(read_text("1.234,50", "."))
    assert "does not fit" in str(read_text("1,234.50", ","))


def _grouped(whole: str, sign: str, *, indian: bool = False) -> str:
    head, tail = whole[:-3], whole[-3:]
    size = 2 if indian else 3
    groups: list[str] = []
    while head:
        head, group = head[:-size], head[-size:]
        groups.insert(0, group)
    return sign.join([*groups, tail])


STYLES = {
    "US": (",", ".", False),
    "German": (".", ",", False),
    "Swiss": ("'", ".", False),
    "Swiss, typographic": ("\u2019", ".", False),
    "French": ("\u202f", ",", False),
    "French, wide": ("\u00a0", ",", False),
    "Indian": (",", ".", True),
}


@pytest.mark.parametrize("style", STYLES)
@given(whole=st.integers(0, 10**15), cents=st.integers(0, 99), negative=st.booleans())
def test_every_amount_of_money_reads_back_exactly(style: str, whole: int, cents: int, negative: bool) -> None:
    grouping, decimal, indian = STYLES[style]
    text = f"{'-' if negative else ''}{_grouped(str(whole), grouping, indian=indian)}{decimal}{cents:02}"
    figure = read_text(text, None)
    assert isinstance(figure, Figure)
    assert figure.number == (-1 if negative else 1) * (Decimal(whole) + Decimal(cents) / 100)


@pytest.mark.parametrize("style", STYLES)
@given(whole=st.integers(0, 10**12), fraction=st.text("0123456789", max_size=10))
def test_every_decimal_reads_back_exactly_where_the_sign_is_known(style: str, whole: int, fraction: str) -> None:
    grouping, decimal, indian = STYLES[style]
    text = _grouped(str(whole), grouping, indian=indian) + (decimal + fraction if fraction else "")
    figure = read_text(text, decimal)
    assert isinstance(figure, Figure)
    assert figure.number == Decimal(f"{whole}.{fraction or 0}")


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    assert isinstance(read_text(text, None), (Figure, str))


@given(st.text("0123456789.,' -+()%$\u20aceE\u00a0\u202fUSD", max_size=30), st.sampled_from([None, ".", ","]))
def test_no_almost_number_raises_or_breaks_the_line(text: str, sign: str | None) -> None:
    read = read_text(text, sign)
    if isinstance(read, str):
        assert "\n" not in read
    else:
        assert read.number.is_finite()


@pytest.mark.parametrize("text", [part * 29 + "x" for part in ("1.", "1,", "1 ", "1'", ". ", ".,", "$-", "((")])
def test_a_text_that_almost_fits_is_turned_down_at_once(text: str) -> None:
    # A pattern that can match a separator in two ways would try 2 ** 29 of them.
    assert str(read_text(text, None)).endswith("is not a number")


@pytest.mark.parametrize("text", ["1" * 10**6, "," * 10**6, "(" * 10**5, "\x00\x1b[31m\n\r\u202e", "1 " * 10**5])
def test_hostile_texts_are_refused_in_a_short_line(text: str) -> None:
    said = read_text(text, None)
    assert isinstance(said, str)
    assert len(said) < 100
    assert said.isprintable()


def test_a_text_that_could_be_two_numbers_is_one_only_by_its_sign() -> None:
    """1,234 compares as neither a thousand nor as one and a bit until the block says which sign it writes."""
    assert loose_number("1,234", None) is None
    assert (loose_number("1,234", "."), loose_number("1,234", ",")) == (1234, Decimal("1.234"))
    assert loose_number("1.234,50", None) == loose_number("1,234.50", None) == Decimal("1234.5")
