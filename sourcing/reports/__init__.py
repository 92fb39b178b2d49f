"""The page a board reads: findings to HTML, a workbook, Markdown or PDF, in English or Japanese."""

from sourcing.reports.findings import COLUMNS, Findings, empty
from sourcing.reports.writing import check_file, write

__all__ = ["COLUMNS", "Findings", "check_file", "empty", "write"]
