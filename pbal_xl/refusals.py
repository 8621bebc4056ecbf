"""Every stable code that a refusal can carry, in every host; those of files with the line that documents print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PROGRAM_REFUSALS", "REFUSALS", "missing", "refusal"]

# Names that are compared with one that is not there, and folders that are looked into for it.
_COMPARED, _LOOKED_INTO = 2_000, 200

# Why a file is left alone.
REFUSALS: dict[str, str] = {
    "missing": "there is no such file",
    "not-a-file": "the path is a folder or a device",
    "unreadable": "the file cannot be opened for reading",
    "not-a-workbook": "the content is no Excel workbook, whatever its name says",
    "xls": "an old .xls workbook, whatever its name says",
    "xlsb": "a binary .xlsb workbook, whatever its name says",
    "ods": "an OpenDocument spreadsheet, whatever its name says",
    "encrypted": "needs a password to open",
    "signed": "digitally signed; any change would void the signature",
    "protected": "the structure is protected, so no sheet may be added",
    "sheet-protected": "the sheet is protected, so nothing can be written on it",
    "shared": "a shared workbook with tracked changes, to which no sheet can be added",
    "broken-zip": "the package is damaged or cut short",
    "unsupported-zip": "a part is packed in a way that workbooks do not use, such as bzip2",
    "broken-xml": "a part of the package is not well-formed XML",
    "dtd": "a part declares a document type, which no genuine workbook does",
    "duplicate-part": "two parts carry the same name",
    "bad-part-name": "a part's name is absolute, climbs out of the package or holds control characters",
    "too-large": "the file is larger than 200 MB, or a CSV file than 64 MB",
    "too-many-parts": "the package has more than 20,000 parts",
    "part-too-large": "a part that must be read unpacks to more than 64 MB or a million elements",
    "bomb": "a part unpacks to more than 1,000 times its size",
    "not-calculated": "formulas were never calculated, and LibreOffice could not do it",
    "full": "the workbook has no room for another sheet or another style",
    "bad-title": "the sheet title is not one a workbook may have",
    "name-taken": "a defined name that is to be added means something else already",
    "too-slow": "the file took longer than --timeout allows",
    "settings-there": "its settings stand in cells already, where they are to be changed",
    "no-trades": "there is no trades sheet in it that can be verified",
    "locked": "the file is open in a spreadsheet program",
    "read-only": "the file or its folder may not be written",
    "changed": "the file changed while it was being worked on",
    "output-exists": "the output file is already there",
    "output-type": "the output file's extension differs from the source's",
    "disk-full": "there is no room left on the disk",
    "cannot-write": "the system would not write the file",
}

# Why a spreadsheet program, or the installation of an add-in, could not do what was asked.
PROGRAM_REFUSALS: dict[str, str] = {
    "no-spreadsheet": "no spreadsheet is open",
    "sheet-not-added": "the program adds no sheet to the workbook",
    "no-script": "Excel for Mac lacks the script that lets the add-in start Python",
    "bad-place": "the add-in cannot work from that path",
    "no-excel": "there is no desktop Excel, or it does not start",
    "no-libreoffice": "there is no LibreOffice",
    "addin-not-written": "the add-in could not be put in its place",
    "addin-not-removed": "the add-in could not be taken out",
    "unopkg": "LibreOffice did not take the extension",
    "root": "LibreOffice installs no extension for the root user",
    "xlwings-changed": "the installed xlwings is not one that this version knows",
    "no-sources": "the installation lacks the VBA sources",
    "no-checkout": "the folder is no checkout of pbal-xl",
    "stale": "a committed file differs from what its sources make",
}


def refusal(code: str, path: Path | str, what: str) -> Refused:
    """The refusal of ``path``: ``what`` completes the sentence that the file's name begins.

    Args:
        code: a key of REFUSALS.
        path: the file as the user named it.
        what: the rest of the sentence, such as "is open in Excel: close it and run again".
    """
    if code not in REFUSALS:
        raise KeyError(code)
    return Refused(code, f"{path} {what}")


def missing(path: Path) -> Refused:
    """The refusal of a file that is not there, with the files that may be meant: by a like name, or in a folder.

    Args:
        path: the file as the user named it.
    """
    try:
        folder = path.parent
        if not folder.is_dir():
            return refusal("missing", path, f"is not there: there is no folder {folder}")
        near = _near(path)
    except OSError:
        near = []
    return refusal("missing", path, f"is not there; is {' or '.join(near)} meant?" if near else "is not there")


def _near(path: Path) -> list[str]:
    """Files beside it with a like name, else those of its name in the folders below."""
    from difflib import get_close_matches
    from itertools import islice
    from pathlib import Path

    beside, folders = {}, []
    for one in islice(path.parent.iterdir(), _COMPARED):
        if one.name.startswith((".", "~$")):
            continue
        if one.is_dir():
            folders.append(one)
        else:
            beside[one.stem.casefold()] = one
    alike = get_close_matches(path.stem.casefold(), beside, n=2, cutoff=0.75)
    if alike:
        return [str(beside[stem]) for stem in alike]
    for folder in islice(folders, _LOOKED_INTO):
        folders += (one for one in islice(folder.iterdir(), _COMPARED) if one.is_dir() and one.name[:1] != ".")
    found = (Path(folder, path.name) for folder in islice(folders, _LOOKED_INTO))
    return [str(one) for one in islice(filter(Path.is_file, found), 2)]
