"""The answer: tables, advice, baseline."""

from sourcing.outcome.manifest import Audit, FileRead, Manifest
from sourcing.outcome.plan import Plan, load_plan

__all__ = ["Audit", "FileRead", "Manifest", "Plan", "load_plan"]
