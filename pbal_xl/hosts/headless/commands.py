"""One file from its cells to its trades sheet: read, plan, lay out, write."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pbal_xl.errors import Refused
from pbal_xl.hosts.headless.faults import naming_file
from pbal_xl.hosts.headless.reading import CSV_SUFFIXES, Where, read_csv_file, read_workbook
from pbal_xl.hosts.headless.said import said_text
from pbal_xl.hosts.headless.writing import sheet_spec
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.replace import marked_titles
from pbal_xl.ooxml.save import check_writable, replace_file
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source
from pbal_xl.refusals import refusal
from pbal_xl.sheet.trades import HOLDINGS_SHEET
from pbal_xl.suggest import check_live, language_for, layout_of, plan_of
from pbal_xl.words import ENGLISH, say, speaking, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from pbal_xl.core.model import Plan
    from pbal_xl.hosts.headless.orders import OrdersFile
    from pbal_xl.hosts.headless.reading import FilePortfolio
    from pbal_xl.setting import Settings
    from pbal_xl.sheet.layout import Layout
    from pbal_xl.sheet.log import Earlier

__all__ = ["CSV_SUFFIXES", "Done", "Request", "read_file", "run_file"]

_T = TypeVar("_T")

_TAKEN = "is already there: remove it or choose another name (--replace renews one that nobody changed)"
_TOUCHED = (
    "is already there and is not {} with its trades sheet as written, so one of the two was changed since: "
    "remove it or choose another name"
)
_LINKED = word("{} has another name (a hard link), under which the file is still as it was before.")
_KEPT = word(
    'The sheet "{}" stays: it was edited since, or written in Excel or Calc, where a file does not tell one '
    "from the other."
)


@dataclass(frozen=True, slots=True)
class Request:
    """What to do with a file.

    Attributes:
        where: where the holdings stand, as far as it was said.
        settings: what was said of the plan, by key; it goes before the file's own settings.
        output: the file to write; None for the workbook itself, or a new workbook beside a CSV.
        replace: take the place of an earlier, unedited trades sheet of ours.
        dry_run: write nothing.
        orders: the file for the orders; None for none.
    """

    where: Where
    settings: Settings
    output: Path | None = None
    replace: bool = False
    dry_run: bool = False
    orders: OrdersFile | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a file.

    Attributes:
        file: as it was named.
        portfolio: what was read.
        plan: what was suggested.
        trades_sheet: title of the new sheet; None on a dry run.
        output: the file that was written; None on a dry run.
        remarks: on how it was written.
        language: in which the sheet speaks.
    """

    file: Path
    portfolio: FilePortfolio
    plan: Plan
    trades_sheet: str | None
    output: Path | None
    remarks: tuple[str, ...] = ()
    language: str = ENGLISH

    @property
    def notices(self) -> tuple[str, ...]:
        """The plan's sentences, then the reader's and the writer's."""
        return (*self.plan.notices, *self.portfolio.notices, *self.remarks)


def run_file(path: Path, request: Request) -> Done:
    """Suggest trades for one file and write them.

    Raises:
        Refused: the file is left alone; has a code.
        PbalError: its cells, settings or figures cannot be used; the sentence names the file.
    """
    if path.suffix.lower() in CSV_SUFFIXES:
        return _run_csv(path, request)
    opened = open_source(path)
    with opened.package:
        portfolio, (plan, layout) = naming_file(
            path,
            lambda: read_workbook(path, request.where, opened, request.settings),
            lambda found: _laid_out(found, request),
        )
        language = language_for(portfolio, request.settings)
        told = None if request.orders is None else request.orders.text(plan)
        if request.dry_run:
            return Done(path, portfolio, plan, None, None, language=language)
        earlier = _earlier_lines(portfolio, request, path)
        maker = SpecMaker(sheet_spec(layout))
        said = said_text(request.where, request.settings)
        ours = marked_titles(opened, layout.name) if request.replace else []
        with _taken_told(path, request):
            grafted = graft_sheet(
                opened, maker, title=layout.name, output=request.output, replace=request.replace, said=said,
                made_from=portfolio.block.reference,
            )  # fmt: skip
    _write_orders(request, told)
    linked = (say(_LINKED, grafted.path),) if grafted.other_names else ()
    kept = (say(_KEPT, ours[-1]),) if ours and not grafted.replaced else ()
    remarks = (*linked, *kept, *_logged(grafted.path, earlier, plan, language, lambda: portfolio.block.reference))
    return Done(path, portfolio, plan, grafted.title, grafted.path, remarks, language)


def read_file(
    path: Path, where: Where, then: Callable[[FilePortfolio], _T], said: Settings | None = None
) -> tuple[FilePortfolio, _T]:
    """What a file says, with what was said beside it, and what is made of it; nothing is written.

    Raises:
        Refused: the file is left alone; has a code.
        PbalError: what is wrong with it, told with the file's name.
    """
    if path.suffix.lower() in CSV_SUFFIXES:
        return naming_file(path, lambda: read_csv_file(path, where, said), then)
    opened = open_source(path)
    with opened.package:
        return naming_file(path, lambda: read_workbook(path, where, opened, said), then)


def _run_csv(path: Path, request: Request) -> Done:
    from pbal_xl.hosts.headless.holdings_sheet import on_its_sheet, on_sheet

    portfolio, (plan, layout) = naming_file(
        path,
        lambda: read_csv_file(path, request.where, request.settings),
        lambda found: _laid_out(found, request, source=path.name, at=lambda: on_its_sheet(found)),
    )
    language = language_for(portfolio, request.settings)
    told = None if request.orders is None else request.orders.text(plan)
    if request.dry_run:
        return Done(path, portfolio, plan, None, None, language=language)
    title, output = _write_beside(path, portfolio, layout, request)
    _write_orders(request, told)
    earlier = _earlier_lines(portfolio, request, output)
    remarks = _logged(output, earlier, plan, language, lambda: on_sheet(portfolio.table).reference)
    return Done(path, portfolio, plan, title, output, remarks, language)


def _earlier_lines(portfolio: FilePortfolio, request: Request, path: Path) -> Earlier | None:
    """The lines of the log that goes on; None where none is kept."""
    if not {**portfolio.settings, **request.settings}.get("log"):
        return None
    from pbal_xl.hosts.headless.log_sheet import logged_lines

    there = request.output is not None and request.output.is_file()
    return logged_lines(request.output if there and request.output else path)


def _logged(
    path: Path, earlier: Earlier | None, plan: Plan, language: str, made_from: Callable[[], str]
) -> tuple[str, ...]:
    """Add the line of a plan to the log; what is worth telling of it."""
    if earlier is None:
        return ()
    from pbal_xl.hosts.headless.log_sheet import add_line
    from pbal_xl.sheet.log import line_of

    with speaking(language):
        title = add_line(path, earlier.lines, line_of(plan, _now()), made_from())
    return (say('Line {} was added to the sheet "{}".', len(earlier.lines) + 1, title), *earlier.told(title))


def _write_orders(request: Request, told: str | None) -> None:
    if request.orders is not None and told is not None:
        from pbal_xl.hosts.headless.orders import write_orders

        write_orders(request.orders.path, told)


def _laid_out(
    portfolio: FilePortfolio,
    request: Request,
    *,
    source: str = "",
    at: Callable[[], FilePortfolio] | None = None,
) -> tuple[Plan, Layout]:
    """The plan and its sheet; ``at`` gives the portfolio as it will stand where formulas read it."""
    check_live(portfolio, request.settings)
    plan = plan_of(portfolio, request.settings)
    with speaking(language_for(portfolio, request.settings)):
        stands = at() if at is not None and request.settings.get("live") else portfolio
    return plan, layout_of(stands, plan, _now(), source=source, said=request.settings)


def _write_beside(path: Path, portfolio: FilePortfolio, layout: Layout, request: Request) -> tuple[str, Path]:
    """A new workbook of two sheets, the holdings as they were read and the trades."""
    from pbal_xl.hosts.headless.holdings_sheet import is_ours, write_companion

    target = request.output or path.with_name(f"{path.stem}-trades.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise refusal("output-type", target, "would hold a workbook, so its name must end in .xlsx")
    earlier = is_ours(target) if request.replace else None
    if target.exists() and earlier is None:
        if request.output is not None:
            raise refusal("output-exists", target, _TAKEN)
        target = _free_name(target)
    check_writable(target)
    with tempfile.TemporaryDirectory(prefix="pbal-") as folder:
        made = Path(folder, "made.xlsx")
        with speaking(language_for(portfolio, request.settings)):
            title = write_companion(
                portfolio.table,
                sheet_spec(layout),
                made,
                said=said_text(Where(sheet=HOLDINGS_SHEET), request.settings),
                earlier=None if earlier is None else target,
            )
        content = made.read_bytes()

    def write(out: BinaryIO) -> None:
        out.write(content)

    replace_file(target, write, expected=earlier)
    return title, target


@contextmanager
def _taken_told(path: Path, request: Request) -> Iterator[None]:
    """Tell the way out that the command line has where the file to write is there already."""
    try:
        yield
    except Refused as refused:
        if refused.code == "output-exists" and request.output is not None:
            told = _TOUCHED.format(path.name) if request.replace else _TAKEN
            raise refusal("output-exists", request.output, told) from None
        raise


def _free_name(path: Path) -> Path:
    number = 2
    while (candidate := path.with_name(f"{path.stem} ({number}){path.suffix}")).exists():
        number += 1
    return candidate


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()
