"""Checks across the parts of a scenario: each finding names its place, its cause and its cure."""
