"""What the add-in takes from the installed xlwings: the way to its library, and nothing else.

xlwings' own VBA module reads configuration from the workbook in view and from files beside it, keys its Python
server by the workbook's path, starts Python through cmd.exe, and knows WScript.Shell, conda and more. Of all that
only the declarations of its library and the two procedures that call it are taken, word for word and with xlwings'
licence, so that names and versions always fit the installed library. What those two call is ours: the command that
starts Python and the library's place, both from the add-in's own sheet.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from pbal_xl.errors import Refused

__all__ = ["TESTED", "library", "script_name", "script_source", "taken_modules", "xlwings_version"]

# Oldest and newest xlwings whose module this was tried on.
TESTED = ("0.33.0", "0.37.8")

_LICENCE = ("'xlwings is distributed under", "'SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.\n")
_DECLARATION = (
    r'^ *(Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings{bits}-{version}\.dll" '
    r'\(ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1\) As Long)$'
)
_XLPY = """\
Function XLPy()
    XLPyLoadDLL
    If 0 <> XLPyDLLActivateAuto(XLPy, XLPyCommand, 1) Then Err.Raise 1000, Description:=XLPy
End Function
"""
_KILL_PY = """\
Sub KillPy()
    XLPyLoadDLL
    Dim unused
    If 0 <> XLPyDLLActivateAuto(unused, XLPyCommand, -1) Then Err.Raise 1000, Description:=unused
End Sub
"""
_OURS = """\
Private Function XLPyCommand() As String
    XLPyCommand = PbalServerCommand()
End Function

Private Sub XLPyLoadDLL()
    ' By its full place, so that no folder is searched; of a library that is loaded, the name is enough.
    If LoadLibraryW(StrPtr(PbalLibrary())) = 0 Then
        Err.Raise 1, Description:="the library of xlwings could not be loaded from " & PbalLibrary()
    End If
End Sub
"""


def xlwings_version() -> str:
    """The version of the installed xlwings, without importing it."""
    return metadata.version("xlwings")


def script_name() -> str:
    """The name of xlwings' AppleScript, which starts Python on a Mac."""
    return f"xlwings-{xlwings_version()}.applescript"


def script_source() -> bytes:
    """That AppleScript itself.

    Raises:
        Refused: code "xlwings-changed", when the installed xlwings has none.
    """
    path = _package() / script_name()
    if not path.is_file():
        raise _changed(path.name)
    return path.read_bytes()


def library(bits: int) -> Path | None:
    """The place of xlwings' library for an Excel of so many bits, from the package's own list of files."""
    wanted = f"xlwings{bits}-{xlwings_version()}.dll"
    for path in metadata.files("xlwings") or ():
        if path.name == wanted:
            place = Path(str(path.locate())).resolve()
            return place if place.is_file() else None
    return None


def taken_modules() -> dict[str, str]:
    """Module name -> source of what the add-in takes from the installed xlwings.

    Raises:
        Refused: code "xlwings-changed", when xlwings' module does not read as expected.
    """
    return {
        "xlwings": take((_package() / "xlwings_custom_addin.bas").read_text(encoding="ascii"), xlwings_version())
    }


def _package() -> Path:
    """The folder of the installed xlwings, found without importing it (which looks for Excel)."""
    for path in metadata.files("xlwings") or ():
        if path.name == "xlwings_custom_addin.bas":
            return Path(str(path.locate())).parent
    raise _changed("xlwings_custom_addin.bas")


def take(source: str, version: str) -> str:
    """The module: xlwings' licence, declarations and two procedures, and what they call.

    Args:
        source: xlwings' own module.
        version: of xlwings, which its library's name holds.

    Raises:
        Refused: code "xlwings-changed", when one of the pieces is not there exactly once.
    """
    pieces = [
        'Attribute VB_Name = "xlwings"',
        "Option Explicit",
        "Option Private Module",
        "",
        f"' From xlwings {version}:",
        _licence(source),
        "#If Win64 Then",
        f"    {_declaration(source, 64, version)}",
        "#Else",
        f"    {_declaration(source, 32, version)}",
        "#End If",
        'Private Declare PtrSafe Function LoadLibraryW Lib "KERNEL32" (ByVal place As LongPtr) As LongPtr',
        "",
    ]
    for procedure in (_XLPY, _KILL_PY):
        if source.count(f"\n{procedure}") != 1:
            raise _changed(procedure)
    return "\n".join([*pieces, _XLPY, _KILL_PY, _OURS])


def _licence(source: str) -> str:
    start, end = _LICENCE
    if source.count(start) != 1 or source.count(end) != 1:
        raise _changed(start)
    return source[source.index(start) : source.index(end) + len(end)]


def _declaration(source: str, bits: int, version: str) -> str:
    """The library's function for Office 2010 and later of so many bits."""
    pattern = _DECLARATION.replace("{bits}", str(bits)).replace("{version}", re.escape(version))
    found = re.findall(pattern, source, re.MULTILINE)
    if len(found) != 1:
        raise _changed(f"xlwings{bits}-{version}.dll")
    declaration: str = found[0]
    return declaration


def _changed(text: str) -> Refused:
    shown = text.strip().splitlines()[0][:80]
    return Refused(
        "xlwings-changed",
        f"xlwings {xlwings_version()} is not one this add-in was tried with ({TESTED[0]} to {TESTED[1]}): "
        f"its Excel module differs at: {shown}",
    )
