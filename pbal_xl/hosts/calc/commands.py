"""The commands of the menu Portfolio: each one step to undo, each with a message for the user."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbal_xl import _version
from pbal_xl.errors import CellFaults, PbalError, Refused
from pbal_xl.explained import is_of_holdings
from pbal_xl.functions import FUNCTIONS
from pbal_xl.hosts.calc.asking import Dialog, read_answers
from pbal_xl.hosts.calc.cells import uno
from pbal_xl.hosts.calc.importing import add_positions_sheet
from pbal_xl.hosts.calc.plans import format_plans
from pbal_xl.hosts.calc.repair import repair_formulas
from pbal_xl.hosts.calc.settings_sheet import remember, write_settings
from pbal_xl.hosts.calc.suggest import add_trades_sheet, explained, read_document, says_cash
from pbal_xl.settings import offered_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pbal_xl.functions import Function
    from pbal_xl.setting import Settings

__all__ = ["COMMANDS", "Command", "Message", "carry_out", "has_window", "tell"]

_MOST_FAULTS = 15
_TITLE = "Portfolio Balancer"
_OK_BUTTON = 1  # com.sun.star.awt.MessageBoxButtons.BUTTONS_OK
_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"


@dataclass(frozen=True, slots=True)
class Command:
    """An entry of the menu Portfolio.

    Attributes:
        name: what the menu asks the component for.
        title: as the menu, and the undo list, show it.
    """

    name: str
    title: str


COMMANDS = (
    Command("suggest_trades", "Suggest trades"),
    Command("suggest_formulas", "Suggest trades with formulas"),
    Command("import_positions", "Import positions..."),
    Command("write_settings", "Settings"),
    Command("explain_holdings", "How it is read"),
    Command("format_plan", "Format plan"),
    Command("repair_formulas", "Repair PBAL formulas"),
    Command("show_help", "Help"),
)
# What goes before the document's own settings.
_SUGGESTIONS: Mapping[str, Settings] = {"suggest_trades": {}, "suggest_formulas": {"live": True}}
_HINT = "\nPortfolio > How it is read shows how the sheet is understood."
_TITLES = {command.name: command.title.rstrip(".") for command in COMMANDS}


@dataclass(frozen=True, slots=True)
class Message:
    """What came of a command.

    Attributes:
        text: for the user; empty when the user called it off.
        fault: whether nothing was done because something is wrong.
        seen: whether a window shows the outcome by itself, so that no dialog need stand before it.
    """

    text: str
    fault: bool = False
    seen: bool = False


def carry_out(context: Any, command: str, *, may_ask: bool = False, path: str = "", **answers: str) -> Message:
    """Carry out a command for the document in front.

    Args:
        context: UNO's component context.
        command: a name of ``COMMANDS``.
        may_ask: whether a user sits there whom a dialog may ask what is not said.
        path: the file of "import_positions"; asked for when empty.
        answers: for "suggest_trades" and "suggest_formulas" what its dialog would ask: cash, strategy.
    """
    try:
        if command == "show_help":
            return Message(help_text())
        document = _document(context)
        if command == "explain_holdings":
            return Message(explained(document))
        if command in _SUGGESTIONS:
            return _suggest(context, document, command, answers, may_ask=may_ask)
        if command == "import_positions":
            path = path or _ask_for_file(context)
            if not path:
                return Message("")
        return _in_one_step(document, _TITLES[command], lambda: _act(document, command, path))
    except PbalError as error:
        hint = _HINT if command in _SUGGESTIONS and is_of_holdings(error) else ""
        return Message(_sentence(error) + hint, fault=True)


def _suggest(context: Any, document: Any, command: str, answers: Mapping[str, str], *, may_ask: bool) -> Message:
    portfolio = read_document(document)
    said: Settings | None = read_answers(answers) if answers else {}
    if may_ask and not says_cash(document, portfolio):
        said = Dialog(context, _TITLE, _decimal_sign(context, document))(portfolio.settings)
        if said is None:
            return Message("")
    wishes: Settings = said or {}

    def act() -> Message:
        told = add_trades_sheet(document, portfolio, {**wishes, **_SUGGESTIONS[command]})
        remember(document, wishes)
        return Message(told, seen=True)

    return _in_one_step(document, _TITLES[command], act)


def _decimal_sign(context: Any, document: Any) -> str:
    """That of the document's language."""
    data = _service(context, "com.sun.star.i18n.LocaleData2")
    sign: str = data.getLocaleItem(document.CharLocale).decimalSeparator
    return sign


def _act(document: Any, command: str, path: str) -> Message:
    if command == "import_positions":
        told, notices = add_positions_sheet(document, Path(path))
        # The sheet shows what was read; what was left out deserves a word.
        return Message("\n".join([told, *notices]), seen=not notices)
    if command == "write_settings":
        return Message(write_settings(document), seen=True)
    if command == "format_plan":
        count = format_plans(document)
        return Message(
            f"{count} {'plan' if count == 1 else 'plans'} formatted." if count else _NO_PLAN, seen=count > 0
        )
    return Message(_repaired(*repair_formulas(document)))


_NO_PLAN = "There is no plan on this sheet that was entered with Ctrl+Shift+Enter."


def _repaired(entered: int, left: int) -> str:
    if not entered and not left:
        return "There is no PBAL formula in this workbook."
    done = f"{entered} PBAL {'formula' if entered == 1 else 'formulas'} entered again."
    return f"{done} {left} in protected cells left alone." if left else done


def _in_one_step(document: Any, title: str, action: Callable[[], Message]) -> Message:
    """Act as one entry of the undo list, drawn once; what fails half-way is taken back.

    (A context manager would not do: contextlib sets attributes that exceptions of UNO do not take.)
    """
    undo = document.getUndoManager()
    before = len(undo.getAllUndoActionTitles())
    done = False
    document.lockControllers()
    undo.enterUndoContext(title)
    try:
        message = action()
        done = True
    finally:
        undo.leaveUndoContext()
        if not done and len(undo.getAllUndoActionTitles()) > before:
            undo.undo()
            undo.clearRedo()
        document.unlockControllers()
    return message


def _document(context: Any) -> Any:
    document = _service(context, "com.sun.star.frame.Desktop").getCurrentComponent()
    if hasattr(document, "getParent") and not document.supportsService(_SPREADSHEET):
        document = document.getParent()  # a chart of it that is open to be edited
    if document is None or not document.supportsService(_SPREADSHEET):
        raise Refused("no-spreadsheet", "open the spreadsheet with your holdings first")
    if document.isReadonly():
        raise Refused("read-only", "the spreadsheet is open for reading only; save a copy first")
    return document


def _service(context: Any, name: str) -> Any:
    return context.getServiceManager().createInstanceWithContext(name, context)


def _ask_for_file(context: Any) -> str:
    """The path of the chosen file, empty when the user calls it off."""
    picker = _service(context, "com.sun.star.ui.dialogs.FilePicker")
    picker.setTitle("Import positions")
    picker.appendFilter("Positions export (*.csv)", "*.csv;*.CSV;*.txt")
    if not picker.execute():
        return ""
    path: str = uno().fileUrlToSystemPath(picker.getSelectedFiles()[0])
    return path


def tell(context: Any, message: Message) -> None:
    """Show a message in a dialog; where the outcome shows already or there is no window, as text.

    The text goes to the error stream, where Python's last-resort handler writes warnings.
    """
    wants_dialog = message.fault or not message.seen
    if message.text and not (wants_dialog and _dialog(context, message)):
        logging.getLogger("pbal_xl").warning("%s", message.text)


def has_window(context: Any) -> bool:
    """Whether a window is there to show a dialog in; a LibreOffice without one answers every dialog at once."""
    window = _window(context)
    return window is not None and window.getPosSize().Width > 0 and bool(window.isVisible())


def _window(context: Any) -> Any:
    frame = _service(context, "com.sun.star.frame.Desktop").getCurrentFrame()
    return frame.getContainerWindow() if frame else None


def _dialog(context: Any, message: Message) -> bool:
    """Whether a dialog was shown and confirmed; without a window LibreOffice answers 0 at once."""
    window = _window(context)
    if window is None:
        return False
    kind = uno().Enum("com.sun.star.awt.MessageBoxType", "WARNINGBOX" if message.fault else "INFOBOX")
    toolkit = _service(context, "com.sun.star.awt.Toolkit")
    box = toolkit.createMessageBox(window, kind, _OK_BUTTON, _TITLE, message.text)
    confirmed = bool(box.execute())
    box.dispose()
    return confirmed


def _sentence(error: PbalError) -> str:
    """The error for a dialog: a line for each fault, as far as a screen holds them."""
    if not isinstance(error, CellFaults):
        text = str(error)
        first = text.partition(" ")[0]
        return text[:1].upper() + text[1:] if first.isalpha() else text  # not the name of a file
    return "\n".join(error.first(_MOST_FAULTS))


def help_text() -> str:
    """What the functions and commands do."""
    functions = "\n".join(_usage(function) for function in FUNCTIONS)
    names = ", ".join(setting.name for setting in offered_by("calc"))
    return (
        f"pbal-xl {_version.__version__}\n\n"
        "Suggest trades adds a sheet of trades for the holdings that are selected, named pbal_holdings, "
        f"or found on the sheet in view. Its settings are the cells named {names}. With formulas, the trades "
        "follow their cells without pbal-xl, in any spreadsheet program.\n\n"
        f"In a cell (Ctrl+Shift+Enter shows every row):\n{functions}"
    )


def _usage(function: Function) -> str:
    arguments = "; ".join(a.name if a.required else f"[{a.name}]" for a in function.arguments)
    return f"{function.name}({arguments})\n    {function.help}"
