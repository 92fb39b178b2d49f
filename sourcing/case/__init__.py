"""From a Scenario to a Case: every number, tidy."""

from sourcing.case.resolve import resolve
from sourcing.case.values import Case

__all__ = ["Case", "resolve"]
