"""From a Scenario to a Case: every number, tidy."""

from sourcing.case.case import Case
from sourcing.case.resolve import resolve

__all__ = ["Case", "resolve"]
