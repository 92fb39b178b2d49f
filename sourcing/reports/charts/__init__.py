"""The charts of a report, each from a table of the findings, with that table beside it."""

from sourcing.reports.charts.bars import costs, countries, tornado
from sourcing.reports.charts.frontier import frontier
from sourcing.reports.charts.paths import deliverable, regimes, stock
from sourcing.reports.charts.tree import tree

__all__ = ["costs", "countries", "deliverable", "frontier", "regimes", "stock", "tornado", "tree"]
