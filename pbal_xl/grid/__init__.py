"""Cells to holdings and plans to cells: every oddity of a cell lives here."""
