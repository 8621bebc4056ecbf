"""Breaks of the Excel host: VBA, the files it is built into, and the Python behind it."""

from breaks import Break

CODEGEN = "tests/codegen"
VBA = "tests/excel/test_vba_interpreted.py"

BREAKS = (
    Break(
        "vba/PbalCalls.bas",
        "CallUDF(PBAL_MODULE, (functionName), (arguments))",
        "CallUDF(PBAL_MODULE, functionName, arguments)",
        f"{CODEGEN} {VBA}",
    ),
    Break(
        "pbal_xl/codegen/package.py",
        'Kind(".xlam", "application/vnd.ms-excel.addin.macroEnabled.main+xml")',
        'Kind(".xlam", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")',
        CODEGEN,
    ),
)
