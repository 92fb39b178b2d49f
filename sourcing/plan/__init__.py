"""The answer: tables, advice, baseline."""

from sourcing.plan.plan import Manifest, Plan, load_plan

__all__ = ["Manifest", "Plan", "load_plan"]
