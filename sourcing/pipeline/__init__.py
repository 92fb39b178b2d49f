"""From a scenario file to a plan, with what stops one from being made."""
