"""A report of a whole run: every order, a summary, and what was refused, as tables of pandas."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import InputError
from pbal_xl.ooxml.newparts import LIKE_A_FORMULA
from pbal_xl.ooxml.save import check_writable, replace_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

    from pbal_xl.batch.job import Outcome

__all__ = ["check_report", "report_files", "write_report"]

_ENDINGS = {".xlsx", ".csv", ".parquet"}
_LARGEST = 20
# The tables that stand beside the orders in files of their own, where a file holds one table.
_BESIDE = ("Summary", "Files", "Largest", "Refusals")
_OF_FILE = ("file", "cash", "invested", "fees", "leftover", "gain", "drift_before", "drift_after", "output")


def check_report(path: Path) -> None:
    """Refuse a report that could not be written, before anything is done.

    Raises:
        InputError: its name ends in nothing that is written.
        Refused: it may not be written, or its folder is not there.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise InputError(f"--report must end in .xlsx, .csv or .parquet, is {str(path)!r}")
    check_writable(path)
    if path.suffix.lower() == ".parquet":
        try:
            import pyarrow as _  # noqa: F401, ICN001
        except ImportError:
            raise InputError("a .parquet report needs pyarrow: pip install 'pbal-xl[parquet]'") from None


def report_files(path: Path) -> list[Path]:
    """The files that a report of this name is written to: one workbook, or a table each."""
    if path.suffix.lower() == ".xlsx":
        return [path]
    return [path, *(_beside(path, name) for name in _BESIDE)]


def _beside(path: Path, name: str) -> Path:
    return path.with_name(f"{path.stem}-{name.lower()}{path.suffix}")


def write_report(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the report; .csv and .parquet hold the orders, with the other tables beside them.

    Raises:
        Refused: it cannot be written.
    """
    tables = _tables(outcomes)
    if path.suffix.lower() == ".xlsx":
        _put(path, _workbook(tables))
        return
    for name, table in tables.items():
        out = io.BytesIO()
        if path.suffix.lower() == ".csv":
            out.write(_defused(table).to_csv(index=False).encode())
        else:
            table.to_parquet(out, index=False)
        _put(path if name == "Orders" else _beside(path, name), out)


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
    order_columns = [
        "file", "symbol", "side", "shares", "price", "amount", "value_before", "value_after", "weight_before",
        "weight_after", "target", "gain_realised", "fee", "reason",
    ]  # fmt: skip
    by_file = pd.DataFrame(files, columns=list(_OF_FILE))
    table = pd.DataFrame(orders, columns=order_columns)
    largest = table.reindex(table["amount"].abs().sort_values(ascending=False, kind="stable").index)
    return {
        "Orders": table,
        "Summary": _summary(by_file, len(refused)),
        "Files": by_file,
        "Largest": largest.head(_LARGEST),
        "Refusals": pd.DataFrame(refused, columns=["file", "code", "sentence"]),
    }


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
        for name in ("Summary", "Files", "Largest", "Orders", "Refusals"):
            tables[name].to_excel(writer, sheet_name=name, index=False)
            writer.sheets[name].freeze_panes(1, 0)
            writer.sheets[name].autofit()
    return out
