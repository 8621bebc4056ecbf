"""Cells to holdings: every oddity of a cell, a header, a number and a row lives here."""
