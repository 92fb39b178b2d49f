"""A case with another attitude to risk: what counts, and what may be missed."""

from dataclasses import replace
from typing import Any

from sourcing.case.case import Case


def with_risk(case: Case, **changes: Any) -> Case:
    """The case with other settings of risk, by name."""
    risk = case.scenario.risk.model_copy(update=changes)
    return replace(case, scenario=case.scenario.model_copy(update={"risk": risk}))


def neutral(case: Case) -> Case:
    """The case in which only expected cost counts."""
    return with_risk(case, of="cost", weight=0.0)


def without_service(case: Case) -> Case:
    """The case without limits on what may be missed."""
    return with_risk(case, service={})
