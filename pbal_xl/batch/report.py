"""A report of a whole run: every order, a summary, and what was refused, as tables of pandas."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import InputError
from pbal_xl.ooxml.newparts import LIKE_A_FORMULA
from pbal_xl.ooxml.save import check_writable, replace_file
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

    from pbal_xl.batch.job import Outcome

__all__ = ["check_report", "report_files", "write_report"]

_ENDINGS = {".xlsx", ".csv", ".parquet"}
_LARGEST = 20
_TAKEN = "is already there: remove it or choose another name (--replace renews a report that nobody changed)"
_NOT_OURS = "is already there and is not a report as it was written: remove it or choose another name"
# The tables that stand beside the orders in files of their own, where a file holds one table.
_BESIDE = ("Summary", "Files", "Largest", "Refusals")
_OF_FILE = ("file", "cash", "invested", "fees", "leftover", "gain", "drift_before", "drift_after", "output")
_OF_ORDER = (
    "file", "symbol", "side", "shares", "price", "amount", "value_before", "value_after", "weight_before",
    "weight_after", "target", "gain_realised", "fee", "reason",
)  # fmt: skip
_COLUMNS = {
    "Summary": ("what", "figure"),
    "Files": _OF_FILE,
    "Largest": _OF_ORDER,
    "Orders": _OF_ORDER,
    "Refusals": ("file", "code", "sentence"),
}


def check_report(path: Path, *, renew: bool = False) -> None:
    """Refuse a report that could not be written, before anything is done.

    Args:
        path: the file of that name.
        renew: whether the report takes the place of an earlier one.

    Raises:
        InputError: its name ends in nothing that is written.
        Refused: it may not be written, its folder is not there, or a file is that is not to be renewed.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise InputError(f"--report must end in .xlsx, .csv or .parquet, is {str(path)!r}")
    for name, file in _files(path).items():
        check_writable(file)
        if os.path.lexists(file) and not renew:
            raise refusal("output-exists", file, _TAKEN)
        if os.path.lexists(file) and not _is_report(file, name):
            raise refusal("output-exists", file, _NOT_OURS)
    if path.suffix.lower() == ".parquet":
        try:
            import pyarrow as _  # noqa: F401, ICN001
        except ImportError:
            raise InputError("a .parquet report needs pyarrow: pip install 'pbal-xl[parquet]'") from None


def report_files(path: Path) -> list[Path]:
    """The files that a report of this name is written to: one workbook, or a table each."""
    return list(_files(path).values())


def _files(path: Path) -> dict[str, Path]:
    """The files of a report, each by the table it holds; a workbook, which holds all of them, by the orders."""
    beside = () if path.suffix.lower() == ".xlsx" else _BESIDE
    return {"Orders": path} | {name: path.with_name(f"{path.stem}-{name.lower()}{path.suffix}") for name in beside}


def _is_report(file: Path, name: str) -> bool:
    """Whether a file holds what a report has there and, of a workbook, nobody saved it since it was written."""
    import pandas as pd

    try:
        if file.suffix.lower() == ".xlsx":
            with pd.ExcelFile(file) as book:
                found = {title: tuple(book.parse(title, nrows=0).columns) for title in book.sheet_names}
                made = book.book.properties
                return found == _COLUMNS and made.created == made.modified
        read = pd.read_csv if file.suffix.lower() == ".csv" else pd.read_parquet
        return tuple(read(file).columns) == _COLUMNS[name]
    except Exception:  # noqa: BLE001 - whatever keeps it from being read, it is no report to be renewed
        return False


def write_report(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the report; .csv and .parquet hold the orders, with the other tables beside them.

    Raises:
        Refused: it cannot be written.
    """
    tables = _tables(outcomes)
    if path.suffix.lower() == ".xlsx":
        _put(path, _workbook(tables))
        return
    for name, file in _files(path).items():
        out = io.BytesIO()
        if path.suffix.lower() == ".csv":
            out.write(_defused(tables[name]).to_csv(index=False).encode())
        else:
            tables[name].to_parquet(out, index=False)
        _put(file, out)


def _put(path: Path, content: io.BytesIO) -> None:
    def write(out: BinaryIO) -> None:
        out.write(content.getvalue())

    replace_file(path, write)


def _defused(table: Any) -> Any:
    """The table with an apostrophe before every text that a spreadsheet program would take for a formula."""

    def defused(cell: Any) -> Any:
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(LIKE_A_FORMULA) else cell

    return table.map(defused)


def _tables(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    import pandas as pd

    ordered = sorted(outcomes, key=lambda one: one.file)
    orders = [{"file": one.file, **order} for one in ordered if one.ok for order in _listed(one.told["orders"])]
    refused = [
        {"file": one.file, "code": one.told["code"], "sentence": one.told["error"]} for one in ordered if not one.ok
    ]
    files = [
        {name: one.file if name == "file" else one.told[name] for name in _OF_FILE} for one in ordered if one.ok
    ]
    for row in (*orders, *refused, *files):
        row.update({name: _encodable(cell) for name, cell in row.items() if isinstance(cell, str)})
    by_file = pd.DataFrame(files, columns=list(_OF_FILE))
    table = pd.DataFrame(orders, columns=list(_OF_ORDER))
    largest = table.reindex(table["amount"].abs().sort_values(ascending=False, kind="stable").index)
    return {
        "Orders": table,
        "Summary": _summary(by_file, len(refused)),
        "Files": by_file,
        "Largest": largest.head(_LARGEST),
        "Refusals": pd.DataFrame(refused, columns=list(_COLUMNS["Refusals"])),
    }


def _encodable(text: str) -> str:
    """A text with a question mark for each byte of a file's name that no encoding explains: no table holds it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _listed(orders: Any) -> list[dict[str, Any]]:
    return list(orders)


def _summary(files: Any, refused: int) -> Any:
    import pandas as pd

    def cents(name: str) -> float:
        return float(sum(round(100 * one) for one in files[name]) / 100)

    rows = {
        "files done": len(files),
        "files refused": refused,
        "cash": cents("cash"),
        "invested": cents("invested"),
        "fees": cents("fees"),
        "leftover": cents("leftover"),
        "largest drift before": max(files["drift_before"], default=0.0),
        "largest drift after": max(files["drift_after"], default=0.0),
    }
    return pd.DataFrame({"what": list(rows), "figure": [float(one) for one in rows.values()]})


def _workbook(tables: dict[str, Any]) -> io.BytesIO:
    import pandas as pd

    out = io.BytesIO()
    # A symbol or a file's name that looks like a formula or a link stays text.
    plain = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs=plain) as writer:
        for name in _COLUMNS:
            tables[name].to_excel(writer, sheet_name=name, index=False)
            writer.sheets[name].freeze_panes(1, 0)
            writer.sheets[name].autofit()
    return out
