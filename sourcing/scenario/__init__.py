"""What a scenario file may say."""

from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.validate import validate

__all__ = ["Scenario", "validate"]
