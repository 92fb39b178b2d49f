"""Sourcing of critical materials under export controls: which suppliers to contract, what to pay, what to stockpile.

>>> import sourcing
>>> sourcing.solve("examples/japan_heavy_rare_earths.yaml").status
'optimal'
"""

import importlib

_HOMES = {
    "DataError": "errors",
    "Plan": "outcome",
    "Scenario": "scenario",
    "ScenarioError": "errors",
    "SolveError": "errors",
    "SourcingError": "errors",
    "alternatives": "analyses.tradeoffs.alternatives",
    "compare": "analyses.comparison.compare",
    "frontier": "analyses.tradeoffs.frontier",
    "breakeven": "analyses.sensitivity.breakeven",
    "history": "analyses.robustness.history",
    "indices": "analyses.sensitivity.indices",
    "load": "pipeline.source",
    "load_plan": "outcome",
    "quote": "analyses.quote",
    "report": "briefing",
    "replan": "analyses.comparison.replan",
    "solve": "pipeline.plan_scenario",
    "stress": "analyses.robustness.stress",
    "survival": "analyses.robustness.survival",
    "sweep": "analyses.sensitivity.sweep",
    "tornado": "analyses.sensitivity.tornado",
    "value": "analyses.tradeoffs.value",
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str):  # type: ignore[no-untyped-def]  # Any: importing typing takes longer than all else here
    """Load a public name when it is first asked for, so that `sourcing --help` loads none of the big libraries."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("sourcing")
    if name not in _HOMES:
        raise AttributeError(f"module 'sourcing' has no attribute '{name}'")
    return getattr(importlib.import_module(f"sourcing.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
