"""The audit: a plan worked out again from its tables and its case, by other means than those that made it.

Nothing here reads the formulation, the program, the node data or the costs of the plan; models/formulation.md is
restated in numpy. What does not add up is an error, never a plan.
"""

from sourcing.plan.audit.auditing import audit

__all__ = ["audit"]
