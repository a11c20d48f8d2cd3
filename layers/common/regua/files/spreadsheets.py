"""Obeys `ports.Spreadsheets`: what an import needs of this room, under one roof."""

from regua.files.reader import as_csv, open_table
from regua.files.reports import absent_line, absent_titles, error_lines, error_titles
from regua.files.split import open_part, split_points
from regua.files.workbooks import is_workbook

__all__ = [
    "absent_line",
    "absent_titles",
    "as_csv",
    "error_lines",
    "error_titles",
    "is_workbook",
    "open_part",
    "open_table",
    "split_points",
]
