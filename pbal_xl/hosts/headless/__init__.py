"""Workbooks and CSV files without a spreadsheet program."""
