"""From a plan, or a scenario, to what a report says of it: analyses are asked, and reports are handed their tables."""

from sourcing.briefing.asked import brief
from sourcing.briefing.saved import briefing

__all__ = ["brief", "briefing"]
