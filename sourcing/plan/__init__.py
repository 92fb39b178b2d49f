"""The answer: tables, advice, baseline."""

from sourcing.plan.plan import Audit, Manifest, Plan, load_plan

__all__ = ["Audit", "Manifest", "Plan", "load_plan"]
