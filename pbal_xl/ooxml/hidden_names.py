"""The hidden names that a sheet of ours carries, each in the scope of the sheet."""

__all__ = [
    "FORMULAS_NAME",
    "MARK_NAME",
    "PARTS_NAME",
    "READ_NAME",
    "SAID_NAME",
    "SEAL_NAME",
    "SHADES_NAME",
    "SOURCE_NAME",
    "WHOLE_NAME",
    "is_mark",
]

# The hidden name, scoped to the sheet, that holds the digest.
MARK_NAME = "_pbal_xl_sheet"
# Likewise: the mark of all that makes up the sheet in a file, its looks, its chart and its page too.
WHOLE_NAME = "_pbal_xl_whole"
# Likewise: the range its holdings came from, so that the command there plans them again.
SOURCE_NAME = "_pbal_xl_source"
# Likewise: digests of the sheet's parts as they were written, byte for byte.
PARTS_NAME = "_pbal_xl_parts"
# Likewise: a digest of the lists that the sheet was entered into, byte for byte.
SEAL_NAME = "_pbal_xl_seal"
# Likewise: what was said on the command line, so that the plan can be made again.
SAID_NAME = "_pbal_xl_said"
# Likewise, of a sheet of formulas: the mark of what they say, and, numbered from 1, what they read on other sheets.
FORMULAS_NAME, READ_NAME = "_pbal_xl_formulas", "_pbal_xl_read"
# Likewise, of a sheet with conditional formats: where they apply, when, and with which looks, as Calc tells them.
SHADES_NAME = "_pbal_xl_shades"

_MARKS = {MARK_NAME, WHOLE_NAME, SOURCE_NAME, PARTS_NAME, SEAL_NAME, SAID_NAME, FORMULAS_NAME, SHADES_NAME}


def is_mark(name: str) -> bool:
    """Whether a file's sheet of ours carries the name as a mark, however its letters are cased."""
    known = name.lower()
    return known in _MARKS or (known.startswith(READ_NAME) and known[len(READ_NAME) :].isdecimal())
