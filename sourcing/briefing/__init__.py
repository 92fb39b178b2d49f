"""From a scenario or a plan to what a report says of it: analyses are asked, and reports are handed their tables."""

from sourcing.briefing.brief_source import brief
from sourcing.briefing.publish import report

__all__ = ["brief", "report"]
