"""Obeys `ports.Spreadsheets`: what an import needs of this room, under one roof."""

from regua.files.reader import open_table
from regua.files.reports import absent_line, absent_titles, error_lines, error_titles
from regua.files.split import open_part, split_points
from regua.files.xlsx import as_csv, is_zip

__all__ = [
    "absent_line",
    "absent_titles",
    "as_csv",
    "error_lines",
    "error_titles",
    "is_zip",
    "open_part",
    "open_table",
    "split_points",
]
