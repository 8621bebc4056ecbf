"""One sentence for whatever goes wrong in Excel: our own refusals, and what Excel answers when it cannot."""

from __future__ import annotations

from pbal_xl.errors import CellFaults, PbalError

__all__ = ["sentence"]

_MOST_FAULTS = 15
_LONGEST = 900  # a message box shows about 1,023 characters
# RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER and Excel's own code: a cell is being edited, a dialog is open.
_BUSY = {-2147418111, -2147417846, -2146777998}
# The server is gone, or was never there.
_GONE = {-2147023174, -2147023170, -2147417848, -2147221021}
_BUSY_WORDS = ("busy", "timed out", "-1712", "-609")  # as AppleScript tells it
_FORBIDDEN_WORDS = ("-1743", "not authorized", "not allowed to send")
_PROTECTED_WORDS = ("protected", "read-only", "geschützt", "protégé", "schreibgeschützt")


def sentence(error: BaseException, hint: str = "") -> str:
    """What to tell the user, and what to do; several lines only for several cells.

    Args:
        error: what went wrong.
        hint: what shows more of faults in cells; a line behind them.
    """
    if isinstance(error, CellFaults):
        told = _cut("\n".join(error.first(_MOST_FAULTS)), len(hint) + 1)
        return f"{told}\n{hint}" if hint else told
    if isinstance(error, PbalError):
        return _cut(str(error))
    codes, said = _codes(error), _cause(error)
    if codes & _BUSY or any(word in said.casefold() for word in _BUSY_WORDS):
        return "Excel is busy: finish the cell you are editing, close any dialog, and try again"
    if codes & _GONE:
        return "Excel does not answer any more: save your work, start Excel again, and try again"
    if any(word in said.casefold() for word in _FORBIDDEN_WORDS):
        return (
            "macOS does not let Python control Excel: allow it in System Settings, Privacy & Security, "
            "Automation, and try again"
        )
    if any(word in said.casefold() for word in _PROTECTED_WORDS):
        return _cut(f"Excel refused to write ({said}): unprotect the sheet or workbook, and try again")
    return _cut(f"it could not be done ({type(error).__name__}: {said}); run pbal-xl doctor")


def _codes(error: BaseException) -> set[int]:
    """The result codes in an error of Windows' object system: its own, and the one Excel gave."""
    codes = {getattr(error, "hresult", 0)}
    details = getattr(error, "excepinfo", None)
    if isinstance(details, tuple):
        codes |= {part for part in details if isinstance(part, int)}
    return codes


def _cause(error: BaseException) -> str:
    """What Excel said itself, where it said something; one line."""
    details = getattr(error, "excepinfo", None)
    said = details[2] if isinstance(details, tuple) and len(details) > 2 and details[2] else str(error)  # noqa: PLR2004
    return " ".join(str(said).split()) or "no reason was given"


def _cut(text: str, kept: int = 0) -> str:
    most = _LONGEST - kept
    return text if len(text) <= most else f"{text[: most - 4]} ..."
