"""From a plan, or a scenario, to what a report says of it: analyses are asked, and reports are handed their tables."""

from sourcing.briefing.brief_plan import briefing
from sourcing.briefing.brief_scenario import brief

__all__ = ["brief", "briefing"]
