"""From a Scenario to a Case: every number resolved by period and unit."""

from sourcing.case.case import Case
from sourcing.case.resolve import resolve

__all__ = ["Case", "resolve"]
