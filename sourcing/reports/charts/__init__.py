"""The charts of a report, each from a table of the findings, with that table beside it."""

from sourcing.reports.charts.bar_charts import costs, countries, tornado
from sourcing.reports.charts.frontier_chart import frontier
from sourcing.reports.charts.time_charts import deliverable, regimes, stock
from sourcing.reports.charts.tree_chart import tree

__all__ = ["costs", "countries", "deliverable", "frontier", "regimes", "stock", "tornado", "tree"]
