"""The answer: tables, advice, baseline."""

from sourcing.plan.manifest import Audit, FileRead, Manifest
from sourcing.plan.plan import Plan, load_plan

__all__ = ["Audit", "FileRead", "Manifest", "Plan", "load_plan"]
