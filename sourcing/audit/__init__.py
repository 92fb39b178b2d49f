"""The audit: a plan worked out again from its tables and its scenario, by other means than those that made it.

Nothing here reads the case, the futures, the node data, the formulation, the program or the costs of the plan:
models/formulation.md is restated in numpy, from the quantities of the scenario on. What is shared are the scenario as
validated, within its scope and at its size; how a quantity is parsed; what a `where` picks; the tables of data/; and
futures that were drawn, which are taken for what they are. What does not add up is an error, never a plan.
"""

from sourcing.audit.audited_records import AuditedCommitments
from sourcing.audit.auditing import audit
from sourcing.audit.possible_events import AuditedChange, AuditedFuture, AuditedRestriction

__all__ = ["AuditedChange", "AuditedCommitments", "AuditedFuture", "AuditedRestriction", "audit"]
