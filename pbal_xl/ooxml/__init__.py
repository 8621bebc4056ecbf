"""Surgery on workbook packages: parts are added, patched and kept byte for byte."""
